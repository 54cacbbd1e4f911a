"""The beat that goes on when the clock is put back, and when the disk is full.

Celery's scheduler asks what was last sent when; a moment that lies in the future, from before the clock was put back,
keeps it silent until that moment has come again. And it ends where it cannot write that down.
"""

import logging
from typing import Any

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Named by `CELERY_BEAT_SCHEDULER`."""

    _store: Any

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; seconds until the next look."""
        self._forget_the_future()
        return super().tick(*args, **kwargs)

    def _forget_the_future(self) -> None:
        """Count what was sent "later" than now as sent now."""
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at is not None and entry.last_run_at > now:
                entry.last_run_at = now
                # Its order was made by the clock as it was; the scheduler builds it anew.
                self._heap = None

    def sync(self) -> None:
        """Remember on disk what was sent when; on a full disk it goes on from memory."""
        try:
            super().sync()
        except OSError as error:
            logger.warning("beat cannot write its schedule, and goes on without: %r", error)
            # A shelf that failed half way would hand out copies from now on.
            self._store.writeback = True
