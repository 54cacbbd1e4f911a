"""Standings as drawings: a ranking as bars, and a group's entries by all its indicators."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from competitions.board import board_period
from competitions.models import Entry, Group, StandingsRun
from competitions.rulesets import Rules
from competitions.selectors import Standing, standings_in, tables_of
from competitions.tables import Table, newest_run, pinned_of, shows_all
from core.charts import Bar, Cell, Matrix, MatrixRow, ranking_bars
from core.periods import Period
from core.templatetags.figures import in_language, period_name
from core.wording import number
from indicators.choices import Direction
from indicators.models import Indicator
from plants.selectors import plants_of

# More entries than this nobody takes in at a glance; their table is the better page.
MOST = 40


def bars_of(table: Table) -> list[tuple[Bar, SafeString]]:
    """The rows of a ranking as bars; none where the group is too large for a drawing."""
    if len(table.rows) > MOST:
        return []
    bars = []
    for row in table.rows:
        standing = row.standing
        name, detail = _names(standing.entry)
        address = reverse("plant", args=[standing.entry.plant.slug])
        bars.append(Bar(standing.rank, name, standing.value, standing.base, detail, address, row.is_own))
    return ranking_bars(bars)


def matrix_of(*, user: Any, group: Group) -> Matrix | None:
    """Who is strong where in the newest period of the board; None where nothing is ranked or nothing may be shown.

    Of a group with more than `MOST` entries, or one whose standings are not published, the viewer's own alone.
    """
    period = board_period(group.competition)
    run = newest_run(group.competition, period) if period else None
    if period is None or run is None:
        return None
    pinned = pinned_of(Rules.read(run.rule_set.document), group)
    codes = [code for code, each in pinned.items() if each.definition.direction != Direction.INFO]
    indicators = {each.code: each for each in Indicator.objects.filter(code__in=codes)}
    mine = set(plants_of(user).values_list("pk", flat=True))
    everyone = shows_all(user, group.competition, period) and group.entries.count() <= MOST
    standings: dict[Entry, dict[str, Standing]] = defaultdict(dict)
    for standing in _standings(run, group, indicators.values(), None if everyone else mine):
        standings[standing.entry][standing.indicator.code] = standing
    # A column in which nobody is ranked says nothing about strength.
    codes = [code for code in codes if any((found := each.get(code)) and found.rank for each in standings.values())]
    if not codes:
        return None
    entries = sorted(standings, key=lambda entry: (*_place(standings[entry].get(codes[0])), entry.plant.name, entry.pk))
    rows = []
    for entry in entries:
        cells = [_cell(standings[entry].get(code)) for code in codes]
        name, detail = _names(entry)
        rows.append(MatrixRow(name, cells, detail, reverse("plant", args=[entry.plant.slug]), entry.plant_id in mine))
    return Matrix(
        title=pgettext("parts", ", ").join((in_language(group), period_name(period))),
        columns=[(in_language(indicators[code]), _address(group, code, period)) for code in codes],
        rows=rows,
    )


def _standings(
    run: StandingsRun, group: Group, indicators: Iterable[Indicator], plants: set[int] | None
) -> Iterable[Standing]:
    entries = Entry.objects.select_related("plant", "equipment")
    if plants is not None:
        entries = entries.filter(plant__in=plants)
    return standings_in(tables_of(run).filter(ranking__group=group, indicator__in=indicators), entries)


def _place(standing: Standing | None) -> tuple[bool, int]:
    """Ranked entries first, the best of them on top."""
    rank = standing.rank if standing else None
    return rank is None, rank or 0


def _cell(standing: Standing | None) -> Cell | None:
    if standing is None:
        return None
    indicator = standing.indicator
    text = "" if standing.value is None else f"{number(standing.value, indicator.decimals)} {indicator.unit_name}"
    return Cell(standing.rank, standing.of, text, standing.get_reason_display())


def _names(entry: Entry) -> tuple[str, str]:
    return in_language(entry.plant), in_language(entry.equipment)


def _address(group: Group, code: str, period: Period) -> str:
    query = urlencode({"group": group.code, "indicator": code, "period": str(period)})
    return f"{reverse('rankings', args=[group.competition.slug])}?{query}"
