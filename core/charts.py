"""Charts as SVG text, drawn on the server: no script, no style attribute; colours come from CSS classes.

What a chart shows also stands beside it as text: the key and the table of a trend, the words of a bar. A matrix needs
no drawing at all: it is a table whose cells are tinted by `quarter`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from html import escape
from typing import Self
from unicodedata import east_asian_width

from django.utils.safestring import SafeString, mark_safe

from core.wording import number

# So many lines can be told apart by colour and dashes; a seventh looks like the first, its name still parts them.
LOOKS = 6
_WIDE = Context(prec=200)
_NARROW = Context(prec=20)
# Heights and widths are in units of the drawing, which are about one pixel on the screen.
_LINE = 13


@dataclass(frozen=True, slots=True)
class Scale:
    """The values from `low` to `high`, low < high, laid out along a line."""

    low: Decimal
    high: Decimal

    @classmethod
    def over(cls, values: Iterable[Decimal | None]) -> Self:
        """As wide as the values need; equal values lie in the middle, and no value at all gives 0 to 1."""
        known = [value for value in values if value is not None]
        if not known:
            return cls(Decimal(0), Decimal(1))
        low, high = min(known), max(known)
        if low == high:
            half = abs(low) / 10 or Decimal(1)
            low, high = _WIDE.subtract(low, half), _WIDE.add(high, half)
        return cls(low, high)

    def share(self, value: Decimal) -> float:
        """Where the value lies, 0 at the low end to 1 at the high end; beyond an end it stays there."""
        return self.shares([value])[0] or 0.0

    def shares(self, values: Iterable[Decimal | None]) -> list[float | None]:
        """Where the values lie; None for none. Differences are exact, a share need not be."""
        span = _WIDE.subtract(self.high, self.low)
        low, high = self.low, self.high
        return [
            None
            if value is None
            else 0.0
            if value <= low
            else 1.0
            if value >= high
            else float(_NARROW.divide(_WIDE.subtract(value, low), span))
            for value in values
        ]

    def ticks(self, decimals: int) -> tuple[list[Decimal], int]:
        """Two to seven round values that enclose the scale, and the decimals that tell them apart.

        They are 1, 2 or 5 times a power of ten apart, but never nearer than `decimals` can write.
        """
        with localcontext(_WIDE):
            raw = (self.high - self.low) / 4
            ten = Decimal(1).scaleb(raw.adjusted())
            step = next(ten * factor for factor in (1, 2, 5, 10) if ten * factor >= raw)
            step = max(step, Decimal(1).scaleb(-decimals))
            first = (self.low / step).to_integral_value(ROUND_FLOOR)
            last = max(first + 1, (self.high / step).to_integral_value(ROUND_CEILING))
            return [(first + count) * step for count in range(int(last - first) + 1)], max(0, -step.adjusted())


def _paths(points: Sequence[tuple[float, float] | None]) -> str:
    """`M`/`L` commands; a missing value interrupts the line instead of being drawn as zero."""
    commands, pen_down = [], False
    for point in points:
        if point is not None:
            commands.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_down = point is not None
    return " ".join(commands)


def sparkline(values: Sequence[Decimal | None], low: Decimal | None = None, high: Decimal | None = None) -> str:
    """A line of 96 x 26 units without text; decoration beside figures that are in the table, so hidden from readers.

    `low` and `high` give the lines of one table a common scale, so that they can be compared.
    """
    if not any(value is not None for value in values):
        return ""
    shares = Scale.over([*values, low, high]).shares(values)
    step = 90 / max(1, len(values) - 1)
    points = [None if share is None else (3 + index * step, 23 - 20 * share) for index, share in enumerate(shares)]
    last = next(point for point in reversed(points) if point is not None)
    return (
        f'<svg class="spark" viewBox="0 0 96 26" aria-hidden="true"><path d="{_paths(points)}"/>'
        f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.6"/></svg>'
    )


def _width(text: str) -> float:
    """About how wide a text of 11 px is; a Chinese character is as wide as it is high."""
    return sum(11.5 if east_asian_width(each) in "WF" else 8 if each.isupper() else 6.4 for each in text)


def _shortened(text: str, room: float) -> str:
    if _width(text) <= room:
        return text
    while text and _width(text) + 11 > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _parted(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights of labels as near as can be to those wanted, none within a line of another, all within the drawing."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    lowest = top
    for index in order:
        placed[index] = max(wanted[index], lowest)
        lowest = placed[index] + _LINE
    highest = bottom
    for index in reversed(order):
        placed[index] = min(placed[index], highest)
        highest = placed[index] - _LINE
    return placed


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trend chart: its name and a value (or None) for each place on the axis."""

    name: str
    values: Sequence[Decimal | None]

    @property
    def last(self) -> Decimal | None:
        """The newest value there is."""
        return next((value for value in reversed(self.values) if value is not None), None)


