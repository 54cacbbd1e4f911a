"""Reading figures as people type them: taken as meant or refused, never changed silently."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plants.numbers import NumberFault, canonical, read_number

NOT_A_NUMBER = NumberFault.NOT_A_NUMBER
DECIMAL_COMMA = NumberFault.DECIMAL_COMMA
TOO_MANY = NumberFault.TOO_MANY_DECIMALS

FIGURES = st.decimals(min_value=-(10**20) + 1, max_value=10**20 - 1, places=9, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("6412.5", "6412.5"),
        (" 6412.5\n", "6412.5"),
        ("6 412.5", "6412.5"),
        ("6\u2009412.5", "6412.5"),
        ("6\u00a0412.5", "6412.5"),
        ("6\u202f412.5", "6412.5"),
        ("6,412.5", "6412.5"),
        ("6,412", "6412"),
        ("1,234,567.25", "1234567.25"),
        ("６４１２．５", "6412.5"),
        ("６，４１２．５", "6412.5"),
        ("－３", "-3"),
        ("\u22123", "-3"),
        ("-3", "-3"),
        ("007", "7"),
        (".5", "0.5"),
        ("0", "0"),
        ("6412.500", "6412.5"),
        ("99999999999999999999.999", "99999999999999999999.999"),
    ],
)
def test_number_as_people_type_it_is_read(text, figure):
    assert read_number(text, 3) == Decimal(figure)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("6412,5", DECIMAL_COMMA),
        ("1.234,5", DECIMAL_COMMA),
        ("1,23", DECIMAL_COMMA),
        ("12,34,567", DECIMAL_COMMA),
        ("1234,567", DECIMAL_COMMA),
        ("0,123", DECIMAL_COMMA),
        ("00,123", DECIMAL_COMMA),
        (",5", DECIMAL_COMMA),
        ("6 4", NOT_A_NUMBER),
        ("6 41 2", NOT_A_NUMBER),
        ("6,412 500", NOT_A_NUMBER),
        ("abc", NOT_A_NUMBER),
        ("a,b", NOT_A_NUMBER),
        ("12t", NOT_A_NUMBER),
        ("1e5", NOT_A_NUMBER),
        ("1.2.3", NOT_A_NUMBER),
        ("5.", NOT_A_NUMBER),
        ("--3", NOT_A_NUMBER),
        ("+3", NOT_A_NUMBER),
        ("NaN", NOT_A_NUMBER),
        ("Infinity", NOT_A_NUMBER),
        ("0x10", NOT_A_NUMBER),
        ("1_000", NOT_A_NUMBER),
        ("=A1+1", NOT_A_NUMBER),
        ("١٢", NOT_A_NUMBER),
        ("१२", NOT_A_NUMBER),
        ("10²", NOT_A_NUMBER),
        ("①", NOT_A_NUMBER),
        ("½", NOT_A_NUMBER),
        ("一百", NOT_A_NUMBER),
        ("123456789012345678901", NOT_A_NUMBER),
        ("0.1234", TOO_MANY),
        ("6412.0001", TOO_MANY),
        ("12345678901234567890.123456789012", TOO_MANY),
    ],
)
def test_number_not_meant_for_sure_is_refused(text, fault):
    assert read_number(text, 3) is fault


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u3000", "\u2009"])
def test_number_left_blank_is_nothing(text):
    assert read_number(text, 3) is None


@pytest.mark.parametrize(("text", "decimals", "taken"), [("5.0", 0, True), ("5.5", 0, False), ("5.25", 2, True)])
def test_number_of_decimals_counts_without_trailing_zeros(text, decimals, taken):
    assert isinstance(read_number(text, decimals), Decimal) is taken


@pytest.mark.parametrize(
    ("number", "text"),
    [("6412.50", "6412.5"), ("0.000", "0"), ("-0", "0"), ("1E+3", "1000"), ("100", "100"), ("-0.10", "-0.1")],
)
def test_canonical_text_has_no_exponent_and_no_trailing_zeros(number, text):
    assert canonical(Decimal(number)) == text


@given(FIGURES)
def test_canonical_text_of_any_figure_is_read_as_the_same_figure(figure):
    text = canonical(figure)
    assert read_number(text, 9) == figure
    assert canonical(read_number(text, 9)) == text


@given(FIGURES)
def test_figure_grouped_by_commas_is_read_as_the_same_figure(figure):
    assert read_number(f"{figure:,f}", 9) == figure


@given(st.text(max_size=12) | st.from_regex(r"[-0-9., ]{1,12}", fullmatch=True))
def test_any_text_taken_as_a_figure_holds_nothing_but_digits_and_signs(text):
    if isinstance(read_number(text, 9), Decimal):
        assert all(sign.isspace() or sign in "0123456789０１２３４５６７８９.．,，-－\u2212" for sign in text)


@given(st.text(max_size=12))
def test_any_text_typed_again_as_it_is_stored_says_the_same(text):
    figure = read_number(text, 9)
    if isinstance(figure, Decimal):
        assert read_number(canonical(figure), 9) == figure
