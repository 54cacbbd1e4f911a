"""A site of each past release, upgraded: its rows, people, pages and rankings are what they were."""

import csv
import gzip
import io
import json
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.shortcuts import resolve_url
from django.test import Client

from accounts.models import User
from core import clock
from tests.processes import sites

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("upgrade")]

RELEASES = sorted((Path(__file__).parent.parent / "releases").glob("*.json.gz"))
# How standings are stored may be rearranged by a migration; what the tables say is tested on its own.
REARRANGED = {"competitions.Standing"}


def restore(release):
    """Build the tables as the release had them and put its rows in, through its own models."""
    targets = [tuple(each) for each in release["migrations"]]
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    models = MigrationExecutor(connection).loader.project_state(targets).apps
    with transaction.atomic():
        for label, rows in release["rows"].items():
            model = models.get_model(label)
            fields = {field.attname: field for field in model._meta.local_concrete_fields}
            columns = [fields[name] for name in rows["columns"]]
            made = (
                model(**{field.attname: field.to_python(value) for field, value in zip(columns, values, strict=True)})
                for values in rows["values"]
            )
            model._base_manager.bulk_create(made, batch_size=500)
    written = [models.get_model(label) for label in release["rows"]]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(statement)


@pytest.fixture(scope="module", params=RELEASES, ids=lambda path: path.name.removesuffix(".json.gz"))
def release(request, tmp_path_factory, django_db_blocker):
    """What is recorded of a release; the database holds it, upgraded, and the clock stands where it stood."""
    release = json.loads(gzip.decompress(request.param.read_bytes()))
    if sites.IS_EMBEDDED:
        url = f"sqlite:///{tmp_path_factory.mktemp('release') / 'site.sqlite3'}"
    else:
        postgres, _redis = request.getfixturevalue("private_servers")
        postgres.make("release")
        url = postgres.url("release")
    with django_db_blocker.unblock(), sites.database(url), clock.at(datetime.fromisoformat(release["moment"])):
        restore(release)
        call_command("migrate", verbosity=0)
        yield release


class Form(HTMLParser):
    """The fields of the form of a page that asks for a password, and where it is sent."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self.kinds, self.found = "", {}, {}, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and not self.found:
            self.action, self.fields, self.kinds = attributes.get("action") or "", {}, {}
        elif tag == "input" and attributes.get("name") and not self.found:
            self.fields[attributes["name"]] = attributes.get("value") or ""
            self.kinds[attributes["name"]] = attributes.get("type", "text")

    def handle_endtag(self, tag):
        self.found = self.found or (tag == "form" and "password" in self.kinds.values())


def signed_in(email):
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client


def lines(text):
    return list(csv.DictReader(io.StringIO(text)))


def assert_tables_are(recorded):
    """Every recorded column says what it said; later releases may add others."""
    client = signed_in("admin@example.org")
    for address, text in recorded.items():
        now = lines(client.get(address).content.decode("utf-8-sig"))
        was = lines(text)
        assert was
        assert [{name: line[name] for name in was[0]} for line in now] == was, address


def test_upgrade_keeps_every_row(release):
    counted = {label: len(rows["values"]) for label, rows in release["rows"].items() if label not in REARRANGED}
    assert {label: apps.get_model(label)._base_manager.count() for label in counted} == counted


def test_upgrade_leaves_nothing_to_migrate(release):
    call_command("migrate", check_unapplied=True, verbosity=0)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/competitions/national/",
        "/competitions/national/rankings/?period=2026-10",
        "/competitions/national/rankings/?period=2026-Q3",
        "/plants/daye/",
        "/returns/",
        "/returns/daye/2026-10/",
        "/returns/daye/2026-10/history/",
    ],
)
def test_upgrade_pages_answer_to_the_right_people(release, address):
    assert signed_in("reporter@daye.example").get(address).status_code == 200
    assert signed_in("admin@example.org").get(address).status_code == 200
    if address.startswith("/returns/daye/"):
        assert signed_in("reporter@benxi.example").get(address).status_code == 404
        assert Client().get(address).status_code == 302


def test_upgrade_people_sign_in_with_their_old_password(release):
    client = Client()
    assert client.get("/returns/").status_code == 302
    address = resolve_url(settings.LOGIN_URL)
    form = Form(client.get(address).text)
    typed = {"email": "reporter@daye.example", "text": "reporter@daye.example", "password": release["password"]}
    fields = {name: typed.get(form.kinds[name], value) for name, value in form.fields.items()}
    assert client.post(form.action or address, fields).status_code == 302
    assert client.get("/returns/daye/2026-10/").status_code == 200


def test_upgrade_rankings_say_what_they_said_before_and_after_ranking_anew(release):
    assert_tables_are(release["tables"])
    for period in sorted({address.rpartition("=")[2] for address in release["tables"]}):
        call_command("rank", "national", period, verbosity=0)
    assert_tables_are(release["tables"])
