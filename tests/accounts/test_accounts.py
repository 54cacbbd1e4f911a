"""Signing in, the language a person reads in, and the making of people."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services import user_create, user_set_language
from core import ledger, rules
from tests import factories as make

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/sign-in/"
LANGUAGE = "/account/language/"


@pytest.fixture
def daye():
    """A person who signs in with a password."""
    return User.objects.create_user("reporter@daye.example", make.PASSWORD, language="zh-hans")


def create(actor, **changes):
    fields = {
        "email": "wang@example.org",
        "name": "Wang",
        "language": "en",
        "password": make.PASSWORD,
    } | changes
    return user_create(actor=actor, **fields)


def sign_in(client, email, password=make.PASSWORD):
    return client.post(SIGN_IN, {"username": email, "password": password})


@pytest.mark.parametrize("email", ["reporter@daye.example", "Reporter@Daye.Example", " REPORTER@DAYE.EXAMPLE "])
def test_sign_in_takes_the_address_in_any_case(client, daye, email):
    assert sign_in(client, email).status_code == 302
    assert client.session["_auth_user_id"] == str(daye.pk)


def test_sign_in_finds_an_address_stored_with_capitals(client):
    person = User.objects.create_user("Wang@example.org", make.PASSWORD)
    sign_in(client, "wang@EXAMPLE.org")
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    ("email", "password"),
    [("reporter@daye.example", "wrong"), ("nobody@daye.example", make.PASSWORD)],
)
def test_sign_in_refused_says_the_same_for_address_and_password(client, daye, email, password):
    response = sign_in(client, email, password)
    assert "Please enter a correct e-mail address and password" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_sign_in_brings_the_persons_language(client, daye):
    assert sign_in(client, daye.email).cookies["django_language"].value == "zh-hans"


def test_signed_in_person_is_led_on_from_the_sign_in_page(client, daye):
    client.force_login(daye)
    assert client.get(SIGN_IN).status_code == 302


def test_language_chosen_is_remembered_for_the_person(client, daye):
    client.force_login(daye)
    response = client.post(LANGUAGE, {"language": "en", "next": "/plants/"})
    daye.refresh_from_db()
    assert daye.language == "en"
    assert response.cookies["django_language"].value == "en"
    assert response.url == "/plants/"


def test_language_chosen_without_signing_in_is_kept_in_the_browser(client):
    assert client.post(LANGUAGE, {"language": "zh-hans"}).cookies["django_language"].value == "zh-hans"


def test_language_unknown_changes_nothing(client, daye):
    client.force_login(daye)
    response = client.post(LANGUAGE, {"language": "tlh"})
    daye.refresh_from_db()
    assert daye.language == "zh-hans"
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
