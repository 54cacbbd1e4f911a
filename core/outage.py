"""When the database is away: a page that says so, keeps what was typed, and asks the database nothing.

A database may restart, be full or be out of reach for a moment. Whatever a person did then is wholly done or wholly
undone; they are told, and can send it again from the answer itself.
"""

import sqlite3
import sys
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views import defaults

RETRY_S = 5


def is_outage(error: BaseException | None) -> bool:
    """Whether an error arose because the database cannot answer now, and not because it was asked something wrong."""
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        # Django makes other errors of it: a session that cannot be saved counts as one that was deleted.
        error = error.__cause__ or error.__context__
    # SQLite says SQLITE_ERROR where a table or column is missing: a fault of the code, which waiting does not mend.
    return error is not None and getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, else 500; the handler of what no view caught, whose error Django logs."""
    return answer(request) if is_outage(sys.exception()) else defaults.server_error(request)


def answer(request: HttpRequest) -> HttpResponse:
    """503: come again in a few seconds. In the form that was asked for, and kept by nobody."""
    response = _answer(request)
    response["Retry-After"] = str(RETRY_S)
    add_never_cache_headers(response)
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    """A page, a sentence for htmx, or JSON."""
    asks = request.method in ("GET", "HEAD")
    text = _("The database is away for a moment.")
    if not asks:
        text += " " + _("What you sent may not have been saved. Send it again in a few seconds.")
    wants_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    if wants_json or request.content_type == "application/json":
        return JsonResponse({"detail": text}, status=503)
    if request.headers.get("HX-Request"):
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    kept = None if asks else _kept(request)
    page = render_to_string("503.html", {"address": request.get_full_path(), "asks": asks, "kept": kept})
    return HttpResponse(page, status=503)


def _kept(request: HttpRequest) -> list[tuple[str, Any]] | None:
    """The fields of the form that was sent, to be sent again; None where they cannot or must not stand in a page."""
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        secret = any("password" in name.lower() for name, _value in fields)
        return None if request.FILES or secret else fields
    except (SuspiciousOperation, MultiPartParserError, RawPostDataException, OSError):
        return None
