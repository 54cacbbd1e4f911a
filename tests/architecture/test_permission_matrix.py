"""Every URL against every role. A URL that does not stand here fails the first test."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from competitions.choices import CompetitionRole, Visibility
from competitions.models import Competition, Role
from core.views import RuledView
from plants.choices import PlantRole
from tests import factories as make

pytestmark = pytest.mark.django_db

# Who asks. `outsider` reports for a plant that is in no competition; `stranger` has no role anywhere.
ROLES = (
    "anonymous",
    "stranger",
    "outsider",
    "rival",
    "reporter",
    "director",
    "organizer",
    "evaluator",
    "inspector",
    "administrator",
)
OFFICIALS = {"organizer", "evaluator", "inspector"}
PLANT = {"reporter", "director"}
EVERYONE = set(ROLES)
SIGNED_IN = EVERYONE - {"anonymous"}
PARTIES = {"rival", "administrator"} | PLANT | OFFICIALS
RETURN_READERS = {"administrator"} | PLANT | OFFICIALS
ADMIN = {"administrator"}
DIRECTORS = {"director", "administrator"}
ORGANIZER = {"organizer", "administrator"}

D = {"plant": "daye"}
M = D | {"month": "2026-10"}
C = {"slug": "closed"}

# name: (keyword arguments, who may, who is told 403 with a reason; the rest get 404, anonymous the sign-in page).
GET = {
    "board": ({}, EVERYONE, set()),
    "health": ({}, ORGANIZER, SIGNED_IN),
    "components": ({}, EVERYONE, set()),
    "search": ({}, EVERYONE, set()),
    "healthz": ({}, EVERYONE, set()),
    "readyz": ({}, EVERYONE, set()),
    "start": ({}, ADMIN, SIGNED_IN),
    "start_plants": ({}, ADMIN, SIGNED_IN),
    "start_equipment": ({}, ADMIN, SIGNED_IN),
    "welcome": ({}, set(), set()),  # gone once the site has its administrator
    "accounts:account": ({}, SIGNED_IN, set()),
    "accounts:people": ({}, ADMIN, SIGNED_IN),
    "account_login": ({}, EVERYONE, set()),
    "account_logout": ({}, EVERYONE, set()),
    "account_inactive": ({}, EVERYONE, set()),
    "account_signup": ({}, EVERYONE, set()),
    "account_reauthenticate": ({}, SIGNED_IN, set()),
    "account_change_password": ({}, SIGNED_IN, set()),
    "account_set_password": ({}, SIGNED_IN, set()),
    "account_reset_password": ({}, EVERYONE, set()),
    "account_reset_password_done": ({}, EVERYONE, set()),
    "account_reset_password_from_key": ({"uidb36": "1", "key": "x"}, EVERYONE, set()),
    "account_reset_password_from_key_done": ({}, EVERYONE, set()),
    "account_email": ({}, SIGNED_IN, set()),
    "account_email_verification_sent": ({}, EVERYONE, set()),
    "account_confirm_email": ({"key": "x"}, EVERYONE, set()),
    "mfa_index": ({}, SIGNED_IN, set()),
    "mfa_reauthenticate": ({}, SIGNED_IN, set()),
    "mfa_reauthenticate_webauthn": ({}, SIGNED_IN, set()),
    "mfa_activate_totp": ({}, SIGNED_IN, set()),
    "mfa_deactivate_totp": ({}, set(), set()),  # nobody here has one; see tests/accounts
    "mfa_view_recovery_codes": ({}, set(), set()),
    "mfa_download_recovery_codes": ({}, set(), set()),
    "mfa_generate_recovery_codes": ({}, SIGNED_IN, set()),
    "mfa_list_webauthn": ({}, SIGNED_IN, set()),
    "mfa_add_webauthn": ({}, SIGNED_IN, set()),
    "mfa_edit_webauthn": ({"pk": 0}, SIGNED_IN, set()),  # asked first whether it is they; see tests/accounts
    "mfa_remove_webauthn": ({"pk": 0}, SIGNED_IN, set()),
    "usersessions_list": ({}, SIGNED_IN, set()),
    "socialaccount_connections": ({}, SIGNED_IN, set()),
    "socialaccount_login_cancelled": ({}, EVERYONE, set()),
    "openid_connect_callback": ({"provider_id": "oidc"}, EVERYONE, set()),
    "accounts:invite": ({}, ADMIN, SIGNED_IN),
    "accounts:person": ({"pk": "person"}, ADMIN, SIGNED_IN),
    "accounts:person_deactivate": ({"pk": "person"}, ADMIN, SIGNED_IN),
    "accounts:person_factors": ({"pk": "person"}, ADMIN, SIGNED_IN),
    "accounts:person_reactivate": ({"pk": "person"}, ADMIN, SIGNED_IN),
    "accounts:invitation": ({"token": "token"}, EVERYONE, set()),
    "accounts:invitation_withdraw": ({"pk": "invitation"}, DIRECTORS, set()),
    "accounts:notices": ({}, SIGNED_IN, set()),
    "accounts:notice": ({"pk": "notice"}, {"director"}, set()),
    "accounts:notice_choices": ({}, SIGNED_IN, set()),
    "catalogue": ({}, EVERYONE, set()),
    "indicator": ({"code": "furnace_utilization"}, EVERYONE, set()),
    "indicator_add": ({}, ADMIN, SIGNED_IN),
    "indicator_edit": ({"code": "furnace_utilization"}, ADMIN, SIGNED_IN),
    "measure_add": ({}, ADMIN, SIGNED_IN),
    "measure_edit": ({"code": "good_t"}, ADMIN, SIGNED_IN),
    "returns": ({}, SIGNED_IN, set()),
    "return": (M, RETURN_READERS, set()),
    "return_history": (M, RETURN_READERS, set()),
    "return_send_back": (M, {"director"}, RETURN_READERS),
    "return_revise": (D | {"month": "2026-08"}, PLANT, RETURN_READERS),
    "calendars": ({}, ADMIN, SIGNED_IN),
    "calendar_add": ({}, ADMIN, SIGNED_IN),
    "calendar_edit": ({"pk": "calendar"}, ADMIN, SIGNED_IN),
    "plants": ({}, EVERYONE, set()),
    "plant": (D, EVERYONE, set()),
    "plant_add": ({}, ADMIN, SIGNED_IN),
    "plant_edit": (D, ADMIN, SIGNED_IN),
    "equipment_add": (D, ADMIN, SIGNED_IN),
    "equipment_edit": (D | {"code": "no-1"}, ADMIN, SIGNED_IN),
    "rating_add": (D | {"code": "no-1"}, ADMIN, SIGNED_IN),
    "membership_add": (D, ADMIN, SIGNED_IN),
    "member_invite": (D, DIRECTORS, SIGNED_IN),
    "membership_remove": (D | {"pk": "membership"}, DIRECTORS, SIGNED_IN),
    "competitions": ({}, EVERYONE, set()),
    "competition_add": ({}, ORGANIZER, SIGNED_IN),
    "competition": (C, PARTIES, set()),
    "competition_edit": (C, ORGANIZER, PARTIES),
    "rules_adopt": (C, ORGANIZER, PARTIES),
    "group_add": (C, ORGANIZER, PARTIES),
    "groups_propose": (C, ORGANIZER, PARTIES),
    "group_edit": (C | {"code": "furnaces"}, ORGANIZER, PARTIES),
    "entry_add": (C | {"code": "furnaces"}, ORGANIZER, PARTIES),
    "entry_withdraw": (C | {"pk": "entry"}, ORGANIZER, PARTIES),
    "base_figure_add": (C | {"pk": "entry"}, ORGANIZER, PARTIES),
    "role_add": (C, ORGANIZER, PARTIES),
    "role_remove": (C | {"pk": "role"}, ORGANIZER, PARTIES),
    "rankings": (C, PARTIES, set()),
    "rankings_export": (C, PARTIES, set()),
    "rankings_progress": (C, PARTIES, set()),
}
# What a POST to the page asks for where it is not the same as its GET; POST-only addresses are here alone.
POST = {
    "start_catalogue": ({}, ADMIN, SIGNED_IN),
    "openid_connect_login": ({"provider_id": "oidc"}, EVERYONE, set()),
    "mfa_login_webauthn": ({}, SIGNED_IN, set()),  # without a passkey back to the sign-in page
    "mfa_authenticate": ({}, SIGNED_IN, set()),  # without a password before it back to the sign-in page
    "accounts:language": ({}, EVERYONE, set()),
    "accounts:invitation_again": ({"pk": "invitation"}, DIRECTORS, set()),
    "accounts:notices_read": ({}, SIGNED_IN, set()),
    "return": (M, set(), RETURN_READERS),  # submitted: nobody writes, readers are told why
    "return_approve": (M, {"director"}, RETURN_READERS),
    "return_accept": (D | {"month": "2026-08"}, {"evaluator"}, RETURN_READERS),
    "return_send_back": (D | {"month": "2026-08"}, {"evaluator"}, RETURN_READERS),
    "rankings_request": (C, PARTIES, set()),
}
# Not there at all once the site has its administrator.
GONE = {"welcome"}
READ_ONLY = {
    "board",
    "health",
    "components",
    "search",
    "start",
    "healthz",
    "readyz",
    "accounts:people",
    "account_inactive",
    "account_signup",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "mfa_view_recovery_codes",
    "mfa_list_webauthn",
    "socialaccount_login_cancelled",
    "openid_connect_callback",
    "accounts:person",
    "accounts:notices",
    "catalogue",
    "indicator",
    "returns",
    "return_history",
    "calendars",
    "plants",
    "plant",
    "competitions",
    "competition",
    "rankings",
    "rankings_export",
    "rankings_progress",
}
# What stands elsewhere does not answer in these tests: worker, identity provider.
NOT_OURS = {"readyz", "openid_connect_login"}
OIDC = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": "Works",
                "client_id": "x",
                "secret": "y",
                "settings": {"server_url": "http://localhost:1"},
            }
        ]
    }
}
QUERY = {"rankings_progress": {"period": "2026-08"}, "rankings_export": {"period": "2026-08"}}
BODY = {"rankings_request": {"period": "2026-08"}, "return": {"f.0.lti": "1"}}


def named_patterns(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern


def test_matrix_names_every_url():
    names = {name for name, _pattern in named_patterns()}
    assert names == set(GET) | set(POST)


def test_view_declares_its_permission():
    for name, pattern in named_patterns():
        view = pattern.callback.view_class
        assert issubclass(view, RuledView), name
        assert view.permission, name


@pytest.fixture
def world(now, settings):
    """A plant with an approved August and a submitted October, in a competition shown to its parties only."""
    settings.SOCIALACCOUNT_PROVIDERS = OIDC
    daye, rival, outside = make.plant("daye"), make.plant("dalian"), make.plant("harbin")
    furnaces = [make.equipment(each) for each in (daye, rival, outside)]
    competition = make.competition("closed", visibility=Visibility.PARTIES)
    entries = make.enter(make.group(competition), *furnaces[:2])
    make.report(daye, "2026-08", {furnaces[0]: {"good_t": "9000"}})
    make.report(daye, "2026-10", {furnaces[0]: {"good_t": "9100"}}, until="submitted")
    make.period_ranked(competition, "2026-08")
    people = {
        "stranger": make.person("stranger@example.org"),
        "outsider": make.reporter(outside),
        "rival": make.director(rival),
        "reporter": make.reporter(daye),
        "director": make.director(daye),
        "organizer": make.person("organizer@example.org"),
        "evaluator": make.person("evaluator@example.org"),
        "inspector": make.person("inspector@example.org"),
        "administrator": make.admin(),
    }
    calendar = make.calendar()
    invitation = make.invitation(daye, "li@example.org")
    keys = {
        "calendar": calendar.pk,
        "entry": entries[0].pk,
        "invitation": invitation.pk,
        "token": make.token_of(invitation),
        "person": people["rival"].pk,
        "notice": people["director"].notices.first().pk,
        "membership": daye.memberships.get(role=PlantRole.REPORTER).pk,
        "role": Role.objects.get(competition=competition, role=CompetitionRole.INSPECTOR).pk,
    }
    return people, keys


def client_of(people, role):
    client = Client()
    if role != "anonymous":
        client.force_login(User.objects.get(pk=people[role].pk))
    return client


def address(name, arguments, keys):
    return reverse(name, kwargs={key: keys.get(value, value) for key, value in arguments.items()})


def verdict(response, url):
    """What the answer says: in, sign-in, 403 or 404."""
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return "sign-in"
    return response.status_code if response.status_code in (403, 404) else "in"


def expected(role, may, told):
    if role in may:
        return "in"
    if role == "anonymous":
        return "sign-in"
    return 403 if role in told else 404


def check(world, name, method, arguments, may, told):
    people, keys = world
    url = address(name, arguments, keys)
    data = (QUERY if method == "get" else BODY).get(name, {})
    answers = {}
    for role in ROLES:
        with transaction.atomic():
            response = getattr(client_of(people, role), method)(url, data)
            assert response.status_code < 500 or name in NOT_OURS, (role, url)
            answers[role] = verdict(response, url)
            transaction.set_rollback(True)
    assert answers == {role: 404 if name in GONE else expected(role, may, told) for role in ROLES}


@pytest.mark.parametrize("name", sorted(GET))
def test_get_of_every_url_by_every_role(world, name):
    check(world, name, "get", *GET[name])


@pytest.mark.parametrize("name", sorted((set(GET) - READ_ONLY) | set(POST)))
def test_post_of_every_url_by_every_role(world, name):
    check(world, name, "post", *(POST.get(name) or GET[name]))


@pytest.mark.parametrize("name", sorted(READ_ONLY))
def test_post_to_a_page_that_only_shows_is_not_allowed(world, name):
    people, keys = world
    response = client_of(people, "administrator").post(address(name, GET[name][0], keys))
    assert response.status_code == 405


@pytest.mark.parametrize("name", ["competition", "rankings", "rankings_export", "rankings_progress"])
def test_public_competition_is_open_to_strangers(world, name):
    Competition.objects.update(visibility=Visibility.PUBLIC)
    assert Client().get(reverse(name, kwargs=C), QUERY.get(name)).status_code == 200


def test_refused_page_prints_the_rules_reason(world):
    people, _keys = world
    response = client_of(people, "reporter").get(reverse("return_send_back", args=["daye", "2026-10"]))
    assert response.status_code == 403
    assert "Only a director of the plant sends back a submitted return." in response.content.decode()


def test_missing_and_foreign_objects_answer_alike(world):
    people, _keys = world
    client = client_of(people, "outsider")
    foreign = client.get(reverse("return", args=["daye", "2026-10"]))
    missing = client.get(reverse("return", args=["nowhere", "2026-10"]))
    assert (foreign.status_code, missing.status_code) == (404, 404)
