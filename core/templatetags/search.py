"""What was searched for, marked in what was found."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from core.search import highlight

register = template.Library()


@register.filter
def marked(text: str, words: Iterable[str]) -> SafeString:
    """The text with the words searched for in `<mark>`."""
    return highlight(text, words)
