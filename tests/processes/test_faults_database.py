"""The database restarted or full under load: a clear page, nothing half written, and the site comes back by itself."""

import time
from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import connections
from django.utils import timezone

from competitions.tasks import rank_due
from core import ledger
from core.periods import Month
from plants.models import UnitMonth
from tests import factories as make
from tests.processes import programs, sites
from tests.processes.clients import Reader, Reporter

pytestmark = [pytest.mark.worker, pytest.mark.slow, pytest.mark.xdist_group("workers")]

served = pytest.mark.skipif(sites.IS_EMBEDDED, reason="restarts PostgreSQL; runs in the pass on PostgreSQL and Redis")
embedded = pytest.mark.skipif(not sites.IS_EMBEDDED, reason="fills the disk of SQLite; runs in the pass on SQLite")

MEASURES = ("good_t", "checked_t", "heats", "kwh", "electrode_kg")


def month():
    """This month by the real clock, which no calendar has locked."""
    return Month.of(timezone.localdate())


@pytest.fixture
def plants(site):
    """Three plants of two furnaces each in one competition; the three months before are approved."""
    competition = make.competition(starts=str(month().plus(-3)), ends=str(month().plus(3)))
    group = make.group(competition)
    made = [make.plant(slug) for slug in ("daye", "dalian", "benxi")]
    for number, plant in enumerate(made):
        furnaces = [make.equipment(plant, code) for code in ("no-1", "no-2")]
        make.enter(group, *furnaces)
        for before in (1, 2, 3):
            figures = {each: {"good_t": 9000 + 10 * number + before} for each in furnaces}
            make.report(plant, str(month().plus(-before)), figures)
    return made


def ranked():
    """What has been ranked, and the tables."""
    periods = sites.ranked_periods()
    return Counter(periods), sites.standings("national", ["furnaces"], ["furnace_utilization"], sorted(set(periods)))


@contextmanager
def at_work(port, plants):
    """Three reporters and a reader for the length of the block."""
    reporters = [
        Reporter(sites.Person(port, make.reporter(plant)), f"/returns/{plant.slug}/{month()}/", MEASURES)
        for plant in plants
    ]
    clients = [*reporters, Reader(sites.Person(port, make.admin()))]
    try:
        yield clients
    finally:
        for client in clients:
            client.stop()


def every_answer(clients):
    return [said for client in clients for said in client.said]


def assert_every_answer_is_clear(clients):
    """Everything was done, or is said not to be, with what was typed to be sent again."""
    every = every_answer(clients)
    assert {said.answer.status for said in every} <= {200, 302, 503}
    refused = [said for said in every if said.answer.status == 503]
    assert refused
    for said in refused:
        assert "The database is away for a moment" in said.answer.text
        assert said.answer.headers["Retry-After"]
        assert said.answer.headers["Content-Security-Policy"]
        if said.number is not None:
            assert "Send it again" in said.answer.text
            kept = sites.kept(said.answer.text)
            assert len([name for name in kept if name.startswith("f.")]) == 2 * len(MEASURES)
            assert {text for name, text in kept.items() if name.startswith("f.")} == {str(said.number)}
    return refused


def assert_returns_are_whole(clients, plants):
    """Each return holds one number everywhere, the ledger tells how it came there, nothing saved is missing."""
    for client, plant in zip(clients, plants, strict=False):
        entries = list(ledger.entries_of(f"return:{plant.slug}/{month()}").filter(act="return.saved").order_by("id"))
        stands = {}
        for entry in entries:
            assert len(entry.new) == 2 * len(MEASURES)
            assert len(set(entry.new.values())) == 1
            assert {name: text for name, text in entry.old.items() if text} == stands
            stands = entry.new
        rows = UnitMonth.objects.filter(plant=plant, month=month().first_day)
        figures = {f"{row.equipment.code}/{code}": row.figures[code] for row in rows for code in MEASURES}
        assert figures == stands
        saved = {said.number for said in client.said if said.number and said.answer.status == 302}
        assert saved
        assert saved <= {int(number) for entry in entries for number in entry.new.values()}


@served
@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_postgres_restarted_under_load_says_so_and_leaves_nothing_half_written(
    site, plants, postgres, undisturbed, mode
):
    def restart():
        postgres.stop(mode)
        programs.pause(0.5)
        postgres.start()

    disturbed_under_load(site, plants, undisturbed, restart)


@embedded
def test_disk_of_sqlite_full_under_load_says_so_and_leaves_nothing_half_written(
    database_disk, site, plants, undisturbed
):
    def fill_and_free():
        database_disk.fill()
        programs.pause(1.5)
        database_disk.free()

    disturbed_under_load(site, plants, undisturbed, fill_and_free)


def disturbed_under_load(site, plants, undisturbed, disturb):
    """Take the database away three times while people and the worker are at work, and look at what came of it."""
    wanted = undisturbed(lambda: (rank_due(), ranked())[1])
    there = [time.monotonic()]
    with site.web() as port, site.worker() as worker, site.beat() as beat:
        with at_work(port, plants) as clients:
            for _ in range(3):
                programs.pause(1.5)
                there.append(time.monotonic())
                disturb()
                there.append(time.monotonic())
            programs.pause(1.5)
        there.append(time.monotonic())
        connections["default"].close()
        programs.rounds(2)
        programs.wait_for(lambda: ranked() == wanted)
        assert worker.poll() is beat.poll() is None
    refused = assert_every_answer_is_clear(clients)
    spans = list(zip(there[::2], there[1::2], strict=True))
    # The first request after the return finds a connection that is alive.
    assert [each for each in refused if any(up < each.began and each.ended < down for up, down in spans)] == []
    assert "/healthz" not in {each.path for each in refused}
    assert_returns_are_whole(clients, plants)
    kinds = Counter((each.answer.status, "posted" if each.number else "read") for each in every_answer(clients))
    print("answers", dict(kinds))
