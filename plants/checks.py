"""What is impossible or doubtful in the figures of one unit and month.

Errors stop a submission; doubts are shown beside the field and may be right. Sources: the identities of the trade
(hours add up to the calendar, qualified + rejected = inspected, a yield cannot pass 100 %, a furnace cannot draw much
more than its transformer). Bands and jumps are plausibility only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

HOURS_TOLERANCE = Decimal("0.5")
TONNES_TOLERANCE = Decimal("0.1")
LOAD_DOUBT = Decimal("0.95")
LOAD_LIMIT = Decimal("1.25")
HEAT_TIME_TOLERANCE = Decimal("0.02")
JUMP = Decimal("0.30")

STOPS = ("overhaul_h", "ext_stop_h", "cold_down_h", "hot_down_h")
HOURS = (*STOPS, "op_h", "mill_op_h", "planned_repair_h", "fault_h", "ham_op_h")
# (smaller, larger): the first can never pass the second.
PARTS = (
    ("good_t", "checked_t"),
    ("prod_good_t", "prod_checked_t"),
    ("prod_good_t", "stock_in_t"),
    ("forg_good_t", "forg_checked_t"),
    ("forg_good_t", "forg_stock_t"),
    ("varieties_met", "varieties_planned"),
)


class Fault(StrEnum):
    """What can be wrong with a figure."""

    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    MORE_THAN_WHOLE = "more_than_whole"
    CHARGE_BELOW_STEEL = "charge_below_steel"
    REJECTS_DO_NOT_ADD_UP = "rejects_do_not_add_up"
    MORE_HOURS_THAN_CALENDAR = "more_hours_than_calendar"
    HOURS_DO_NOT_ADD_UP = "hours_do_not_add_up"
    OVERLOADED = "overloaded"
    HIGH_LOAD = "high_load"
    HEAT_TIME_DOES_NOT_FIT = "heat_time_does_not_fit"
    TEN_TIMES = "ten_times"
    JUMP = "jump"
    OUTSIDE_BAND = "outside_band"
    OWN_AND_EQUIPMENT = "own_and_equipment"
    UNRATED = "unrated"


ERRORS = frozenset(
    {
        Fault.BELOW_MINIMUM,
        Fault.ABOVE_MAXIMUM,
        Fault.MORE_THAN_WHOLE,
        Fault.CHARGE_BELOW_STEEL,
        Fault.REJECTS_DO_NOT_ADD_UP,
        Fault.MORE_HOURS_THAN_CALENDAR,
        Fault.HOURS_DO_NOT_ADD_UP,
        Fault.OVERLOADED,
        Fault.UNRATED,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a measure; `other` is the measure, limit or figure it is compared with."""

    fault: Fault
    measure: str
    value: Decimal | None = None
    other: str | Decimal | None = None

    @property
    def is_error(self) -> bool:
        return self.fault in ERRORS


@dataclass(frozen=True, slots=True)
class Limits:
    """Smallest and largest allowed value of a measure, where it has them."""

    minimum: Decimal | None
    maximum: Decimal | None


def impossible(figures: Mapping[str, Decimal], limits: Mapping[str, Limits]) -> Iterator[Finding]:
    """Faults within one unit and month; `figures` holds the reported and the system measures."""
    for code, value in figures.items():
        limit = limits.get(code)
        if limit and limit.minimum is not None and value < limit.minimum:
            yield Finding(Fault.BELOW_MINIMUM, code, value, limit.minimum)
        elif limit and limit.maximum is not None and value > limit.maximum:
            yield Finding(Fault.ABOVE_MAXIMUM, code, value, limit.maximum)
    for part, whole in PARTS:
        if part in figures and whole in figures and figures[part] > figures[whole]:
            yield Finding(Fault.MORE_THAN_WHOLE, part, figures[part], whole)
    yield from _steel(figures)
    yield from _hours(figures)
    yield from _load(figures)


def _steel(figures: Mapping[str, Decimal]) -> Iterator[Finding]:
    good, checked, reject = (figures.get(code) for code in ("good_t", "checked_t", "reject_t"))
    if good is not None and "charge_kg" in figures and figures["charge_kg"] < 1000 * good:
        yield Finding(Fault.CHARGE_BELOW_STEEL, "charge_kg", figures["charge_kg"], 1000 * good)
    if good is None or checked is None or reject is None:
        return
    if good <= checked and abs(good + reject - checked) > TONNES_TOLERANCE:
        yield Finding(Fault.REJECTS_DO_NOT_ADD_UP, "reject_t", reject, checked - good)


def _hours(figures: Mapping[str, Decimal]) -> Iterator[Finding]:
    calendar = figures.get("cal_h")
    if calendar is None:
        return
    reported = {code: figures[code] for code in HOURS if code in figures}
    for code, hours in reported.items():
        if hours > calendar:
            yield Finding(Fault.MORE_HOURS_THAN_CALENDAR, code, hours, calendar)
            return
    total = sum(reported.values(), Decimal(0))
    if total > calendar + HOURS_TOLERANCE:
        yield Finding(Fault.HOURS_DO_NOT_ADD_UP, next(reversed(reported)), total, calendar)
    elif "op_h" in reported and all(code in reported for code in STOPS) and total < calendar - HOURS_TOLERANCE:
        yield Finding(Fault.HOURS_DO_NOT_ADD_UP, "op_h", total, calendar)


def _load(figures: Mapping[str, Decimal]) -> Iterator[Finding]:
    """Mean load in MW per MVA over the calendar = kWh / (24,000 x MVA-days)."""
    if "kwh" in figures and figures.get("mva_days", 0) > 0:
        load = figures["kwh"] / (24_000 * figures["mva_days"])
        if load > LOAD_LIMIT:
            yield Finding(Fault.OVERLOADED, "kwh", load, LOAD_LIMIT)
        elif load > LOAD_DOUBT:
            yield Finding(Fault.HIGH_LOAD, "kwh", load, LOAD_DOUBT)
    if "heat_min_sum" in figures and figures.get("op_h", 0) > 0:
        minutes = 60 * figures["op_h"]
        if abs(figures["heat_min_sum"] - minutes) > HEAT_TIME_TOLERANCE * minutes:
            yield Finding(Fault.HEAT_TIME_DOES_NOT_FIT, "heat_min_sum", figures["heat_min_sum"], minutes)


def doubtful_jumps(figures: Mapping[str, Decimal], last: Mapping[str, Decimal]) -> Iterator[Finding]:
    """Figures far from last month's: about ten times or a tenth (a slipped decimal point), or a plain jump."""
    for code, value in figures.items():
        before = last.get(code)
        if not before or not value:
            continue
        times = value / before
        if Decimal(8) <= times <= Decimal(12) or Decimal(8) <= 1 / times <= Decimal(12):
            yield Finding(Fault.TEN_TIMES, code, value, before)
        elif abs(times - 1) > JUMP and code in JUMP_MEASURES:
            yield Finding(Fault.JUMP, code, value, before)


# Jumps of hours and counts are daily life; those of output and of what is paid for are worth a word.
JUMP_MEASURES = frozenset(
    {"good_t", "charge_kg", "kwh", "electrode_kg", "prod_good_t", "stock_in_t", "forg_good_t", "forg_stock_t"}
)
