"""Capacity has dates: the measures that the system itself writes into a month of a piece of equipment.

Day by day from the rating in force: a furnace uprated on the 11th of a 30-day month counts 10 x old + 20 x new.
Only days in service count, for the calendar as for the capacity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.periods import Month
from indicators.arithmetic import round_half_up

PLACES = 6
# All that the system itself writes; never typed.
SYSTEM_MEASURES = frozenset({"cal_days", "cal_h", "mva_days", "mva_avail_days", "ram_t_days", "ram_t_h"})


@dataclass(frozen=True, slots=True)
class Service:
    """Dates of a piece of equipment: in service from a day until before another, and its ratings by first day."""

    in_service_on: date
    retired_on: date | None
    ratings: Sequence[tuple[date, Decimal]]

    def rating_on(self, day: date) -> Decimal | None:
        """The capacity in force on the day, None before the first rating."""
        return next((capacity for valid_from, capacity in reversed(self.ratings) if valid_from <= day), None)

    def serves(self, month: Month) -> bool:
        """Whether at least one day of the month is in service."""
        return self.in_service_on < month.next_first_day and (
            self.retired_on is None or self.retired_on > month.first_day
        )

    def span(self, month: Month) -> tuple[date, date]:
        """The first day of the month in service, and the first no longer; the same day where none is."""
        start = max(month.first_day, self.in_service_on)
        end = min(month.next_first_day, self.retired_on or month.next_first_day)
        return start, max(start, end)

    def days(self, month: Month) -> list[date]:
        """The days of the month in service."""
        start, end = self.span(month)
        return [start + timedelta(days=offset) for offset in range((end - start).days)]


class UnratedDay(ValueError):
    """A day in service lies before the first rating; `day` is the first such day."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


def capacity_days(service: Service, month: Month) -> Decimal:
    """Sum over the days in service of the capacity in force, in capacity unit x days. Raises UnratedDay."""
    start, end = service.span(month)
    total = Decimal(0)
    # From the newest rating back, each for the days from its first until the next one's.
    for valid_from, capacity in reversed(service.ratings):
        since = max(start, valid_from)
        if since < end:
            total += capacity * (end - since).days
            end = since
    if start < end:
        raise UnratedDay(start)
    return total


def system_figures(
    kind_unit: str, service: Service, month: Month, figures: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """The system measures of one equipment-month.

    `cal_days`, `cal_h` for all; rated in MVA: `mva_days`, and `mva_avail_days` less the reported overhaul hours;
    rated in t: `ram_t_days`, and `ram_t_h` = reported operating hours x the mean falling weight in service. What
    needs a figure that is not reported is left out, never taken as 0. Raises UnratedDay.
    """
    start, end = service.span(month)
    days = Decimal((end - start).days)
    written = {"cal_days": days, "cal_h": 24 * days}
    if kind_unit == "MVA":
        rated = capacity_days(service, month)
        written["mva_days"] = rated
        if days and "overhaul_h" in figures:
            available = rated * (written["cal_h"] - figures["overhaul_h"]) / written["cal_h"]
            written["mva_avail_days"] = round_half_up(available, PLACES)
    elif kind_unit == "t":
        rated = capacity_days(service, month)
        written["ram_t_days"] = rated
        if days and "ham_op_h" in figures:
            written["ram_t_h"] = round_half_up(figures["ham_op_h"] * rated / days, PLACES)
    return written
