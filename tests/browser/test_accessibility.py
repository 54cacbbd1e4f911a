"""Every page in every role, in English by day on a desk and in Chinese by night on a phone: what axe finds, and more.

The pages are those of the permission matrix, so that a new URL cannot be forgotten.
"""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as site
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.test import Client
from django.urls import path, reverse
from django.views.csrf import csrf_failure

from accounts import welcome
from accounts.models import User
from accounts.views import too_many_requests
from config import urls
from core import clock
from tests import factories as make
from tests.architecture import test_permission_matrix as matrix

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

world = matrix.world
LANGUAGES = ("en", "zh-hans")
# The board comes first: where everything else of a page was seen before, the frame of the role is seen there.
ROLES = ("anonymous", "reporter", "director", "organizer", "evaluator", "inspector", "administrator")
# Addresses that answer something else than a page of their own, and those seen in `doors` in the right moment.
NO_PAGE = {
    "healthz",
    "readyz",
    "rankings_export",
    "rankings_progress",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate_webauthn",
    "openid_connect_callback",
    "accounts:notice",
    "accounts:invitation",
    "account_set_password",
    "account_reset_password_from_key",
}
ONLY_OUTSIDE = {"account_login"}
ONLY_INSIDE = {"account_logout"}
# What only somebody sees who signs in with more than a password, here the reporter; and what only the others see.
WITH_FACTORS = {
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_reauthenticate",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
}
WITHOUT_FACTORS = {"mfa_activate_totp", "mfa_add_webauthn"}
# More than one look of the same address: name, arguments, query, who.
LOOKS = (
    ("search", {}, {"q": "daye"}, matrix.EVERYONE),
    ("search", {}, {"q": "no such thing"}, matrix.EVERYONE),
    ("plants", {}, {"q": "no such thing"}, {"anonymous"}),
    ("plant", {"plant": "dalian"}, {}, {"reporter"}),
    ("return", matrix.D | {"month": "2026-09"}, {}, {"reporter", "evaluator"}),
    ("return", matrix.D | {"month": "2026-09"}, {"tab": "furnaces"}, {"reporter"}),
    ("return", matrix.D | {"month": "2026-08"}, {}, matrix.RETURN_READERS),
    ("rankings", matrix.C, {"period": "2026-08"}, matrix.PARTIES),
    ("rankings", matrix.C, {"period": "2026-07"}, {"organizer"}),
    ("rankings", matrix.C, {"period": "2026-08", "view": "matrix"}, {"reporter"}),
    ("accounts:people", {}, {"q": "no such thing"}, {"administrator"}),
)
FINDS = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  headings: [...document.querySelectorAll("h1")].map((heading) => heading.textContent.trim()),
  text: document.body.innerText,
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""
# A button is called by what can be read on it: a rule that axe leaves out unless asked. It compares words by spaces,
# which Chinese does not have.
CALLED_AS_READ = "label-content-name-mismatch"
# Of a template, of gettext, of Python and of JavaScript.
UNFINISHED = re.compile(r"\{[{%#]|%\(\w+\)|\bNone\b(?! yet)|\bNaN\b|\bundefined\b|\[object")
# What differs between two people who otherwise see the same.
OWN = re.compile(r'(name="csrfmiddlewaretoken" value|href="/account/sign-in/\?next)="[^"]*"')


class Looker:
    """One language in a browser: what is wrong with the pages seen, by address."""

    def __init__(self, chromium, url, language):
        self.language, self.url, self.faults, self.seen = language, url, {}, set()
        desk = language == "en"
        self.context = chromium.new_context(
            base_url=url,
            color_scheme="light" if desk else "dark",
            viewport={"width": 1280 if desk else 390, "height": 900},
        )
        self.page = self.context.new_page()
        self.said = []
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)

    def become(self, client):
        """Go on as the person whom a test client is."""
        cookies = {each.key: each.value for each in client.cookies.values()} | {
            site.LANGUAGE_COOKIE_NAME: self.language
        }
        self.context.clear_cookies()
        self.context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in cookies.items()])

    def is_new(self, response):
        """Whether the content of a page has not been seen before, the frame around it apart."""
        content = OWN.sub("", response.content.decode().partition("<main")[2])
        if content in self.seen:
            return False
        self.seen.add(content)
        return True

    def see(self, role, address, status=200):
        self.said.clear()
        response = self.page.goto(address)
        if response.status != status:
            faults = [f"answers {response.status}"]
        elif not self.page.url.endswith(address):
            faults = [f"leads to {self.page.url}"]
        else:
            faults = list(self.found(status))
        self.faults[f"{role} {address}"] = faults

    def found(self, status):
        """What is wrong with the page that is open."""
        page = self.page.evaluate(FINDS)
        for text in self.said:
            if status == 200 or "Failed to load resource" not in text:
                yield f"console: {text}"
        if page["lang"] != self.language:
            yield f"lang is {page['lang']}"
        if len(page["headings"]) != 1 or not page["headings"][0]:
            yield f"headings are {page['headings']}"
        if page["title"].lstrip().startswith("·"):
            yield f"title is {page['title']}"
        if page["wide"] > 0:
            yield f"{page['wide']} px too wide"
        for text in UNFINISHED.findall(page["text"]):
            yield f"unfinished text {text}"
        options = {"resultTypes": ["violations"], "rules": {CALLED_AS_READ: {"enabled": self.language == "en"}}}
        for rule in Axe().run(self.page, options=options).response["violations"]:
            for node in rule["nodes"]:
                yield f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]}"

    def tell(self):
        lines = [f"{address}: {fault}" for address, faults in self.faults.items() for fault in faults]
        if lines:
            pytest.fail("\n".join(lines), pytrace=False)


