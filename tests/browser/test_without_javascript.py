"""The whole house in a browser that runs no scripts."""

import pytest
from django.utils import timezone

from core.periods import Month
from plants.choices import PlantRole
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def month():
    return Month.of(timezone.localdate())


@pytest.fixture
def competition(month):
    """Two plants in two groups; dalian has reported, daye has not."""
    competition = make.competition(starts=str(month.plus(-12)), ends=str(month.plus(12)))
    daye, dalian = (make.equipment(make.plant(slug)) for slug in ("daye", "dalian"))
    make.enter(make.group(competition), daye, dalian)
    make.report_now(dalian.plant, str(month), {dalian: {"good_t": "9600", "kwh": "4800000"}})
    make.period_ranked(competition, str(month))
    return competition


@pytest.fixture
def plain(visit):
    """`plain(user)` is somebody's page in a browser that runs no scripts."""
    return lambda user=None, **options: visit(user, java_script_enabled=False, **options)


def test_month_goes_from_its_first_figure_to_its_approval(plain, competition, month):
    daye = make.plant()
    furnace = daye.equipment.get()
    page = plain(make.reporter(daye))
    page.goto("/returns/")
    page.click(f"main a[href^='/returns/daye/{month}/'] >> nth=0")
    page.fill(f'[name="f.{furnace.pk}.good_t"]', "many")
    page.click("button[name=save]")
    assert "This is not a number." in page.locator("main").inner_text()
    assert page.input_value(f'[name="f.{furnace.pk}.good_t"]') == "many"
    page.fill(f'[name="f.{furnace.pk}.good_t"]', "9000")
    page.click("button[name=submit]")
    assert "Submitted. The director of the plant approves it next." in page.locator("main").inner_text()

    page = plain(make.director(daye))
    page.goto(f"/returns/daye/{month}/")
    page.click("form[action$='/approve/'] button")
    assert "Approved." in page.locator("main").inner_text()


def test_another_ranking_is_chosen_by_a_button(plain, competition, month):
    page = plain()
    page.goto(f"/competitions/national/rankings/?period={month}")
    page.select_option("[name=indicator]", "electricity_per_t")
    page.click("form[data-autosubmit] button")
    assert "indicator=electricity_per_t" in page.url
    assert "500.0" in page.locator("table.ranking").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_menu_opens_and_signs_out(plain, competition, width):
    page = plain(make.reporter(make.plant()), viewport={"width": width, "height": 800})
    menu = page.locator("details.menu:visible")
    assert menu.locator("button", has_text="Sign out").is_hidden()
    menu.locator("summary").click()
    menu.locator("button", has_text="Sign out").click()
    assert page.locator("header .who").count() == 0
    page.goto("/returns/")
    assert "/account/sign-in/" in page.url


@pytest.mark.parametrize("signed_in", [True, False])
def test_language_is_changed_by_its_button_and_kept(plain, competition, signed_in):
    page = plain(make.reporter(make.plant()) if signed_in else None)
    page.goto("/plants/")
    page.click(".right .language button[value=zh-hans]")
    assert page.url.endswith("/plants/")
    assert page.get_attribute("html", "lang") == "zh-hans"
    page.goto("/competitions/")
    assert page.get_attribute("html", "lang") == "zh-hans"


def test_dangerous_act_is_asked_about_on_a_page_of_its_own(plain, competition):
    daye = make.plant()
    page = plain(make.director(daye))
    page.goto("/plants/daye/")
    reporter = daye.memberships.get(role=PlantRole.REPORTER)
    page.click(f"main a[href*='/members/{reporter.pk}/remove/']")
    assert daye.memberships.filter(pk=reporter.pk).exists()
    page.click("main button.danger, main button.go")
    assert page.url.endswith("/plants/daye/#people") or page.url.endswith("/plants/daye/")
    assert not daye.memberships.filter(pk=reporter.pk).exists()
