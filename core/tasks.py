import logging
from typing import Any

from celery import shared_task, signals
from django.db import DatabaseError, connection

from core import health

logger = logging.getLogger(__name__)


@shared_task
def heartbeat() -> None:
    """Shows that beat, broker, worker and database work together; `/readyz` reads it."""
    health.sign("worker")


@signals.before_task_publish.connect(sender=heartbeat.name)
def beat_is_alive(**_: Any) -> None:
    """Beat alone sends heartbeats, and signs in its own process, so that its silence is told from the worker's."""
    try:
        health.sign("beat")
    except DatabaseError as error:
        logger.warning("database away, beat goes on: %s", type(error).__name__)
    finally:
        # Nobody closes connections between beats; one kept would be found dead after the database's restart.
        if not connection.in_atomic_block:
            connection.close()
