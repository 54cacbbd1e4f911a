"""A competition that demands a second factor of the directors: they read, but do not approve without one."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.selectors import has_second_factor
from competitions import permissions
from competitions.choices import EntryType
from competitions.models import Entry
from competitions.services.setup import competition_save
from core import rules
from core.ledger import entries_of
from plants.choices import ReturnState
from plants.models import ReturnVersion
from tests import factories as make

pytestmark = pytest.mark.django_db

REASON = "Demanding demands a second factor: set one up under “Your account”, then approve."


@pytest.fixture
def furnace(now):
    """A furnace of Daye with October submitted, entered in a competition that demands a second factor."""
    furnace = make.equipment(make.plant("daye"))
    make.enter(make.group(make.competition("demanding", second_factor=True)), furnace)
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="submitted")
    return furnace


@pytest.fixture
def set_up(monkeypatch):
    """Give a person a second factor."""

    def set_up(person):
        if apps.is_installed("allauth.mfa"):
            apps.get_model("mfa", "Authenticator").objects.create(user=person, type="totp", data={})
        else:
            monkeypatch.setattr(permissions, "has_second_factor", lambda user: user == person)

    return set_up


def decision(furnace):
    return rules.decide("return.approve", make.director(furnace.plant), ReturnVersion.objects.get())


def test_approval_without_a_second_factor_is_refused_with_what_to_do(furnace):
    assert decision(furnace) == rules.Denied(REASON)


def test_approval_with_a_second_factor_is_allowed(furnace, set_up):
    set_up(make.director(furnace.plant))
    assert decision(furnace)


def test_approval_of_a_competition_that_demands_none_is_allowed(furnace):
    competition = Entry.objects.get().group.competition
    competition.second_factor = False
    competition_save(actor=make.person("organizer@example.org"), competition=competition)
    assert decision(furnace)
    old = entries_of("competition:demanding").get(act="competition.changed").old
    assert old["second_factor"] == "True"


@pytest.mark.parametrize(("ends", "allowed"), [("2026-09", True), ("2026-10", False)])
def test_approval_of_a_month_after_the_competition_is_allowed(furnace, ends, allowed):
    competition = Entry.objects.get().group.competition
    competition.ends = make.period(ends).first.first_day
    competition.save()
    assert bool(decision(furnace)) == allowed


def test_approval_of_a_plant_that_withdrew_is_allowed(furnace):
    Entry.objects.update(withdrawn=True)
    assert decision(furnace)


def test_whole_plant_entered_is_asked_for_the_second_factor_as_well(furnace):
    group = Entry.objects.get().group
    Entry.objects.all().delete()
    group.entry_type = EntryType.PLANT
    group.save()
    make.enter(group, furnace.plant)
    assert decision(furnace) == rules.Denied(REASON)


def test_reporter_hears_that_only_a_director_approves(furnace):
    refusal = rules.decide("return.approve", make.reporter(furnace.plant), ReturnVersion.objects.get())
    assert refusal.reason == "Only a director of the plant approves its return."


def test_page_shows_the_reason_where_the_button_would_be(furnace, set_up):
    client = Client()
    client.force_login(make.director(furnace.plant))
    page = client.get(reverse("return", args=["daye", "2026-10"])).content.decode()
    assert REASON in page
    assert reverse("return_approve", args=["daye", "2026-10"]) not in page
    set_up(make.director(furnace.plant))
    page = client.get(reverse("return", args=["daye", "2026-10"])).content.decode()
    assert REASON not in page
    assert reverse("return_approve", args=["daye", "2026-10"]) in page


def test_post_past_the_page_is_refused_with_the_reason(furnace):
    client = Client()
    client.force_login(make.director(furnace.plant))
    response = client.post(reverse("return_approve", args=["daye", "2026-10"]))
    assert response.status_code == 403
    assert REASON in response.content.decode()
    assert ReturnVersion.objects.get().state == ReturnState.SUBMITTED


def test_organizer_demands_it_on_the_set_up_page_and_all_read_it_there(furnace):
    client = Client()
    client.force_login(make.person("organizer@example.org"))
    assert (
        "directors need a second factor"
        in client.get(reverse("competition_edit", args=["demanding"])).content.decode().lower()
    )
    page = client.get(reverse("competition", args=["demanding"])).content.decode()
    assert "demanded of the directors before they approve or sign" in page


def test_person_without_any_factor_has_none(furnace):
    assert not has_second_factor(make.director(furnace.plant))
