from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Invitation
from core.periods import Month
from indicators.models import Measure
from plants.capacity import Service
from plants.models import (
    Equipment,
    InvitedMembership,
    Membership,
    MonthlyReturn,
    Plant,
    ReportingCalendar,
    ReturnVersion,
    UnitMonth,
)


def plant_get(slug: str) -> Plant:
    """A plant of the public register, or 404."""
    try:
        return Plant.objects.get(slug=slug)
    except Plant.DoesNotExist:
        raise Http404(_("There is no plant “%(slug)s”.") % {"slug": slug}) from None


def equipment_get(plant_slug: str, code: str) -> Equipment:
    """A piece of equipment of the public register, or 404."""
    try:
        return Equipment.objects.select_related("plant", "kind").get(plant__slug=plant_slug, code=code)
    except Equipment.DoesNotExist:
        raise Http404(_("There is no equipment “%(code)s” at this plant.") % {"code": code}) from None


def plants_of(user: Any, role: str | None = None) -> QuerySet[Plant]:
    """The plants a person belongs to (in one role, if given)."""
    if not user.is_authenticated:
        return Plant.objects.none()
    mine = Membership.objects.filter(user=user)
    if role:
        mine = mine.filter(role=role)
    return Plant.objects.filter(pk__in=mine.values("plant"))


def belongs_to(user: Any, plant: Plant, role: str | None = None) -> bool:
    """Whether the person is a member of the plant (in that role, if given).

    Asks the database, unless the person's memberships were fetched before (`returns_plant_get`).
    """
    if not user.is_authenticated:
        return False
    if "memberships" in getattr(user, "_prefetched_objects_cache", ()):
        return any(each.plant_id == plant.pk and role in (None, each.role) for each in user.memberships.all())
    return plants_of(user, role).filter(pk=plant.pk).exists()


def people_of(plants: Iterable[Plant] | QuerySet[Plant], *roles: str) -> QuerySet[Any]:
    """Ids of the people with one of the roles (any, if none is named) at the plants."""
    found = Membership.objects.filter(plant__in=plants)
    return (found.filter(role__in=roles) if roles else found).values_list("user", flat=True)


def invited_membership_of(invitation: Invitation) -> InvitedMembership | None:
    """The role at a plant that an invitation brings, if it does."""
    return InvitedMembership.objects.filter(invitation=invitation).select_related("plant").first()


def calendar_of(plant: Plant) -> ReportingCalendar:
    """The plant's calendar, else the site's usual one; the usual days where that was taken away."""
    if plant.calendar is not None:
        return plant.calendar
    return ReportingCalendar.objects.filter(name="Monthly").first() or ReportingCalendar(name="Monthly")


def new_return(plant: Plant, month: Month) -> MonthlyReturn:
    """An unsaved return with the dates that the plant's calendar gives it now."""
    calendar = calendar_of(plant)
    last_day = month.next_first_day - timedelta(days=1)
    due_on = last_day + timedelta(days=calendar.due_days)
    return MonthlyReturn(
        plant=plant,
        month=month.first_day,
        due_on=due_on,
        late_after=due_on + timedelta(days=calendar.grace_days),
        locked_on=last_day + timedelta(days=calendar.lock_days),
        time_zone=calendar.time_zone,
    )


def returns_plant_get(user: Any, slug: str) -> Plant:
    """A plant whose returns the person may open, with its calendar; any other answers 404.

    The person's memberships stay with the person object, which should live no longer than the request: every rule of
    a return asks for them again.
    """
    if user.is_authenticated:
        with_plants = Prefetch("memberships", Membership.objects.select_related("plant__calendar").order_by())
        prefetch_related_objects([user], with_plants)
        # One's own plants are at hand; to look in all that one may see costs more than to read the return.
        for membership in user.memberships.all():
            if membership.plant.slug == slug:
                return membership.plant
    plant = Plant.objects.returns_visible_to(user).select_related("calendar").filter(slug=slug).first()
    if plant is None:
        raise Http404(_("There is no return of “%(slug)s” that you can see.") % {"slug": slug})
    return plant


