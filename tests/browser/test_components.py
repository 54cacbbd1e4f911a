"""The page of components in a real browser: what axe finds, whether it fits a phone, whether its dialog asks."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("workers"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_components_have_no_fault_that_axe_can_find(visit, theme, width):
    page = visit(color_scheme=theme, viewport={"width": width, "height": 900})
    page.goto("/docs/ui/")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_chart_fits_a_phone_without_sliding_sideways(visit):
    page = visit(viewport={"width": 390, "height": 900})
    page.goto("/docs/ui/")
    for drawing in page.locator(".chart-narrow").all():
        box = drawing.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert not page.locator(".chart-wide").first.is_visible()


def test_dialog_asks_what_the_button_says_and_leaves_everything_when_refused(visit):
    page = visit()
    page.goto("/docs/ui/")
    button = page.get_by_role("button", name="Take away")
    button.click()
    dialog = page.locator("body > dialog[open]")
    assert "Sample: take this away for good?" in dialog.inner_text()
    assert dialog.locator("button.danger").inner_text() == "Take away"
    page.keyboard.press("Escape")
    page.wait_for_selector("body > dialog", state="detached")
    assert button.evaluate("button => button === document.activeElement")
    assert page.url.endswith("/docs/ui/")


def test_chosen_chip_is_in_sight_on_a_phone(visit):
    page = visit(viewport={"width": 390, "height": 900})
    page.goto("/docs/ui/")
    for chosen in page.locator(".tabs > [aria-current]").all():
        box = chosen.bounding_box()
        assert 0 <= box["x"] < 390
