"""Help beside indicators and measures, wherever they are named."""

from typing import Any

from django import template

from indicators.definitions import Definition
from indicators.help import Explainer, Help
from indicators.models import Indicator, Measure
from indicators.wording import entry_rule as rule_text

register = template.Library()


@register.simple_tag(takes_context=True)
def explain(context: dict[str, Any], indicator: Indicator, definition: Definition | str = "") -> Help:
    """What the indicator tells, by the formula that rules have fixed or else by the newest one.

    A template that knows no `definition` gives an empty text.
    """
    request = context["request"]
    # One explainer a request, so that a page of many indicators reads the catalogue once.
    if not hasattr(request, "explainer"):
        request.explainer = Explainer()
    explainer: Explainer = request.explainer
    return explainer.explain(indicator, definition if isinstance(definition, Definition) else None)


@register.filter
def entry_rule(measure: Measure) -> str:
    """How a figure of the measure is typed."""
    return rule_text(measure)
