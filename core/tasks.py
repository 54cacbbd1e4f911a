from celery import shared_task

from core import clock
from core.models import Heartbeat


@shared_task
def heartbeat() -> None:
    """Shows that beat, broker, worker and database work together; `/readyz` reads it."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})
