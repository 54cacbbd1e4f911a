"""The life of a monthly return: saved, submitted, approved, accepted, sent back, and who may do what when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from core import clock, ledger, rules
from core.models import LedgerEntry
from core.periods import Month
from plants.choices import ReturnState
from plants.models import DirtyMonth, Membership, MonthlyReturn, ReturnVersion, UnitMonth
from plants.services import returns
from plants.services.returns import Typed
from tests import factories as make

pytestmark = pytest.mark.django_db

MONTH = Month(2026, 10)
REASON = "The weighbridge was recalibrated."
LATER = datetime(2026, 11, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def daye(now):
    """A plant with one furnace of 10 MVA in a competition, so that there are evaluators."""
    plant = make.plant("daye")
    furnace = make.equipment(plant)
    make.enter(make.group(make.competition()), furnace)
    return plant


def furnace_of(plant):
    return plant.equipment.get()


def save(plant, actor=None, month=MONTH, **figures):
    figures = figures or {"good_t": "9300"}
    return returns.return_save(
        actor=actor or make.reporter(plant),
        plant=plant,
        month=month,
        cells=make.cells({furnace_of(plant): figures}),
    )


def act(name, actor, plant, **more):
    return getattr(returns, f"return_{name}")(actor=actor, plant=plant, month=MONTH, **more)


def evaluator():
    return make.person("evaluator@example.org")


def bring_to(plant, state):
    """The return of October in a state, brought there by the plant's own people."""
    return make.report(plant, "2026-10", {furnace_of(plant): {"good_t": "9300"}}, until=state)


def state_of(plant):
    return ReturnVersion.objects.newest().get(monthly_return__plant=plant).state


def history(plant):
    return [
        (entry.act, (entry.old or {}).get("state"), (entry.new or {}).get("state"))
        for entry in ledger.entries_of(f"return:{plant.slug}/2026-10")
    ]


def refused(name, actor, plant, **more):
    """The words of the refusal; nothing may have changed."""
    before = (state_of(plant), LedgerEntry.objects.count(), DirtyMonth.objects.count())
    with pytest.raises((rules.Refused, ValidationError)) as refusal:
        act(name, actor, plant, **more)
    assert (state_of(plant), LedgerEntry.objects.count(), DirtyMonth.objects.count()) == before
    return " ".join(getattr(refusal.value, "messages", None) or [str(refusal.value)])


# The whole life


def test_return_goes_from_draft_to_accepted(daye):
    save(daye)
    assert act("submit", make.reporter(daye), daye).state == ReturnState.SUBMITTED
    assert act("approve", make.director(daye), daye).state == ReturnState.APPROVED
    assert act("accept", evaluator(), daye).state == ReturnState.ACCEPTED


def test_return_writes_every_change_of_state_in_the_ledger(daye):
    bring_to(daye, "accepted")
    assert history(daye) == [
        ("return.saved", None, None),
        ("return.submitted", "draft", "submitted"),
        ("return.approved", "submitted", "approved"),
        ("return.accepted", "approved", "accepted"),
    ]


def test_return_saved_writes_old_and_new_figures_in_the_ledger(daye):
    save(daye)
    returns.return_save(
        actor=make.reporter(daye),
        plant=daye,
        month=MONTH,
        cells={(furnace_of(daye).pk, "good_t"): Typed("9400", "9300")},
    )
    entry = ledger.entries_of("return:daye/2026-10").last()
    assert (entry.old, entry.new) == ({"no-1/good_t": "9300"}, {"no-1/good_t": "9400"})


def test_return_remembers_when_each_step_was_taken(daye):
    version = bring_to(daye, "approved")
    days = [version.saved_at.day, version.submitted_at.day, version.approved_at.day, version.effective_at.day]
    assert days == [2, 3, 4, 4]


def test_return_counts_from_its_approval_on(daye):
    bring_to(daye, "submitted")
    assert not UnitMonth.objects.effective().exists()
    act("approve", make.director(daye), daye)
    assert UnitMonth.objects.effective().get().figures["good_t"] == "9300"


def test_return_marks_its_month_dirty_on_approval_and_not_before(daye):
    bring_to(daye, "submitted")
    assert not DirtyMonth.objects.exists()
    act("approve", make.director(daye), daye)
    assert DirtyMonth.objects.get().month == MONTH.first_day


