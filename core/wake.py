"""Wake a task once the transaction has committed; a broker that is away never stops a person's act.

What has to be done stands in the database before anyone is woken; the periodic tasks find it even if the message
is lost.
"""

import logging
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)


def _send(task: Task, args: tuple[Any, ...]) -> None:
    try:
        task.apply_async(args, retry=False)
    except Exception as error:
        # Whatever is wrong with the broker: the act is committed, and nobody is told that it failed.
        logger.warning("broker away, %s will be found by the sweeper: %r", task.name, error)


def send_on_commit(task: Task, *args: Any) -> None:
    """Send `task` with `args` (ids and text only) after commit, best effort."""
    transaction.on_commit(partial(_send, task, args))
