import logging
from datetime import timedelta
from pathlib import Path

from celery import shared_task
from django.conf import settings

from core import clock, health, leases
from exchange.backup import backup_make, backups_prune

logger = logging.getLogger(__name__)


@shared_task
def backup_nightly() -> str | None:
    """Make the backup of this night in BACKUP_DIR and keep BACKUP_KEEP of them; answers its name.

    Nothing where there is no such folder, where another worker is at it, or where one was made a short while ago.
    """
    if not settings.BACKUP_DIR:
        return None
    with leases.holding("backup") as lease:
        last = health.last_sign("backup")
        if lease is None or (last is not None and clock.now() - last.at < timedelta(hours=12)):
            return None
        folder = Path(settings.BACKUP_DIR)
        made = backup_make(folder)
        gone = backups_prune(folder, settings.BACKUP_KEEP)
    logger.info("backup %s made, %d older ones deleted", made.name, len(gone))
    return made.name
