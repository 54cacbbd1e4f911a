"""The ranking page as text: what it depends on, and its costly part, which is made once and stored.

A ranking never changes, so what is stored of it is found by its id and needs no clearing. What else stands on the page
(names, roles, the rules of a competition) changes by acts that the ledger tells of, so the newest of those is part of
what a page is found by.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from html import escape
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import FilteredRelation, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.notices import notices_of
from competitions.choices import RunState
from competitions.models import Competition, Entry, Group, Role
from competitions.tables import Row, Table
from core import clock, ledger
from core.charts import sparkline
from core.packing import Piece, filled, pack
from core.templatetags.figures import figure, in_language, plain, signed
from plants.selectors import plants_of

# Whole pages are for many strangers in a short time; a table outlives the pages it stands on.
PAGE_S = 600
TABLE_S = 3600
# What an address may ask for so that its page is stored; anybody could fill the cache with others.
STORED = {"group", "indicator", "period", "view"}
# Stands in the query of the facts where the competition's slug comes; no slug has such signs.
SLUG = "<slug>"
READS_DEFLATE = re.compile(r"\bdeflate\b(?!\s*;\s*q=0)")
TOKEN = b"csrf-token-of-the-visitor"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a page shows of a table: left the standings, at the side what they mean; whether they fit a drawing."""

    standings: SafeString
    side: SafeString
    has_bars: bool


def digest_of(*facts: Any) -> str:
    """A short name of these facts, which must have one way to be written."""
    return blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def state_of(request: HttpRequest, slug: str) -> str:
    """A name of everything that the ranking page at this address depends on, but for the visitor's token.

    Two requests with the same name get the same page, or the same refusal: the same address, language and person (or no
    person), with the same roles and plants; the same competition, acts and runs under way. It takes one query for
    strangers, so that it is known long before the page is.
    """
    sql, params = _facts_query()
    with connection.cursor() as cursor:
        cursor.execute(sql, [each.replace(SLUG, slug) if isinstance(each, str) else each for each in params])
        facts = cursor.fetchall()
    return digest_of(
        settings.CODE_VERSION,
        request.build_absolute_uri(),
        get_language(),
        _person(request.user),
        sorted(map(repr, facts)),
        _hour(),
    )


@lru_cache(1)
def _facts_query() -> tuple[str, tuple[Any, ...]]:
    """Asks for a competition with its newest acts, once for each run under way; its slug takes the place of `SLUG`.

    Written once in a process: to write it takes several times as long as to ask it.
    """
    own = ledger.entries_of(Competition(slug=SLUG).subject)
    facts = Competition.objects.filter(slug=SLUG).annotate(
        running=FilteredRelation("runs", condition=Q(runs__state=RunState.RUNNING)),
        newest_of_all=Subquery(ledger.lasting().order_by("-pk").values("pk")[:1]),
        newest_of_it=Subquery(own.order_by("-pk").values("pk")[:1]),
    )
    columns = [field.attname for field in Competition._meta.concrete_fields]
    columns += ["running__pk", "running__done", "running__total", "newest_of_all", "newest_of_it"]
    sql, params = facts.order_by().values_list(*columns).query.sql_with_params()
    return sql, tuple(params)


def _hour() -> str:
    """The default period follows the date. Besides, acts may end in another order than they began, and the newest
    would then hide one that ended later: for an hour at most."""
    return f"{clock.now():%Y-%m-%d %H}"


def _person(user: Any) -> Any:
    """Who looks, what the head of the page says of them, and what they may see."""
    if not user.is_authenticated:
        return None
    roles = Role.objects.filter(user=user).values_list("competition", "role")
    plants = plants_of(user).values_list("pk", flat=True)
    unread = notices_of(user).unread().count()
    return user.pk, str(user), user.is_superuser, unread, sorted(roles), sorted(plants)


def is_stored(request: HttpRequest) -> bool:
    """Whether the page as a whole is kept for the next visitor: for strangers, at an address of the site's own links.

    A person comes back with the page in hand and is told that it still holds.
    """
    query = request.GET
    usual = set(query) <= STORED and all(len(values) == 1 for _name, values in query.lists())
    return usual and query.get("view", "bars") == "bars" and not request.user.is_authenticated


def page_get(state: str) -> list[Piece] | None:
    """The stored page, packed, with a place for the visitor's token."""
    page: list[Piece] | None = cache.get(f"ranking-page:{state}")
    return page


def page_put(state: str, page: bytes) -> None:
    """Store a page that has `TOKEN` where the visitor's own comes."""
    cache.set(f"ranking-page:{state}", pack(page, TOKEN), PAGE_S)


def answer_of(request: HttpRequest, page: list[Piece], token: bytes) -> HttpResponse:
    """A stored page with the token, compressed as it lies there for those who read that, as all browsers do."""
    packed = filled(page, token)
    if READS_DEFLATE.search(request.headers.get("Accept-Encoding", "")):
        return HttpResponse(packed, headers={"Content-Encoding": "deflate"})
    return HttpResponse(zlib.decompress(packed))