@dataclass(frozen=True, slots=True)
class Trend:
    """Lines over the same places, such as months; gaps stay gaps.

    `labels` name the places on the axis, `places` name them in the table (empty: the same). The partial `trend.html`
    shows the drawing for the room there is: a wide one with the names at the ends of the lines, or a narrow one with
    numbers there and the names in the key below.
    """

    title: str
    description: str
    labels: Sequence[str]
    lines: Sequence[Line]
    decimals: int
    places: Sequence[str] = ()

    @property
    def key(self) -> list[tuple[int, Line]]:
        """The lines that have a value, each with the number of its look."""
        return [(index % LOOKS, line) for index, line in enumerate(self.lines) if line.last is not None]

    @property
    def rows(self) -> list[tuple[str, list[Decimal | None]]]:
        """The same as a table, the newest place first."""
        columns = [line.values for line in self.lines]
        places = list(enumerate(self.places or self.labels))
        return [
            (place, [values[index] if index < len(values) else None for values in columns])
            for index, place in reversed(places)
        ]

    @property
    def wide(self) -> SafeString:
        return self._drawn("chart-wide", 640, 220, [line.name for _look, line in self.key])

    @property
    def narrow(self) -> SafeString:
        count = len(self.key)
        return self._drawn("chart-narrow", 340, 200, [str(each) for each in range(1, count + 1)] if count > 1 else [])

    def _drawn(self, look: str, width: int, height: int, names: Sequence[str]) -> SafeString:
        scale = Scale.over([value for line in self.lines for value in line.values])
        ticks, places = scale.ticks(self.decimals)
        scale = Scale(ticks[0], ticks[-1])
        written = [number(tick, places) for tick in ticks]
        height = max(height, len(names) * _LINE + 40)
        left, top, bottom = max(map(_width, written)) + 10, 14.0, height - 26.0
        gutter = min(max(map(_width, names), default=0) + 20, width * 0.3)
        right = width - gutter
        step = (right - left) / max(1, len(self.labels) - 1)

        def y(value: Decimal) -> float:
            return bottom - (bottom - top) * scale.share(value)

        parts = [
            f'<svg class="chart {look}" viewBox="0 0 {width} {height}" role="img">'
            f"<title>{escape(self.title)}</title><desc>{escape(self.description)}</desc>"
        ]
        for tick, text in zip(ticks, written, strict=True):
            parts.append(
                f'<line class="chart-grid" x1="{left:.1f}" x2="{right:.1f}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
                f'<text class="chart-tick" x="{left - 6:.1f}" y="{y(tick) + 4:.1f}" text-anchor="end">{text}</text>'
            )
        parts += self._axis(left, right, step, height - 8, width)
        ends, dots = [], []
        for look_number, line in self.key:
            points = [
                None if value is None else (left + index * step, y(value)) for index, value in enumerate(line.values)
            ]
            dots.append(next(point for point in reversed(points) if point is not None))
            ends.append(dots[-1][1])
            parts.append(f'<path class="chart-line line-{look_number}" d="{_paths(points)}"/>')
        heights = _parted(ends, top, bottom) if names else []
        for (look_number, _line), (dot_x, dot_y) in zip(self.key, dots, strict=True):
            parts.append(f'<circle class="chart-dot line-{look_number}" cx="{dot_x:.1f}" cy="{dot_y:.1f}" r="3"/>')
        for (look_number, _line), name, (dot_x, dot_y), place in zip(self.key, names, dots, heights, strict=False):
            if abs(place - dot_y) > 2 or right - dot_x > 1:
                parts.append(
                    f'<path class="chart-leader line-{look_number}" '
                    f'd="M{dot_x + 4:.1f} {dot_y:.1f} L{right + 10:.1f} {place:.1f}"/>'
                )
            parts.append(
                f'<text class="chart-name line-{look_number}" x="{right + 12:.1f}" y="{place + 4:.1f}">'
                f"{escape(_shortened(name, gutter - 12))}</text>"
            )
        return mark_safe("".join([*parts, "</svg>"]))

    def _axis(self, left: float, right: float, step: float, height: float, width: float) -> Iterable[str]:
        """As many labels of places as have room, at regular steps that suit months."""
        half = max(map(_width, self.labels), default=0) / 2
        room = 2 * half + 14
        every = next(
            (each for each in (1, 2, 3, 4, 6, 12, 24, 60) if each * step >= room and len(self.labels) / each <= 7), 120
        )
        for index in range(0, len(self.labels), every):
            x = min(max(left + index * step, half), width - half)
            yield (
                f'<text class="chart-tick" x="{x:.1f}" y="{height}" text-anchor="middle">'
                f"{escape(self.labels[index])}</text>"
            )


