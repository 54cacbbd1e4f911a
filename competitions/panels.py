"""What competitions show on the pages below them: returns to accept, a plant's ranks, the label of generated data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from accounts.models import User
from competitions.board import board_period
from competitions.choices import CompetitionRole
from competitions.models import Competition, Entry, Role
from competitions.rulesets import PinnedIndicator, Rules
from competitions.selectors import Standing, evaluated_plants, standings_in, tables_of
from competitions.start import start_panel
from competitions.tables import newest_run, shows_all
from core import panels
from core.periods import Period
from plants.choices import ReturnState
from plants.models import Plant, ReturnVersion
from plants.selectors import plants_of

SHOWN = 10


@dataclass(frozen=True, slots=True)
class OwnRank:
    """How an entry stands in the indicator that comes first in its trade, in the newest period that has ranks."""

    competition: Competition
    period: Period
    standing: Standing
    decimals: int


def to_accept(request: HttpRequest) -> dict[str, Any] | None:
    """For evaluators: approved returns that wait for acceptance, revisions first. None for everyone else."""
    user = request.user
    if not user.is_authenticated or not Role.objects.filter(user=user, role=CompetitionRole.EVALUATOR).exists():
        return None
    waiting = _waiting_for(user)
    first = waiting.select_related("monthly_return__plant").order_by(
        F("number").desc(), "monthly_return__month", "monthly_return__plant__name"
    )[: SHOWN + 1]
    versions = list(first)
    more = waiting.count() - SHOWN if len(versions) > SHOWN else 0
    return {"versions": versions[:SHOWN], "more": more}


def _waiting_for(user: Any) -> QuerySet[Any]:
    """Approved returns that the evaluator may accept: not of a plant of theirs, no revision they wrote in."""
    theirs = Q(number__gt=1) & (Q(author=user) | Q(pk__in=ReturnVersion.objects.filter(editors=user).values("pk")))
    return (
        ReturnVersion.objects.newest()
        .filter(
            state=ReturnState.APPROVED,
            monthly_return__plant__in=evaluated_plants(user).exclude(pk__in=plants_of(user).values("pk")),
        )
        .exclude(theirs)
    )


def own_ranks(request: HttpRequest) -> dict[str, Any] | None:
    """The newest ranks of the person's own plants."""
    plants = plants_of(request.user)
    ranks = list(_ranks(request.user, plants)) if request.user.is_authenticated else []
    return {"ranks": ranks} if ranks else None


def ranks_of_plant(request: HttpRequest, *, plant: Plant) -> dict[str, Any] | None:
    """The newest ranks of a plant, as far as its competitions show them to the viewer."""
    ranks = list(_ranks(request.user, Plant.objects.filter(pk=plant.pk)))
    return {"ranks": ranks} if ranks else None


def ranks_of_month(request: HttpRequest, *, version: ReturnVersion) -> dict[str, Any] | None:
    """How the plant stands in the month of a return that counts, as far as it is ranked already."""
    if version.effective_at is None and not version.is_revision:
        return None
    month = version.monthly_return.period
    plants = Plant.objects.filter(pk=version.monthly_return.plant_id)
    return {"ranks": list(_ranks(request.user, plants, Period(month, month)))}


def _ranks(user: Any, plants: QuerySet[Plant], period: Period | None = None) -> Iterable[OwnRank]:
    """The plants' standings in `period`, or in the newest one of each competition.

    A few queries for each competition the plants take part in, however many entries they have there.
    """
    entered = Entry.objects.filter(plant__in=plants, withdrawn=False).values("group__competition")
    mine = set(plants_of(user).values_list("pk", flat=True))
    for competition in Competition.objects.visible_to(user).filter(pk__in=entered):
        shown = period or board_period(competition)
        run = newest_run(competition, shown) if shown else None
        if shown is None or run is None:
            continue
        leading = _leading(Rules.read(run.rule_set.document))
        entries = Entry.objects.filter(plant__in=plants).select_related("plant", "equipment")
        tables = tables_of(run).filter(
            ranking__group__entries__plant__in=plants,
            indicator__code__in={each.definition.code for each in leading.values()},
        )
        everything = shows_all(user, competition, shown)
        for standing in sorted(standings_in(tables.distinct(), entries), key=_by_plant):
            pinned = leading.get(standing.group.trade)
            is_leading = pinned is not None and pinned.definition.code == standing.indicator.code
            if pinned and is_leading and (everything or standing.entry.plant_id in mine):
                yield OwnRank(competition, shown, standing, pinned.definition.decimals)


def _by_plant(standing: Standing) -> tuple[Any, ...]:
    entry = standing.entry
    return entry.plant.name, standing.group.position, entry.equipment.code if entry.equipment else ""


def _leading(rules: Rules) -> dict[str, PinnedIndicator]:
    """What comes first in each trade; a group of no single trade (empty) has what comes first of all."""
    trades = {"", *(each.trade for each in rules.indicators)}
    return {trade: pinned for trade in trades if (pinned := rules.leading(trade))}


def generated(
    request: HttpRequest, *, plant: Plant | None = None, plants: Iterable[Plant] = ()
) -> dict[str, Any] | None:
    """A label for pages that show a plant's figures, where a competition of it has generated data."""
    shown = [plant] if plant else list(plants)
    entered = Entry.objects.filter(plant__in=shown, group__competition__generated=True)
    return {} if entered.exists() else None


def roles_of_person(request: HttpRequest, *, person: User) -> dict[str, Any] | None:
    """The competitions a person is an official of, for administrators."""
    return {"roles": person.competition_roles.select_related("competition")}


panels.register("home", "start/panel.html", start_panel, order=5)
panels.register("person.page", "competitions/panels/person.html", roles_of_person, order=20)
panels.register("home", "competitions/panels/to_accept.html", to_accept, order=20)
panels.register("home", "competitions/panels/ranks.html", own_ranks, order=30)
panels.register("plant.page", "competitions/panels/ranks.html", ranks_of_plant)
panels.register("return.page", "competitions/panels/month.html", ranks_of_month)
panels.register("generated", "competitions/panels/generated.html", generated)
