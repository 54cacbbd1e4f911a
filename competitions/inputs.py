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
from competitions.standings import Competitor, Sums
from core.periods import Month, Period
from core.sums import EXACT, SumOf
from plants.capacity import Service
from plants.models import Equipment, Rating, UnitMonth
from plants.selectors import service_of


class Entered(NamedTuple):
    """An entry by its ids, and how long its equipment serves; a whole plant has neither equipment nor service."""

    pk: int
    group: int
    plant: int
    equipment: int | None
    service: Service | None


def competitors_of(groups: Sequence[Group], period: Period, rules: Rules) -> dict[int, list[Competitor]]:
    """The entries of the groups, by group id, with their sums in the period and a year before.

    Read once for a whole run: a few queries for each trade and each group of whole plants, however many entries.
    """
    by_id = {group.pk: group for group in groups}
    entered = _entered(groups)
    now, before = _sums(by_id, entered, period, rules), _sums(by_id, entered, period.last_year(), rules)
    published, published_before = _published(groups, period), _published(groups, period.last_year())
    late = _late(groups, period)
    competitors: dict[int, list[Competitor]] = {group.pk: [] for group in groups}
    for pk, group, plant, equipment, service in entered:
        competitors[group].append(
            Competitor(
                entry=pk,
                now=now[pk],
                before=before[pk],
                late=(plant, equipment) in late,
                in_band=service is None or in_band(by_id[group], service, period),
                published=published.get(pk, {}),
                published_before=published_before.get(pk, {}),
            )
        )
    return competitors


def _entries(groups: Iterable[Group]) -> QuerySet[Any]:
    return Entry.objects.filter(group__in=groups, withdrawn=False)


def _entered(groups: Sequence[Group]) -> list[Entered]:
    """The groups' entries; ratings are read only where a band asks for them."""
    banded = [group for group in groups if group.capacity_from is not None or group.capacity_to is not None]
    ratings: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for equipment, valid_from, capacity in (
        Rating.objects.filter(equipment__in=_entries(banded).values("equipment"))
        .order_by("valid_from")
        .values_list("equipment_id", "valid_from", "capacity")
    ):
        ratings[equipment].append((valid_from, capacity))
    return [
        Entered(pk, group, plant, equipment, Service(since, until, ratings[equipment]) if equipment else None)
        for pk, group, plant, equipment, since, until in _entries(groups)
        .order_by("group_id", "pk")
        .values_list("pk", "group_id", "plant_id", "equipment_id", "equipment__in_service_on", "equipment__retired_on")
    ]


def in_band(group: Group, service: Service, period: Period) -> bool:
    """Whether the capacity on the period's first day (or first day in service) lies in the group's band."""
    if group.capacity_from is None and group.capacity_to is None:
        return True
    capacity = service.rating_on(max(period.start, service.in_service_on))
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


def _sums(groups: dict[int, Group], entered: Sequence[Entered], period: Period, rules: Rules) -> dict[int, Sums]:
    """The sums of every entry, by its id: equipment of a trade together, each group of whole plants by itself."""
    trades: dict[str, list[Entered]] = defaultdict(list)
    of_plants: dict[int, list[Entered]] = defaultdict(list)
    for each in entered:
        group = groups[each.group]
        if group.is_of_plants:
            of_plants[group.pk].append(each)
        else:
            trades[group.trade].append(each)
    sums: dict[int, Sums] = {}
    for trade, of_trade in trades.items():
        sums |= _equipment_sums(
            [groups[pk] for pk in {each.group for each in of_trade}],
            of_trade,
            period,
            rules.measures(trade, whole_plants=False),
        )
    for pk, plants in of_plants.items():
        group = groups[pk]
        sums |= _plant_sums(group, plants, period, rules.measures(group.trade, whole_plants=True))
    return sums


def _equipment_sums(
    groups: Sequence[Group], entered: Sequence[Entered], period: Period, codes: Sequence[str]
) -> dict[int, Sums]:
    """One query for the months present and the sums, and one for those of which a month lacks a measure."""
    figures = (
        UnitMonth.objects.effective()
        .filter(equipment__in=_entries(groups).values("equipment"), month__range=_range(period))
        .values_list("equipment_id")
    )
    counts = {"present": Count("pk"), "complete": Count("pk", filter=Q(figures__has_keys=codes) if codes else None)}
    sums_of = {f"sum_{code}": SumOf(code) for code in codes}
    found: dict[int | None, tuple[int, dict[str, Decimal]]] = {}
    lacking = []
    for equipment, present, complete, *sums in figures.annotate(**counts, **sums_of):
        found[equipment] = present, dict(zip(codes, sums, strict=True))
        if complete < present:
            lacking.append(equipment)
    if lacking:
        counts = {f"count_{code}": Count(KeyTextTransform(code, "figures")) for code in codes}
        for equipment, *held in figures.filter(equipment__in=lacking).annotate(**counts):
            present, of_measure = found[equipment]
            for code, months in zip(codes, held, strict=True):
                if months < present:
                    del of_measure[code]
    needed = _months_needed(entered, period)
    return {
        each.pk: Sums(months, *found.get(each.equipment, (0, {}))) for each, months in zip(entered, needed, strict=True)
    }


def _months_needed(entered: Sequence[Entered], period: Period) -> list[int]:
    """How many months of the period each piece of equipment is in service."""
    start, end, length, months = period.start, period.end, period.length, period.months
    return [
        length
        if each.service.in_service_on <= start and (each.service.retired_on is None or end <= each.service.retired_on)
        else sum(map(each.service.serves, months))
        for each in entered
        if each.service is not None
    ]


def _plant_sums(group: Group, entered: Sequence[Entered], period: Period, codes: Sequence[str]) -> dict[int, Sums]:
    """Whole plants: for each measure and month the plant's own figure, else the sum over its equipment in scope.

    The sum counts only if every piece in service that month reported the measure; else the measure is missing.
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
    plants = [each.plant for each in entered]
    rows = (
        UnitMonth.objects.effective()
        .filter(plant__in=plants, month__range=_range(period))
        .values("plant_id", "month")
        .annotate(**aggregates)
    )
    found = {(row["plant_id"], Month.of(row["month"])): row for row in rows if row["present"]}
    in_service = _pieces_in_service(group, plants, period)
    return {each.pk: _plant_sum(each.plant, period, codes, found, in_service) for each in entered}


def _plant_sum(
    plant: int, period: Period, codes: Sequence[str], found: dict[Any, Any], in_service: dict[Any, int]
) -> Sums:
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
    return Sums(len(needed), present, {code: sums[code] for code in codes if present and counts[code] == present})


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


def _published(groups: Sequence[Group], period: Period) -> dict[int, dict[str, tuple[int, Decimal]]]:
    """Published figures of exactly this period: by entry, indicator code to (id, value)."""
    figures: dict[int, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for pk, entry, code, value in BaseFigure.objects.filter(
        entry__in=_entries(groups), first=period.first.first_day, last=period.last.first_day
    ).values_list("pk", "entry_id", "indicator__code", "value"):
        figures[entry][code] = pk, value
    return figures


def _range(period: Period) -> tuple[date, date]:
    return period.first.first_day, period.last.first_day
