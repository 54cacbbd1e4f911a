"""Addresses that people type or change by hand."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, now):
    """The browser of Daye's reporter."""
    client.force_login(make.reporter(make.plant("daye")))
    return client


@pytest.mark.parametrize("month", ["2026-13", "october", "1900-05", "2200-01", "2026-10-01", "²⁰²⁶-10"])
def test_month_that_is_none_answers_404(reader, month):
    assert reader.get(f"/returns/daye/{month}/").status_code == 404
    assert reader.get("/returns/", {"until": month}).status_code == 404


@pytest.mark.parametrize("month", ["1901-01", "2026-10", "2026-11", "2199-12"])
def test_month_past_or_to_come_is_shown(reader, month):
    assert reader.get(f"/returns/daye/{month}/").status_code == 200


def test_return_of_a_foreign_plant_answers_404_like_one_that_does_not_exist(reader):
    make.plant("dalian")
    foreign, missing = reader.get("/returns/dalian/2026-10/"), reader.get("/returns/nowhere/2026-10/")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.context["exception"].replace("dalian", "nowhere") == missing.context["exception"]
