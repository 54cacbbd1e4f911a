"""What the front page shows of a competition: the newest period and the leader of each group."""

from dataclasses import dataclass
from typing import Any

from competitions.models import Competition, Group, Standing, StandingsRun
from competitions.rulesets import Rules
from competitions.tables import newest_run, ranked_periods, shows_all
from core.periods import Period


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
    """The newest ranked period in which anyone has a rank, else the newest."""
    periods = ranked_periods(competition)
    for period in periods[:12]:
        run = newest_run(competition, period)
        if run and run.standings.filter(rank=1).exists():
            return period
    return periods[0] if periods else None


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
