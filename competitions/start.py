"""The way from an empty site to its first ranking: what is done and what comes next, as the database says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from competitions.board import leaders_of
from competitions.models import Competition, StandingsRun
from competitions.selectors import plants_in
from competitions.services.rulesets import rule_set_is_current
from core import rules
from core.templatetags.figures import in_language
from indicators.models import EquipmentKind, Indicator, Measure
from plants.choices import PlantRole, ReturnState
from plants.models import Equipment, Membership, Plant, ReportingCalendar, ReturnVersion, UnitMonth

NAMED: Final = 4
"""How many plants or pieces a step names before it only counts the rest."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way on from a step; `posts` where it is a button that acts at once."""

    text: str
    address: str
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is for, how far it is, and what to do. `waits` says what must come first."""

    code: str
    title: str
    text: str
    state: str
    is_done: bool
    links: list[Link]
    waits: str = ""


def steps_of(user: Any) -> list[Step]:
    """Every step in order, for an administrator."""
    competition = first_competition()
    return [
        _catalogue(),
        _plants(),
        _equipment(),
        _calendar(),
        _people(),
        _competition(competition),
        _groups(competition),
        _rules(competition),
        _returns(competition),
        _ranking(user, competition),
    ]


def first_competition() -> Competition | None:
    """The competition that the steps lead through: the first that people made here."""
    return Competition.objects.order_by("generated", "id").first()


def start_panel(request: HttpRequest) -> dict[str, Any] | None:
    """The way to the steps, for administrators of a site that ranks nothing yet."""
    if not rules.decide("site.administer", request.user):
        return None
    if StandingsRun.objects.complete().exists() and UnitMonth.objects.effective().exists():
        return None
    steps = steps_of(request.user)
    upcoming = next((step for step in steps if not step.is_done), None)
    return {"steps": steps, "done": sum(step.is_done for step in steps), "upcoming": upcoming} if upcoming else None


def _from_start(name: str, *args: Any) -> str:
    """The address of a page that leads back to the list of steps."""
    return f"{reverse(name, args=args)}?next={reverse('start')}"


def _some(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    names = list(names)
    shown = pgettext("list", ", ").join(names[:NAMED])
    if len(names) > NAMED:
        more = len(names) - NAMED
        shown = _("%(names)s and %(count)d more") % {"names": shown, "count": more}
    return shown


def _catalogue() -> Step:
    measures, indicators = Measure.objects.count(), Indicator.objects.count()
    is_done = bool(measures and indicators and EquipmentKind.objects.exists())
    links = [Link(_("Look at the catalogue"), reverse("catalogue"))]
    if not is_done:
        links = [Link(_("Load the built-in catalogue"), reverse("start_catalogue"), posts=True)]
    return Step(
        "catalogue",
        _("Catalogue"),
        _("What plants report each month, and the indicators they are ranked on."),
        _("%(measures)d measures, %(indicators)d indicators") % {"measures": measures, "indicators": indicators},
        is_done,
        links,
    )


def _plants() -> Step:
    count = Plant.objects.count()
    return Step(
        "plants",
        _("Plants"),
        _("Everyone who takes part."),
        ngettext("%(count)d plant", "%(count)d plants", count) % {"count": count},
        count > 0,
        [Link(_("Enter plants"), reverse("start_plants"))],
    )


def _equipment() -> Step:
    bare = [in_language(each) for each in Plant.objects.filter(equipment=None)]
    unrated = list(Equipment.objects.filter(ratings=None).select_related("plant"))
    count = Equipment.objects.count()
    state = [ngettext("%(count)d piece", "%(count)d pieces", count) % {"count": count}]
    if bare:
        state.append(_("none at %(plants)s") % {"plants": _some(bare)})
    if unrated:
        pieces = _some(f"{in_language(each.plant)} {in_language(each)}" for each in unrated)
        state.append(_("without a rating: %(pieces)s") % {"pieces": pieces})
    rate = [
        Link(_("Rate %(piece)s") % {"piece": in_language(each)}, _from_start("rating_add", each.plant.slug, each.code))
        for each in unrated[:NAMED]
    ]
    return Step(
        "equipment",
        _("Equipment"),
        _("The furnaces, mills and hammers that compete, each with its capacity."),
        pgettext("list", "; ").join(state),
        bool(count and not bare and not unrated),
        [Link(_("Enter equipment"), reverse("start_equipment")), *rate],
        "" if Plant.objects.exists() else _("Enter the plants first."),
    )


def _calendar() -> Step:
    names = [each.name for each in ReportingCalendar.objects.all()]
    return Step(
        "calendar",
        _("Calendar"),
        _("By which day after the month a return is due, late, and closed."),
        _some(names),
        bool(names),
        [Link(_("Add a calendar"), _from_start("calendar_add"))]
        if not names
        else [Link(_("Look at the calendars"), reverse("calendars"))],
    )


def _people() -> Step:
    plants = Plant.objects.all()
    complete = plants
    for role in PlantRole.values:
        complete = complete.filter(pk__in=Membership.objects.filter(role=role).values("plant"))
    lacking = list(plants.exclude(pk__in=complete.values("pk")))
    state = _("every plant has a reporter and a director") if plants and not lacking else ""
    if lacking:
        state = _("a reporter or a director is missing at %(plants)s") % {"plants": _some(map(in_language, lacking))}
    return Step(
        "people",
        _("People"),
        _("Each plant needs a reporter who enters its figures and a director who approves them: two persons."),
        state,
        bool(plants and not lacking),
        [*_invite(), *(_member(each) for each in lacking[:NAMED])],
        "" if plants else _("Enter the plants first."),
    )


def _invite() -> Iterator[Link]:
    """To bring a person in, by whichever way the site has."""
    for name, text in (("accounts:invite", _("Invite a person")), ("accounts:person_add", _("Add a person"))):
        try:
            yield Link(text, _from_start(name))
        except NoReverseMatch:
            continue
        return


def _member(plant: Plant) -> Link:
    text = _("Give someone a role at %(plant)s") % {"plant": in_language(plant)}
    return Link(text, _from_start("membership_add", plant.slug))


def _competition(competition: Competition | None) -> Step:
    links = [Link(_("Start a competition"), _from_start("competition_add"))]
    if competition:
        links = [
            Link(_("Open it"), reverse("competition", args=[competition.slug])),
            Link(_("Change it"), _from_start("competition_edit", competition.slug)),
        ]
    return Step(
        "competition",
        _("Competition"),
        _("Its name, its first and last month, and which periods are ranked by themselves."),
        in_language(competition),
        competition is not None,
        links,
    )


def _groups(competition: Competition | None) -> Step:
    groups = competition.groups.count() if competition else 0
    entries = competition.groups.filter(entries__withdrawn=False).count() if competition else 0
    links = []
    if competition:
        links = [
            Link(_("See proposed groups"), _from_start("groups_propose", competition.slug)),
            Link(_("Make a group by hand"), _from_start("group_add", competition.slug)),
        ]
    state = [
        ngettext("%(count)d group", "%(count)d groups", groups) % {"count": groups},
        ngettext("%(count)d entry", "%(count)d entries", entries) % {"count": entries},
    ]
    return Step(
        "groups",
        _("Groups and entries"),
        _("Who competes with whom: same trade, same equipment, capacities that can be compared."),
        pgettext("list", ", ").join(state),
        entries > 0,
        links,
        "" if competition else _("Start the competition first."),
    )


def _rules(competition: Competition | None) -> Step:
    has_rules = bool(competition and competition.rule_sets.exists())
    is_current = bool(competition and has_rules and rule_set_is_current(competition))
    state = _("adopted") if is_current else _("the catalogue or the settings have changed since") if has_rules else ""
    return Step(
        "rules",
        _("Rules"),
        _("They fix formulas and settings, so that nobody changes them while the competition runs."),
        state,
        is_current,
        [Link(_("Adopt the rules"), _from_start("rules_adopt", competition.slug))] if competition else [],
        "" if competition else _("Start the competition first."),
    )


def _returns(competition: Competition | None) -> Step:
    state, is_done = "", False
    if competition:
        versions = ReturnVersion.objects.filter(monthly_return__plant__in=plants_in(competition))
        is_done = UnitMonth.objects.effective().filter(plant__in=plants_in(competition)).exists()
        if is_done:
            state = _("approved and counting")
        elif versions.filter(state=ReturnState.SUBMITTED).exists():
            state = _("submitted; a director approves it next")
        elif versions.exists():
            state = _("begun")
    return Step(
        "returns",
        _("First return"),
        _("A reporter of a plant signs in, enters a month and submits it; its director approves it."),
        state,
        is_done,
        [Link(_("Look at the returns"), reverse("returns"))],
        "" if competition else _("Start the competition first."),
    )


def _ranking(user: Any, competition: Competition | None) -> Step:
    leaders = leaders_of(user, competition) if competition else None
    groups = leaders.groups if leaders else []
    links = []
    if competition and competition.groups.exists():
        links = [Link(_("Open the ranking"), reverse("rankings", args=[competition.slug]))]
    return Step(
        "ranking",
        _("First ranking"),
        _("It is made by itself within a minute or two after an approval, once the month is over."),
        "",
        any(each.value is not None for group in groups for each in group.standings),
        links,
        "" if links else _("Make the groups first."),
    )
