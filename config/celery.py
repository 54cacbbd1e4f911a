"""The Celery app. `celery -A config worker`, `celery -A config beat`."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("competition")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def forget_what_stays(**kwargs: Any) -> None:
    """What a worker has loaded stays for its life; the garbage collector need not look at it during every run."""
    gc.freeze()
