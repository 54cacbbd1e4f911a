"""The rules of plants and returns. Higher floors register further ones under the same names.

Accepting a return is for evaluators, of whom this floor knows nothing: `return.accept` has no rule here.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock
from core.rules import Allowed, Decision, Denied, decide, rule, scope
from core.templatetags.figures import month_name
from plants.choices import PlantRole, ReturnState
from plants.models import InvitedMembership, Membership, MonthlyReturn, Plant, ReturnVersion
from plants.selectors import belongs_to, plants_of


@scope("plant.returns")
@scope("plant.figures")
def plants_of_ones_own(user: Any) -> Q:
    """Members read the returns and figures of their plants, administrators those of all."""
    if user.is_authenticated and user.is_superuser:
        return Q(pk__isnull=False)
    return Q(pk__in=plants_of(user).values("pk"))


@rule("plant.people")
def directors_and_administrators_see_to_people(user: Any, plant: Plant) -> Decision:
    """See who belongs to the plant, invite, take roles away."""
    if (user.is_authenticated and user.is_superuser) or belongs_to(user, plant, PlantRole.DIRECTOR):
        return Allowed()
    return Denied(_("Only a director of the plant or an administrator may do this."))


@rule("membership.remove")
def roles_are_taken_by_others(user: Any, membership: Membership) -> Decision:
    """A director takes roles of their plant, but not their own as director: no plant loses its last by slip."""
    decision = decide("plant.people", user, membership.plant)
    own = membership.user_id == user.pk and membership.role == PlantRole.DIRECTOR
    if decision and own and not user.is_superuser:
        return Denied(_("You cannot take your own role away. Another director or an administrator can do it."))
    return decision


@scope("invitation.manage")
def invitations_of_ones_plant(user: Any) -> Q:
    """Directors send again and withdraw what invites to their plant, whoever made it."""
    directed = plants_of(user, PlantRole.DIRECTOR).values("pk")
    return Q(pk__in=InvitedMembership.objects.filter(plant__in=directed).values("invitation"))


@rule("plant.figures")
def figures_in_scope(user: Any, plant: Plant) -> Decision:
    if Plant.objects.figures_visible_to(user).filter(pk=plant.pk).exists():
        return Allowed()
    return Denied(_("The figures of this plant are shown to its competition only."))


@rule("return.view")
def members_read_their_own(user: Any, version: ReturnVersion) -> Decision:
    """Asked before the scope, because it costs less."""
    if belongs_to(user, version.monthly_return.plant):
        return Allowed()
    return Denied(_("The returns of this plant are not shown to you."))


@rule("return.view")
def return_in_scope(user: Any, version: ReturnVersion) -> Decision:
    if Plant.objects.returns_visible_to(user).filter(pk=version.monthly_return.plant_id).exists():
        return Allowed()
    return Denied(_("The returns of this plant are not shown to you."))


@rule("return.write")
def reporter_writes_open_month(user: Any, version: ReturnVersion) -> Decision:
    """May this person write this month now? Page, import, API and task all ask here."""
    monthly = version.monthly_return
    if not belongs_to(user, monthly.plant):
        return Denied(_("Only a reporter of the plant enters its figures."))
    if monthly.month > local_today(monthly):
        return Denied(_("%(month)s has not begun yet.") % {"month": month_name(monthly.month)})
    if version.state == ReturnState.SUBMITTED:
        return Denied(_("The return is submitted. The director can send it back for changes."))
    if version.state != ReturnState.DRAFT:
        return Denied(_("The return is approved. Start a revision with a reason to change a figure."))
    if is_locked(version):
        month, day = month_name(monthly.month), monthly.locked_on
        return Denied(
            _("%(month)s was closed on %(day)s. Nothing more can be entered for it.") % {"month": month, "day": day}
        )
    if not belongs_to(user, monthly.plant, PlantRole.REPORTER):
        return Denied(_("Only a reporter of the plant enters its figures."))
    return Allowed()


def is_locked(version: ReturnVersion) -> bool:
    """A month closes for what was never submitted; a revision has its own gate, the second person."""
    in_time = version.is_revision or version.submitted_at is not None
    return not in_time and local_today(version.monthly_return) >= version.monthly_return.locked_on


def local_today(monthly: MonthlyReturn) -> date:
    """The date where the return is kept, by its own time zone."""
    return clock.now().astimezone(ZoneInfo(monthly.time_zone)).date()


@rule("return.approve")
def another_director_approves(user: Any, version: ReturnVersion) -> Decision:
    if not belongs_to(user, version.monthly_return.plant, PlantRole.DIRECTOR):
        return Denied(_("Only a director of the plant approves its return."))
    if version.state != ReturnState.SUBMITTED:
        return Denied(_("Only a submitted return can be approved."))
    if version.editors.filter(pk=user.pk).exists():
        return Denied(_("You entered figures of this return, so another director must approve it."))
    return Allowed()


@rule("return.send_back")
def director_sends_back(user: Any, version: ReturnVersion) -> Decision:
    if not belongs_to(user, version.monthly_return.plant, PlantRole.DIRECTOR):
        return Denied(_("Only a director of the plant sends back a submitted return."))
    if version.state != ReturnState.SUBMITTED:
        return Denied(_("Only a submitted return can be sent back by the director."))
    return Allowed()


@rule("return.revise")
def member_revises_approved(user: Any, version: ReturnVersion) -> Decision:
    if not belongs_to(user, version.monthly_return.plant):
        return Denied(_("Only the plant itself revises its return."))
    if version.state not in (ReturnState.APPROVED, ReturnState.ACCEPTED):
        return Denied(_("Only an approved return is revised; this one can still be changed."))
    if version.is_revision and version.effective_at is None:
        return Denied(_("A revision of this return is waiting for an evaluator."))
    return Allowed()
