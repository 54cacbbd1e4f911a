"""Tasks only wake up and ask the database what is due; killing one, or running two, changes nothing."""

from celery import shared_task

from plants.notices import reminders_send


@shared_task
def remind() -> int:
    """Remind of returns that are due soon or late. Answers of how many."""
    return reminders_send()
