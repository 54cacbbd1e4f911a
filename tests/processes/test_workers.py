"""A killed worker, two beats, a broker away: whatever happens to the messages, the rows tell what is to be done."""

import pytest
from django.db.models import F

from competitions.choices import RunState
from competitions.models import GroupRanking, StandingsRun, TrackedPeriod
from competitions.selectors import tables_of
from core.models import Heartbeat
from plants.models import DirtyMonth
from tests import factories as make
from tests.processes import programs

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("workers"),
]

GROUPS = 60


@pytest.fixture
def reported(now):
    """Three furnaces with an approved month that nobody has ranked, in many groups so that a run takes a while."""
    competition = make.competition()
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian", "benxi")]
    for number in range(GROUPS):
        make.enter(make.group(competition, f"group-{number}"), *furnaces)
    for furnace, output in zip(furnaces, ("9300", "9920", "9610"), strict=True):
        make.report(furnace.plant, "2026-09", {furnace: {"good_t": output}})
    return competition


def run():
    return StandingsRun.objects.of_period(make.period("2026-09")).last()


def is_complete():
    found = run()
    return found if found and found.state == RunState.COMPLETE else None


def assert_complete_once(found):
    """Every group is ranked once with all its entries, and there is one run."""
    assert StandingsRun.objects.of_period(make.period("2026-09")).count() == 1
    assert GroupRanking.objects.filter(first=found.first, last=found.last).count() == found.rankings.count() == GROUPS
    assert len(set(found.rankings.values_list("group", flat=True))) == GROUPS
    assert {len(ranking.entries) for ranking in found.rankings.all()} == {3}
    assert {table.of for table in tables_of(found).filter(indicator__code="furnace_utilization")} == {3}


def test_worker_killed_in_the_middle_of_a_run_the_run_ends_complete_once(reported, tmp_path):
    with programs.beat(tmp_path):
        with programs.worker(tmp_path) as victim:
            programs.wait_for(lambda: (found := run()) and 2 <= found.done < GROUPS)
            programs.kill(victim)
        left = run()
        assert left.state == RunState.RUNNING
        assert 2 <= left.done < GROUPS
        written = set(GroupRanking.objects.filter(first=left.first, last=left.last).values_list("pk", flat=True))
        assert len(written) == left.done
        with programs.worker(tmp_path):
            found = programs.wait_for(is_complete)
    assert found.pk == left.pk
    assert found.attempts >= 2
    assert written < set(found.rankings.values_list("pk", flat=True))
    assert_complete_once(found)


def test_two_beats_and_two_workers_make_one_run(reported, tmp_path):
    with (
        programs.beat(tmp_path, "one"),
        programs.beat(tmp_path, "two"),
        programs.worker(tmp_path),
        programs.worker(tmp_path),
    ):
        found = programs.wait_for(is_complete)
        programs.wait_for(lambda: not TrackedPeriod.objects.filter(changes__gt=F("ranked")).exists())
        programs.wait_for(lambda: Heartbeat.objects.filter(name="worker").exists())
    assert_complete_once(found)
    assert not DirtyMonth.objects.exists()
