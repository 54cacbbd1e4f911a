"""The clock put forward by a day and back: nothing is ranked twice, nothing is stuck."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from competitions.services.runs import period_rank_now
from competitions.tasks import rank_all, rank_due
from core import clock, leases
from core.models import LedgerEntry
from tests import factories as make

pytestmark = pytest.mark.django_db

# The evening before a month and a quarter are over.
EVENING = datetime(2026, 6, 30, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = timedelta(days=1)


@pytest.fixture
def reported(now, report_all):
    competition = make.competition(starts="2026-04", ends="2026-07")
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian", "benxi")]
    make.enter(make.group(competition), *furnaces)
    for month in ("2026-04", "2026-05"):
        report_all(furnaces, month, ["9300", "9920", "9610"])
    return competition


def ranked():
    return Counter(each.new["period"] for each in LedgerEntry.objects.filter(act="standings.ranked"))


def test_clock_a_day_forward_and_back_nothing_is_ranked_twice(reported):
    with clock.at(EVENING):
        rank_due()
        rank_all()
        before = ranked()
    with clock.at(EVENING + DAY):
        rank_all()
        ahead = ranked()
    with clock.at(EVENING):
        rank_all()
        rank_due()
    assert {"2026-04", "2026-05"} <= before.keys()
    assert {"2026-06", "2026-Q2"} <= ahead.keys() - before.keys()
    assert ranked() == ahead
    assert set(ahead.values()) == {1}


def test_run_whose_worker_died_before_the_clock_was_put_back_is_taken_up_at_once(reported, monkeypatch):
    with clock.at(EVENING + DAY), monkeypatch.context() as died:
        # What a killed worker leaves is a lease that nobody gives back.
        died.setattr(leases.Held, "release", lambda held: None)
        period_rank_now(reported, make.period("2026-05"))
        assert period_rank_now(reported, make.period("2026-05")) is None
    with clock.at(EVENING):
        assert period_rank_now(reported, make.period("2026-05")) is not None
