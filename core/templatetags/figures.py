"""How figures, signs and small drawings are written on every page."""

from decimal import Decimal
from typing import Any

from django import template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import charts, panels, rules
from core.periods import Month, Period
from core.wording import MINUS, number, period_label

register = template.Library()


@register.filter
def figure(value: Decimal | str | None, decimals: int | None = None) -> str:
    """`6412.5` as `6 412.5` with thin spaces; `None` as an en dash. Decimals are kept unless given, then half up."""
    if value is None or value == "":
        return "–"
    return number(Decimal(value), decimals)


@register.filter
def plain(value: Decimal | None) -> str:
    """A figure without trailing zeros, for ratings: `12.5`, `650`."""
    return figure(None if value is None else value.normalize())


@register.filter
def signed(value: Decimal | None, decimals: int | None = None) -> str:
    """A change with its sign: `+2.336`, `−0.221`, `±0`."""
    if value is None:
        return "–"
    text = figure(value, decimals)
    if text.startswith(MINUS):
        return text
    return f"+{text}" if text.strip("0.") else f"±{text}"


@register.filter
def in_language(thing: Any, attribute: str = "name") -> str:
    """The Chinese column of a bilingual object when the page is Chinese and it is filled, else the English one.

    Nothing for nothing: a whole plant has no equipment to name.
    """
    if thing is None:
        return ""
    chinese = getattr(thing, f"{attribute}_zh", "") if translation.get_language() == "zh-hans" else ""
    return chinese or getattr(thing, attribute)


@register.filter
def month_name(month: Any) -> str:
    """A month for people: `October 2026`, `2026年10月`. Takes a Month or a date."""
    month = month if isinstance(month, Month) else Month.of(month)
    return period_name(Period(month, month))


@register.filter
def period_name(period: Period) -> str:
    """A period for people: `August 1959`, `Q3 1959`, `H1 1959`, `1959`, `Jan–Jul 1959`."""
    return period_label(period, chinese=translation.get_language() == "zh-hans")


@register.simple_tag
def spark(values: list[Decimal | None], low: Decimal | None = None, high: Decimal | None = None) -> SafeString:
    """A sparkline; `low` and `high` share one scale over a table."""
    return mark_safe(charts.sparkline(values, low, high))


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The page's own query string with `changes`; None or an empty text takes a parameter away."""
    params: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], *names: str, whole: bool = False) -> SafeString:
    """`aria-current` of a link to a part of the site: the page is at one of the named addresses or below it.

    With `whole` only at it, which is what the front page needs: every address lies below it.
    """
    path = context["request"].path
    addresses = [reverse(name) for name in names]
    if path in addresses:
        return mark_safe('aria-current="page"')
    below = not whole and any(path.startswith(address) for address in addresses)
    return mark_safe('aria-current="true"' if below else "")


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], act: str, subject: Any = None) -> rules.Decision:
    """Whether the viewer may do `act`; a refusal carries `.reason`."""
    return rules.decide(act, context["request"].user, subject)


@register.simple_tag(takes_context=True, name="panels")
def panels_tag(context: dict[str, Any], slot: str, **subject: Any) -> SafeString:
    """What higher floors have to show in the slot."""
    request = context["request"]
    parts = [
        render_to_string(template_name, each, request)
        for template_name, each in panels.filled(slot, request, **subject)
    ]
    return mark_safe("".join(parts))


@register.simple_tag
def meter(share: Decimal | float, label: str) -> SafeString:
    """A bar of `share` in 0..1 as SVG (a strict content policy allows no style attributes)."""
    width = max(0.0, min(1.0, float(share))) * 100
    return format_html(
        '<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="meter-track" width="100" height="6"/><rect class="meter-fill" width="{}" height="6"/></svg>',
        label,
        f"{width:.1f}",
    )
