"""Charts: a gap stays a gap, names are escaped and stay in the drawing, nothing needs a script or a style attribute."""

import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Bar, Line, Scale, Trend, quarter, ranking_bars, sparkline

FIGURES = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**18), max_value=10**18)
VALUES = st.lists(st.none() | FIGURES, max_size=40)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60)


def numbers(*texts):
    return [None if text is None else Decimal(text) for text in texts]


def path_of(svg):
    return re.search(r'chart-line[^>]* d="([^"]*)"', svg)[1]


def chart(*lines, title="Utilization", labels=("2026-01", "2026-02", "2026-03", "2026-04"), decimals=3):
    return Trend(title, "By month", labels, lines, decimals)


def label_heights(svg):
    return sorted(float(y) for y in re.findall(r'class="chart-name[^>]* y="([0-9.]+)"', svg))


def spark_path(svg):
    return re.search(r' d="([^"]*)"', svg)[1]


def assert_inside(svg):
    """Every place of the drawing lies in its box, and none is not a number."""
    root = ElementTree.fromstring(svg)
    _left, _top, width, height = map(float, root.get("viewBox").split())
    for element in root.iter():
        for name, limit in (("x", width), ("x1", width), ("x2", width), ("cx", width),
                            ("y", height), ("y1", height), ("y2", height), ("cy", height)):  # fmt: skip
            assert 0 <= float(element.get(name, 0)) <= limit, (element.tag, name)
        for x, y in re.findall(r"[ML]([-0-9.a-z]+) ([-0-9.a-z]+)", element.get("d", "")):
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= height
        assert "style" not in element.attrib


def test_sparkline_of_a_missing_month_interrupts_the_line():
    commands = re.findall("[ML]", spark_path(sparkline(numbers("1", "2", None, "3", "4"))))
    assert commands == ["M", "L", "M", "L"]


def test_sparkline_ends_at_the_last_value_there_is():
    svg = sparkline(numbers("1", "2", None))
    assert 'cx="48.0" cy="3.0"' in svg


def test_sparkline_of_nothing_is_nothing():
    assert sparkline([None, None]) == sparkline([]) == ""


def test_sparkline_of_equal_values_lies_in_the_middle():
    assert spark_path(sparkline(numbers("5", "5"))) == "M3.0 13.0 L93.0 13.0"


def test_sparklines_on_one_scale_can_be_compared():
    assert spark_path(sparkline(numbers("5", "5"), Decimal(0), Decimal(10))) == "M3.0 13.0 L93.0 13.0"
    assert spark_path(sparkline(numbers("10", "10"), Decimal(0), Decimal(10))) == "M3.0 3.0 L93.0 3.0"


@given(VALUES)
def test_sparkline_of_any_values_stays_in_its_box(values):
    if svg := sparkline(values):
        assert_inside(svg)


def test_trend_of_a_missing_month_interrupts_the_line():
    svg = chart(Line("No. 1", numbers("30", None, "31", "32"))).wide
    assert re.findall("[ML]", path_of(svg)) == ["M", "M", "L"]


def test_trend_of_a_line_without_values_leaves_it_out_of_drawing_and_key_but_not_of_the_table():
    trend = chart(Line("No. 1", numbers("30", "31", "32", "33")), Line("No. 2", [None] * 4))
    assert "No. 1" in trend.wide
    assert "No. 2" not in trend.wide
    assert [line.name for _look, line in trend.key] == ["No. 1"]
    assert trend.rows[0] == ("2026-04", numbers("33", None))


def test_trend_escapes_title_and_names():
    svg = chart(Line("<script>", numbers("1", "2", "3", "4")), title='"<b>&').wide
    assert "<title>&quot;&lt;b&gt;&amp;</title>" in svg
    assert "<script>" not in svg


@pytest.mark.parametrize("count", [2, 3, 12, 30])
def test_trend_names_at_the_ends_do_not_cover_each_other(count):
    trend = chart(*(Line(f"No. {number}", numbers("1", "2", "3", "4")) for number in range(count)))
    for svg in (trend.wide, trend.narrow):
        heights = label_heights(svg)
        assert len(heights) == count
        assert all(above + 13 <= below + 0.15 for above, below in pairwise(heights))
        assert_inside(svg)


def test_trend_name_too_long_for_the_margin_is_shortened_but_whole_in_the_key():
    name = "大连钢厂第一炼钢车间三号电弧炉（一九五八年改造）大连钢厂第一炼钢车间"
    trend = chart(Line(name, numbers("1", "2", "3", "4")))
    assert re.search(r">(大连[^<]*)…</text>", trend.wide)
    assert trend.key[0][1].name == name


def test_trend_on_a_phone_numbers_its_lines_as_the_key_does():
    trend = chart(Line("East", numbers("1", "2", "3", "4")), Line("West", numbers("4", "3", "2", "1")))
    assert re.findall(r'class="chart-name[^>]*>([^<]*)<', trend.narrow) == ["1", "2"]
    assert re.findall(r'class="chart-name[^>]*>([^<]*)<', chart(trend.lines[0]).narrow) == []


