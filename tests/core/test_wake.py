"""Waking a task: after the commit, and never at the cost of a person's act."""

import logging

import pytest
from celery import Celery
from django.db import transaction

from core.broker import SCHEME
from core.wake import send_on_commit


def nothing():
    """What the tasks here do."""


def dead_redis_task():
    """A task whose broker would be Redis at a port where nobody listens, with the site's options for Redis."""
    app = Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False)
    app.conf.broker_transport_options = {"socket_connect_timeout": 3, "max_retries": 0}
    return app.task(nothing, name="tests.lost")


@pytest.mark.django_db(transaction=True)
def test_send_with_broker_away_gives_up_and_says_so(caplog):
    task = dead_redis_task()
    with caplog.at_level(logging.WARNING, logger="core.wake"), transaction.atomic():
        send_on_commit(task)
    assert "tests.lost will be found by the sweeper" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_send_in_a_transaction_rolled_back_wakes_nobody(caplog):
    task = dead_redis_task()
    with transaction.atomic():
        send_on_commit(task)
        transaction.set_rollback(True)
    assert "tests.lost" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_send_waits_for_the_commit():
    app = Celery("memory", broker="memory://", set_as_current=False)
    task = app.task(nothing, name="tests.waits")
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        with transaction.atomic():
            send_on_commit(task)
            assert queue.qsize() == 0
        assert queue.qsize() == 1


@pytest.mark.django_db(transaction=True)
def test_send_on_a_full_disk_returns_and_says_so(caplog, tmp_path):
    """The folder of the embedded broker takes no file: here because it is one, which binds root as well."""
    (tmp_path / "queue").write_text("no folder")
    app = Celery("full", broker=f"{SCHEME}://localhost/", set_as_current=False)
    app.conf.broker_transport_options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    task = app.task(nothing, name="tests.unwritten")
    with caplog.at_level(logging.WARNING, logger="core.wake"), transaction.atomic():
        send_on_commit(task)
    assert "tests.unwritten will be found by the sweeper" in caplog.text
