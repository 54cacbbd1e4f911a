"""Where a person is signed in, and ending that."""

import re

import pytest
from django.test import Client
from django.utils.translation import override

from accounts.templatetags.accounts import browser
from core import ledger
from tests.accounts.conftest import sign_in

pytestmark = pytest.mark.django_db

SESSIONS = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WECHAT = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36 MicroMessenger/8.0"


@pytest.fixture
def two(daye):
    """The same person in two browsers."""
    clients = Client(headers={"user-agent": FIREFOX}), Client(headers={"user-agent": WECHAT})
    for client in clients:
        sign_in(client, daye.email)
    return clients


def test_sessions_are_listed_with_browser_and_which_is_this_one(two):
    page = two[0].get(SESSIONS).content.decode()
    rows = [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in re.findall("(?s)<tr.*?</tr>", page)[1:]]
    assert [row.split(" 127.0.0.1")[0] for row in rows] == ["Firefox, Linux This one", "WeChat, Android"]


def test_session_begun_by_other_means_is_listed_when_looked_at(client, daye):
    client.force_login(daye)
    assert client.get(SESSIONS).context["session_count"] == 1


def test_sign_out_everywhere_else_keeps_this_one(two, daye):
    two[0].post(SESSIONS)
    assert two[0].get("/account/").status_code == 200
    assert two[1].get("/account/").status_code == 302
    assert ledger.entries_of(f"user:{daye.email}").get().act == "user.signed_out_elsewhere"


def test_sessions_of_others_are_neither_seen_nor_ended(two):
    stranger = Client()
    assert stranger.get(SESSIONS).status_code == 302
    stranger.post(SESSIONS)
    assert two[1].get("/account/").status_code == 200


def test_session_ended_by_signing_out_is_not_listed(two):
    two[1].post("/account/sign-out/")
    assert len(two[0].get(SESSIONS).context["sessions"]) == 1


@pytest.mark.parametrize(
    ("says", "shown"),
    [
        (FIREFOX, "Firefox, Linux"),
        (WECHAT, "WeChat, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/18 Safari/605", "Safari, macOS"),
        ("curl/8.0", "curl/8.0"),
        ("", "Unknown"),
    ],
)
def test_browser_is_named_by_what_it_says_of_itself(says, shown):
    with override("en"):
        assert browser(says) == shown