def test_trend_of_one_value_draws_its_dot():
    svg = chart(Line("No. 1", numbers("30")), labels=["2026-01"]).wide
    assert svg.count("<circle") == 1
    assert_inside(svg)


@pytest.mark.parametrize(
    ("values", "decimals", "ticks"),
    [
        (("28.6", "36.5"), 3, ["28", "30", "32", "34", "36", "38"]),
        (("96.12", "98.07"), 2, ["96.0", "96.5", "97.0", "97.5", "98.0", "98.5"]),
        (("0.251", "0.334"), 3, ["0.25", "0.30", "0.35"]),
        (("-5", "5"), 0, ["-5", "0", "5"]),
        (("7", "7"), 0, ["6", "7", "8"]),
        (("1.0004", "1.0005"), 3, ["1.000", "1.001"]),
        ((), 0, ["0", "1"]),
    ],
)
def test_ticks_are_round_and_no_finer_than_the_indicator(values, decimals, ticks):
    found, places = Scale.over(numbers(*values)).ticks(decimals)
    assert [f"{tick:.{places}f}" for tick in found] == ticks


@given(VALUES, st.integers(0, 9))
def test_ticks_of_any_values_are_few_and_enclose_them(values, decimals):
    ticks, places = Scale.over(values).ticks(decimals)
    known = [value for value in values if value is not None]
    assert 2 <= len(ticks) <= 7
    assert len({f"{tick:.{places}f}" for tick in ticks}) == len(ticks)
    assert all(ticks[0] <= value <= ticks[-1] for value in known)


@given(VALUES, VALUES, NAMES, st.integers(0, 9))
def test_trend_of_any_values_stays_in_its_box(first, second, name, decimals):
    labels = [f"2026-{index}" for index in range(max(len(first), len(second)))]
    trend = Trend("Title", "Words", labels, [Line(name, first), Line("c", second)], decimals)
    for svg in (trend.wide, trend.narrow):
        assert_inside(svg)
    assert len(trend.rows) == len(labels)


@pytest.mark.parametrize("count", [1, 2, 36, 120])
def test_trend_has_a_handful_of_labels_however_long(count):
    labels = [f"m{index}" for index in range(count)]
    trend = Trend("t", "d", labels, [Line("a", [Decimal(1)] * count)], 1)
    for svg in (trend.wide, trend.narrow):
        assert 1 <= len(re.findall(r">m\d+<", svg)) <= 7


def bar(value, base=None, **fields):
    return Bar(1, "Daye", None if value is None else Decimal(value), None if base is None else Decimal(base), **fields)


def drawn(*bars):
    return [drawing for _bar, drawing in ranking_bars(bars)]


def test_bars_start_at_zero_and_the_longest_fills_its_track():
    longest, half = drawn(bar("40", "30"), bar("20"))
    assert 'class="bar-fill" x="0.00%" width="100.00%"' in longest
    assert 'class="bar-base" x1="75.00%" x2="75.00%"' in longest
    assert 'class="bar-fill" x="0.00%" width="50.00%"' in half


def test_bars_of_negative_values_hang_left_of_zero():
    negative, positive = drawn(bar("-10"), bar("30"))
    assert 'x="0.00%" width="25.00%"' in negative
    assert 'x="25.00%" width="75.00%"' in positive


def test_bar_without_a_value_is_a_gap():
    assert "bar-fill" not in drawn(bar(None), bar("3"))[0]


def test_own_bar_is_marked():
    assert drawn(bar("1", is_own=True))[0].startswith('<svg class="bar-row own"')


@given(st.lists(st.tuples(st.none() | FIGURES, st.none() | FIGURES), max_size=12))
def test_bars_of_any_values_stay_in_their_track(pairs):
    for _bar, drawing in ranking_bars([Bar(None, "a", value, base) for value, base in pairs]):
        root = ElementTree.fromstring(drawing)
        for element in root:
            places = {name: float(element.get(name, "0%").rstrip("%")) for name in ("x", "width", "x1", "x2")}
            assert all(0 <= place <= 100 for place in places.values())
            assert places["x"] + places["width"] <= 100.01


@pytest.mark.parametrize(
    ("of", "quarters"),
    [(8, [1, 1, 2, 2, 3, 3, 4, 4]), (4, [1, 2, 3, 4]), (3, [1, 2, 3]), (1, [1]), (7, [1, 1, 2, 2, 3, 3, 4])],
)
def test_quarter_of_each_rank(of, quarters):
    assert [quarter(rank, of) for rank in range(1, of + 1)] == quarters


def test_quarter_of_a_rank_beyond_those_ranked_is_the_last():
    assert quarter(9, 4) == 4
