"""What a plant's people do next, for the front page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from core import clock, panels
from core.periods import Month
from plants.choices import PlantRole, ReturnState
from plants.history import reasons_sent_back
from plants.models import Equipment, MonthlyReturn, Plant, ReturnVersion
from plants.permissions import is_locked, local_today
from plants.selectors import calendar_of, new_return, plants_of


@dataclass(frozen=True, slots=True)
class ToDo:
    """One month of one plant that waits for the person.

    `act` is enter (nothing is there yet), finish (a draft), mend (sent back or under revision) or approve.
    """

    act: str
    plant: Plant
    month: Month
    due_on: date
    overdue: bool
    reason: str = ""


def home(request: HttpRequest) -> dict[str, Any] | None:
    """Months to enter or mend for reporters, to approve for directors, overdue ones first. None for strangers."""
    if not plants_of(request.user).exists():
        return None
    found = [*_to_report(request.user), *_to_approve(request.user)]
    found.sort(key=lambda each: (not each.overdue, each.due_on, each.plant.name))
    return {"todos": found}


def _to_report(user: Any) -> Iterable[ToDo]:
    plants = list(plants_of(user, PlantRole.REPORTER).select_related("calendar"))
    if not plants:
        return
    _give_usual_calendar(plants)
    this_month = Month.of(clock.today())
    months = [this_month.plus(-1), this_month]
    newest = list(_newest(plants).filter(monthly_return__month__gte=months[0].first_day))
    drafts = list(_newest(plants).filter(state=ReturnState.DRAFT))
    begun = {(each.monthly_return.plant_id, each.monthly_return.period) for each in newest}
    for month in months:
        serving = set(Equipment.objects.in_service(month).filter(plant__in=plants).values_list("plant", flat=True))
        for plant in plants:
            blank = new_return(plant, month)
            if plant.pk in serving and (plant.pk, month) not in begun and not _is_over(blank):
                yield _todo("enter", blank)
    reasons = reasons_sent_back(drafts)
    for draft in drafts:
        if not is_locked(draft):
            act = "mend" if draft.is_revision or draft.submitted_at else "finish"
            yield _todo(act, draft.monthly_return, reasons.get(draft.pk, ""))


def _to_approve(user: Any) -> Iterable[ToDo]:
    """Submitted returns, but for those in which the director entered figures: another one approves them."""
    plants = plants_of(user, PlantRole.DIRECTOR)
    for version in _newest(plants).filter(state=ReturnState.SUBMITTED).exclude(editors=user):
        yield _todo("approve", version.monthly_return, version.reason)


def _newest(plants: Any) -> Any:
    newest = ReturnVersion.objects.newest().filter(monthly_return__plant__in=plants)
    return newest.select_related("monthly_return__plant").order_by("monthly_return__month")


def _give_usual_calendar(plants: list[Plant]) -> None:
    """Look the site's usual calendar up once, not for each plant that has none of its own."""
    without = [plant for plant in plants if plant.calendar is None]
    usual = calendar_of(without[0]) if without else None
    for plant in without:
        plant.calendar = usual


def _is_over(monthly: MonthlyReturn) -> bool:
    return local_today(monthly) >= monthly.locked_on


def _todo(act: str, monthly: MonthlyReturn, reason: str = "") -> ToDo:
    overdue = local_today(monthly) > monthly.due_on
    return ToDo(act, monthly.plant, monthly.period, monthly.due_on, overdue, reason)


def roles_of_person(request: HttpRequest, *, person: User) -> dict[str, Any] | None:
    """The plants a person belongs to, for administrators."""
    return {"memberships": person.memberships.select_related("plant")}


panels.register("person.page", "plants/panels/person.html", roles_of_person, order=10)
panels.register("home", "plants/panels/home.html", home, order=10)
