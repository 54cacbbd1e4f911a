"""Numbers, months and periods as people write them, in both languages."""

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from core.periods import Period

# Thin, and never the end of a line.
THIN_SPACE = "\u202f"
MINUS = "\u2212"

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


def number(value: Decimal, decimals: int | None = None) -> str:
    """`6412.5` as `6 412.5` with thin spaces and a real minus. Decimals are kept unless given, then half up."""
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=200))
    # No zero has a minus sign, also one that was rounded to it.
    text = f"{value if value else value.copy_abs():,f}"
    return text.replace(",", THIN_SPACE).replace("-", MINUS)


def period_label(period: Period, *, chinese: bool) -> str:
    """A period for people: `Q3 1959` or `1959年第三季度`; a run of months names its first and last."""
    year, first, last = period.first.year, period.first, period.last
    match period.kind:
        case "month":
            return f"{year}年{first.number}月" if chinese else f"{MONTHS[first.number - 1]} {year}"
        case "quarter":
            quarter = (first.number + 2) // 3
            return f"{year}年第{'一二三四'[quarter - 1]}季度" if chinese else f"Q{quarter} {year}"
        case "half":
            half = 1 if first.number == 1 else 2
            return f"{year}年{'上' if half == 1 else '下'}半年" if chinese else f"H{half} {year}"
        case "year":
            return f"{year}年" if chinese else str(year)
    if chinese:
        return f"{year}年{first.number}月–{'' if last.year == year else f'{last.year}年'}{last.number}月"
    start = MONTHS[first.number - 1][:3] + ("" if last.year == year else f" {year}")
    return f"{start}–{MONTHS[last.number - 1][:3]} {last.year}"


def names_in_both(thing: Any) -> dict[str, str]:
    """The name of a bilingual thing by language, for a text that is stored now and read later."""
    return {"en": thing.name, "zh-hans": thing.name_zh or thing.name}


def period_in_both(period: Period) -> dict[str, str]:
    """The label of a period by language, for a text that is stored now and read later."""
    return {"en": period_label(period, chinese=False), "zh-hans": period_label(period, chinese=True)}
