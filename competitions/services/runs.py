"""A standings run: group by group under a lease, so that it can be killed anywhere and ends complete, once."""

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from competitions.choices import RunState
from competitions.inputs import competitors_of
from competitions.models import Competition, Group, Standing, StandingsRun, TrackedPeriod
from competitions.rulesets import Rules, digest
from competitions.services.rulesets import rule_set_of
from competitions.services.tracking import period_mark
from competitions.standings import Competitor, Placing, placings
from core import clock, leases, ledger
from core.bulk import rows_insert
from core.periods import Period
from indicators.models import Indicator

logger = logging.getLogger(__name__)

COLUMNS = (
    "run_id",
    "group_id",
    "entry_id",
    "indicator_id",
    "value",
    "numerator",
    "denominator",
    "source_id",
    "base",
    "base_source_id",
    "change",
    "change_pct",
    "rank",
    "of",
    "reason",
    "late",
)


def period_rank(competition: Competition, period: Period) -> StandingsRun | None:
    """Rank a period now: the newest complete run afterwards; None while another worker is at it.

    What another worker left unfinished is taken up where it stopped. Where nothing that counts has changed since
    the newest run, that run stands and no new one is written.
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
    """The run to work on: a new one, or what a killed worker left."""
    rule_set = rule_set_of(competition)
    tracked = TrackedPeriod.objects.filter(
        competition=competition, first=period.first.first_day, last=period.last.first_day
    ).first()
    run = StandingsRun.objects.of_period(period).filter(competition=competition, state=RunState.RUNNING).first()
    if run is None:
        run = StandingsRun(
            competition=competition, first=period.first.first_day, last=period.last.first_day, attempts=0
        )
    elif run.rule_set_id != rule_set.pk or run.code_version != settings.CODE_VERSION:
        _start_over(run)
    run.rule_set = rule_set
    run.changes = tracked.changes if tracked else 0
    run.code_version = settings.CODE_VERSION
    run.attempts += 1
    run.started_at = clock.now()
    run.total = competition.groups.count()
    run.save()
    return run


def _start_over(run: StandingsRun) -> None:
    """Drop what an unfinished run has written; it never was a fact."""
    run.standings.all().delete()
    run.group_hashes, run.done = {}, 0


def _rank(run: StandingsRun, lease: leases.Held) -> StandingsRun:
    """Read the inputs once, write the groups that are missing, and finish.

    What a killed worker left is kept only if all of it was computed from just these inputs, so that the groups of a
    run never mix figures of two moments.
    """
    rules = Rules.read(run.rule_set.document)
    indicators = {each.code: each for each in Indicator.objects.all()}
    competitors = competitors_of(run.competition, run.period, rules)
    groups = list(run.competition.groups.all())
    hashes = {group.code: digest([_facts(each) for each in competitors[group.pk]]) for group in groups}
    if any(hashes.get(code) != written for code, written in run.group_hashes.items()):
        _start_over(run)
    for group in groups:
        if group.code in run.group_hashes:
            continue
        pinned = rules.of_group(group.trade, whole_plants=group.is_of_plants)
        rows = [
            _row(run, group, indicators[each.indicator], each)
            for each in placings(competitors[group.pk], pinned, rules)
        ]
        _write_group(run, group, rows, hashes[group.code], lease)
    return _finish(run, lease)


@transaction.atomic
def _write_group(
    run: StandingsRun, group: Group, rows: Sequence[tuple[Any, ...]], inputs: str, lease: leases.Held
) -> None:
    """Write a group's standings together with the run's progress, as long as the lease is held."""
    lease.renew()
    rows_insert(Standing, COLUMNS, rows)
    run.group_hashes[group.code] = inputs
    run.done = len(run.group_hashes)
    run.save(update_fields=["group_hashes", "done"])


def _row(run: StandingsRun, group: Group, indicator: Indicator, placed: Placing) -> tuple[Any, ...]:
    """A standing's values in the order of COLUMNS."""
    return (
        run.pk,
        group.pk,
        placed.entry,
        indicator.pk,
        placed.value.value,
        placed.value.numerator,
        placed.value.denominator,
        placed.value.source,
        placed.base.value,
        placed.base.source,
        placed.change,
        placed.change_pct,
        placed.rank,
        placed.of,
        str(placed.reason),
        placed.late,
    )


def _facts(competitor: Competitor) -> dict[str, Any]:
    """Everything a competitor's standings were computed from, for the hash of the inputs."""

    def sums(each: Any) -> list[Any]:
        figures = {code: [str(value), each.counts.get(code)] for code, value in each.sums.items()}
        return [each.needed, each.present, figures, each.late]

    def published(figures: Any) -> dict[str, str]:
        return {code: str(value) for code, (_pk, value) in figures.items()}

    return {
        "entry": competitor.entry,
        "in_band": competitor.in_band,
        "now": sums(competitor.now),
        "before": sums(competitor.before),
        "published": published(competitor.published),
        "published_before": published(competitor.published_before),
    }


@transaction.atomic
def _finish(run: StandingsRun, lease: leases.Held) -> StandingsRun:
    """Make the run a fact, or drop it where it says what the newest one says already."""
    lease.renew()
    run.inputs_hash = digest(run.group_hashes)
    TrackedPeriod.objects.filter(
        competition=run.competition, first=run.first, last=run.last, ranked__lt=run.changes
    ).update(ranked=run.changes)
    newest = StandingsRun.objects.of_period(run.period).filter(competition=run.competition).complete().last()
    if newest and (newest.inputs_hash, newest.rule_set_id, newest.code_version) == (
        run.inputs_hash,
        run.rule_set_id,
        run.code_version,
    ):
        run.standings.all().delete()
        run.delete()
        return newest
    run.state = RunState.COMPLETE
    run.finished_at = clock.now()
    run.save()
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
