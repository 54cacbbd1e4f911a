"""A standings run: group by group under a lease, so that it can be killed anywhere and ends complete, once."""

import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from competitions.choices import RunState
from competitions.inputs import inputs_of
from competitions.models import (
    Competition,
    Group,
    GroupRanking,
    StaleGroup,
    StandingsRun,
    StandingsTable,
    TrackedPeriod,
)
from competitions.rulesets import Rules, digest
from competitions.services.rulesets import rule_set_of
from competitions.services.tracking import dirty_months_absorb, period_mark
from competitions.standings import Inputs, inputs_digest, placings, table_of
from core import clock, leases, ledger
from core.periods import Period
from indicators.models import Indicator

logger = logging.getLogger(__name__)

# In so many parts a run is written: each costs a transaction, and a killed worker at most the work of one.
PARTS = 10


def period_rank(competition: Competition, period: Period) -> StandingsRun | None:
    """Rank a period now: the newest complete run afterwards; None while another worker is at it.

    Only the groups that may have changed since the newest run are ranked anew. Where nothing that counts has changed
    in them, that run stands and no new one is written.
    """
    with leases.holding(f"rank:{competition.slug}:{period}") as lease:
        if lease is None:
            logger.info("%s %s is being ranked by another worker", competition.slug, period)
            return None
        try:
            return _rank(_begin(competition, period), lease)
        except leases.LeaseLost:
            logger.warning("%s %s: another worker took over", competition.slug, period)
            return None


@transaction.atomic
def _begin(competition: Competition, period: Period) -> StandingsRun:
    """The run to work on: a new one, or what a killed worker left.

    What is marked from now on is not answered by this run, whether or not it happens to read it.
    """
    # What counts by now shall count for every group of the plant, not only for those that are stale already.
    dirty_months_absorb()
    run = StandingsRun.objects.of_period(period).filter(competition=competition, state=RunState.RUNNING).first()
    if run is None:
        run = StandingsRun(
            competition=competition, first=period.first.first_day, last=period.last.first_day, attempts=0
        )
    tracked = _tracked(run).first()
    run.rule_set = rule_set_of(competition)
    run.changes = tracked.changes if tracked else 0
    run.code_version = settings.CODE_VERSION
    run.attempts += 1
    run.started_at = clock.now()
    run.done = run.total = 0
    run.save()
    return run


def _tracked(run: StandingsRun) -> QuerySet[TrackedPeriod]:
    return TrackedPeriod.objects.filter(competition=run.competition, first=run.first, last=run.last)


def _rank(run: StandingsRun, lease: leases.Held) -> StandingsRun:
    """Read the inputs of the groups to be ranked anew, rank one after the other, and finish.

    A ranking that is there already, from the same inputs by the same rules, is taken as it is: that is how a run takes
    up what a killed worker left.
    """
    rules = Rules.read(run.rule_set.document)
    groups = list(run.competition.groups.all())
    rankings = _standing(run)
    anew = [group for group in groups if group.pk not in rankings]
    run.total = len(anew)
    run.save(update_fields=["total"])
    inputs = inputs_of(anew, run.period, rules)
    indicators = dict(Indicator.objects.values_list("code", "pk"))
    size = max(1, len(anew) // PARTS)
    for start in range(0, len(anew), size):
        part = {group: inputs[group.pk] for group in anew[start : start + size]}
        rankings |= _rank_groups(run, part, rules, indicators, lease)
    return _finish(run, {group.code: rankings[group.pk] for group in groups}, lease)


def _standing(run: StandingsRun) -> dict[int, GroupRanking]:
    """The rankings of the newest complete run, by group, that still stand: of groups in which nothing has changed."""
    newest = _newest(run)
    tracked = _tracked(run).first()
    if newest is None or tracked is None or tracked.whole > tracked.ranked:
        return {}
    stale = tracked.stale_groups.values("group")
    standing = newest.rankings.filter(rule_set=run.rule_set, code_version=run.code_version).exclude(group__in=stale)
    return {ranking.group_id: ranking for ranking in standing}


def _newest(run: StandingsRun) -> StandingsRun | None:
    """The newest complete run of the run's period."""
    return StandingsRun.objects.complete().of_period(run.period).filter(competition=run.competition).last()


@transaction.atomic
def _rank_groups(
    run: StandingsRun,
    part: Mapping[Group, Inputs],
    rules: Rules,
    indicators: Mapping[str, int],
    lease: leases.Held,
) -> dict[int, GroupRanking]:
    """The rankings of some groups from their inputs, by group id, written unless they are there, with the progress.

    Only as long as the lease is held.
    """
    lease.renew()
    key = {"first": run.first, "last": run.last, "rule_set": run.rule_set, "code_version": run.code_version}
    pinned = {group: rules.of_group(group.trade, whole_plants=group.is_of_plants) for group in part}
    hashes = {group: inputs_digest(inputs, pinned[group]) for group, inputs in part.items()}
    there = GroupRanking.objects.filter(**key, group__in=part, inputs_hash__in=hashes.values())
    rankings = {ranking.group_id: ranking for ranking in there if ranking.inputs_hash == hashes[ranking.group]}
    new = [
        GroupRanking(
            **key,
            group=group,
            inputs_hash=hashes[group],
            entries=inputs.entries,
            late=[entry for entry, late in zip(inputs.entries, inputs.late, strict=True) if late],
        )
        for group, inputs in part.items()
        if group.pk not in rankings
    ]
    GroupRanking.objects.bulk_create(new)
    StandingsTable.objects.bulk_create(
        StandingsTable(ranking=ranking, indicator_id=indicators[placed.indicator], of=placed.of, **table_of(placed))
        for ranking in new
        for placed in placings(part[ranking.group], pinned[ranking.group], rules)
    )
    run.done += len(part)
    run.save(update_fields=["done"])
    return rankings | {ranking.group_id: ranking for ranking in new}


@transaction.atomic
def _finish(run: StandingsRun, rankings: Mapping[str, GroupRanking], lease: leases.Held) -> StandingsRun:
    """Make the run of these rankings (by group code) a fact, or drop it where it says what the newest one says."""
    lease.renew()
    run.inputs_hash = digest({code: ranking.inputs_hash for code, ranking in rankings.items()})
    _tracked(run).filter(ranked__lt=run.changes).update(ranked=run.changes)
    StaleGroup.objects.filter(tracked__in=_tracked(run), change__lte=run.changes).delete()
    newest = _newest(run)
    if newest and (newest.inputs_hash, newest.rule_set_id, newest.code_version) == (
        run.inputs_hash,
        run.rule_set_id,
        run.code_version,
    ):
        run.delete()
        return newest
    run.state = RunState.COMPLETE
    run.finished_at = clock.now()
    run.save()
    run.rankings.set(rankings.values())
    ledger.record(
        actor=ledger.SYSTEM,
        act="standings.ranked",
        subject=run.competition.subject,
        new={
            "period": str(run.period),
            "run": run.pk,
            "inputs": run.inputs_hash,
            "rules": run.rule_set.digest,
            "code": run.code_version,
        },
    )
    return run


def period_rank_now(competition: Competition, period: Period) -> StandingsRun | None:
    """Rank a period whether or not anything is known to have changed, tracking it from now on."""
    period_mark(competition, period)
    return period_rank(competition, period)
