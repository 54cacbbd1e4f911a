"""The built-in catalogue as plain data: the measures plants report and the indicators made of them.

Smelting E1-E15, rolling R1-R7, forging H1-H4, safety S1. Capacity is not a measure: it is a dated rating,
of which the site makes capacity-days. Injuries per thousand heads are left out, for a headcount does not
add up over months.
"""

from typing import Final

from indicators.catalogue.forging import FORGING_INDICATORS, FORGING_MEASURES
from indicators.catalogue.rolling import ROLLING_INDICATORS, ROLLING_MEASURES
from indicators.catalogue.safety import SAFETY_INDICATORS, SAFETY_MEASURES
from indicators.catalogue.smelting import SMELTING_INDICATORS
from indicators.catalogue.smelting_measures import SMELTING_MEASURES
from indicators.catalogue.specs import IndicatorSpec, MeasureSpec
from indicators.catalogue.system import SYSTEM_MEASURES

__all__ = ["INDICATORS", "INFORMATION", "MEASURES", "IndicatorSpec", "MeasureSpec"]

MEASURES: Final[tuple[MeasureSpec, ...]] = (
    SYSTEM_MEASURES + SMELTING_MEASURES + ROLLING_MEASURES + FORGING_MEASURES + SAFETY_MEASURES
)
INDICATORS: Final[tuple[IndicatorSpec, ...]] = (
    SMELTING_INDICATORS + ROLLING_INDICATORS + FORGING_INDICATORS + SAFETY_INDICATORS
)

INFORMATION: Final[frozenset[str]] = frozenset(
    {
        "overhaul_h",  # enters mva_avail_days, and the balance of hours
        "ext_stop_h",  # balance of hours
        "cold_down_h",  # balance of hours
        "poweron_min_sum",  # the part of tap-to-tap time under power
        "ham_op_h",  # enters ram_t_h
        "steam_t",
        "fatal",  # for vetoes
        "lost_days",
    }
)
"""Measures that no formula needs: reported for checks, vetoes and inspection."""
