"""Standard competition ranks (1-2-2-4), taken on published figures, and the way to the next place."""

from collections.abc import Sequence
from decimal import Context, Decimal, localcontext
from operator import itemgetter
from typing import Final

# As wide as the arithmetic of indicators, so that a difference of published values is never rounded.
_WIDE: Final = Context(prec=200)


def standard_ranks(values: Sequence[Decimal | None], higher_is_better: bool) -> list[int | None]:
    """The rank of each entry, in the order given: 1 + the number of entries with a better value.

    Equal values share a rank and the next is left free (44, 42, 42, 41 give 1, 2, 2, 4). An entry without a
    value (None) has no rank, counts for nobody and never stands above a number, in either direction. Give
    the values as published, so that no hidden digit parts a tie.
    """
    valued = [(value, index) for index, value in enumerate(values) if value is not None]
    valued.sort(key=itemgetter(0), reverse=higher_is_better)
    ranks: list[int | None] = [None] * len(values)
    rank, level = 0, None
    for place, (value, index) in enumerate(valued, start=1):
        if value != level:
            rank, level = place, value
        ranks[index] = rank
    return ranks


def gap_to_next(values: Sequence[Decimal | None], index: int, higher_is_better: bool, decimals: int) -> Decimal | None:
    """By how much an entry must improve to overtake the next better value: above 0, in its unit.

    The distance to that value plus one unit of the last published decimal: one unit less would only draw
    level. 32.117 behind 33.902 needs 1.786. Values are published ones, so all have ``decimals`` decimals.
    None for an entry without a value and for one that nobody is ahead of, sharing the first rank or not.
    """
    own = values[index]
    if own is None:
        return None
    if higher_is_better:
        ahead = min((value for value in values if value is not None and value > own), default=None)
    else:
        ahead = max((value for value in values if value is not None and value < own), default=None)
    if ahead is None:
        return None
    with localcontext(_WIDE):
        return abs(ahead - own) + Decimal(1).scaleb(-decimals)
