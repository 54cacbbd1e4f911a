"""Charts: a gap stays a gap, names are escaped, nothing needs a script or a style attribute."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Line, sparkline, trend

VALUES = st.lists(
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    max_size=40,
)


def numbers(*texts):
    return [None if text is None else Decimal(text) for text in texts]


def path_of(svg):
    return re.search(r' d="([^"]*)"', svg)[1]


def chart(*lines, title="Utilization", labels=("2026-01", "2026-02", "2026-03", "2026-04")):
    return trend(title, "By month", labels, lines, 3)


def test_sparkline_of_a_missing_month_interrupts_the_line():
    commands = re.findall("[ML]", path_of(sparkline(numbers("1", "2", None, "3", "4"))))
    assert commands == ["M", "L", "M", "L"]


def test_sparkline_ends_at_the_last_value_there_is():
    svg = sparkline(numbers("1", "2", None))
    assert 'cx="48.0" cy="3.0"' in svg


def test_sparkline_of_nothing_is_nothing():
    assert sparkline([None, None]) == sparkline([]) == ""


def test_sparkline_of_equal_values_lies_in_the_middle():
    assert path_of(sparkline(numbers("5", "5"))) == "M3.0 13.0 L93.0 13.0"


def test_sparklines_on_one_scale_can_be_compared():
    assert path_of(sparkline(numbers("5", "5"), Decimal(0), Decimal(10))) == "M3.0 13.0 L93.0 13.0"
    assert path_of(sparkline(numbers("10", "10"), Decimal(0), Decimal(10))) == "M3.0 3.0 L93.0 3.0"


def test_trend_of_a_missing_month_interrupts_the_line():
    svg = chart(Line("No. 1", numbers("30", None, "31", "32")))
    assert re.findall("[ML]", path_of(svg)) == ["M", "M", "L"]


def test_trend_of_a_line_without_values_leaves_it_out():
    svg = chart(Line("No. 1", numbers("30", "31", "32", "33")), Line("No. 2", [None] * 4))
    assert "No. 1" in svg
    assert "No. 2" not in svg


def test_trend_escapes_title_and_names():
    svg = chart(Line("<script>", numbers("1", "2", "3", "4")), title='"<b>&')
    assert "<title>&quot;&lt;b&gt;&amp;</title>" in svg
    assert "<script>" not in svg


def test_trend_names_at_the_ends_do_not_cover_each_other():
    lines = [Line(f"No. {number}", numbers("1", "2", "3", "4")) for number in range(3)]
    heights = [float(y) for y in re.findall(r'class="chart-name[^>]* y="([0-9.]+)"', chart(*lines))]
    assert heights[0] + 13 <= heights[1]
    assert heights[1] + 13 <= heights[2]


@given(VALUES, VALUES)
def test_chart_of_any_values_is_well_formed_and_has_no_style(first, second):
    labels = [f"{index}" for index in range(max(len(first), len(second)))]
    svg = trend("Title", "Words", labels, [Line("a & b", first), Line("c", second)], 2)
    root = ElementTree.fromstring(svg)
    assert not any("style" in element.attrib for element in root.iter())


@given(VALUES)
def test_sparkline_of_any_values_stays_in_its_box(values):
    for x, y in re.findall(r"[ML]([-0-9.]+) ([-0-9.]+)", sparkline(values)):
        assert 0 <= float(x) <= 96
        assert 0 <= float(y) <= 26


@pytest.mark.parametrize("count", [1, 2, 36])
def test_trend_has_a_handful_of_labels_however_long(count):
    labels = [f"m{index}" for index in range(count)]
    svg = trend("t", "d", labels, [Line("a", [Decimal(1)] * count)], 1)
    assert 1 <= len(re.findall(r">m\d+<", svg)) <= 7
