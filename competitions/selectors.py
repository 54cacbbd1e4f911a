from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from competitions.choices import CompetitionRole, Reason
from competitions.models import BaseFigure, Competition, Entry, Group, Role, StandingsRun, StandingsTable
from indicators.arithmetic import change
from indicators.models import Indicator
from plants.models import Plant


def competition_get(user: Any, slug: str) -> Competition:
    """A competition the person may know of, or 404."""
    found = Competition.objects.visible_to(user).filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no competition “%(slug)s” that you can see.") % {"slug": slug})
    return found


def has_role(user: Any, competition: Competition, *roles: str) -> bool:
    """Whether the person has one of the roles (any role, if none is named) in the competition."""
    if not user.is_authenticated:
        return False
    found = Role.objects.filter(user=user, competition=competition)
    return (found.filter(role__in=roles) if roles else found).exists()


def plants_in(competition: Competition) -> Any:
    """The plants with an entry in the competition."""
    return Plant.objects.filter(pk__in=competition.groups.values("entries__plant"))


def evaluated_plants(user: Any) -> Any:
    """Plants of the competitions in which the person is an evaluator."""
    mine = Role.objects.filter(user=user, role=CompetitionRole.EVALUATOR).values("competition")
    return Plant.objects.filter(pk__in=entered_plants(mine))


def entered_plants(competitions: Any) -> Any:
    """Ids of the plants with an entry in any of the competitions."""
    return (
        Competition.objects.filter(pk__in=competitions)
        .exclude(groups__entries__plant=None)
        .values("groups__entries__plant")
    )


@dataclass(slots=True)
class Standing:
    """How one entry stands in one indicator. A standing without a value has a reason and never a rank.

    `change` and `change_pct` are against `base`, the value a year before; `source` and `base_source` the published
    figures that stand for either.
    """

    group: Group
    entry: Entry
    indicator: Indicator
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    base: Decimal | None
    change: Decimal | None
    change_pct: Decimal | None
    rank: int | None
    of: int
    reason: str
    late: bool
    source: BaseFigure | None
    base_source: BaseFigure | None

    @property
    def entry_id(self) -> int:
        return int(self.entry.pk)

    @property
    def source_id(self) -> int | None:
        return self.source.pk if self.source else None

    def get_reason_display(self) -> str:
        """The reason in the reader's language, as a model would say it."""
        return str(Reason(self.reason).label) if self.reason else ""


COLUMNS = ("value", "numerator", "denominator", "base", "rank", "reason", "source", "base_source")


def tables_of(run: StandingsRun) -> QuerySet[StandingsTable]:
    """The run's tables, one for each group and indicator."""
    tables = StandingsTable.objects.filter(ranking__runs=run).select_related("ranking__group", "indicator")
    return tables.order_by("ranking", "indicator")


def standings_in(tables: Iterable[StandingsTable], entries: QuerySet[Any] | None = None) -> list[Standing]:
    """The standings that the tables hold, of only these `entries` if given, in the order of the ranking.

    A handful of queries, however many tables: entries and what they refer to are fetched for all of them at once.
    """
    found = list(tables)
    columns = [[table.column(name) for name in COLUMNS] for table in found]
    shown = Entry.objects.all() if entries is None else entries
    by_id = {entry.pk: entry for entry in shown.filter(group__in={table.ranking.group_id for table in found})}
    named = {int(pk) for *_figures, source, base_source in columns for pk in {*source, *base_source} if pk}
    sources = BaseFigure.objects.in_bulk(named)
    standings = []
    for table, read in zip(found, columns, strict=True):
        ranking = table.ranking
        late = set(ranking.late)
        rows = zip(ranking.entries, *read, strict=True)
        for pk, value, numerator, denominator, base, rank, reason, source, base_source in rows:
            if pk not in by_id:
                continue
            now, before = _decimal(value), _decimal(base)
            absolute, percent = (None, None) if now is None or before is None else change(now, before)
            standings.append(
                Standing(
                    group=ranking.group,
                    entry=by_id[pk],
                    indicator=table.indicator,
                    value=now,
                    numerator=_decimal(numerator),
                    denominator=_decimal(denominator),
                    base=before,
                    change=absolute,
                    change_pct=percent,
                    rank=int(rank) if rank else None,
                    of=table.of,
                    reason=reason or "",
                    late=pk in late,
                    source=sources.get(int(source)) if source else None,
                    base_source=sources.get(int(base_source)) if base_source else None,
                )
            )
    return standings


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
