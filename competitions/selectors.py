from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from competitions.choices import CompetitionRole
from competitions.models import Competition, Role
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
