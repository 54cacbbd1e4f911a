"""Tasks only wake up and ask the database what is due; killing one, or running two, changes nothing."""

from celery import shared_task

from accounts import mailing


@shared_task
def mail_due() -> int:
    """Send the mails that are due. Answers how many went out."""
    return mailing.mail_due()
