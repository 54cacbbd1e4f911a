"""The post: what is due in the database goes out by mail, a row at a time, and is marked.

Nobody waits for the mail server, and nothing fails because it is away: what could not be sent stays due.
"""

import logging
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage, get_connection

from accounts import invitations, notices
from accounts.letters import Letter
from accounts.models import Invitation, Mailed, Notice
from core import clock, leases

logger = logging.getLogger(__name__)

AT_ONCE = 500
"""So many mails of a kind in one pass, that a pass ends."""
STALE = timedelta(days=3)
"""What happened longer ago stands on the page and is not mailed any more."""
LONGEST_WAIT_MIN = 360
REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
"""The server is there and will not have this one mail."""


def mail_due() -> int:
    """Send every mail that is due; answers how many went out. One worker at a time does it.

    A row is marked when its mail is handed over: a worker killed in between sends that one mail twice, never none.
    """
    with leases.holding("mail") as lease:
        if lease is None:
            return 0
        post, sent = get_connection(), 0
        try:
            for row in _due():
                lease.renew()
                sent += _send(row, post)
        except OSError as error:
            # Also every fault of SMTP. What was not sent stays due.
            logger.warning("mail server away after %d mails: %r", sent, error)
        except leases.LeaseLost:
            logger.warning("another worker took the post over after %d mails", sent)
        finally:
            post.close()
        return sent


def _due() -> Iterator[Mailed]:
    now = clock.now()
    Notice.objects.filter(mail_due_at__isnull=False, made_at__lte=now - STALE).update(mail_due_at=None)
    due = {"mail_due_at__lte": now}
    yield from (
        Invitation.objects.waiting()
        .filter(expires_at__gt=now, **due)
        .select_related("invited_by")
        .order_by("mail_due_at")[:AT_ONCE]
    )
    yield from (
        Notice.objects.unread()
        .filter(person__is_active=True, **due)
        .select_related("person")
        .order_by("mail_due_at")[:AT_ONCE]
    )


def _letter(row: Mailed) -> Letter:
    return invitations.letter_of(row) if isinstance(row, Invitation) else notices.letter_of(row)  # type: ignore[arg-type]


def _send(row: Mailed, post: Any) -> bool:
    """Whether the mail went out. Raises OSError when the server is away, the row then being put off as well."""
    same = type(row)._default_manager.filter(pk=row.pk, mail_due_at=row.mail_due_at)
    try:
        post.open()
        letter = _letter(row)
        # A name typed with a line break in it must not end the subject.
        subject = " ".join(letter.subject.split())
        EmailMessage(subject, letter.body, to=[letter.to], connection=post).send()
    except REFUSED as error:
        logger.warning("the mail server will not take the mail of %s %s: %r", type(row).__name__, row.pk, error)
        _put_off(row, same)
        return False
    except Exception:
        # Whatever it is, the next pass begins with the others.
        _put_off(row, same)
        raise
    same.update(mailed_at=clock.now(), mail_due_at=None)
    return True


def _put_off(row: Mailed, same: Any) -> None:
    """Let it wait, twice as long each time, so that one bad mail never holds up the others."""
    wait = timedelta(minutes=min(2**row.mail_tries, LONGEST_WAIT_MIN))
    same.update(mail_due_at=clock.now() + wait, mail_tries=min(row.mail_tries + 1, 20))
