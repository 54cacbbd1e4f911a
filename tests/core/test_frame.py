"""The frame of every page: where one is, what an error says, and the page of components."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils.translation import override
from django.views.defaults import server_error

from tests import factories as make


def current(path):
    """The links of the main navigation that are marked as where one is."""
    page = Client().get(path).content.decode()
    navigation = page[page.index('class="nav"') : page.index("</nav>")]
    return re.findall(r'href="([^"]*)"[^>]*aria-current="(\w+)"', navigation)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", [("/", "page")]),
        ("/plants/", [("/plants/", "page")]),
        ("/plants/daye/", [("/plants/", "true")]),
        ("/competitions/plants/", [("/competitions/", "true")]),
        ("/catalogue/indicators/furnace_utilization/", [("/catalogue/", "true")]),
        ("/account/sign-in/", []),
    ],
)
def test_navigation_marks_the_part_of_the_site_one_is_in(now, path, marked):
    make.plant("daye")
    make.competition("plants")
    assert current(path) == marked


@pytest.mark.django_db
def test_refusal_says_why_and_who_can_help():
    client = Client()
    client.force_login(make.person("reporter@daye.example"))
    page = client.get(reverse("plant_add")).content.decode()
    assert "Only an administrator of the site may do this." in page
    assert "You are signed in as reporter." in page


@pytest.mark.django_db
def test_form_too_old_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("accounts:language"), {"language": "en"})
    assert response.status_code == 403
    assert "send the form once more" in response.content.decode()


@pytest.mark.django_db
def test_form_names_what_it_is_about(now):
    plant = make.plant("daye", name_zh="大冶钢厂")
    entry, *_rest = make.enter(make.group(make.competition()), make.equipment(plant))
    client = Client()
    client.force_login(make.person("organizer@example.org"))
    page = client.get(reverse("entry_withdraw", args=["national", entry.pk])).content.decode()
    assert '<a href="/competitions/national/">National · Furnaces · Daye Steel Plant · No 1</a>' in page
    client.force_login(make.admin())
    assert ">Daye Steel Plant</a>" in client.get(reverse("plant_edit", args=["daye"])).content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "Try again"), ("zh-hans", "厂际竞赛")])
def test_fault_page_needs_no_database_and_no_request(language, words):
    """Without the django_db mark a query would fail the test."""
    with override(language):
        page = server_error(RequestFactory().get("/")).content.decode()
        assert page == render_to_string("500.html")
    assert f'lang="{language}"' in page
    assert words in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_components_are_shown_in_both_languages(language):
    page = Client(headers={"accept-language": language}).get("/docs/ui/").content.decode()
    parts = (
        "chart-wide",
        "chart-narrow",
        "bar-row own",
        "matrix tinted",
        "state-locked",
        "note icon error",
        'class="ask"',
    )
    states = (
        'class="wrong"',
        'rel="next"',
        '<tr class="me"',
        'class="err"',
        'class="bad"',
        'class="calc"',
        "<progress",
    )
    assert [part for part in parts + states if part not in page] == []


@pytest.mark.django_db
@override_settings(PRODUCTION=True)
def test_components_are_not_there_in_production():
    assert Client().get("/docs/ui/").status_code == 404


@pytest.mark.django_db
def test_address_of_another_host_gets_a_page_that_can_be_read():
    response = Client(headers={"host": "elsewhere.example"}).get("/plants/")
    assert response.status_code == 400
    assert "This address or form cannot be read" in response.content.decode()


@pytest.mark.django_db
def test_printed_page_names_its_address():
    page = Client(headers={"host": "localhost"}).get("/plants/?q=da%22ye").content.decode()
    assert "http://localhost/plants/?q=da%22ye" in page
