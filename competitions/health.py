"""What competitions tell of how the site is: runs left behind, changes that wait, the nightly pass."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from competitions.choices import RunState
from competitions.models import StandingsRun, TrackedPeriod
from core import clock, health
from core.health import Line, State
from core.models import Lease
from plants.models import DirtyMonth

# A run that was taken up so often ends its workers, or they end otherwise.
TOO_OFTEN = 3
NIGHTLY_TOO_OLD = timedelta(days=2)


@health.lines(30)
def runs() -> Iterable[Line]:
    """Runs under way; one that nobody holds any more, or that was begun again and again, by itself."""
    held = set(Lease.objects.filter(expires_at__gt=clock.now()).values_list("name", flat=True))
    patience = clock.now() - timedelta(seconds=settings.LEASE_S + 2 * settings.RANK_INTERVAL_S)
    under_way = 0
    for run in StandingsRun.objects.filter(state=RunState.RUNNING).select_related("competition").order_by("started_at"):
        is_left = f"rank:{run.competition.slug}:{run.period}" not in held and run.started_at < patience
        if not is_left and run.attempts <= TOO_OFTEN:
            under_way += 1
            continue
        figure = _("%(done)d of %(total)d groups, attempt %(attempts)d, begun %(ago)s") % {
            "done": run.done,
            "total": run.total,
            "attempts": run.attempts,
            "ago": health.ago(run.started_at),
        }
        yield Line(
            _("Ranking of %(competition)s, %(period)s") % {"competition": run.competition.slug, "period": run.period},
            State.BAD if is_left else State.WARNING,
            figure,
            _("Nobody works on it. Start a worker; it goes on where the last one stopped.")
            if is_left
            else _("Workers end before it does: look at their log and at the memory of the machine."),
        )
    yield Line(
        _("Rankings under way"),
        State.GOOD,
        ngettext("%(count)d run", "%(count)d runs", under_way) % {"count": under_way},
    )


@health.lines(40)
def waiting() -> Iterable[Line]:
    """Approved returns and periods that have not been ranked yet, and since when."""
    oldest = DirtyMonth.objects.order_by("at").first()
    due = TrackedPeriod.objects.filter(changes__gt=F("ranked")).count()
    periods = ngettext("%(count)d period to rank", "%(count)d periods to rank", due) % {"count": due}
    if oldest is None:
        yield Line(_("Changes waiting"), State.GOOD, periods)
        return
    marks = DirtyMonth.objects.count()
    figure = ngettext(
        "%(count)d changed month, the oldest %(ago)s", "%(count)d changed months, the oldest %(ago)s", marks
    ) % {"count": marks, "ago": health.ago(oldest.at)}
    is_late = clock.now() - oldest.at > timedelta(seconds=5 * settings.RANK_INTERVAL_S + settings.LEASE_S)
    yield Line(
        _("Changes waiting"),
        State.WARNING if is_late else State.GOOD,
        pgettext("list", "; ").join((figure, periods)),
        _("They wait longer than they should: see whether worker and schedule are alive, then start more workers."),
    )


@health.lines(50)
def nightly() -> Iterable[Line]:
    """The pass over every ended period at night."""
    found = health.last_sign("nightly")
    is_late = found is not None and clock.now() - found.at > NIGHTLY_TOO_OLD
    state = State.FACT if found is None else State.WARNING if is_late else State.GOOD
    yield Line(
        _("Nightly pass"),
        state,
        health.ago(found.at) if found else _("not yet"),
        _("It should run every night at 02:30: see whether the schedule is alive."),
    )
