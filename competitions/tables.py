"""The ranking page: one group's table in one indicator and period, from the newest run that the viewer may see."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import F, Q, QuerySet

from competitions.choices import CompetitionRole, Visibility
from competitions.models import Competition, Entry, Group, StandingsRun, StandingsTable
from competitions.ranking import gap_to_next
from competitions.rulesets import PinnedIndicator, Rules
from competitions.selectors import Standing, has_role, standings_in, tables_of
from core.periods import Month, Period
from indicators.arithmetic import round_half_up
from indicators.choices import Direction
from indicators.models import Indicator, Measure
from plants.models import Rating
from plants.selectors import plants_of

SPARK_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `moved` is places gained (negative: lost) since the preceding period, None if unknown.

    `capacity` is in force on the period's last day; `better` says whether the change is for the good, None if neither.
    """

    standing: Standing
    capacity: Decimal | None
    moved: int | None
    better: bool | None
    is_new: bool
    spark: list[Decimal | None]
    is_own: bool

    @property
    def lost(self) -> int:
        """Places lost, for the words of a fall."""
        return max(0, -(self.moved or 0))


@dataclass(frozen=True, slots=True)
class Chase:
    """What it takes an entry to overtake the next better one: in the indicator's unit and in the measure per day."""

    standing: Standing
    ahead: int | None
    gap: Decimal | None
    per_day: Decimal | None
    measure: Measure | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Median and spread of a group now and a year ago, over the entries that have both."""

    median: Decimal | None
    spread: Decimal | None
    median_change: Decimal | None
    spread_change: Decimal | None
    median_better: bool | None
    compared: int


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the ranking page shows of a group."""

    run: StandingsRun
    rows: list[Row]
    unranked: list[Standing]
    chases: list[Chase]
    progress: Progress
    best: Decimal | None
    low: Decimal | None
    high: Decimal | None
    hidden: bool
    sources: list[Any]


def newest_run(competition: Competition, period: Period, as_of: datetime | None = None) -> StandingsRun | None:
    """The newest finished run of a period (by a moment, if given)."""
    runs = StandingsRun.objects.complete(as_of).of_period(period).filter(competition=competition)
    return runs.select_related("rule_set").order_by("id").last()


def ranked_periods(competition: Competition) -> list[Period]:
    """Periods that have a finished run, newest first, longer ones first among those that end together."""
    complete = StandingsRun.objects.complete().filter(competition=competition)
    pairs = complete.order_by("first").values_list("first", "last").distinct()
    periods = [Period(Month.of(first), Month.of(last)) for first, last in pairs]
    return sorted(periods, key=lambda period: (period.last, period.length), reverse=True)


def shows_all(user: Any, competition: Competition, period: Period) -> bool:
    """Whether the viewer sees every entry, or only their own beside the group's median and best."""
    if competition.visibility != Visibility.OWN:
        return True
    published = competition.published_through
    if published is not None and period.last <= Month.of(published):
        return True
    officials = (CompetitionRole.ORGANIZER, CompetitionRole.EVALUATOR, CompetitionRole.INSPECTOR)
    return bool(user.is_authenticated and user.is_superuser) or has_role(user, competition, *officials)


def table_of(
    *,
    user: Any,
    run: StandingsRun,
    group: Group,
    pinned: PinnedIndicator,
    indicator: Indicator,
    as_of: datetime | None = None,
) -> Table:
    """The table of a group: ranked entries by rank, then those without, named with their reasons."""
    mine = set(plants_of(user).values_list("pk", flat=True))
    entries = Entry.objects.select_related("plant", "equipment")
    standings = standings_in(tables_of(run).filter(ranking__group=group, indicator=indicator), entries)
    standings.sort(key=lambda each: (each.rank is None, each.rank or 0, each.entry.plant.name, each.entry_id))
    ranks_before = _ranks_before(run, group, indicator, as_of)
    sparks = _sparks(run, group, indicator, as_of)
    capacities = _capacities(group, run.period)
    everyone = shows_all(user, run.competition, run.period)
    visible = [each for each in standings if everyone or each.entry.plant_id in mine]
    rows = [
        Row(
            standing=each,
            capacity=capacities.get(each.entry.equipment_id),
            better=_better(each.change, pinned.definition.direction),
            moved=_moved(each, ranks_before),
            is_new=bool(ranks_before) and each.rank is not None and ranks_before.get(each.entry_id) is None,
            spark=sparks.get(each.entry_id, []),
            is_own=each.entry.plant_id in mine,
        )
        for each in visible
        if each.value is not None
    ]
    shown = [value for row in rows for value in row.spark if value is not None]
    up = pinned.definition.direction != Direction.DOWN
    ranked = [each.value for each in standings if each.rank is not None and each.value is not None]
    return Table(
        run=run,
        rows=rows,
        unranked=[each for each in visible if each.rank is None],
        chases=[_chase(each, standings, pinned, run.period) for each in standings if each.entry.plant_id in mine],
        progress=_progress(standings, pinned),
        best=(max(ranked) if up else min(ranked)) if ranked else None,
        low=min(shown, default=None),
        high=max(shown, default=None),
        hidden=not everyone,
        sources=_sources(visible),
    )


def _capacities(group: Group, period: Period) -> dict[int | None, Decimal]:
    """The capacity of each of the group's pieces of equipment in force on the period's last day, by its id."""
    ratings = Rating.objects.filter(equipment__in=group.entries.values("equipment"), valid_from__lt=period.end)
    return dict(ratings.order_by("valid_from").values_list("equipment", "capacity"))


