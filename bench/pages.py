"""The ranking page of a group of 1,000 entries, unpaged, beside an empty view behind the same middleware.

Both by gunicorn with two sync workers, in turns, asked as by browsers, which read compressed pages; who has the page
names it (304). The first view after a run is timed in this process with an empty cache, from request to answer. At last
readers ask on while a run of the competition is computed by another process and ends. RUN_S (default 3) is the length
of one load in s, RUNS (default 5) their number.
"""

import os
import secrets
import subprocess
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User
from bench import data
from bench.load import CONNECTIONS, Load, wrk
from bench.measure import Line, execute, fastest, scratch_database
from bench.server import needs_postgresql, serving
from competitions.models import Competition, Entry, Group, StandingsRun
from competitions.services.runs import period_rank_now
from competitions.services.tracking import period_mark
from core.periods import Period

RUN_S = int(os.environ.get("RUN_S", "3"))
RUNS = int(os.environ.get("RUNS", "5"))
ENTRIES = 1000
PAGE = f"/competitions/bench/rankings/?period={data.PERIOD}"
FIRST_VIEW_S = 0.1


def populate() -> Competition:
    """A group of ENTRIES, ranked in the half-year, the one before it and the last twelve months."""
    data.populate(plants=ENTRIES // data.FURNACES)
    competition = Competition.objects.get()
    large = competition.groups.first()
    assert isinstance(large, Group)
    Entry.objects.update(group=large)
    execute("ANALYZE")
    months = [data.PERIOD.last.plus(-back) for back in range(12)]
    for period in (*(Period(month, month) for month in months), data.PERIOD.preceding(), data.PERIOD):
        period_rank_now(competition, period)
    return competition


def visitor(address: str) -> dict[str, str]:
    """The headers of somebody who has the page and asks for it again."""
    cookie = f"{settings.CSRF_COOKIE_NAME}={secrets.token_hex(16)}"
    with urllib.request.urlopen(urllib.request.Request(address + PAGE, headers={"Cookie": cookie})) as page:
        lines = page.read().decode().count("<tr")
        etag = page.headers["ETag"]
    if lines != ENTRIES + 1:
        sys.exit(f"The page has {lines} lines, not {ENTRIES + 1}.")
    return {"Cookie": cookie, "If-None-Match": etag}


def first_view(competition: Competition) -> dict[str, float]:
    """Seconds of the first view by a stranger and by a reporter with entries in the group."""
    client, member = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    user = User.objects.create(email="reporter@p0.example")
    plant = Entry.objects.filter(group__competition=competition).earliest("pk").plant
    plant.memberships.create(user=user, role="reporter")
    member.force_login(user)
    for each in (client, member):
        each.get(PAGE)
    return fastest(
        {
            "stranger": (lambda: client.get(PAGE), cache.clear),
            "member": (lambda: member.get(PAGE), cache.clear),
        },
        times=10,
    )


def while_ranking(address: str, reader: dict[str, str], competition: Competition) -> tuple[Load, int]:
    """Readers' load while the half-year is ranked anew by another process; and how many runs ended meanwhile."""
    before = StandingsRun.objects.complete().count()
    execute("UPDATE plants_unitmonth SET figures = figures || jsonb_build_object("
            "'good_t', ((figures->>'good_t')::numeric + 1)::text)")  # fmt: skip
    period_mark(competition, data.PERIOD)
    code = f"import bench; from competitions.tasks import rank_period; rank_period({competition.pk}, '{data.PERIOD}')"
    environment = os.environ | {"DATABASE_URL": scratch_url(), "PYTHONPATH": str(settings.BASE_DIR)}
    worker = subprocess.Popen([sys.executable, "-c", code], env=environment)
    load = wrk(address + PAGE, seconds=2 * RUN_S, headers=reader)
    worker.wait(timeout=60)
    return load, StandingsRun.objects.complete().count() - before


def scratch_url() -> str:
    """The present database, for another process."""
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"


def main() -> Iterator[Line]:
    needs_postgresql()
    loads: dict[str, list[Load]] = defaultdict(list)
    with scratch_database():
        competition = populate()
        views = first_view(competition)
        with serving() as address:
            again = visitor(address)
            reader = {"Cookie": again["Cookie"], "Accept-Encoding": "gzip, deflate, br"}
            cases = {"null": ("/bench/null", {}), "page": (PAGE, reader), "again": (PAGE, reader | again)}
            for run in range(RUNS + 1):  # the first warms up
                for name, (path, headers) in cases.items():
                    load = wrk(address + path, seconds=RUN_S if run else 1, headers=headers)
                    if load.refused or load.broken:
                        sys.exit(f"{name}: {load.refused} refused, {load.broken} broken")
                    if run:
                        loads[name].append(load)
            busy, ended = while_ranking(address, reader, competition)
    rate = {name: median(load.rate for load in each) for name, each in loads.items()}
    # Each beside the empty view of its own turn, as the weather on the machine changes.
    page, conditional = (
        median(load.rate / null.rate for load, null in zip(loads[name], loads["null"], strict=True))
        for name in ("page", "again")
    )
    calm = median(load.p99_ms for load in loads["page"]), max(load.max_ms for load in loads["page"])
    yield Line(f"empty view, {CONNECTIONS} connections", f"{rate['null']:.0f}/s")
    yield Line(f"repeat view of {ENTRIES} entries", f"{rate['page']:.0f}/s")
    yield Line("  against the empty view", f"{page:.2f}", ">= 0.25", page >= 0.25)
    yield Line("conditional request (304)", f"{rate['again']:.0f}/s")
    yield Line("  against the empty view", f"{conditional:.2f}", ">= 0.4", conditional >= 0.4)
    for name, seconds in views.items():
        yield Line(
            f"first view after a run, by a {name}", f"{1000 * seconds:.0f} ms", "< 100 ms", seconds < FIRST_VIEW_S
        )
    yield Line("readers' p99 and longest wait, nothing under way", f"{calm[0]:.0f}, {calm[1]:.0f} ms")
    yield Line(f"  while a run is computed and ends ({ended})", f"{busy.p99_ms:.0f}, {busy.max_ms:.0f} ms",
               "a run, none refused", ended == 1 and not busy.refused + busy.broken)  # fmt: skip


if __name__ == "__main__":
    for line in main():
        print(*line)
