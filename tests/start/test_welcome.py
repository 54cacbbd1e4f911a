"""The first administrator: only with the code, only once, only while there is none."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import welcome
from accounts.models import User, WelcomeCode
from core import clock, ledger
from tests import factories as make

pytestmark = pytest.mark.django_db

FIELDS = {"email": "wang@example.org", "name": "Wang", "language": "en", "password": make.PASSWORD}


def take(code, client=None, **changes):
    return (client or Client()).post("/welcome/", {**FIELDS, "code": code, **changes})


def test_welcome_with_the_code_makes_the_administrator_and_signs_them_in():
    client = Client()
    response = take(welcome.welcome_code_make(), client)
    assert (response.status_code, response["Location"]) == (302, "/start/")
    person = User.objects.get()
    assert (person.email, person.is_superuser, person.check_password(make.PASSWORD)) == ("wang@example.org", True, True)
    assert client.get("/start/").status_code == 200
    acts = [each.act for each in ledger.entries_of("user:wang@example.org").order_by("id")]
    assert acts == ["user.created", "administrator.created"]


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")])
def test_welcome_code_may_be_typed_in_other_ways(change):
    assert take(change(welcome.welcome_code_make())).status_code == 302


def test_welcome_code_is_kept_hashed_only():
    code = welcome.welcome_code_make()
    assert code.replace("-", "") not in str(WelcomeCode.objects.values_list("digest", flat=True).get()).upper()


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "x" * 61])
def test_welcome_with_a_wrong_code_keeps_what_was_typed(code):
    welcome.welcome_code_make()
    response = take(code)
    assert response.status_code == 200
    assert "wang@example.org" in response.content.decode()
    assert make.PASSWORD not in response.content.decode()
    assert not User.objects.exists()


def test_welcome_without_any_code_made_refuses_every_code():
    assert take("AAAA-AAAA-AAAA-AAAA").status_code == 200
    assert not User.objects.exists()


def test_welcome_code_ends_with_the_next_one_and_after_a_day():
    first = welcome.welcome_code_make()
    second = welcome.welcome_code_make()
    assert "wrong, used or too old" in take(first).content.decode()
    with clock.at(clock.now() + timedelta(hours=25)):
        assert "wrong, used or too old" in take(second).content.decode()
    assert take(second).status_code == 302


def test_welcome_weak_password_or_taken_address_leaves_the_code_good():
    make.person("wang@example.org")
    code = welcome.welcome_code_make()
    assert "already" in take(code, email="WANG@example.org").content.decode()
    assert "too common" in take(code, email="li@example.org", password="password").content.decode()
    assert take(code, email="li@example.org").status_code == 302


def test_welcome_is_gone_once_there_is_an_administrator():
    code = welcome.welcome_code_make()
    take(code)
    for client in (Client(), Client()):
        assert client.get("/welcome/").status_code == 404
        assert take(code, client, email="thief@example.org").status_code == 404
    assert User.objects.count() == 1
    with pytest.raises(ValidationError):
        welcome.welcome_code_make()


def test_welcome_page_takes_the_code_from_its_address_and_is_never_cached():
    code = welcome.welcome_code_make()
    response = Client().get("/welcome/", {"code": code})
    assert code in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_board_of_a_new_site_says_how_it_is_set_up():
    text = Client().get("/").content.decode()
    assert "This site is not set up yet" in text
    assert "/welcome/" in text
    make.admin()
    assert "/welcome/" not in Client().get("/").content.decode()


def test_welcome_command_prints_an_address_that_works():
    out = StringIO()
    call_command("welcome", site="http://127.0.0.1:8123/", stdout=out, stderr=StringIO())
    address = out.getvalue().strip()
    assert address.startswith("http://127.0.0.1:8123/welcome/?code=")
    assert take(address.partition("=")[2]).status_code == 302
    with pytest.raises(CommandError, match="administrator already"):
        call_command("welcome", stdout=out)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_welcome_code_used_by_two_at_once_makes_one_administrator():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL's row locks")
    code = welcome.welcome_code_make()
    both = threading.Barrier(2)
    refused = []

    def use(email):
        both.wait()
        try:
            welcome.first_administrator_create(code=code, **(FIELDS | {"email": email}))
        except ValidationError:
            refused.append(email)
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(f"{name}@example.org",)) for name in ("li", "wang")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(refused), User.objects.count()) == (1, 1)
