"""The pure arithmetic of standings: from the sums of a group's entries to values, ranks and reasons.

Nothing is a value: an entry without a value has a reason, no rank, and never stands above a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from competitions.choices import Reason
from competitions.ranking import standard_ranks
from competitions.rulesets import PinnedIndicator, Rules
from indicators.arithmetic import change
from indicators.choices import Direction


@dataclass(frozen=True, slots=True)
class Sums:
    """What counts of one entry in one period.

    `needed` months are asked for (those in service), `present` are there; `sums` of each measure over the present
    months and `counts` how many of them hold the measure. `late`: a counted return came after its grace.
    """

    needed: int
    present: int
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    late: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A published figure with its numerator and denominator, or the reason why there is none."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reason: str = ""
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Competitor:
    """An entry with its sums in the period and a year before, and its published figures by indicator code.

    `in_band` is False where its capacity on the period's first day lies outside the group's band.
    """

    entry: int
    now: Sums
    before: Sums
    in_band: bool = True
    published: Mapping[str, tuple[int, Decimal]] = field(default_factory=dict)
    published_before: Mapping[str, tuple[int, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placing:
    """How an entry stands in one indicator."""

    entry: int
    indicator: str
    value: Value
    base: Value
    change: Decimal | None
    change_pct: Decimal | None
    rank: int | None
    of: int
    reason: str
    late: bool


def value_of(sums: Sums, pinned: PinnedIndicator, rules: Rules, published: tuple[int, Decimal] | None) -> Value:
    """The entry's figure: from its returns, else the published one, else a reason."""
    definition = pinned.definition
    if not sums.present and published is not None:
        return Value(published[1], source=published[0])
    if not sums.needed:
        return Value(None, reason=Reason.NOT_IN_SERVICE)
    needed = sums.needed if definition.is_sum else rules.months_needed(sums.needed)
    if sums.present < needed or not sums.present:
        return Value(None, reason=Reason.MISSING_MONTH)
    if any(sums.counts.get(code, 0) < sums.present for code in pinned.measures):
        return Value(None, reason=Reason.MISSING_FIGURE)
    value, numerator, denominator = definition.compute(sums.sums)
    reason = Reason.ZERO_DENOMINATOR if value is None else ""
    return Value(value, numerator, denominator, reason)


def placings(competitors: Sequence[Competitor], indicators: Sequence[PinnedIndicator], rules: Rules) -> list[Placing]:
    """Every entry of a group in every indicator, ranked 1-2-2-4 on the published figures."""
    placed: list[Placing] = []
    for pinned in indicators:
        code = pinned.definition.code
        values = [value_of(each.now, pinned, rules, each.published.get(code)) for each in competitors]
        bases = [value_of(each.before, pinned, rules, each.published_before.get(code)) for each in competitors]
        blocked = _blocked(competitors, values, pinned, rules)
        rankable = [None if reason else value.value for value, reason in zip(values, blocked, strict=True)]
        ranks = standard_ranks(rankable, pinned.definition.direction == Direction.UP)
        of = sum(rank is not None for rank in ranks)
        for each, value, base, reason, rank in zip(competitors, values, bases, blocked, ranks, strict=True):
            absolute = percent = None
            if value.value is not None and base.value is not None:
                absolute, percent = change(value.value, base.value)
            placed.append(Placing(each.entry, code, value, base, absolute, percent, rank, of, reason, each.now.late))
    return placed


def _blocked(
    competitors: Sequence[Competitor], values: Sequence[Value], pinned: PinnedIndicator, rules: Rules
) -> list[str]:
    """Why each entry is not ranked, empty where it is. Eligibility comes first."""
    reasons = [
        Reason.OUT_OF_BAND if not each.in_band else value.reason
        for each, value in zip(competitors, values, strict=True)
    ]
    if pinned.definition.direction == Direction.INFO:
        return [reason or Reason.NOT_RANKED for reason in reasons]
    if sum(not reason for reason in reasons) < rules.small_group:
        return [reason or Reason.SMALL_GROUP for reason in reasons]
    return reasons
