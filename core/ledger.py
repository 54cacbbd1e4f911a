"""The ledger: one row for every change of state, in the same transaction as the change."""

from typing import Any

from django.db.models import QuerySet

from core import clock
from core.models import PASSING_ACTS, LedgerEntry

SYSTEM = "system"


def record(*, actor: Any, act: str, subject: str, old: Any = None, new: Any = None, reason: str = "") -> LedgerEntry:
    """Write down that `actor` (a user, or `SYSTEM`) did `act` to `subject` (such as `return:daye/2026-10`)."""
    return LedgerEntry.objects.create(
        at=clock.now(),
        actor=actor if isinstance(actor, str) else actor.get_username(),
        act=act,
        subject=subject,
        old=old,
        new=new,
        reason=reason,
    )


def entries_of(subject: str) -> QuerySet[LedgerEntry]:
    """Everything that was ever done to the object, oldest first."""
    return LedgerEntry.objects.filter(subject=subject)


def lasting() -> QuerySet[LedgerEntry]:
    """What was done but for the figures of returns and rankings: the newest tells whether a name or a role changed."""
    return LedgerEntry.objects.exclude(PASSING_ACTS)
