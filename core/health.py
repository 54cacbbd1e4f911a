"""How the site is, line by line: a state, a figure, and what to do when it is bad.

Each floor registers what it knows with `@health.lines(order)`, as rules are registered; the page of administrators
and organizers shows all of them, and `/readyz` asks the first few.
"""

import platform
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django
from celery import current_app
from django.conf import settings
from django.db import Error, connection
from django.db.models import TextChoices
from django.template.defaultfilters import filesizeformat
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from kombu.exceptions import ChannelError, OperationalError

from core import clock
from core.models import Heartbeat

# A backup every night; the second one missed is a fault of something.
BACKUP_TOO_OLD = timedelta(days=2)
# Messages only wake somebody up. More than this means that nobody takes them.
QUEUE_TOO_LONG = 100
DISK_LOW_SHARE, DISK_FULL_BYTES = 0.1, 200 * 1024**2


class State(TextChoices):
    """How a part is."""

    GOOD = "good", gettext_lazy("In order")
    WARNING = "warning", gettext_lazy("Look at this")
    BAD = "bad", gettext_lazy("Not working")
    FACT = "fact", gettext_lazy("For information")


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the site: its name, state and figure, and what to do (only shown when it is not good)."""

    name: str
    state: State
    figure: str
    advice: str = ""


Source = Callable[[], Iterable[Line]]
_sources: list[tuple[int, Source]] = []


def lines(order: int) -> Callable[[Source], Source]:
    """Register the decorated function as a source of lines; sources stand by `order`."""

    def register(source: Source) -> Source:
        _sources.append((order, source))
        _sources.sort(key=lambda each: each[0])
        return source

    return register


def all_lines() -> list[Line]:
    """Every line of every floor."""
    return [line for _order, source in _sources for line in source()]


def sign(name: str, /, **detail: Any) -> None:
    """Write down a sign of life with what it has to tell."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.now(), "detail": detail})


def last_sign(name: str) -> Heartbeat | None:
    """The last sign of life, if there ever was one."""
    return Heartbeat.objects.filter(name=name).first()


def ago(moment: datetime) -> str:
    """How long ago, in words: `12 seconds ago`, `3 days ago`. What the clocks put ahead of now was just now."""
    seconds = max(0, int((clock.now() - moment).total_seconds()))
    if seconds < 60:
        return ngettext("%(seconds)d second ago", "%(seconds)d seconds ago", seconds) % {"seconds": seconds}
    return _("%(time)s ago") % {"time": timesince(moment, clock.now(), depth=1)}


def database_answers() -> bool:
    """Whether the database answers a question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def messages_waiting() -> int | None:
    """How many messages wait in the queue; None where the broker does not answer within three seconds."""
    queue = current_app.amqp.queues[current_app.conf.task_default_queue]
    link: Any = current_app.connection_for_write()
    try:
        with link as broker:
            broker.ensure_connection(max_retries=1, timeout=3)
            found: Any = queue(broker.default_channel).queue_declare(passive=True)
            return int(found.message_count)
    except ChannelError:
        # Redis forgets a queue that is empty.
        return 0
    except (*link.connection_errors, OperationalError, OSError):
        return None


def is_alive(name: str) -> bool:
    """Whether the background process gave a sign within three of its intervals."""
    found = last_sign(name)
    # A beat from the future was before the clock was put back: no sign of life either.
    return found is not None and abs((clock.now() - found.at).total_seconds()) < 3 * settings.RANK_INTERVAL_S + 5


def _program(name: str, label: str, advice: str) -> Line:
    found = last_sign(name)
    state = State.GOOD if is_alive(name) else State.BAD
    return Line(label, state, ago(found.at) if found else _("never"), advice)


@lines(10)
def programs() -> Iterable[Line]:
    yield _program(
        "worker",
        _("Worker"),
        _("Nothing is ranked. Start a worker; if the schedule below is silent as well, start that first."),
    )
    yield _program("beat", _("Schedule"), _("Nobody wakes the worker. Start beat."))


@lines(20)
def broker() -> Iterable[Line]:
    waiting = messages_waiting()
    if waiting is None:
        advice = _("Pages work and nothing is lost; ranking waits until the broker answers. Start Redis again.")
        yield Line(_("Broker"), State.BAD, _("does not answer"), advice)
        return
    yield Line(
        _("Broker"),
        State.WARNING if waiting > QUEUE_TOO_LONG else State.GOOD,
        ngettext("%(count)d message waits", "%(count)d messages wait", waiting) % {"count": waiting},
        _("Workers are too slow or stand still: look at their log, start more of them."),
    )


@lines(60)
def backup() -> Iterable[Line]:
    found = last_sign("backup")
    advice = _("Run manage.py backup, or set BACKUP_DIR for one every night.")
    if found is None:
        yield Line(_("Backup"), State.WARNING, _("never"), advice)
        return
    state = State.WARNING if clock.now() - found.at > BACKUP_TOO_OLD else State.GOOD
    figure = pgettext("parts", ", ").join((ago(found.at), filesizeformat(found.detail.get("bytes", 0))))
    yield Line(_("Backup"), state, figure, advice)


@lines(70)
def storage() -> Iterable[Line]:
    yield Line(_("Database"), State.FACT, filesizeformat(_database_bytes()))
    disk = shutil.disk_usage(settings.VAR_DIR)
    state = State.GOOD
    if disk.free < DISK_FULL_BYTES:
        state = State.BAD
    elif disk.free < DISK_LOW_SHARE * disk.total:
        state = State.WARNING
    figure = _("%(free)s of %(total)s free") % {
        "free": filesizeformat(disk.free),
        "total": filesizeformat(disk.total),
    }
    yield Line(
        _("Disk of this machine"), state, figure, _("Make room: old backups first, then logs. Give the disk more.")
    )


def _database_bytes() -> int:
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        files = (Path(f"{name}{ending}") for ending in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


@lines(90)
def versions() -> Iterable[Line]:
    parts = (
        settings.CODE_VERSION,
        f"Python {platform.python_version()}",
        f"Django {django.get_version()}",
        f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}",
    )
    yield Line(_("Version"), State.FACT, " · ".join(parts))
