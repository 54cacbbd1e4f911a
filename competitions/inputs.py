"""Reading what standings are computed from: sums over the figures that count, made in the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from competitions.models import BaseFigure, Entry, Group
from competitions.rulesets import Rules
from competitions.standings import Inputs, Published, Year
from core.periods import Month, Period
from core.sums import EXACT, PlainCount, SumOf, SumText
from plants.capacity import Service
from plants.models import Equipment, Rating, UnitMonth
from plants.selectors import service_of


class Entered(NamedTuple):
    """An entry by its ids; a whole plant has no equipment and no dates of service."""

    pk: int
    group: int
    plant: int
    equipment: int | None
    in_service_on: date | None
    retired_on: date | None


Row = list[Any]
"""Of one entry the months present, and the sums of a group's measures in their order, as in `Year`."""


def inputs_of(groups: Sequence[Group], period: Period, rules: Rules) -> dict[int, Inputs]:
    """What the groups' standings are computed from, by group id.

    Read once for a whole run: a few queries for each trade and each group of whole plants, however many entries.
    """
    entered: dict[int, list[Entered]] = {group.pk: [] for group in groups}
    for each in _entries(groups).values_list(
        "pk", "group_id", "plant_id", "equipment_id", "equipment__in_service_on", "equipment__retired_on"
    ):
        entered[each[1]].append(Entered._make(each))
    late, ratings = _late(groups, period), _ratings(groups)
    now, before = _years(groups, entered, period, rules), _years(groups, entered, period.last_year(), rules)
    return {
        group.pk: Inputs(
            [each.pk for each in entered[group.pk]],
            [(each.plant, each.equipment) in late for each in entered[group.pk]],
            _in_band(group, entered[group.pk], period, ratings),
            now[group.pk],
            before[group.pk],
        )
        for group in groups
    }


def _entries(groups: Iterable[Group]) -> QuerySet[Any]:
    return Entry.objects.filter(group__in=groups, withdrawn=False).order_by("group", "pk")


def _ratings(groups: Sequence[Group]) -> dict[int, list[tuple[date, Decimal]]]:
    """The ratings of the equipment in the groups that have a band, by its id."""
    banded = [group for group in groups if group.capacity_from is not None or group.capacity_to is not None]
    ratings: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for equipment, valid_from, capacity in (
        Rating.objects.filter(equipment__in=_entries(banded).values("equipment"))
        .order_by("valid_from")
        .values_list("equipment_id", "valid_from", "capacity")
    ):
        ratings[equipment].append((valid_from, capacity))
    return ratings


def _in_band(
    group: Group, entered: Sequence[Entered], period: Period, ratings: dict[int, list[tuple[date, Decimal]]]
) -> list[bool]:
    start = period.start
    return [
        each.in_service_on is None
        or in_band(group, Service(each.in_service_on, each.retired_on, ratings.get(each.equipment or 0, ())), start)
        for each in entered
    ]


def in_band(group: Group, service: Service, day: date) -> bool:
    """Whether the capacity on the day (or the first day in service) lies in the group's band."""
    if group.capacity_from is None and group.capacity_to is None:
        return True
    capacity = service.rating_on(max(day, service.in_service_on))
    if capacity is None:
        return False
    return (group.capacity_from is None or group.capacity_from <= capacity) and (
        group.capacity_to is None or capacity < group.capacity_to
    )


def _late(groups: Sequence[Group], period: Period) -> set[tuple[int, int | None]]:
    """The units, as (plant, equipment), of which a return that counts in the period came after its grace.

    A plant as a whole, (plant, None), is late with any of its equipment.
    """
    late = (
        UnitMonth.objects.effective()
        .filter(plant__in=_entries(groups).values("plant"), month__range=_range(period), version__late=True)
        .values_list("plant_id", "equipment_id")
    )
    return {unit for plant, equipment in late for unit in ((plant, equipment), (plant, None))}


def _years(groups: Sequence[Group], entered: dict[int, list[Entered]], period: Period, rules: Rules) -> dict[int, Year]:
    """What counts of every group in one period: equipment of a trade together, each group of plants by itself."""
    published = _published(groups, period)
    by_trade: dict[str, list[Group]] = defaultdict(list)
    years = {}

    def add(group: Group, codes: Sequence[str], needed: Sequence[int], rows: Sequence[Row]) -> None:
        present, *columns = zip(*rows, strict=True) if rows else [()] * (len(codes) + 1)
        stand_ins = {index: published[each.pk] for index, each in enumerate(entered[group.pk]) if each.pk in published}
        years[group.pk] = Year(needed, present, dict(zip(codes, columns, strict=True)), stand_ins)

    for group in groups:
        if group.is_of_plants:
            codes = rules.measures(group.trade, whole_plants=True)
            add(group, codes, *_plant_sums(group, [each.plant for each in entered[group.pk]], period, codes))
        else:
            by_trade[group.trade].append(group)
    for trade, of_trade in by_trade.items():
        codes = rules.measures(trade, whole_plants=False)
        found = _equipment_sums(of_trade, period, codes)
        nothing = [0] + [None] * len(codes)
        for group in of_trade:
            rows = [found.get(each.equipment, nothing) for each in entered[group.pk]]
            add(group, codes, _months_needed(entered[group.pk], period), rows)
    return years


