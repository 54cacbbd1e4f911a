"""Reading what standings are computed from: sums over the figures that count, made in the database."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.db.models.fields.json import KeyTextTransform

from competitions.models import BaseFigure, Competition, Entry, Group
from competitions.rulesets import Rules
from competitions.standings import Competitor, Sums
from core.periods import Month, Period
from core.sums import SumOf
from plants.models import Equipment, Rating, UnitMonth
from plants.selectors import service_of


def competitors_of(competition: Competition, period: Period, rules: Rules) -> dict[int, list[Competitor]]:
    """Every group's entries, by group id, with their sums in the period and a year before.

    Read once for a whole run: a few queries for each trade and each group of whole plants.
    """
    ratings = Prefetch("equipment__ratings", Rating.objects.order_by("valid_from"))
    entered = Entry.objects.filter(group__competition=competition, withdrawn=False)
    entries = list(entered.select_related("group", "plant", "equipment").prefetch_related(ratings))
    now = _sums(entries, period, rules)
    before = _sums(entries, period.last_year(), rules)
    published = _published(entries, period)
    published_before = _published(entries, period.last_year())
    competitors: dict[int, list[Competitor]] = defaultdict(list)
    for entry in entries:
        competitors[entry.group_id].append(
            Competitor(
                entry=entry.pk,
                now=now[entry.pk],
                before=before[entry.pk],
                in_band=entry.equipment is None or in_band(entry.group, entry.equipment, period),
                published=published[entry.pk],
                published_before=published_before[entry.pk],
            )
        )
    return competitors


def _sums(entries: Sequence[Entry], period: Period, rules: Rules) -> dict[int, Sums]:
    """The sums of every entry: equipment of a trade together, each group of whole plants by itself."""
    trades: dict[str, list[Entry]] = defaultdict(list)
    of_plants: dict[Group, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.group.is_of_plants:
            of_plants[entry.group].append(entry)
        else:
            trades[entry.group.trade].append(entry)
    sums: dict[int, Sums] = {}
    for trade, of_trade in trades.items():
        sums |= _equipment_sums(of_trade, period, rules.measures(trade, whole_plants=False))
    for group, plants in of_plants.items():
        sums |= _plant_sums(group, plants, period, rules.measures(group.trade, whole_plants=True))
    return sums


def in_band(group: Group, equipment: Equipment, period: Period) -> bool:
    """Whether the capacity on the period's first day (or first day in service) lies in the group's band."""
    if group.capacity_from is None and group.capacity_to is None:
        return True
    service = service_of(equipment)
    capacity = service.rating_on(max(period.start, equipment.in_service_on))
    if capacity is None:
        return False
    return (group.capacity_from is None or group.capacity_from <= capacity) and (
        group.capacity_to is None or capacity < group.capacity_to
    )


def _months_in_service(equipment: Equipment, period: Period) -> list[Month]:
    service = service_of(equipment)
    return [month for month in period.months if service.serves(month)]


def _equipment_sums(entries: Sequence[Entry], period: Period, codes: Sequence[str]) -> dict[int, Sums]:
    """One query: for each piece of equipment the months present, and sum and count of each measure."""
    aggregates: dict[str, Any] = {"present": Count("pk"), "late": Count("pk", filter=Q(version__late=True))}
    for code in codes:
        aggregates[f"sum_{code}"] = SumOf(code)
        aggregates[f"count_{code}"] = Count(KeyTextTransform(code, "figures"))
    rows = (
        UnitMonth.objects.effective()
        .filter(equipment__in=[entry.equipment_id for entry in entries], month__range=_range(period))
        .values("equipment_id")
        .annotate(**aggregates)
    )
    found = {row["equipment_id"]: row for row in rows}
    sums = {}
    for entry in entries:
        needed = len(_months_in_service(entry.equipment, period)) if entry.equipment else 0
        row = found.get(entry.equipment_id)
        sums[entry.pk] = Sums(needed, 0) if row is None else Sums(
            needed,
            row["present"],
            {code: row[f"sum_{code}"] for code in codes if row[f"sum_{code}"] is not None},
            {code: row[f"count_{code}"] for code in codes},
            bool(row["late"]),
        )  # fmt: skip
    return sums


def _plant_sums(group: Group, entries: Sequence[Entry], period: Period, codes: Sequence[str]) -> dict[int, Sums]:
    """Whole plants: for each measure and month the plant's own figure, else the sum over its equipment in scope.

    The sum counts only if every piece in service that month reported the measure; else the measure is missing.
    """
    own, scope = Q(equipment__isnull=True), Q(equipment__isnull=False)
    if group.trade:
        scope &= Q(equipment__kind__trade=group.trade)
    if group.kind_id:
        scope &= Q(equipment__kind=group.kind_id)
    aggregates: dict[str, Any] = {
        "present": Count("pk", filter=own | scope),
        "late": Count("pk", filter=Q(version__late=True)),
    }
    for code in codes:
        aggregates[f"own_{code}"] = SumOf(code, filter=own)
        aggregates[f"sum_{code}"] = SumOf(code, filter=scope)
        aggregates[f"count_{code}"] = Count(KeyTextTransform(code, "figures"), filter=scope)
    plants = [entry.plant_id for entry in entries]
    rows = (
        UnitMonth.objects.effective()
        .filter(plant__in=plants, month__range=_range(period))
        .values("plant_id", "month")
        .annotate(**aggregates)
    )
    found = {(row["plant_id"], Month.of(row["month"])): row for row in rows if row["present"]}
    in_service = _pieces_in_service(group, plants, period)
    return {entry.pk: _plant_sum(entry.plant_id, period, codes, found, in_service) for entry in entries}


def _plant_sum(
    plant: int, period: Period, codes: Sequence[str], found: dict[Any, Any], in_service: dict[Any, int]
) -> Sums:
    has_equipment = any(in_service.get((plant, month)) for month in period.months)
    needed = [month for month in period.months if not has_equipment or in_service.get((plant, month))]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    present, late = 0, False
    for month in period.months:
        row = found.get((plant, month))
        if row is None:
            continue
        present += 1
        late = late or bool(row["late"])
        pieces = in_service.get((plant, month), 0)
        for code in codes:
            value = row[f"own_{code}"]
            if value is None and pieces and row[f"count_{code}"] == pieces:
                value = row[f"sum_{code}"]
            if value is not None:
                sums[code] += value
                counts[code] += 1
    return Sums(len(needed), present, dict(sums), dict(counts), late)


def _pieces_in_service(group: Group, plants: Sequence[int], period: Period) -> dict[tuple[int, Month], int]:
    """How many pieces of equipment in the group's scope each plant has in service in each month."""
    pieces = Equipment.objects.filter(plant__in=plants).prefetch_related("ratings")
    if group.trade:
        pieces = pieces.filter(kind__trade=group.trade)
    if group.kind_id:
        pieces = pieces.filter(kind=group.kind_id)
    count: dict[tuple[int, Month], int] = defaultdict(int)
    for equipment in pieces:
        for month in _months_in_service(equipment, period):
            count[equipment.plant_id, month] += 1
    return count


def _published(entries: Sequence[Entry], period: Period) -> dict[int, dict[str, tuple[int, Decimal]]]:
    """Published figures of exactly this period: by entry, indicator code to (id, value)."""
    figures: dict[int, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for each in BaseFigure.objects.filter(
        entry__in=entries, first=period.first.first_day, last=period.last.first_day
    ).select_related("indicator"):
        figures[each.entry_id][each.indicator.code] = (each.pk, each.value)
    return figures


def _range(period: Period) -> tuple[Any, Any]:
    return period.first.first_day, period.last.first_day
