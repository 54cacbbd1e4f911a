"""The rules of competitions, and what roles in them grant on the floors below."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.selectors import has_second_factor
from competitions.choices import CompetitionRole, Visibility
from competitions.models import Competition, Entry, Role
from competitions.selectors import entered_plants, evaluated_plants, has_role, plants_in
from core.rules import Allowed, Decision, Denied, rule, scope, veto
from core.templatetags.figures import in_language
from plants.choices import ReturnState
from plants.models import Plant, ReturnVersion
from plants.selectors import belongs_to, plants_of


def _roles(user: Any) -> Any:
    return Role.objects.filter(user=user).values("competition") if user.is_authenticated else Role.objects.none()


@scope("competition.view")
def competitions_in_sight(user: Any) -> Q:
    """Public ones for all; the others for their parties and officials."""
    if user.is_authenticated and user.is_superuser:
        return Q(pk__isnull=False)
    sight = Q(visibility=Visibility.PUBLIC)
    if user.is_authenticated:
        sight |= Q(pk__in=_roles(user)) | Q(groups__entries__plant__in=plants_of(user).values("pk"))
    return Q(pk__in=Competition.objects.filter(sight).values("pk"))


@scope("plant.returns")
def returns_of_ones_competitions(user: Any) -> Q:
    """Organizers, evaluators and inspectors read the returns of the plants in their competitions."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    return Q(pk__in=entered_plants(_roles(user)))


@scope("plant.figures")
def figures_shown_by_competitions(user: Any) -> Q:
    """Figures are open where a competition shows them: to all, or to the parties of it."""
    shown = Q(visibility=Visibility.PUBLIC)
    if user.is_authenticated:
        shown |= Q(pk__in=_roles(user))
        shown |= Q(visibility=Visibility.PARTIES, groups__entries__plant__in=plants_of(user).values("pk"))
    return Q(pk__in=entered_plants(Competition.objects.filter(shown).values("pk")))


@rule("competition.view")
def competition_in_sight(user: Any, competition: Competition) -> Decision:
    if (
        competition.visibility == Visibility.PUBLIC
        or Competition.objects.visible_to(user).filter(pk=competition.pk).exists()
    ):
        return Allowed()
    return Denied(_("This competition is shown to its parties only."))


def _organizes_any(user: Any) -> bool:
    return user.is_authenticated and Role.objects.filter(user=user, role=CompetitionRole.ORGANIZER).exists()


@rule("competition.create")
def organizers_create(user: Any, subject: Any) -> Decision:
    if _organizes_any(user) or (user.is_authenticated and user.is_superuser):
        return Allowed()
    return Denied(_("Only organizers and administrators create competitions."))


@rule("site.watch")
def organizers_watch(user: Any, subject: Any) -> Decision:
    if _organizes_any(user):
        return Allowed()
    return Denied(_("Only organizers and administrators see how the site is."))


@rule("competition.organize")
def its_organizer(user: Any, competition: Competition) -> Decision:
    if (user.is_authenticated and user.is_superuser) or has_role(user, competition, CompetitionRole.ORGANIZER):
        return Allowed()
    return Denied(_("Only an organizer of this competition may do this."))


@rule("standings.request")
def parties_ask_for_a_run(user: Any, competition: Competition) -> Decision:
    """Parties and officials may ask for a period that is not ranked by itself."""
    is_party = user.is_authenticated and plants_in(competition).filter(pk__in=plants_of(user).values("pk")).exists()
    if is_party or has_role(user, competition) or (user.is_authenticated and user.is_superuser):
        return Allowed()
    return Denied(_("Only the parties of this competition may ask for a ranking."))


def _is_evaluator_of(user: Any, plant: Plant) -> bool:
    return user.is_authenticated and evaluated_plants(user).filter(pk=plant.pk).exists()


@rule("return.accept")
def evaluator_accepts(user: Any, version: ReturnVersion) -> Decision:
    plant = version.monthly_return.plant
    if not _is_evaluator_of(user, plant):
        return Denied(_("Only an evaluator of the competition accepts a return."))
    if belongs_to(user, plant):
        return Denied(_("You belong to this plant, so another evaluator must judge its return."))
    if version.state != ReturnState.APPROVED:
        return Denied(_("Only a return its director has approved can be accepted."))
    if version.is_revision and (version.author_id == user.pk or version.editors.filter(pk=user.pk).exists()):
        return Denied(_("You opened this revision, so another evaluator must accept it."))
    return Allowed()


@rule("return.send_back")
def evaluator_sends_back(user: Any, version: ReturnVersion) -> Decision:
    plant = version.monthly_return.plant
    if not _is_evaluator_of(user, plant):
        return Denied(_("Only an evaluator of the competition sends back an approved return."))
    if belongs_to(user, plant):
        return Denied(_("You belong to this plant, so another evaluator must judge its return."))
    if version.state not in (ReturnState.APPROVED, ReturnState.ACCEPTED):
        return Denied(_("Only an approved return can be sent back by an evaluator."))
    return Allowed()


@veto("return.approve")
def second_factor_before_approval(user: Any, version: ReturnVersion) -> Denied | None:
    monthly = version.monthly_return
    return second_factor_missing(user, monthly.plant, monthly.month)


def second_factor_missing(user: Any, plant: Plant, month: date) -> Denied | None:
    """The refusal of a competition that demands a second factor of the plant's directors, or None.

    A competition demands it for every month up to its last one; the months before its first are the base of its
    comparisons.
    """
    entered = Entry.objects.filter(plant=plant, withdrawn=False).values("group__competition")
    demanding = Competition.objects.filter(pk__in=entered, second_factor=True, ends__gte=month).first()
    if demanding is None or has_second_factor(user):
        return None
    return Denied(
        _("%(competition)s demands a second factor: set one up under “Your account”, then approve.")
        % {"competition": in_language(demanding)}
    )
