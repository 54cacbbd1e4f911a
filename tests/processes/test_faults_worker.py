"""Workers killed at random points, two beats, a clock put back: standings come out whole, once, and the same."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from competitions.models import StandingsRun
from competitions.tasks import rank_due
from config.celery import app
from core.beat import Scheduler
from core.models import Heartbeat
from tests import factories as make
from tests.processes import programs, sites

pytestmark = [pytest.mark.worker, pytest.mark.slow, pytest.mark.xdist_group("workers")]

SEED = 1959
KILLS = 10
GROUPS = 25
MONTHS = [f"2025-{number:02}" for number in range(1, 13)]


@pytest.fixture
def reported(site):
    """A year of three furnaces, in many groups, that nobody has ranked."""
    competition = make.competition()
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian", "benxi")]
    for number in range(GROUPS):
        make.enter(make.group(competition, f"group-{number}"), *furnaces)
    for number, month in enumerate(MONTHS):
        for place, furnace in enumerate(furnaces):
            output = 9000 + 37 * ((number * 7 + place * 5) % 11)
            make.report(furnace.plant, month, {furnace: {"good_t": output, "kwh": output * 550}})
    return competition


def as_published(periods):
    """The tables of some groups in some indicators, as people download them."""
    groups = ("group-0", "group-12", f"group-{GROUPS - 1}")
    return sites.standings("national", groups, ("furnace_utilization", "electricity_per_t"), periods)


def attempts():
    """How often a worker has taken up a run."""
    return StandingsRun.objects.aggregate(each=Sum("attempts"))["each"] or 0


def kill_at(site, point):
    """Let a worker take up the work and kill it when so many runs are complete."""
    before = attempts()
    with site.worker() as victim:
        programs.wait_for(lambda: attempts() > before)
        programs.wait_for(lambda: len(sites.ranked_periods()) >= int(point), every=0.002)
        programs.pause(point % 1 * 0.1)
        programs.kill(victim)


def test_workers_killed_at_ten_random_points_under_two_beats_end_with_each_run_once(site, reported, undisturbed):
    def all_at_once():
        rank_due()
        return sites.ranked_periods(), as_published(sites.ranked_periods())

    wanted, tables = undisturbed(all_at_once)
    assert len(wanted) > KILLS
    # A point is so many runs complete and a share of the time that one takes.
    chance = random.Random(SEED)
    points = sorted(chance.uniform(0, len(wanted) - 1) for _ in range(KILLS))
    print(f"seed {SEED}: killed at", *(f"{point:.2f}" for point in points), f"of {len(wanted)} runs")
    with site.beat("one"), site.beat("two"):
        for point in points:
            kill_at(site, point)
        assert len(sites.ranked_periods()) < len(wanted)
        with site.worker():
            programs.wait_for(lambda: set(sites.ranked_periods()) == set(wanted))
            programs.rounds(3)
    assert Counter(sites.ranked_periods()) == Counter(wanted)
    assert as_published(wanted) == tables


def test_beat_that_was_sent_into_the_future_goes_on_when_the_clock_is_put_back(site):
    """What it remembers is a day ahead, as after a stop, a clock put right and a start."""
    ahead = Scheduler(app, schedule_filename=str(site.var_dir / "beat-schedule"))
    for entry in ahead.schedule.values():
        entry.last_run_at = entry.default_now() + timedelta(days=1)
    ahead.close()
    Heartbeat.objects.create(name="worker", at=timezone.now() + timedelta(days=1))
    with site.beat(), site.worker():
        programs.wait_for(lambda: Heartbeat.objects.get(name="worker").at < timezone.now())
