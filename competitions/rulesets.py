"""The rules of standings as one immutable document: pinned formulas, the months needed, the smallest ranked group."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indicators.definitions import Definition


def canonical_json(thing: Any) -> str:
    """One way to write a document, so that equal documents have equal hashes."""
    return json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(thing: Any) -> str:
    """SHA-256 of a document, in hex."""
    return hashlib.sha256(canonical_json(thing).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PinnedIndicator:
    """An indicator as the rules fix it: version and parsed definition, and the trade it belongs to."""

    definition: Definition
    version: int
    trade: str
    measures: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """The document read. `minimum_months` None: all months of the period are needed."""

    indicators: tuple[PinnedIndicator, ...]
    minimum_months: int | None
    small_group: int

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Rules":
        indicators = []
        for each in document["indicators"]:
            definition = Definition.read(
                code=each["code"],
                numerator=each["numerator"],
                denominator=each["denominator"],
                factor=Decimal(each["factor"]),
                direction=each["direction"],
                decimals=each["decimals"],
                known=each["measures"],
            )
            indicators.append(PinnedIndicator(definition, each["version"], each["trade"], definition.measures))
        return cls(tuple(indicators), document["minimum_months"], document["small_group"])

    def of_group(self, trade: str, *, whole_plants: bool) -> list[PinnedIndicator]:
        """What a group is ranked on: its trade's indicators; whole plants also on those of no single trade.

        A group of whole plants without a trade is ranked on everything.
        """
        trades = {trade, ""} if whole_plants else {trade}
        return [each for each in self.indicators if each.trade in trades or (whole_plants and not trade)]

    def measures(self, trade: str, *, whole_plants: bool) -> list[str]:
        """Codes of all measures that the group's indicators read, sorted."""
        pinned = self.of_group(trade, whole_plants=whole_plants)
        return sorted({code for each in pinned for code in each.measures})

    def leading(self, trade: str) -> PinnedIndicator | None:
        """The indicator that comes first in a trade, or first of all where no trade is given."""
        return next((each for each in self.indicators if not trade or each.trade == trade), None)

    def months_needed(self, months: int) -> int:
        """How many of `months` must be present."""
        return months if self.minimum_months is None else min(months, self.minimum_months)
