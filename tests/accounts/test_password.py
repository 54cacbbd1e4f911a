"""Changing a password, and coming back without it."""

import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from core import ledger
from tests import factories as make
from tests.accounts.conftest import is_signed_in, sign_in

pytestmark = pytest.mark.django_db

NEW = "another-long-word"
CHANGE = "/account/password/"
RESET = "/account/password/reset/"


def acts(user):
    return list(ledger.entries_of(f"user:{user.email}").values_list("act", flat=True))


def reset_link(mailoutbox):
    return re.search(r"http://testserver(/account/password/reset/\S+)", mailoutbox[-1].body)[1]


@pytest.fixture
def link(client, daye, mailoutbox, commits):
    """Asked for, and taken out of the mail."""
    with commits():
        client.post(RESET, {"email": daye.email})
    return reset_link(mailoutbox)


def choose(client, link, password=NEW, again=None):
    """Open the link and choose a password there."""
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": again or password})


def test_password_changed_keeps_this_session_and_ends_the_others(client, daye, mailoutbox, commits):
    other = Client()
    sign_in(client, daye.email)
    sign_in(other, daye.email)
    with commits():
        response = client.post(CHANGE, {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW})
    assert response.url == "/account/"
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert acts(daye) == ["user.password_changed"]
    assert mailoutbox[0].to == [daye.email]


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"oldpassword": "wrong"}, "oldpassword", "This is not your present password."),
        ({"password1": "12345", "password2": "12345"}, "password1", "too short"),
        ({"password2": "something-else"}, "password2", "same password each time"),
    ],
)
def test_password_change_refused_says_why_at_the_field(client, daye, data, field, words):
    sign_in(client, daye.email)
    response = client.post(CHANGE, {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW} | data)
    assert words in str(response.context["form"].errors[field])
    assert acts(daye) == []


def test_password_set_by_who_has_none(client, daye):
    daye.set_unusable_password()
    daye.save()
    client.force_login(daye)
    assert client.get(CHANGE).url == "/account/password/set/"
    client.post("/account/password/set/", {"password1": NEW, "password2": NEW})
    assert acts(daye) == ["user.password_set"]
    assert sign_in(Client(), daye.email, NEW).status_code == 302


def test_reset_link_lets_choose_a_password_once(client, daye, link):
    assert choose(client, link).url == "/account/password/reset/done/"
    assert acts(daye) == ["user.password_reset"]
    used = client.get(link)
    assert used.status_code == 410
    assert "This link is of no use any more" in used.content.decode()
    sign_in(client, daye.email, NEW)
    assert is_signed_in(client)


def test_reset_does_not_sign_in_by_itself(client, daye, link):
    choose(client, link)
    assert not is_signed_in(client)


def test_reset_ends_every_session(client, daye, mailoutbox, commits):
    other = Client()
    sign_in(other, daye.email)
    with commits():
        client.post(RESET, {"email": daye.email})
    choose(client, reset_link(mailoutbox))
    assert other.get("/account/").status_code == 302


def test_reset_link_ends_when_the_person_signs_in_after_all(client, daye, link):
    sign_in(Client(), daye.email)
    assert client.get(link).status_code == 410


def test_reset_link_is_not_in_the_address_of_the_form(client, link):
    assert client.get(link, follow=True).request["PATH_INFO"].endswith("-set-password/")


def test_reset_refuses_a_weak_password_and_the_link_stays_good(client, daye, link):
    assert "password1" in choose(client, link, "12345").context["form"].errors
    assert choose(client, link).status_code == 302


@pytest.mark.parametrize("broken", [lambda link: link[:-3] + "/", lambda link: link.replace("reset/", "reset/z")])
def test_reset_link_that_was_changed_is_of_no_use(client, link, broken):
    assert client.get(broken(link)).status_code == 410


def test_reset_of_an_unknown_address_looks_the_same_and_tells_it_by_mail(client, daye, mailoutbox, commits):
    with commits():
        known = client.post(RESET, {"email": daye.email})
        unknown = client.post(RESET, {"email": "nobody@example.org"})
    assert known.url == unknown.url
    assert mailoutbox[1].to == ["nobody@example.org"]
    assert "nobody signs in with this address" in mailoutbox[1].body


def test_reset_of_a_closed_account_mails_no_link(client, daye, mailoutbox, commits):
    daye.is_active = False
    daye.save()
    with commits():
        client.post(RESET, {"email": daye.email})
    assert "/reset/" not in mailoutbox[0].body


def test_mail_is_in_the_language_of_its_reader(client, chinese, mailoutbox, commits):
    """The page is English; what allauth says in both languages shows which one the mail has."""
    sign_in(client, chinese.email)
    client.cookies["django_language"] = "en"
    with commits():
        client.post(CHANGE, {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW})
    assert re.search(r"[\u4e00-\u9fff]", mailoutbox[0].subject)


@pytest.mark.django_db(transaction=True)
def test_mail_that_cannot_be_sent_stops_nothing_and_is_told(client, daye, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 1
    response = client.post(RESET, {"email": daye.email})
    assert "The mail could not be sent just now." in client.get(response.url).content.decode()


def test_password_refused_is_told_in_chinese_without_a_word_of_english():
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        validate_password("123")
    said = " ".join(refused.value.messages)
    assert "8个字符" in said
    assert not re.search("[A-Za-z]", said)
