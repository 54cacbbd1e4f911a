"""Standings as drawings: bars of a ranking, and who is strong where, with what each viewer may see."""

import re

import pytest
from django.test import Client
from django.utils.translation import override

from competitions.choices import Visibility
from competitions.matrix import MOST, matrix_of
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(three_furnaces, report_all):
    """October: in output Dalian, Benxi, Daye; Dalian needs most electricity, Benxi reports none."""
    competition, furnaces = three_furnaces
    daye, dalian, benxi = furnaces
    report_all([daye], "2026-10", ["9300"], kwh="4650000")
    report_all([dalian], "2026-10", ["9920"], kwh="5952000")
    report_all([benxi], "2026-10", ["9610"])
    competition.small_group = 2
    competition.save()
    make.period_ranked(competition, "2026-10")
    return competition, furnaces


def get(path, user=None, **query):
    client = Client()
    if user:
        client.force_login(user)
    return client.get(path, query)


def test_matrix_has_a_rank_or_a_reason_in_every_cell(ranked):
    competition, _furnaces = ranked
    matrix = matrix_of(user=make.admin(), group=competition.groups.get())
    names = [name for name, _href in matrix.columns]
    output, power = names.index("Furnace utilization coefficient"), names.index("Electricity per tonne")
    assert [row.name for row in matrix.rows] == ["Dalian Steel Plant", "Benxi Steel Plant", "Daye Steel Plant"]
    assert [row.cells[output].rank for row in matrix.rows] == [1, 2, 3]
    assert matrix.rows[0].cells[output].text == "32.000 t/(MVA·d)"
    assert [row.cells[power].rank for row in matrix.rows] == [2, None, 1]
    assert matrix.rows[1].cells[power].reason == "a figure is missing"
    assert all(cell.rank or cell.reason for row in matrix.rows for cell in row.cells)


def test_matrix_columns_lead_to_the_ranking_of_their_indicator(ranked):
    competition, _furnaces = ranked
    matrix = matrix_of(user=make.admin(), group=competition.groups.get())
    for _name, href in matrix.columns:
        assert get(href).status_code == 200


def test_matrix_leaves_out_indicators_in_which_nobody_is_ranked(ranked):
    competition, _furnaces = ranked
    matrix = matrix_of(user=make.admin(), group=competition.groups.get())
    ranked_anywhere = [any(row.cells[place].rank for row in matrix.rows) for place in range(len(matrix.columns))]
    assert all(ranked_anywhere)


def test_matrix_of_a_group_too_small_to_rank_is_none(three_furnaces, report_all):
    competition, furnaces = three_furnaces
    competition.small_group = 4
    competition.save()
    report_all(furnaces, "2026-10", ["9300", "9920", "9610"])
    make.period_ranked(competition, "2026-10")
    assert matrix_of(user=make.admin(), group=competition.groups.get()) is None
    assert "Nobody is ranked in this group yet." in get("/competitions/national/").content.decode()


def test_matrix_of_unpublished_standings_shows_the_viewers_own_entries_only(ranked):
    competition, (daye, *_rest) = ranked
    competition.visibility = Visibility.OWN
    competition.save()
    group = competition.groups.get()
    (row,) = matrix_of(user=make.reporter(daye.plant), group=group).rows
    assert (row.name, row.is_own) == ("Daye Steel Plant", True)
    assert matrix_of(user=make.reporter(make.plant("harbin")), group=group) is None


def test_matrix_of_a_group_too_large_shows_the_viewers_own_entries_only(ranked):
    competition, (daye, *_rest) = ranked
    group = competition.groups.get()
    make.enter(group, *(make.equipment(daye.plant, f"no-{number}") for number in range(2, MOST + 1)))
    assert {row.name for row in matrix_of(user=make.reporter(daye.plant), group=group).rows} == {"Daye Steel Plant"}


def test_matrix_of_what_was_never_ranked_is_none(three_furnaces):
    competition, _furnaces = three_furnaces
    assert matrix_of(user=make.admin(), group=competition.groups.get()) is None


def test_matrix_takes_the_same_queries_for_few_and_many_entries(ranked, report_all, django_assert_max_num_queries):
    competition, _furnaces = ranked
    group = competition.groups.get()
    admin = make.admin()
    with django_assert_max_num_queries(12) as few:
        matrix_of(user=admin, group=group)
    more = [make.equipment(make.plant(f"plant-{number}")) for number in range(9)]
    make.enter(group, *more)
    report_all(more, "2026-10", ["9000"] * 9)
    make.period_ranked(competition, "2026-10")
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(matrix_of(user=admin, group=group).rows) == 12


def test_competition_page_shows_the_group_in_which_the_viewer_competes(ranked):
    competition, _furnaces = ranked
    rolling = make.equipment(make.plant("anshan"), "mill", kind="rolling_mill", capacity="650")
    make.enter(make.group(competition, "mills", kind="rolling_mill"), rolling)
    make.period_ranked(competition, "2026-10")
    own = get("/competitions/national/", make.reporter(rolling.plant)).content.decode()
    stranger = get("/competitions/national/").content.decode()
    assert re.search(r'\?group=mills#strengths"\s+aria-current', own)
    assert re.search(r'\?group=furnaces#strengths"\s+aria-current', stranger)
    assert '<caption class="sr">Furnaces, October 2026' in stranger
    asked = get("/competitions/national/", group="mills").content.decode()
    assert re.search(r'\?group=mills#strengths"\s+aria-current', asked)


def test_competition_page_of_an_unknown_group_gets_a_clear_404(ranked):
    response = get("/competitions/national/", group="ships")
    assert response.status_code == 404
    assert "This competition has no group “ships”." in response.content.decode()


def test_ranking_as_bars_shows_the_same_entries_with_their_figures(ranked):
    _competition, (daye, *_rest) = ranked
    page = get("/competitions/national/rankings/", make.reporter(daye.plant), period="2026-10", view="bars")
    words = page.content.decode()
    assert words.count('class="bar-row') - 1 == 3
    assert words.index("32.000") < words.index("31.000") < words.index("30.000")
    assert 'class="bar-row own"' in words
    assert '<table class="ranking"' not in words


def test_bars_of_unpublished_standings_show_the_viewers_own_only(ranked):
    competition, (daye, *_rest) = ranked
    competition.visibility = Visibility.OWN
    competition.save()
    page = get("/competitions/national/rankings/", make.reporter(daye.plant), period="2026-10", view="bars")
    assert "Dalian Steel Plant" not in page.content.decode()


def test_names_follow_the_language_of_the_page(ranked):
    competition, (daye, *_rest) = ranked
    daye.plant.name_zh = "大冶钢厂"
    daye.plant.save()
    with override("zh-hans"):
        rows = matrix_of(user=make.admin(), group=competition.groups.get()).rows
    assert "大冶钢厂" in {row.name for row in rows}
