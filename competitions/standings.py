"""The pure arithmetic of standings: from the sums of a group's entries to values, ranks and reasons.

Nothing is a value: an entry without a value has a reason, no rank, and never stands above a number.

A group is worked column by column, as lists in the order of its entries: a run of 10,000 entries and 12 indicators
makes a quarter of a million values here, and an object for each would take longer than their arithmetic.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from competitions.choices import Reason
from competitions.ranking import standard_ranks
from competitions.rulesets import PinnedIndicator, Rules, digest
from indicators.choices import Direction
from indicators.definitions import Figures
from indicators.formula import LinearForm

Published = Mapping[str, tuple[int, Decimal]]
"""Published figures of an entry without raw measures: indicator code to (id, value)."""


Texts = Sequence[str | None]
"""Decimals as they are written."""


class Year(NamedTuple):
    """What counts of a group's entries in one period.

    `needed` months are asked for (those in service), `present` are there. `figures` are the sums of each measure over
    the present months, None where one of them lacks it. `published` figures, by the entry's place, stand in where no
    month is present.
    """

    needed: Sequence[int]
    present: Sequence[int]
    figures: Mapping[str, Texts]
    published: Mapping[int, Published]


class Inputs(NamedTuple):
    """Everything that a group's standings are computed from: its entries (ids), the period and that a year before.

    `late`: a counted return came after its grace. `in_band` is False where the capacity on the period's first day
    lies outside the group's band.
    """

    entries: Sequence[int]
    late: Sequence[bool]
    in_band: Sequence[bool]
    now: Year
    before: Year


class Column(NamedTuple):
    """Published figures of the entries in one indicator, each with its numerator and denominator, or a reason.

    `sources` are the ids of the published figures that stand for values.
    """

    values: Figures
    numerators: Texts
    denominators: Texts
    reasons: Sequence[str]
    sources: Sequence[int | None]


class Placings(NamedTuple):
    """How the entries stand in one indicator; `of` of them have a rank, the others a reason why not."""

    indicator: str
    of: int
    now: Column
    before: Column
    ranks: Sequence[int | None]
    reasons: Sequence[str]


def placings(inputs: Inputs, indicators: Sequence[PinnedIndicator], rules: Rules) -> list[Placings]:
    """Every entry of a group in every indicator, ranked 1-2-2-4 on the published figures."""
    placed = []
    now, before = _Columns(inputs.now, rules), _Columns(inputs.before, rules)
    for pinned in indicators:
        column = now.of(pinned)
        reasons = _blocked(column.reasons, inputs.in_band, pinned, rules)
        rankable = [None if reason else value for value, reason in zip(column.values, reasons, strict=True)]
        ranks = standard_ranks(rankable, pinned.definition.direction == Direction.UP)
        of = len(ranks) - ranks.count(None)
        placed.append(Placings(pinned.definition.code, of, column, before.of(pinned), ranks, reasons))
    return placed


class _Columns:
    """The columns of one year, indicator by indicator."""

    def __init__(self, year: Year, rules: Rules) -> None:
        self.texts = year.figures
        self.figures = {
            code: [None if text is None else Decimal(text) for text in texts] for code, texts in year.figures.items()
        }
        # An indicator that is a plain sum needs all months, whatever the rules ask of ratios.
        self.gaps = self.gaps_of_sums = _gaps(year, year.needed)
        if rules.minimum_months is not None:
            self.gaps = _gaps(year, [rules.months_needed(months) for months in year.needed])
        self.published = {place: each for place, each in year.published.items() if not year.present[place]}

    def of(self, pinned: PinnedIndicator) -> Column:
        """The entries' figures: from their returns, else the published one, else a reason."""
        definition = pinned.definition
        gaps = self.gaps_of_sums if definition.is_sum else self.gaps
        values, above, below = definition.columns(self.figures)
        reasons = [
            gap or ("" if value is not None else _why_none(over, under))
            for gap, value, over, under in zip(gaps, values, above, below, strict=True)
        ]
        numerators = self._written(definition.numerator, above)
        denominators = self._written(definition.denominator, below)
        if any(reasons):
            shown = [reason in ("", Reason.ZERO_DENOMINATOR) for reason in reasons]
            values = _where(shown, values)
            numerators, denominators = _where(shown, numerators), _where(shown, denominators)
        sources: list[int | None] = [None] * len(reasons)
        if self.published:
            values = list(values)
            for place, published in self.published.items():
                if definition.code in published:
                    sources[place], values[place] = published[definition.code]
                    reasons[place] = ""
        return Column(values, numerators, denominators, reasons, sources)

    def _written(self, form: LinearForm | None, column: Figures) -> Texts:
        """A side of an indicator as text; what is read as text need not be written again."""
        lone = form.lone if form else ""
        return self.texts[lone] if lone else [None if each is None else str(each) for each in column]


