"""The arithmetic of published figures: decimal throughout, rounded once, half up.

A ratio is always taken of sums. Furnace A with 9,000 t on 300 MVA-days and furnace B with 600 t on 60
MVA-days make 9,600 / 360 = 26.667 t/(MVA.d) together; the mean of their ratios, 20.0, would be wrong.
"""

from collections.abc import Sequence
from decimal import ROUND_05UP, ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext
from typing import Final

PERCENT_DECIMALS: Final = 2

# Wide enough for sums of 1e30 with many decimals to be added and multiplied without loss.
_WIDE: Final = Context(prec=200, rounding=ROUND_05UP)
# A quotient seldom ends, so it is cut by ROUND_05UP, made so that a second rounding to fewer digits comes out as if it
# were the only one. That needs a digit to spare: 38 for a result of up to 36; a longer one is refused and made anew.
_CUT: Final = Context(prec=38, rounding=ROUND_05UP)
_RESULT: Final = Context(prec=36)
# What a value is rounded to, by its decimals.
_UNITS: Final = tuple(Decimal((0, (1,), -decimals)) for decimals in range(10))
_ZERO: Final = Decimal(0)


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """``value`` to so many decimals (0 to 9), a half away from zero: 0.125 gives 0.13, -0.125 gives -0.13."""
    rounded = value.quantize(_UNITS[decimals], ROUND_HALF_UP, _WIDE)
    # A reader expects to see 0.00, never -0.00.
    return rounded or rounded.copy_abs()


def ratio(numerator: Decimal, denominator: Decimal | None, factor: Decimal, decimals: int) -> Decimal | None:
    """The published value ``factor x numerator / denominator`` of two sums, rounded once, half up.

    Without a denominator (None) the indicator is a plain sum, ``factor x numerator``. A denominator of zero
    or less gives None: no value, which is never ranked and is not the same as 0.
    """
    value = _WIDE.multiply(factor, numerator)
    if denominator is not None:
        if denominator <= 0:
            return None
        value = _WIDE.divide(value, denominator)
    return round_half_up(value, decimals)


def ratios(
    numerators: Sequence[Decimal | None], denominators: Sequence[Decimal | None], factor: Decimal, decimals: int
) -> list[Decimal | None]:
    """The ``ratio`` of many sums, None where either is; what a run spends most of its time on."""
    scaled = numerators
    if factor != 1:
        scaled = [None if each is None else _WIDE.multiply(factor, each) for each in numerators]
    divide, unit, half_up, result = _CUT.divide, _UNITS[decimals], ROUND_HALF_UP, _RESULT
    try:
        return [
            None
            if over is None or under is None or under <= _ZERO
            # A reader expects to see 0.00, never -0.00.
            else (rounded := divide(over, under).quantize(unit, half_up, result)) or rounded.copy_abs()
            for over, under in zip(scaled, denominators, strict=True)
        ]
    except InvalidOperation:
        # One of them has more digits than fit into the short context.
        return [
            None if over is None or under is None else ratio(over, under, factor, decimals)
            for over, under in zip(numerators, denominators, strict=True)
        ]


def change(value: Decimal, base: Decimal) -> tuple[Decimal, Decimal | None]:
    """How far a published value stands from its base: the exact difference, and that in % of |base|.

    The percentage has two decimals, half up: 19.204 to 22.652 is +3.448 and +17.95 %. The sign says which
    way the figure moved, not whether that is good. A base of 0 has no percentage: None.
    """
    with localcontext(_WIDE):
        difference = value - base
        if base == 0:
            return difference, None
        return difference, round_half_up(100 * difference / abs(base), PERCENT_DECIMALS)
