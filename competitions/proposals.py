"""Groups proposed from the equipment that is there: same trade, same kind, capacities that can be compared."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from competitions.models import Competition, Entry, Group
from core.templatetags.figures import plain
from indicators.models import EquipmentKind
from plants.models import Equipment
from plants.selectors import service_of

Band = tuple[Decimal | None, Decimal | None]

APART: Final = Decimal("1.5")
"""Two neighbouring capacities are parted where the larger is at least so many times the smaller."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A group that could be, with the equipment that would be in it and its capacities; names in both languages."""

    kind: EquipmentKind
    code: str
    name: str
    name_zh: str
    band: Band
    pieces: list[tuple[Equipment, Decimal]]


def bands(capacities: Sequence[Decimal], least: int) -> list[Band]:
    """Bands `[from, to)` over the capacities, parted at their widest steps, none with fewer than `least` of them.

    The first has no lower end and the last no upper one, so that what comes later finds its place.
    """
    return _parted(sorted(capacities), max(1, least), None, None)


def _parted(ordered: list[Decimal], least: int, low: Decimal | None, high: Decimal | None) -> list[Band]:
    steps = [(ordered[at] / ordered[at - 1], at) for at in range(least, len(ordered) - least + 1)]
    width, at = max(steps, default=(Decimal(0), 0))
    if width < APART:
        return [(low, high)]
    cut = ordered[at]
    return _parted(ordered[:at], least, low, cut) + _parted(ordered[at:], least, cut, high)


def proposals_of(competition: Competition) -> list[Proposal]:
    """A group for every kind and band of the rated equipment that is in service and not entered yet."""
    entered = Entry.objects.filter(group__competition=competition, withdrawn=False).exclude(equipment=None)
    free = Equipment.objects.exclude(pk__in=entered.values("equipment")).select_related("kind", "plant")
    by_kind: dict[EquipmentKind, list[tuple[Equipment, Decimal]]] = defaultdict(list)
    first = competition.first_month.first_day
    for piece in free.prefetch_related("ratings").order_by("kind", "plant__name", "code"):
        capacity = service_of(piece).rating_on(max(first, piece.in_service_on))
        is_over = piece.retired_on is not None and piece.retired_on <= first
        if capacity is not None and not is_over and piece.in_service_on < competition.last_month.next_first_day:
            by_kind[piece.kind].append((piece, capacity))
    taken = set(Group.objects.filter(competition=competition).values_list("code", flat=True))
    return [
        _proposal(kind, number, band, pieces, taken)
        for kind, pieces in by_kind.items()
        for number, band in enumerate(bands([each for _piece, each in pieces], competition.small_group), start=1)
    ]


def _proposal(
    kind: EquipmentKind, number: int, band: Band, pieces: list[tuple[Equipment, Decimal]], taken: set[str]
) -> Proposal:
    low, high = band
    inside = [
        (piece, capacity)
        for piece, capacity in pieces
        if (low is None or low <= capacity) and (high is None or capacity < high)
    ]
    stem = f"{kind.code.replace('_', '-')}-{number}"[:36]
    code = next(each for each in (stem, *(f"{stem}-{again}" for again in range(2, 1000))) if each not in taken)
    english, chinese = _band_words(band, kind.rating_unit)
    return Proposal(
        kind=kind,
        code=code,
        name=f"{kind.name}, {english}" if english else kind.name,
        name_zh=f"{kind.name_zh}（{chinese}）" if chinese else kind.name_zh,
        band=band,
        pieces=inside,
    )


def _band_words(band: Band, unit: str) -> tuple[str, str]:
    """A band in English and Chinese; nothing for one that is open on both sides."""
    low, high = band
    if low is not None and high is not None:
        return (f"{plain(low)}–{plain(high)} {unit}",) * 2
    if low is not None:
        return f"{plain(low)} {unit} and over", f"{plain(low)} {unit}及以上"
    if high is not None:
        return f"under {plain(high)} {unit}", f"{plain(high)} {unit}以下"
    return "", ""
