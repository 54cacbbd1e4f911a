"""The step after the password: app, recovery codes, and taking them away again."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from structlog.testing import capture_logs

from accounts.selectors import has_second_factor
from core import ledger
from tests import factories as make
from tests.accounts.conftest import app_code, confirm, is_signed_in, sign_in

pytestmark = pytest.mark.django_db

SECOND_STEP = "/account/sign-in/second-step/"
CODES = "/account/second-factor/codes/"
REMOVE = "/account/second-factor/app/remove/"


@pytest.fixture
def owner(client, daye, app_secret):
    """Signed in and with an app; answers its secret."""
    sign_in(client, daye.email)
    secret = app_secret(client)
    return client, secret


def acts(user):
    return list(ledger.entries_of(f"user:{user.email}").values_list("act", flat=True))


def codes_of(client):
    return client.get(CODES).context["unused_codes"]


def test_app_added_counts_as_a_second_factor_and_brings_recovery_codes(owner, daye):
    assert has_second_factor(daye)
    assert len(codes_of(owner[0])) == 10
    assert acts(daye) == ["user.app_added"]


def test_app_with_a_wrong_code_is_not_switched_on(client, daye):
    sign_in(client, daye.email)
    confirm(client)
    response = client.post("/account/second-factor/app/", {"code": "000000"})
    assert "This does not match." in response.content.decode()
    assert not has_second_factor(daye)
    assert acts(daye) == []


def test_app_is_added_only_after_showing_again_who_it_is(client, daye):
    sign_in(client, daye.email)
    response = client.get("/account/second-factor/app/")
    assert response.url == "/account/confirm/?next=%2Faccount%2Fsecond-factor%2Fapp%2F"
    refused = client.post(response.url, {"password": "wrong"})
    assert "This is not your password." in refused.content.decode()
    assert client.post(response.url, {"password": make.PASSWORD}).url == "/account/second-factor/app/"


def test_sign_in_with_an_app_needs_its_code(owner, daye):
    _client, secret = owner
    client = Client()
    assert sign_in(client, daye.email, next="/plants/").url.startswith(SECOND_STEP)
    assert not is_signed_in(client)
    with capture_logs() as logs:
        assert "This does not match." in client.post(SECOND_STEP, {"code": "000000"}).content.decode()
    assert logs[0]["event"] == "second_step_refused"
    assert client.post(SECOND_STEP, {"code": app_code(secret)}).url == "/plants/"
    assert is_signed_in(client)


def test_code_of_the_app_is_taken_once(owner, daye):
    _client, secret = owner
    first, second = Client(), Client()
    code = app_code(secret)
    for client in (first, second):
        sign_in(client, daye.email)
        client.post(SECOND_STEP, {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_recovery_code_lets_in_once(owner, daye):
    code = codes_of(owner[0])[0]
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, daye.email)
        client.post(SECOND_STEP, {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)
    assert len(codes_of(owner[0])) == 9


def test_second_step_is_held_back_after_too_many_codes(owner, daye):
    client = Client()
    sign_in(client, daye.email)
    for _try in range(5):
        client.post(SECOND_STEP, {"code": "000000"})
    response = client.post(SECOND_STEP, {"code": app_code(owner[1])})
    assert "Wait five minutes and try again." in response.content.decode()
    assert not is_signed_in(client)


def test_second_step_can_be_broken_off(owner, daye):
    client = Client()
    sign_in(client, daye.email)
    client.post("/account/sign-out/", {"next": "/account/sign-in/"})
    assert client.get(SECOND_STEP).url == "/account/sign-in/"


def test_codes_are_downloaded_as_a_text(owner, daye):
    client, _secret = owner
    response = client.get(f"{CODES}file/")
    assert response["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    text = response.content.decode()
    assert daye.email in text
    assert all(code in text for code in codes_of(client))


def test_codes_renewed_replace_the_old_ones(owner, daye):
    client, _secret = owner
    old = codes_of(client)
    assert "stop working at once" in client.get(f"{CODES}new/").content.decode()
    client.post(f"{CODES}new/")
    assert not set(old) & set(codes_of(client))
    assert acts(daye) == ["user.app_added", "user.codes_renewed"]


def test_codes_are_shown_only_after_showing_again_who_it_is(owner, daye):
    client = Client()
    sign_in(client, daye.email)
    client.post(SECOND_STEP, {"code": app_code(owner[1])})
    assert client.get(CODES).url.startswith("/account/confirm/")


def test_last_factor_is_removed_only_after_a_warning(owner, daye):
    client, _secret = owner
    assert "It is your last second factor" in client.get(REMOVE).content.decode()
    assert has_second_factor(daye)
    client.post(REMOVE)
    assert not Authenticator.objects.exists()
    assert acts(daye) == ["user.app_added", "user.app_removed"]


def test_one_of_two_factors_is_removed_with_a_milder_word(owner, daye):
    Authenticator.objects.create(user=daye, type=Authenticator.Type.WEBAUTHN, data={})
    assert "You will then sign in with your passkeys" in owner[0].get(REMOVE).content.decode()


@pytest.mark.parametrize("act", ["", "remove/"])
def test_passkey_of_somebody_else_is_not_there(client, daye, act):
    other = Authenticator.objects.create(
        user=make.person("other@example.org"), type=Authenticator.Type.WEBAUTHN, data={"name": "Theirs"}
    )
    sign_in(client, daye.email)
    confirm(client)
    assert client.get(f"/account/passkeys/{other.pk}/{act}").status_code == 404
    assert client.post(f"/account/passkeys/{other.pk}/{act}", {"name": "Mine"}).status_code == 404
    other.refresh_from_db()
    assert other.data == {"name": "Theirs"}


@pytest.mark.parametrize("credential", ["", "{", "{}", '{"response": {"userHandle": "MQ"}}', "[]"])
def test_passkey_that_is_none_is_refused_in_words(client, daye, credential):
    client.get("/account/sign-in/passkey/", headers={"accept": "application/json"})
    response = client.post("/account/sign-in/passkey/", {"credential": credential}, follow=True)
    assert "This passkey is not known here." in response.content.decode()
    assert not is_signed_in(client)


def test_has_second_factor_does_not_count_recovery_codes(daye):
    Authenticator.objects.create(user=daye, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    assert not has_second_factor(daye)
