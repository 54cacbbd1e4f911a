"""The bell in the head of every page."""

from typing import Any

from django.http import HttpRequest

from accounts.notices import notices_of
from core import panels


def bell(request: HttpRequest) -> dict[str, Any] | None:
    """How many notices the person has not read. None for strangers."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return None
    return {"unread": notices_of(request.user).unread().count()}


panels.register("header", "accounts/panels/bell.html", bell)
