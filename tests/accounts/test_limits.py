"""Trying too often, and whom it is counted against."""

import pytest
from allauth.account import app_settings as account
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa import app_settings as mfa
from django.core.cache import cache
from django.test import Client

from config.cache import RedisCache
from tests import factories as make
from tests.accounts.conftest import SIGN_IN, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


def test_sign_in_tried_too_often_from_one_address_is_told_when_to_try_again(client):
    for _try in range(30):
        client.post(SIGN_IN, {"login": "nobody"})
    response = client.post(SIGN_IN, {"login": "nobody"})
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "Try again in one minute." in response.content.decode()
    assert client.get(SIGN_IN).status_code == 200


def test_password_guessed_too_often_is_held_back_even_when_right(client, daye):
    for _try in range(5):
        sign_in(client, daye.email, "wrong")
    response = sign_in(client, daye.email)
    assert "Too many attempts. Wait five minutes and try again." in response.content.decode()
    assert not is_signed_in(client)


def test_password_guessed_too_often_leaves_others_alone(client, daye):
    for _try in range(5):
        sign_in(client, daye.email, "wrong")
    other = make.person("other@daye.example")
    other.set_password(make.PASSWORD)
    other.save()
    sign_in(client, other.email)
    assert is_signed_in(client)


def test_reset_asked_for_too_often_is_held_back(client, daye):
    answers = [client.post("/account/password/reset/", {"email": daye.email}).status_code for _try in range(6)]
    assert answers == [302] * 5 + [429]


def test_every_limit_that_answers_429_is_counted_by_the_minute():
    """What the page says; the others answer at the field, and say five minutes."""
    at_the_field = {"login_failed", "confirm_email", "change_phone", "verify_phone"}
    limits = {**account.RATE_LIMITS, **mfa.RATE_LIMITS}
    assert {
        rate.duration for name, text in limits.items() if name not in at_the_field for rate in parse_rates(text)
    } == {60}
    assert max(rate.duration for rate in parse_rates(limits["login_failed"])) == 300


@pytest.mark.parametrize(
    ("proxies", "sent", "counted"),
    [
        (0, "203.0.113.7", {"127.0.0.1"}),
        (1, "203.0.113.7", {"203.0.113.7"}),
        (1, "198.51.100.1, 203.0.113.7", {"203.0.113.7"}),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.1", {"203.0.113.7"}),
    ],
)
def test_client_address_is_believed_only_from_the_proxies_that_are_ours(daye, settings, proxies, sent, counted):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    client = Client(headers={"x-forwarded-for": sent})
    sign_in(client, daye.email)
    assert {each.ip for each in client.get("/account/sessions/").context["sessions"]} == counted


def test_sign_in_goes_on_while_redis_is_away(client, daye, settings):
    settings.CACHES = {"default": {"BACKEND": "config.cache.RedisCache", "LOCATION": "redis://localhost:1/0"}}
    assert isinstance(cache._connections["default"], RedisCache)
    sign_in(client, daye.email)
    assert is_signed_in(client)


def test_cache_without_redis_has_nothing_and_locks_nobody_out():
    away = RedisCache("redis://localhost:1/0", {})
    assert away.add("x", 1) is True
    assert away.get("x") is None
    assert away.get("x", "default") == "default"
    assert away.set("x", 1) is None
    assert away.delete("x") is False


def test_times_that_pages_and_mails_name_are_those_of_the_settings(settings):
    """Links for three days, "stay signed in" for two weeks, new codes within a minute."""
    three_days = 3 * 24 * 3600
    assert three_days == settings.PASSWORD_RESET_TIMEOUT
    assert account.EMAIL_CONFIRMATION_EXPIRE_DAYS == 3
    assert settings.SESSION_COOKIE_AGE == 14 * 24 * 3600
    assert (mfa.TOTP_PERIOD, mfa.TOTP_DIGITS, mfa.TOTP_TOLERANCE) == (30, 6, 0)
