from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet

from core.periods import Month
from core.rules import scope_q


class PlantQuerySet(QuerySet[Any]):
    """Plants. The register itself is public; figures and returns are not."""

    def figures_visible_to(self, user: Any) -> "PlantQuerySet":
        """Plants whose monthly figures the person may read."""
        return self.filter(scope_q("plant.figures", user))

    def returns_visible_to(self, user: Any) -> "PlantQuerySet":
        """Plants whose returns (drafts and history as well) the person may open."""
        return self.filter(scope_q("plant.returns", user))


class EquipmentQuerySet(QuerySet[Any]):
    """Pieces of equipment."""

    def in_service(self, month: Month) -> "EquipmentQuerySet":
        """Those in service on at least one day of the month."""
        return self.filter(
            Q(retired_on__isnull=True) | Q(retired_on__gt=month.first_day),
            in_service_on__lt=month.next_first_day,
        )


class UnitMonthQuerySet(QuerySet[Any]):
    """What units reported for months."""

    def effective(self) -> "UnitMonthQuerySet":
        """Only what counts: the newest version of each return that is approved (a revision: accepted)."""
        return self.filter(effective=True)


class ReturnVersionManager(models.Manager[Any]):
    def newest(self) -> QuerySet[Any]:
        """The newest version of each return."""
        return self.alias(
            newest=models.Subquery(
                self.model.objects.filter(monthly_return=models.OuterRef("monthly_return"))
                .order_by("-number")
                .values("number")[:1]
            )
        ).filter(number=F("newest"))
