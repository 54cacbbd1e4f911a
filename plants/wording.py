"""Findings and number faults as sentences for the person at the field."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from core.templatetags.figures import figure, plain
from plants.checks import Fault, Finding
from plants.numbers import NumberFault


def number_fault_text(fault: NumberFault, decimals: int) -> str:
    """Why what was typed is not taken, and what to type instead."""
    match fault:
        case NumberFault.DECIMAL_COMMA:
            return _("Use a point for decimals, as in 6412.5. A comma may only group thousands.")
        case NumberFault.TOO_MANY_DECIMALS:
            if decimals == 0:
                return _("This must be a whole number.")
            return _("At most %(decimals)d decimals are kept for this measure.") % {"decimals": decimals}
    return _("This is not a number. Type digits, as in 6412.5, or leave the field empty.")


def finding_text(finding: Finding, names: Mapping[str, str]) -> str:
    """A finding as one sentence; `names` maps measure codes to names in the reader's language."""
    other = finding.other
    words = {
        "value": plain(finding.value),
        "other": names.get(other, other) if isinstance(other, str) else plain(other),
        "measure": names.get(finding.measure, finding.measure),
    }
    if isinstance(other, Decimal) and finding.fault in (Fault.OVERLOADED, Fault.HIGH_LOAD):
        words["value"] = figure(finding.value, 2)
    texts = {
        Fault.BELOW_MINIMUM: _("%(measure)s cannot be less than %(other)s."),
        Fault.ABOVE_MAXIMUM: _("%(measure)s cannot be more than %(other)s."),
        Fault.MORE_THAN_WHOLE: _("%(measure)s cannot be more than %(other)s."),
        Fault.CHARGE_BELOW_STEEL: _("The charge must be at least the steel made from it: %(other)s kg."),
        Fault.REJECTS_DO_NOT_ADD_UP: _(
            "Qualified and rejected steel must add up to the steel inspected: %(other)s t of rejects would fit."
        ),
        Fault.MORE_HOURS_THAN_CALENDAR: _("%(measure)s cannot be more than the %(other)s h of the calendar."),
        Fault.HOURS_DO_NOT_ADD_UP: _("The hours add up to %(value)s, the calendar has %(other)s."),
        Fault.OVERLOADED: _(
            "The mean load would be %(value)s MW per MVA, above %(other)s: check the electricity or the rating."
        ),
        Fault.HIGH_LOAD: _("The mean load is %(value)s MW per MVA, unusually high."),
        Fault.HEAT_TIME_DOES_NOT_FIT: _("Heat times of %(value)s min do not fit %(other)s min of operation."),
        Fault.TEN_TIMES: _("%(value)s is about ten times, or a tenth of, last month's %(other)s. A slipped point?"),
        Fault.JUMP: _("%(value)s is more than 30 %% away from last month's %(other)s."),
        Fault.OUTSIDE_BAND: _("%(measure)s of %(value)s is outside what is plausible (%(other)s)."),
        Fault.OWN_AND_EQUIPMENT: _("%(measure)s is reported for the plant and for its equipment; the plant's counts."),
        Fault.UNRATED: _("No capacity is on record for %(other)s. The administrator must enter the rating first."),
    }
    return texts[finding.fault] % words
