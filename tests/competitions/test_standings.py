"""The pure arithmetic of a group, over any sums: what holds of every standing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.choices import Reason
from competitions.rulesets import PinnedIndicator, Rules
from competitions.standings import Inputs, Year, cells, inputs_digest, placings, table_of, written
from indicators.definitions import Definition

MEASURES = ("good_t", "kwh", "mva_days")


def pinned(code, numerator, denominator, direction, decimals=3, factor="1"):
    definition = Definition.read(
        code=code,
        numerator=numerator,
        denominator=denominator,
        factor=Decimal(factor),
        direction=direction,
        decimals=decimals,
        known=MEASURES,
    )
    return PinnedIndicator(definition, 1, "smelting", definition.measures)


INDICATORS = (
    pinned("utilization", "good_t", "mva_days", "up"),
    pinned("electricity", "100*kwh - good_t", "good_t", "down", 1, "100"),
    pinned("output", "good_t", "", "up", 0),
    pinned("size", "good_t", "kwh", "info"),
)

figures = (
    st.none()
    | st.sampled_from(["0", "0.000", "-3", "12.5", "12.50", "9300"])
    | st.decimals("-1e20", "1e20", places=3).map(str)
)
published = st.just({}) | st.fixed_dictionaries({"utilization": st.tuples(st.just(7), st.just(Decimal("22.652")))})


@st.composite
def years(draw, size):
    needed = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    present = [draw(st.integers(0, months)) for months in needed]
    columns = {code: [draw(figures) if months else None for months in present] for code in MEASURES}
    return Year(needed, present, columns, {place: each for place in range(size) if (each := draw(published))})


@st.composite
def groups(draw):
    size = draw(st.integers(0, 8))
    flags = st.lists(st.booleans(), min_size=size, max_size=size)
    return Inputs(list(range(1, size + 1)), draw(flags), draw(flags), draw(years(size)), draw(years(size)))


rules = st.builds(Rules, st.just(INDICATORS), st.none() | st.integers(1, 3), st.integers(1, 4))


@given(groups(), rules)
def test_standing_has_a_value_and_a_rank_or_a_reason(inputs, of_rules):
    """What the database held of every row when each standing was one."""
    for placed in placings(inputs, INDICATORS, of_rules):
        assert placed.of == sum(rank is not None for rank in placed.ranks)
        for value, rank, reason in zip(placed.now.values, placed.ranks, placed.reasons, strict=True):
            assert rank is None or value is not None
            assert (rank is None) == bool(reason)
            assert not reason or reason in Reason.values


@given(groups(), rules)
def test_columns_say_what_each_entry_alone_would(inputs, of_rules):
    for pinned_, placed in zip(INDICATORS, placings(inputs, INDICATORS, of_rules), strict=True):
        year, definition = inputs.now, pinned_.definition
        for place, value in enumerate(placed.now.values):
            if placed.now.reasons[place] or placed.now.sources[place]:
                continue
            sums = {code: Decimal(year.figures[code][place]) for code in definition.measures}
            alone, above, below = definition.compute(sums)
            assert str(value) == str(alone)
            assert Decimal(placed.now.numerators[place]) == above
            assert below is None or Decimal(placed.now.denominators[place]) == below


@given(groups(), rules)
def test_table_read_again_is_what_was_written(inputs, of_rules):
    size = len(inputs.entries)
    for placed in placings(inputs, INDICATORS, of_rules):
        table = table_of(placed)
        values = [None if cell is None else Decimal(cell) for cell in cells(table["value"], size)]
        assert values == list(placed.now.values)
        assert [cell and int(cell) for cell in cells(table["rank"], size)] == list(placed.ranks)
        assert [cell or "" for cell in cells(table["reason"], size)] == list(placed.reasons)
        assert cells(table["numerator"], size) == list(placed.now.numerators)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ([], ""),
        ([None, None], ""),
        ([Decimal("0.000"), None], "0.000 -"),
        ([None, Decimal("-1.50"), Decimal(0)], "- -1.50 0"),
        ([2, 1, None], "2 1 -"),
    ],
)
def test_column_as_text_keeps_zero_apart_from_nothing(column, text):
    assert written(column) == text
    assert cells(text, len(column)) == [None if cell is None else str(cell) for cell in column]


@given(groups(), groups())
def test_hash_is_equal_only_for_equal_inputs(one, other):
    assert inputs_digest(one, INDICATORS) == inputs_digest(one._replace(late=list(one.late)), INDICATORS)
    if inputs_digest(one, INDICATORS) == inputs_digest(other, INDICATORS):
        assert [list(one.entries), list(one.late), list(one.in_band), one.now, one.before] == [
            list(other.entries), list(other.late), list(other.in_band), other.now, other.before
        ]  # fmt: skip


def test_hash_changes_with_a_figure_a_late_return_and_the_indicators():
    year = Year([1], [1], {"good_t": ["9300"], "kwh": [None], "mva_days": ["310"]}, {})
    inputs = Inputs([1], [False], [True], year, year)
    changed = year._replace(figures=year.figures | {"good_t": ["9300.0"]})
    hashes = {
        inputs_digest(inputs, INDICATORS),
        inputs_digest(inputs, INDICATORS[:1]),
        inputs_digest(inputs._replace(late=[True]), INDICATORS),
        inputs_digest(inputs._replace(now=changed), INDICATORS),
        inputs_digest(inputs._replace(before=changed), INDICATORS),
    }
    assert len(hashes) == 5
