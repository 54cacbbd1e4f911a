"""Months, and the whole-month periods over which plants are compared.

The written forms are the ones people use: ``1959-08``, ``1959-Q3``, ``1959-H1``, ``1959`` and, for any
other run of whole months, ``1959-01..1959-07``. One period has one written form, so the text can serve as a
key in a database or an address.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
MAX_MONTHS: Final = 120
TO_DATE: Final = "to_date"
"""Asks ``periods_containing`` for the runs January to month k; not a kind that a period itself has."""

_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_PERIOD: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<block>Q[1-4]|H[12]))?|(?P<first>[0-9-]{7})(?:\.\.(?P<last>[0-9-]{7}))?"
)


class PeriodError(ValueError):
    """Not a month or period we know; ``text`` is what was given, ``why`` what is wrong with it."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(text, why)
        self.text = text
        self.why = why

    def __str__(self) -> str:
        return f"{self.text!r}: {self.why}"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, January 1900 to December 2199. Months sort by time; ``str`` gives ``1959-08``."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12:
            raise PeriodError(str(self), "a month is a number from 01 to 12")
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise PeriodError(str(self), f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month written as ``YYYY-MM``. Raises PeriodError for anything else."""
        if not (match := _MONTH.fullmatch(text)):
            raise PeriodError(text, "a month is written like 1959-08")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month in which ``day`` lies."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def next_first_day(self) -> date:
        """The first day no longer in the month: ``first_day <= day < next_first_day``."""
        return (self.first_day + timedelta(days=31)).replace(day=1)

    @property
    def days(self) -> int:
        return (self.next_first_day - self.first_day).days

    def plus(self, months: int) -> Self:
        """The month so many months later, or earlier if negative. Raises PeriodError outside 1900 to 2199."""
        years, index = divmod(self.number - 1 + months, 12)
        return type(self)(self.year + years, index + 1)

    def minus(self, other: "Month") -> int:
        """Months from ``other`` to this one: 1959-03 minus 1958-12 is 3."""
        return 12 * (self.year - other.year) + self.number - other.number

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


class PeriodKind(StrEnum):
    """What a period is called: a calendar block, or any other run of months."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    RUN = "run"


_MONTHS_IN: Final = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A run of 1 to 120 whole months, both ends included. Periods sort by first month, then by last."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodError(f"{self.first}..{self.last}", "the last month lies before the first")
        if self.length > MAX_MONTHS:
            raise PeriodError(f"{self.first}..{self.last}", f"a period has at most {MAX_MONTHS} months")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period written as ``1959-08``, ``1959-Q3``, ``1959-H1``, ``1959`` or ``1959-01..1959-07``.

        A run that is a calendar block is that block: ``1959-01..1959-06`` equals, and is printed as,
        ``1959-H1``. Raises PeriodError, with the text, for anything else, for a run that ends before it
        starts and past 120 months.
        """
        if not (match := _PERIOD.fullmatch(text)):
            raise PeriodError(text, "a period is written like 1959-08, 1959-Q3, 1959-H1, 1959 or 1959-01..1959-07")
        try:
            if match["first"]:
                return cls(Month.parse(match["first"]), Month.parse(match["last"] or match["first"]))
            year, block = int(match["year"]), match["block"]
            if block is None:
                return cls(Month(year, 1), Month(year, 12))
            length = 3 if block[0] == "Q" else 6
            last = int(block[1]) * length
            return cls(Month(year, last - length + 1), Month(year, last))
        except PeriodError as error:
            raise PeriodError(text, error.why) from None

    @classmethod
    def containing(cls, month: Month, kind: PeriodKind) -> Self:
        """The month, quarter, half or year in which ``month`` lies. KeyError for a run: many contain it."""
        length = _MONTHS_IN[kind]
        first = month.plus(-((month.number - 1) % length))
        return cls(first, first.plus(length - 1))

    @property
    def length(self) -> int:
        """Number of months."""
        return self.last.minus(self.first) + 1

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(self.first.plus(n) for n in range(self.length))

    @property
    def start(self) -> date:
        return self.first.first_day

    @property
    def end(self) -> date:
        """The first day no longer in the period: ``start <= day < end``."""
        return self.last.next_first_day

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def kind(self) -> PeriodKind:
        """Month, quarter, half or year where the months are just that calendar block; else run."""
        for kind, length in _MONTHS_IN.items():
            if self.length == length and (self.first.number - 1) % length == 0:
                return kind
        return PeriodKind.RUN

    def last_year(self) -> Self:
        """The same calendar months one year before. Raises PeriodError before 1900."""
        return self._moved(-12)

    def preceding(self) -> Self:
        """The period of equal length that ends just before this one. Raises PeriodError before 1900."""
        return self._moved(-self.length)

    def following(self) -> Self:
        """The period of equal length that starts just after this one. Raises PeriodError after 2199."""
        return self._moved(self.length)

    def _moved(self, months: int) -> Self:
        return type(self)(self.first.plus(months), self.last.plus(months))

    def __contains__(self, month: Month) -> bool:
        return self.first <= month <= self.last

    def __str__(self) -> str:
        match self.kind:
            case PeriodKind.MONTH:
                return str(self.first)
            case PeriodKind.QUARTER:
                return f"{self.first.year:04d}-Q{self.last.number // 3}"
            case PeriodKind.HALF:
                return f"{self.first.year:04d}-H{self.last.number // 6}"
            case PeriodKind.YEAR:
                return f"{self.first.year:04d}"
            case _:
                return f"{self.first}..{self.last}"


def periods_containing(month: Month, kinds: Collection[str]) -> tuple[Period, ...]:
    """Every period of the wanted kinds that a figure of ``month`` enters; calendar blocks first, none twice.

    ``kinds`` holds "month", "quarter", "half", "year" and "to_date"; the last stands for the runs January
    to k of the month's year, k from the month itself to December, since a late figure changes every later
    year-to-date value. Raises ValueError for another kind.
    """
    if unknown := set(kinds) - {*_MONTHS_IN, TO_DATE}:
        raise ValueError(f"no such kind of period: {', '.join(sorted(unknown))}")
    found = [Period.containing(month, kind) for kind in _MONTHS_IN if kind in kinds]
    if TO_DATE in kinds:
        january = Month(month.year, 1)
        found += [Period(january, Month(month.year, k)) for k in range(month.number, 13)]
    return tuple(dict.fromkeys(found))
