"""Every page about accounts stands in the frame of the site and is made of its own templates."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from tests.accounts.conftest import confirm, sign_in

pytestmark = pytest.mark.django_db

DOORS = (
    "/account/sign-in/",
    "/account/sign-in/closed/",
    "/account/sign-up/",
    "/account/password/reset/",
    "/account/password/reset/sent/",
    "/account/password/reset/done/",
    "/account/password/reset/1-x/",
    "/account/address/sent/",
    "/account/address/confirm/x/",
)
# What somebody with an app finds who has just shown again who they are.
OWN = (
    "/account/",
    "/account/confirm/",
    "/account/confirm/code/",
    "/account/password/",
    "/account/address/",
    "/account/second-factor/",
    "/account/second-factor/app/remove/",
    "/account/second-factor/codes/",
    "/account/second-factor/codes/new/",
    "/account/passkeys/",
    "/account/passkeys/add/",
    "/account/sessions/",
    "/account/sign-out/",
)
PASSKEY = ("/account/passkeys/", "/account/passkeys/{key}/", "/account/passkeys/{key}/remove/")


def assert_ours(response):
    """In the frame of the site, from templates of ours alone, and within the content policy."""
    page = response.content.decode()
    assert '<header class="bar">' in page
    origins = {str(each.origin) for each in response.templates if each.origin}
    assert {each for each in origins if "/site-packages/allauth/" in each} == set()
    assert f"{settings.BASE_DIR}/templates/base.html" in origins
    assert " style=" not in page
    assert [each for each in re.findall(r"<script\b([^>]*)>", page) if "src=" not in each and "json" not in each] == []
    assert re.search(r"<input(?![^>]*type=.search)[^>]*placeholder=", page) is None
    return page


@pytest.mark.parametrize("address", DOORS)
def test_page_about_signing_in_looks_like_the_site(client, address):
    assert_ours(client.get(address))


@pytest.mark.parametrize("address", OWN)
def test_page_of_ones_own_account_looks_like_the_site(client, daye, app_secret, address):
    sign_in(client, daye.email)
    app_secret(client)
    response = client.get(address)
    assert response.status_code == 200
    assert_ours(response)


@pytest.mark.parametrize("address", PASSKEY)
def test_page_about_a_passkey_looks_like_the_site_and_names_it(client, daye, address):
    key = Authenticator.objects.create(user=daye, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone"})
    sign_in_without_second_step(client, daye)
    page = assert_ours(client.get(address.format(key=key.pk)))
    assert "My phone" in page or "remove" in address


def sign_in_without_second_step(client, person):
    client.force_login(person)
    confirm(client)


def test_second_step_looks_like_the_site(client, daye, app_secret):
    sign_in(client, daye.email)
    app_secret(client)
    other = Client()
    sign_in(other, daye.email)
    assert_ours(other.get("/account/sign-in/second-step/"))


def test_page_to_set_up_an_app_looks_like_the_site(client, daye):
    sign_in(client, daye.email)
    confirm(client)
    assert_ours(client.get("/account/second-factor/app/"))


def test_page_to_confirm_a_new_address_looks_like_the_site(client, daye, mailoutbox, commits):
    sign_in(client, daye.email)
    confirm(client)
    with commits():
        client.post("/account/address/", {"action_add": "", "email": "new@daye.example"})
    link = re.search(r"http://testserver(\S+)", mailoutbox[0].body)[1]
    assert_ours(client.get(link))
    assert_ours(client.get("/account/address/"))
