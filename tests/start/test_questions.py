"""Acts that reach far ask before they are done, with and without JavaScript, and lose nothing typed."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from competitions.models import BaseFigure, Competition, Entry, Group
from indicators.models import Indicator
from plants.models import Equipment, Rating
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(now):
    client = Client()
    client.force_login(make.admin())
    return client


@pytest.fixture
def furnace(now):
    return make.equipment(make.plant("daye"))


@pytest.fixture
def competition(furnace):
    made = make.competition()
    make.enter(make.group(made), furnace)
    return made


def asks(client, address, data, words):
    """The first post asks and does nothing; the answer keeps what was typed; the second, confirmed, is taken."""
    first = client.post(address, data)
    text = first.content.decode()
    assert first.status_code == 200
    assert words in text
    assert 'name="confirmed"' in text
    return lambda: client.post(address, data | {"confirmed": "yes"})


def test_retiring_equipment_asks(client, furnace):
    data = {"name": "No. 1", "in_service_on": "2020-01-01", "retired_on": "2026-11-30"}
    confirm = asks(client, "/plants/daye/equipment/no-1/edit/", data, "No. 1 is retired on 2026-11-30")
    assert Equipment.objects.get().retired_on is None
    assert confirm().status_code == 302
    assert Equipment.objects.get().retired_on == date(2026, 11, 30)
    again = data | {"retired_on": ""}
    asks(client, "/plants/daye/equipment/no-1/edit/", again, "serves again")


def test_renaming_equipment_does_not_ask(client, furnace):
    data = {"name": "Renamed", "in_service_on": "2020-01-01"}
    assert client.post("/plants/daye/equipment/no-1/edit/", data).status_code == 302


def test_replacing_a_rating_asks_and_a_new_day_does_not(client, furnace):
    here = "/plants/daye/equipment/no-1/rating/"
    confirm = asks(
        client, here, {"capacity": "12", "valid_from": "2020-01-01"}, "A rating of 10 MVA stands on that day"
    )
    assert Rating.objects.get().capacity == 10
    confirm()
    assert Rating.objects.get().capacity == 12
    assert client.post(here, {"capacity": "15", "valid_from": "2026-11-01"}).status_code == 302


def settings_of(competition, **changes):
    return {
        "name": competition.name,
        "starts": "2024-01",
        "ends": "2026-12",
        "visibility": competition.visibility,
        "small_group": 3,
        "cadence": ["month"],
        **changes,
    }


def test_showing_standings_to_others_asks(client, competition):
    Competition.objects.update(visibility="own")
    data = settings_of(competition, visibility="public", published_through="2026-09")
    confirm = asks(client, "/competitions/national/edit/", data, "are now shown to: everyone")
    assert Competition.objects.get().visibility == "own"
    confirm()
    assert Competition.objects.get().visibility == "public"
    assert Competition.objects.get().published_through == date(2026, 9, 1)
    taken_back = settings_of(Competition.objects.get())
    asks(client, "/competitions/national/edit/", taken_back, "shown to its own plants only again")


def test_renaming_a_competition_does_not_ask(client, competition):
    assert client.post("/competitions/national/edit/", settings_of(competition, name="Ours")).status_code == 302


def test_changing_a_band_asks(client, competition):
    group = Group.objects.get()
    data = {"name": group.name, "kind": group.kind_id, "trade": group.trade, "position": 0, "capacity_from": "5"}
    confirm = asks(client, "/competitions/national/groups/furnaces/", data, "all its periods are ranked anew")
    assert Group.objects.get().capacity_from is None
    confirm()
    assert Group.objects.get().capacity_from == 5


def test_replacing_a_published_figure_asks(client, competition):
    indicator = Indicator.objects.get(code="furnace_utilization")
    entry = Entry.objects.get()
    here = f"/competitions/national/entries/{entry.pk}/published/"
    data = {"indicator": indicator.pk, "period": "1958", "value": "30.044", "source": "Xinhua"}
    assert client.post(here, data).status_code == 302
    confirm = asks(client, here, data | {"value": "31"}, "A figure of 30.044 stands there already")
    assert BaseFigure.objects.get().value == Decimal("30.044")
    confirm()
    assert BaseFigure.objects.get().value == 31


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/competitions/national/entries/{entry}/withdraw/", "Daye Steel Plant No 1 is left out of the rankings of"),
        ("/competitions/national/roles/{role}/remove/", "evaluator is Evaluator of National"),
        ("/plants/daye/members/{member}/remove/", "at Daye Steel Plant"),
        ("/competitions/national/rules/adopt/", "ranked anew"),
        ("/returns/daye/2026-10/send-back/", "The plant sees your reason"),
    ],
)
def test_page_of_a_dangerous_act_says_what_will_happen(client, competition, furnace, address, words):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9000"}}, until="submitted")
    keys = {
        "entry": Entry.objects.get().pk,
        "role": competition.roles.get(user__email="evaluator@example.org").pk,
        "member": furnace.plant.memberships.first().pk,
    }
    if "send-back" in address:
        client.force_login(make.director(furnace.plant))
    text = client.get(address.format(**keys)).content.decode()
    assert words in text


def test_approving_and_accepting_say_what_they_do(client, competition, furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9000"}}, until="submitted")
    client.force_login(make.director(furnace.plant))
    text = client.get("/returns/daye/2026-10/").content.decode()
    assert "Once approved, the figures count in the rankings" in text
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "9000"}})
    client.force_login(make.person("evaluator@example.org"))
    text = client.get("/returns/daye/2026-09/").content.decode()
    assert 'data-confirm="Accept these figures as checked?' in text
