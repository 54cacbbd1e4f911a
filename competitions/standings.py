"""The pure arithmetic of standings: from the sums of a group's entries to values, ranks and reasons.

Nothing is a value: an entry without a value has a reason, no rank, and never stands above a number.

A group is worked column by column, an indicator at a time: this is where a run spends its time, twice the number of
entries times indicators (once for the year before), so tuples and lists stand here where objects would read as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from competitions.choices import Reason
from competitions.ranking import standard_ranks
from competitions.rulesets import PinnedIndicator, Rules, canonical_json, digest
from indicators.choices import Direction

Published = Mapping[str, tuple[int, Decimal]]
"""Published figures of an entry without raw measures: indicator code to (id, value)."""
Row = tuple[Decimal | None, Decimal | None, Decimal | None]
"""Value, numerator, denominator."""


class Sums(NamedTuple):
    """What counts of one entry in one period.

    `needed` months are asked for (those in service), `present` are there; `figures` are the sums of the measures that
    every present month holds. A measure that is missing in one of them is missing here.
    """

    needed: int
    present: int
    figures: Mapping[str, Decimal] = {}


class Competitor(NamedTuple):
    """An entry with its sums in the period and a year before, and its published figures.

    `late`: a counted return came after its grace. `in_band` is False where its capacity on the period's first day
    lies outside the group's band.
    """

    entry: int
    now: Sums
    before: Sums
    late: bool = False
    in_band: bool = True
    published: Published = {}
    published_before: Published = {}


class Column(NamedTuple):
    """Published figures of the entries in one indicator, each with its numerator and denominator, or a reason.

    Lists in the order of the entries. `sources` are the ids of the published figures that stand for values.
    """

    values: list[Decimal | None]
    numerators: list[Decimal | None]
    denominators: list[Decimal | None]
    reasons: list[str]
    sources: list[int | None]


class Placings(NamedTuple):
    """How the entries of a group stand in one indicator, in their order; `of` of them have a rank.

    `reasons` say why an entry is not ranked, though it may have a value.
    """

    indicator: str
    of: int
    now: Column
    before: Column
    ranks: list[int | None]
    reasons: list[str]


def placings(competitors: Sequence[Competitor], indicators: Sequence[PinnedIndicator], rules: Rules) -> list[Placings]:
    """Every entry of a group in every indicator, ranked 1-2-2-4 on the published figures."""
    now = _Year([each.now for each in competitors], [each.published for each in competitors], rules)
    before = _Year([each.before for each in competitors], [each.published_before for each in competitors], rules)
    placed = []
    for pinned in indicators:
        column = now.column(pinned)
        reasons = _blocked(competitors, column, pinned, rules)
        rankable = [None if reason else value for value, reason in zip(column.values, reasons, strict=True)]
        ranks = standard_ranks(rankable, pinned.definition.direction == Direction.UP)
        of = len(ranks) - ranks.count(None)
        placed.append(Placings(pinned.definition.code, of, column, before.column(pinned), ranks, reasons))
    return placed


class _Year:
    """What counts of a group's entries in one period, ready to be worked indicator by indicator."""

    def __init__(self, sums: Sequence[Sums], published: Sequence[Published], rules: Rules) -> None:
        self.figures = [each.figures for each in sums]
        # An indicator that is a plain sum needs all months, whatever the rules say of ratios.
        self.gaps_of_sums = [_gap(each, each.needed) for each in sums]
        self.gaps = [_gap(each, rules.months_needed(each.needed)) for each in sums]
        self.published = [
            (index, figures)
            for index, (each, figures) in enumerate(zip(sums, published, strict=True))
            if figures and not each.present
        ]

    def column(self, pinned: PinnedIndicator) -> Column:
        """The entries' figures: from their returns, else the published one, else a reason."""
        definition = pinned.definition
        compute = definition.compute
        rows: list[Row] = []
        reasons: list[str] = []
        for figures, gap in zip(self.figures, self.gaps_of_sums if definition.is_sum else self.gaps, strict=True):
            row, reason = _NOTHING, gap
            if not gap:
                try:
                    row = compute(figures)
                except KeyError:
                    reason = Reason.MISSING_FIGURE
                else:
                    if row[0] is None:
                        reason = Reason.ZERO_DENOMINATOR
            rows.append(row)
            reasons.append(reason)
        sources: list[int | None] = [None] * len(rows)
        for index, published in self.published:
            if definition.code in published:
                sources[index], value = published[definition.code]
                rows[index], reasons[index] = (value, None, None), ""
        values, numerators, denominators = map(list, zip(*rows, strict=True)) if rows else ([], [], [])
        return Column(values, numerators, denominators, reasons, sources)


_NOTHING: Row = (None, None, None)


def _gap(sums: Sums, needed: int) -> str:
    """Why an entry has no figure at all, empty where it has."""
    if not sums.needed:
        return Reason.NOT_IN_SERVICE
    if not sums.present or sums.present < needed:
        return Reason.MISSING_MONTH
    return ""


def _blocked(competitors: Sequence[Competitor], column: Column, pinned: PinnedIndicator, rules: Rules) -> list[str]:
    """Why each entry is not ranked, empty where it is. Eligibility comes first."""
    reasons = [
        reason if each.in_band else Reason.OUT_OF_BAND for each, reason in zip(competitors, column.reasons, strict=True)
    ]
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


def _texts(column: Iterable[Decimal | None]) -> list[str | None]:
    return [None if each is None else str(each) for each in column]


def inputs_digest(competitors: Sequence[Competitor], indicators: Sequence[PinnedIndicator]) -> str:
    """The hash of everything that a group's placings are computed from."""
    measures = sorted({code for each in indicators for code in each.measures})

    def sums(each: Sums) -> str:
        # Written as one text: a document of a quarter of a million texts would take longer than the ranks.
        figures = map(str, map(each.figures.get, measures))
        return f"{each.needed} {each.present} {' '.join(figures)}"

    def published(figures: Published) -> dict[str, str]:
        return {code: str(value) for code, (_source, value) in figures.items()}

    facts = [
        (
            each.entry,
            each.late,
            each.in_band,
            sums(each.now),
            sums(each.before),
            published(each.published),
            published(each.published_before),
        )
        for each in competitors
    ]
    return digest({"indicators": [each.definition.code for each in indicators], "measures": measures, "entries": facts})
