from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from competitions.choices import RunState
from core.periods import Period
from core.rules import scope_q


class CompetitionQuerySet(QuerySet[Any]):
    """Competitions."""

    def visible_to(self, user: Any) -> "CompetitionQuerySet":
        """Those the person may know of."""
        return self.filter(scope_q("competition.view", user))


class RunQuerySet(QuerySet[Any]):
    """Standings runs."""

    def complete(self, as_of: datetime | None = None) -> "RunQuerySet":
        """Finished runs (by a moment, if given)."""
        found = self.filter(state=RunState.COMPLETE)
        return found.filter(finished_at__lte=as_of) if as_of else found

    def of_period(self, period: Period) -> "RunQuerySet":
        return self.filter(first=period.first.first_day, last=period.last.first_day)

    def newest_each(self, as_of: datetime | None = None) -> "RunQuerySet":
        """The newest finished run of each competition and period."""
        newest = (
            self.model.objects.complete(as_of)
            .filter(competition=OuterRef("competition"), first=OuterRef("first"), last=OuterRef("last"))
            .order_by("-id")
        )
        return self.filter(pk=Subquery(newest.values("pk")[:1]))
