"""Standings: a half-year of twelve indicators in forty groups, with last year's comparison, stored.

Beside it one hand-written SQL statement that makes the same values, changes and ranks of the same rows into a table.
"""

import gc
import resource
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from bench.data import GROUPS, INDICATORS, MEASURES, MONTHS, PERIOD, PLANTS, populate
from bench.measure import Line, execute, fastest, scratch_database
from competitions.models import Competition, StandingsRun
from competitions.selectors import standings_in, tables_of
from competitions.services.runs import period_rank_now
from competitions.tasks import rank_due
from plants.models import DirtyMonth, Plant


def main() -> Iterator[Line]:
    small = _timed(PLANTS // 10)
    large = _timed(PLANTS)
    run, hand, revised = large["run"], large["hand"], large["revised"]
    yield Line(
        f"{PLANTS} plants x 5 furnaces x {len(MEASURES)} measures x {MONTHS} months",
        f"{PLANTS * 5 * len(MEASURES) * MONTHS:,}",
    )
    yield Line("one hand-written statement into a table", f"{hand:.3f} s")
    yield Line("the run, stored", f"{run:.3f} s")
    yield Line("  against the statement", f"{run / hand:.2f}", "<= 2", run <= 2 * hand)
    yield Line(f"  against a tenth of the plants ({small['run']:.3f} s)", f"{run / small['run']:.1f}", "<= 11",
               run <= 11 * small["run"])  # fmt: skip
    yield Line("one plant's revised return, from its mark to the complete run", f"{revised:.3f} s")
    yield Line("  against the run", f"{revised / run:.2f}", "<= 0.3", revised <= 0.3 * run)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Line("peak memory of this process", f"{peak:.0f} MB", "< 500", peak < 500)


def _timed(plants: int) -> dict[str, float]:
    with scratch_database():
        populate(plants=plants)
        execute("ANALYZE")
        gc.freeze()  # as a worker does when it begins
        competition = Competition.objects.get()
        statement = hand_sql()
        found = fastest(
            {
                "run": (lambda: period_rank_now(competition, PERIOD), _forget),
                "hand": (lambda: execute(statement), lambda: execute("DROP TABLE IF EXISTS bench_result")),
                "revised": (rank_due, lambda: _revise(Plant.objects.order_by("?").first())),
            }
        )
        # The last run was the revised one, so the statement has to be made anew before the two are compared.
        execute("DROP TABLE bench_result")
        execute(statement)
        _check(StandingsRun.objects.complete().last())
    return found


def _forget() -> None:
    execute("TRUNCATE competitions_standingsrun, competitions_groupranking CASCADE")


def _revise(plant: Plant | None) -> None:
    """What an accepted revision leaves: other figures that count, and the mark."""
    assert plant is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE plants_unitmonth SET figures = figures || jsonb_build_object("
            "'good_t', ((figures->>'good_t')::numeric + 1)::text) WHERE plant_id = %s AND month = %s",
            [plant.pk, PERIOD.last.first_day],
        )
    DirtyMonth.objects.create(plant=plant, month=PERIOD.last.first_day, at=timezone.now())


def _check(run: StandingsRun | None) -> None:
    """Both have computed the same, and the revised return had only its groups ranked anew."""
    assert run is not None
    assert run.total <= 5
    assert run.rankings.count() == GROUPS
    for code in ("furnace_utilization", "electricity_per_t"):
        ours = {
            each.entry_id: (each.value, each.base, each.change, each.rank)
            for each in standings_in(tables_of(run).filter(indicator__code=code))
        }
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT entry, n_{code}, b_{code}, c_{code}, r_{code} FROM bench_result")
            theirs: dict[int, tuple[Decimal, ...]] = {entry: tuple(rest) for entry, *rest in cursor.fetchall()}
        assert ours == theirs


def hand_sql() -> str:
    """Sums of both years, twelve values, changes and ranks in one statement."""
    columns = ", ".join(f"SUM((u.figures->>'{code}')::numeric) AS {code}" for code in MEASURES)

    def sums(prefix: str, since: date, until: date) -> str:
        return (
            f"{prefix} AS (SELECT e.id AS entry, e.group_id, {columns} FROM competitions_entry e "
            "JOIN plants_unitmonth u ON u.equipment_id = e.equipment_id AND u.effective "
            f"AND u.month BETWEEN '{since}' AND '{until}' GROUP BY e.id)"
        )

    year_before = PERIOD.last_year()
    return "CREATE TABLE bench_result AS " + ranked_sql(
        sums("n", PERIOD.first.first_day, PERIOD.last.first_day),
        sums("b", year_before.first.first_day, year_before.last.first_day),
    )


def ranked_sql(now: str, before: str) -> str:
    """Values, changes and ranks from two tables of sums, `n` and `b`, given as the texts of the WITH clause."""
    values, ranked = [], []
    for code, (factor, above, below, direction, places) in INDICATORS.items():
        for prefix in ("n", "b"):
            quotient = f"{factor} * {prefix}.{above} / NULLIF({prefix}.{below}, 0)" if below else f"{prefix}.{above}"
            values.append(f"ROUND({quotient}, {places}) AS {prefix}_{code}")
        order = "DESC" if direction == "up" else "ASC"
        ranked.append(
            f"n_{code}, b_{code}, n_{code} - b_{code} AS c_{code}, "
            f"RANK() OVER (PARTITION BY group_id ORDER BY n_{code} {order} NULLS LAST) AS r_{code}"
        )
    return (
        f"WITH {now}, {before}, "
        f"v AS MATERIALIZED (SELECT n.entry, n.group_id, {', '.join(values)} FROM n LEFT JOIN b USING (entry)) "
        f"SELECT entry, {', '.join(ranked)} FROM v"
    )
