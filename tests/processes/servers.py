"""PostgreSQL and Redis of a test's own, to be stopped, killed and started again."""

import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.processes import programs

# Debian keeps the server's programs out of the path.
DEBIAN = [str(path) for path in Path("/usr/lib/postgresql").glob("*/bin")]
PATH = os.pathsep.join([*DEBIAN, os.environ.get("PATH", os.defpath)])


def missing():
    """What stands in the way of starting them, or nothing."""
    needed = ("initdb", "redis-server")
    return ", ".join(f"no {name} on this machine" for name in needed if not shutil.which(name, path=PATH))


def require():
    """Skip by name where the servers are not installed; CI, which says REQUIRE_SERVICES=1, fails instead."""
    reason = missing()
    if reason and os.environ.get("REQUIRE_SERVICES"):
        pytest.fail(reason)
    elif reason:
        pytest.skip(reason)


class Postgres:
    """A PostgreSQL server on a free port, with the folder of its data."""

    user = "competition"

    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "data"
        self.port = programs.free_port()
        self._run("initdb", "-D", self.data, "-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        # What is committed stands in the operating system's memory, which outlives the server's death.
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\n"
                "fsync = off\nmax_connections = 40\n"
            )

    def _run(self, program, *arguments):
        # PostgreSQL never runs as root.
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_postgres, shutil.which(program, path=PATH), *arguments]
        env = os.environ | {"PGOPTIONS": "--client-min-messages=warning"}
        subprocess.run(command, check=True, cwd=self.folder, env=env, stdout=subprocess.DEVNULL, timeout=60)

    def start(self):
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "start")

    def stop(self, mode="fast"):
        """`immediate` is the death of the server: nothing is finished, the next start recovers from the log."""
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def make(self, name, template="template0"):
        """An empty database, or a copy of another one, in place of what had the name."""
        there = ["-h", self.folder, "-p", str(self.port), "-U", self.user]
        self._run("dropdb", *there, "--force", "--if-exists", name)
        self._run("createdb", *there, "-T", template, name)
        # A copied sequence takes its next values for logged already, until a checkpoint tells it otherwise; the
        # death of the server would give the same keys out twice.
        self._run("psql", *there, "-d", name, "-q", "-c", "CHECKPOINT")

    def url(self, name):
        return f"postgres://{self.user}:none@127.0.0.1:{self.port}/{name}"


class Redis:
    """A Redis server on a free port that forgets everything when it stops."""

    def __init__(self, folder):
        self.folder = folder
        self.port = programs.free_port()
        self.process = None

    def start(self):
        memory_only = ["--save", "", "--appendonly", "no", "--dir", self.folder]
        address = ["--bind", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [shutil.which("redis-server", path=PATH), *address, *memory_only], stdout=subprocess.DEVNULL
        )
        programs.wait_for(lambda: programs.listens(self.port), 20)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"


@contextmanager
def folder_for_postgres():
    """A folder that PostgreSQL's user may enter, which a test's own folder under root's is not."""
    folder = Path(mkdtemp(prefix="competition-faults-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running():
    """Both servers; stopped and deleted in the end, whatever happened."""
    with ExitStack() as stack:
        folder = stack.enter_context(folder_for_postgres())
        postgres, redis = Postgres(folder), Redis(folder)
        stack.callback(redis.stop)
        redis.start()

        def end():
            if (postgres.data / "postmaster.pid").exists():
                postgres.stop("immediate")

        stack.callback(end)
        postgres.start()
        yield postgres, redis
