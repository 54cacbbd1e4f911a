"""The main way through the house, as people go it: figure, approval, worker, ranking page."""

from decimal import Decimal

import pytest
from django.utils import timezone

from competitions.models import StandingsRun
from core.periods import Month, Period
from tests import factories as make
from tests.processes import programs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("workers"),
]


@pytest.fixture
def three_plants():
    """Three furnaces of 10 MVA; two plants have reported the current month, daye has not."""
    month = Month.of(timezone.localdate())
    competition = make.competition(starts=str(month.plus(-12)), ends=str(month.plus(12)))
    daye, dalian, benxi = (make.equipment(make.plant(slug)) for slug in ("daye", "dalian", "benxi"))
    make.enter(make.group(competition), daye, dalian, benxi)
    for furnace, coefficient in ((dalian, 32), (benxi, 28)):
        figures = {"good_t": coefficient * 10 * month.days}
        make.report_now(furnace.plant, str(month), {furnace: figures})
    return month, competition, daye


def fill(page, furnace, figures):
    for code, text in figures.items():
        page.fill(f'[name="f.{furnace.pk}.{code}"]', text)


def test_reporter_fills_a_month_director_approves_ranking_shows_the_value(visit, three_plants, tmp_path):
    month, competition, furnace = three_plants
    period = Period(month, month)
    # By hand: 30 t per MVA and day x 10 MVA x the days of the month, so the coefficient must be 30.000.
    output = str(30 * 10 * month.days)
    reporter = visit(make.reporter(furnace.plant))
    reporter.goto(f"/returns/daye/{month}/")
    fill(reporter, furnace, {"good_t": output, "kwh": str(150000 * month.days)})
    reporter.click("button[name=submit]")
    reporter.click("dialog[open] button[value=yes]")
    reporter.wait_for_selector("text=Submitted. The director of the plant approves it next.")

    director = visit(make.director(furnace.plant))
    director.goto(f"/returns/daye/{month}/")
    director.click("form[action$='/approve/'] button")
    director.click("dialog[open] button[value=yes]")
    director.wait_for_selector("text=Approved.")

    with programs.worker(tmp_path), programs.beat(tmp_path):
        run = programs.wait_for(
            lambda: StandingsRun.objects.complete().of_period(period).filter(competition=competition).last()
        )
    stranger = visit()
    stranger.goto(f"/competitions/national/rankings/?period={month}")
    row = stranger.locator("table.ranking tbody tr", has_text="Daye Steel Plant")
    assert row.locator(".big").inner_text().split()[0] == "30.000"
    assert row.locator(".rank").inner_text().strip().startswith("2")
    assert make.standing(run, furnace).value == Decimal("30.000")
    # 150,000 kWh a day / 300 t a day.
    stranger.goto(f"/competitions/national/rankings/?period={month}&indicator=electricity_per_t")
    assert "500.0" in stranger.locator("table.ranking tbody tr", has_text="Daye Steel Plant").inner_text()


def test_typed_figures_are_saved_by_themselves_and_a_text_is_kept(visit, three_plants):
    month, _competition, furnace = three_plants
    page = visit(make.reporter(furnace.plant))
    page.goto(f"/returns/daye/{month}/")
    fill(page, furnace, {"good_t": "9 000.5", "kwh": "many"})
    page.wait_for_selector("#saved >> text=Saved")
    page.wait_for_selector("text=This is not a number.")
    page.goto(f"/returns/daye/{month}/")
    assert page.input_value(f'[name="f.{furnace.pk}.good_t"]').replace("\u2009", "").replace(" ", "") == "9000.5"
    assert page.input_value(f'[name="f.{furnace.pk}.kwh"]') == "many"


def test_whole_return_by_keyboard_only(visit, three_plants):
    month, _competition, furnace = three_plants
    page = visit(make.reporter(furnace.plant))
    page.goto(f"/returns/daye/{month}/")
    page.focus(f'[name="f.{furnace.pk}.good_t"]')
    page.keyboard.type("9000")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") != f"f.{furnace.pk}.good_t"
    page.wait_for_selector("#saved >> text=Saved")
    page.focus("button[name=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.focus("button[name=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Submitted")


def test_main_way_without_javascript(visit, three_plants):
    month, _competition, furnace = three_plants
    page = visit(make.reporter(furnace.plant), java_script_enabled=False)
    page.goto(f"/returns/daye/{month}/")
    fill(page, furnace, {"good_t": "9000"})
    page.click("button[name=submit]")
    page.wait_for_selector("text=Submitted. The director of the plant approves it next.")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", ["/", "/competitions/national/", "/competitions/national/rankings/", "/plants/",
                                     "/plants/daye/", "/catalogue/", "/returns/"])  # fmt: skip
def test_page_fits_its_width(visit, three_plants, address, width):
    page = visit(make.reporter(three_plants[2].plant), viewport={"width": width, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_run_under_way_shows_its_progress_and_then_the_table(visit, three_plants):
    month, competition, furnace = three_plants
    make.enter(make.group(competition, "more"), furnace)
    make.run_left_after_one_group(competition, str(month))
    page = visit(make.reporter(furnace.plant))
    page.goto(f"/competitions/national/rankings/?period={month}")
    assert page.locator("progress").get_attribute("value") == "1"
    assert page.locator("table.ranking").count() == 0
    make.period_ranked(competition, str(month))
    page.wait_for_selector("table.ranking")
    assert page.locator("progress").count() == 0
