"""People as administrators see them: found, looked at, locked out, let in."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Notice
from accounts.selectors import has_second_factor
from accounts.services import user_deactivate, user_reactivate, user_second_factors_remove
from core import rules
from core.ledger import entries_of
from plants.models import Membership
from plants.services.register import membership_remove
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def daye(now):
    return make.plant("daye")


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def page(person, name, *arguments, **query):
    return client_of(person).get(reverse(name, args=arguments), query).content.decode()


def test_people_are_found_by_name_and_by_address(daye):
    make.person("wang@example.org")
    person = make.reporter(daye)
    person.name = "Zhang San"
    person.save()
    for wanted in ("zhang", "REPORTER@daye"):
        found = page(make.admin(), "accounts:people", q=wanted)
        assert person.email in found
        assert "wang@example.org" not in found


@pytest.mark.parametrize("name", ["accounts:people", "accounts:invite"])
def test_people_pages_refuse_others_with_the_reason(daye, name):
    response = client_of(make.director(daye)).get(reverse(name))
    assert response.status_code == 403
    assert "Only an administrator of the site may do this." in response.content.decode()


def test_person_page_tells_plants_and_competitions(daye):
    competition = make.competition()
    director, evaluator = make.director(daye), make.person("evaluator@example.org")
    shown = page(make.admin(), "accounts:person", director.pk)
    assert daye.name in shown
    assert reverse("membership_remove", args=["daye", director.memberships.get().pk]) in shown
    assert "Official of no competition." in shown
    shown = page(make.admin(), "accounts:person", evaluator.pk)
    assert competition.name in shown
    assert "Belongs to no plant." in shown


def test_person_unknown_is_not_found(daye):
    assert client_of(make.admin()).get(reverse("accounts:person", args=[99999])).status_code == 404


def test_person_locked_out_is_out_with_the_next_click_and_let_in_again(daye):
    director = make.director(daye)
    theirs, admins = client_of(director), client_of(make.admin())
    assert theirs.get(reverse("returns")).status_code == 200
    asked = admins.get(reverse("accounts:person_deactivate", args=[director.pk]))
    assert "can no longer sign in" in asked.content.decode()
    director.refresh_from_db()
    assert director.is_active
    admins.post(reverse("accounts:person_deactivate", args=[director.pk]))
    assert theirs.get(reverse("returns")).status_code == 302
    admins.post(reverse("accounts:person_reactivate", args=[director.pk]))
    director.refresh_from_db()
    assert director.is_active
    acts = [(each.act, each.actor) for each in entries_of(f"user:{director.email}")]
    assert acts == [("user.deactivated", "admin@example.org"), ("user.reactivated", "admin@example.org")]


def test_administrator_cannot_lock_themselves_out(daye):
    admin = make.admin()
    with pytest.raises(ValidationError, match="cannot lock yourself out"):
        user_deactivate(actor=admin, user=admin)
    shown = page(admin, "accounts:person", admin.pk)
    assert reverse("accounts:person_deactivate", args=[admin.pk]) not in shown
    response = client_of(admin).post(reverse("accounts:person_deactivate", args=[admin.pk]))
    assert "You cannot lock yourself out." in response.content.decode()
    admin.refresh_from_db()
    assert admin.is_active


def test_others_lock_nobody_out(daye):
    for act in (user_deactivate, user_reactivate):
        with pytest.raises(rules.Refused):
            act(actor=make.director(daye), user=make.reporter(daye))
    assert make.reporter(daye).is_active


def test_locking_out_twice_is_told_once(daye):
    for _time in range(2):
        user_deactivate(actor=make.admin(), user=make.reporter(daye))
    assert entries_of("user:reporter@daye.example").count() == 1


def test_director_takes_the_role_of_a_reporter(daye):
    membership = daye.memberships.get(user=make.reporter(daye))
    client = client_of(make.director(daye))
    address = reverse("membership_remove", args=["daye", membership.pk])
    assert "Take this role away?" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert not Membership.objects.filter(user=make.reporter(daye)).exists()
    assert entries_of("plant:daye").get(act="membership.removed").actor == "director@daye.example"


def test_director_keeps_the_own_role_which_an_administrator_may_take(daye):
    own = daye.memberships.get(user=make.director(daye))
    with pytest.raises(rules.Refused, match="You cannot take your own role away"):
        membership_remove(actor=make.director(daye), membership=own)
    shown = page(make.director(daye), "plant", "daye")
    assert reverse("membership_remove", args=["daye", own.pk]) not in shown
    membership_remove(actor=make.admin(), membership=own)


@pytest.mark.parametrize("who", ["stranger", "reporter", "rival", "evaluator"])
def test_role_is_not_taken_by_others(daye, who):
    make.competition()
    people = {
        "stranger": make.person("stranger@example.org"),
        "reporter": make.reporter(daye),
        "rival": make.director(make.plant("dalian")),
        "evaluator": make.person("evaluator@example.org"),
    }
    with pytest.raises(rules.Refused, match="Only a director of the plant or an administrator"):
        membership_remove(actor=people[who], membership=daye.memberships.get(user=make.director(daye)))
    assert daye.memberships.count() == 2


def test_plant_page_shows_its_people_to_directors_and_administrators_only(daye):
    invite = reverse("member_invite", args=["daye"])
    for person in (make.director(daye), make.admin()):
        assert invite in page(person, "plant", "daye")
    for person in (make.reporter(daye), make.director(make.plant("dalian"))):
        shown = page(person, "plant", "daye")
        assert invite not in shown
        assert "director@daye" not in shown


def test_second_factors_lost_are_removed_by_an_administrator_who_is_asked_first(daye):
    admin, director = make.admin(), make.director(daye)
    address = reverse("accounts:person_factors", args=[director.pk])
    assert address not in page(admin, "accounts:person", director.pk)
    Authenticator.objects.create(user=director, type=Authenticator.Type.TOTP, data={"secret": "x"})
    Authenticator.objects.create(user=director, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert address in page(admin, "accounts:person", director.pk)
    assert "Be sure that it is" in client_of(admin).get(address).content.decode()
    assert has_second_factor(director)
    client_of(admin).post(address)
    assert not Authenticator.objects.filter(user=director).exists()
    assert entries_of(f"user:{director.email}").filter(act="user.second_factors_removed").exists()
    assert Notice.objects.get(person=director).kind == "account.second_factors_removed"


def test_second_factors_are_not_removed_from_oneself_nor_where_there_are_none(daye):
    admin, director = make.admin(), make.director(daye)
    for person in (admin, director):
        with pytest.raises(ValidationError):
            user_second_factors_remove(actor=admin, user=person)
    with pytest.raises(rules.Refused):
        user_second_factors_remove(actor=director, user=admin)
