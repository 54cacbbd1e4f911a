"""What is written to the log: one line for each event, JSON in production, and never a secret, an address or a figure.

Modules log through `logging`, as everywhere. Of what a record carries besides its message only FIELDS come out, and
whatever looks like an e-mail address is masked. Every line of a request and of the tasks it sent carries its
`request_id`, which travels to the worker in the headers of the message.
"""

import logging
import re
from collections.abc import MutableMapping
from contextvars import ContextVar
from time import perf_counter
from typing import Any

import structlog
from celery import signals
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

logger = logging.getLogger(__name__)

FIELDS = ("method", "path", "status", "ms", "user", "state")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
Event = MutableMapping[str, Any]


def mask_addresses(_logger: Any, _method: str, event: Event) -> Event:
    """A processor: no text of the event, its traceback included, tells an e-mail address."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = ADDRESS.sub("<address>", value)
    return event


def level_named(value: str) -> str:
    """The name of a level as `logging` knows it. Raises ValueError."""
    if value.upper() not in logging.getLevelNamesMapping():
        raise ValueError("must be one of DEBUG, INFO, WARNING, ERROR")
    return value.upper()


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """The settings of `logging` for web, worker and beat alike: everything to standard error."""
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not as_json:
        renderer = structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_addresses,
            renderer,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"event": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Their own handlers would write every line a second time.
            "django": {"handlers": [], "propagate": True},
            "gunicorn.error": {"handlers": [], "propagate": True},
            # What they tell of each request and task stands in our own lines; failures remain.
            "django.request": {"level": "ERROR"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }


_began: ContextVar[float] = ContextVar("began", default=0.0)


@signals.setup_logging.connect
def leave_logging_alone(**_: Any) -> None:
    """Celery sets up no logging of its own where somebody listens to this signal."""


@signals.before_task_publish.connect
def send_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Give the message the id of the request, or of the task, that sends it."""
    request_id = get_contextvars().get("request_id")
    if headers is not None and request_id:
        headers["request_id"] = request_id


@signals.task_prerun.connect
def bind_task(task_id: str, task: Any, **_: Any) -> None:
    """Every line of the task's work names the task and the request it came from."""
    clear_contextvars()
    bind_contextvars(task=task.name, task_id=task_id)
    request_id = (task.request.headers or {}).get("request_id")
    if request_id:
        bind_contextvars(request_id=request_id)
    _began.set(perf_counter())


@signals.task_postrun.connect
def tell_task(state: str | None = None, **_: Any) -> None:
    """One line for each task."""
    logger.info("task", extra={"state": state, "ms": milliseconds_since(_began.get())})
    clear_contextvars()


def milliseconds_since(began: float) -> int:
    """Whole milliseconds since a `perf_counter()`."""
    return round((perf_counter() - began) * 1000)
