from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm


def add_refusal(form: BaseForm, error: ValidationError) -> None:
    """Show a service's refusal at the fields it names; what the form does not have stands above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        known: Any = field if field in form.fields else None
        form.add_error(None if field == NON_FIELD_ERRORS else known, errors)