def test_return_accepted_as_approved_does_not_mark_its_month_again(daye):
    bring_to(daye, "approved")
    act("accept", evaluator(), daye)
    assert DirtyMonth.objects.count() == 1


def test_return_sent_back_by_the_director_is_a_draft_again_with_the_reason(daye):
    bring_to(daye, "submitted")
    act("send_back", make.director(daye), daye, reason=REASON)
    assert state_of(daye) == ReturnState.DRAFT
    assert ledger.entries_of("return:daye/2026-10").last().reason == REASON
    assert save(daye, good_t="9300.5").version.number == 1


def test_return_without_any_figure_is_not_submitted(daye):
    returns.return_save(actor=make.reporter(daye), plant=daye, month=MONTH, cells={})
    assert "at least one figure" in refused("submit", make.reporter(daye), daye)


def test_return_nobody_began_cannot_be_submitted(daye):
    with pytest.raises(ValidationError, match="Nothing was entered for this month yet"):
        act("submit", make.reporter(daye), daye)


# Wrong transitions: (state, act, who) and the words of the refusal

REPORTER, DIRECTOR, EVALUATOR = "reporter@daye.example", "director@daye.example", "evaluator@example.org"
ALREADY_SUBMITTED = "The return is submitted. The director can send it back for changes."
ALREADY_APPROVED = "The return is approved. Start a revision with a reason to change a figure."
WRONG = [
    ("submitted", "submit", REPORTER, ALREADY_SUBMITTED),
    ("approved", "submit", REPORTER, ALREADY_APPROVED),
    ("accepted", "submit", REPORTER, ALREADY_APPROVED),
    ("draft", "approve", DIRECTOR, "Only a submitted return can be approved."),
    ("approved", "approve", DIRECTOR, "Only a submitted return can be approved."),
    ("accepted", "approve", DIRECTOR, "Only a submitted return can be approved."),
    ("draft", "accept", EVALUATOR, "Only a return its director has approved can be accepted."),
    ("submitted", "accept", EVALUATOR, "Only a return its director has approved can be accepted."),
    ("accepted", "accept", EVALUATOR, "Only a return its director has approved can be accepted."),
    ("draft", "send_back", DIRECTOR, "Only a submitted return can be sent back by the director."),
    ("approved", "send_back", DIRECTOR, "Only a submitted return can be sent back by the director."),
    ("draft", "send_back", EVALUATOR, "sends back"),
    ("submitted", "send_back", EVALUATOR, "sends back"),
    ("draft", "revise", REPORTER, "Only an approved return is revised; this one can still be changed."),
    ("submitted", "revise", DIRECTOR, "Only an approved return is revised; this one can still be changed."),
    # The right state, the wrong person.
    ("draft", "submit", DIRECTOR, "Only a reporter of the plant enters its figures."),
    ("submitted", "approve", REPORTER, "Only a director of the plant approves its return."),
    ("submitted", "approve", EVALUATOR, "Only a director of the plant approves its return."),
    ("submitted", "send_back", REPORTER, "Only a director of the plant sends back a submitted return."),
    ("approved", "accept", DIRECTOR, "Only an evaluator of the competition accepts a return."),
    ("approved", "accept", "inspector@example.org", "Only an evaluator of the competition accepts a return."),
    ("approved", "revise", EVALUATOR, "Only the plant itself revises its return."),
]


@pytest.mark.parametrize(("state", "name", "who", "words"), WRONG)
def test_return_in_the_wrong_state_or_hands_is_refused_with_words(daye, state, name, who, words):
    bring_to(daye, state)
    more = {"reason": REASON} if name in ("send_back", "revise") else {}
    assert words in refused(name, make.person(who), daye, **more)


@pytest.mark.parametrize("name", ["submit", "approve", "accept", "send_back", "revise"])
@pytest.mark.parametrize("state", ["draft", "submitted", "approved"])
def test_return_of_a_foreign_plant_is_refused_in_every_state(daye, state, name):
    make.plant("dalian")
    bring_to(daye, state)
    more = {"reason": REASON} if name in ("send_back", "revise") else {}
    for stranger in ("reporter@dalian.example", "director@dalian.example", "organizer@example.org"):
        assert refused(name, make.person(stranger), daye, **more)


