"""People who sign in, and what they hold in their hands."""

import base64
import hashlib
import hmac
import struct
import time
from functools import partial

import pytest

from accounts.models import User
from tests import factories as make

SIGN_IN = "/account/sign-in/"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """The real hash takes a third of a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def daye():
    """A person who signs in with a password."""
    return User.objects.create_user("reporter@daye.example", make.PASSWORD)


@pytest.fixture
def chinese(daye):
    """The same, who reads Chinese."""
    daye.language = "zh-hans"
    daye.save()
    return daye


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """`with commits():` does at its end what waits for the transaction to be stored, such as mailing."""
    return partial(django_capture_on_commit_callbacks, execute=True)


def sign_in(client, email, password=make.PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def confirm(client, password=make.PASSWORD):
    """Show once more that it is you, as asked before weighty changes."""
    return client.post("/account/confirm/", {"password": password})


def app_code(secret):
    """The six digits that an authenticator app shows now, by RFC 6238."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture
def app_secret(settings):
    """Give somebody who is signed in an authenticator app through the pages; answers its secret."""
    # The test computes the code a moment before it is looked at.
    settings.MFA_TOTP_TOLERANCE = 1

    def add(client):
        confirm(client)
        secret = client.get("/account/second-factor/app/").context["form"].secret
        response = client.post("/account/second-factor/app/", {"code": app_code(secret)})
        assert response.url == "/account/second-factor/codes/"
        return secret

    return add
