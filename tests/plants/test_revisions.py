"""Corrections of what is approved: new versions with a reason, counted once a second person accepts them."""

import pytest
from django.core.exceptions import ValidationError

from core import clock, ledger, rules
from core.periods import Month
from plants.choices import ReturnState
from plants.models import DirtyMonth, Membership, ReturnVersion, UnitMonth
from plants.services import returns
from plants.services.returns import Typed
from tests import factories as make
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

MONTH = Month(2026, 9)
REASON = "The weighbridge was recalibrated."


@pytest.fixture
def furnace(now):
    """A furnace whose September is approved with 9,000 t, in a competition with evaluators."""
    furnace = make.equipment(make.plant("daye"))
    make.enter(make.group(make.competition()), furnace)
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "9000"}})
    return furnace


def act(name, furnace, actor, **more):
    return getattr(returns, f"return_{name}")(actor=actor, plant=furnace.plant, month=MONTH, **more)


def evaluator(number=""):
    return make.person(f"evaluator{number}@example.org")


def revise(furnace, reason=REASON, actor=None):
    return act("revise", furnace, actor or make.reporter(furnace.plant), reason=reason)


def correct(furnace, actor=None):
    """9,000 t was really 8,900 t; up to the director's approval."""
    cells = {(furnace.pk, "good_t"): Typed("8900", "9000")}
    act("save", furnace, actor or make.reporter(furnace.plant), cells=cells)
    act("submit", furnace, make.reporter(furnace.plant))
    return act("approve", furnace, make.director(furnace.plant))


def counts():
    return UnitMonth.objects.effective().get().figures["good_t"]


def dirty():
    return DirtyMonth.objects.count()


def test_revision_is_a_copy_to_correct_beside_what_counts(furnace):
    revision = revise(furnace)
    assert (revision.number, revision.state, revision.reason) == (2, ReturnState.DRAFT, REASON)
    assert revision.units.get().figures["good_t"] == "9000"
    assert counts() == "9000"


@pytest.mark.parametrize("reason", ["", "    ", "typo", " typo "])
def test_revision_without_a_reason_is_refused_at_the_field(furnace, reason):
    with pytest.raises(ValidationError) as refused:
        revise(furnace, reason)
    assert list(refused.value.error_dict) == ["reason"]
    assert ReturnVersion.objects.count() == 1


def test_revision_approved_waits_and_the_old_figures_count_on(furnace):
    before = dirty()
    revise(furnace)
    correct(furnace)
    assert counts() == "9000"
    assert dirty() == before


def test_revision_accepted_counts_and_marks_the_month_dirty(furnace):
    before = dirty()
    revise(furnace)
    correct(furnace)
    accepted = act("accept", furnace, evaluator())
    assert counts() == "8900"
    assert accepted.effective_at == NOW
    assert dirty() == before + 1


def test_revision_leaves_the_former_version_as_it_was(furnace):
    revise(furnace)
    correct(furnace)
    act("accept", furnace, evaluator())
    former = ReturnVersion.objects.get(number=1)
    assert (former.state, former.units.get().figures["good_t"]) == (ReturnState.APPROVED, "9000")


def test_revision_of_a_month_long_closed_is_taken(furnace):
    with clock.at(NOW.replace(year=2027)):
        revise(furnace)
        assert correct(furnace).state == ReturnState.APPROVED


def test_revision_never_becomes_late(furnace):
    with clock.at(NOW.replace(year=2027)):
        revise(furnace)
        assert not correct(furnace).late


def test_revision_by_an_evaluator_who_belongs_to_the_plant_is_not_theirs_to_accept(furnace):
    Membership.objects.create(plant=furnace.plant, user=evaluator(), role="director")
    revise(furnace)
    correct(furnace)
    with pytest.raises(rules.Refused, match="You belong to this plant, so another evaluator must judge"):
        act("accept", furnace, evaluator())
    assert counts() == "9000"


def test_revision_opened_by_an_evaluator_is_accepted_by_another(furnace):
    act("send_back", furnace, evaluator(), reason=REASON)
    correct(furnace)
    with pytest.raises(rules.Refused, match="You opened this revision, so another evaluator must accept it"):
        act("accept", furnace, evaluator())
    assert counts() == "9000"
    assert act("accept", furnace, evaluator(2)).state == ReturnState.ACCEPTED


def test_revision_edited_by_someone_since_made_evaluator_is_accepted_by_another(furnace):
    revise(furnace)
    editor = evaluator()
    membership = Membership.objects.create(plant=furnace.plant, user=editor, role="reporter")
    correct(furnace, editor)
    membership.delete()
    with pytest.raises(rules.Refused, match="another evaluator must accept it"):
        act("accept", furnace, editor)


def test_second_revision_waits_for_the_first(furnace):
    revise(furnace)
    with pytest.raises(rules.Refused, match="this one can still be changed"):
        revise(furnace)
    correct(furnace)
    with pytest.raises(rules.Refused, match="A revision of this return is waiting for an evaluator"):
        revise(furnace)


def test_revision_of_a_revision_follows_once_it_counts(furnace):
    revise(furnace)
    correct(furnace)
    act("accept", furnace, evaluator())
    assert revise(furnace).number == 3


@pytest.mark.parametrize("until", ["approved", "accepted"])
def test_return_sent_back_by_an_evaluator_opens_a_revision_and_counts_on(furnace, until):
    if until == "accepted":
        act("accept", furnace, evaluator())
    revision = act("send_back", furnace, evaluator(), reason=REASON)
    assert (revision.number, revision.state) == (2, ReturnState.DRAFT)
    assert counts() == "9000"


def test_revision_sent_back_by_an_evaluator_is_a_draft_again(furnace):
    revise(furnace)
    correct(furnace)
    sent_back = act("send_back", furnace, evaluator(), reason=REASON)
    assert (sent_back.number, sent_back.state) == (2, ReturnState.DRAFT)
    assert correct_again(furnace).state == ReturnState.APPROVED


def correct_again(furnace):
    act("save", furnace, make.reporter(furnace.plant), cells={(furnace.pk, "good_t"): Typed("8950", "8900")})
    act("submit", furnace, make.reporter(furnace.plant))
    return act("approve", furnace, make.director(furnace.plant))


def test_revision_stands_in_the_ledger_with_reason_and_versions(furnace):
    revise(furnace)
    entry = ledger.entries_of("return:daye/2026-09").last()
    assert (entry.act, entry.reason) == ("return.revised", REASON)
    assert entry.old == {"state": "approved", "version": 1}
    assert entry.new == {"state": "draft", "version": 2}


@pytest.mark.parametrize("reason", ["", "no"])
def test_return_sent_back_without_a_reason_is_refused(furnace, reason):
    with pytest.raises(ValidationError) as refused:
        act("send_back", furnace, evaluator(), reason=reason)
    assert list(refused.value.error_dict) == ["reason"]
    assert ReturnVersion.objects.count() == 1
