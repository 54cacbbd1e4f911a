from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainDecimals
from indicators.models import Indicator, Measure


class MeasureForm(PlainDecimals, forms.ModelForm[Measure]):
    """A measure; code and unit are fixed once it exists."""

    class Meta:
        model = Measure
        fields = (
            "code",
            "name",
            "name_zh",
            "unit",
            "trade",
            "level",
            "decimals",
            "minimum",
            "maximum",
            "help",
            "help_zh",
        )
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("help", "help_zh")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("code", "unit", "trade", "level"):
                self.fields[name].disabled = True


class IndicatorForm(PlainDecimals, forms.ModelForm[Indicator]):
    """An indicator with the text of its formula."""

    numerator = forms.CharField(
        label=_("Numerator"),
        max_length=500,
        help_text=_("Measures, numbers, + - * and brackets, such as 0.1229*kwh + fuel_kgce."),
    )
    denominator = forms.CharField(
        label=_("Denominator"), max_length=500, required=False, help_text=_("Leave empty for a plain sum.")
    )
    factor = forms.DecimalField(
        label=_("Factor"),
        initial=Decimal(1),
        max_digits=20,
        decimal_places=9,
        help_text=_("100 for a percentage."),
    )

    class Meta:
        model = Indicator
        fields = (
            "code",
            "number",
            "name",
            "name_zh",
            "unit",
            "trade",
            "direction",
            "decimals",
            "numerator",
            "denominator",
            "factor",
            "band_low",
            "band_high",
            "note",
            "note_zh",
            "source",
            "source_zh",
        )
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("note", "note_zh", "source", "source_zh")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
            newest = self.instance.versions.order_by("-number").first()
            if newest:
                self.initial.update(
                    {
                        "numerator": newest.numerator,
                        "denominator": newest.denominator,
                        "factor": newest.factor,
                    }
                )
