"""Saving a return of 5 furnaces x 12 figures, beside a hand-written endpoint that does the least that saves it.

Both behind the same server, middleware and sign-in, in turns, over the same database. The page's own form is posted as
a browser posts it: by its script the cells that changed, without JavaScript all cells of the tab. Every plant has a
reporter with a session; seven of eight requests enter a month for the first time, one changes a month entered earlier.
Afterwards every return, row, figure and ledger entry is counted. RUN_S (default 2) is the length of one run in s, RUNS
(default 7) their number.
"""

import json
import os
import re
import secrets
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from bench.load import CONNECTIONS, Load, wrk
from bench.measure import Line, scratch_database
from bench.server import needs_postgresql, serving
from bench.urls import DECIMALS, HandRow
from core.models import LedgerEntry
from core.periods import Month
from indicators.models import EquipmentKind
from indicators.services import catalogue_load
from plants.models import Equipment, Membership, Plant, Rating, ReportingCalendar, UnitMonth

RUN_S = int(os.environ.get("RUN_S", "2"))
RUNS = int(os.environ.get("RUNS", "7"))
PLANTS = 256
FURNACES = 5
# Months of one run; none is entered by two.
MONTHS = 24
FIRST = Month(1945, 1)
GOAL = 0.5

SCRIPT = """
-- wrk asks for one request that it does not send.
local fresh, again, count = first, first + 1, 0

local function value(which, unit, code, version)
  return tostring(500 + (which * 7 + unit * 13 + code * 3) % 97 + version)
end

-- Every eighth request changes a month that was entered long enough ago to be answered by now.
local function next_return()
  count = count + 1
  if count % 8 == 0 and fresh - again > 200 then
    again = again + 1
    return again - 1, 1
  end
  fresh = fresh + 1
  return fresh - 1, 0
end

local function month_of(which)
  local months = math.floor(which / #plants)
  return string.format("%04d-%02d", year + math.floor(months / 12), months % 12 + 1)
end
"""
BY_HAND = """
function request()
  local which, version = next_return()
  local plant = plants[which % #plants + 1]
  local rows = {}
  for unit, id in ipairs(plant.units) do
    local figures = {}
    for n, code in ipairs(codes) do figures[n] = string.format('"%s": "%s"', code, value(which, unit, n, version)) end
    rows[unit] = string.format('{"equipment": %s, "figures": {%s}}', id, table.concat(figures, ", "))
  end
  local body = string.format('{"month": "%s-01", "rows": [%s]}', month_of(which), table.concat(rows, ", "))
  local headers = {["Content-Type"] = "application/json", ["Cookie"] = plant.cookie, ["X-CSRFToken"] = plant.token}
  return wrk.format("POST", path, headers, body)
end
"""
AS_A_BROWSER = """
function request()
  local which, version = next_return()
  local plant = plants[which % #plants + 1]
  local fields = {"csrfmiddlewaretoken=" .. plant.token, "tab=smelting", "save=1"}
  for unit, id in ipairs(plant.units) do
    for n, code in ipairs(asked) do
      local place = numbers[code]
      local text = place and value(which, unit, place, version) or ""
      -- grid.js posts the cells that changed; without it all are posted.
      if place or not scripted then fields[#fields + 1] = string.format("f.%s.%s=%s", id, code, text) end
      if place and version > 0 then
        fields[#fields + 1] = string.format("was.%s.%s=%s", id, code, value(which, unit, place, version - 1))
      end
    end
  end
  local headers = {["Content-Type"] = "application/x-www-form-urlencoded", ["Cookie"] = plant.cookie}
  if autosave then headers["X-Autosave"] = "1" end
  local path = string.format("/returns/%s/%s/", plant.slug, month_of(which))
  return wrk.format("POST", path, headers, table.concat(fields, "&"))
end
"""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who posts for a plant: its furnaces, and what the browser of a signed-in person sends along."""

    slug: str
    units: list[int]
    cookie: str
    token: str


def populate() -> list[Reporter]:
    """Plants of five furnaces, each with a signed-in reporter, and a calendar that never closes."""
    catalogue_load()
    kind = EquipmentKind.objects.get(code="electric_furnace")
    calendar = ReportingCalendar.objects.create(name="Bench", lock_days=32_000)
    reporters = []
    for number in range(PLANTS):
        plant = Plant.objects.create(slug=f"p{number}", name=f"Plant {number}", calendar=calendar)
        user = User.objects.create(email=f"reporter@{plant.slug}.example")
        Membership.objects.create(plant=plant, user=user, role="reporter")
        furnaces = Equipment.objects.bulk_create(
            Equipment(plant=plant, code=f"no-{n}", name=f"No. {n}", kind=kind, in_service_on=FIRST.first_day)
            for n in range(1, FURNACES + 1)
        )
        Rating.objects.bulk_create(
            Rating(equipment=each, capacity=Decimal(10), valid_from=FIRST.first_day) for each in furnaces
        )
        client = Client()
        client.force_login(user)
        token = secrets.token_hex(16)
        cookie = (
            f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; csrftoken={token}"
        )
        reporters.append(Reporter(plant.slug, [each.pk for each in furnaces], cookie, token))
    with connection.cursor() as cursor:
        # The same columns, indexes and foreign keys as the site's own rows, less the versions.
        cursor.execute("CREATE TABLE bench_return (LIKE plants_unitmonth INCLUDING ALL)")
        cursor.execute(
            "ALTER TABLE bench_return DROP COLUMN version_id, ALTER effective SET DEFAULT false, "
            "ADD UNIQUE (equipment_id, month), ADD FOREIGN KEY (plant_id) REFERENCES plants_plant, "
            "ADD FOREIGN KEY (equipment_id) REFERENCES plants_equipment"
        )
    return reporters


def cells_asked(address: str, reporter: Reporter) -> list[str]:
    """The measures that the page asks of a furnace, as its form names them."""
    url = f"{address}/returns/{reporter.slug}/{FIRST}/"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": reporter.cookie})) as page:
        return re.findall(rf'name="f\.{reporter.units[0]}\.(\w+)"', page.read().decode())


def _lua(value: Any) -> str:
    """A value as Lua writes it; JSON strings are Lua strings as well."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{_lua(key)}] = {_lua(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(map(_lua, value)) + "}"
    return json.dumps(value)


