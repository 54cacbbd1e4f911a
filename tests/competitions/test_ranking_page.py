"""The ranking page and its files, as the viewer gets them."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from competitions.board import board_period
from competitions.choices import Visibility
from competitions.models import StandingsRun
from competitions.ranking import standard_ranks
from competitions.rulesets import Rules
from competitions.tables import newest_run, pinned_of, table_of
from core import clock
from indicators.models import Indicator
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(three_furnaces, report_all):
    """September and October, a year apart as well; benxi passes daye in October."""
    competition, furnaces = three_furnaces
    report_all(furnaces, "2025-10", ["7750", "8060", "7440"])
    report_all(furnaces, "2026-09", ["9000", "9300", "8700"])
    report_all(furnaces, "2026-10", ["9300", "9920", "9610"])
    for month in ("2025-10", "2026-09", "2026-10"):
        make.period_ranked(competition, month)
    return competition, furnaces


def get(path="", user=None, **query):
    client = Client()
    if user:
        client.force_login(user)
    return client.get(f"/competitions/national/rankings/{path}", query)


def table(competition, user, period="2026-10", code="furnace_utilization"):
    run = newest_run(competition, make.period(period))
    group = competition.groups.first()
    pinned = pinned_of(Rules.read(run.rule_set.document), group)[code]
    return table_of(user=user, run=run, group=group, pinned=pinned, indicator=Indicator.objects.get(code=code))


def test_table_movement_is_against_the_preceding_period_of_equal_length(ranked):
    competition, (daye, dalian, benxi) = ranked
    moved = {row.standing.entry.equipment: row.moved for row in table(competition, make.admin()).rows}
    assert moved == {dalian: 0, benxi: 1, daye: -1}


def test_chase_put_back_into_the_ranking_overtakes(ranked):
    competition, (daye, _dalian, _benxi) = ranked
    found = table(competition, make.reporter(daye.plant))
    (chase,) = found.chases
    # 31.000 ahead of 30.000: 1.001 more; x 310 MVA-days / 31 days = 10.0 t a day.
    assert (chase.ahead, chase.gap, chase.per_day, chase.measure.code) == (
        2,
        Decimal("1.001"),
        Decimal("10.0"),
        "good_t",
    )
    values = [row.standing.value for row in found.rows]
    place = [row.standing.entry.equipment for row in found.rows].index(daye)
    values[place] += chase.gap
    assert standard_ranks(values, True)[place] == 2


def test_common_progress_is_over_entries_with_a_base(ranked):
    competition, _furnaces = ranked
    progress = table(competition, make.admin()).progress
    # Now 30, 32, 31; a year ago 25, 26, 24.
    assert (progress.median, progress.spread) == (Decimal("31.000"), Decimal("2.000"))
    assert (progress.median_change, progress.spread_change, progress.compared) == (
        Decimal("6.000"),
        Decimal("0.000"),
        3,
    )


def test_page_shows_published_figures_and_last_year(ranked):
    page = get(period="2026-10").content.decode()
    for text in ("32.000", "26.000", "+6.000", "Dalian Steel Plant"):
        assert text in page


def test_period_that_is_none_gets_a_clear_400(ranked):
    response = get(period="1959-13")
    assert response.status_code == 400
    assert "“1959-13” is not a period. Write 1959-08, 1959-Q3, 1959-H1, 1959" in response.content.decode()


def test_as_of_that_is_no_date_gets_a_clear_400(ranked):
    response = get(as_of="yesterday")
    assert response.status_code == 400
    assert "is not a date" in response.content.decode()


def test_indicator_of_another_trade_gets_a_clear_404(ranked):
    response = get(indicator="rolling_yield")
    assert response.status_code == 404
    assert "it belongs to another trade" in response.content.decode()


def test_group_unknown_gets_404(ranked):
    assert get(group="mills").status_code == 404


def test_period_not_ranked_says_so_and_offers_to_rank_it_to_parties_only(ranked):
    competition, (daye, *_rest) = ranked
    stranger, party = get(period="2026-05"), get(period="2026-05", user=make.reporter(daye.plant))
    address = reverse("rankings_request", args=[competition.slug])
    assert (stranger.status_code, party.status_code) == (200, 200)
    assert address not in stranger.content.decode()
    assert address in party.content.decode()


def test_as_of_shows_the_run_of_that_day(ranked):
    competition, (daye, *_rest) = ranked
    with clock.at(clock.now() + timedelta(days=2)):
        make.revise(daye.plant, "2026-10", {daye: {"good_t": "9455"}}, until="approved")
        make.accept(daye.plant, "2026-10")
        make.period_ranked(competition, "2026-10")
    before = get(period="2026-10", as_of="2026-11-04").content.decode()
    after = get(period="2026-10").content.decode()
    assert ("30.000" in before, "30.500" in before) == (True, False)
    assert ("30.000" in after, "30.500" in after) == (False, True)


def test_own_visibility_hides_the_others_but_shows_median_and_best(ranked):
    competition, (daye, dalian, _benxi) = ranked
    competition.visibility = Visibility.OWN
    competition.save()
    page = get(period="2026-10", user=make.reporter(daye.plant)).content.decode()
    assert "Daye Steel Plant" in page
    assert "Dalian Steel Plant" not in page
    assert "31.000" in page  # the median
    assert "32.000" in page  # the best
    official = get(period="2026-10", user=make.person("evaluator@example.org")).content.decode()
    assert "Dalian Steel Plant" in official
    competition.published_through = date(2026, 10, 1)
    competition.save()
    assert "Dalian Steel Plant" in get(period="2026-10", user=make.reporter(daye.plant)).content.decode()
    export = get("export/", period="2026-09", user=make.reporter(dalian.plant)).content.decode()
    assert "Daye" in export


def test_own_visibility_holds_in_the_export(ranked):
    competition, (daye, *_rest) = ranked
    competition.visibility = Visibility.OWN
    competition.save()
    export = get("export/", period="2026-10", user=make.reporter(daye.plant)).content.decode()
    assert "Daye Steel Plant" in export
    assert "Dalian Steel Plant" not in export


def test_csv_holds_exact_figures_and_no_formulas(ranked):
    _competition, (daye, *_rest) = ranked
    daye.plant.name = "=HYPERLINK(0)"
    daye.plant.save()
    text = get("export/", period="2026-10").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][:5] == ["1", "3", "Dalian Steel Plant", "No 1", "32.000"]
    assert rows[3][2] == "'=HYPERLINK(0)"


def test_xlsx_opens_and_holds_numbers(ranked):
    content = get("export/", period="2026-10", format="xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[3][0] == 1
    assert rows[3][4] == 32


def test_export_in_an_unknown_format_gets_400(ranked):
    assert get("export/", period="2026-10", format="pdf").status_code == 400


def test_page_takes_the_same_queries_for_few_and_many_entries(ranked, django_assert_max_num_queries):
    competition, _furnaces = ranked
    with django_assert_max_num_queries(30) as few:
        get(period="2026-10")
    more = [make.equipment(make.plant(f"plant-{number}")) for number in range(9)]
    make.enter(competition.groups.get(), *more)
    for each in more:
        make.report(each.plant, "2026-10", {each: {"good_t": "9000"}})
    make.period_ranked(competition, "2026-10")
    with django_assert_max_num_queries(len(few.captured_queries)):
        get(period="2026-10")


def test_run_under_way_is_shown_with_its_progress(ranked):
    competition, furnaces = ranked
    make.enter(make.group(competition, "more"), *furnaces)
    make.run_left_after_one_group(competition, "2026-10")
    assert StandingsRun.objects.filter(state="running").exists()
    page = get("progress/", period="2026-10")
    assert 'max="2"' in page.content.decode()
    assert 'value="1"' in page.content.decode()


def test_default_period_is_the_newest_that_is_over_and_has_ranks(ranked):
    competition, furnaces = ranked
    make.report_now(furnaces[0].plant, "2026-11", {furnaces[0]: {"good_t": "9000"}})
    make.period_ranked(competition, "2026-11")
    make.period_ranked(competition, "2026-Q3")
    assert board_period(competition) == make.period("2026-10")


def test_return_page_shows_the_standings_of_its_month(ranked):
    _competition, (daye, *_rest) = ranked
    client = Client()
    client.force_login(make.reporter(daye.plant))
    page = client.get(reverse("return", args=["daye", "2026-10"])).content.decode()
    assert "Standings of this month" in page
    assert "30.000" in page
    assert "/competitions/national/rankings/?group=furnaces&amp;period=2026-10" in page
