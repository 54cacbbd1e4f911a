"""The formula language: what it reads, what it says back, and what it refuses and where."""

import pickle
from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indicators.formula import MAX_LENGTH, FormulaError, FormulaReason, LinearForm, parse

KNOWN = frozenset({"a", "b", "c", "good_t", "kwh", "fuel_kgce", "steam_out_kgce"})

numbers = st.decimals("0", "9999", places=4).map(lambda number: f"{number:f}")


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Larger formulas made of smaller ones."""
    return (
        st.builds("({}{}{})".format, inner, st.sampled_from([" + ", "-", " - "]), inner)
        | st.builds("{}*{}".format, numbers, inner)
        | st.builds("({})*{}".format, inner, numbers)
        | inner.map("-{}".format)
    )


formulas = st.recursive(st.sampled_from(sorted(KNOWN)), joined, max_leaves=6)
sums = st.fixed_dictionaries({code: st.decimals("-1e30", "1e30", places=6) for code in sorted(KNOWN)})
fragments = st.lists(
    st.sampled_from(
        ["a", "b", "kwh", "x", "2", "0.5", "1e9", ".", "+", "-", "*", "(", ")", " ", "\0", "²", "٣", "É", "/"]
    ),
    max_size=30,
).map("".join)


def read(text: str) -> LinearForm | FormulaError:
    try:
        return parse(text, KNOWN)
    except FormulaError as error:
        return error


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("good_t", "good_t"),
        ("  good_t\n", "good_t"),
        ("1000*a", "1000*a"),
        ("0.1229*kwh + fuel_kgce - steam_out_kgce", "0.1229*kwh + fuel_kgce - steam_out_kgce"),
        ("0.5*(a+b)", "0.5*a + 0.5*b"),
        ("(a+b)*0.5", "0.5*a + 0.5*b"),
        ("2*3*a", "6*a"),
        ("2*a*3", "6*a"),
        ("(2 + 3)*a", "5*a"),
        ("100*a", "100*a"),
        ("1.500*a", "1.5*a"),
        ("-a + b", "-a + b"),
        ("-0.5*a", "-0.5*a"),
        ("a - -b", "a + b"),
        ("a*-2", "-2*a"),
        ("-(a - b)", "-a + b"),
        ("a - (b - (c + a))", "2*a - b + c"),
        ("b + a + b", "2*b + a"),
        ("a + 0*b", "a"),
        ("(((a)))", "a"),
    ],
)
def test_formula_read_is_said_in_canonical_form(text: str, canonical: str) -> None:
    assert str(parse(text, KNOWN)) == canonical


@pytest.mark.parametrize(
    ("text", "reason", "position", "token"),
    [
        ("", "empty", 0, ""),
        (" \t\n", "empty", 0, ""),
        ("good_t + coal_kg", "unknown_measure", 9, "coal_kg"),
        ("Good_t", "unknown_measure", 0, "Good_t"),
        ("__import__('os')", "unknown_measure", 0, "__import__"),
        ("a.__class__", "unexpected_character", 1, "."),
        ("a*b", "product_of_measures", 2, "b"),
        ("2*a*(b + c)", "product_of_measures", 4, "(b + c)"),
        ("(a - a)*b", "product_of_measures", 8, "b"),
        ("5", "lone_constant", 0, "5"),
        ("2*3", "lone_constant", 0, "2*3"),
        ("a + 2*3", "lone_constant", 4, "2*3"),
        ("5 + a", "lone_constant", 0, "5"),
        ("0 + a", "lone_constant", 0, "0"),
        ("2*(a - 1)", "lone_constant", 7, "1"),
        ("(a + b", "unbalanced_bracket", 0, "("),
        ("2*((a + b)", "unbalanced_bracket", 2, "("),
        ("a + b)", "unbalanced_bracket", 5, ")"),
        (")", "unbalanced_bracket", 0, ")"),
        ("()", "unexpected_character", 1, ")"),
        ("a**2", "unexpected_character", 2, "*"),
        ("+a", "unexpected_character", 0, "+"),
        ("a/b", "unexpected_character", 1, "/"),
        ("a;b", "unexpected_character", 1, ";"),
        ("1,5*a", "unexpected_character", 1, ","),
        ("a\0", "unexpected_character", 1, "\0"),
        ("a × 2", "unexpected_character", 2, "×"),
        ("２*a", "unexpected_character", 0, "２"),
        ("٣*a", "unexpected_character", 0, "٣"),
        ("а", "unexpected_character", 0, "а"),  # a Cyrillic letter
        ("a\u00a0", "unexpected_character", 1, "\u00a0"),
        ("a +", "unexpected_end", 3, ""),
        ("2*", "unexpected_end", 2, ""),
        ("-", "unexpected_end", 1, ""),
        ("(", "unexpected_end", 1, ""),
        ("a b", "missing_operator", 2, "b"),
        ("2a", "missing_operator", 1, "a"),
        ("2 (a)", "missing_operator", 2, "("),
        ("(a b)", "missing_operator", 3, "b"),
        ("1e9*a", "bad_number", 0, "1e9"),
        ("1E-3*a", "bad_number", 0, "1E-3"),
        (".5*a", "bad_number", 0, ".5"),
        ("5.*a", "bad_number", 0, "5."),
        ("1.2.3*a", "bad_number", 0, "1.2.3"),
        ("9" * 25 + "*a", "bad_number", 0, "9" * 25),
        ("9999999999999*9999999999999*a", "bad_number", 0, "99999999999980000000000001"),
        ("a - a", "cancels_out", 0, "a - a"),
        ("0*a", "cancels_out", 0, "0*a"),
        ("2*(a + b) - 2*b - a - a", "cancels_out", 0, "2*(a + b) - 2*b - a - a"),
        ("(" * 21 + "a" + ")" * 21, "too_deep", 20, "("),
        ("-" * 21 + "a", "too_deep", 20, "-"),
        ("(" * 10_000, "too_long", MAX_LENGTH, "(" * 40),
        ("a+" * 250 + "a", "too_long", MAX_LENGTH, "a"),
    ],
)
def test_formula_with_a_fault_is_refused_with_place_and_reason(
    text: str, reason: str, position: int, token: str
) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text, KNOWN)
    error = refused.value
    assert (error.reason, error.position, error.token) == (reason, position, token)
    assert f"column {position + 1}" in str(error)


def test_formula_grown_too_long_by_multiplying_out_is_refused() -> None:
    codes = [f"m{n}" for n in range(100)]
    with pytest.raises(FormulaError) as refused:
        parse(f"0.123456789*({'+'.join(codes)})", codes)
    assert refused.value.reason is FormulaReason.TOO_LONG


def test_formula_error_pickled_keeps_place_and_reason() -> None:
    error = pickle.loads(pickle.dumps(FormulaError(FormulaReason.LONE_CONSTANT, 4, "5")))
    assert (error.reason, error.position, error.token) == (FormulaReason.LONE_CONSTANT, 4, "5")


def test_formula_in_words_uses_names_and_signs() -> None:
    names = {"kwh": "Electricity", "fuel_kgce": "Fuel", "steam_out_kgce": "Steam out"}
    assert parse("0.1229*kwh + fuel_kgce - steam_out_kgce", KNOWN).words(names) == (
        "0.1229 × Electricity + Fuel − Steam out"
    )
    assert parse("-a - 2*b", KNOWN).words({"b": "B"}) == "−a − 2 × B"


def test_formula_evaluated_on_sums_is_exact() -> None:
    form = parse("0.1229*kwh + fuel_kgce - steam_out_kgce", KNOWN)
    assert form.measures == {"kwh", "fuel_kgce", "steam_out_kgce"}
    found = {"kwh": Decimal("1e30"), "fuel_kgce": Decimal("0.000001"), "steam_out_kgce": Decimal(0)}
    assert str(form.evaluate(found)) == "122900000000000000000000000000.000001"


def test_formula_evaluated_without_a_measure_names_it() -> None:
    with pytest.raises(KeyError, match="kwh"):
        parse("kwh + a", KNOWN).evaluate({"a": Decimal(1)})


@given(formulas, sums, sums)
def test_formula_of_sums_is_sum_of_formulas(text: str, x: dict[str, Decimal], y: dict[str, Decimal]) -> None:
    form = read(text)
    if isinstance(form, FormulaError):
        return
    with localcontext(prec=500):
        both = {code: x[code] + y[code] for code in x}
        assert form.evaluate(both) == form.evaluate(x) + form.evaluate(y)


@given(formulas)
def test_formula_made_by_the_grammar_is_read_or_comes_to_nothing(text: str) -> None:
    form = read(text)
    if isinstance(form, FormulaError):
        assert form.reason in {FormulaReason.CANCELS_OUT, FormulaReason.BAD_NUMBER, FormulaReason.TOO_LONG}
        return
    assert parse(str(form), KNOWN) == form
    assert str(parse(str(form), KNOWN)) == str(form)


@given(st.text(max_size=60) | fragments)
@example("(" * MAX_LENGTH)
@example("-" * MAX_LENGTH)
@example("9" * MAX_LENGTH)
@example("1e" + "9" * (MAX_LENGTH - 2))
def test_formula_of_any_text_is_read_or_refused_in_its_place(text: str) -> None:
    form = read(text)
    if isinstance(form, FormulaError):
        assert 0 <= form.position <= len(text)
        assert len(form.token) <= 40
        return
    assert form.terms
    assert form.measures <= KNOWN
    assert parse(str(form), KNOWN) == form