def version_get(user: Any, plant_slug: str, month: Month, number: int | None = None) -> ReturnVersion:
    """The newest (or numbered) version of a plant's return, unsaved if nothing was entered yet.

    404 for a plant whose returns the person may not know of, and for a number that does not exist.
    """
    plant = returns_plant_get(user, plant_slug)
    versions = ReturnVersion.objects.filter(monthly_return__plant=plant, monthly_return__month=month.first_day)
    if number is not None:
        versions = versions.filter(number=number)
    version = versions.select_related("monthly_return", "author").order_by("-number").first()
    if version is None:
        if number is not None:
            raise Http404(_("This return has no version %(number)d.") % {"number": number})
        version = ReturnVersion(monthly_return=new_return(plant, month), number=1)
    version.monthly_return.plant = plant
    return version


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of equipment that serves in a month, as plain values; `rating_unit` is that of its kind (MVA, mm, t)."""

    pk: int
    code: str
    name: str
    name_zh: str
    trade: str
    rating_unit: str
    service: Service


def units_of(plant: Plant, month: Month) -> dict[int | None, Unit]:
    """What is in service at the plant in the month, by id. One query: every saving of a return asks for it."""
    named = ("kind", "code", "pk", "name", "name_zh", "kind__trade", "kind__rating_unit")
    dated = ("in_service_on", "retired_on", "ratings__valid_from", "ratings__capacity")
    rows = sorted(Equipment.objects.filter(plant=plant).order_by().values_list(*named, *dated), key=lambda row: row[:2])
    units: dict[int | None, Unit] = {}
    for pk, same in groupby(rows, lambda row: row[2]):
        ratings = list(same)
        (_kind, code, _pk, name, name_zh, trade, rating_unit, in_service_on, retired_on, *_rating) = ratings[0]
        by_day = sorted((valid_from, capacity) for *_unit, valid_from, capacity in ratings if valid_from is not None)
        service = Service(in_service_on, retired_on, by_day)
        if service.serves(month):
            units[pk] = Unit(pk, code, name, name_zh, trade, rating_unit, service)
    return units


def service_of(equipment: Equipment) -> Service:
    """Service dates and ratings as plain values."""
    ratings = [(rating.valid_from, rating.capacity) for rating in equipment.ratings.all()]
    return Service(equipment.in_service_on, equipment.retired_on, ratings)


def as_decimals(figures: dict[str, str]) -> dict[str, Decimal]:
    """A stored document of figures as numbers."""
    return {code: Decimal(text) for code, text in figures.items()}


def effective_figures(plant: Plant, months: Iterable[Month]) -> dict[tuple[int | None, Month], dict[str, Decimal]]:
    """What counts of a plant by (equipment id or None for the whole plant, month)."""
    rows = UnitMonth.objects.effective().filter(plant=plant, month__in=[month.first_day for month in months])
    return {(row.equipment_id, Month.of(row.month)): as_decimals(row.figures) for row in rows}


@dataclass(frozen=True)
class Contents:
    """A version and what is needed to read, check and show its cells, each read from the database once.

    `units` is the equipment in service in the month, by id; `rows` the figures by equipment id, None for the whole
    plant.
    """

    version: ReturnVersion
    units: dict[int | None, Unit]
    rows: dict[int | None, UnitMonth]

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """All measures there are, by code, in their order."""
        return {each.code: each for each in Measure.objects.all()}

    @cached_property
    def before(self) -> dict[tuple[int | None, Month], dict[str, Decimal]]:
        """What counts of the month before and of the same month a year before."""
        monthly = self.version.monthly_return
        return effective_figures(monthly.plant, [monthly.period.plus(-1), monthly.period.plus(-12)])


def contents_of(version: ReturnVersion) -> Contents:
    """What the version holds as it stands; one that is not stored yet holds nothing."""
    monthly = version.monthly_return
    return Contents(
        version=version,
        units=units_of(monthly.plant, monthly.period),
        rows={row.equipment_id: row for row in version.units.all()} if version.pk else {},
    )


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One plant and month of the overview; `version` is None where nothing was entered."""

    month: Month
    state: str
    late: bool
    revising: bool


def returns_matrix(plants: Iterable[Plant], months: list[Month], today: Any) -> list[tuple[Plant, list[MatrixCell]]]:
    """State of each plant's newest return by month: future, open (the month is not over), missing, or its version's."""
    plants = list(plants)
    newest = (
        ReturnVersion.objects.newest()
        .filter(
            monthly_return__plant__in=plants,
            monthly_return__month__range=(months[0].first_day, months[-1].first_day),
        )
        .select_related("monthly_return")
    )
    found = {(each.monthly_return.plant_id, each.monthly_return.period): each for each in newest}
    rows = []
    for plant in plants:
        cells = []
        for month in months:
            version = found.get((plant.pk, month))
            if version is None:
                is_over = month.next_first_day <= today
                state = "missing" if is_over else "open" if month.first_day <= today else "future"
                cells.append(MatrixCell(month, state, late=False, revising=False))
            else:
                cells.append(MatrixCell(month, version.state, version.late, version.is_revision))
        rows.append((plant, cells))
    return rows
