"""The guided start without JavaScript, and the search with it, in a real Chromium."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import welcome
from accounts.models import User
from competitions.tasks import rank_due
from core.periods import Month
from plants.models import Equipment, Plant
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_empty_site_to_its_first_ranking_without_javascript(visit):
    month = Month.of(timezone.localdate())
    admin = visit(java_script_enabled=False)
    admin.goto("/")
    admin.click("text=I have the code")
    admin.goto(f"/welcome/?code={welcome.welcome_code_make()}")
    for name, value in (("email", "wang@example.org"), ("name", "Wang"), ("password", make.PASSWORD)):
        admin.fill(f"[name={name}]", value)
    admin.click("main button[type=submit]")
    assert admin.locator("[aria-current=step] h2").inner_text() == "2. Plants"

    admin.click("#step-plants a")
    for number, name in enumerate(("Daye Steel Plant", "Dalian Steel Plant", "Benxi Steel Plant")):
        admin.fill(f"[name=form-{number}-name]", name)
    admin.click("main button.go")
    assert "3 plants" in admin.locator("#step-plants").inner_text()

    admin.click("#step-equipment a")
    for number in range(3):
        admin.select_option(f"[name=form-{number}-kind]", label="Electric furnace")
        for field, value in (("name", "No. 1 furnace"), ("capacity", "10"), ("in_service_on", "2020-01-01")):
            admin.fill(f"[name=form-{number}-{field}]", value)
    admin.click("main button.go")
    assert "3 pieces" in admin.locator("#step-equipment").inner_text()

    if admin.locator("[aria-current=step] h2").inner_text() == "4. Calendar":
        admin.click("#step-calendar a")
        admin.fill("[name=name]", "Monthly")
        admin.click("main button.go")
    for plant in Plant.objects.all():
        for role in ("reporter", "director"):
            make.person(f"{role}@{plant.slug}.example")
            admin.goto(f"{reverse('membership_add', args=[plant.slug])}?next=/start/")
            admin.fill("[name=user]", f"{role}@{plant.slug}.example")
            admin.select_option("[name=role]", role)
            admin.click("main button.go")
            assert admin.url.endswith("/start/")

    admin.click("#step-competition a")
    for name, value in (("slug", "first"), ("name", "First"), ("starts", str(month)), ("ends", str(month.plus(12)))):
        admin.fill(f"[name={name}]", value)
    admin.select_option("[name=visibility]", "public")
    admin.click("main button.go")
    admin.click("#step-groups a")
    assert admin.locator("[name$=pieces]:checked").count() == 3
    admin.click("main button.go")
    admin.click("#step-rules a")
    admin.click("main button.go")
    assert admin.locator("[aria-current=step] h2").inner_text() == "9. First return"

    for slug, coefficient in (("daye", 30), ("dalian", 32), ("benxi", 28)):
        reporter = visit(User.objects.get(email=f"reporter@{slug}.example"), java_script_enabled=False)
        reporter.goto(f"/returns/{slug}/{month}/")
        cell = f'[name="f.{Equipment.objects.get(plant__slug=slug).pk}.good_t"]'
        reporter.fill(cell, str(coefficient * 10 * month.days))
        reporter.click("button[name=submit]")
        director = visit(User.objects.get(email=f"director@{slug}.example"), java_script_enabled=False)
        director.goto(f"/returns/{slug}/{month}/")
        director.click("form[action$='/approve/'] button")
    rank_due()
    admin.goto("/start/")
    assert admin.locator("[aria-current=step]").count() == 0
    admin.click("#step-ranking a")
    first = admin.locator("table.ranking tbody tr").first.inner_text()
    assert "Dalian Steel Plant" in first
    assert "32.000" in first


@pytest.fixture
def daye():
    made = make.plant("daye", name_zh="大冶钢厂")
    for number in range(3):
        make.equipment(made, f"no-{number}")
    return made


def test_control_k_goes_to_the_search_and_arrows_through_its_suggestions(visit, daye):
    page = visit()
    page.goto("/plants/")
    page.keyboard.press("Control+k")
    page.keyboard.type("daye")
    page.wait_for_selector(".bar > .find .suggest a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/plants/daye/"
    page.keyboard.press("Escape")
    page.wait_for_selector(".suggest a", state="detached")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type(" no-1")
    page.wait_for_selector(".suggest a[href*='equipment-no-1']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plants/daye/#equipment-no-1")


def test_slash_is_a_sign_like_any_other(visit, daye):
    page = visit()
    page.goto("/search/?q=x")
    page.focus("main input[name=q]")
    page.keyboard.press("End")
    page.keyboard.type("/y")
    assert page.input_value("main input[name=q]") == "x/y"


def test_control_k_opens_the_menu_of_a_phone(visit, daye):
    page = visit(viewport={"width": 390, "height": 800})
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("大冶")
    page.wait_for_selector(".menu-list .suggest a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    assert page.locator("main mark").first.inner_text() == "大冶"


def test_search_without_javascript_is_sent_by_enter(visit, daye):
    page = visit(java_script_enabled=False)
    page.goto("/")
    page.fill(".bar > .find input", "daye furnace")
    page.press(".bar > .find input", "Enter")
    assert page.locator("main .found li").count() == 3


@pytest.mark.parametrize("width", [390, 1000, 1280])
@pytest.mark.parametrize("address", ["/search/?q=daye", "/start/", "/start/plants/", "/start/equipment/",
                                     "/competitions/national/groups/propose/"])  # fmt: skip
def test_page_of_the_guide_fits_its_width(visit, daye, address, width):
    month = Month.of(timezone.localdate())
    make.competition(starts=str(month), ends=str(month.plus(12)))
    page = visit(make.admin(), viewport={"width": width, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for help_ in page.locator("details.help").all():
        help_.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
