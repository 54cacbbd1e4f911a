"""The search over the whole site: what is found, in which order, and by whom."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from competitions.choices import Visibility
from competitions.models import Competition, Group
from core import search
from indicators.models import Indicator, Measure
from plants.models import Plant
from tests import factories as make

pytestmark = pytest.mark.django_db
words = st.lists(st.text(min_size=1, max_size=8), max_size=3)


@pytest.mark.parametrize(
    ("typed", "folded"), [("Dàyè", "daye"), ("ＤＡＹＥ　５", "daye 5"), ("电耗", "电耗"), ("t/(MVA·d)", "t/(mva·d)")]
)
def test_fold_leaves_accents_width_and_case_out(typed, folded):
    assert search.fold(typed) == folded


@given(st.text(max_size=40), words)
def test_highlight_without_its_marks_is_the_escaped_text(text, asked):
    plain = str(search.highlight(text, map(search.fold, asked))).replace("<mark>", "").replace("</mark>", "")
    assert plain == str(search.highlight(text, []))
    assert "<" not in plain


def test_highlight_marks_every_place_of_every_word():
    text = search.highlight("Dàyè <Steel> daye", ("daye", "steel"))
    assert text == "<mark>Dàyè</mark> &lt;<mark>Steel</mark>&gt; <mark>daye</mark>"


@pytest.mark.parametrize("text", ["a", " é ", "x" * 101, "-"])
def test_search_too_short_or_too_long_says_so(text):
    asked = search.read(text)
    assert asked.fault
    assert not asked.words


@pytest.mark.parametrize("text", ["", "  ", "\x00\x1f"])
def test_search_for_nothing_is_no_fault(text):
    assert search.read(text) == search.Asked("", (), "")


@pytest.mark.parametrize("text", ["钢", "e6", "5号", "x" * 100])
def test_search_of_a_word_is_taken(text):
    assert search.read(text).words == (text,)


def found(text, user=None, kind=None):
    """Codes of what is found, of one kind or by kind."""
    by_kind = {
        each.kind.code: [result.code for result in each.results]
        for each in search.sections(user or make.person("stranger@example.org"), search.read(text), first=100)
    }
    return by_kind.get(kind, []) if kind else by_kind


@pytest.fixture
def works():
    """Daye with two furnaces and Dalian with a hammer, in two languages."""
    daye = make.plant("daye", name="Daye Steel Plant", name_zh="大冶钢厂", city="Huangshi", city_zh="黄石")
    dalian = make.plant("dalian", name="Dàlián Steel Plant", name_zh="大连钢厂")
    make.equipment(daye, "no-5")
    make.equipment(daye, "no-15")
    make.equipment(dalian, "hammer", kind="forging_hammer")
    return daye, dalian


@pytest.mark.parametrize(
    ("text", "kind", "codes"),
    [
        ("daye", "plants", ["daye"]),
        ("DALIAN steel", "plants", ["dalian"]),
        ("ｄａｙｅ", "plants", ["daye"]),
        ("大冶", "plants", ["daye"]),
        ("大", "plants", ["dalian", "daye"]),
        ("黄石", "plants", ["daye"]),
        ("no-5", "equipment", ["no-5"]),
        ("大冶 电炉", "equipment", ["no-15", "no-5"]),
        ("furnace daye", "equipment", ["no-15", "no-5"]),
        ("daye hammer", "equipment", []),
        ("e6", "indicators", ["electricity_per_t"]),
        ("prod_good_t", "measures", ["prod_good_t"]),
        ("100%", "plants", []),
        ("d_ye", "plants", []),
    ],
)
def test_search_finds_names_and_codes_in_both_languages(works, text, kind, codes):
    assert sorted(found(text, kind=kind)) == sorted(codes)


def test_search_of_a_chinese_word_of_two_characters_finds_indicator_and_measure(works):
    assert "electricity_per_t" in found("电耗", kind="indicators")
    assert "kwh" in found("用电", kind="measures")


def test_search_puts_exact_names_before_beginnings_and_those_before_the_rest(works):
    for slug, name in [("a", "Old Bei Works"), ("b", "Beijing"), ("c", "Bei"), ("bei-2", "Works")]:
        Plant.objects.create(slug=slug, name=name)
    assert found("bei", kind="plants") == ["c", "b", "bei-2", "a"]


@pytest.fixture
def competitions(works):
    """One competition for each visibility, each with a group in which Daye's first furnace is entered."""
    for visibility in Visibility.values:
        competition = make.competition(f"cup-{visibility}", visibility=visibility)
        make.enter(make.group(competition, f"cup-{visibility}-group"), works[0].equipment.first())
    return works


