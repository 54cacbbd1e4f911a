"""The broker taken away during approvals and runs: people's acts go on, and nothing is lost."""

from contextlib import ExitStack, contextmanager

import pytest

from competitions.tasks import rank_due
from core.periods import Month
from plants.choices import ReturnState
from plants.models import ReturnVersion
from plants.services import returns
from tests import factories as make
from tests.processes import programs, sites

pytestmark = [pytest.mark.worker, pytest.mark.slow, pytest.mark.xdist_group("workers")]

GROUPS = 12
MONTHS = ("2025-01", "2025-02", "2025-03")


@pytest.fixture
def broker(request):
    """A block in which the broker is away: Redis is stopped, or the disk of the embedded one is full."""
    if sites.IS_EMBEDDED:
        disk = request.getfixturevalue("broker_disk")
        begin, end = disk.fill, disk.free
    else:
        redis = request.getfixturevalue("redis")
        begin, end = redis.stop, redis.start

    @contextmanager
    def away():
        begin()
        with ExitStack() as stack:
            stack.callback(end)
            yield

    return away


@pytest.fixture
def plants(broker, site):
    """Three plants with three submitted months each, in many groups."""
    competition = make.competition()
    made = [make.plant(slug) for slug in ("daye", "dalian", "benxi")]
    furnaces = [make.equipment(plant) for plant in made]
    for number in range(GROUPS):
        make.enter(make.group(competition, f"group-{number}"), *furnaces)
    for number, month in enumerate(MONTHS):
        for furnace in furnaces:
            figures = {"good_t": 9000 + 10 * number + furnace.pk}
            make.report(furnace.plant, month, {furnace: figures}, until="submitted")
    return made


def tables():
    """What is ranked by now, as people download it."""
    periods = sorted(set(sites.ranked_periods()))
    return sites.standings("national", ["group-0", f"group-{GROUPS - 1}"], ["furnace_utilization"], periods)


def test_broker_away_during_approvals_and_runs_nothing_waits_and_nothing_is_lost(broker, site, plants, undisturbed):
    def all_at_once():
        for month in MONTHS:
            for plant in plants:
                returns.return_approve(actor=make.director(plant), plant=plant, month=Month.parse(month))
        rank_due()
        return tables()

    wanted = undisturbed(all_at_once)
    with site.web() as port, site.worker() as worker, site.beat() as beat:
        directors = [sites.Person(port, make.director(plant)) for plant in plants]
        organizer = sites.Person(port, make.person("organizer@example.org"))

        def approve(month):
            paths = [f"/returns/{plant.slug}/{month}/approve/" for plant in plants]
            return [director.post(path).status for director, path in zip(directors, paths, strict=True)]

        programs.rounds(1)
        assert approve(MONTHS[0]) == [302] * 3
        programs.wait_for(sites.ranked_periods, every=0.005)
        with broker():
            assert approve(MONTHS[1]) == [302] * 3
            assert organizer.post("/competitions/national/rankings/request/", {"period": "2025-H1"}).status == 302
            programs.pause(2.5)
        assert approve(MONTHS[2]) == [302] * 3
        programs.wait_for(lambda: wanted.items() <= tables().items(), every=2)
        programs.rounds(2)
        assert worker.poll() is beat.poll() is None
        told = site.log("web")
    approved = ReturnVersion.objects.filter(state=ReturnState.APPROVED)
    assert approved.count() == len(MONTHS) * len(plants)
    assert "2025-H1" in sites.ranked_periods()
    assert "rank_period will be found by the sweeper" in told
    assert "Traceback" not in told