@pytest.fixture
def looker(chromium, live_server, request):
    found = Looker(chromium, live_server.url, request.param)
    yield found
    found.context.close()


@pytest.fixture
def everything(world, settings):
    """The world of the matrix, in which the reporter has every second factor."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    people, keys = world
    reporter = people["reporter"]
    TOTP.activate(reporter, generate_totp_secret())
    RecoveryCodes.activate(reporter)
    passkey = Authenticator.objects.create(
        user=reporter, type=Authenticator.Type.WEBAUTHN, data={"name": "My laptop", "credential": {}}
    )
    return people, keys | {0: passkey.pk}


def pages_of(role, keys):
    """The addresses of all pages that a role may see."""
    for name, (arguments, may, _told) in matrix.GET.items():
        if name in NO_PAGE | matrix.GONE | (ONLY_INSIDE if role == "anonymous" else ONLY_OUTSIDE):
            continue
        has_factors = role == "reporter"
        if name in WITH_FACTORS:
            may = {"reporter"}
        if role in may and not (name in WITHOUT_FACTORS and has_factors):
            yield matrix.address(name, arguments, keys)
    for name, arguments, query, who in LOOKS:
        if role in who:
            yield f"{matrix.address(name, arguments, keys)}?{urlencode(query)}"


def client_of(people, role, language):
    """Somebody who has just shown that it is they."""
    client = Client()
    client.cookies[site.LANGUAGE_COOKIE_NAME] = language
    if role != "anonymous":
        person = User.objects.get(pk=people[role].pk)
        person.set_password(make.PASSWORD)
        person.language = language
        person.save()
        client.force_login(person)
        client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    return client


@pytest.mark.parametrize("looker", LANGUAGES, indirect=True)
def test_every_page_in_every_role_is_without_fault(everything, looker):
    people, keys = everything
    for role in ROLES:
        client = client_of(people, role, looker.language)
        looker.become(client)
        for number, address in enumerate(pages_of(role, keys)):
            if looker.is_new(client.get(address)) or number == 0:
                looker.see(role, address)
    looker.tell()


@pytest.mark.parametrize("looker", LANGUAGES, indirect=True)
def test_door_into_the_site_is_without_fault(looker, settings):
    """Pages that somebody sees once: who comes first, who is invited, who forgot the password, who has an app."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    anonymous = Client()
    looker.become(anonymous)
    looker.see("first", "/")
    looker.see("first", reverse("welcome"))
    looker.see("first", f"{reverse('welcome')}?code={welcome.welcome_code_make()}")
    invitation = make.invitation(make.plant())
    looker.see("invited", reverse("accounts:invitation", args=[make.token_of(invitation)]))
    with clock.at(clock.now() - timedelta(days=60)):
        over = make.token_of(make.invitation(make.plant(), "late@example.org"))
    looker.see("invited too late", reverse("accounts:invitation", args=[over]), status=410)
    person = make.person("li@example.org")
    person.language = looker.language
    person.set_password(make.PASSWORD)
    person.save()
    looker.see("forgot", reverse("account_reset_password_from_key", args=["1", "x"]), status=410)
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    looker.said.clear()
    looker.page.goto(f"/account/password/reset/{key}/")
    looker.faults["forgot: new password"] = list(looker.found(200))
    TOTP.activate(person, generate_totp_secret())
    anonymous.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})
    looker.become(anonymous)
    looker.see("two steps", reverse("mfa_authenticate"))
    looker.tell()


def failing(error):
    def view(request):
        raise error

    return view


class Troubled:
    """The site's addresses, and some where something always goes wrong, with the answer to each."""

    answers = (
        ("bad", 400, failing(BadRequest("No such period."))),
        ("refused", 403, failing(PermissionDenied("Only an organizer does this."))),
        ("forged", 403, csrf_failure),
        ("many", 429, too_many_requests),
        ("broken", 500, failing(RuntimeError("broken"))),
        ("away", 503, failing(OperationalError("away"))),
    )
    handler400, handler500 = urls.handler400, urls.handler500
    urlpatterns = (*urls.urlpatterns, *(path(f"{name}/", view) for name, _status, view in answers))


@pytest.mark.parametrize("looker", LANGUAGES, indirect=True)
def test_page_of_trouble_is_without_fault(looker, settings):
    settings.ROOT_URLCONF = Troubled
    make.admin()
    looker.become(Client())
    looker.see("missing", "/nowhere/", status=404)
    for name, status, _view in Troubled.answers:
        looker.see(name, f"/{name}/", status)
    looker.tell()
