"""What is stored of the ranking page, and the answer that the page in hand still holds: never of another's page."""

import re
import zlib
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Notice
from competitions import pages
from competitions.choices import Visibility
from competitions.services.setup import competition_save
from core import clock
from plants.services.register import membership_remove, plant_save
from tests import factories as make

pytestmark = pytest.mark.django_db
LANGUAGE = "/account/language/"
PAGE = "/competitions/national/rankings/?period=2026-10"


class Browser(Client):
    """Asks for the ranking as a browser does that keeps its pages: naming the one it has."""

    etag = ""

    def look(self, path=PAGE):
        response = self.get(path, headers={"If-None-Match": self.etag} if self.etag else {})
        self.etag = response.headers.get("ETag", "")
        return response


@pytest.fixture
def ranked(three_furnaces, report_all):
    competition, furnaces = three_furnaces
    report_all(furnaces, "2026-10", ["9300", "9920", "9610"])
    make.period_ranked(competition, "2026-10")
    return competition, furnaces


@pytest.fixture
def browser(ranked):
    """Has looked at the page, as nobody in particular."""
    found = Browser(enforce_csrf_checks=True)
    assert found.look().status_code == 200
    return found


def revise(furnace, output):
    """Another output of October that counts."""
    make.revise(furnace.plant, "2026-10", {furnace: {"good_t": output}}, until="approved")
    make.accept(furnace.plant, "2026-10")


def test_page_that_is_asked_for_again_is_not_sent_again(browser):
    response = browser.look()
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language"} <= set(response.headers["Vary"].split(", "))
    assert "Last-Modified" not in response.headers


