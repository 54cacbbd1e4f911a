"""Which periods become due, and that nobody has to be reached for it."""

import time
from datetime import datetime

import pytest
from celery import current_app
from django.db.models import F
from django.test import Client
from django.urls import reverse

from competitions.models import StandingsRun, TrackedPeriod
from competitions.services.tracking import dirty_months_absorb, due_periods, ended_periods
from competitions.tasks import rank_all, rank_due
from core import clock
from plants.models import DirtyMonth
from tests import factories as make

pytestmark = pytest.mark.django_db


def due():
    return {str(tracked.period) for tracked in due_periods()}


def test_approval_makes_the_periods_of_the_month_due(three_furnaces):
    _competition, (daye, *_rest) = three_furnaces
    make.report(daye.plant, "2026-09", {daye: {"good_t": "9000"}})
    dirty_months_absorb()
    # The half-year and the year are not over; the year to date ends in September and in October.
    assert due() == {"2026-09", "2026-Q3", "2026-01..2026-09", "2026-01..2026-10"}


def test_month_still_running_is_due_once_a_return_of_it_counts(three_furnaces):
    _competition, (daye, *_rest) = three_furnaces
    make.report_now(daye.plant, "2026-11", {daye: {"good_t": "9000"}})
    dirty_months_absorb()
    assert due() == {"2026-11", "2026-01..2026-11"}


def test_month_a_year_later_is_due_again_as_its_base_changed(three_furnaces):
    competition, (daye, *_rest) = three_furnaces
    make.report(daye.plant, "2026-09", {daye: {"good_t": "9000"}})
    rank_due()
    make.report(daye.plant, "2025-09", {daye: {"good_t": "8000"}})
    dirty_months_absorb()
    assert {"2025-09", "2026-09", "2026-Q3"} <= due()
    assert competition.tracked_periods.filter(changes__gt=F("ranked")).exists()


def test_plant_outside_the_competition_makes_nothing_due(three_furnaces):
    outside = make.equipment(make.plant("harbin"))
    make.report(outside.plant, "2026-09", {outside: {"good_t": "9000"}})
    assert dirty_months_absorb() == 1
    assert due() == set()
    assert not DirtyMonth.objects.exists()


def test_task_run_twice_ranks_once(three_furnaces):
    """Beat running twice."""
    _competition, (daye, *_rest) = three_furnaces
    make.report(daye.plant, "2026-09", {daye: {"good_t": "9000"}})
    rank_due()
    runs = list(StandingsRun.objects.values_list("pk", flat=True))
    rank_due()
    assert list(StandingsRun.objects.values_list("pk", flat=True)) == runs


def test_nightly_pass_ranks_ended_periods_nobody_reported(three_furnaces):
    competition, _furnaces = three_furnaces
    with clock.at(datetime(2024, 4, 20, 3, tzinfo=make.ZONE)):
        rank_all()
        ended = {str(period) for period in ended_periods(competition)}
    assert ended == {"2024-01", "2024-02", "2024-03", "2024-Q1", "2024-01..2024-02"}
    assert {str(run.period) for run in StandingsRun.objects.complete()} == ended


@pytest.fixture
def broker_away(settings):
    """The site's own Celery app with its broker at a Redis port where nobody listens."""
    old = current_app.conf.broker_url, current_app.conf.broker_transport_options
    current_app.conf.broker_url = "redis://127.0.0.1:1/0"
    current_app.conf.broker_transport_options = {"socket_connect_timeout": 3, "max_retries": 0}
    current_app._after_fork()  # forgets the connections it holds
    yield
    current_app.conf.broker_url, current_app.conf.broker_transport_options = old
    current_app._after_fork()


@pytest.mark.django_db(transaction=True)
def test_approval_with_the_broker_away_is_done_and_ranked_later(three_furnaces, broker_away):
    _competition, (daye, *_rest) = three_furnaces
    make.report(daye.plant, "2026-10", {daye: {"good_t": "9000"}}, until="submitted")
    client = Client()
    client.force_login(make.director(daye.plant))
    started = time.monotonic()
    response = client.post(reverse("return_approve", args=["daye", "2026-10"]), follow=True)
    assert time.monotonic() - started < 10
    assert "Approved." in response.content.decode()
    assert DirtyMonth.objects.count() == 1
    rank_due()
    assert StandingsRun.objects.complete().of_period(make.period("2026-10")).exists()


@pytest.mark.django_db(transaction=True)
def test_ranking_asked_for_with_the_broker_away_is_kept_in_the_database(three_furnaces, broker_away):
    competition, (daye, *_rest) = three_furnaces
    client = Client()
    client.force_login(make.reporter(daye.plant))
    started = time.monotonic()
    response = client.post(reverse("rankings_request", args=[competition.slug]), {"period": "2026-03..2026-05"})
    assert time.monotonic() - started < 10
    assert response.status_code == 302
    assert TrackedPeriod.objects.filter(changes=1, ranked=0).count() == 1
    rank_due()
    assert StandingsRun.objects.complete().of_period(make.period("2026-03..2026-05")).exists()
