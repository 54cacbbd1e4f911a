"""Around every request: its id, its line in the log, and what the browser may not use."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bound_contextvars

from core.logs import milliseconds_since

logger = logging.getLogger(__name__)

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Parts of an address that open a door: links to a new password or of an invitation.
SECRET_PARTS = {"key", "token", "uidb36", "uidb64"}
NOT_USED = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


class RequestLogMiddleware:
    """Outermost: tells of every answer, also of those that another middleware gave.

    The id is the proxy's `X-Request-ID` where it is well-formed; it stands in the answer and in every line.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if WELL_FORMED.fullmatch(given) else uuid4().hex
        began = perf_counter()
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            extra = {
                "method": request.method,
                "path": _path(request),
                "status": response.status_code,
                "ms": milliseconds_since(began),
            }
            user = _user_pk(request)
            logger.log(_level(request), "request", extra=extra if user is None else {**extra, "user": user})
        response.headers["X-Request-ID"] = request_id
        response.headers["Permissions-Policy"] = NOT_USED
        return response


def _path(request: HttpRequest) -> str:
    """The path without its query and without what opens a door."""
    path = request.path
    for name, value in (request.resolver_match.kwargs if request.resolver_match else {}).items():
        if name in SECRET_PARTS:
            path = path.replace(str(value), "…")
    return path


def _user_pk(request: HttpRequest) -> str | None:
    """Who asked, where the page wanted to know; the log alone is no reason to read a session."""
    # Only what was read already: asking anew would fail here, outside all other middleware, while the database is away.
    read = getattr(getattr(request, "session", None), "_session_cache", {})
    return read.get(SESSION_KEY)


def _level(request: HttpRequest) -> int:
    """What is asked all the time and tells nothing is for debugging."""
    is_noise = request.path in ("/healthz", "/readyz") or request.path.startswith(settings.STATIC_URL)
    return logging.DEBUG if is_noise else logging.INFO
