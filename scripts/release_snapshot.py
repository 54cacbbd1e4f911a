#!/usr/bin/env python
"""Keep the data of a release for the test that upgrades it: release_snapshot.py TAG, such as v0.1.0.

Checks the tag out into a temporary folder, loads its demonstration there at a fixed moment with the code of that
release, keeps a part that can still be ranked (SINCE, A_YEAR_BEFORE), and writes it to tests/releases/. The same tag
gives the same bytes. Needs the dependencies of that release; its models are named in `reduce`, to be looked at anew
for each release.
"""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
MOMENT = datetime(2026, 11, 4, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
# Returns from and before these months are kept, and the runs of the periods that can be computed from them.
SINCE = (date(2026, 7, 1), date(2026, 10, 1))
A_YEAR_BEFORE = (date(2025, 7, 1), date(2025, 10, 1))
PERIODS = ("2026-08", "2026-09", "2026-10", "2026-Q3")
PASSWORD = "demo-steel"
# Made by Django for every site.
NOT_OURS = ("auth.Permission", "contenttypes.ContentType", "sessions.Session")


def main() -> int:
    """Check out and run this file again with the release's own code."""
    if len(sys.argv) == 3 and sys.argv[1] == "--inside":
        inside(Path(sys.argv[2]))
        return 0
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    tag = sys.argv[1]
    target = ROOT / "tests" / "releases" / f"{tag.removeprefix('v')}.json.gz"
    archive = subprocess.run(["git", "archive", tag], cwd=ROOT, check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(Path(folder) / "code", filter="data")
        env = {"PATH": os.environ.get("PATH", os.defpath), "VAR_DIR": str(Path(folder) / "var"), "SECRET_KEY": "none"}
        command = [sys.executable, str(Path(__file__)), "--inside", str(target)]
        subprocess.run(command, cwd=Path(folder) / "code", env=env, check=True)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB")
    return 0


def inside(target: Path) -> None:
    """Load, reduce and write, with the code of the folder that is current."""
    sys.path[0] = os.getcwd()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    with import_module("core.clock").at(MOMENT):
        call_command("demo")
        reduce()
        tables = exported()
        settle_people()
    document = {
        "moment": MOMENT.isoformat(),
        "password": PASSWORD,
        "migrations": migrations(),
        "rows": rows(),
        "tables": tables,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str)
    target.parent.mkdir(exist_ok=True)
    with target.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.encode())


def reduce() -> None:
    """Take away what the kept periods are not computed from."""
    kept_months = Q(month__range=SINCE) | Q(month__range=A_YEAR_BEFORE)
    gone = rows_of("plants.MonthlyReturn").exclude(kept_months)
    entries = rows_of("core.LedgerEntry")
    entries.filter(subject__in=[each.subject for each in gone.select_related("plant")]).delete()
    rows_of("plants.UnitMonth").filter(version__monthly_return__in=gone).delete()
    rows_of("plants.ReturnVersion").filter(monthly_return__in=gone).delete()
    gone.delete()
    kept_periods = Q(competition__generated=False)
    for period in map(import_module("core.periods").Period.parse, PERIODS):
        kept_periods |= Q(first=period.first.first_day, last=period.last.first_day)
    rows_of("competitions.TrackedPeriod").exclude(kept_periods).delete()
    runs = rows_of("competitions.StandingsRun").exclude(kept_periods)
    entries.filter(act="standings.ranked", new__run__in=list(runs.values_list("pk", flat=True))).delete()
    rows_of("competitions.Standing").filter(run__in=runs).delete()
    runs.delete()


def settle_people() -> None:
    """Let every person have the same in each snapshot: a salt and a moment of their own would be others each time."""
    password = make_password(PASSWORD, salt="release")
    rows_of("accounts.User").update(password=password, date_joined=MOMENT, last_login=None)


def rows_of(label: str) -> Any:
    """All rows of a model of the release."""
    return apps.get_model(label)._default_manager.all()


def migrations() -> list[tuple[str, str]]:
    """The last migration of every app, as that release has it."""
    return sorted(MigrationLoader(connection).graph.leaf_nodes())


def rows() -> dict[str, Any]:
    """Every row of every table by model, with the names of the columns, in the order of their keys."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        fields = model._meta.local_concrete_fields
        each = model._base_manager.order_by("pk") if label not in NOT_OURS else ()
        values = [[field.value_from_object(row) for field in fields] for row in each]
        if values:
            found[label] = {"columns": [field.attname for field in fields], "values": values}
    return found


def exported() -> dict[str, str]:
    """Some ranking tables of every group and kept period as an administrator downloads them, by address."""
    client = Client()
    client.force_login(rows_of("accounts.User").get(email="admin@example.org"))
    found = {}
    for group in rows_of("competitions.Group").filter(competition__slug="national").order_by("code"):
        standings = rows_of("competitions.Standing").filter(group=group, value__isnull=False)
        indicators = sorted(set(standings.values_list("indicator__code", flat=True)))
        for indicator in indicators[::4]:
            for period in PERIODS:
                query = f"format=csv&group={group.code}&indicator={indicator}&period={period}"
                address = f"/competitions/national/rankings/export/?{query}"
                answer = client.get(address, headers={"host": "localhost"})
                found[address] = answer.content.decode("utf-8-sig")
    return found


if __name__ == "__main__":
    sys.exit(main())