def _where(shown: Sequence[bool], column: Sequence[Any]) -> list[Any]:
    return [each if show else None for show, each in zip(shown, column, strict=True)]


def _why_none(numerator: Decimal | None, denominator: Decimal | None) -> str:
    """Why there is no value of these; a plain sum has no denominator either."""
    return Reason.MISSING_FIGURE if numerator is None or denominator is None else Reason.ZERO_DENOMINATOR


def _gaps(year: Year, needed: Sequence[int]) -> list[str]:
    """Why an entry has no figure at all, empty where it has: `needed` months must be present."""
    return [
        Reason.NOT_IN_SERVICE if not served else Reason.MISSING_MONTH if present < least or not present else ""
        for served, present, least in zip(year.needed, year.present, needed, strict=True)
    ]


def _blocked(reasons: Sequence[str], in_band: Sequence[bool], pinned: PinnedIndicator, rules: Rules) -> Sequence[str]:
    """Why each entry is not ranked, empty where it is. Eligibility comes first."""
    if not all(in_band):
        reasons = [reason if within else Reason.OUT_OF_BAND for reason, within in zip(reasons, in_band, strict=True)]
    if pinned.definition.direction == Direction.INFO:
        return [reason or Reason.NOT_RANKED for reason in reasons]
    if reasons.count("") < rules.small_group:
        return [reason or Reason.SMALL_GROUP for reason in reasons]
    return reasons


def table_of(placed: Placings) -> dict[str, str]:
    """The columns of a standings table as they are stored, by name."""
    now, before = placed.now, placed.before
    return {
        "value": written(now.values),
        "numerator": written(now.numerators),
        "denominator": written(now.denominators),
        "base": written(before.values),
        "rank": written(placed.ranks),
        "reason": written([reason or None for reason in placed.reasons]),
        "source": written(now.sources),
        "base_source": written(before.sources),
    }


def written(column: Sequence[object]) -> str:
    """A column as text: its cells with a space between, `-` for None, no text at all where nothing is in it."""
    if not any(column) and column.count(None) == len(column):
        return ""
    # Much faster than asking every cell; none holds the word.
    return " ".join(map(str, column)).replace("None", "-")


def cells(text: str, count: int) -> list[str | None]:
    """A column of so many cells, read again."""
    return [None if cell == "-" else cell for cell in text.split(" ")] if text else [None] * count


def inputs_digest(inputs: Inputs, indicators: Sequence[PinnedIndicator]) -> str:
    """The hash of everything that a group's placings are computed from, but for the rules."""
    return digest(
        {
            "indicators": [each.definition.code for each in indicators],
            "entries": inputs.entries,
            "late": inputs.late,
            "in_band": inputs.in_band,
            "now": _facts(inputs.now),
            "before": _facts(inputs.before),
        }
    )


def _facts(year: Year) -> dict[str, Any]:
    return {
        "needed": year.needed,
        "present": year.present,
        "figures": {code: written(column) for code, column in year.figures.items()},
        "published": {
            place: {code: str(value) for code, (_id, value) in figures.items()}
            for place, figures in year.published.items()
        },
    }