def script(request: str, reporters: list[Reporter], run: int, **names: Any) -> str:
    """The Lua of one run: who posts, from which return on, and how a request is made."""
    names |= {"plants": [asdict(each) for each in reporters], "codes": list(DECIMALS)}
    names |= {"first": run * MONTHS * PLANTS, "year": FIRST.year}
    return "".join(f"local {name} = {_lua(value)}\n" for name, value in names.items()) + SCRIPT + request


def figure(which: int, unit: int, code: int, version: int) -> str:
    """What the script types into a cell of the return number `which`."""
    return str(500 + (which * 7 + unit * 13 + code * 3) % 97 + version)


def saves_kept(rows: Iterable[tuple[str, Any, int, dict[str, str]]]) -> int:
    """How many saves the rows (plant, month, number of the furnace, figures) tell of.

    Ends the process when a return lacks a row or a figure, or mixes two saves.
    """
    saves: dict[Any, set[int]] = defaultdict(set)
    units: dict[Any, set[int]] = defaultdict(set)
    for slug, day, unit, figures in rows:
        which = Month.of(day).minus(FIRST) * PLANTS + int(slug[1:])
        typed = {code: figures.get(code) for code in DECIMALS}
        for version in (0, 1):
            if typed == {code: figure(which, unit, n, version) for n, code in enumerate(DECIMALS, 1)}:
                saves[which].add(version)
        units[which].add(unit)
    broken = [which for which in units if len(saves[which]) != 1 or len(units[which]) != FURNACES]
    if broken:
        raise SystemExit(f"{len(broken)} returns are not whole, such as number {broken[0]}.")
    return sum(1 + max(each) for each in saves.values())


def stored_rows() -> Iterable[tuple[str, Any, int, dict[str, str]]]:
    """The rows that the site wrote, each of which must have its system figures."""
    rows = UnitMonth.objects.values_list("plant__slug", "month", "equipment__code", "figures")
    for slug, day, code, figures in rows.iterator():
        if figures["mva_days"] != str(10 * Month.of(day).days):
            raise SystemExit(f"{slug} {day} {code}: no capacity")
        yield slug, day, int(code.removeprefix("no-")), figures


