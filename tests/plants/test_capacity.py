"""The measures the system writes: day by day from the rating in force, and only for days in service."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.periods import Month
from plants.capacity import Service, UnratedDay, capacity_days, system_figures

SEPTEMBER = Month(2026, 9)
OCTOBER = Month(2026, 10)

months = st.builds(Month, st.integers(1950, 2100), st.integers(1, 12))
capacities = st.decimals(min_value="0.001", max_value=999_999_999, places=3)


def service(*ratings, since=date(2020, 1, 1), retired=None):
    """In service with its ratings, each a capacity and the first day it holds."""
    return Service(since, retired, [(day, Decimal(capacity)) for capacity, day in ratings])


def furnace(figures=None, month=SEPTEMBER, made=None):
    made = made or service(("10", date(2020, 1, 1)))
    return system_figures("MVA", made, month, {code: Decimal(text) for code, text in (figures or {}).items()})


def hammer(figures=None, made=None):
    made = made or service(("3", date(2020, 1, 1)))
    return system_figures("t", made, SEPTEMBER, {code: Decimal(text) for code, text in (figures or {}).items()})


def test_capacity_of_a_furnace_uprated_on_the_11th_counts_day_by_day():
    uprated = service(("10", date(2020, 1, 1)), ("12.5", date(2026, 9, 11)))
    assert capacity_days(uprated, SEPTEMBER) == 10 * 10 + 20 * Decimal("12.5") == 350


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 8, 31), 600), (date(2026, 9, 1), 600), (date(2026, 9, 30), 310), (date(2026, 10, 1), 300)],
)
def test_capacity_rated_anew_at_an_edge_of_the_month_counts_from_that_day(day, expected):
    assert capacity_days(service(("10", date(2020, 1, 1)), ("20", day)), SEPTEMBER) == expected


def test_capacity_rated_down_and_up_again_counts_each_stretch():
    changing = service(("10", date(2020, 1, 1)), ("4", date(2026, 9, 11)), ("12", date(2026, 9, 21)))
    assert capacity_days(changing, SEPTEMBER) == 100 + 40 + 120


@pytest.mark.parametrize(
    ("since", "retired", "days"),
    [
        (date(2020, 1, 1), None, 30),
        (date(2026, 9, 1), None, 30),
        (date(2026, 9, 21), None, 10),
        (date(2026, 9, 30), None, 1),
        (date(2026, 10, 1), None, 0),
        (date(2020, 1, 1), date(2026, 10, 1), 30),
        (date(2020, 1, 1), date(2026, 9, 11), 10),
        (date(2020, 1, 1), date(2026, 9, 1), 0),
        (date(2026, 9, 11), date(2026, 9, 21), 10),
    ],
)
def test_capacity_counts_only_days_in_service(since, retired, days):
    written = furnace(made=service(("10", date(2020, 1, 1)), since=since, retired=retired))
    assert (written["cal_days"], written["cal_h"], written["mva_days"]) == (days, 24 * days, 10 * days)


@pytest.mark.parametrize(("month", "days"), [(Month(2024, 2), 29), (Month(2026, 2), 28), (OCTOBER, 31)])
def test_calendar_days_are_those_of_the_month(month, days):
    assert furnace(month=month)["cal_days"] == days


def test_capacity_before_the_first_rating_names_the_first_unrated_day():
    with pytest.raises(UnratedDay) as unrated:
        capacity_days(service(("10", date(2026, 9, 11))), SEPTEMBER)
    assert unrated.value.day == date(2026, 9, 1)


def test_capacity_unrated_only_before_service_is_no_fault():
    since = date(2026, 9, 11)
    assert capacity_days(service(("10", since), since=since), SEPTEMBER) == 200


def test_available_capacity_leaves_out_the_overhaul():
    # 300 MVA-days less 180 of 720 h.
    assert furnace({"overhaul_h": "180"})["mva_avail_days"] == 225


def test_available_capacity_in_overhaul_all_month_is_zero():
    assert furnace({"overhaul_h": "720"})["mva_avail_days"] == 0


def test_available_capacity_without_a_figure_of_overhaul_is_left_out():
    assert "mva_avail_days" not in furnace()


def test_available_capacity_is_rounded_half_up_to_six_decimals():
    # 300 x (720 - 0.01) / 720 = 299.99583333...
    assert furnace({"overhaul_h": "0.01"})["mva_avail_days"] == Decimal("299.995833")


def test_hammer_hours_weigh_the_falling_weight():
    assert hammer({"ham_op_h": "400"}) == {"cal_days": 30, "cal_h": 720, "ram_t_days": 90, "ram_t_h": 1200}


def test_hammer_hours_take_the_mean_weight_of_the_days_in_service():
    # 10 days of 3 t and 20 of 6 t: 5 t on average.
    changed = service(("3", date(2020, 1, 1)), ("6", date(2026, 9, 11)))
    assert hammer({"ham_op_h": "400"}, changed)["ram_t_h"] == 2000


def test_hammer_hours_not_reported_are_left_out():
    assert "ram_t_h" not in hammer()


def test_mill_has_calendar_measures_only_and_needs_no_rating():
    assert system_figures("mm", service(), SEPTEMBER, {}) == {"cal_days": 30, "cal_h": 720}


@given(months, capacities)
def test_capacity_of_constant_rating_is_days_times_rating(month, capacity):
    steady = service((capacity, date(1900, 1, 1)), since=date(1900, 1, 1))
    assert capacity_days(steady, month) == month.days * capacity


@given(months, capacities, capacities, st.integers(0, 30))
def test_capacity_of_a_month_is_that_of_its_two_parts(month, before, after, offset):
    day = month.first_day + timedelta(days=min(offset, month.days - 1))
    changing = service((before, date(1900, 1, 1)), (after, day), since=date(1900, 1, 1))
    days_before = (day - month.first_day).days
    assert capacity_days(changing, month) == days_before * before + (month.days - days_before) * after


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_month_served_is_one_with_days_in_service(since, until):
    assume(since < until)
    service = Service(since, until, [])
    for number in range(1, 13):
        assert service.serves(Month(2026, number)) == bool(service.days(Month(2026, number)))
