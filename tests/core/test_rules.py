"""The registry of rules: who may, who may not, and the reason that is shown."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from core import rules
from core.rules import Allowed, Denied

NOBODY = AnonymousUser()


@pytest.fixture
def registry(monkeypatch):
    """An empty registry for the length of a test, so that no rule of the site answers."""
    monkeypatch.setattr(rules, "_rules", rules.defaultdict(list))
    monkeypatch.setattr(rules, "_vetoes", rules.defaultdict(list))
    monkeypatch.setattr(rules, "_scopes", rules.defaultdict(list))


def says(name, *decisions):
    for decision in decisions:
        rules.rule(name)(lambda user, subject, decision=decision: decision)


def test_rule_nobody_registered_is_refused(registry):
    assert not rules.decide("furnace.melt", NOBODY)


def test_public_act_is_allowed_without_a_rule(registry):
    assert rules.decide(rules.PUBLIC, NOBODY)


def test_rules_of_one_name_any_that_allows_wins(registry):
    says("return.accept", Denied("Not you."), Allowed(), Denied("Nor you."))
    assert rules.decide("return.accept", NOBODY)


def test_rules_all_refusing_give_the_first_reason(registry):
    says("return.accept", Denied("First."), Denied("Second."))
    assert rules.decide("return.accept", NOBODY) == Denied("First.")


def test_rule_is_asked_with_person_and_subject(registry):
    asked = []
    rules.rule("plant.see")(lambda user, subject: asked.append((user, subject)) or Allowed())
    rules.decide("plant.see", NOBODY, "daye")
    assert asked == [(NOBODY, "daye")]


def test_veto_refuses_what_a_rule_allows(registry):
    says("return.approve", Allowed())
    rules.veto("return.approve")(lambda user, subject: Denied("Not before noon."))
    assert rules.decide("return.approve", NOBODY) == Denied("Not before noon.")


def test_veto_with_nothing_against_it_lets_the_rule_stand(registry):
    says("return.approve", Allowed())
    rules.veto("return.approve")(lambda user, subject: None)
    assert rules.decide("return.approve", NOBODY)


def test_vetoes_of_one_name_the_first_refusal_is_given(registry):
    says("return.approve", Allowed())
    for answer in (None, Denied("First."), Denied("Second.")):
        rules.veto("return.approve")(lambda user, subject, answer=answer: answer)
    assert rules.decide("return.approve", NOBODY) == Denied("First.")


def test_veto_is_not_asked_where_the_rules_refuse_already(registry):
    says("return.approve", Denied("Only a director."))
    rules.veto("return.approve")(lambda user, subject: Denied("Set up a second factor."))
    assert rules.decide("return.approve", NOBODY) == Denied("Only a director.")


def test_veto_of_another_act_changes_nothing(registry):
    says("return.approve", Allowed())
    rules.veto("return.accept")(lambda user, subject: Denied("No."))
    assert rules.decide("return.approve", NOBODY)


def test_veto_is_asked_with_person_and_subject(registry):
    says("plant.see", Allowed())
    asked = []
    rules.veto("plant.see")(lambda user, subject: asked.append((user, subject)))
    rules.decide("plant.see", NOBODY, "daye")
    assert asked == [(NOBODY, "daye")]


def test_enforce_refused_raises_with_the_reason(registry):
    says("return.accept", Denied("Ask an evaluator."))
    with pytest.raises(rules.Refused, match=r"Ask an evaluator\."):
        rules.enforce("return.accept", NOBODY)


def test_signed_in_rule_refuses_the_anonymous():
    assert not rules.decide(rules.SIGNED_IN, NOBODY)
    assert rules.decide(rules.SIGNED_IN, User())


def test_administer_rule_allows_superusers_only():
    assert not rules.decide("site.administer", User())
    assert rules.decide("site.administer", User(is_superuser=True))


@pytest.mark.django_db
def test_scope_nobody_registered_shows_nothing(registry):
    User.objects.create(email="a@example.org")
    assert not User.objects.filter(rules.scope_q("person.view", NOBODY)).exists()


@pytest.mark.django_db
def test_scopes_of_one_name_are_joined_by_or(registry):
    for name in "abc":
        User.objects.create(email=f"{name}@example.org")
    rules.scope("person.view")(lambda user: Q(email="a@example.org"))
    rules.scope("person.view")(lambda user: Q(email="c@example.org"))
    seen = User.objects.filter(rules.scope_q("person.view", NOBODY))
    assert [each.email for each in seen] == ["a@example.org", "c@example.org"]
