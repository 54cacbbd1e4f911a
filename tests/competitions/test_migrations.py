"""Standings of the first release, a row for each entry and indicator, become shared rankings."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from competitions.models import GroupRanking, StandingsRun, TrackedPeriod
from competitions.services.runs import period_rank_now
from tests import factories as make
from tests.factories import standing

pytestmark = pytest.mark.django_db(transaction=True)

MONTH = date(2026, 10, 1)
WHEN = datetime(2026, 11, 4, tzinfo=UTC)


@pytest.fixture
def first_release():
    """The models of competitions as first released, in a database migrated back to them; forward again afterwards."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate([("competitions", "0001_initial")])
    yield executor.loader.project_state([("competitions", "0001_initial")]).apps
    MigrationExecutor(connection).migrate(leaves)


def forward():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_standings_moved_say_what_they_said(three_furnaces, first_release):
    competition, (daye, dalian, benxi) = three_furnaces
    old = {name: first_release.get_model("competitions", name) for name in ("RuleSet", "StandingsRun", "Standing")}
    indicator = first_release.get_model("indicators", "Indicator").objects.get(code="furnace_utilization")
    rule_set = old["RuleSet"].objects.create(
        competition_id=competition.pk, document={}, digest="d" * 64, created_at=WHEN
    )
    group = competition.groups.get()
    entries = {entry.equipment_id: entry.pk for entry in group.entries.all()}

    def run(state="complete", inputs="a"):
        return old["StandingsRun"].objects.create(
            competition_id=competition.pk,
            first=MONTH,
            last=MONTH,
            rule_set=rule_set,
            state=state,
            started_at=WHEN,
            finished_at=WHEN if state == "complete" else None,
            group_hashes={group.code: inputs * 64},
            inputs_hash=inputs * 64,
            code_version="0.1.0",
        )

    def stand(of, unit, **fields):
        old["Standing"].objects.create(
            run=of, group_id=group.pk, entry_id=entries[unit.pk], indicator=indicator, of=2, **fields
        )

    for complete in (run(), run(), run(inputs="b")):
        figures = {"numerator": Decimal("9300.0"), "denominator": Decimal(310), "base": Decimal("25.000")}
        stand(complete, dalian, value=Decimal("30.000"), rank=1, late=True, **figures)
        stand(complete, daye, value=Decimal("0.000"), rank=2)
        stand(complete, benxi, reason="missing_month")
    unfinished = run(state="running")
    stand(unfinished, daye, value=Decimal(1), rank=1)
    first_release.get_model("competitions", "TrackedPeriod").objects.create(
        competition_id=competition.pk, first=MONTH, last=MONTH, changes=3, ranked=2
    )

    forward()

    runs = list(StandingsRun.objects.all())
    assert [each.state for each in runs] == ["complete"] * 3
    assert GroupRanking.objects.count() == 2
    assert runs[0].rankings.get() == runs[1].rankings.get() != runs[2].rankings.get()
    for each in runs:
        first, second, none = (standing(each, unit) for unit in (dalian, daye, benxi))
        assert (first.value, first.numerator, first.denominator) == (Decimal("30.000"), Decimal("9300.0"), 310)
        assert (first.base, first.change, first.change_pct) == (Decimal(25), Decimal("5.000"), Decimal("20.00"))
        assert (first.rank, first.of, first.reason, first.late) == (1, 2, "", True)
        assert (second.value, second.rank, second.base, second.late) == (Decimal("0.000"), 2, None, False)
        assert (none.value, none.rank, none.reason) == (None, None, "missing_month")
    tracked = TrackedPeriod.objects.get()
    assert tracked.whole > tracked.ranked


def test_way_back_and_forth_leaves_everything_to_be_ranked_anew(three_furnaces, report_all):
    competition, furnaces = three_furnaces
    report_all(furnaces, "2026-10", ["9300", "9920", "9300"])
    period_rank_now(competition, make.period("2026-10"))
    MigrationExecutor(connection).migrate([("competitions", "0001_initial")])
    forward()
    assert not StandingsRun.objects.exists()
    run = make.period_ranked(competition, "2026-10")
    assert standing(run, furnaces[1]).rank == 1
