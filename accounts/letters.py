"""What a mail consists of before it is handed to the mail server."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one address, its words already in the reader's language."""

    to: str
    subject: str
    body: str


def link(path: str) -> str:
    """The whole address of a page, as somebody outside the site must be told it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"