def _equipment_sums(groups: Sequence[Group], period: Period, codes: Sequence[str]) -> dict[int | None, Row]:
    """The rows of the groups' equipment: one query, and a second one for those of which a month lacks a measure."""
    figures = (
        UnitMonth.objects.effective()
        .filter(equipment__in=_entries(groups).order_by().values("equipment"), month__range=_range(period))
        .values_list("equipment_id")
    )
    sums = {f"sum_{code}": SumText(code) for code in codes}
    complete = PlainCount("pk", filter=Q(figures__has_keys=codes) if codes else None)
    found = {}
    lacking = []
    for equipment, *row, holding_all in figures.annotate(present=PlainCount("pk"), **sums, complete=complete):
        found[equipment] = row
        if holding_all < row[0]:
            lacking.append(equipment)
    if lacking:
        held = {f"count_{code}": PlainCount(KeyTextTransform(code, "figures")) for code in codes}
        for equipment, *counts in figures.filter(equipment__in=lacking).annotate(**held):
            present, *of_present = found[equipment]
            kept = [each if count == present else None for each, count in zip(of_present, counts, strict=True)]
            found[equipment] = [present, *kept]
    return found


def _months_needed(entered: Sequence[Entered], period: Period) -> list[int]:
    """How many months of the period each piece of equipment is in service."""
    start, end, length = period.start, period.end, period.length
    return [
        0
        if since is None
        else length
        if since <= start and (until is None or end <= until)
        else sum(map(Service(since, until, ()).serves, period.months))
        for *_ids, since, until in entered
    ]


def _plant_sums(
    group: Group, plants: Sequence[int], period: Period, codes: Sequence[str]
) -> tuple[list[int], list[Row]]:
    """The months needed and the rows of whole plants.

    For each measure and month the plant's own figure counts, else the sum over its equipment in scope, but only if
    every piece in service that month reported the measure; else the measure is missing.
    """
    own, scope = Q(equipment__isnull=True), Q(equipment__isnull=False)
    if group.trade:
        scope &= Q(equipment__kind__trade=group.trade)
    if group.kind_id:
        scope &= Q(equipment__kind=group.kind_id)
    aggregates: dict[str, Any] = {"present": Count("pk", filter=own | scope)}
    for code in codes:
        aggregates[f"own_{code}"] = SumOf(code, filter=own)
        aggregates[f"sum_{code}"] = SumOf(code, filter=scope)
        aggregates[f"count_{code}"] = Count(KeyTextTransform(code, "figures"), filter=scope)
    rows = (
        UnitMonth.objects.effective()
        .filter(plant__in=plants, month__range=_range(period))
        .values("plant_id", "month")
        .annotate(**aggregates)
    )
    found = {(row["plant_id"], Month.of(row["month"])): row for row in rows if row["present"]}
    in_service = _pieces_in_service(group, plants, period)
    sums = [_plant_sum(plant, period, codes, found, in_service) for plant in plants]
    return [needed for needed, _row in sums], [row for _needed, row in sums]


def _plant_sum(
    plant: int, period: Period, codes: Sequence[str], found: dict[Any, Any], in_service: dict[Any, int]
) -> tuple[int, Row]:
    has_equipment = any(in_service.get((plant, month)) for month in period.months)
    needed = [month for month in period.months if not has_equipment or in_service.get((plant, month))]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    present = 0
    for month in period.months:
        row = found.get((plant, month))
        if row is None:
            continue
        present += 1
        pieces = in_service.get((plant, month), 0)
        for code in codes:
            value = row[f"own_{code}"]
            if value is None and pieces and row[f"count_{code}"] == pieces:
                value = row[f"sum_{code}"]
            if value is not None:
                sums[code] = EXACT.add(sums[code], value)
                counts[code] += 1
    figures = [format(sums[code], "f") if present and counts[code] == present else None for code in codes]
    return len(needed), [present, *figures]


def _pieces_in_service(group: Group, plants: Sequence[int], period: Period) -> dict[tuple[int, Month], int]:
    """How many pieces of equipment in the group's scope each plant has in service in each month."""
    pieces = Equipment.objects.filter(plant__in=plants).prefetch_related("ratings")
    if group.trade:
        pieces = pieces.filter(kind__trade=group.trade)
    if group.kind_id:
        pieces = pieces.filter(kind=group.kind_id)
    count: dict[tuple[int, Month], int] = defaultdict(int)
    for equipment in pieces:
        service = service_of(equipment)
        for month in filter(service.serves, period.months):
            count[equipment.plant_id, month] += 1
    return count


def _published(groups: Sequence[Group], period: Period) -> dict[int, Published]:
    """Published figures of exactly this period, by entry."""
    figures: dict[int, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for pk, entry, code, value in BaseFigure.objects.filter(
        entry__in=_entries(groups), first=period.first.first_day, last=period.last.first_day
    ).values_list("pk", "entry_id", "indicator__code", "value"):
        figures[entry][code] = pk, value
    return dict(figures)


def _range(period: Period) -> tuple[date, date]:
    return period.first.first_day, period.last.first_day
