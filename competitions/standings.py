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
from competitions.rulesets import PinnedIndicator, Rules, canonical_json, digest
from indicators.choices import Direction
from indicators.definitions import Figures

Published = Mapping[str, tuple[int, Decimal]]
"""Published figures of an entry without raw measures: indicator code to (id, value)."""


class Year(NamedTuple):
    """What counts of a group's entries in one period.

    `needed` months are asked for (those in service), `present` are there. `figures` are the sums of each measure over
    the present months, None where one of them lacks it. `published` figures stand in where no month is present.
    """

    needed: Sequence[int]
    present: Sequence[int]
    figures: Mapping[str, Figures]
    published: Sequence[Published]


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
    numerators: Figures
    denominators: Figures
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
        self.year = year
        self.gaps = _gaps(year, [rules.months_needed(months) for months in year.needed])
        # An indicator that is a plain sum needs all months, whatever the rules ask of ratios.
        self.gaps_of_sums = self.gaps if rules.minimum_months is None else _gaps(year, year.needed)
        self.published = [
            (index, published)
            for index, (present, published) in enumerate(zip(year.present, year.published, strict=True))
            if published and not present
        ]

    def of(self, pinned: PinnedIndicator) -> Column:
        """The entries' figures: from their returns, else the published one, else a reason."""
        definition = pinned.definition
        gaps = self.gaps_of_sums if definition.is_sum else self.gaps
        values, above, below = definition.columns(self.year.figures)
        reasons = [
            gap or ("" if value is not None else _why_none(over, under))
            for gap, value, over, under in zip(gaps, values, above, below, strict=True)
        ]
        if any(reasons):
            shown = [reason in ("", Reason.ZERO_DENOMINATOR) for reason in reasons]
            values, above, below = (
                [figure if each else None for each, figure in zip(shown, column, strict=True)]
                for column in (values, above, below)
            )
        sources: list[int | None] = [None] * len(reasons)
        if self.published:
            values = list(values)
            for index, published in self.published:
                if definition.code in published:
                    sources[index], values[index] = published[definition.code]
                    reasons[index] = ""
        return Column(values, above, below, reasons, sources)


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


def columns_of(placed: Placings) -> str:
    """The columns of a standings table, as written; see there."""
    now, before = placed.now, placed.before
    columns: dict[str, Sequence[Any]] = {
        "value": _texts(now.values),
        "numerator": _texts(now.numerators),
        "denominator": _texts(now.denominators),
        "base": _texts(before.values),
        "rank": placed.ranks,
        "reason": placed.reasons,
        "source": now.sources,
        "base_source": before.sources,
    }
    return canonical_json({name: column for name, column in columns.items() if any(column)})


def _texts(column: Figures) -> list[str | None]:
    return [None if each is None else str(each) for each in column]


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
        "figures": {code: " ".join(map(str, column)) for code, column in year.figures.items()},
        "published": [{code: str(value) for code, (_id, value) in each.items()} for each in year.published],
    }
