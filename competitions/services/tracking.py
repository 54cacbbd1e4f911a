"""Which periods have to be ranked anew: facts of lower floors become changes of tracked periods."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F

from competitions.models import Competition, Entry, StaleGroup, StandingsRun, TrackedPeriod
from core import clock, ledger, rules
from core.periods import Month, Period, periods_containing
from core.wake import send_on_commit
from plants.models import DirtyMonth


@transaction.atomic
def period_mark(competition: Competition, period: Period, groups: Iterable[int] | None = None) -> None:
    """Count one more change of the period, tracking it from now on: of these groups (ids), or of everything."""
    tracked, _made = TrackedPeriod.objects.get_or_create(
        competition=competition, first=period.first.first_day, last=period.last.first_day
    )
    mine = TrackedPeriod.objects.filter(pk=tracked.pk)
    if groups is None:
        mine.update(changes=F("changes") + 1, whole=F("changes") + 1)
        return
    mine.update(changes=F("changes") + 1)
    # The row is locked from here on, so this is the count that the update has made.
    change = mine.values_list("changes", flat=True).get()
    StaleGroup.objects.bulk_create(
        [StaleGroup(tracked=tracked, group_id=group, change=change) for group in sorted(groups)],
        update_conflicts=True,
        unique_fields=("tracked", "group"),
        update_fields=("change",),
    )


@transaction.atomic
def dirty_months_absorb() -> int:
    """Turn every dirty month into changes of the periods it touches; answers how many months there were.

    A month touches the periods that contain it and, as the base a year before, those that contain it a year later; in
    them the groups that the plant is entered in. Two workers doing this at once may count a change twice, which costs
    a look and changes nothing.
    """
    dirty = list(DirtyMonth.objects.order_by("id").values_list("pk", "plant_id", "month"))
    months: dict[int, set[Month]] = {}
    for _pk, plant, month in dirty:
        months.setdefault(plant, set()).add(Month.of(month))
    changed: dict[tuple[Competition, Month], set[int]] = {}
    for entry in Entry.objects.filter(plant__in=months, withdrawn=False).select_related("group__competition"):
        for each in months[entry.plant_id]:
            changed.setdefault((entry.group.competition, each), set()).add(entry.group_id)
    marked: dict[tuple[Competition, Period], set[int]] = {}
    for (competition, each), groups in changed.items():
        for period in _touched(competition, each):
            marked.setdefault((competition, period), set()).update(groups)
    for competition, period in sorted(marked, key=lambda each: (each[0].pk, each[1])):
        period_mark(competition, period, marked[competition, period])
    DirtyMonth.objects.filter(pk__in=[pk for pk, *_rest in dirty]).delete()
    return len(dirty)


def _touched(competition: Competition, month: Month) -> Iterable[Period]:
    now = Month.of(clock.today())
    tracked = [
        each.period
        for each in TrackedPeriod.objects.filter(
            competition=competition,
            first__lte=month.plus(12).first_day,
            last__gte=month.first_day,
        )
    ]
    own = {
        period
        for period in periods_containing(month, competition.cadence)
        if competition.first_month <= period.first
        and period.last <= competition.last_month
        # A period that is not over yet is ranked once a return of its last month counts.
        and (period.last < now or period.last == month)
    }
    return own | {period for period in tracked if month in period or month.plus(12) in period}


def ended_periods(competition: Competition) -> list[Period]:
    """Every period of the competition's cadence that is over, oldest first."""
    now = Month.of(clock.today())
    last = min(competition.last_month, now.plus(-1))
    periods: set[Period] = set()
    month = competition.first_month
    while month <= last:
        for period in periods_containing(month, competition.cadence):
            if competition.first_month <= period.first and period.last <= last:
                periods.add(period)
        month = month.plus(1)
    return sorted(periods, key=lambda period: (period.last, period.length))


@transaction.atomic
def competition_mark(competition: Competition, groups: Iterable[int] | None = None) -> None:
    """Mark every period of the competition, those ended and those tracked before: in these groups, or wholly."""
    tracked = {each.period for each in TrackedPeriod.objects.filter(competition=competition)}
    for period in sorted(tracked | set(ended_periods(competition))):
        period_mark(competition, period, groups)


@transaction.atomic
def standings_request(*, actor: Any, competition: Competition, period: Period, task: Any) -> None:
    """Ask for a period's standings, tracking it from now on; `task` is woken after commit. Raises Refused."""
    rules.enforce("standings.request", actor, competition)
    period_mark(competition, period)
    ledger.record(actor=actor, act="standings.requested", subject=competition.subject, new={"period": str(period)})
    send_on_commit(task, competition.pk, str(period))


def due_periods() -> list[TrackedPeriod]:
    """What has changed since it was ranked, oldest periods first; runs a killed worker left are among them."""
    return list(
        TrackedPeriod.objects.filter(changes__gt=F("ranked"))
        .select_related("competition")
        .order_by("last", "-first", "id")
    )


def running_of(competition: Competition, period: Period) -> StandingsRun | None:
    """The run under way, for its progress."""
    return StandingsRun.objects.of_period(period).filter(competition=competition, state="running").first()
