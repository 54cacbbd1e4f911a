"""The beat after the clock was put back, and on a full disk."""

import resource
import shelve
from datetime import timedelta
from dbm import dumb
from types import SimpleNamespace

import pytest
from celery import Celery
from django.conf import settings

from core.beat import Scheduler


@pytest.fixture
def sent():
    return []


@pytest.fixture
def scheduler(tmp_path, sent):
    """A scheduler of three tasks whose sending is noted; two come every minute, one at half past two."""

    class Noted(Scheduler):
        # The one kind of store that every Python has.
        persistence = SimpleNamespace(
            open=lambda name, writeback: shelve.Shelf(dumb.open(name), writeback=writeback),  # noqa: SIM115
        )

        def apply_async(self, entry, *args, **kwargs):
            self.reserve(entry)
            sent.append(entry.name)

    app = Celery("beat", set_as_current=False)
    app.conf.beat_schedule = {
        name: settings.CELERY_BEAT_SCHEDULE[name] for name in ("heartbeat", "rank-due", "rank-all")
    }
    made = Noted(app, schedule_filename=str(tmp_path / "schedule"))
    made.producer = None
    yield made
    made.close()


def put_back_a_day(scheduler):
    """What the scheduler remembers is a day ahead of the clock now."""
    scheduler.tick()
    for entry in scheduler.schedule.values():
        entry.last_run_at = entry.default_now() + timedelta(days=1)
    scheduler._heap = None
    scheduler.populate_heap()


def test_clock_put_back_a_day_every_task_is_sent_within_its_interval(scheduler, sent):
    put_back_a_day(scheduler)
    assert 0 <= scheduler.tick() <= settings.RANK_INTERVAL_S
    entries = scheduler.schedule.values()
    assert all(entry.last_run_at <= entry.default_now() for entry in entries)
    assert all(entry.is_due().next <= 86_400 for entry in entries)
    assert sent == []


def test_clock_put_back_no_task_starves_behind_another(scheduler, sent):
    put_back_a_day(scheduler)
    scheduler.tick()
    for entry in scheduler.schedule.values():
        entry.last_run_at -= timedelta(minutes=2)
    scheduler._heap = None
    while scheduler.tick() == 0:
        pass
    assert sorted(sent)[:2] == ["heartbeat", "rank-due"]


def test_schedule_that_cannot_be_written_does_not_end_the_beat(scheduler, caplog):
    """A limit on the size of files stands for a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        scheduler.sync()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "goes on without" in caplog.text
    assert scheduler.schedule is scheduler.schedule
    scheduler.sync()
