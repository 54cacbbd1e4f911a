"""Coming in by address and password, and being kept out."""

import importlib

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from structlog.testing import capture_logs

from accounts.models import User
from accounts.services import user_create
from core import ledger
from tests import factories as make
from tests.accounts.conftest import SIGN_IN, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


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
    assert response.context["form"]["login"].value() == email
    assert not is_signed_in(client)


def test_sign_in_refused_keeps_the_words_of_its_fields(client, daye):
    fresh = client.get(SIGN_IN).context["form"]
    refused = sign_in(client, daye.email, "wrong").context["form"]
    assert [str(each.label) for each in refused] == [str(each.label) for each in fresh]
    assert str(refused["remember"].label) == "Stay signed in on this device for two weeks"


def test_sign_in_brings_the_persons_language(client, chinese):
    assert sign_in(client, chinese.email).cookies["django_language"].value == "zh-hans"


def test_signed_in_person_is_led_on_from_the_sign_in_page(client, daye):
    client.force_login(daye)
    assert client.get(SIGN_IN).status_code == 302


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/plants/daye/", "/plants/daye/"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_sign_in_leads_back_but_never_to_another_site(client, daye, target, url):
    assert sign_in(client, daye.email, next=target).url == url


def test_sign_in_link_of_a_page_leads_back_to_it(client):
    assert 'href="/account/sign-in/?next=%2Fplants%2F%3Fq%3Ddaye"' in client.get("/plants/?q=daye").content.decode()


def test_sign_in_link_of_the_sign_in_page_keeps_where_one_came_from(client):
    page = client.get(f"{SIGN_IN}?next=/plants/").content.decode()
    assert 'href="/account/sign-in/?next=%2Fplants%2F"' in page
    assert '<input type="hidden" name="next" value="/plants/">' in page.replace("\n", "")


@pytest.mark.parametrize(("ticked", "ends_with_browser"), [({}, True), ({"remember": "on"}, False)])
def test_sign_in_lasts_beyond_the_browser_only_if_asked(client, daye, ticked, ends_with_browser):
    sign_in(client, daye.email, **ticked)
    assert client.session.get_expire_at_browser_close() is ends_with_browser


def test_sign_in_of_a_closed_account_is_told_so_and_stays_out(client, daye):
    User.objects.update(is_active=False)
    response = sign_in(client, daye.email)
    assert "This account is closed" in client.get(response.url).content.decode()
    assert not is_signed_in(client)


def test_sign_in_with_an_unconfirmed_address_asks_to_confirm_it(client, daye, mailoutbox, commits):
    EmailAddress.objects.update(verified=False)
    with commits():
        response = sign_in(client, daye.email)
    assert "Confirm your address first" in client.get(response.url).content.decode()
    assert not is_signed_in(client)
    assert mailoutbox[0].to == [daye.email]


def test_sign_out_ends_the_session_and_leads_to_the_board(client, daye):
    sign_in(client, daye.email)
    assert client.post("/account/sign-out/").url == "/"
    assert not is_signed_in(client)


def test_sign_out_by_get_asks_first(client, daye):
    sign_in(client, daye.email)
    assert client.get("/account/sign-out/").status_code == 200
    assert is_signed_in(client)


def test_sign_up_is_closed_and_says_how_people_come(client):
    response = client.get("/account/sign-up/")
    assert "Nobody signs up here." in response.content.decode()
    data = {"email": "new@example.org", "password1": make.PASSWORD}
    assert client.post("/account/sign-up/", data).status_code == 405
    assert not User.objects.exists()


def test_sign_in_and_refusal_stand_in_the_log_without_addresses(client, daye):
    with capture_logs() as logs:
        sign_in(client, daye.email, "wrong")
        sign_in(client, daye.email)
    assert [each["event"] for each in logs] == ["sign_in_refused", "signed_in"]
    assert logs[1]["user"] == daye.pk
    assert logs[1]["methods"] == ["password"]
    assert daye.email not in str(logs)


def test_user_created_by_an_administrator_signs_in_at_once(client):
    user_create(actor=make.admin(), email="Wang@Example.org", name="Wang", language="en", password=make.PASSWORD)
    sign_in(client, "wang@example.org")
    assert is_signed_in(client)


def test_createsuperuser_makes_somebody_who_signs_in(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", make.PASSWORD)
    call_command("createsuperuser", "--noinput", "--email", "boss@example.org", verbosity=0)
    sign_in(client, "boss@example.org")
    assert client.get("/account/people/").status_code == 200


def test_migration_confirms_the_addresses_of_those_who_were_there_before():
    """Once, and leaving alone who has an address already."""
    migration = importlib.import_module("accounts.migrations.0002_confirm_addresses")
    old = User.objects.create(email="Old@example.org")
    make.person("new@example.org")
    for _again in range(2):
        migration.confirm_addresses(apps, None)
    assert set(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == {
        (old.pk, "old@example.org", True, True),
        (User.objects.get(email="new@example.org").pk, "new@example.org", True, True),
    }


def test_sign_in_page_is_never_kept_by_the_browser(client):
    assert "no-store" in client.get(SIGN_IN)["Cache-Control"]


def test_sign_in_without_the_token_of_the_form_is_refused(daye):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, daye.email).status_code == 403
    assert not ledger.entries_of(f"user:{daye.email}").exists()
