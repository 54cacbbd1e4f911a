"""Units of counts and money in words; units of physics are the same in every language."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "count": pgettext_lazy("unit", "count"),
    "days": pgettext_lazy("unit", "days"),
    "heats": pgettext_lazy("unit", "heats"),
    "heats/lining": pgettext_lazy("unit", "heats/lining"),
    "min/heat": pgettext_lazy("unit", "min/heat"),
    "per 10⁶ h": pgettext_lazy("unit", "per 10⁶ h"),
    "t/heat": pgettext_lazy("unit", "t/heat"),
    "yuan": pgettext_lazy("unit", "yuan"),
    "yuan/t": pgettext_lazy("unit", "yuan/t"),
}


class HasUnit:
    """Something with a `unit`, as it is stored and exchanged, and its name on pages."""

    unit: str

    @property
    def unit_name(self) -> str:
        """The unit in the reader's language."""
        return str(WORDS.get(self.unit, self.unit))
