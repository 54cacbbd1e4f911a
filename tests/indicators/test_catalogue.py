"""The built-in catalogue holds together: formulas, codes, bands and both languages."""

import re
from decimal import Decimal

import pytest

from indicators.catalogue import INDICATORS, INFORMATION, MEASURES, IndicatorSpec, MeasureSpec
from indicators.formula import LinearForm, parse

BY_CODE = {measure.code: measure for measure in MEASURES}
NUMBERS = "E1 E1b E2 E3 E4 E4b E5 E5b E6 E7 E8 E9 E10 E11 E11b E12 E13 E14 E15 R1 R2 R3 R4 R5 R6 R7 H1 H1b H2 H3 H4 S1"
HAN = re.compile(r"[\u4e00-\u9fff]")


def sides(indicator: IndicatorSpec) -> list[LinearForm]:
    texts = [indicator.numerator, indicator.denominator]
    return [parse(text, BY_CODE) for text in texts if text]


def by_code(specs: tuple[IndicatorSpec, ...]) -> dict[str, IndicatorSpec]:
    return {spec.code: spec for spec in specs}


def test_catalogue_holds_every_indicator_of_the_reference_in_order() -> None:
    assert [indicator.number for indicator in INDICATORS] == NUMBERS.split()


def test_catalogue_codes_are_unique_and_well_formed() -> None:
    codes = [spec.code for spec in (*MEASURES, *INDICATORS)]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in codes)
    assert len(BY_CODE) == len(MEASURES)
    assert len(by_code(INDICATORS)) == len(INDICATORS)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda spec: spec.code)
def test_indicator_formulas_parse_over_measures_of_its_trade(indicator: IndicatorSpec) -> None:
    for form in sides(indicator):
        assert {BY_CODE[code].trade for code in form.measures} <= {indicator.trade, ""}


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda spec: spec.code)
def test_indicator_has_known_trade_direction_factor_and_bands(indicator: IndicatorSpec) -> None:
    assert indicator.trade in {"smelting", "rolling", "forging", ""}
    assert indicator.direction in {"up", "down", "info"}
    assert indicator.factor == (100 if indicator.unit == "%" else 1_000_000 if indicator.number == "S1" else 1)
    assert 0 <= indicator.decimals <= 9
    for low, high in (
        (indicator.band_low, indicator.band_high),
        (indicator.band_1950s_low, indicator.band_1950s_high),
    ):
        assert low is None or high is None or low < high


@pytest.mark.parametrize("measure", MEASURES, ids=lambda spec: spec.code)
def test_measure_has_known_trade_level_and_limits(measure: MeasureSpec) -> None:
    assert measure.trade in {"smelting", "rolling", "forging", ""}
    assert measure.level == ("plant" if measure.trade == "" and not measure.system else "equipment")
    assert 0 <= measure.decimals <= 9
    assert measure.minimum == Decimal(0)


def test_every_reported_measure_is_used_by_a_formula_or_is_information() -> None:
    used = {code for indicator in INDICATORS for form in sides(indicator) for code in form.measures}
    reported = {measure.code for measure in MEASURES if not measure.system}
    assert reported - used == INFORMATION
    assert {measure.code for measure in MEASURES if measure.system} - used == {"cal_days"}


@pytest.mark.parametrize("spec", [*MEASURES, *INDICATORS], ids=lambda spec: spec.code)
def test_catalogue_entry_speaks_both_languages(spec: MeasureSpec | IndicatorSpec) -> None:
    is_measure = isinstance(spec, MeasureSpec)
    english = [spec.name, *([spec.help] if is_measure else [spec.source, spec.note])]
    chinese = [spec.name_zh, *([spec.help_zh] if is_measure else [spec.source_zh, spec.note_zh])]
    assert all(text and not HAN.search(text) for text in english)
    assert all(HAN.search(text) for text in chinese)
    assert spec.unit


def test_catalogue_names_are_told_apart_within_each_kind() -> None:
    for specs in (MEASURES, INDICATORS):
        assert len({spec.name for spec in specs}) == len({spec.name_zh for spec in specs}) == len(specs)


def test_process_energy_in_words_shows_the_coal_factor() -> None:
    form = parse(by_code(INDICATORS)["process_energy"].numerator, BY_CODE)
    names = {code: measure.name for code, measure in BY_CODE.items()}
    assert form.words(names) == "0.1229 × Electricity + Fuel and other media − Recovered energy"


def test_process_energy_worked_by_hand_is_reproduced() -> None:
    form = parse(by_code(INDICATORS)["process_energy"].numerator, BY_CODE)
    # 400,000 kWh x 0.1229 = 49,160 kgce; + 12,000 - 1,160 = 60,000 kgce
    assert form.evaluate(
        {"kwh": Decimal(400_000), "fuel_kgce": Decimal(12_000), "steam_out_kgce": Decimal(1_160)}
    ) == Decimal(60_000)
