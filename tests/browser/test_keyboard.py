"""A month entered and handed in by keyboard alone, from the sign-in page on; the focus can be seen all the way."""

import pytest
from django.utils import timezone

from core.periods import Month
from plants.choices import ReturnState
from plants.models import ReturnVersion
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUS = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const box = at.getBoundingClientRect();
  return {
    html: at.outerHTML.slice(0, 200),
    isSeen: at === document.body || ((outline || style.boxShadow !== "none") && box.width > 1 && box.height > 1),
  };
}"""


def tab_to(page, selector, most=80):
    """Press Tab until something stands under the focus, which shows at every step."""
    for _step in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["isSeen"], f"the focus cannot be seen on {focus['html']}"
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


@pytest.fixture
def furnaces():
    daye = make.plant()
    return [make.equipment(daye, f"no-{number}") for number in (1, 2)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_month_is_entered_and_submitted_by_keyboard_alone(visit, furnaces, theme):
    first, second = furnaces
    reporter = make.reporter(first.plant)
    reporter.set_password(make.PASSWORD)
    reporter.save()
    month = Month.of(timezone.localdate())
    page = visit(color_scheme=theme)
    page.goto(f"/account/sign-in/?next=/returns/daye/{month}/")
    for name, text in (("login", reporter.email), ("password", make.PASSWORD)):
        if page.evaluate("document.activeElement.name") != name:
            tab_to(page, f"[name={name}]")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_selector("#grid")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    tab_to(page, f'[name="f.{first.pk}.good_t"]')
    page.keyboard.type("9000")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.name") == f"f.{second.pk}.good_t"
    page.keyboard.type("8000")
    page.keyboard.press("Enter")
    below = page.evaluate("document.activeElement.name")
    assert below.startswith(f"f.{second.pk}.")
    assert not below.endswith(".good_t")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == f"f.{second.pk}.good_t"
    page.wait_for_selector("#saved >> text=Saved")

    page.focus("#main")
    tab_to(page, "button[name=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    if page.evaluate("document.activeElement.value") != "yes":
        tab_to(page, "dialog[open] button[value=yes]", most=3)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Submitted. The director of the plant approves it next.")
    version = ReturnVersion.objects.get()
    assert version.state == ReturnState.SUBMITTED
    typed = {row.equipment_id: row.figures["good_t"] for row in version.units.all() if "good_t" in row.figures}
    assert typed == {first.pk: "9000", second.pk: "8000"}


@pytest.mark.parametrize("address", ["/", "/plants/daye/", "/returns/", "/account/", "/search/?q=daye"])
def test_focus_can_be_seen_on_its_way_through_a_page_and_out_again(visit, furnaces, address):
    page = visit(make.director(furnaces[0].plant))
    page.goto(address)
    ways = page.locator("a:visible, button:visible, input:visible, select:visible, summary:visible").count()
    seen = set()
    for _step in range(ways + 20):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["isSeen"], f"the focus cannot be seen on {focus['html']}"
        if "<body" in focus["html"][:5]:
            break
        seen.add(focus["html"])
    assert any('class="skip"' in html for html in seen)
    assert any("apache.org" in html for html in seen)


def test_menu_opens_and_closes_by_keyboard(visit, furnaces):
    page = visit(make.director(furnaces[0].plant))
    page.goto("/plants/")
    tab_to(page, ".right .menu > summary")
    page.keyboard.press("Enter")
    assert page.locator(".right .menu-list").is_visible()
    tab_to(page, ".right .menu-list a", most=3)
    page.keyboard.press("Escape")
    assert not page.locator(".right .menu-list").is_visible()
    assert page.evaluate("document.activeElement.matches('.right .menu > summary')")