@pytest.mark.parametrize("who", ["anonymous", "stranger", "reporter", "rival", "organizer", "admin"])
def test_search_shows_what_the_person_may_see_and_nothing_else(competitions, who):
    daye, dalian = competitions
    client = Client()
    people = {
        "stranger": make.person("stranger@example.org"),
        "reporter": make.reporter(daye),
        "rival": make.reporter(dalian),
        "organizer": make.person("organizer@example.org"),
        "admin": make.admin(),
    }
    if who != "anonymous":
        client.force_login(people[who])
    page = client.get("/search/", {"q": "cup"})
    viewer = page.wsgi_request.user
    seen = set(Competition.objects.visible_to(viewer).values_list("slug", flat=True))
    assert seen == (
        {"cup-public"} if who in ("anonymous", "stranger", "rival") else set(found("cup", make.admin(), "competitions"))
    )
    assert set(found("cup", viewer, "competitions")) == seen
    assert set(found("cup", viewer, "groups")) == {f"{slug}-group" for slug in seen}
    shown = page.content.decode()
    for slug in Competition.objects.values_list("slug", flat=True):
        assert (slug in shown) == (slug in seen)
    for section in page.context["sections"]:
        for result in section.results:
            assert client.get(result.address).status_code == 200, result.address


def test_search_page_of_one_kind_is_paginated(works):
    daye, _dalian = works
    for number in range(20, 60):
        make.equipment(daye, f"no-{number}")
    first = Client().get("/search/", {"q": "daye"})
    assert "Show all 42" in first.content.decode()
    page = Client().get("/search/", {"q": "daye", "kind": "equipment", "page": "2"})
    assert [len(page.context["section"].results), page.context["section"].total] == [17, 42]
    assert "Page 2 of 2" in page.content.decode()


def test_search_page_keeps_what_was_typed_and_says_what_to_do(works):
    text = Client().get("/search/", {"q": "<b>nowhere</b> steel"}).content.decode()
    assert "&lt;b&gt;nowhere&lt;/b&gt; steel" in text
    assert "Try them one by one" in text
    assert Client().get("/search/", {"q": "x" * 200}).content.decode().count("x" * 200) >= 1
    assert Client().get("/search/", {"q": "nowhere\x00"}).status_code == 200
    assert Client().get("/search/", {"q": "daye", "kind": "nonsense"}).status_code == 404
    assert Client().get("/search/", {"kind": "plants"}).status_code == 200


def test_search_suggestions_are_a_part_of_the_page(works):
    answer = Client().get("/search/", {"q": "daye"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "<html" not in text
    assert reverse("plant", args=["daye"]) in text
    assert "HX-Request" in answer["Vary"]


def test_search_needs_as_many_queries_for_many_as_for_few(works, django_assert_max_num_queries):
    daye, _dalian = works
    for number in range(30):
        Plant.objects.create(slug=f"daye-{number}", name=f"Daye {number}")
        make.equipment(daye, f"daye-{number}")
    for number in range(3):
        make.group(make.competition(f"daye-{number}"), f"daye-{number}")
    found("nobody")  # the person who searches is made
    with django_assert_max_num_queries(8):
        assert len(found("daye")) == 4


def test_every_kind_shows_its_rows(works):
    """Whatever is listed has an address; a kind whose `show` fails would break the page."""
    make.group(make.competition("steel"), "steel")
    for model, text in [(Indicator, "e"), (Measure, "t"), (Group, "steel"), (Competition, "steel")]:
        assert model.objects.exists(), text
    assert set(found("st")) >= {"plants", "competitions", "groups", "measures"}
