"""Benchmarks: `make bench` with DATABASE_URL on PostgreSQL. Prints ratios of figures timed in the same run.

A half-year of twelve indicators in forty groups of furnaces, with last year's comparison, stored; beside it one
hand-written SQL statement that computes the same from the same rows into a table, and the storage that a row for
every value would need. PLANTS (default 500, five furnaces each) sets the size, MONTHS how far back figures go.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench.data import GROUPS, INDICATORS, MEASURES, populate  # noqa: E402
from competitions.models import Competition, StandingsRun  # noqa: E402
from competitions.services.runs import period_rank_now  # noqa: E402
from core.periods import Period  # noqa: E402

PLANTS = int(os.environ.get("PLANTS", "500"))
MONTHS = int(os.environ.get("MONTHS", "36"))
PERIOD = Period.parse("2026-H1")
REPEATS = 3


@contextmanager
def scratch_database() -> Any:
    """A database of its own, gone afterwards."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def fastest(work: Callable[[], None], undo: Callable[[], None] = lambda: None) -> float:
    """Seconds of the fastest of a few times."""
    times = []
    for _ in range(REPEATS):
        undo()
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def hand_sql() -> str:
    """Sums of both years, twelve values, changes and ranks in one statement."""

    def sums(prefix: str, since: date, until: date) -> str:
        columns = ", ".join(f"SUM((u.figures->>'{code}')::numeric) AS {code}" for code in MEASURES)
        return (
            f"{prefix} AS (SELECT e.id AS entry, e.group_id, {columns} FROM competitions_entry e "
            "JOIN plants_unitmonth u ON u.equipment_id = e.equipment_id AND u.effective "
            f"AND u.month BETWEEN '{since}' AND '{until}' GROUP BY e.id)"
        )

    year_before = PERIOD.last_year()
    values, ranked = [], []
    for code, (factor, above, below, direction, places) in INDICATORS.items():
        for prefix in ("n", "b"):
            values.append(
                f"ROUND({factor} * {prefix}.{above} / NULLIF({prefix}.{below}, 0), {places}) AS {prefix}_{code}"
            )
        order = "DESC" if direction == "up" else "ASC"
        ranked.append(
            f"n_{code}, b_{code}, n_{code} - b_{code} AS c_{code}, "
            f"RANK() OVER (PARTITION BY group_id ORDER BY n_{code} {order} NULLS LAST) AS r_{code}"
        )
    return (
        f"CREATE TABLE bench_result AS WITH {sums('n', PERIOD.first.first_day, PERIOD.last.first_day)}, "
        f"{sums('b', year_before.first.first_day, year_before.last.first_day)}, "
        f"v AS (SELECT n.entry, n.group_id, {', '.join(values)} FROM n LEFT JOIN b USING (entry)) "
        f"SELECT entry, {', '.join(ranked)} FROM v"
    )


def main() -> None:
    if connection.vendor != "postgresql":
        sys.exit('The benchmarks need PostgreSQL: eval "$(scripts/services.sh start)"; make bench')
    with scratch_database():
        values = populate(plants=PLANTS, months=MONTHS, until=PERIOD.last)
        execute("SET max_parallel_workers_per_gather = 0")
        execute("ANALYZE")
        competition = Competition.objects.get()
        ours = fastest(lambda: ranked(competition), StandingsRun.objects.all().delete)
        statement = hand_sql()
        hand = fastest(lambda: execute(statement), lambda: execute("DROP TABLE IF EXISTS bench_result"))
        execute(
            "CREATE TABLE bench_tall AS SELECT row_number() OVER () AS id, equipment_id, month, f.key AS measure, "
            "f.value::numeric AS value FROM plants_unitmonth, jsonb_each_text(figures) f"
        )
        execute("ALTER TABLE bench_tall ADD PRIMARY KEY (id), ADD UNIQUE (equipment_id, month, measure)")
        execute("CREATE INDEX ON bench_tall (equipment_id)")
        document = number("SELECT pg_total_relation_size('plants_unitmonth')") / values
        tall = number("SELECT pg_total_relation_size('bench_tall')") / values
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = f"{PLANTS} plants x 5 furnaces x {len(MEASURES)} measures x {MONTHS} months"
    print(f"{size} = {values:,} values, {GROUPS} groups")
    print(f"half-year run of {len(INDICATORS)} indicators, stored      {ours:7.2f} s")
    print(f"one hand-written statement into a table     {hand:7.2f} s   ours / hand = {ours / hand:.2f}")
    print(f"a document for each unit and month          {document:7.1f} B a value")
    print(f"a row for each value                        {tall:7.1f} B a value   document / row = {document / tall:.2f}")
    print(f"peak memory of this process                 {peak:7.0f} MB")


def ranked(competition: Competition) -> None:
    run = period_rank_now(competition, PERIOD)
    assert run is not None
    assert run.standings.filter(rank=1).count() >= GROUPS * len(INDICATORS)


if __name__ == "__main__":
    main()
