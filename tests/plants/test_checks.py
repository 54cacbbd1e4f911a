"""Impossible and doubtful figures: each fault once, on both sides of its limit."""

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from plants.checks import ERRORS, HOURS, STOPS, Fault, Finding, Limits, doubtful_jumps, impossible
from plants.numbers import NumberFault
from plants.wording import finding_text, number_fault_text

NOT_NEGATIVE = Limits(Decimal(0), None)
LIMITS = {"good_t": NOT_NEGATIVE, "lti": NOT_NEGATIVE, "share": Limits(None, Decimal(100))}
# 720 h of a 30-day month, told in full.
FULL_MONTH = {
    "cal_h": "720",
    "op_h": "600",
    "hot_down_h": "40",
    "cold_down_h": "30",
    "overhaul_h": "50",
    "ext_stop_h": "0",
}


def decimals(figures):
    return {code: Decimal(text) for code, text in figures.items()}


def faults(figures):
    return [(finding.fault, finding.measure) for finding in impossible(decimals(figures), LIMITS)]


def jumps(code, value, before):
    return [each.fault for each in doubtful_jumps(decimals({code: value}), decimals({code: before}))]


# Limits of a measure


@pytest.mark.parametrize(("value", "wrong"), [("-0.001", True), ("0", False)])
def test_figure_below_its_minimum_is_an_error(value, wrong):
    assert faults({"good_t": value}) == ([(Fault.BELOW_MINIMUM, "good_t")] if wrong else [])


@pytest.mark.parametrize(("value", "wrong"), [("100.001", True), ("100", False), ("-5", False)])
def test_figure_above_its_maximum_is_an_error(value, wrong):
    assert faults({"share": value}) == ([(Fault.ABOVE_MAXIMUM, "share")] if wrong else [])


def test_figure_of_a_measure_without_limits_is_left_alone():
    assert faults({"anything": "-5"}) == []


# Parts and wholes: pass rates and yields never pass 100 %


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("good_t", "checked_t"),
        ("prod_good_t", "prod_checked_t"),
        ("prod_good_t", "stock_in_t"),
        ("forg_good_t", "forg_checked_t"),
        ("forg_good_t", "forg_stock_t"),
        ("varieties_met", "varieties_planned"),
    ],
)
def test_part_larger_than_its_whole_is_an_error(part, whole):
    assert faults({part: "100.1", whole: "100"}) == [(Fault.MORE_THAN_WHOLE, part)]
    assert faults({part: "100", whole: "100"}) == []
    assert faults({part: "100"}) == []


@pytest.mark.parametrize(("charge", "wrong"), [("99999.9", True), ("100000", False), ("104500", False)])
def test_charge_below_1000_kg_a_tonne_is_an_error(charge, wrong):
    found = faults({"good_t": "100", "charge_kg": charge})
    assert found == ([(Fault.CHARGE_BELOW_STEEL, "charge_kg")] if wrong else [])


@pytest.mark.parametrize(
    ("reject", "wrong"), [("1.8", True), ("1.9", False), ("2", False), ("2.1", False), ("2.2", True)]
)
def test_qualified_and_rejected_steel_add_up_to_the_inspected(reject, wrong):
    found = faults({"good_t": "98", "checked_t": "100", "reject_t": reject})
    assert found == ([(Fault.REJECTS_DO_NOT_ADD_UP, "reject_t")] if wrong else [])


def test_steel_more_than_inspected_is_one_error_not_two():
    assert len(faults({"good_t": "101", "checked_t": "100", "reject_t": "1"})) == 1


# Hours


@pytest.mark.parametrize("code", HOURS)
def test_hours_more_than_the_calendar_are_an_error(code):
    assert faults({"cal_h": "720", code: "720.01"}) == [(Fault.MORE_HOURS_THAN_CALENDAR, code)]
    assert faults({"cal_h": "720", code: "720"}) == []


@pytest.mark.parametrize(
    ("op_h", "wrong"), [("599.4", True), ("599.5", False), ("600", False), ("600.5", False), ("600.6", True)]
)
def test_hours_told_in_full_add_up_to_the_calendar_within_half_an_hour(op_h, wrong):
    found = faults(FULL_MONTH | {"op_h": op_h})
    assert [fault for fault, _measure in found] == ([Fault.HOURS_DO_NOT_ADD_UP] if wrong else [])


@pytest.mark.parametrize("missing", ["op_h", *STOPS])
def test_hours_not_told_in_full_may_be_fewer_than_the_calendar(missing):
    told = {code: text for code, text in FULL_MONTH.items() if code != missing}
    assert faults(told | ({"hot_down_h": "1"} if missing != "hot_down_h" else {})) == []


def test_stops_alone_that_pass_the_calendar_are_an_error():
    found = faults({"cal_h": "720", "overhaul_h": "400", "cold_down_h": "320.6"})
    assert [fault for fault, _measure in found] == [Fault.HOURS_DO_NOT_ADD_UP]


