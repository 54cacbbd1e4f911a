"""Months and periods: written forms, neighbours, and what a late figure touches."""

import pickle
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import MAX_MONTHS, Month, Period, PeriodError, PeriodKind, periods_containing

months = st.builds(Month, st.integers(1900, 2199), st.integers(1, 12))
inner_months = st.builds(Month, st.integers(1921, 2178), st.integers(1, 12))
lengths = st.integers(1, MAX_MONTHS)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Periods far enough from 1900 and 2199 for their neighbours to exist."""
    first = draw(inner_months)
    return Period(first, first.plus(draw(lengths) - 1))


@pytest.mark.parametrize(
    ("text", "first_day", "next_first_day", "days"),
    [
        ("1959-08", date(1959, 8, 1), date(1959, 9, 1), 31),
        ("1959-12", date(1959, 12, 1), date(1960, 1, 1), 31),
        ("1900-02", date(1900, 2, 1), date(1900, 3, 1), 28),
        ("2000-02", date(2000, 2, 1), date(2000, 3, 1), 29),
        ("2199-12", date(2199, 12, 1), date(2200, 1, 1), 31),
    ],
)
def test_month_parsed_has_its_days(text: str, first_day: date, next_first_day: date, days: int) -> None:
    month = Month.parse(text)
    assert (month.first_day, month.next_first_day, month.days) == (first_day, next_first_day, days)
    assert str(month) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1959",
        "1959-8",
        "1959-00",
        "1959-13",
        "1899-12",
        "2200-01",
        " 1959-08",
        "1959-08\n",
        "١٩٥٩-08",
        "1959/08",
    ],
)
def test_month_not_written_as_one_is_refused_with_text(text: str) -> None:
    with pytest.raises(PeriodError) as refused:
        Month.parse(text)
    assert refused.value.text == text


@given(months, st.integers(-4000, 4000))
def test_month_plus_and_minus_undo_each_other(month: Month, n: int) -> None:
    try:
        later = month.plus(n)
    except PeriodError:
        assert not 1900 <= month.year + (month.number - 1 + n) // 12 <= 2199
    else:
        assert later.minus(month) == n
        assert (later > month) == (n > 0)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_month_of_a_day_holds_that_day(day: date) -> None:
    month = Month.of(day)
    assert month.first_day <= day < month.next_first_day


@pytest.mark.parametrize(
    ("text", "kind", "printed", "length", "days"),
    [
        ("1959-08", PeriodKind.MONTH, "1959-08", 1, 31),
        ("1959-08..1959-08", PeriodKind.MONTH, "1959-08", 1, 31),
        ("1959-Q1", PeriodKind.QUARTER, "1959-Q1", 3, 90),
        ("1959-Q3", PeriodKind.QUARTER, "1959-Q3", 3, 92),
        ("1959-10..1959-12", PeriodKind.QUARTER, "1959-Q4", 3, 92),
        ("1959-01..1959-06", PeriodKind.HALF, "1959-H1", 6, 181),
        ("1959-H2", PeriodKind.HALF, "1959-H2", 6, 184),
        ("1959", PeriodKind.YEAR, "1959", 12, 365),
        ("1960-01..1960-12", PeriodKind.YEAR, "1960", 12, 366),
        ("1959-01..1959-07", PeriodKind.RUN, "1959-01..1959-07", 7, 212),
        ("1959-02..1959-04", PeriodKind.RUN, "1959-02..1959-04", 3, 89),
        ("1959-04..1959-09", PeriodKind.RUN, "1959-04..1959-09", 6, 183),
        ("1959-07..1960-06", PeriodKind.RUN, "1959-07..1960-06", 12, 366),
        ("1950-01..1959-12", PeriodKind.RUN, "1950-01..1959-12", 120, 3652),
    ],
)
def test_period_parsed_is_named_by_its_block(text: str, kind: PeriodKind, printed: str, length: int, days: int) -> None:
    period = Period.parse(text)
    assert (period.kind, str(period), period.length, period.days) == (kind, printed, length, days)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1959-13",
        "1959-Q0",
        "1959-Q5",
        "1959-H3",
        "1959-q3",
        "59",
        "1899",
        "2200",
        "1959-08..1959-07",
        "1959-08..",
        "..1959-08",
        "1959-01..1959-13",
        "1950-01..1960-01",
        "1959-Q1..1959-Q2",
        "1959-08-01",
        "1959-01...1959-07",
        "-------",
        "1959 ",
        "1959\n",
        "1959-01..1959-07\n",
        "1959-08\0",
        "'; drop table",
        "9" * 10_000,
    ],
)
def test_period_not_written_as_one_is_refused_with_text(text: str) -> None:
    with pytest.raises(PeriodError) as refused:
        Period.parse(text)
    assert refused.value.text == text
    assert refused.value.why in str(refused.value)


def test_period_error_pickled_keeps_text() -> None:
    error = pickle.loads(pickle.dumps(PeriodError("1959-13", "no such month")))
    assert (error.text, error.why) == ("1959-13", "no such month")


@given(st.text(max_size=20))
def test_period_of_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        period = Period.parse(text)
    except PeriodError:
        return
    assert Period.parse(str(period)) == period


@given(periods())
def test_period_printed_parses_to_itself(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert Period.parse(f"{period.first}..{period.last}") == period


@given(periods())
def test_period_neighbours_have_equal_length_and_touch(period: Period) -> None:
    before, after, last_year = period.preceding(), period.following(), period.last_year()
    assert before.length == after.length == last_year.length == period.length
    assert before.end == period.start
    assert period.end == after.start
    assert before < period < after
    assert before.following() == period == after.preceding()
    assert (last_year.first.year, last_year.first.number) == (period.first.year - 1, period.first.number)


@given(periods())
def test_period_months_are_its_days_in_order(period: Period) -> None:
    assert len(period.months) == period.length
    assert list(period.months) == sorted(period.months)
    assert sum(month.days for month in period.months) == period.days
    assert all(month in period for month in period.months)
    assert period.first.plus(-1) not in period
    assert period.last.plus(1) not in period
    assert Month.of(period.end - timedelta(days=1)) == period.last


@given(periods(), periods())
def test_periods_sort_by_first_then_last_month(one: Period, other: Period) -> None:
    assert (one < other) == ((one.start, one.end) < (other.start, other.end))


@pytest.mark.parametrize(("text", "move"), [("1900", "last_year"), ("1900-01", "preceding"), ("2199-H2", "following")])
def test_period_moved_past_the_known_years_is_refused(text: str, move: str) -> None:
    with pytest.raises(PeriodError):
        getattr(Period.parse(text), move)()


def test_periods_containing_may_gives_blocks_and_runs() -> None:
    found = periods_containing(Month(1959, 5), ["to_date", "month", "quarter", "half", "year"])
    assert [str(period) for period in found] == [
        "1959-05",
        "1959-Q2",
        "1959-H1",
        "1959",
        "1959-01..1959-05",
        "1959-01..1959-07",
        "1959-01..1959-08",
        "1959-01..1959-09",
        "1959-01..1959-10",
        "1959-01..1959-11",
    ]


def test_periods_containing_to_date_alone_still_gives_half_and_year() -> None:
    found = periods_containing(Month(1959, 6), {"to_date"})
    assert [str(period) for period in found][:2] == ["1959-H1", "1959-01..1959-07"]
    assert str(found[-1]) == "1959"


@given(months)
def test_periods_containing_a_month_all_contain_it_once(month: Month) -> None:
    found = periods_containing(month, {"month", "quarter", "half", "year", "to_date"})
    assert all(month in period for period in found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("kind", ["run", "week"])
def test_periods_containing_with_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match=kind):
        periods_containing(Month(1959, 5), {"month", kind})
