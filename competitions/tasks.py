"""Tasks only wake up and ask the database what is due; killing one, or running two, changes nothing."""

import logging

from celery import shared_task

from competitions.models import Competition
from competitions.notices import rankings_tell, revisions_tell
from competitions.services.runs import period_rank
from competitions.services.tracking import competition_mark, dirty_months_absorb, due_periods
from core import health
from core.periods import Period

logger = logging.getLogger(__name__)


@shared_task
def rank_due() -> int:
    """Rank every period that has changed since it was ranked. Answers how many runs there are for it."""
    dirty_months_absorb()
    ranked = 0
    for tracked in due_periods():
        ranked += period_rank(tracked.competition, tracked.period) is not None
    return ranked


@shared_task
def rank_period(competition_id: int, period: str) -> None:
    """Rank one period somebody asked for. A competition gone meanwhile is nothing to do."""
    competition = Competition.objects.filter(pk=competition_id).first()
    if competition is not None:
        period_rank(competition, Period.parse(period))


@shared_task
def rank_all() -> int:
    """The nightly full pass: every ended period is looked at again, whatever the marks say."""
    for competition in Competition.objects.all():
        competition_mark(competition)
    ranked = rank_due()
    health.sign("nightly", periods=ranked)
    return ranked


@shared_task
def tell() -> int:
    """Tell people of revisions that wait for them and of periods ranked for the first time. Answers of how many."""
    return revisions_tell() + rankings_tell()
