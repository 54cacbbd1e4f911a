import logging
from typing import Any

from celery import shared_task, signals
from django.db import Error, connection

from core import health

logger = logging.getLogger(__name__)


@shared_task
def heartbeat() -> None:
    """Shows that beat, broker, worker and database work together; `/readyz` reads it."""
    health.sign("worker")


@signals.worker_ready.connect
def worker_has_started(**_: Any) -> None:
    """The first heartbeat is an interval away; until then a worker that waits for work is well."""
    _sign_outside_of_tasks("worker")


@signals.beat_init.connect
@signals.before_task_publish.connect(sender=heartbeat.name)
def beat_is_alive(**_: Any) -> None:
    """Beat alone sends heartbeats, and signs in its own process, so that its silence is told from the worker's."""
    _sign_outside_of_tasks("beat")


def _sign_outside_of_tasks(name: str) -> None:
    try:
        health.sign(name)
    except Error as error:
        logger.warning("database away, %s goes on: %s", name, type(error).__name__)
    finally:
        # Nobody closes connections outside of tasks; one kept would be found dead after the database's restart.
        if not connection.in_atomic_block:
            connection.close()
