"""Real web servers, Celery workers and beats that read the test's own database."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from core.models import Heartbeat

LEASE_S = 2
INTERVAL_S = 1


def database_url():
    """The test database as another process opens it."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    each = connection.settings_dict
    return f"postgres://{each['USER']}:{each['PASSWORD']}@{each['HOST']}:{each['PORT']}/{each['NAME']}"


def environment(var_dir, **more):
    """The variables of a process that shares the database but nothing else with the test."""
    env = os.environ | {
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(var_dir),
        "RANK_INTERVAL_S": str(INTERVAL_S),
        "LEASE_S": str(LEASE_S),
        "PYTHONUNBUFFERED": "1",
        "CODE_VERSION": settings.CODE_VERSION,
    }
    if settings.REDIS_URL:
        # A Redis database of its own, so that workers of other tests take none of its messages.
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
        env["REDIS_URL"] = f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{worker + 1}"
    return env | more


@contextmanager
def program(var_dir, name, *arguments, **more):
    """A Python module as a program for the length of the block, logging to `name`.log; killed with its children."""
    with (var_dir / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=environment(var_dir, **more),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            kill(process)


def celery(var_dir, *arguments, **more):
    return program(var_dir, arguments[0], "celery", "-A", "config", *arguments, **more)


@contextmanager
def web(var_dir, **more):
    """gunicorn as the Procfile starts it, for the length of the block; its port. Knows the sessions of the test."""
    port = free_port()
    arguments = ("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--no-control-socket")
    with program(var_dir, "web", *arguments, SECRET_KEY=settings.SECRET_KEY, **more):
        wait_for(lambda: listens(port))
        yield port


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def worker(var_dir, **more):
    without = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return celery(var_dir, "worker", "--concurrency=1", "--loglevel=info", *without, **more)


def beat(var_dir, name="beat", **more):
    return celery(var_dir, "beat", "--schedule", str(var_dir / f"{name}-schedule"), "--pidfile=", **more)


def kill(process):
    """kill -9 of the whole group: no handler runs, nothing is given back."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def wait_for(question, seconds=60, every=0.02):
    """The first answer that is true; AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s in vain")


def rounds(times):
    """Wait until beat, broker and worker have gone round so often."""
    for _ in range(times):
        before = list(Heartbeat.objects.values_list("at", flat=True))
        wait_for(Heartbeat.objects.filter(name="worker").exclude(at__in=before).exists)


def pause(seconds):
    """Let the programs go on for a while of no meaning."""
    time.sleep(seconds)
