"""The language a person reads in, their own page, and the making of people."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services import user_create, user_set_language
from core import ledger, rules
from tests import factories as make
from tests.accounts.conftest import sign_in

pytestmark = pytest.mark.django_db

LANGUAGE = "/account/language/"


def create(actor, **changes):
    fields = {
        "email": "wang@example.org",
        "name": "Wang",
        "language": "en",
        "password": make.PASSWORD,
    } | changes
    return user_create(actor=actor, **fields)


def test_language_chosen_is_remembered_for_the_person(client, chinese):
    client.force_login(chinese)
    response = client.post(LANGUAGE, {"language": "en", "next": "/plants/"})
    chinese.refresh_from_db()
    assert chinese.language == "en"
    assert response.cookies["django_language"].value == "en"
    assert response.url == "/plants/"


def test_language_chosen_without_signing_in_is_kept_in_the_browser(client):
    assert client.post(LANGUAGE, {"language": "zh-hans"}).cookies["django_language"].value == "zh-hans"


def test_language_unknown_changes_nothing(client, chinese):
    client.force_login(chinese)
    response = client.post(LANGUAGE, {"language": "tlh"})
    chinese.refresh_from_db()
    assert chinese.language == "zh-hans"
    assert "django_language" not in response.cookies


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", ""]
)
def test_language_switch_never_leads_to_another_site(client, target):
    assert client.post(LANGUAGE, {"language": "en", "next": target}).url == "/"


def test_language_switch_by_get_is_not_offered(client):
    assert client.get(LANGUAGE).status_code == 405


def test_user_set_language_changes_nothing_else(daye):
    daye.name = "not saved"
    user_set_language(actor=daye, language="en")
    assert User.objects.get().name == ""


def test_user_created_by_an_administrator_stands_in_the_ledger(now):
    created = create(make.admin())
    assert created.check_password(make.PASSWORD)
    entry = ledger.entries_of("user:wang@example.org").get()
    assert (entry.actor, entry.act) == ("admin@example.org", "user.created")
    assert "password" not in str(entry.new)


def test_user_created_by_another_is_refused(now):
    with pytest.raises(rules.Refused):
        create(make.person("a@example.org"))
    assert not User.objects.filter(email="wang@example.org").exists()


@pytest.mark.parametrize("password", ["12345", "password", "wang@example.org"])
def test_user_with_a_weak_password_is_refused_at_the_field(now, password):
    with pytest.raises(ValidationError) as refused:
        create(make.admin(), password=password)
    assert list(refused.value.error_dict) == ["password"]
    assert not User.objects.filter(email="wang@example.org").exists()


@pytest.mark.parametrize("email", ["wang@example.org", "WANG@EXAMPLE.ORG"])
def test_user_with_an_address_taken_is_refused_at_the_field(now, email):
    create(make.admin())
    with pytest.raises(ValidationError) as refused:
        create(make.admin(), email=email)
    assert list(refused.value.error_dict) == ["email"]
    assert refused.value.message_dict["email"] == ["Someone signs in with this address already."]


def test_user_with_an_unknown_language_is_refused_at_the_field(now):
    with pytest.raises(ValidationError) as refused:
        create(make.admin(), language="tlh")
    assert list(refused.value.error_dict) == ["language"]


def test_database_holds_one_person_for_an_address_in_any_case(now):
    make.person("wang@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Wang@Example.org")


def test_person_changes_their_name_and_language_on_their_own_page(client, daye):
    client.force_login(daye)
    response = client.post("/account/", {"name": "Wang Fang", "language": "zh-hans"})
    daye.refresh_from_db()
    assert (daye.name, daye.language) == ("Wang Fang", "zh-hans")
    assert response.cookies["django_language"].value == "zh-hans"
    entry = ledger.entries_of(f"user:{daye.email}").get()
    assert (entry.act, entry.new) == ("user.updated", {"name": "Wang Fang", "language": "zh-hans"})


def test_person_changes_nothing_and_nothing_is_written_down(client, daye):
    client.force_login(daye)
    client.post("/account/", {"name": "", "language": "en"})
    assert not ledger.entries_of(f"user:{daye.email}").exists()


def test_own_page_refuses_a_language_nobody_speaks_here(client, daye):
    client.force_login(daye)
    response = client.post("/account/", {"name": "Wang", "language": "tlh"})
    assert list(response.context["form"].errors) == ["language"]
    assert response.context["form"]["name"].value() == "Wang"


def test_own_page_says_how_one_signs_in(client, daye, app_secret):
    sign_in(client, daye.email)
    assert "Off: the password alone opens your account" in client.get("/account/").content.decode()
    app_secret(client)
    page = client.get("/account/").content.decode()
    assert "On: authenticator app" in page
    assert "10 left" in page