def hand_rows() -> Iterable[tuple[str, Any, int, dict[str, str]]]:
    """The rows that the endpoints written by hand wrote."""
    rows = HandRow.objects.values_list("plant__slug", "month", "equipment__code", "figures")
    for slug, day, code, figures in rows.iterator():
        yield slug, day, int(code.removeprefix("no-")), figures


@dataclass(frozen=True, slots=True)
class Case:
    """One way to save a return: how a request of it is made, with what names at hand, and what came of each run."""

    name: str
    request: str
    names: dict[str, Any]
    loads: list[Load] = field(default_factory=list)

    @property
    def is_by_hand(self) -> bool:
        return self.request == BY_HAND

    def times(self, other: "Case") -> float:
        """The median over the runs of this one's answers a second by the other's in the same run."""
        return median(mine.rate / theirs.rate for mine, theirs in zip(self.loads, other.loads, strict=True))

    def line(self, floor: "Case") -> Line:
        rates = [load.rate for load in self.loads]
        p50, p99 = (median(getattr(load, key) for load in self.loads) for key in ("p50_ms", "p99_ms"))
        return Line(
            f"{self.name} ({min(rates):.0f}-{max(rates):.0f}/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms)",
            f"{median(rates):.0f}/s = {self.times(floor):.2f}x",
        )


def cases_of(asked: list[str]) -> list[Case]:
    """The floor first, then what is measured against it."""
    numbers = {code: n for n, code in enumerate(DECIMALS, 1)}
    page = {"asked": asked, "numbers": numbers, "scripted": True, "autosave": False}
    return [
        Case("validated by hand, one upsert a row", BY_HAND, {"path": "/bench/return"}),
        Case("the same, its upserts as SQL by hand", BY_HAND, {"path": "/bench/return-sql"}),
        Case("the page's form", AS_A_BROWSER, page),
        Case("the page's form without JavaScript", AS_A_BROWSER, page | {"scripted": False}),
        Case("while typing, answered by parts of the page", AS_A_BROWSER, page | {"autosave": True}),
    ]


def measure(address: str, cases: list[Case], reporters: list[Reporter]) -> None:
    """Run the cases in turns."""
    for run in range(RUNS):
        for number, case in enumerate(cases):
            lua = script(case.request, reporters, len(cases) * run + number, **case.names)
            case.loads.append(wrk(address, seconds=RUN_S, script=lua))
            if case.loads[-1].requests > MONTHS * PLANTS:
                raise SystemExit("This machine is too fast for MONTHS x PLANTS; raise PLANTS.")


def check(cases: list[Case]) -> str:
    """Count what was kept; ends the process when a save was refused or lost."""
    kept = {True: saves_kept(hand_rows()), False: saves_kept(stored_rows())}
    in_ledger = LedgerEntry.objects.filter(act="return.saved").count()
    for by_hand, found in kept.items():
        loads = [load for case in cases if case.is_by_hand == by_hand for load in case.loads]
        answered = sum(load.requests for load in loads)
        failed = sum(load.refused + load.broken for load in loads)
        # Those under way at the end of a run are saved, but nobody waits for the answer.
        if failed or not answered <= found <= answered + CONNECTIONS * len(loads):
            raise SystemExit(f"{failed} refused; {answered} answered, {found} kept")
    if in_ledger != kept[False]:
        raise SystemExit(f"{kept[False]} kept, but {in_ledger} in the ledger")
    return (
        f"none refused or lost: {answered} saves of the page answered, {found} found whole, {in_ledger} in the ledger"
    )


def main() -> Iterator[Line]:
    needs_postgresql()
    with scratch_database():
        reporters = populate()
        with serving() as address:
            asked = cells_asked(address, reporters[0])
            cases = cases_of(asked)
            measure(address, cases, reporters)
        counted = check(cases)
    floor, by_sql, by_page, *_rest = cases
    yield Line(f"fields that the page asks for; {CONNECTIONS} connections, {PLANTS} plants", str(len(asked)))
    yield from (case.line(floor) for case in cases)
    yield Line(counted, "")
    ratio = by_page.times(floor)
    yield Line("  the page's form against the endpoint by Django's ORM", f"{ratio:.2f}", f">= {GOAL}", ratio >= GOAL)
    ratio = by_page.times(by_sql)
    yield Line("  the page's form against the endpoint by SQL", f"{ratio:.2f}", f">= {GOAL}", ratio >= GOAL)