def parts_of(
    *, user: Any, group: Group, rankings: list[tuple[int, str]], about: tuple[Any, ...], render: Callable[[], Parts]
) -> Parts:
    """What the page shows of a table, made only once for all who see the same.

    `rankings` are ids and hashes of what is read of the group, `about` is what is shown of them. Who has entries in the
    group finds them marked, so the table differs; most have none.
    """
    own = Entry.objects.filter(group=group, plant__in=plants_of(user).values("pk")).values_list("pk", flat=True)
    mine = sorted(own) if user.is_authenticated else []
    names = ledger.lasting().order_by("-pk").values_list("pk", flat=True).first()
    key = f"ranking-table:{digest_of(settings.CODE_VERSION, get_language(), rankings, about, mine, names)}"
    parts: Parts | None = cache.get(key)
    if parts is None:
        parts = render()
        cache.set(key, parts, TABLE_S)
    return parts


def lines_of(table: Table, group: Group, decimals: int) -> SafeString:
    """The lines of the ranking, one for each entry with a value. On a phone the change stands under the value.

    Put together as text: through a template a thousand of them take longer than everything else on the page.
    """
    write = _Lines(table, group, decimals)
    return mark_safe("".join(map(write.line, table.rows)))


class _Lines:
    """Writes the lines of one table; what they share is looked up once."""

    def __init__(self, table: Table, group: Group, decimals: int) -> None:
        self.table = table
        self.decimals = decimals
        self.unit = escape(group.kind.rating_unit) if group.kind else ""
        self.me = ' class="me"'
        self.you = f'<span class="banner">{escape(_("you"))}</span>'
        title = escape(_("A return of this period came after the days of grace."))
        self.late = f' <span class="tag late" title="{title}">{escape(_("late"))}</span>'
        self.published = f' <span class="tag">{escape(_("published figure"))}</span>'
        self.not_ranked = f'<span class="flat">{_sign("–", _("not ranked"))}</span>'
        self.new = f'<span class="move flat">{escape(_("new"))}</span>'
        self.unchanged = f'<span class="move flat">{_sign("–", _("unchanged"))}</span>'
        self.plants: dict[int, str] = {}
        self.capacities: dict[Decimal | None, str] = {None: ""}

    def line(self, row: Row) -> str:
        standing, own = row.standing, row.is_own
        good = "up" if row.better else "flat" if row.better is None else "down"
        change = signed(standing.change, self.decimals)
        narrow = f' <span class="narrow small {good}">{change}</span>' if standing.change is not None else ""
        return (
            f'<tr{self.me if own else ""}><td class="rank">{self._rank(row)}</td>\n'
            f'<th scope="row">{self._plant(row)}{self.you if own else ""}<div class="small muted">{self._entry(row)}'
            f"{self.late if standing.late else ''}{self.published if standing.source else ''}</div></th>\n"
            f'<td class="num big">{figure(standing.value, self.decimals)}{narrow}</td>\n'
            f'<td class="num muted wide">{figure(standing.base, self.decimals)}</td>\n'
            f'<td class="num wide {good}">{change}</td>\n'
            f'<td class="num wide {good}">{signed(standing.change_pct, 1)}</td>\n'
            f'<td class="wide">{sparkline(row.spark, self.table.low, self.table.high)}</td></tr>\n'
        )

    def _rank(self, row: Row) -> str:
        if row.standing.rank is None:
            return self.not_ranked
        return f"{row.standing.rank} {self._move(row)}"

    def _move(self, row: Row) -> str:
        if row.is_new:
            return self.new
        if row.moved is None:
            return ""
        if row.moved > 0:
            words = ngettext("up %(places)s place", "up %(places)s places", row.moved) % {"places": row.moved}
            return f'<span class="move up">{_sign(f"▲{row.moved}", words)}</span>'
        if row.moved < 0:
            words = ngettext("down %(places)s place", "down %(places)s places", row.lost) % {"places": row.lost}
            return f'<span class="move down">{_sign(f"▼{row.lost}", words)}</span>'
        return self.unchanged

    def _plant(self, row: Row) -> str:
        plant = row.standing.entry.plant
        if plant.pk not in self.plants:
            address = reverse("plant", args=[plant.slug])
            self.plants[plant.pk] = f'<a href="{address}"><b>{escape(in_language(plant))}</b></a> '
        return self.plants[plant.pk]

    def _entry(self, row: Row) -> str:
        entry = row.standing.entry
        if entry.equipment is None:
            return escape(in_language(entry.plant, "city"))
        name = escape(in_language(entry.equipment))
        if row.capacity not in self.capacities:
            words = f"· {plain(row.capacity)} {self.unit}"
            self.capacities[row.capacity] = f' <span class="nowrap">{words}</span>'
        return name + self.capacities[row.capacity]


def _sign(sign: str, words: str) -> str:
    """A sign for the eye and its words for the ear."""
    return f'<span aria-hidden="true">{sign}</span><span class="sr">{escape(words)}</span>'
