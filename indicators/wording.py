"""Formulas and their faults in words, in the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.templatetags.figures import in_language, plain
from indicators.definitions import Definition
from indicators.formula import FormulaError, FormulaReason
from indicators.models import Measure


def fault_text(error: FormulaError) -> str:
    """What is wrong with a formula, and where (counted from 1)."""
    reasons = {
        FormulaReason.EMPTY: _("The formula is empty. Name at least one measure."),
        FormulaReason.UNKNOWN_MEASURE: _("“%(token)s” is not a measure of the catalogue, or belongs to another trade."),
        FormulaReason.PRODUCT_OF_MEASURES: _(
            "Two measures are multiplied. Every term may hold one measure only, so that sums over months stay right."
        ),
        FormulaReason.LONE_CONSTANT: _("A number stands without a measure. Multiply it with one or take it away."),
        FormulaReason.UNBALANCED_BRACKET: _("A bracket is opened or closed without its partner."),
        FormulaReason.UNEXPECTED_CHARACTER: _(
            "“%(token)s” has no meaning here. Use measures, numbers, + - * and brackets."
        ),
        FormulaReason.UNEXPECTED_END: _("The formula stops too early: something must follow."),
        FormulaReason.MISSING_OPERATOR: _("An operator (+ - *) is missing before “%(token)s”."),
        FormulaReason.TOO_LONG: _("The formula is too long."),
        FormulaReason.TOO_DEEP: _("The brackets are nested too deeply."),
        FormulaReason.BAD_NUMBER: _("“%(token)s” is not a number. Write it like 0.1229."),
        FormulaReason.CANCELS_OUT: _("The terms cancel each other: nothing is left to sum."),
    }
    text = reasons[error.reason] % {"token": error.token}
    return _("Position %(place)d: %(text)s") % {"place": error.position + 1, "text": text}


def formula_words(definition: Definition, names: Mapping[str, str]) -> str:
    """The formula with the names of its measures: `100 × Qualified steel ÷ Steel inspected`."""

    def side(form) -> str:  # type: ignore[no-untyped-def]
        text = form.words(names)
        return f"({text})" if len(form.terms) > 1 else text

    words = side(definition.numerator) if definition.denominator else definition.numerator.words(names)
    if definition.factor != 1:
        words = f"{definition.factor.normalize():f} × {words}"
    return f"{words} ÷ {side(definition.denominator)}" if definition.denominator else words


def names_with_units(measures: Iterable[Measure]) -> dict[str, str]:
    """What measures are called in a formula, by code: `Good steel output (t)`."""
    form = pgettext("measure and its unit", "%(name)s (%(unit)s)")
    return {each.code: form % {"name": in_language(each), "unit": each.unit_name} for each in measures}


def entry_rule(measure: Measure) -> str:
    """How a figure of the measure is typed: `In t, up to 3 decimals, 0 or more.`"""
    if measure.decimals:
        places = ngettext("up to %(count)d decimal", "up to %(count)d decimals", measure.decimals)
        words = [places % {"count": measure.decimals}]
    else:
        words = [_("whole numbers")]
    low, high = measure.minimum, measure.maximum
    if low is not None and high is not None:
        words.append(_("from %(low)s to %(high)s") % {"low": plain(low), "high": plain(high)})
    elif low is not None:
        words.append(_("%(low)s or more") % {"low": plain(low)})
    elif high is not None:
        words.append(_("%(high)s or less") % {"high": plain(high)})
    rules = pgettext("list", ", ").join(words)
    return _("In %(unit)s: %(rules)s.") % {"unit": measure.unit_name, "rules": rules}