def test_page_that_is_asked_for_again_takes_one_query(browser, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert browser.look().status_code == 304
    browser.etag = ""
    with django_assert_num_queries(1):
        assert b"Dalian Steel Plant" in browser.look().content


def test_page_is_another_for_each_person(browser, ranked):
    _competition, (daye, dalian, _benxi) = ranked
    for user in (make.reporter(daye.plant), make.reporter(dalian.plant), make.admin()):
        browser.force_login(user)
        response = browser.look()
        assert response.status_code == 200
        assert str(user) in response.content.decode()
        assert browser.look().status_code == 304
    browser.logout()
    response = browser.look()
    assert (response.status_code, "admin" in response.content.decode()) == (200, False)


def test_page_of_one_person_is_no_answer_to_another_who_names_it(browser, ranked):
    _competition, (daye, dalian, _benxi) = ranked
    browser.force_login(make.reporter(daye.plant))
    browser.look()
    other = Browser()
    other.force_login(make.reporter(dalian.plant))
    other.etag = browser.etag
    assert other.look().status_code == 200


def test_own_entries_are_marked_for_their_own_people_only(browser, ranked):
    _competition, (daye, dalian, _benxi) = ranked
    marked = {}
    for furnace in (daye, dalian):
        browser.force_login(make.reporter(furnace.plant))
        lines = re.findall(r'<tr class="me">.*?</tr>', browser.look().content.decode(), re.DOTALL)
        marked[furnace.plant.name] = [furnace.plant.name in line for line in lines]
    assert marked == {"Daye Steel Plant": [True], "Dalian Steel Plant": [True]}
    browser.logout()
    assert 'class="me"' not in browser.look().content.decode()


def test_page_changes_with_the_language(browser):
    token = re.search('name="csrfmiddlewaretoken" value="(.+?)"', browser.get(PAGE).content.decode())[1]
    answer = browser.post(LANGUAGE, {"language": "zh-hans", "next": PAGE, "csrfmiddlewaretoken": token})
    assert answer.status_code == 302
    response = browser.look()
    assert response.status_code == 200
    assert '<html lang="zh-hans">' in response.content.decode()


def test_stored_page_carries_the_token_of_its_visitor(browser):
    other = Browser(enforce_csrf_checks=True)
    page = other.look().content.decode()
    assert pages.TOKEN.decode() not in page
    for token in re.findall('name="csrfmiddlewaretoken" value="(.+?)"', page):
        sent = {"language": "en", "next": PAGE, "csrfmiddlewaretoken": token}
        assert other.post(LANGUAGE, sent).status_code == 302
        assert browser.post(LANGUAGE, sent).status_code == 403


def test_stored_page_is_sent_compressed_to_those_who_read_that(browser):
    plain = browser.get(PAGE)
    packed = browser.get(PAGE, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert (packed.headers["Content-Encoding"], "Content-Encoding" in plain.headers) == ("deflate", False)
    assert "Accept-Encoding" in plain.headers["Vary"]
    read = zlib.decompress(packed.content)
    without_tokens = [re.sub(rb"[A-Za-z0-9]{64}\b", b"", page) for page in (read, plain.content)]
    assert without_tokens[0] == without_tokens[1]


def test_new_run_is_shown_at_once(browser, ranked):
    competition, (daye, *_rest) = ranked
    assert "30.000" in browser.get(PAGE).content.decode()
    revise(daye, "9455")
    assert "30.000" in browser.get(PAGE).content.decode()
    make.period_ranked(competition, "2026-10")
    response = browser.look()
    assert (response.status_code, "30.500" in response.content.decode()) == (200, True)


def test_run_under_way_is_shown(browser, ranked):
    competition, furnaces = ranked
    make.enter(make.group(competition, "more"), *furnaces)
    browser.look()
    make.run_left_after_one_group(competition, "2026-10")
    response = browser.look()
    assert (response.status_code, "<progress" in response.content.decode()) == (200, True)


def test_request_of_a_ranking_is_told_of_once_and_by_no_stored_page(ranked):
    _competition, (daye, *_rest) = ranked
    browser = Browser()
    browser.force_login(make.reporter(daye.plant))
    browser.look()
    browser.post(reverse("rankings_request", args=["national"]), {"period": "2026-10"})
    told = browser.look()
    assert ("is asked for" in told.content.decode(), "ETag" in told.headers) == (True, False)
    again = browser.look()
    assert (again.status_code, "is asked for" in again.content.decode()) == (200, False)
    assert browser.look().status_code == 304


def test_notice_that_came_is_counted_in_the_head(ranked):
    _competition, (daye, *_rest) = ranked
    user = make.reporter(daye.plant)
    browser = Browser()
    browser.force_login(user)
    browser.look()
    notice = Notice.objects.create(person=user, kind="ranking", made_at=clock.now())
    assert browser.look().status_code == 200
    notice.delete()
    assert browser.look().status_code == 200


def test_standings_that_are_no_longer_public_are_not_confirmed(browser, ranked):
    competition, (daye, dalian, _benxi) = ranked
    competition.visibility = Visibility.OWN
    competition_save(actor=make.admin(), competition=competition)
    response = browser.look()
    assert (response.status_code, response.url.startswith("/account")) == (302, True)
    browser.force_login(make.reporter(daye.plant))
    assert "Dalian Steel Plant" not in browser.look().content.decode()
    browser.force_login(make.reporter(dalian.plant))
    page = browser.look().content.decode()
    assert ("Dalian Steel Plant" in page, "Daye Steel Plant" in page) == (True, False)


def test_person_who_left_the_plant_is_refused_the_page_in_hand(ranked):
    competition, (daye, *_rest) = ranked
    competition.visibility = Visibility.PARTIES
    competition_save(actor=make.admin(), competition=competition)
    user = make.reporter(daye.plant)
    browser = Browser()
    browser.force_login(user)
    assert (browser.look().status_code, browser.look().status_code) == (200, 304)
    membership_remove(actor=make.admin(), membership=user.memberships.get())
    assert browser.look().status_code in (403, 404)


def test_name_that_changed_is_shown_at_once(browser, ranked):
    _competition, (daye, *_rest) = ranked
    daye.plant.name = "Daye No. 1 Works"
    plant_save(actor=make.admin(), plant=daye.plant)
    assert "Daye No. 1 Works" in browser.look().content.decode()


def test_names_are_read_as_text(ranked, browser):
    _competition, (daye, *_rest) = ranked
    daye.plant.name = "<b>Daye</b> & \"Sons'"
    plant_save(actor=make.admin(), plant=daye.plant)
    assert "&lt;b&gt;Daye&lt;/b&gt; &amp; &quot;Sons&#x27;" in browser.look().content.decode()


def test_table_of_a_group_in_which_nothing_changed_is_not_made_again(ranked, django_assert_max_num_queries):
    competition, _furnaces = ranked
    other = make.equipment(make.plant("other"))
    make.enter(make.group(competition, "more"), other)
    make.period_ranked(competition, "2026-10")
    with django_assert_max_num_queries(40) as first:
        Browser().look()
    make.report(other.plant, "2026-10", {other: {"good_t": "9000"}})
    make.period_ranked(competition, "2026-10")
    with django_assert_max_num_queries(len(first.captured_queries) - 4):
        assert b"Dalian Steel Plant" in Browser().look().content


def test_groups_stand_in_their_order(ranked):
    competition, _furnaces = ranked
    competition.groups.update(position=0)
    for position, code in ((3, "third"), (2, "second"), (1, "first")):
        make.group(competition, code)
        competition.groups.filter(code=code).update(position=position)
    page = Browser().look().content.decode()
    assert re.findall(r'class="chip"\s+href="[^"]*group=(\w+)', page) == ["furnaces", "first", "second", "third"]


def test_ranking_that_became_due_tomorrow_is_looked_for_again(browser):
    with clock.at(clock.now() + timedelta(days=1)):
        assert browser.look().status_code == 200


@pytest.mark.parametrize(
    ("query", "stored"),
    [
        ("", True),
        ("?group=furnaces&period=2026-10&indicator=pass_rate&view=bars", True),
        ("?view=anything", False),
        ("?as_of=2026-11-01", False),
        ("?period=2026-10&period=2026-09", False),
        ("?utm_source=mail", False),
    ],
)
def test_page_is_stored_only_at_addresses_of_the_sites_own_links(query, stored):
    request = RequestFactory().get(f"/competitions/national/rankings/{query}")
    request.user = AnonymousUser()
    assert pages.is_stored(request) is stored


def test_post_is_not_answered_from_what_is_stored(browser):
    assert Client().post(PAGE, headers={"If-None-Match": browser.etag}).status_code == 405


def test_competition_that_is_not_there_is_not_found(ranked):
    browser = Browser()
    browser.force_login(make.admin())
    assert browser.look("/competitions/none/rankings/").status_code == 404
