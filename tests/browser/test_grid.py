"""The grid of a return in a real Chromium: what it posts."""

from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from core.periods import Month
from plants.models import UnitMonth
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def grid(visit):
    """The page of the current month with two furnaces, and the cells of every post that it makes."""
    furnace = make.equipment(make.plant("daye"))
    make.equipment(furnace.plant, "no-2")
    page = visit(make.reporter(furnace.plant))
    posts = []

    def note(request):
        if request.method == "POST" and "/returns/" in request.url:
            fields = parse_qs(request.post_data, keep_blank_values=True)
            posts.append({name: text for name, (text,) in fields.items() if name.startswith(("f.", "was."))})

    page.on("request", note)
    page.goto(f"/returns/daye/{Month.of(timezone.localdate())}/")
    return page, furnace, posts


def type_and_wait(page, name, text):
    page.fill(f'[name="{name}"]', text)
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.press(f'[name="{name}"]', "Enter")
    page.wait_for_selector("#saved >> text=Saved")


def test_typing_posts_only_the_cells_that_changed(grid):
    page, furnace, posts = grid
    good, power = f"f.{furnace.pk}.good_t", f"f.{furnace.pk}.kwh"
    type_and_wait(page, good, "9000")
    type_and_wait(page, power, "500")
    type_and_wait(page, good, "")
    assert posts == [{good: "9000"}, {power: "500"}, {good: "", good.replace("f.", "was."): "9000"}]
    assert UnitMonth.objects.get().figures["kwh"] == "500"
    assert "good_t" not in UnitMonth.objects.get().figures


def test_button_posts_only_the_cells_that_changed(grid):
    page, furnace, posts = grid
    good = f"f.{furnace.pk}.good_t"
    # Set without an event, as by a helper of the browser, so that nothing is saved by itself.
    page.evaluate(f"document.querySelector('[name=\"{good}\"]').value = '9000'")
    page.click("button[name=save]")
    page.wait_for_selector("#saved >> text=Saved")
    assert posts == [{good: "9000"}]
    assert page.input_value(f'[name="{good}"]').replace(" ", "") == "9000"
