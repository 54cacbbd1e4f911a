"""What the front page shows of a competition: the newest period and the leader of each group."""

from dataclasses import dataclass
from typing import Any

from competitions.models import Competition, Entry, Group, StandingsRun, StandingsTable
from competitions.rulesets import Rules
from competitions.selectors import Standing, standings_in, tables_of
from competitions.tables import newest_run, ranked_periods, shows_all
from core import clock
from core.periods import Month, Period

# A competition that paused has no ranks lately; further back than this nobody would look for them.
LOOK_BACK = 12


@dataclass(frozen=True, slots=True)
class Leader:
    """A group and the first of it in the indicator that comes first in its trade; several where they share it."""

    group: Group
    standings: list[Standing]
    entries: int


@dataclass(frozen=True, slots=True)
class Leaders:
    period: Period
    run: StandingsRun
    groups: list[Leader]


def board_period(competition: Competition) -> Period | None:
    """The newest ranked period that is over and in which anyone has a rank, the shortest of those that end together.

    Else the newest there is.
    """
    periods = ranked_periods(competition)
    over = [period for period in periods if period.last < Month.of(clock.today())]
    newest_first = sorted(over, key=lambda period: (period.last, -period.length), reverse=True)
    for period in newest_first[:LOOK_BACK]:
        run = newest_run(competition, period)
        if run and tables_of(run).filter(of__gt=0).exists():
            return period
    return next(iter(newest_first or periods), None)


def leaders_of(user: Any, competition: Competition) -> Leaders | None:
    """The leaders of each group, or None where nothing is ranked or not everything is shown to the viewer."""
    period = board_period(competition)
    run = newest_run(competition, period) if period else None
    if period is None or run is None or not shows_all(user, competition, period):
        return None
    rules = Rules.read(run.rule_set.document)
    leading = {group: pinned for group in competition.groups.all() if (pinned := rules.leading(group.trade))}
    codes = {pinned.definition.code for pinned in leading.values()}
    tables = {
        table.ranking.group: table
        for table in tables_of(run).filter(indicator__code__in=codes)
        if leading[table.ranking.group].definition.code == table.indicator.code
    }
    first = {pk for table in tables.values() for pk in _first(table)}
    standings = standings_in(tables.values(), Entry.objects.filter(pk__in=first).select_related("plant", "equipment"))
    groups = [
        Leader(
            group,
            [each for each in standings if each.group == group],
            len(tables[group].ranking.entries) if group in tables else 0,
        )
        for group in leading
    ]
    return Leaders(period, run, groups)


def _first(table: StandingsTable) -> list[int]:
    """The entries of the first rank; where nobody is ranked, one that has a value."""
    entries = table.ranking.entries
    return [entry for entry, rank in zip(entries, table.column("rank"), strict=True) if rank == "1"] or [
        entry for entry, value in zip(entries, table.column("value"), strict=True) if value is not None
    ][:1]
