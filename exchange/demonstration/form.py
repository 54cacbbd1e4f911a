"""In what form a plant is, trait by trait and month by month: the strengths and weak links behind the figures.

Form runs from -1 (worst) to 1 (best). It is made of what the plant is good at, what the piece of equipment is good
at, slow progress, the season and the chance of the month, so that ranks move and weak links last.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from core.periods import Month
from exchange.demonstration.noise import noise
from exchange.demonstration.timetable import MONTHS

# Midsummer is hot and short of power, the year's end makes up for it.
SEASON: Final = tuple(
    Decimal(n) / 100 for n in (-3, -6, 2, 4, 5, 1, -6, -8, 0, 4, 6, 5)
)  # fmt: skip

SKILLS: Final = {
    ("dalian", "output"): "0.62",
    ("dalian", "electrode"): "-0.70",
    ("fushun", "output"): "0.52",
    ("fushun", "hot_stops"): "0.95",
    ("daye", "output"): "0.30",
    ("daye", "electrode"): "0.95",
    ("daye", "hot_stops"): "-0.85",
    ("chongqing", "output"): "0.25",
    ("shanghai", "output"): "0.20",
    ("tianjin", "output"): "0.20",
    ("beijing", "output"): "-0.25",
    ("benxi", "output"): "-0.35",
    ("benxi", "lining"): "0.90",
    ("taiyuan", "electricity"): "0.85",
    ("qiqihar", "quality"): "0.80",
    ("xining", "electricity"): "-0.80",
}
"""Skills laid down so that the story has known strengths and weak links; all others are drawn."""


@dataclass(frozen=True, slots=True)
class When:
    """A month of the story, `step` months after its first."""

    month: Month
    step: int


@cache
def _standing(plant: str, key: str, trait: str) -> Decimal:
    """What does not change from month to month."""
    laid_down = SKILLS.get((plant, trait))
    skill = Decimal(laid_down) if laid_down else Decimal("0.6") * noise(plant, trait, "skill")
    return skill + Decimal("0.15") * noise(key, trait, "skill")


@cache
def _pace(plant: str, trait: str) -> Decimal:
    """How much a plant improves in three years: everybody does, some twice as much as others."""
    return Decimal("0.40") + Decimal("0.15") * noise(plant, trait, "pace")


def form(plant: str, key: str, trait: str, when: When) -> Decimal:
    """The form of a unit (by its key) in a trait."""
    progress = _pace(plant, trait) * (Decimal(when.step) / MONTHS - Decimal("0.7"))
    chance = Decimal("0.16") * noise(key, trait, when.month)
    total = _standing(plant, key, trait) + progress + SEASON[when.month.number - 1] + chance
    return max(Decimal(-1), min(Decimal(1), total))


def between(worst: str, best: str, state: Decimal) -> Decimal:
    """The figure that a form from -1 to 1 means on the scale from worst to best."""
    low, high = Decimal(worst), Decimal(best)
    return low + (high - low) * (state + 1) / 2
