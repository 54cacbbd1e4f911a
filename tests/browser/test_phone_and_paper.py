"""What matters of the main pages on a phone and on paper."""

import pytest
from django.utils import timezone

from core.periods import Month
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Address, what must be in sight on both, what only the screen needs.
PAGES = (
    ("/", "h1, main .card", ".foot"),
    ("/plants/daye/", "h1, main table", ".foot"),
    ("/returns/daye/{month}/", "h1, table.grid tbody th, table.grid .fixed", ".tabs .chip:not([aria-current])"),
    ("/competitions/national/rankings/?period={month}", "h1, table.ranking .rank, table.ranking .big", ".choosers"),
)


@pytest.fixture
def month():
    """A ranked month of two plants."""
    month = Month.of(timezone.localdate())
    competition = make.competition(starts=str(month.plus(-12)), ends=str(month.plus(12)))
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian")]
    make.enter(make.group(competition), *furnaces)
    for furnace in furnaces:
        make.report_now(furnace.plant, str(month), {furnace: {"good_t": "9000"}})
    make.period_ranked(competition, str(month))
    return month


@pytest.mark.parametrize(("address", "content", "aids"), PAGES)
def test_page_shows_its_content_on_a_phone(visit, month, address, content, aids):
    page = visit(make.director(make.plant()), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(address.format(month=month))
    assert page.locator(aids).first.is_visible()
    for selector in content.split(", "):
        found = page.locator(f"{selector}:visible").first
        found.scroll_into_view_if_needed()
        box = found.bounding_box()
        assert 0 <= box["x"] < 390, selector
    # A finger is 24 px wide at the least, links within a line of text apart.
    small = page.evaluate("""() => [...document.querySelectorAll("button, summary, select, .btn, .chip")]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 24)
        .map((each) => each.outerHTML.slice(0, 120))""")
    assert small == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("address", "content", "aids"), PAGES)
def test_page_is_printed_in_black_on_white_without_the_house_around_it(visit, month, address, content, aids, theme):
    page = visit(make.director(make.plant()), color_scheme=theme)
    page.goto(address.format(month=month))
    page.emulate_media(media="print")
    for selector in content.split(", "):
        assert page.locator(selector).first.is_visible(), selector
    for selector in (".bar", ".foot", ".btn", aids):
        assert page.locator(f"{selector}:visible").count() == 0, selector
    colours = page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert address.format(month=month) in page.locator(".printed").inner_text()
    assert page.pdf().startswith(b"%PDF")
