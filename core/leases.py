"""Leases: one worker at a time does a piece of work, on every database alike.

A lease is a row with an expiry. Taking and renewing it are single conditional statements, so two workers cannot both
succeed; a killed worker's lease lapses by itself, even where the clock was put back meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from core import clock
from core.models import Lease


class LeaseLost(Exception):
    """The lease lapsed and another worker may hold it now: stop, write nothing more."""


class Held:
    """A lease in hand."""

    def __init__(self, name: str, holder: UUID) -> None:
        self.name = name
        self.holder = holder

    def renew(self) -> None:
        """Extend the lease; call it inside the transaction that writes, so that a stale worker's write rolls back.

        Raises LeaseLost.
        """
        expires_at = clock.now() + timedelta(seconds=settings.LEASE_S)
        if not Lease.objects.filter(name=self.name, holder=self.holder).update(expires_at=expires_at):
            raise LeaseLost(self.name)

    def release(self) -> None:
        """Give the lease back."""
        Lease.objects.filter(name=self.name, holder=self.holder).delete()


def take(name: str) -> Held | None:
    """The lease if it is free or lapsed, else None."""
    held = Held(name, uuid4())
    now = clock.now()
    term = timedelta(seconds=settings.LEASE_S)
    expires_at = now + term
    # No lease reaches so far ahead unless it was taken before the clock was put back. Should its holder be alive
    # after all, it stops at its next renewal.
    lapsed = Q(expires_at__lte=now) | Q(expires_at__gt=now + 2 * term)
    if Lease.objects.filter(lapsed, name=name).update(holder=held.holder, expires_at=expires_at):
        return held
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, holder=held.holder, expires_at=expires_at)
    except IntegrityError:
        return None
    return held


@contextmanager
def holding(name: str) -> Iterator[Held | None]:
    """The lease for the length of the block, or None when someone else holds it."""
    held = take(name)
    try:
        yield held
    finally:
        if held is not None:
            held.release()
