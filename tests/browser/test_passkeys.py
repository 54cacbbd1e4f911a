"""Passkeys in a real Chromium with an authenticator that exists only there."""

from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator

from accounts.selectors import has_second_factor
from core import ledger
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIGN_IN = "/account/sign-in/"


def give_authenticator(page, *, works=True):
    """Put a fingerprint reader into the browser; without `works` nobody lays a finger on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": works,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def confirm(page):
    page.wait_for_url("**/account/confirm/**")
    page.fill("[name=password]", make.PASSWORD)
    page.press("[name=password]", "Enter")


def sign_out(page):
    page.goto("/account/sign-out/")
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")


@pytest.fixture
def owner(visit):
    """Somebody signed in, with a passkey added through the pages."""
    person = make.person("wang@example.org")
    page = visit(person)
    give_authenticator(page)
    page.goto("/account/passkeys/add/")
    confirm(page)
    page.wait_for_url("**/account/passkeys/add/")
    page.fill("[name=name]", "My laptop")
    page.click("#passkey-button")
    page.wait_for_url("**/account/second-factor/codes/")
    return person, page


def test_passkey_added_counts_as_a_second_factor_and_brings_recovery_codes(owner):
    person, page = owner
    assert page.locator("ol.codes li").count() == 10
    assert has_second_factor(person)
    assert "user.passkey_added" in ledger.entries_of("user:wang@example.org").values_list("act", flat=True)
    page.goto("/account/passkeys/")
    assert "My laptop" in page.locator("tbody").inner_text()
    assert page.locator("tbody .tag").count() == 0


def test_passkey_alone_signs_in_and_leads_back(owner):
    _person, page = owner
    sign_out(page)
    page.goto(f"{SIGN_IN}?next=/plants/")
    page.click("#passkey-button")
    page.wait_for_url("**/plants/")
    assert page.locator("header .who").first.inner_text() == "wang"


def test_passkey_is_the_second_step_after_the_password(owner):
    person, page = owner
    sign_out(page)
    page.goto(SIGN_IN)
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", make.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/account/sign-in/second-step/")
    page.click("#passkey-button")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    page.goto("/account/")
    assert "On: passkeys" in page.locator("main").inner_text()


def test_passkey_shows_again_who_it_is(owner):
    _person, page = owner
    page.goto("/account/confirm/passkey/?next=/account/passkeys/")
    page.click("#passkey-button")
    page.wait_for_url("**/account/passkeys/")


def test_passkey_removed_signs_nobody_in_and_says_so(owner):
    _person, page = owner
    page.goto("/account/passkeys/")
    page.click("tbody .btn.danger")
    assert "It is your last second factor" in page.locator(".lead").inner_text()
    page.click("main button[type=submit]")
    page.wait_for_url("**/account/passkeys/")
    assert not Authenticator.objects.exists()
    sign_out(page)
    page.goto(SIGN_IN)
    page.click("#passkey-button")
    page.wait_for_selector(".note.error >> text=This passkey is not known here.")


def test_passkey_without_a_finger_on_it_is_told_in_words(visit):
    page = visit()
    give_authenticator(page, works=False)
    page.goto(SIGN_IN)
    page.click("#passkey-button")
    page.wait_for_selector("#passkey-said >> text=No passkey was used.")
    assert page.url.endswith(SIGN_IN)


def test_passkeys_say_that_they_need_javascript(visit):
    page = visit(java_script_enabled=False)
    page.goto(SIGN_IN)
    assert "Passkeys need JavaScript" in page.locator("main").inner_text()


def test_passkeys_say_that_they_need_the_right_address(visit, live_server):
    """An address of figures is no name that a passkey could be bound to."""
    page = visit(base_url=live_server.url.replace("localhost", "127.0.0.1"))
    give_authenticator(page)
    page.goto(SIGN_IN)
    page.click("#passkey-button")
    page.wait_for_selector("#passkey-said >> text=Passkeys work only under the https address")
