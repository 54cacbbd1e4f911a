from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PersonField
from competitions.choices import Cadence, CompetitionRole
from competitions.models import Competition, Group, every_cadence
from core.forms import NamedChoiceField, PlainDecimals
from core.periods import Month, Period, PeriodError
from core.templatetags.figures import in_language
from indicators.models import Indicator
from plants.models import Equipment, Plant


class MonthField(forms.CharField):
    """A month typed as 2026-10 (browsers show their month picker); its value is the month's first day."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"})

    def prepare_value(self, value: Any) -> Any:
        return str(Month.of(value)) if isinstance(value, date) else value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return Month.parse(value.strip()).first_day
        except PeriodError:
            raise forms.ValidationError(_("Write the month like 2026-10.")) from None


class CompetitionForm(forms.ModelForm[Competition]):
    starts = MonthField(label=_("First month"))
    ends = MonthField(label=_("Last month"))
    published_through = MonthField(label=_("Published up to the month"), required=False)
    cadence = forms.MultipleChoiceField(
        label=_("Ranked by themselves"),
        choices=Cadence.choices,
        initial=every_cadence,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Competition
        fields = (
            "slug",
            "name",
            "name_zh",
            "about",
            "about_zh",
            "starts",
            "ends",
            "visibility",
            "published_through",
            "small_group",
            "minimum_months",
            "cadence",
            "calendar",
            "second_factor",
        )
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("about", "about_zh")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].disabled = bool(self.instance.pk)


class GroupForm(PlainDecimals, forms.ModelForm[Group]):
    class Meta:
        model = Group
        field_classes = {"kind": NamedChoiceField}
        fields = (
            "code",
            "name",
            "name_zh",
            "entry_type",
            "trade",
            "kind",
            "capacity_from",
            "capacity_to",
            "position",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = bool(self.instance.pk)
        self.fields["entry_type"].disabled = bool(self.instance.pk)


class EntryForm(forms.Form):
    """A piece of equipment of the group's kind, or a plant where whole plants compete."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entered = group.entries.filter(withdrawn=False)
        if group.is_of_plants:
            plants = Plant.objects.exclude(pk__in=entered.values("plant"))
            self.fields["plant"] = NamedChoiceField(plants, label=_("Plant"))
        else:
            free = Equipment.objects.filter(kind=group.kind_id).exclude(pk__in=entered.values("equipment"))
            self.fields["equipment"] = EquipmentChoiceField(
                free.select_related("plant").order_by("plant__name", "code"), label=_("Equipment")
            )


class EquipmentChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, equipment: Any) -> str:
        return f"{in_language(equipment.plant)} · {in_language(equipment)}"


class RoleForm(forms.Form):
    """A person, by e-mail address, and a role in the competition."""

    user = PersonField()
    role = forms.ChoiceField(label=_("Role"), choices=CompetitionRole.choices)


class BaseFigureForm(forms.Form):
    """A published figure without raw measures."""

    indicator = NamedChoiceField(Indicator.objects.all(), label=_("Indicator"))
    period = forms.CharField(label=_("Period"), help_text=_("Such as 1958, 1958-H1 or 1958-08."))
    value = forms.DecimalField(label=_("Published figure"), max_digits=20, decimal_places=9)
    source = forms.CharField(label=_("Source, in English"), widget=forms.Textarea(attrs={"rows": 2}))
    source_zh = forms.CharField(label=_("Source, in Chinese"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_period(self) -> Period:
        try:
            return Period.parse(self.cleaned_data["period"].strip())
        except PeriodError:
            raise forms.ValidationError(_("Write a period like 1959-08, 1959-Q3, 1959-H1 or 1959.")) from None

    def clean_value(self) -> Decimal:
        return self.cleaned_data["value"].normalize()