def test_hours_of_a_mill_that_pass_the_calendar_are_an_error():
    told = {"cal_h": "720", "mill_op_h": "600", "planned_repair_h": "100"}
    assert faults(told | {"fault_h": "20.5"}) == []
    assert [fault for fault, _measure in faults(told | {"fault_h": "20.6"})] == [Fault.HOURS_DO_NOT_ADD_UP]


# Load and heat times


@pytest.mark.parametrize(
    ("kwh", "expected"),
    [
        ("6840000", []),  # 0.95 MW per MVA
        ("6840001", [Fault.HIGH_LOAD]),
        ("9000000", [Fault.HIGH_LOAD]),  # 1.25
        ("9000001", [Fault.OVERLOADED]),
    ],
)
def test_mean_load_beyond_the_transformer_is_doubted_then_refused(kwh, expected):
    assert [fault for fault, _measure in faults({"kwh": kwh, "mva_days": "300"})] == expected


def test_mean_load_without_capacity_is_not_asked_for():
    assert faults({"kwh": "9000000", "mva_days": "0"}) == faults({"kwh": "9000000"}) == []


@pytest.mark.parametrize(("minutes", "wrong"), [("35279", True), ("35280", False), ("36720", False), ("36721", True)])
def test_heat_times_that_do_not_fit_the_hours_are_a_doubt(minutes, wrong):
    found = faults({"op_h": "600", "heat_min_sum": minutes})
    assert found == ([(Fault.HEAT_TIME_DOES_NOT_FIT, "heat_min_sum")] if wrong else [])


def test_heat_times_without_operation_are_not_compared():
    assert faults({"op_h": "0", "heat_min_sum": "100"}) == []


# Against last month


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("79.9", []),
        ("80", [Fault.TEN_TIMES]),
        ("120", [Fault.TEN_TIMES]),
        ("120.1", []),
        ("1.25", [Fault.TEN_TIMES]),
        ("0.84", [Fault.TEN_TIMES]),
        ("1.3", []),
        ("0.8", []),
    ],
)
def test_figure_ten_times_or_a_tenth_of_last_months_is_a_doubt(value, expected):
    assert jumps("heats", value, "10") == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("70", []), ("69.9", [Fault.JUMP]), ("130", []), ("130.1", [Fault.JUMP])]
)
def test_output_that_jumps_by_more_than_30_percent_is_a_doubt(value, expected):
    assert jumps("good_t", value, "100") == expected


def test_hours_may_jump_without_a_word():
    assert jumps("hot_down_h", "150", "100") == []


@pytest.mark.parametrize(("value", "before"), [("0", "100"), ("100", "0"), ("0", "0")])
def test_figure_from_or_to_zero_is_not_compared(value, before):
    assert jumps("good_t", value, before) == []


@given(st.decimals(min_value="0.001", max_value=10**12, places=3))
def test_figure_like_last_months_is_never_doubted(value):
    assert list(doubtful_jumps({"good_t": value}, {"good_t": value})) == []


@given(
    st.dictionaries(
        st.sampled_from(["good_t", "checked_t", "reject_t", "charge_kg", "kwh", "heat_min_sum", *HOURS]),
        st.decimals(min_value=-(10**12), max_value=10**12, places=3),
    ),
    st.integers(0, 31),
)
def test_any_figures_are_judged_at_a_measure_that_was_reported(figures, days):
    system = {"cal_h": Decimal(24 * days), "mva_days": Decimal(10 * days)}
    for finding in impossible(figures | system, LIMITS):
        assert finding.measure in figures


# Words


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("fault", Fault)
def test_fault_has_words_that_name_its_figures(fault, language):
    finding = Finding(fault, "good_t", Decimal("6412.5"), Decimal("100"))
    with override(language):
        text = finding_text(finding, {"good_t": "Good steel output"})
    assert text
    # No placeholder is left over; the one percentage is written 30 % in English and 30% in Chinese.
    assert "%" not in text.replace("30 %", "").replace("30%", "")


def test_fault_compared_with_a_measure_names_it_in_words():
    finding = Finding(Fault.MORE_THAN_WHOLE, "good_t", Decimal(5), "checked_t")
    text = finding_text(finding, {"good_t": "Good steel output", "checked_t": "Steel inspected"})
    assert text == "Good steel output cannot be more than Steel inspected."


@pytest.mark.parametrize("fault", NumberFault)
def test_number_not_taken_has_words(fault):
    assert number_fault_text(fault, 2)


def test_only_faults_that_cannot_be_right_are_errors():
    assert Fault.OVERLOADED in ERRORS
    assert not {Fault.JUMP, Fault.TEN_TIMES, Fault.HIGH_LOAD, Fault.OUTSIDE_BAND, Fault.OWN_AND_EQUIPMENT} & ERRORS
