"""Sign-in by OpenID Connect, against a real provider on this machine."""

import contextlib
import json
import re
import socket
import subprocess
import sys

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import User
from core import ledger
from tests import factories as make
from tests.accounts.conftest import confirm, is_signed_in, sign_in
from tests.processes import programs

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/identity/sign-in/"


@pytest.fixture(scope="module")
def provider():
    """A provider in a process of its own. `sub` names people there, the claims say what it knows of them."""
    people = [
        {"sub": "daye", "email": "Reporter@Daye.Example", "email_verified": True, "name": "Reporter"},
        {"sub": "unconfirmed", "email": "reporter@daye.example", "email_verified": False},
        {"sub": "worded", "email": "reporter@daye.example", "email_verified": "false"},
        {"sub": "unknown", "email": "nobody@example.org", "email_verified": True},
        {"sub": "nameless"},
    ]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", port]
    for each in people:
        command += ["--user-claims", json.dumps(each)]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            programs.wait_for(lambda: answers(url))
            yield url
        finally:
            process.terminate()


def answers(url):
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"{url}/.well-known/openid-configuration", timeout=5).ok


@pytest.fixture
def linked_site(settings, provider):
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "Works directory",
                    "client_id": "competition",
                    "secret": "secret",
                    "settings": {"server_url": provider},
                }
            ],
        }
    }


def come_by(client, sub, **data):
    """The whole way: the button, the page that leads on, the provider's page, and back; `sub` None refuses there."""
    page = client.post(SIGN_IN, data)
    assert page.status_code == 200
    onward = re.search(r'<a class="btn go" href="([^"]+)"', page.content.decode())[1].replace("&amp;", "&")
    answer = {"action": "deny"} if sub is None else {"sub": sub}
    back = requests.post(onward, data=answer, allow_redirects=False, timeout=10).headers["Location"]
    return client.get(back.removeprefix("http://testserver"), follow=True)


@pytest.mark.usefixtures("linked_site")
class TestWithProvider:
    def test_identity_joins_the_person_with_its_confirmed_address(self, client, daye):
        response = come_by(client, "daye", next="/plants/")
        assert response.redirect_chain[-1][0] == "/plants/"
        assert client.session["_auth_user_id"] == str(daye.pk)
        assert SocialAccount.objects.get().user == daye
        assert ledger.entries_of(f"user:{daye.email}").get().act == "user.identity_linked"

    def test_identity_joined_before_is_known_again_whatever_its_address(self, client, daye):
        come_by(client, "daye")
        User.objects.update(email="other@daye.example")
        EmailAddress.objects.update(email="other@daye.example")
        again = Client()
        come_by(again, "daye")
        assert again.session["_auth_user_id"] == str(daye.pk)
        assert SocialAccount.objects.count() == 1

    @pytest.mark.parametrize("sub", ["unconfirmed", "worded", "unknown", "nameless"])
    def test_identity_without_the_confirmed_address_of_a_person_stays_out(self, client, daye, sub):
        page = come_by(client, sub).content.decode()
        assert "Nobody signs up here." in page
        assert not is_signed_in(client)
        assert User.objects.get() == daye
        assert not SocialAccount.objects.exists()

    def test_identity_does_not_join_who_only_claims_its_address(self, client, daye):
        """An address that waits to be confirmed proves nothing."""
        EmailAddress.objects.create(user=daye, email="nobody@example.org")
        come_by(client, "unknown")
        assert not is_signed_in(client)
        assert User.objects.get().has_usable_password()

    def test_identity_of_a_person_with_a_second_factor_needs_that_as_well(self, client, daye, app_secret):
        sign_in(client, daye.email)
        app_secret(client)
        other = Client()
        assert come_by(other, "daye").redirect_chain[-1][0] == "/account/sign-in/second-step/"
        assert not is_signed_in(other)

    def test_identity_of_a_closed_account_stays_out(self, client, daye):
        User.objects.update(is_active=False)
        assert "This account is closed" in come_by(client, "daye").content.decode()
        assert not is_signed_in(client)

    def test_identity_refused_at_the_provider_changes_nothing(self, client, daye):
        assert "Nothing was changed" in come_by(client, None).content.decode()
        assert not is_signed_in(client)

    @pytest.mark.parametrize("process", ["connect", "redirect"])
    def test_identity_is_linked_in_no_other_way_than_by_signing_in(self, client, daye, process):
        sign_in(client, daye.email)
        assert "did not let you in" in come_by(client, "daye", process=process).content.decode().replace("\n", "")
        assert not SocialAccount.objects.exists()

    def test_return_that_was_not_asked_for_is_refused(self, client, daye):
        response = client.get("/account/identity/return/?code=x&state=y")
        assert response.status_code == 401
        assert not is_signed_in(client)

    def test_identity_is_unlinked_by_its_owner(self, client, daye):
        come_by(client, "daye")
        confirm(client)
        assert "Works directory" in client.get("/account/identity/").content.decode()
        client.post("/account/identity/", {"account": SocialAccount.objects.get().pk})
        assert not SocialAccount.objects.exists()
        acts = ledger.entries_of(f"user:{daye.email}").values_list("act", flat=True)
        assert list(acts) == ["user.identity_linked", "user.identity_unlinked"]

    def test_identity_of_another_is_not_unlinked(self, client, daye):
        come_by(Client(), "daye")
        client.force_login(make.person("other@example.org"))
        confirm(client)
        client.post("/account/identity/", {"account": SocialAccount.objects.get().pk})
        assert SocialAccount.objects.exists()

    def test_button_stands_on_the_sign_in_page_and_leads_on_only_by_post(self, client):
        assert "Sign in with Works directory" in client.get("/account/sign-in/").content.decode()
        assert client.get(SIGN_IN).status_code == 405


def test_provider_that_does_not_answer_is_told_in_words(client, linked_site, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://localhost:1"
    response = client.post(SIGN_IN)
    assert response.status_code == 502
    assert "The other site did not let you in" in response.content.decode()


def test_without_a_provider_nothing_is_shown_and_nothing_answers(client, daye):
    assert "Sign in with" not in client.get("/account/sign-in/").content.decode().replace("Sign in with a passkey", "")
    assert client.post(SIGN_IN).status_code == 404
    client.force_login(daye)
    assert client.get("/account/identity/").status_code == 404
