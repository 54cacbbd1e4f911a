"""Generated figures of one unit and month: plausible, adding up, and the same every time.

Every ratio is drawn first, from the form of the plant and inside the catalogue's band of today; the reported sums are
made from it, so that hours add up to the calendar and qualified and rejected steel to what was inspected.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from core.periods import Month
from exchange.demonstration.form import When, between, form
from exchange.demonstration.noise import noise, pick
from exchange.demonstration.works import FURNACE, MILL, Piece
from indicators.arithmetic import round_half_up
from plants.capacity import capacity_days

Figures = Mapping[str, Decimal]
ZERO: Final = Decimal(0)


def figures_of(piece: Piece, when: When, *, overhauled: bool = False, output_of: Piece | None = None) -> Figures:
    """All measures that the piece of equipment reports for the month, by code.

    `overhauled`: a furnace under overhaul all month. `output_of`: another furnace of the same capacity in whose
    place it stands for the tonnes it makes.
    """
    if piece.kind == FURNACE:
        return _furnace_idle(piece, when.month) if overhauled else _furnace(piece, when, output_of or piece)
    return _mill(piece, when) if piece.kind == MILL else _hammer(piece, when)


def plant_figures(plant: str, when: When) -> Figures:
    """The safety figures of a whole plant."""
    heads = 1400 + pick(1800, plant, "heads")
    injuries = Decimal(pick(9, plant, when.month, "injuries") == 0)
    return {
        "hours_worked": _round(heads * (165 + 6 * noise(plant, when.month, "hours")), 0),
        "lti": injuries,
        "fatal": ZERO,
        "lost_days": injuries * (4 + pick(25, plant, when.month, "lost days")),
    }


def _round(value: Decimal, decimals: int) -> Decimal:
    return round_half_up(value, decimals)


def _calendar_h(piece: Piece, month: Month) -> Decimal:
    return Decimal(24 * len(piece.service.days(month)))


def _state(piece: Piece, trait: str, when: When) -> Decimal:
    return form(piece.plant, piece.key, trait, when)


def _furnace_hours(piece: Piece, when: When) -> dict[str, Decimal]:
    """Stops and operating hours; together just the calendar."""
    calendar = _calendar_h(piece, when.month)
    # A medium repair of two to four days comes round once a year, in a month that belongs to the furnace.
    repairs = when.month.number == 1 + pick(12, piece.key, "repair month") and calendar > 600
    hours = {
        "overhaul_h": Decimal(48 + 4 * pick(10, piece.key, when.month, "repair")) if repairs else ZERO,
        "ext_stop_h": Decimal(pick(13, piece.key, when.month, "power cut")) if _is_short(piece, when) else ZERO,
        "cold_down_h": _round(calendar * between("0.070", "0.035", _state(piece, "cold_stops", when)), 1),
        "hot_down_h": _round(calendar * between("0.048", "0.011", _state(piece, "hot_stops", when)), 1),
    }
    hours["op_h"] = calendar - sum(hours.values(), ZERO)
    return hours


def _is_short(piece: Piece, when: When) -> bool:
    """Whether the grid or the scrap yard fails the furnace this month: one month in four."""
    return pick(4, piece.key, when.month, "outside") == 0


def _furnace_output(piece: Piece, when: When) -> Decimal:
    """Good steel in t: coefficient x MVA-days, in proportion to the hours worked."""
    worked = _furnace_hours(piece, when)["op_h"] / _calendar_h(piece, when.month)
    coefficient = between("25.5", "39.5", _state(piece, "output", when)) * worked / Decimal("0.92")
    return _round(coefficient * capacity_days(piece.service, when.month), 1)


def _furnace(piece: Piece, when: When, output_of: Piece) -> Figures:
    hours = _furnace_hours(piece, when)
    good = _furnace_output(output_of, when)
    rejected = _round(good * between("0.0048", "0.0006", _state(piece, "quality", when)), 1)
    tap_min = between("68", "38", _state(piece, "heat_time", when))
    heats = _round(60 * hours["op_h"] / tap_min, 0)
    heat_min = _round(heats * tap_min, 0)
    campaign = _round(between("330", "820", _state(piece, "lining", when)), 0)
    linings = _round(heats / campaign + noise(piece.key, when.month, "campaigns") / 2, 0)
    kwh_per_t = between("470", "320", _state(piece, "electricity", when))
    planned = 8 + pick(9, piece.key, "varieties")
    missed = max(0, int(between("2.2", "-0.2", _state(piece, "varieties", when))))
    plan = good / between("0.92", "1.07", _state(piece, "plan", when))
    return hours | {
        "good_t": good,
        "checked_t": good + rejected,
        "reject_t": rejected,
        "plan_t": _round(plan, 0),
        "heats": heats,
        "heat_min_sum": heat_min,
        "poweron_min_sum": _round(heat_min * between("0.68", "0.82", _state(piece, "power_on", when)), 0),
        "kwh": _round(good * kwh_per_t, 0),
        "electrode_kg": _round(good * between("2.40", "1.05", _state(piece, "electrode", when)), 0),
        "charge_kg": _round(good * between("1125", "1056", _state(piece, "charge", when)), 0),
        "refractory_kg": _round(good * between("14", "3.8", _state(piece, "refractory", when)), 0),
        "fuel_kgce": _round(good * between("27", "12", _state(piece, "fuel", when)), 0),
        "steam_out_kgce": _round(good * between("0.5", "6", _state(piece, "recovery", when)), 0),
        "linings_ended": linings,
        "heats_on_ended_linings": linings * campaign,
        "varieties_planned": Decimal(planned),
        "varieties_met": Decimal(planned - missed),
        "varieties_new": Decimal(pick(7, piece.key, when.month, "new varieties") == 0),
        "cost_yuan": _round(good * between("640", "430", _state(piece, "cost", when)), 0),
    }


def _furnace_idle(piece: Piece, month: Month) -> Figures:
    """All month under overhaul: everything is reported, as nothing."""
    calendar = _calendar_h(piece, month)
    hours = dict.fromkeys(("ext_stop_h", "cold_down_h", "hot_down_h", "op_h"), ZERO) | {"overhaul_h": calendar}
    return dict.fromkeys(FURNACE_QUANTITIES, ZERO) | hours


FURNACE_QUANTITIES: Final = (
    "good_t", "checked_t", "reject_t", "plan_t", "heats", "heat_min_sum", "poweron_min_sum", "kwh", "electrode_kg",
    "charge_kg", "refractory_kg", "fuel_kgce", "steam_out_kgce", "linings_ended", "heats_on_ended_linings",
    "varieties_planned", "varieties_met", "varieties_new", "cost_yuan",
)  # fmt: skip


def _mill(piece: Piece, when: When) -> Figures:
    calendar = _calendar_h(piece, when.month)
    repair = Decimal(24 + 4 * pick(9, piece.key, when.month, "repair"))
    worked = _round((calendar - repair) * between("0.77", "0.94", _state(piece, "mill_hours", when)), 1)
    fault = _round(calendar * between("0.029", "0.006", _state(piece, "faults", when)), 1)
    # A larger mill rolls more in an hour: about 60 t at 250 mm, 165 t at 850 mm for a plant in middling form.
    hourly = between("0.82", "1.18", _state(piece, "rolling_speed", when)) * (15 + piece.capacity * Decimal("0.176"))
    good = _round(hourly * worked, 1)
    return {
        "prod_good_t": good,
        "stock_in_t": _round(good / between("0.935", "0.985", _state(piece, "rolling_yield", when)), 1),
        "prod_checked_t": _round(good / between("0.9952", "0.9993", _state(piece, "rolling_quality", when)), 1),
        "mill_op_h": worked,
        "planned_repair_h": repair,
        "fault_h": min(fault, calendar - repair - worked),
        "roll_kg": _round(good * between("0.95", "0.28", _state(piece, "rolls", when)), 0),
        "mill_kwh": _round(good * between("108", "62", _state(piece, "mill_power", when)), 0),
        "mill_fuel_kgce": _round(good * between("50", "27", _state(piece, "mill_fuel", when)), 0),
        "mill_out_kgce": _round(good * between("0.3", "4", _state(piece, "mill_recovery", when)), 0),
    }


def _hammer(piece: Piece, when: When) -> Figures:
    calendar = _calendar_h(piece, when.month)
    worked = _round(calendar * between("0.62", "0.86", _state(piece, "hammer_hours", when)), 1)
    hourly = piece.capacity * between("0.22", "0.48", _state(piece, "forging_speed", when))
    good = _round(hourly * worked, 3)
    return {
        "forg_good_t": good,
        "forg_stock_t": _round(good / between("0.73", "0.90", _state(piece, "forging_yield", when)), 3),
        "forg_checked_t": _round(good / between("0.9905", "0.9985", _state(piece, "forging_quality", when)), 3),
        "ham_op_h": worked,
        "forg_fuel_kgce": _round(good * between("380", "150", _state(piece, "forging_fuel", when)), 0),
        "steam_t": _round(good * between("4.2", "2.4", _state(piece, "steam", when)), 1),
    }
