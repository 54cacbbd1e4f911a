"""Exact decimals and exact sums, on whichever database the tests run."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from competitions.models import BaseFigure
from core.fields import ExactDecimalField
from core.periods import Month
from core.sums import DecimalSum, SumOf
from indicators.models import Indicator
from plants.models import ReturnVersion, UnitMonth
from plants.selectors import new_return
from tests import factories as make

FIELD = ExactDecimalField()
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**30), max_value=10**30)


@pytest.fixture
def rows(db, now):
    """Writes the figures of months from January 2020 on, and sums `good_t` over them."""
    plant = make.plant()

    def write(*documents):
        for number, figures in enumerate(documents):
            month = Month(2020, 1).plus(number)
            monthly = new_return(plant, month)
            monthly.save()
            version = ReturnVersion.objects.create(monthly_return=monthly)
            UnitMonth.objects.create(version=version, plant=plant, month=month.first_day, figures=figures)
        return UnitMonth.objects.aggregate(total=SumOf("good_t"))["total"]

    return write


def test_sum_of_a_tenth_ten_times_is_one(rows):
    assert rows(*[{"good_t": "0.1"}] * 10) == Decimal(1)


def test_sum_of_thirty_digits_loses_none(rows):
    large = "123456789012345678901234.567891"
    assert rows({"good_t": large}, {"good_t": "0.000001"}, {"good_t": large}) == Decimal(
        "246913578024691357802469.135783"
    )


def test_sum_passes_over_rows_without_the_figure(rows):
    assert rows({"good_t": "2.5"}, {"kwh": "9"}, {"good_t": "1.5"}) == Decimal(4)


def test_sum_of_no_figure_at_all_is_none_and_not_zero(rows):
    assert rows({"kwh": "9"}, {}) is None


def test_sum_over_no_rows_is_none(rows):
    assert rows() is None


def test_sum_with_a_filter_counts_only_what_it_lets_through(rows):
    rows({"good_t": "1"}, {"good_t": "2"})
    in_february = Q(month=Month(2020, 2).first_day)
    assert UnitMonth.objects.aggregate(total=SumOf("good_t", filter=in_february)) == {"total": Decimal(2)}


def test_sum_for_each_plant_is_grouped(rows):
    rows({"good_t": "1.1"}, {"good_t": "2.2"})
    by_plant = UnitMonth.objects.values("plant__slug").annotate(total=SumOf("good_t"))
    assert list(by_plant) == [{"plant__slug": "daye", "total": Decimal("3.3")}]


@given(st.lists(DECIMALS, min_size=1, max_size=20))
def test_sqlite_aggregate_of_any_figures_is_the_exact_sum(values):
    total = DecimalSum()
    for value in values:
        total.step(format(value, "f"))
    assert Fraction(total.finalize()) == sum(Fraction(value) for value in values)


@given(DECIMALS)
def test_exact_decimal_of_any_size_is_prepared_without_loss(value):
    stored = FIELD.get_db_prep_value(value, connection)
    assert FIELD.from_db_value(stored, None, connection) == value


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["0.1", "-1E+3", "1234567890123456789012345678901.234567890", "30.000", "0E-9"])
def test_exact_decimal_comes_back_from_the_database_as_it_went(text):
    plant = make.plant()
    (entry,) = make.enter(make.group(make.competition(), "plants", plants=True), plant)
    day = Month(2026, 10).first_day
    BaseFigure.objects.create(
        entry=entry, indicator=Indicator.objects.first(), first=day, last=day, value=Decimal(text)
    )
    assert BaseFigure.objects.get().value == Decimal(text)


def test_exact_decimal_none_stays_none():
    assert FIELD.get_db_prep_value(None, connection) is None
    assert FIELD.from_db_value(None, None, connection) is None
