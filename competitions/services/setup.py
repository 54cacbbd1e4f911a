"""Setting a competition up: its dates, groups, entries, roles, published figures."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from competitions.choices import CompetitionRole
from competitions.inputs import in_band
from competitions.models import BaseFigure, Competition, Entry, Group, Role
from competitions.services.tracking import competition_mark, period_mark
from core import ledger, rules
from core.periods import Month, Period
from core.templatetags.figures import figure, in_language
from indicators.models import Indicator
from plants.models import Equipment, Plant
from plants.selectors import belongs_to, service_of


@transaction.atomic
def competition_create(*, actor: Any, competition: Competition) -> Competition:
    """Create a competition; who creates it is its first organizer. Raises Refused, ValidationError."""
    rules.enforce("competition.create", actor)
    competition.full_clean()
    competition.save()
    Role.objects.create(competition=competition, user=actor, role=CompetitionRole.ORGANIZER)
    _record(actor, "competition.created", competition, _settings(competition))
    return competition


@transaction.atomic
def competition_save(*, actor: Any, competition: Competition) -> Competition:
    """Change a competition's settings. What they mean for standings counts once the rules are adopted.

    Raises Refused, ValidationError.
    """
    rules.enforce("competition.organize", actor, competition)
    competition.full_clean()
    old = _settings(Competition.objects.get(pk=competition.pk))
    competition.save()
    ledger.record(
        actor=actor,
        act="competition.changed",
        subject=competition.subject,
        old=old,
        new=_settings(competition),
    )
    competition_mark(competition)
    return competition


def _settings(competition: Competition) -> dict[str, Any]:
    names = (
        "name",
        "starts",
        "ends",
        "visibility",
        "published_through",
        "small_group",
        "minimum_months",
        "second_factor",
    )
    return {name: str(getattr(competition, name)) for name in names}


@transaction.atomic
def group_save(*, actor: Any, group: Group) -> Group:
    """Add a group or change it; its entries must still lie in its band. Raises Refused, ValidationError."""
    rules.enforce("competition.organize", actor, group.competition)
    if group.kind and group.trade != group.kind.trade:
        group.trade = group.kind.trade
    group.full_clean()
    is_new = group.pk is None
    group.save()
    for entry in group.entries.filter(withdrawn=False).select_related("equipment", "plant"):
        _check_fits(group, entry.plant, entry.equipment)
    _record(
        actor,
        "group.added" if is_new else "group.changed",
        group.competition,
        {"group": group.code, "from": str(group.capacity_from), "to": str(group.capacity_to)},
    )
    competition_mark(group.competition, [group.pk])
    return group


@transaction.atomic
def entry_add(*, actor: Any, group: Group, plant: Plant, equipment: Equipment | None = None) -> Entry:
    """Enter a piece of equipment, or a whole plant, in a group. Raises Refused, ValidationError.

    Its trade, kind and capacity must be the group's. A plant without a calendar takes the competition's.
    """
    rules.enforce("competition.organize", actor, group.competition)
    _check_fits(group, plant, equipment)
    entry = Entry.objects.filter(group=group, plant=plant, equipment=equipment).first()
    if entry is not None and not entry.withdrawn:
        raise ValidationError(_("This is entered already."))
    entry = entry or Entry(group=group, plant=plant, equipment=equipment)
    entry.withdrawn = False
    entry.full_clean()
    entry.save()
    if plant.calendar is None and group.competition.calendar is not None:
        Plant.objects.filter(pk=plant.pk).update(calendar=group.competition.calendar)
    _record(actor, "entry.added", group.competition, {"group": group.code, "entry": str(entry)})
    competition_mark(group.competition, [group.pk])
    return entry


def _check_fits(group: Group, plant: Plant, equipment: Equipment | None) -> None:
    if group.is_of_plants:
        if equipment is not None:
            raise ValidationError(_("In this group whole plants compete, not single pieces of equipment."))
        return
    if equipment is None or equipment.plant_id != plant.pk:
        raise ValidationError({"equipment": _("Choose a piece of equipment of this plant.")})
    if equipment.kind_id != group.kind_id:
        raise ValidationError(
            {"equipment": _("%(name)s is of another kind than the group.") % {"name": in_language(equipment)}}
        )
    start = max(group.competition.first_month, Month.of(equipment.in_service_on))
    if not in_band(group, service_of(equipment), start.first_day):
        band = f"{figure(group.capacity_from)}–{figure(group.capacity_to)} {equipment.kind.rating_unit}"
        raise ValidationError(
            {
                "equipment": _("The capacity of %(name)s is outside %(band)s.")
                % {"name": in_language(equipment), "band": band}
            }
        )


@transaction.atomic
def entry_withdraw(*, actor: Any, entry: Entry) -> None:
    """Take an entry out; where its group is ranked already, it stays on record. Raises Refused."""
    competition = entry.group.competition
    rules.enforce("competition.organize", actor, competition)
    _record(actor, "entry.withdrawn", competition, {"group": entry.group.code, "entry": str(entry)})
    if entry.group.rankings.exists():
        entry.withdrawn = True
        entry.save(update_fields=["withdrawn"])
    else:
        entry.delete()
    competition_mark(competition, [entry.group_id])


@transaction.atomic
def role_add(*, actor: Any, competition: Competition, user: Any, role: str) -> Role:
    """Give a person a role. Raises Refused, ValidationError."""
    rules.enforce("competition.organize", actor, competition)
    added = Role(competition=competition, user=user, role=role)
    added.full_clean()
    added.save()
    _record(actor, "role.added", competition, {"user": user.get_username(), "role": role})
    return added


@transaction.atomic
def role_remove(*, actor: Any, role: Role) -> None:
    """Take a role away; the last organizer stays. Raises Refused, ValidationError."""
    rules.enforce("competition.organize", actor, role.competition)
    organizers = role.competition.roles.filter(role=CompetitionRole.ORGANIZER)
    if role.role == CompetitionRole.ORGANIZER and organizers.count() == 1:
        raise ValidationError(_("A competition keeps at least one organizer."))
    _record(actor, "role.removed", role.competition, {"user": role.user.get_username(), "role": role.role})
    role.delete()


@transaction.atomic
def base_figure_set(
    *,
    actor: Any,
    entry: Entry,
    indicator: Indicator,
    period: Period,
    value: Decimal,
    source: str,
    source_zh: str = "",
) -> BaseFigure:
    """Put a published figure on record with its source. Raises Refused, ValidationError.

    An organizer never does so for a plant of their own.
    """
    competition = entry.group.competition
    rules.enforce("competition.organize", actor, competition)
    if belongs_to(actor, entry.plant):
        raise ValidationError(_("You belong to this plant; another organizer must enter its published figures."))
    if not source.strip():
        raise ValidationError({"source": _("Name the source of the figure.")})
    figure_, _made = BaseFigure.objects.update_or_create(
        entry=entry,
        indicator=indicator,
        first=period.first.first_day,
        last=period.last.first_day,
        defaults={"value": value, "source": source, "source_zh": source_zh},
    )
    new = {"entry": str(entry), "indicator": indicator.code, "period": str(period), "value": str(value)}
    _record(actor, "base_figure.set", competition, new | {"source": source})
    for touched in (period, Period(period.first.plus(12), period.last.plus(12))):
        if competition.first_month <= touched.first and touched.last <= competition.last_month:
            period_mark(competition, touched, [entry.group_id])
    return figure_


def _record(actor: Any, act: str, competition: Competition, new: dict[str, Any]) -> None:
    ledger.record(actor=actor, act=act, subject=competition.subject, new=new)
