"""What an indicator tells, for people: its formula in words and when it has no value."""

from dataclasses import dataclass
from functools import cached_property

from indicators.definitions import Definition
from indicators.models import Indicator, IndicatorVersion, Measure
from indicators.selectors import definition_of, newest_versions
from indicators.wording import formula_words, names_with_units


@dataclass(frozen=True, slots=True)
class Help:
    """The formula with names and units of its measures, and what it divides by (empty for a plain sum)."""

    indicator: Indicator
    formula: str
    divisor: str


class Explainer:
    """Explains indicators in the reader's language; reads the catalogue once, however many are asked about."""

    @cached_property
    def _names(self) -> dict[str, str]:
        return names_with_units(Measure.objects.all())

    @cached_property
    def _newest(self) -> dict[int, IndicatorVersion]:
        return {version.indicator_id: version for version in newest_versions()}

    def explain(self, indicator: Indicator, definition: Definition | None = None) -> Help:
        """The indicator by `definition`, as rules may have fixed it, else by its newest formula."""
        names = self._names
        if definition is None:
            definition = definition_of(self._newest[indicator.pk], set(names))
        below = definition.denominator
        return Help(indicator, formula_words(definition, names), below.words(names) if below else "")
