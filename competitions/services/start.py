"""Several things at once, for the guided start of a site: all of them or none, each by its own service."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction

from competitions.models import Group
from competitions.services.setup import entry_add, group_save
from plants.models import Equipment, Plant
from plants.services.register import equipment_save, plant_save, rating_set


@transaction.atomic
def plants_add(*, actor: Any, plants: Iterable[Plant]) -> None:
    """Add plants. Raises Refused, ValidationError."""
    for plant in plants:
        plant_save(actor=actor, plant=plant)


@transaction.atomic
def equipment_add(*, actor: Any, pieces: Iterable[tuple[Equipment, Decimal]]) -> None:
    """Add equipment, each piece with the capacity it has from its first day in service on.

    Raises Refused, ValidationError.
    """
    for piece, capacity in pieces:
        equipment_save(actor=actor, equipment=piece)
        rating_set(actor=actor, equipment=piece, capacity=capacity, valid_from=piece.in_service_on)


@transaction.atomic
def groups_add(*, actor: Any, groups: Iterable[tuple[Group, Iterable[Equipment]]]) -> None:
    """Add groups to a competition and enter equipment in each. Raises Refused, ValidationError."""
    for group, pieces in groups:
        group_save(actor=actor, group=group)
        for piece in pieces:
            entry_add(actor=actor, group=group, plant=piece.plant, equipment=piece)
