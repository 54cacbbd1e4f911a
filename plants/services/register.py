"""Writing the register: plants, equipment, ratings by administrators, people by directors as well."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.invitations import invitation_make
from accounts.models import Invitation, User
from core import ledger, rules
from core.periods import Month
from core.templatetags.figures import month_name
from plants.choices import WHOLE_PLANT, ReturnState
from plants.models import Equipment, InvitedMembership, Membership, Plant, Rating, ReportingCalendar, ReturnVersion
from plants.selectors import contents_of, invited_membership_of
from plants.services.figures import rows_write, system_figures_put
from plants.services.returns import version_lock


@transaction.atomic
def plant_save(*, actor: Any, plant: Plant) -> Plant:
    """Add a plant or change its names; its code stays, addresses use it. Raises Refused, ValidationError."""
    rules.enforce("site.administer", actor)
    plant.full_clean()
    is_new = plant.pk is None
    plant.save()
    act = "plant.added" if is_new else "plant.changed"
    new = {"name": plant.name, "name_zh": plant.name_zh, "city": plant.city}
    ledger.record(actor=actor, act=act, subject=f"plant:{plant.slug}", new=new)
    return plant


@transaction.atomic
def calendar_save(*, actor: Any, calendar: ReportingCalendar) -> ReportingCalendar:
    """Add or change a reporting calendar; returns already begun keep their dates. Raises Refused, ValidationError."""
    rules.enforce("site.administer", actor)
    calendar.full_clean()
    calendar.save()
    new = {name: getattr(calendar, name) for name in ("due_days", "grace_days", "lock_days", "time_zone")}
    ledger.record(actor=actor, act="calendar.saved", subject=f"calendar:{calendar.name}", new=new)
    return calendar


@transaction.atomic
def equipment_save(*, actor: Any, equipment: Equipment) -> Equipment:
    """Add a piece of equipment or change it. Raises Refused, ValidationError.

    Dates in service may not change where a month they touch is approved already: its calendar days would no longer
    be what was ranked.
    """
    rules.enforce("site.administer", actor)
    if equipment.code == WHOLE_PLANT:
        raise ValidationError({"code": _("This code stands for the whole plant; choose another.")})
    equipment.full_clean()
    before = Equipment.objects.filter(pk=equipment.pk).first()
    if before is not None:
        dates = [(before.in_service_on, equipment.in_service_on), (before.retired_on, equipment.retired_on)]
        for old, new in dates:
            moved = [day for day in (old, new) if day is not None]
            if old != new and moved:
                _refuse_if_approved(equipment, Month.of(min(moved)))
    equipment.save()
    ledger.record(
        actor=actor,
        act="equipment.changed" if before else "equipment.added",
        subject=f"equipment:{equipment}",
        new={
            "name": equipment.name,
            "kind": equipment.kind.code,
            "in_service_on": str(equipment.in_service_on),
            "retired_on": equipment.retired_on and str(equipment.retired_on),
        },
    )
    _rewrite_drafts(equipment)
    return equipment


@transaction.atomic
def rating_set(*, actor: Any, equipment: Equipment, capacity: Decimal, valid_from: date) -> Rating:
    """Put a capacity (in the unit of the kind) in force from a day on. Raises Refused, ValidationError.

    A month that is approved counted the old capacity; it is revised first, then the rating is changed.
    """
    rules.enforce("site.administer", actor)
    _refuse_if_approved(equipment, Month.of(valid_from))
    rating = Rating.objects.filter(equipment=equipment, valid_from=valid_from).first()
    old = rating and str(rating.capacity)
    rating = rating or Rating(equipment=equipment, valid_from=valid_from)
    rating.capacity = capacity
    rating.full_clean()
    rating.save()
    ledger.record(
        actor=actor,
        act="rating.set",
        subject=f"equipment:{equipment}",
        old=old and {"capacity": old},
        new={"capacity": str(capacity), "valid_from": str(valid_from)},
    )
    _rewrite_drafts(equipment)
    return rating


def _refuse_if_approved(equipment: Equipment, month: Month) -> None:
    """Refuse when a return of the month or a later one counts this equipment and is not being revised."""
    approved = (
        ReturnVersion.objects.newest()
        .filter(
            monthly_return__month__gte=month.first_day,
            state__in=(ReturnState.APPROVED, ReturnState.ACCEPTED),
            units__equipment=equipment,
        )
        .order_by("monthly_return__month")
        .select_related("monthly_return")
        .first()
    )
    if approved is not None:
        raise ValidationError(
            _("%(month)s is approved with the dates and ratings as they are. Start a revision of that return first.")
            % {"month": month_name(approved.monthly_return.month)}
        )


def _rewrite_drafts(equipment: Equipment) -> None:
    for version in ReturnVersion.objects.filter(
        state__in=(ReturnState.DRAFT, ReturnState.SUBMITTED), units__equipment=equipment
    ).select_related("monthly_return__plant"):
        locked = version_lock(version.monthly_return.plant, version.monthly_return.period)
        rows_write(system_figures_put(contents_of(locked)))


@transaction.atomic
def membership_add(*, actor: Any, plant: Plant, user: Any, role: str) -> Membership:
    """Give a person a role at a plant. Raises Refused, ValidationError (has it already)."""
    rules.enforce("site.administer", actor)
    membership = Membership(plant=plant, user=user, role=role)
    membership.full_clean()
    membership.save()
    new = {"user": user.get_username(), "role": role}
    ledger.record(actor=actor, act="membership.added", subject=f"plant:{plant.slug}", new=new)
    return membership


@transaction.atomic
def member_invite(*, actor: Any, plant: Plant, email: str, role: str, language: str) -> Invitation:
    """Invite somebody into a role at a plant, whether or not they have an account. Raises Refused, ValidationError."""
    rules.enforce("plant.people", actor, plant)
    if Membership.objects.filter(plant=plant, user__email__iexact=email, role=role).exists():
        raise ValidationError({"email": _("This person has the role at the plant already.")})
    waiting = Invitation.objects.waiting().filter(email__iexact=email, membership__plant=plant, membership__role=role)
    if waiting.exists():
        raise ValidationError({"email": _("This address is invited already. You can send the invitation again.")})
    invitation = invitation_make(actor=actor, email=email, language=language)
    invited = InvitedMembership(invitation=invitation, plant=plant, role=role)
    invited.full_clean()
    invited.save()
    new = {"email": invitation.email, "role": role}
    ledger.record(actor=actor, act="member.invited", subject=f"plant:{plant.slug}", new=new)
    return invitation


def invited_membership_give(invitation: Invitation, user: User) -> None:
    """Fulfil what an invitation brings at a plant; inside the transaction of its acceptance."""
    invited = invited_membership_of(invitation)
    if invited is None:
        return
    _membership, is_new = Membership.objects.get_or_create(plant=invited.plant, user=user, role=invited.role)
    if is_new:
        new = {"user": user.get_username(), "role": invited.role, "by": "invitation"}
        ledger.record(actor=user, act="membership.added", subject=f"plant:{invited.plant.slug}", new=new)


@transaction.atomic
def membership_remove(*, actor: Any, membership: Membership) -> None:
    """Take a role at a plant away. Raises Refused."""
    rules.enforce("membership.remove", actor, membership)
    old = {"user": membership.user.get_username(), "role": membership.role}
    ledger.record(actor=actor, act="membership.removed", subject=f"plant:{membership.plant.slug}", old=old)
    membership.delete()
