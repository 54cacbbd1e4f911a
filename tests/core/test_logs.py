"""One line for each event, by which an act is followed into the worker, and nothing in it that is nobody's business."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from celery import current_app
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch, reverse

from accounts.services import user_set_language
from core import logs
from core.middleware import RequestLogMiddleware
from tests import factories as make


def lines_of(act, *, as_json=True):
    """What `act` makes a formatter of ours write, line by line."""
    config = logs.configuration(as_json=as_json, level="DEBUG")["formatters"]["event"]
    config = dict(config)
    factory = config.pop("()")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(factory(**config))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        act()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    text = stream.getvalue().splitlines()
    return [json.loads(line) for line in text] if as_json else text


def requests_in(lines):
    return [line for line in lines if line["event"] == "request"]


@pytest.fixture(autouse=True)
def _nothing_bound():
    structlog.contextvars.clear_contextvars()
    yield
    structlog.contextvars.clear_contextvars()


def test_configuration_is_taken_by_logging_and_ends_every_line_in_one_handler():
    config = logs.configuration(as_json=True, level="INFO")
    before = logging.getLogger().handlers[:]
    try:
        logging.config.dictConfig(config)
        for name in config["loggers"]:
            assert not logging.getLogger(name).handlers
            assert logging.getLogger(name).propagate
    finally:
        logging.getLogger().handlers[:] = before


def test_line_is_json_with_time_level_and_logger():
    [line] = lines_of(lambda: logging.getLogger("core.wake").warning("broker away, %s", "later"))
    assert line["event"] == "broker away, later"
    assert (line["level"], line["logger"]) == ("warning", "core.wake")
    assert line["timestamp"].endswith("Z")


def test_line_of_the_embedded_default_is_readable():
    [line] = lines_of(lambda: logging.getLogger("core.wake").warning("away", extra={"status": 503}), as_json=False)
    assert "warning" in line
    assert "away" in line
    assert "status=503" in line


@pytest.mark.parametrize("as_json", [True, False])
def test_line_tells_no_address_and_no_field_nobody_named(as_json):
    def fail():
        try:
            raise ValueError("no reporter@daye.example here")
        except ValueError:
            extra = {"password": "demo-steel", "request": "GET /?q=director@daye.example"}
            logging.getLogger("x").exception("mail to %s failed", "admin@example.org", extra=extra)

    text = str(lines_of(fail, as_json=as_json))
    assert "mail to <address> failed" in text
    assert "no <address> here" in text
    assert "Traceback" in text
    for secret in ("daye.example", "example.org", "demo-steel"):
        assert secret not in text


@pytest.mark.parametrize("value", ["loud", ""])
def test_level_of_no_known_name_is_refused(value):
    with pytest.raises(ValueError, match="DEBUG"):
        logs.level_named(value)


@pytest.mark.django_db
def test_request_is_told_once_with_what_an_operator_needs(client):
    person = make.person("reporter@daye.example")
    client.force_login(person)
    [line] = requests_in(lines_of(lambda: client.get(reverse("returns"), {"q": "hidden"})))
    assert (line["method"], line["path"], line["status"]) == ("GET", reverse("returns"), 200)
    assert line["user"] == str(person.pk)
    assert line["ms"] >= 0
    assert "hidden" not in str(line)


@pytest.mark.django_db
def test_request_of_a_stranger_names_no_user(client):
    [line] = requests_in(lines_of(lambda: client.get(reverse("catalogue"))))
    assert "user" not in line


def test_request_of_a_health_probe_is_for_debugging(client):
    [line] = requests_in(lines_of(lambda: client.get(reverse("healthz"))))
    assert line["level"] == "debug"


def test_request_id_of_the_proxy_is_taken_and_answered(client):
    [line] = requests_in(
        lines_of(lambda: setattr(client, "answer", client.get("/healthz", headers={"X-Request-ID": "proxy-0123.4"})))
    )
    assert client.answer["X-Request-ID"] == line["request_id"] == "proxy-0123.4"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space here", 'quote"and{brace}', "line\tbreak-line"])
def test_request_id_ill_formed_is_replaced(client, given):
    made = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
    assert made != given
    assert len(made) == 32


def test_request_ids_differ(client):
    assert client.get("/healthz")["X-Request-ID"] != client.get("/healthz")["X-Request-ID"]


@pytest.mark.parametrize("name", ["key", "token"])
def test_request_path_hides_what_opens_a_door(name):
    request = RequestFactory().get("/invitation/s3cr3t-w0rd/?next=/")
    request.resolver_match = ResolverMatch(lambda: None, (), {name: "s3cr3t-w0rd"})
    [line] = requests_in(lines_of(lambda: RequestLogMiddleware(lambda _: HttpResponse())(request)))
    assert line["path"] == "/invitation/…/"


@current_app.task(name="tests.core.test_logs.tell")
def tell():
    logging.getLogger("tests").info("at work")


def test_task_tells_its_name_id_and_the_request_that_sent_it():
    """The signals as Celery sends them: on publishing in the web process, around the task in the worker."""
    headers = {}

    def act():
        with structlog.contextvars.bound_contextvars(request_id="request-1"):
            logs.send_request_id(headers=headers)
        tell.apply(task_id="task-1", headers=headers, throw=True)
        logging.getLogger("tests").info("afterwards")

    work, end, afterwards = [
        line for line in lines_of(act) if line["logger"] in ("tests", "core.logs") and "task" in line | {"task": 1}
    ]
    for line in (work, end):
        assert (line["task"], line["task_id"]) == (tell.name, "task-1")
        assert line["request_id"] == "request-1"
    assert (end["event"], end["state"]) == ("task", "SUCCESS")
    assert end["ms"] >= 0
    assert "task_id" not in afterwards


@pytest.mark.django_db
def test_service_called_in_a_request_logs_no_address(client):
    """A whole act through the middleware: the ledger names the person, the log only a number."""
    person = make.person("director@daye.example")
    client.force_login(person)
    text = str(lines_of(lambda: user_set_language(actor=person, language="zh-hans")))
    text += str(lines_of(lambda: client.post(reverse("accounts:language"), {"language": "en"})))
    assert "daye.example" not in text