def _better(change: Decimal | None, direction: str) -> bool | None:
    """Whether a change is for the good; None where it is neither."""
    if not change or direction == Direction.INFO:
        return None
    return (change > 0) == (direction == Direction.UP)


def _sources(standings: Sequence[Standing]) -> list[Any]:
    """The published figures the table shows, each once."""
    figures = {figure.pk: figure for each in standings for figure in (each.source, each.base_source) if figure}
    by_text = {figure.source: figure for figure in figures.values()}
    return list(by_text.values())


def _ranks_before(
    run: StandingsRun, group: Group, indicator: Indicator, as_of: datetime | None
) -> dict[int, int | None]:
    """Ranks in the newest run of the preceding period of equal length."""
    before = newest_run(run.competition, run.period.preceding(), as_of)
    tables = tables_of(before).filter(ranking__group=group, indicator=indicator) if before else ()
    return {
        entry: int(rank) if rank else None
        for table in tables
        for entry, rank in zip(table.ranking.entries, table.column("rank"), strict=True)
    }


def _moved(standing: Standing, before: dict[int, int | None]) -> int | None:
    rank = before.get(standing.entry_id)
    return None if rank is None or standing.rank is None else rank - standing.rank


def _sparks(
    run: StandingsRun, group: Group, indicator: Indicator, as_of: datetime | None
) -> dict[int, list[Decimal | None]]:
    """Monthly values of each entry over the twelve months that end with the period, from the runs of the months."""
    places = {month: place for place, month in enumerate(_months(run.period))}
    tables = StandingsTable.objects.filter(
        ranking__runs__in=_monthly_runs(run, as_of), ranking__group=group, indicator=indicator
    )
    values: dict[int, list[Decimal | None]] = defaultdict(lambda: [None] * SPARK_MONTHS)
    for table in tables.select_related("ranking"):
        place = places[table.ranking.period.first]
        for entry, value in zip(table.ranking.entries, table.column("value"), strict=True):
            values[entry][place] = None if value is None else Decimal(value)
    return values


def _months(period: Period) -> list[Month]:
    return [period.last.plus(offset) for offset in range(-SPARK_MONTHS + 1, 1)]


def _monthly_runs(run: StandingsRun, as_of: datetime | None) -> QuerySet[StandingsRun]:
    """The newest run of each of the twelve months that end with the run's period."""
    runs = StandingsRun.objects.filter(competition=run.competition, last=F("first"))
    newest: QuerySet[StandingsRun] = runs.filter(
        first__in=[month.first_day for month in _months(run.period)]
    ).newest_each(as_of)
    return newest


def rankings_read(run: StandingsRun, group: Group, as_of: datetime | None = None) -> list[tuple[int, str]]:
    """Ids and hashes of all rankings that the group's table is made from; none of them ever changes."""
    before = newest_run(run.competition, run.period.preceding(), as_of)
    runs = Q(runs__in=_monthly_runs(run, as_of)) | Q(runs__in=[each.pk for each in (run, before) if each])
    return list(group.rankings.filter(runs).order_by("pk").values_list("pk", "inputs_hash").distinct())


def _chase(standing: Standing, standings: Sequence[Standing], pinned: PinnedIndicator, period: Period) -> Chase:
    """Overtaking by the numerator alone: the gap x denominator / factor, spread over the days of the period."""
    definition = pinned.definition
    ranked = [each for each in standings if each.rank is not None]
    if standing.rank is None or definition.direction == Direction.INFO:
        return Chase(standing, None, None, None, None)
    up = definition.direction == Direction.UP
    values = [each.value for each in ranked]
    gap = gap_to_next(values, ranked.index(standing), up, definition.decimals)
    if gap is None:
        return Chase(standing, None, None, None, None)
    ahead = max(each.rank for each in ranked if each.rank is not None and each.rank < standing.rank)
    per_day = measure = None
    if standing.denominator is not None and len(definition.numerator.terms) == 1:
        code, coefficient = definition.numerator.terms[0]
        measure = Measure.objects.filter(code=code).first()
        amount = gap * standing.denominator / (definition.factor * coefficient) / period.days
        per_day = round_half_up(amount if up else -amount, 1)
    return Chase(standing, ahead, gap, per_day, measure)


def _progress(standings: Sequence[Standing], pinned: PinnedIndicator) -> Progress:
    """Median and spread now; their change since a year ago over the entries that have a base."""
    decimals = pinned.definition.decimals
    values = [each.value for each in standings if each.value is not None]
    both = [(each.value, each.base) for each in standings if each.value is not None and each.base is not None]

    def middle(numbers: Sequence[Decimal]) -> Decimal | None:
        return round_half_up(median(numbers), decimals) if numbers else None

    def spread(numbers: Sequence[Decimal]) -> Decimal | None:
        return max(numbers) - min(numbers) if numbers else None

    now, then = [value for value, _base in both], [base for _value, base in both]
    median_change = middle(now) - middle(then) if both else None  # type: ignore[operator]
    return Progress(
        median=middle(values),
        spread=spread(values),
        median_change=median_change,
        spread_change=spread(now) - spread(then) if both else None,  # type: ignore[operator]
        median_better=_better(median_change, pinned.definition.direction),
        compared=len(both),
    )


def pinned_of(rules: Rules, group: Group) -> dict[str, PinnedIndicator]:
    """What the rules rank the group on, by indicator code."""
    pinned = rules.of_group(group.trade, whole_plants=group.is_of_plants)
    return {each.definition.code: each for each in pinned}
