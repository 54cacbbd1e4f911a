"""Ratios of sums, rounding and changes, against hand-worked and published figures."""

from decimal import Decimal, getcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.arithmetic import change, ratio, ratios, round_half_up

ONE = Decimal(1)
amounts = st.decimals("-1e30", "1e30", places=6)
positive = st.decimals("1e-6", "1e30", places=6)
decimals_range = st.integers(0, 9)


def exact_half_up(value: Fraction, decimals: int) -> Fraction:
    """Half up by whole numbers only: the judge of the decimal route."""
    scaled = abs(value) * 10**decimals
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(rounded if value >= 0 else -rounded, 10**decimals)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("2.5", 0, "3"),
        ("26.66649999", 3, "26.666"),
        ("-0.0004", 3, "0.000"),
        ("7", 3, "7.000"),
        ("1E+30", 3, "1000000000000000000000000000000.000"),
    ],
)
def test_rounding_of_a_half_goes_away_from_zero(value: str, decimals: int, expected: str) -> None:
    assert str(round_half_up(Decimal(value), decimals)) == expected


@pytest.mark.parametrize(
    ("good_t", "mva_days", "expected"),
    [
        # domain reference 1.3: furnace A 10 MVA, 30 d, 9,000 t and furnace B 2 MVA, 30 d, 600 t
        (["9000", "600"], ["300", "60"], "26.667"),
        # the same: January 31 d, 4,000 t and February 28 d, 2,000 t on 5 MVA
        (["4000", "2000"], ["155", "140"], "20.339"),
    ],
)
def test_ratio_over_furnaces_and_months_is_of_sums(good_t: list[str], mva_days: list[str], expected: str) -> None:
    tonnes, capacity = [Decimal(x) for x in good_t], [Decimal(x) for x in mva_days]
    value = ratio(sum(tonnes, Decimal(0)), sum(capacity, Decimal(0)), ONE, 3)
    assert value == Decimal(expected)
    parts = [ratio(t, c, ONE, 3) or Decimal(0) for t, c in zip(tonnes, capacity, strict=True)]
    assert value != round_half_up(sum(parts, Decimal(0)) / len(parts), 3)


@pytest.mark.parametrize("denominator", ["0", "-0.001", "-5"])
def test_ratio_over_nothing_has_no_value(denominator: str) -> None:
    assert ratio(Decimal(5), Decimal(denominator), ONE, 3) is None


def test_ratio_without_denominator_is_a_plain_sum() -> None:
    assert str(ratio(Decimal("1234.56"), None, Decimal("0.001"), 1)) == "1.2"


def test_ratio_of_no_output_is_zero_and_not_nothing() -> None:
    assert str(ratio(Decimal(0), Decimal(300), ONE, 3)) == "0.000"


def test_ratio_just_short_of_a_half_is_not_rounded_twice() -> None:
    assert ratio(Decimal("0.4" + "9" * 39), ONE, ONE, 0) == 0
    # Longer than the working precision: 0.499...95 must not first become 0.5 and then 1.
    assert ratio(Decimal("9" * 210), Decimal("2e210"), ONE, 0) == 0


def test_ratio_leaves_the_callers_decimal_context_alone() -> None:
    before = getcontext().copy()
    ratio(Decimal(1), Decimal(3), ONE, 3)
    assert (getcontext().prec, getcontext().rounding) == (before.prec, before.rounding)
    assert getcontext().flags == before.flags


@given(amounts, positive, st.sampled_from(["1", "100", "24", "1000000", "0.1229"]), decimals_range)
def test_ratio_of_any_sums_is_the_exact_quotient_rounded_once(
    numerator: Decimal, denominator: Decimal, factor: str, decimals: int
) -> None:
    value = ratio(numerator, denominator, Decimal(factor), decimals)
    assert value is not None
    exact = Fraction(factor) * Fraction(numerator) / Fraction(denominator)
    assert Fraction(value) == exact_half_up(exact, decimals)
    assert value.as_tuple().exponent == -decimals
    assert not (value == 0 and value.is_signed())


wide = st.none() | amounts | st.decimals("-1e60", "1e60", places=9) | st.just(Decimal("9" * 39 + ".5"))


@given(
    st.lists(st.tuples(wide, wide), max_size=5),
    st.sampled_from(["1", "100", "0.1229"]),
    decimals_range,
)
def test_ratios_of_many_are_the_ratio_of_each(
    pairs: list[tuple[Decimal | None, Decimal | None]], factor: str, decimals: int
) -> None:
    """With more digits than the short context holds as well, and a tie that a shorter one would round the other way."""
    found = ratios([over for over, _ in pairs], [under for _, under in pairs], Decimal(factor), decimals)
    alone = [
        None if over is None or under is None else ratio(over, under, Decimal(factor), decimals)
        for over, under in pairs
    ]
    assert [str(each) for each in found] == [str(each) for each in alone]


@given(amounts, positive, st.sampled_from(["1", "100", "0.1229"]), decimals_range)
def test_ratios_of_any_sums_are_exact_quotients_rounded_once(
    numerator: Decimal, denominator: Decimal, factor: str, decimals: int
) -> None:
    (value,) = ratios([numerator], [denominator], Decimal(factor), decimals)
    exact = Fraction(factor) * Fraction(numerator) / Fraction(denominator)
    assert value is not None
    assert Fraction(value) == exact_half_up(exact, decimals)


def test_ratios_just_short_of_a_half_are_not_rounded_twice() -> None:
    # 0.499...9 with more nines than the quotient is cut at must not become 0.5 and then 1.
    assert ratios([Decimal("0.4" + "9" * 60)], [ONE], ONE, 0) == [0]


@pytest.mark.parametrize(
    ("base", "value", "difference", "percent"),
    [
        # Dalian's coefficients of 1956, 1957 and 1958 (Xinhua, 13 August 1959); percentages worked by hand
        ("19.204", "22.652", "3.448", "17.95"),
        ("22.652", "30.044", "7.392", "32.63"),
        ("30.044", "22.652", "-7.392", "-24.60"),
        ("-4", "-3", "1", "25.00"),
        ("5", "5", "0", "0.00"),
    ],
)
def test_change_from_base_is_difference_and_percent(base: str, value: str, difference: str, percent: str) -> None:
    found = change(Decimal(value), Decimal(base))
    assert found == (Decimal(difference), Decimal(percent))
    assert str(found[1]) == percent


def test_change_from_zero_has_no_percent() -> None:
    assert change(Decimal("1.5"), Decimal("0.0")) == (Decimal("1.5"), None)
