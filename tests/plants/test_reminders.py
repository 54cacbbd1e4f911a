"""Reminders of returns that are due or late: when, to whom, once."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Notice
from accounts.notices import words
from core import clock
from core.periods import Month
from plants.notices import DUE, LATE
from plants.services.returns import return_revise
from plants.tasks import remind
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def furnace(now):
    """A furnace at Daye, whose October is due on the 5th, late after the 8th, and closes on the 20th of November."""
    return make.equipment(make.plant("daye", calendar=make.calendar()))


def on(day, hour=9):
    return clock.at(datetime(2026, 11, day, hour, tzinfo=make.ZONE))


def reminded(day):
    """What is said on a day of November, by kind, and to whom."""
    Notice.objects.all().delete()
    with on(day):
        remind()
    return {(each.kind, each.person.email, each.once) for each in Notice.objects.all()}


def said(kind, month="2026-10"):
    return {(kind, f"{role}@daye.example", f"daye/{month}") for role in ("reporter", "director")}


@pytest.mark.parametrize(
    ("day", "kind"),
    [(1, None), (2, DUE), (5, DUE), (6, None), (8, None), (9, LATE), (19, LATE), (20, None), (30, None)],
)
def test_reminder_comes_before_the_due_day_and_after_the_days_of_grace(furnace, day, kind):
    assert reminded(day) == (said(kind) if kind else set())


@pytest.mark.parametrize(("until", "told"), [("draft", True), ("submitted", False), ("approved", False)])
def test_reminder_is_spared_where_the_return_is_submitted(furnace, until, told):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until=until)
    assert reminded(5) == (said(DUE) if told else set())


def test_reminder_is_not_about_a_revision(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}})
    with on(5):
        return_revise(
            actor=make.reporter(furnace.plant), plant=furnace.plant, month=Month.parse("2026-10"), reason="misread"
        )
    assert reminded(9) == set()


def test_reminder_is_sent_once_however_often_the_task_runs(furnace):
    for day in (2, 3, 3, 5, 9, 10, 11):
        with on(day):
            remind()
    assert [each.kind for each in Notice.objects.filter(person__email="reporter@daye.example").order_by("pk")] == [
        DUE,
        LATE,
    ]


def test_reminder_keeps_to_the_dates_the_return_has_already(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="draft")
    monthly = furnace.plant.returns.get()
    monthly.late_after += timedelta(days=5)
    monthly.save()
    assert reminded(10) == set()
    assert reminded(14) == said(LATE)


def test_reminder_is_for_plants_with_something_in_service_only(furnace):
    furnace.retired_on = Month.parse("2026-10").first_day
    furnace.save()
    make.plant("dalian")
    assert reminded(5) == set()


def test_reminder_says_by_when_in_the_readers_words(furnace):
    reminded(9)
    notice = Notice.objects.first()
    assert words(notice).title == "Daye Steel Plant: return of October 2026 is late"
    assert words(notice).text == ("It was due on 2026-11-05 and is not submitted yet. The month closes on 2026-11-20.")
    assert notice.address == "/returns/daye/2026-10/"


def test_reminders_of_many_plants_read_the_returns_of_a_month_at_once(furnace, django_assert_max_num_queries):
    counts = []
    calendar = furnace.plant.calendar
    for slugs in (("dalian",), ("benxi", "fushun", "anshan")):
        for slug in slugs:
            make.equipment(make.plant(slug, calendar=calendar))
        with on(6), django_assert_max_num_queries(30) as captured:
            assert remind() == 0
        counts.append(len(captured))
    assert counts[0] == counts[1]