@dataclass(frozen=True, slots=True)
class Bar:
    """One entry of a ranking: its value beside last year's (`base`); without a value there is a gap, no bar.

    `detail` stands in small letters after the name; `is_own` marks the viewer's own entry, by a word as well.
    """

    rank: int | None
    name: str
    value: Decimal | None
    base: Decimal | None = None
    detail: str = ""
    href: str = ""
    is_own: bool = False


def ranking_bars(bars: Sequence[Bar]) -> list[tuple[Bar, SafeString]]:
    """Each bar with its drawing: from zero, on one scale over all of them, last year's value as an upright mark.

    Places are in percent of the width, so that a drawing fits any page; name and figures are text beside it.
    """
    values = [each for bar in bars for each in (bar.value, bar.base)]
    scale = Scale.over([*values, Decimal(0)])
    return [(bar, _bar(bar, scale)) for bar in bars]


def _bar(bar: Bar, scale: Scale) -> SafeString:
    def place(value: Decimal) -> float:
        return 100 * scale.share(value)

    zero = place(Decimal(0))
    parts = ['<rect class="bar-track" width="100%" height="8" y="2" rx="3"/>']
    if bar.value is not None:
        start, end = sorted((zero, place(bar.value)))
        parts.append(f'<rect class="bar-fill" x="{start:.2f}%" width="{end - start:.2f}%" height="8" y="2" rx="3"/>')
    if bar.base is not None:
        at = place(bar.base)
        parts += (
            f'<line class="bar-{look}" x1="{at:.2f}%" x2="{at:.2f}%" y1="0%" y2="100%"/>' for look in ("edge", "base")
        )
    own = " own" if bar.is_own else ""
    return mark_safe(f'<svg class="bar-row{own}" width="100%" height="12" aria-hidden="true">{"".join(parts)}</svg>')


def quarter(rank: int, of: int) -> int:
    """In which quarter of those ranked a rank lies: 1 for the best, 4 for the last."""
    return min(4, 4 * (rank - 1) // max(1, of) + 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """How an entry stands in one indicator: its rank among `of`, the figure in words, or why it has no rank."""

    rank: int | None
    of: int
    text: str
    reason: str = ""

    @property
    def quarter(self) -> int | None:
        return None if self.rank is None else quarter(self.rank, self.of)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An entry with a cell (or None) for each column."""

    name: str
    cells: Sequence[Cell | None]
    detail: str = ""
    href: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """Entries by indicators: who is strong where. Columns are pairs of a name and the address it leads to."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[MatrixRow]
