"""Posting the grid: how many questions it asks the database, what it answers, and what it does not need to say."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import ledger
from core.periods import Month
from indicators.models import Measure
from plants.capacity import SYSTEM_MEASURES
from plants.models import ReportingCalendar, UnitMonth
from plants.selectors import calendar_of
from plants.services import returns
from plants.sheets import cell_name
from tests import factories as make

pytestmark = pytest.mark.django_db

HERE = "/returns/daye/2026-10/"
CODES = ("good_t", "checked_t", "kwh", "op_h", "overhaul_h")


@pytest.fixture
def furnace(now):
    """A furnace of 10 MVA at Daye."""
    return make.equipment(make.plant("daye"))


def fields(units, text, was=""):
    """What the page posts: the cells typed in, and what stood there if anything did."""
    names = [cell_name((unit.pk if unit else None, code)) for unit in units for code in CODES]
    posted = dict.fromkeys(names, text)
    return posted | ({name.replace("f.", "was.", 1): was for name in names} if was else {})


def signed_in(at):
    client = Client()
    client.force_login(make.reporter(at))
    return client


def post(at, data, **headers):
    return signed_in(at).post(HERE, {"tab": "smelting", **data}, headers=headers)


def posted_counting(client, here, data, headers):
    """The answer, and how many questions it took; what begins and ends transactions is none."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(here, {"tab": "smelting", **data}, headers=headers)
    sql = [query["sql"] for query in asked.captured_queries]
    return answer, len([each for each in sql if not re.match(r"BEGIN|COMMIT|SAVEPOINT|RELEASE", each)])


@pytest.mark.parametrize(("headers", "limits"), [({}, (12, 14)), ({"X-Autosave": "1"}, (20, 22))])
def test_saving_asks_as_often_for_two_pieces_of_equipment_as_for_nine(furnace, headers, limits):
    """Two of the questions are those of every page: session and person."""
    daye, nine = furnace.plant, [furnace, *(make.equipment(furnace.plant, f"no-{n}") for n in range(2, 10))]
    client = signed_in(daye)
    numbers = []
    for month, units in (("2026-10", nine[:2]), ("2026-11", nine)):
        here = f"/returns/daye/{month}/"
        first, asked_first = posted_counting(client, here, fields(units, "500"), headers)
        again, asked_again = posted_counting(client, here, fields(units, "501", "500"), headers)
        assert first.status_code == again.status_code == (200 if headers else 302)
        rows = UnitMonth.objects.filter(month=Month.parse(month).first_day)
        assert [row.figures["good_t"] for row in rows] == ["501"] * len(units)
        numbers.append((asked_first, asked_again))
    assert numbers[0] == numbers[1]
    assert numbers[0][0] <= limits[0]
    assert numbers[0][1] <= limits[1]


def test_saving_answers_with_the_way_back_to_the_same_tab(furnace):
    response = post(furnace.plant, fields([furnace], "500"))
    assert (response.status_code, response["Location"]) == (302, f"{HERE}?tab=smelting")


def test_saving_leads_nowhere_else_whatever_the_tab_says(furnace):
    response = post(furnace.plant, {"tab": "//evil.example/\r\nX: y"})
    assert response["Location"].startswith(f"{HERE}?tab=%2F%2Fevil")


def test_page_tells_when_it_was_saved(furnace):
    post(furnace.plant, fields([furnace], "500"))
    assert "Saved 10:00" in " ".join(signed_in(furnace.plant).get(HERE).content.decode().split())


def test_page_posts_what_stood_in_a_cell_only_where_something_did(furnace):
    post(furnace.plant, {f"f.{furnace.pk}.good_t": "500"})
    page = signed_in(furnace.plant).get(HERE).content.decode()
    assert re.findall(r'name="was\.([^"]+)" value="([^"]*)"', page) == [(f"{furnace.pk}.good_t", "500")]


def test_refused_page_shows_the_return_as_it_stands_by_now(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="submitted")
    response = post(furnace.plant, {f"f.{furnace.pk}.good_t": "9400", f"was.{furnace.pk}.good_t": "9300"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "The return is submitted. The director can send it back for changes." in page
    assert "9400" in page  # what was not saved, to be copied
    assert "300" in page  # what stands


def test_cell_not_asked_for_any_more_but_not_touched_does_not_stand_in_the_way(furnace):
    retired = make.equipment(furnace.plant, "no-2")
    post(furnace.plant, fields([retired], "500"))
    retired.months.all().delete()
    retired.retired_on = Month.parse("2026-09").first_day
    retired.save()
    response = post(furnace.plant, fields([retired], "500", "500") | fields([furnace], "600"))
    assert response.status_code == 302
    assert UnitMonth.objects.get().figures["good_t"] == "600"


def test_ledger_row_of_a_saving_holds_what_stood_there_where_something_did(furnace):
    cells = make.cells({furnace: {"good_t": "500", "kwh": "7"}})
    returns.return_save(actor=make.reporter(furnace.plant), plant=furnace.plant, month=Month(2026, 10), cells=cells)
    data = {f"f.{furnace.pk}.good_t": "501", f"was.{furnace.pk}.good_t": "500", f"f.{furnace.pk}.heats": "9"}
    post(furnace.plant, data)
    first, second = ledger.entries_of("return:daye/2026-10")
    assert (first.old, first.new) == ({}, {"no-1/good_t": "500", "no-1/kwh": "7"})
    assert (second.old, second.new) == ({"no-1/good_t": "500"}, {"no-1/good_t": "501", "no-1/heats": "9"})


def test_system_measures_of_the_catalogue_are_those_that_are_written():
    assert set(Measure.objects.filter(system=True).values_list("code", flat=True)) == SYSTEM_MEASURES


# The usual calendar


def test_page_of_a_plant_without_a_calendar_shows_the_usual_days_and_stores_nothing(furnace):
    ReportingCalendar.objects.all().delete()
    assert "Nov. 5, 2026" in signed_in(furnace.plant).get(HERE).content.decode()
    assert not ReportingCalendar.objects.exists()


def test_usual_calendar_changed_by_the_administrator_counts(furnace):
    ReportingCalendar.objects.update_or_create(name="Monthly", defaults={"due_days": 9})
    assert calendar_of(furnace.plant).due_days == 9
