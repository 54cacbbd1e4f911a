"""A whole installation of a test's own, in the kind that the suite runs on: embedded, or PostgreSQL and Redis."""

import re
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import environ
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from django.test import Client

from core.models import LedgerEntry
from indicators.services import catalogue_load
from tests import factories as make
from tests.processes import programs

IS_EMBEDDED = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
CSRF = "c" * 32


@contextmanager
def database(url):
    """Let the test's own queries go to another database."""
    options = settings.DATABASES["default"].get("OPTIONS", {})
    config = environ.Env.db_url_config(url) | {"OPTIONS": dict(options)}
    wanted = connections.configure_settings({"default": config})["default"]
    before = connections["default"]
    connections["default"] = type(before)(wanted, "default")
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before
        ContentType.objects.clear_cache()


def build():
    """Every table, and the catalogue."""
    call_command("migrate", verbosity=0)
    catalogue_load()


@dataclass
class Site:
    """An installation: its folder, and the variables its programs are started with."""

    var_dir: Path
    variables: dict = field(default_factory=dict)

    def web(self):
        return programs.web(self.var_dir, **self.variables)

    def worker(self, **more):
        return programs.worker(self.var_dir, **self.variables | more)

    def beat(self, name="beat", **more):
        return programs.beat(self.var_dir, name, **self.variables | more)

    def log(self, name):
        """What a program has said so far."""
        file = self.var_dir / f"{name}.log"
        return file.read_text() if file.exists() else ""


@dataclass
class Answer:
    status: int
    headers: dict
    text: str


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Person:
    """Somebody signed in at a running site. Threads may each have one; none of them asks the test's database."""

    def __init__(self, port, user):
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.root = f"http://127.0.0.1:{port}"
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
        }
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)

    def get(self, path, **headers):
        return self._ask(path, None, headers)

    def post(self, path, fields=None, **headers):
        return self._ask(path, urlencode(fields or {}).encode(), headers)

    def _ask(self, path, data, headers):
        request = urllib.request.Request(self.root + path, data=data, headers=self.headers | headers)
        try:
            # Nobody waits longer than this, whatever is away.
            with self.opener.open(request, timeout=15) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode())


def was(page):
    """What stands in the cells of a return's page, by the name of the cell."""
    stands = dict(re.findall(r'name="was\.([^"]+)" value="([^"]*)"', page))
    return {name: stands.get(name, "") for name in re.findall(r'name="f\.([^"]+)"', page)}


def kept(page):
    """The fields that the page of an outage keeps, by name."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def ranked_periods():
    """The period of every run that became a fact, each as often as it did, in their order."""
    return [each.new["period"] for each in LedgerEntry.objects.filter(act="standings.ranked").order_by("id")]


def standings(competition, groups, indicators, periods):
    """Tables as people download them, by period, group and indicator."""
    client = Client()
    client.force_login(make.admin())
    return {
        (period, group, indicator): client.get(
            f"/competitions/{competition}/rankings/export/",
            {"format": "csv", "period": period, "group": group, "indicator": indicator},
        ).text
        for period in periods
        for group in groups
        for indicator in indicators
    }
