"""What people of a competition are told of: revisions that wait for an evaluator, periods ranked for the first time.

Both are facts of rows that are written without knowing of notices; a task reads them.
"""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import Delivery
from accounts.notices import already_told, kind, notice_send
from competitions.choices import CompetitionRole
from competitions.models import Role, StandingsRun
from competitions.selectors import plants_in
from core import clock
from core.ledger import SYSTEM
from core.periods import Period
from core.wording import names_in_both, period_in_both
from plants.choices import PlantRole, ReturnState
from plants.models import ReturnVersion
from plants.selectors import people_of

REVISION_ASKED = kind(
    "revision.asked",
    group=_("Returns you judge"),
    name=_("A revision waits for an evaluator"),
    title=_("%(plant)s: revision of %(month)s to judge"),
    text=_("Reason: “%(reason)s”"),
    delivery=Delivery.MAIL,
)
RANKED = kind(
    "standings.ranked",
    group=_("Competitions of your plants"),
    name=_("A period is ranked for the first time"),
    title=_("%(competition)s: %(period)s is ranked"),
)

NEWS = timedelta(days=3)
"""A first ranking older than this is no news any more, whoever was told of it."""


def revisions_tell() -> int:
    """Tell evaluators, but for members of the plant and writers of it, of approved revisions; answers how many."""
    waiting = (
        ReturnVersion.objects.newest()
        .filter(number__gt=1, state=ReturnState.APPROVED, approved_at__isnull=False)
        .select_related("monthly_return__plant")
    )
    names = {f"{each}@{each.approved_at.isoformat()}": each for each in waiting}
    new = names.keys() - already_told(REVISION_ASKED, names)
    for name in sorted(new):
        version = names[name]
        monthly = version.monthly_return
        plant, month = monthly.plant, monthly.period
        judges = Role.objects.filter(role=CompetitionRole.EVALUATOR, competition__groups__entries__plant=plant)
        ids = set(judges.values_list("user", flat=True)) - set(people_of([plant]))
        notice_send(
            actor=SYSTEM,
            kind=REVISION_ASKED,
            to=ids - {version.author_id, *version.editors.values_list("pk", flat=True)},
            address=reverse("return", args=[plant.slug, month]),
            once=name,
            plant=names_in_both(plant),
            month=period_in_both(Period(month, month)),
            reason=version.reason,
        )
    return len(new)


def rankings_tell() -> int:
    """Tell the directors of the plants entered of each period that was ranked for the first time; answers how many."""
    complete = StandingsRun.objects.complete()
    earlier = complete.filter(
        competition=OuterRef("competition"), first=OuterRef("first"), last=OuterRef("last"), pk__lt=OuterRef("pk")
    )
    firsts = complete.filter(~Exists(earlier), finished_at__gt=clock.now() - NEWS).select_related("competition")
    names = {f"{run.competition.slug}:{run.period}": run for run in firsts.order_by(F("last"), "pk")}
    told = already_told(RANKED, names)
    new = [(name, run) for name, run in names.items() if name not in told]
    for name, run in new:
        entered = plants_in(run.competition)
        address = reverse("rankings", args=[run.competition.slug])
        notice_send(
            actor=SYSTEM,
            kind=RANKED,
            to=people_of(entered, PlantRole.DIRECTOR),
            address=f"{address}?period={run.period}",
            once=name,
            competition=names_in_both(run.competition),
            period=period_in_both(run.period),
        )
    return len(new)
