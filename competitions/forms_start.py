"""Forms of many rows, for the guided start: rows nobody filled in are passed over."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.forms.models import BaseModelFormSet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.models import Competition, Group
from competitions.proposals import Proposal
from core.forms import NamedChoiceField
from core.templatetags.figures import in_language, plain
from plants.forms import DateInput
from plants.models import Equipment, Plant

# What names of works have in common tells nobody which of them is meant.
COMMON = {"and", "co", "company", "group", "iron", "ltd", "mill", "plant", "steel", "the", "works"}


def proposed_code(name: str, taken: set[str]) -> str:
    """A code made of a name, such as `daye` of “Daye Steel Plant”, that is not taken; empty where none can be made."""
    words = slugify(name).split("-")
    stem = "-".join(each for each in words if each not in COMMON) or "-".join(words)
    if not stem.strip("-_"):
        return ""
    stem = stem[:36]
    return next(each for each in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if each not in taken)


class Rows(BaseModelFormSet):
    """Rows that each add one thing. No two may get the same code, proposed or typed."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        # All rows propose from one set, so that two of one name get two codes.
        if not hasattr(self, "proposed"):
            self.proposed: dict[Any, set[str]] = {}
        return super().get_form_kwargs(index) | {"proposed": self.proposed}

    @property
    def filled(self) -> list[Any]:
        """The forms in which something was entered. Raises ValidationError where there is none."""
        filled = [form for form in self.forms if form.has_changed()]
        if not filled:
            raise ValidationError(_("Nothing is entered yet. Fill in at least one row."))
        return filled


class PlantRow(forms.ModelForm[Plant]):
    """A plant; a code left empty is proposed from its name."""

    class Meta:
        model = Plant
        fields = ("name", "name_zh", "city", "city_zh", "slug")

    def __init__(self, *args: Any, proposed: dict[Any, set[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Stands in addresses and never changes. Left empty, it is made of the name.")

    def clean_slug(self) -> str:
        taken = self.proposed.setdefault(None, set())
        slug: str = self.cleaned_data["slug"]
        if not slug and (name := self.cleaned_data.get("name")):
            slug = proposed_code(name, taken | set(Plant.objects.values_list("slug", flat=True)))
            if not slug:
                raise ValidationError(_("No code can be made of this name. Type one."))
        taken.add(slug)
        return slug


class EquipmentRow(forms.ModelForm[Equipment]):
    """A piece of equipment with the capacity it has from its first day in service on."""

    capacity = forms.DecimalField(
        label=gettext_lazy("Capacity"),
        max_digits=12,
        decimal_places=3,
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text=gettext_lazy("Furnaces in MVA, mills in mm, hammers in t."),
    )
    field_order = ("plant", "kind", "name", "name_zh", "capacity", "in_service_on", "code")

    class Meta:
        model = Equipment
        fields = ("plant", "kind", "name", "name_zh", "in_service_on", "code")
        field_classes = {"plant": NamedChoiceField, "kind": NamedChoiceField}
        labels = {"plant": gettext_lazy("Plant")}
        widgets = {"in_service_on": DateInput()}

    def __init__(self, *args: Any, proposed: dict[Any, set[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed
        self.fields["code"].required = False
        self.fields["code"].help_text = _("Left empty, it is made of the name.")

    def clean_code(self) -> str:
        plant = self.cleaned_data.get("plant")
        taken = self.proposed.setdefault(plant, set())
        code: str = self.cleaned_data["code"]
        if not code and plant and (name := self.cleaned_data.get("name")):
            code = proposed_code(name, taken | set(plant.equipment.values_list("code", flat=True)))
            if not code:
                raise ValidationError(_("No code can be made of this name. Type one."))
        taken.add(code)
        return code


class ProposalForm(forms.Form):
    """A proposed group: whether it is wanted, what it is called, and which equipment is entered."""

    wanted = forms.BooleanField(label=gettext_lazy("Make this group"), required=False, initial=True)
    name = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=120, required=False)
    pieces = forms.MultipleChoiceField(
        label=gettext_lazy("Entered in it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("The equipment has changed meanwhile. Look at it once more.")},
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal = proposal
        self.initial = {
            **self.initial,
            "name": proposal.name,
            "name_zh": proposal.name_zh,
            "pieces": [str(piece.pk) for piece, _capacity in proposal.pieces],
        }
        unit = proposal.kind.rating_unit
        self.fields["pieces"].choices = [  # type: ignore[attr-defined]
            (str(piece.pk), f"{in_language(piece.plant)} · {in_language(piece)} · {plain(capacity)} {unit}")
            for piece, capacity in proposal.pieces
        ]

    def group_of(self, competition: Competition, position: int) -> tuple[Group, list[Equipment]]:
        """The group, unsaved, and what is to be entered in it."""
        kind, (low, high) = self.proposal.kind, self.proposal.band
        group = Group(
            competition=competition,
            code=self.proposal.code,
            name=self.cleaned_data["name"],
            name_zh=self.cleaned_data["name_zh"],
            trade=kind.trade,
            kind=kind,
            capacity_from=low,
            capacity_to=high,
            position=position,
        )
        chosen = set(self.cleaned_data["pieces"])
        return group, [piece for piece, _capacity in self.proposal.pieces if str(piece.pk) in chosen]


class Proposals(forms.BaseFormSet[ProposalForm]):
    """A form for each proposal. What was proposed is worked out anew when it comes back."""

    def __init__(self, *args: Any, proposals: list[Proposal], **kwargs: Any) -> None:
        self.proposals = proposals
        super().__init__(*args, **kwargs)

    def total_form_count(self) -> int:
        return len(self.proposals)

    def initial_form_count(self) -> int:
        return len(self.proposals)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"proposal": self.proposals[index or 0]}

    def add_prefix(self, index: Any) -> str:
        return f"{self.prefix}-{self.proposals[index].code}"

    @property
    def wanted(self) -> list[ProposalForm]:
        """The forms of the groups that are wanted. Raises ValidationError where there is none."""
        wanted = [form for form in self.forms if form.cleaned_data["wanted"]]
        if not wanted:
            raise ValidationError(_("No group is chosen. Tick at least one."))
        return wanted


PlantRows = forms.modelformset_factory(Plant, form=PlantRow, formset=Rows, extra=5)
ProposalForms = forms.formset_factory(ProposalForm, formset=Proposals, extra=0)


def equipment_rows(extra: int) -> Any:
    """A set of so many rows of equipment."""
    return forms.modelformset_factory(Equipment, form=EquipmentRow, formset=Rows, extra=extra)
