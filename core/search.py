"""The search over the whole site: a floor says what may be found, how it is found is the same for all.

An app names its kinds of things in its module `search`: which rows a person may find (the same scope as everywhere
else), by which names, and where a found one stands. Names are compared without accents, width and case in both
languages; every word asked for must be in them.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Case, F, Func, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

SHORTEST: Final = 2
"""Fewest characters of a search; a single Chinese one is a word already."""
LONGEST: Final = 100
FIRST: Final = 5
"""How many of each kind the page shows before one asks for all of a kind."""
PAGE: Final = 25

# U+0300 to U+036F: the accents that normalization parts from their letters.
_ACCENTS: Final = dict.fromkeys(range(0x0300, 0x0370))


def fold(text: str) -> str:
    """A text as it is compared: `Ｄàyè` as `daye`, without accents, width and case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).translate(_ACCENTS).lower()


class Folded(Func):
    """`fold` in the database, of several texts one after the other."""

    function = "fold"
    arg_joiner = " || "
    template = r"lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g'))"
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(function)s(%(expressions)s)", **extra)


def install_on_sqlite(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Make `fold` known to a new SQLite connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("fold", 1, fold, deterministic=True)


@dataclass(frozen=True, slots=True)
class Result:
    """Something found: a bilingual thing, its code, where it stands in words, and its address."""

    thing: Any
    code: str
    place: str
    address: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be found.

    `rows` answers those that the person may know of, in the order they are listed. `names` are the fields a thing is
    called by, its code among them; `around` are names of what it stands in, by which it is found but not ranked.
    """

    code: str
    title: str | Promise
    icon: str
    rows: Callable[[Any], QuerySet[Any]]
    names: tuple[str, ...]
    around: tuple[str, ...]
    show: Callable[[Any], Result]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let things of this kind be found; kinds are listed in the order of their floors."""
    _kinds[kind.code] = kind


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person typed: the folded words, or in `fault` what is wrong with it in words. Nothing typed: neither."""

    text: str
    words: tuple[str, ...]
    fault: str


def read(text: str) -> Asked:
    """Read what was typed; characters nobody types are passed over."""
    text = "".join(each if each.isprintable() else " " for each in text).strip()
    words = tuple(dict.fromkeys(fold(text).split()))
    if len(text) > LONGEST:
        return Asked(text, (), _("Search for at most %(count)d characters.") % {"count": LONGEST})
    if words and len("".join(words)) < SHORTEST and not any(map(_is_han, text)):
        return Asked(text, (), _("Type at least two letters or digits, or one Chinese character."))
    return Asked(text, words, "")


def _is_han(character: str) -> bool:
    return "CJK UNIFIED IDEOGRAPH" in unicodedata.name(character, "")


@dataclass(frozen=True, slots=True)
class Section:
    """What was found of one kind: the first results, and how many there are in all."""

    kind: Kind
    total: int
    results: list[Result]


def sections(user: Any, asked: Asked, first: int = FIRST) -> list[Section]:
    """The first results of every kind in which something was found; at most two queries a kind."""
    found = []
    for kind in _kinds.values() if asked.words else ():
        rows = _found(kind, user, asked.words)
        head = list(rows[: first + 1])
        total = rows.count() if len(head) > first else len(head)
        if head:
            found.append(Section(kind, total, [kind.show(row) for row in head[:first]]))
    return found


def page_of(user: Any, asked: Asked, code: str, number: str) -> tuple[Section, Page[Any]] | None:
    """A page of one kind's results; None for a kind that does not exist."""
    kind = _kinds.get(code)
    if kind is None or not asked.words:
        return None
    page = Paginator(_found(kind, user, asked.words), PAGE).get_page(number)
    return Section(kind, page.paginator.count, [kind.show(row) for row in page]), page


def _found(kind: Kind, user: Any, words: Iterable[str]) -> QuerySet[Any]:
    """Rows that hold every word: called exactly so first, then those whose name or code begins so, then the others."""
    texts: list[Any] = [part for name in kind.names for part in (Value("\n"), F(name))]
    texts.append(Value("\n\t"))
    texts += [part for name in kind.around for part in (Coalesce(name, Value("")), Value(" "))]
    rows = kind.rows(user)
    listed = rows.query.order_by or rows.model._meta.ordering
    rows = rows.annotate(found_in=Folded(*texts))
    for word in words:
        rows = rows.filter(found_in__contains=word)
    phrase = " ".join(words)
    nearness = Case(
        When(found_in__contains=f"\n{phrase}\n", then=0),
        When(found_in__contains=f"\n{phrase}", then=1),
        default=2,
        output_field=models.IntegerField(),
    )
    return rows.order_by(nearness, *listed, "pk")


def highlight(text: str, words: Iterable[str]) -> SafeString:
    """The text with every word that was searched for in `<mark>`, escaped."""
    origin = [index for index, character in enumerate(text) for _each in fold(character)]
    folded = "".join(fold(character) for character in text)
    marked = set()
    for word in words:
        start = folded.find(word)
        while start >= 0:
            marked.update(origin[start : start + len(word)])
            start = folded.find(word, start + len(word))
    parts, inside = [], False
    for index, character in enumerate(text):
        if (index in marked) != inside:
            parts.append("</mark>" if inside else "<mark>")
            inside = not inside
        parts.append(escape(character))
    return mark_safe("".join(parts) + ("</mark>" if inside else ""))
