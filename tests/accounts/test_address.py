"""Changing the address one signs in with."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from core import ledger
from tests import factories as make
from tests.accounts.conftest import confirm, is_signed_in, sign_in

pytestmark = pytest.mark.django_db

ADDRESS = "/account/address/"
NEW = "wang@daye.example"


@pytest.fixture
def owner(client, daye):
    sign_in(client, daye.email)
    confirm(client)
    return client


def ask(owner, commits, email=NEW):
    with commits():
        return owner.post(ADDRESS, {"action_add": "", "email": email})


def link(mailoutbox):
    return re.search(r"http://testserver(/account/address/confirm/\S+)", mailoutbox[0].body)[1]


def test_new_address_takes_the_place_of_the_old_one_when_confirmed(owner, daye, mailoutbox, commits):
    ask(owner, commits)
    daye.refresh_from_db()
    assert daye.email == "reporter@daye.example"
    assert mailoutbox[-1].to == [NEW]
    page = owner.get(link(mailoutbox)).content.decode()
    assert NEW in page
    with commits():
        owner.post(link(mailoutbox))
    daye.refresh_from_db()
    assert daye.email == NEW
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    assert mailoutbox[-1].to == ["reporter@daye.example"]
    confirmed = ledger.entries_of("user:reporter@daye.example").get(act="user.address_confirmed")
    assert (confirmed.old, confirmed.new) == (["reporter@daye.example", f"{NEW} (unconfirmed)"], [NEW])
    client = Client()
    sign_in(client, NEW)
    assert is_signed_in(client)


def test_new_address_waits_and_may_be_given_up(owner, daye, mailoutbox, commits):
    ask(owner, commits)
    assert "not confirmed yet" in owner.get(ADDRESS).content.decode()
    with commits():
        owner.post(ADDRESS, {"action_remove": "", "email": NEW})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [daye.email]
    link_page = owner.get(link(mailoutbox)).content.decode()
    assert "This link is of no use any more" in link_page
    acts = ledger.entries_of(f"user:{daye.email}").values_list("old", "new")
    assert list(acts) == [
        ([daye.email], [daye.email, f"{NEW} (unconfirmed)"]),
        ([daye.email, f"{NEW} (unconfirmed)"], [daye.email]),
    ]


def test_new_address_that_is_anothers_by_now_is_not_taken_from_them(owner, daye, mailoutbox, commits):
    ask(owner, commits)
    make.person(NEW)
    assert "Somebody else signs in with this address." in owner.get(link(mailoutbox)).content.decode()
    owner.post(link(mailoutbox))
    daye.refresh_from_db()
    assert daye.email == "reporter@daye.example"


def test_address_of_somebody_else_is_not_told_apart_when_asked_for(owner, commits):
    """Who is here is nobody's business; the link goes to its owner, who cannot be overruled."""
    make.person(NEW)
    assert ask(owner, commits).status_code == 302


@pytest.mark.parametrize("key", ["x", "MQ:1abc:def"])
def test_confirmation_link_that_was_changed_is_of_no_use(client, key):
    for response in (client.get(f"{ADDRESS}confirm/{key}/"), client.post(f"{ADDRESS}confirm/{key}/")):
        assert "This link is of no use any more" in response.content.decode()


def test_address_is_changed_only_after_showing_again_who_it_is(client, daye, commits):
    sign_in(client, daye.email)
    assert ask(client, commits).url.startswith("/account/confirm/")
    assert EmailAddress.objects.count() == 1
