"""What of competitions is found by the search: those that the person may know of, and the groups in them."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competitions.models import Competition, Group
from core.search import Kind, Result, register
from core.templatetags.figures import in_language, month_name


def _competitions(user: Any) -> QuerySet[Competition]:
    return Competition.objects.visible_to(user)


def _competition(competition: Competition) -> Result:
    place = f"{month_name(competition.first_month)} – {month_name(competition.last_month)}"
    return Result(competition, competition.slug, place, reverse("competition", args=[competition.slug]))


def _groups(user: Any) -> QuerySet[Group]:
    seen = Competition.objects.visible_to(user).values("pk")
    found = Group.objects.filter(competition__in=seen).select_related("competition")
    return found.order_by("-competition__ends", "competition", "position")


def _group(group: Group) -> Result:
    address = f"{reverse('rankings', args=[group.competition.slug])}?group={group.code}"
    return Result(group, group.code, in_language(group.competition), address)


register(
    Kind("competitions", _("Competitions"), "trophy", _competitions, ("slug", "name", "name_zh"), (), _competition)
)
register(
    Kind(
        "groups",
        _("Groups"),
        "users",
        _groups,
        ("code", "name", "name_zh"),
        ("competition__slug", "competition__name", "competition__name_zh", "kind__name", "kind__name_zh"),
        _group,
    )
)
