"""An indicator ready to compute with: parsed formula, factor, direction, decimals. Plain values, no database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.arithmetic import ratio, ratios
from indicators.formula import LinearForm, parse

Figures = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Definition:
    """`factor x numerator / denominator`, rounded once to `decimals`; no denominator means a plain sum."""

    code: str
    numerator: LinearForm
    denominator: LinearForm | None
    factor: Decimal
    direction: str
    decimals: int

    @classmethod
    def read(
        cls,
        *,
        code: str,
        numerator: str,
        denominator: str,
        factor: Decimal,
        direction: str,
        decimals: int,
        known: Collection[str],
    ) -> "Definition":
        """Parse the two formulas over the measures `known`. Raises FormulaError."""
        return cls(
            code=code,
            numerator=parse(numerator, known),
            denominator=parse(denominator, known) if denominator else None,
            factor=factor,
            direction=direction,
            decimals=decimals,
        )

    @property
    def measures(self) -> frozenset[str]:
        """Codes of all measures that the formula reads."""
        return self.numerator.measures | (self.denominator.measures if self.denominator else frozenset())

    @property
    def is_sum(self) -> bool:
        return self.denominator is None

    def compute(self, sums: Mapping[str, Decimal]) -> tuple[Decimal | None, Decimal, Decimal | None]:
        """Value (None: denominator <= 0), numerator and denominator from the sums of the measures."""
        above = self.numerator.evaluate(sums)
        below = self.denominator.evaluate(sums) if self.denominator else None
        return ratio(above, below, self.factor, self.decimals), above, below

    def columns(self, figures: Mapping[str, Figures]) -> tuple[Figures, Figures, Figures]:
        """Values, numerators and denominators of many at once, from a column of sums for every measure.

        No value where a sum that the formula reads is None.
        """
        above = self.numerator.column(figures)
        if self.denominator is None:
            values = [None if over is None else ratio(over, None, self.factor, self.decimals) for over in above]
            return values, above, [None] * len(above)
        below = self.denominator.column(figures)
        return ratios(above, below, self.factor, self.decimals), above, below
