"""What an entry of the built-in catalogue says: a measure plants report, an indicator made of measures."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

GENERAL: Final = "Definition as in Chinese metallurgical statistics; general knowledge, no text quoted."
GENERAL_ZH: Final = "定义同中国冶金统计；属行业通用知识，未引用原文。"
PER_TONNE: Final = (
    "Quantity used over qualified output, as Chinese metallurgical statistics define consumption per tonne "
    "(reported at 360docs.net for blast furnaces)."
)
PER_TONNE_ZH: Final = "消耗量与合格产量之比，同中国冶金统计的单位消耗定义（见360docs.net，高炉条目）。"
FACTOR: Final = "Electricity at 0.1229 kgce/kWh (calorific value; the older equal-value factor was 0.404)."
FACTOR_ZH: Final = "电力按当量值0.1229 kgce/kWh折算（旧等价值为0.404）。"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSpec:
    """A raw monthly quantity, additive over equipment and months.

    ``trade`` is "smelting", "rolling", "forging" or "" for any. ``level`` is "equipment" or "plant": whom
    one figure is about. A figure has at most ``decimals`` decimals and lies within ``minimum`` and
    ``maximum``, in ``unit``; None is no limit. A ``system`` measure is worked out by the site from calendar
    and ratings and is never reported.
    """

    code: str
    name: str
    name_zh: str
    unit: str
    help: str
    help_zh: str
    trade: str = ""
    level: str = "equipment"
    decimals: int = 0
    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = None
    system: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSpec:
    """A published figure: ``factor`` x sum of ``numerator`` / sum of ``denominator``, in ``unit``.

    Both sides are formulas over measures; an empty denominator makes a plain sum. ``direction`` is "up"
    (higher is better), "down" or "info" (shown, never ranked). ``note`` says in words what the figure
    tells. The bands say where a plausible value lies today and lay in the 1950s; they lead to warnings, are
    no limits, and are general knowledge unless ``source`` says more. None is an open end. The band of a
    plain sum is that of one piece of equipment in one month.
    """

    code: str
    number: str
    name: str
    name_zh: str
    unit: str
    trade: str
    numerator: str
    denominator: str = ""
    factor: Decimal = Decimal(1)
    direction: str
    decimals: int
    band_low: Decimal | None = None
    band_high: Decimal | None = None
    band_1950s_low: Decimal | None = None
    band_1950s_high: Decimal | None = None
    note: str
    note_zh: str
    source: str
    source_zh: str
