"""What people of a plant are told of its returns, and the reminders of those that are due or late."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import Delivery
from accounts.notices import already_told, kind, notice_send
from core import clock
from core.ledger import SYSTEM
from core.periods import Month, Period
from core.wording import names_in_both, period_in_both
from plants.choices import PlantRole, ReturnState
from plants.models import Equipment, MonthlyReturn, Plant, ReturnVersion
from plants.permissions import local_today
from plants.selectors import new_return, people_of

RETURNS = _("Returns of your plants")
SUBMITTED = kind(
    "return.submitted",
    group=RETURNS,
    name=_("A return waits for the director’s approval"),
    title=_("%(plant)s: return of %(month)s submitted"),
    text=_("It waits for the approval of a director."),
    delivery=Delivery.MAIL,
)
SENT_BACK = kind(
    "return.sent_back",
    group=RETURNS,
    name=_("A return is sent back"),
    title=_("%(plant)s: return of %(month)s sent back"),
    text=_("To be mended: “%(reason)s”"),
    delivery=Delivery.MAIL,
)
ACCEPTED = kind(
    "return.accepted",
    group=RETURNS,
    name=_("A return is accepted"),
    title=_("%(plant)s: return of %(month)s accepted"),
)
REVISION_ACCEPTED = kind(
    "revision.accepted",
    group=RETURNS,
    name=_("A revision is accepted"),
    title=_("%(plant)s: revision of %(month)s accepted"),
    text=_("The revised figures count from now on."),
    delivery=Delivery.MAIL,
)
DUE = kind(
    "return.due",
    group=RETURNS,
    name=_("A return is due soon and not submitted"),
    title=_("%(plant)s: return of %(month)s due on %(due)s"),
    text=_("It is not submitted yet."),
    delivery=Delivery.MAIL,
)
LATE = kind(
    "return.late",
    group=RETURNS,
    name=_("A return is late"),
    title=_("%(plant)s: return of %(month)s is late"),
    text=_("It was due on %(due)s and is not submitted yet. The month closes on %(locked)s."),
    delivery=Delivery.MAIL,
)

MONTHS_BACK = 3
"""Reminders look at this month and so many before it."""


def tell_submitted(actor: Any, version: ReturnVersion) -> None:
    _tell(SUBMITTED, actor, version.monthly_return, PlantRole.DIRECTOR)


def tell_sent_back(actor: Any, version: ReturnVersion, reason: str) -> None:
    _tell(SENT_BACK, actor, version.monthly_return, reason=reason)


def tell_accepted(actor: Any, version: ReturnVersion) -> None:
    _tell(REVISION_ACCEPTED if version.is_revision else ACCEPTED, actor, version.monthly_return)


def _tell(kind: str, actor: Any, monthly: MonthlyReturn, *roles: str, once: str = "", **more: str) -> None:
    """Tell the people of the return's plant, all roles unless some are named."""
    plant, month = monthly.plant, monthly.period
    notice_send(
        actor=actor,
        kind=kind,
        to=people_of([plant], *roles),
        address=reverse("return", args=[plant.slug, month]),
        once=once,
        plant=names_in_both(plant),
        month=period_in_both(Period(month, month)),
        **more,
    )


def reminders_send() -> int:
    """Remind the people of every plant whose return is due soon or late and not submitted; answers how many returns.

    Once for each return, however often it is called: what was told stands in the notices.
    """
    months = [Month.of(clock.today()).plus(-back) for back in range(MONTHS_BACK, -1, -1)]
    to_say = [(code, each) for each in _not_submitted(months) if (code := _reminder_of(each))]
    told = {code: already_told(code, [str(each) for _code, each in to_say]) for code in (DUE, LATE)}
    new = [(code, each) for code, each in to_say if str(each) not in told[code]]
    for code, monthly in new:
        dates = {"due": str(monthly.due_on), "locked": str(monthly.locked_on)}
        _tell(code, SYSTEM, monthly, once=str(monthly), **dates)
    return len(new)


def _reminder_of(monthly: MonthlyReturn) -> str:
    """What is to be said of a return not submitted today, where it is kept; nothing before, between and after."""
    today = local_today(monthly)
    if monthly.due_on - timedelta(days=settings.NOTICE_DUE_DAYS) <= today <= monthly.due_on:
        return DUE
    return LATE if monthly.late_after < today < monthly.locked_on else ""


def _not_submitted(months: Iterable[Month]) -> Iterator[MonthlyReturn]:
    """The returns that plants with equipment in service have not begun, or hold as a draft."""
    for month in months:
        begun = {
            each.monthly_return.plant_id: each
            for each in ReturnVersion.objects.newest()
            .filter(monthly_return__month=month.first_day)
            .select_related("monthly_return__plant")
        }
        serving = Equipment.objects.in_service(month).values("plant")
        for plant in Plant.objects.filter(pk__in=serving).select_related("calendar").order_by("pk"):
            version = begun.get(plant.pk)
            if version is None:
                yield new_return(plant, month)
            elif version.state == ReturnState.DRAFT and not version.is_revision:
                yield version.monthly_return
