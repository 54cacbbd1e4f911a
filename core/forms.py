from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm, BaseFormSet, ModelChoiceField

from core.templatetags.figures import in_language


class NamedChoiceField(ModelChoiceField):
    """A choice among bilingual objects, each by its name in the reader's language."""

    def label_from_instance(self, thing: Any) -> str:
        return in_language(thing)


class PlainDecimals:
    """A form that shows stored decimals as people write them: `0`, `20000`, not `0E-9` or `20000.000000000`."""

    def get_initial_for_field(self, field: Any, field_name: str) -> Any:
        value = super().get_initial_for_field(field, field_name)  # type: ignore[misc]
        return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def add_refusal(form: BaseForm | BaseFormSet[Any], error: ValidationError) -> None:
    """Show a service's refusal at the fields it names; what the form does not have stands above the form."""
    if isinstance(form, BaseFormSet):
        form.non_form_errors().extend(error.messages)
        return
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        known: Any = field if field in form.fields else None
        form.add_error(None if field == NON_FIELD_ERRORS else known, errors)
