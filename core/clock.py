"""The one clock. Services ask it for the time, so that a story can be told at its own dates.

The demonstration replays three years of returns by calling the services as the named users; it sets the clock to
each act's moment. Nothing else moves it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _moment.get() or timezone.now()


def today() -> date:
    """The present date in the site's time zone."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) inside the block, in this thread only."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
