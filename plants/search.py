"""What of the register is found by the search: plants and equipment are public, their figures are not searched."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.search import Kind, Result, register
from core.templatetags.figures import in_language
from plants.models import Equipment, Plant


def _plants(user: Any) -> QuerySet[Plant]:
    return Plant.objects.all()


def _plant(plant: Plant) -> Result:
    return Result(plant, plant.slug, in_language(plant, "city"), reverse("plant", args=[plant.slug]))


def _equipment(user: Any) -> QuerySet[Equipment]:
    return Equipment.objects.select_related("plant", "kind").order_by("plant__name", "kind", "code")


def _piece(piece: Equipment) -> Result:
    place = f"{in_language(piece.plant)} · {in_language(piece.kind)}"
    return Result(piece, piece.code, place, f"{reverse('plant', args=[piece.plant.slug])}#equipment-{piece.code}")


register(Kind("plants", _("Plants"), "factory", _plants, ("slug", "name", "name_zh"), ("city", "city_zh"), _plant))
register(
    Kind(
        "equipment",
        _("Equipment"),
        "flame",
        _equipment,
        ("code", "name", "name_zh"),
        (
            "plant__slug",
            "plant__name",
            "plant__name_zh",
            "plant__city",
            "plant__city_zh",
            "kind__name",
            "kind__name_zh",
        ),
        _piece,
    )
)
