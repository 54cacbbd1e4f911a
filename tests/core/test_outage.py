"""The answer while the database is away; tests/processes/test_faults_database.py takes a real one away."""

import sqlite3

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, InterfaceError, OperationalError, ProgrammingError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from config.urls import urlpatterns as site
from core import outage
from tests import factories as make


def database_away(request):
    raise OperationalError("server closed the connection unexpectedly")


def code_at_fault(request):
    raise ValueError("a fault of ours")


def noted(request):
    request.session["noted"] = True
    return HttpResponse()


urlpatterns = [*site, path("away/", database_away), path("fault/", code_at_fault), path("noted/", noted)]
handler400 = "core.views.bad_request"
handler500 = "core.outage.server_error"


@pytest.fixture
def browser(client, settings):
    """A browser that is shown the error page instead of the test being told of the error."""
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


def caused(error, cause):
    error.__cause__ = cause
    return error


def sqlite_error(statement):
    try:
        sqlite3.connect(":memory:").execute(statement)
    except sqlite3.Error as error:
        return error
    raise AssertionError("no error")


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (OperationalError("connection refused"), True),
        (InterfaceError("connection already closed"), True),
        (caused(OperationalError("no such table"), sqlite_error("SELECT * FROM nowhere")), False),
        (ProgrammingError("relation does not exist"), False),
        (IntegrityError("unique"), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_error_is_an_outage_only_where_waiting_helps(error, away):
    assert outage.is_outage(error) is away


def test_page_while_the_database_is_away_says_so_and_when_to_come_again(browser):
    answer = browser.get("/away/?month=2026-10")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "no-store" in answer["Cache-Control"]
    assert "The database is away for a moment" in answer.text
    assert 'href="/away/?month=2026-10"' in answer.text
    assert "script-src" in answer["Content-Security-Policy"] or "default-src" in answer["Content-Security-Policy"]


def test_page_of_another_fault_stays_500(browser):
    answer = browser.get("/fault/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer


def test_page_speaks_the_language_of_the_reader(browser):
    browser.cookies["django_language"] = "zh-hans"
    assert 'lang="zh-hans"' in browser.get("/away/").text


def test_form_sent_while_the_database_is_away_is_kept_in_the_answer(browser):
    answer = browser.post("/away/?tab=a", {"figure": ["6412.5", "7"], "note": '"<b>'})
    assert answer.status_code == 503
    assert 'action="/away/?tab=a"' in answer.text
    assert (
        '<input type="hidden" name="figure" value="6412.5"><input type="hidden" name="figure" value="7">' in answer.text
    )
    assert 'name="note" value="&quot;&lt;b&gt;"' in answer.text


def test_password_sent_while_the_database_is_away_stands_in_no_page(browser):
    answer = browser.post("/away/", {"email": "a@b.example", "password": "secret-word"})
    assert "secret-word" not in answer.text
    assert "Go back and send it again" in answer.text


def test_form_with_too_many_fields_still_gets_the_page(browser, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    answer = browser.post("/away/", {"a": "1", "b": "2", "c": "3"})
    assert answer.status_code == 503
    assert "Go back and send it again" in answer.text


@pytest.mark.parametrize("headers", [{"accept": "application/json"}, {"content-type": "application/json"}])
def test_json_asked_for_gets_json(browser, headers):
    answer = browser.post("/away/", "{}", content_type=headers.get("content-type", "text/plain"), headers=headers)
    assert answer.status_code == 503
    assert "may not have been saved" in answer.json()["detail"]
    assert answer["Retry-After"] == "5"


def test_htmx_gets_a_sentence_instead_of_a_page(browser):
    answer = browser.get("/away/", headers={"hx-request": "true"})
    assert (answer.status_code, answer.text) == (503, "The database is away for a moment.")


@pytest.mark.django_db
def test_session_that_cannot_be_saved_gives_the_page_and_not_that_it_was_deleted(browser, monkeypatch):
    """Django takes every error of that statement for a session deleted meanwhile, which is a 400."""
    browser.force_login(make.reporter(make.plant("daye")))

    def full(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Session, "save_base", full)
    answer = browser.post("/noted/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


@pytest.mark.django_db
def test_session_that_cannot_be_read_gives_the_page_as_well(browser, monkeypatch):
    """The error arises in a middleware, above the view; rendering the answer asks nothing of the database."""
    browser.force_login(make.reporter(make.plant("daye")))

    def away(*args, **kwargs):
        raise OperationalError("could not connect")

    monkeypatch.setattr(connection, "cursor", away)
    answer = browser.get("/returns/")
    assert answer.status_code == 503


def test_request_whose_body_was_read_already_still_gets_the_page():
    request = RequestFactory().post("/", b"{}", content_type="application/json")
    request.read(1)
    assert outage._kept(request) in (None, [])
