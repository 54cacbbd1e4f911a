"""Slots that higher floors fill on a lower floor's page."""

import pytest
from django.test import RequestFactory

from core import panels


@pytest.fixture
def request_(monkeypatch):
    """A request, with no panel registered by the site."""
    monkeypatch.setattr(panels, "_panels", panels.defaultdict(list))
    return RequestFactory().get("/")


def shown(request, slot="plant.page", **subject):
    return list(panels.filled(slot, request, **subject))


def test_panels_of_a_slot_stand_by_their_order(request_):
    panels.register("plant.page", "late.html", lambda request: {}, order=90)
    panels.register("plant.page", "early.html", lambda request: {}, order=10)
    assert [template for template, _context in shown(request_)] == ["early.html", "late.html"]


def test_panel_registered_twice_is_shown_once(request_):
    def context(request):
        return {}

    panels.register("plant.page", "one.html", context)
    panels.register("plant.page", "one.html", context)
    assert shown(request_) == [("one.html", {})]


def test_panel_with_nothing_to_show_is_left_out(request_):
    panels.register("plant.page", "one.html", lambda request: None)
    assert shown(request_) == []


def test_panel_is_told_the_subject_of_the_page(request_):
    panels.register("plant.page", "one.html", lambda request, plant: {"name": plant})
    assert shown(request_, plant="daye") == [("one.html", {"name": "daye"})]


def test_slot_nobody_fills_is_empty(request_):
    assert shown(request_, "nowhere") == []
