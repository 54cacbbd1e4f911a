"""Charts as SVG text, drawn on the server: no script, no style attribute; colours come from CSS classes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape


def _scale(values: Sequence[Decimal | None], low: Decimal | None, high: Decimal | None) -> tuple[float, float]:
    known = [float(value) for value in values if value is not None]
    bottom = float(low) if low is not None else min(known, default=0.0)
    top = float(high) if high is not None else max(known, default=1.0)
    return (bottom, top) if top > bottom else (bottom - 0.5, bottom + 0.5)


def _paths(points: Sequence[tuple[float, float] | None]) -> str:
    """`M`/`L` commands; a missing value interrupts the line instead of being drawn as zero."""
    commands, pen_down = [], False
    for point in points:
        if point is not None:
            commands.append(f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_down = point is not None
    return " ".join(commands)


def sparkline(values: Sequence[Decimal | None], low: Decimal | None = None, high: Decimal | None = None) -> str:
    """A line of 96 x 26 units without text; decoration beside figures that are in the table, so hidden from readers."""
    if not any(value is not None for value in values):
        return ""
    bottom, top = _scale(values, low, high)
    step = 90 / max(1, len(values) - 1)
    points = [
        None if value is None else (3 + index * step, 23 - 20 * (float(value) - bottom) / (top - bottom))
        for index, value in enumerate(values)
    ]
    last = next(point for point in reversed(points) if point is not None)
    return (
        f'<svg class="spark" viewBox="0 0 96 26" aria-hidden="true"><path d="{_paths(points)}"/>'
        f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.6"/></svg>'
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trend chart: its name and a value (or None) for each place on the axis."""

    name: str
    values: Sequence[Decimal | None]


def trend(title: str, description: str, labels: Sequence[str], lines: Sequence[Line], decimals: int) -> str:
    """A trend chart: lines over the same labels, with the name of each at its end; gaps stay gaps.

    The page gives the same figures as a table beside it.
    """
    width, height, left, right, top, bottom = 640, 220, 48, 96, 14, 26
    everything = [value for line in lines for value in line.values]
    low, high = _scale(everything, None, None)
    padding = (high - low) * 0.08
    low, high = low - padding, high + padding
    step = (width - left - right) / max(1, len(labels) - 1)

    def y(value: float) -> float:
        return top + (height - top - bottom) * (high - value) / (high - low)

    parts = [
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    ]
    # As many places as tell the ticks apart, and no more than the indicator has.
    places = min(decimals, max(0, math.ceil(-math.log10((high - low) / 3))))
    for tick in range(4):
        value = low + (high - low) * tick / 3
        parts.append(
            f'<line class="chart-grid" x1="{left}" x2="{width - right}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
            f'<text class="chart-tick" x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">'
            f"{value:.{places}f}</text>"
        )
    every = max(1, len(labels) // 6)
    for index in range(0, len(labels), every):
        parts.append(
            f'<text class="chart-tick" x="{left + index * step:.1f}" y="{height - 8}" text-anchor="middle">'
            f"{escape(labels[index])}</text>"
        )
    ends: list[float] = []
    for number, line in enumerate(lines):
        points = [
            None if value is None else (left + index * step, y(float(value))) for index, value in enumerate(line.values)
        ]
        known = [point for point in points if point is not None]
        if not known:
            continue
        label_y = known[-1][1] + 4
        while any(abs(label_y - other) < 13 for other in ends):
            label_y += 13
        ends.append(label_y)
        parts.append(
            f'<path class="chart-line line-{number % 6}" d="{_paths(points)}"/>'
            f'<circle class="chart-dot line-{number % 6}" cx="{known[-1][0]:.1f}" cy="{known[-1][1]:.1f}" r="3"/>'
            f'<text class="chart-name line-{number % 6}" x="{known[-1][0] + 8:.1f}" y="{label_y:.1f}">'
            f"{escape(line.name)}</text>"
        )
    parts.append("</svg>")
    return "".join(parts)
