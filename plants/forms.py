from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import InvitationForm, PersonField
from core.forms import NamedChoiceField
from plants.choices import PlantRole
from plants.models import Equipment, Plant, Rating, ReportingCalendar


class DateInput(forms.DateInput):
    """The browser's own date field; the value is written as it expects."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class PlantForm(forms.ModelForm[Plant]):
    class Meta:
        model = Plant
        fields = ("slug", "name", "name_zh", "city", "city_zh", "calendar")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].help_text = _("Stands in addresses and data packages; it never changes.")
        self.fields["slug"].disabled = bool(self.instance.pk)


class CalendarForm(forms.ModelForm[ReportingCalendar]):
    class Meta:
        model = ReportingCalendar
        fields = ("name", "due_days", "grace_days", "lock_days", "time_zone")


class EquipmentForm(forms.ModelForm[Equipment]):
    class Meta:
        model = Equipment
        fields = ("code", "name", "name_zh", "kind", "in_service_on", "retired_on")
        field_classes = {"kind": NamedChoiceField}
        widgets = {"in_service_on": DateInput(), "retired_on": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("code", "kind"):
            self.fields[name].disabled = bool(self.instance.pk)


class RatingForm(forms.ModelForm[Rating]):
    class Meta:
        model = Rating
        fields = ("capacity", "valid_from")
        widgets = {"valid_from": DateInput()}


class MemberInvitationForm(InvitationForm):
    """Whom to invite into which role at a plant."""

    role = forms.ChoiceField(label=_("Role"), choices=PlantRole.choices)
    field_order = ("email", "role", "language")


class MembershipForm(forms.Form):
    """A person, by e-mail address, and a role."""

    user = PersonField()
    role = forms.ChoiceField(label=_("Role"), choices=PlantRole.choices)


class ReasonForm(forms.Form):
    """A reason that stays in the history."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays in the history."),
    )
