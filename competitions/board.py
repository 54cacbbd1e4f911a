"""What the front page shows of a competition: the newest period and the leader of each group."""

from dataclasses import dataclass
from typing import Any

from competitions.models import Competition, Group, Standing, StandingsRun
from competitions.rulesets import Rules
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
        if run and run.standings.filter(rank=1).exists():
            return period
    return next(iter(newest_first or periods), None)


def leaders_of(user: Any, competition: Competition) -> Leaders | None:
    """The leaders of each group, or None where nothing is ranked or not everything is shown to the viewer."""
    period = board_period(competition)
    run = newest_run(competition, period) if period else None
    if period is None or run is None or not shows_all(user, competition, period):
        return None
    rules = Rules.read(run.rule_set.document)
    groups = []
    for group in competition.groups.all():
        pinned = rules.leading(group.trade)
        if pinned is None:
            continue
        standings = Standing.objects.filter(
            run=run, group=group, indicator__code=pinned.definition.code
        ).select_related("entry__plant", "entry__equipment", "indicator")
        first = [each for each in standings if each.rank == 1] or [
            each for each in standings if each.value is not None
        ][:1]
        groups.append(Leader(group, first, len(standings)))
    return Leaders(period, run, groups)
