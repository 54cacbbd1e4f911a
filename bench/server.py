"""The site under gunicorn, as in production, with the further addresses of `bench.urls`, on a database of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection

WORKERS = 2


def application() -> WSGIHandler:
    """What gunicorn serves."""
    settings.ROOT_URLCONF = "bench.urls"
    return get_wsgi_application()


def needs_postgresql() -> None:
    """End the process with what to do unless the database is PostgreSQL."""
    if connection.vendor != "postgresql":
        sys.exit('The benchmarks need PostgreSQL: eval "$(scripts/services.sh start)"; make bench')


@contextmanager
def serving() -> Iterator[str]:
    """gunicorn with two sync workers on a free port over the present database; gives the address, `http://…`."""
    call_command("collectstatic", interactive=False, verbosity=0)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DATABASE_URL": database.geturl(),
        "SECRET_KEY": settings.SECRET_KEY,  # the sessions are signed by this process
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    command = ["-m", "gunicorn", "bench.server:application()", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--log-level", "warning"]
    log = Path(settings.VAR_DIR) / "bench-server.log"
    with log.open("wb") as output:
        server = subprocess.Popen([sys.executable, *command], env=environment, stdout=output, stderr=output)
    try:
        _await(f"{address}/healthz", server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _await(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server answers, half a minute at most."""
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"gunicorn did not start:\n{log.read_text()}")