@pytest.mark.parametrize("state", ["submitted", "approved", "accepted"])
def test_figures_of_a_return_no_longer_a_draft_cannot_be_saved(daye, state):
    bring_to(daye, state)
    with pytest.raises(rules.Refused):
        save(daye, good_t="1")
    assert UnitMonth.objects.get().figures["good_t"] == "9300"


@pytest.mark.parametrize("who", ["reporter@dalian.example", "director@daye.example", "admin@example.org"])
def test_figures_saved_by_another_than_the_plants_reporter_are_refused(daye, who):
    make.plant("dalian")
    make.admin()
    with pytest.raises(rules.Refused, match="Only a reporter of the plant enters its figures"):
        save(daye, actor=make.person(who))
    assert not MonthlyReturn.objects.exists()


def test_director_who_entered_figures_cannot_approve_them(daye):
    both = make.director(daye)
    Membership.objects.create(plant=daye, user=both, role="reporter")
    save(daye, actor=both)
    act("submit", make.reporter(daye), daye)
    assert "You entered figures of this return" in refused("approve", both, daye)


def test_director_who_entered_figures_leaves_them_to_another_director(daye):
    both, other = make.director(daye), make.person("second@daye.example")
    Membership.objects.create(plant=daye, user=both, role="reporter")
    Membership.objects.create(plant=daye, user=other, role="director")
    save(daye, actor=both)
    act("submit", both, daye)
    assert act("approve", other, daye).state == ReturnState.APPROVED


# By when


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
@pytest.mark.parametrize(("seconds", "closed"), [(-1, False), (0, True), (1, True)])
def test_month_closes_at_midnight_of_the_returns_own_zone(daye, zone, seconds, closed):
    daye.calendar = make.calendar(time_zone=zone)
    daye.save()
    save(daye)
    # Twenty days after 31 October.
    midnight = datetime(2026, 11, 20, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    with clock.at(midnight + timedelta(seconds=seconds)):
        if closed:
            with pytest.raises(rules.Refused, match="October 2026 was closed on"):
                save(daye, kwh="5")
            with pytest.raises(rules.Refused, match="October 2026 was closed on"):
                act("submit", make.reporter(daye), daye)
        else:
            assert save(daye, kwh="5").changed == 1


def test_month_closed_lets_nobody_begin_a_return(daye):
    with clock.at(LATER + timedelta(days=30)), pytest.raises(rules.Refused, match="was closed"):
        save(daye)
    assert not MonthlyReturn.objects.exists()


def test_month_closed_still_takes_what_was_submitted_in_time_and_sent_back(daye):
    bring_to(daye, "submitted")
    act("send_back", make.director(daye), daye, reason=REASON)
    with clock.at(LATER + timedelta(days=30)):
        assert save(daye, kwh="5").changed == 1


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize(("seconds", "begun"), [(-1, False), (0, True)])
def test_month_is_reported_from_its_first_moment_in_the_returns_zone(daye, zone, seconds, begun):
    daye.calendar = make.calendar(time_zone=zone)
    daye.save()
    with clock.at(datetime(2026, 10, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(seconds=seconds)):
        if begun:
            assert save(daye).changed == 1
        else:
            with pytest.raises(rules.Refused, match="October 2026 has not begun yet"):
                save(daye)


@pytest.mark.parametrize(("day", "late"), [(5, False), (8, False), (9, True), (19, True)])
def test_return_submitted_after_the_days_of_grace_is_late_but_taken(daye, day, late):
    with clock.at(datetime(2026, 11, day, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))):
        save(daye)
        assert act("submit", make.reporter(daye), daye).late is late


def test_return_begun_keeps_its_dates_when_the_calendar_changes(daye):
    daye.calendar = make.calendar()
    daye.save()
    save(daye)
    daye.calendar.lock_days = 12
    daye.calendar.save()
    with clock.at(LATER + timedelta(days=3)):
        assert save(daye, kwh="5").changed == 1
    assert MonthlyReturn.objects.get().locked_on.day == 20
