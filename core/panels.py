"""Panels let a higher floor show something on a lower floor's page without the lower one knowing it.

A page names its slots with `{% panels "plant.page" plant=plant %}`; a higher app fills them in `AppConfig.ready()`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Context = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and the function that makes its context; the function answers None when there is nothing to show."""

    template: str
    context: Context
    order: int


_panels: dict[str, list[Panel]] = defaultdict(list)


def register(slot: str, template: str, context: Context, order: int = 50) -> None:
    """Fill `slot` with `template`; panels of one slot stand by `order`. Registering twice changes nothing."""
    panel = Panel(template, context, order)
    if panel not in _panels[slot]:
        _panels[slot].append(panel)
        _panels[slot].sort(key=lambda each: each.order)


def filled(slot: str, request: HttpRequest, **subject: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Template and context of each panel of the slot that has something to show."""
    for panel in _panels.get(slot, ()):
        context = panel.context(request, **subject)
        if context is not None:
            yield panel.template, context
