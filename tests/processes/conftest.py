"""Installations that a test may break: servers of their own, a database of their own, real programs on it."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connections

from tests.processes import disks, servers, sites


@pytest.fixture(scope="session")
def private_servers():
    """PostgreSQL and Redis of this session alone; the tests that stop them start them again."""
    servers.require()
    with servers.running() as both:
        yield both


@pytest.fixture(scope="session")
def static_files(tmp_path_factory):
    """What `collectstatic` makes, which every gunicorn needs."""
    var_dir = tmp_path_factory.mktemp("static")
    command = [sys.executable, settings.BASE_DIR / "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, check=True, env=os.environ | {"VAR_DIR": str(var_dir)}, timeout=120)
    return var_dir / "static"


@pytest.fixture(scope="session")
def built(request, tmp_path_factory, django_db_blocker):
    """An empty site's database, made once: the file, or the name of the template."""
    with django_db_blocker.unblock():
        if sites.IS_EMBEDDED:
            file = tmp_path_factory.mktemp("built") / "site.sqlite3"
            with sites.database(f"sqlite:///{file}"):
                sites.build()
            return file
        postgres, _redis = request.getfixturevalue("private_servers")
        postgres.make("built")
        with sites.database(postgres.url("built")):
            sites.build()
        return "built"


@pytest.fixture
def new_database(request, built, tmp_path):
    """`new_database(name)`: the address of an empty site's database; with `of`, of a copy of another one."""

    def embedded(name, of=""):
        folder = tmp_path / "database"
        folder.mkdir(exist_ok=True)
        file = folder / f"{name}.sqlite3"
        shutil.copy(folder / f"{of}.sqlite3" if of else built, file)
        return f"sqlite:///{file}"

    def served(name, of=""):
        postgres, _redis = request.getfixturevalue("private_servers")
        postgres.make(name, of or built)
        return postgres.url(name)

    return embedded if sites.IS_EMBEDDED else served


@pytest.fixture
def site(request, new_database, static_files, tmp_path, django_db_blocker):
    """An empty installation of the kind the suite runs on; the test's own queries go to its database."""
    (tmp_path / "static").symlink_to(static_files)
    variables = {}
    if not sites.IS_EMBEDDED:
        _postgres, redis = request.getfixturevalue("private_servers")
        redis.stop()
        redis.start()
        variables["REDIS_URL"] = redis.url
    with django_db_blocker.unblock(), sites.database(new_database("site")):
        yield sites.Site(tmp_path, variables)
    # Shown where the test failed.
    for log in sorted(tmp_path.glob("*.log")):
        print(f"== the end of {log.name}", *log.read_text().splitlines()[-60:], sep="\n")


@pytest.fixture
def undisturbed(site, new_database):
    """`undisturbed(work)`: what the work answers on a copy of the site as it is now."""

    def ask(work):
        connections["default"].close()
        with sites.database(new_database("twin", of="site")):
            return work()

    return ask


@pytest.fixture
def database_disk(tmp_path):
    """The disk of an embedded site's database; to be named before the site."""
    with disks.small(tmp_path / "database") as disk:
        yield disk


@pytest.fixture
def broker_disk(tmp_path):
    """The disk of an embedded site's broker; to be named before the site."""
    with disks.small(tmp_path / "broker") as disk:
        yield disk


@pytest.fixture
def postgres(private_servers):
    return private_servers[0]


@pytest.fixture
def redis(private_servers):
    return private_servers[1]
