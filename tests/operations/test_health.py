"""What the health page says of worker, schedule, broker, runs, marks, backup and disk."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.urls import reverse

from competitions.models import StandingsRun
from competitions.services.runs import period_rank
from competitions.tasks import rank_all
from core import clock, health, leases
from core.health import State
from core.models import Heartbeat
from core.tasks import beat_is_alive, heartbeat
from tests import factories as make
from tests.processes import programs

pytestmark = pytest.mark.django_db


def line(name):
    """The one line whose name begins so."""
    [found] = [each for each in health.all_lines() if each.name.startswith(name)]
    return found


@pytest.fixture
def competition(now):
    made = make.competition(starts="2026-07")
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian", "benxi")]
    for code in ("large", "small"):
        make.enter(make.group(made, code), *furnaces)
    return made


def test_worker_that_never_gave_a_sign_is_not_working(now):
    assert (line("Worker").state, line("Worker").figure) == (State.BAD, "never")
    assert "Start a worker" in line("Worker").advice


def test_worker_after_a_heartbeat_is_in_order_until_it_is_silent(now):
    heartbeat()
    with clock.at(now + timedelta(seconds=30)):
        assert (line("Worker").state, line("Worker").figure) == (State.GOOD, "30 seconds ago")
    with clock.at(now + timedelta(minutes=10)):
        assert (line("Worker").state, line("Worker").figure) == (State.BAD, "10\xa0minutes ago")


def test_schedule_signs_for_itself(now):
    heartbeat()
    assert line("Schedule").state == State.BAD
    beat_is_alive()
    assert line("Schedule").state == State.GOOD


def test_sign_from_a_clock_ahead_was_just_now(now):
    health.sign("worker")
    with clock.at(now - timedelta(minutes=5)):
        assert line("Worker").figure == "0 seconds ago"


@pytest.fixture
def broker(tmp_path):
    """A queue of this test alone, in the embedded broker."""
    folder = tmp_path / "queue"
    folder.mkdir()
    options = {name: str(folder) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    before = current_app.conf.broker_url, current_app.conf.broker_transport_options
    current_app.conf.broker_write_url = "whole-files://localhost/"
    current_app.conf.broker_transport_options = options
    current_app.pool.force_close_all()
    yield folder
    current_app.conf.broker_write_url, current_app.conf.broker_transport_options = before
    current_app.pool.force_close_all()


def test_broker_tells_how_many_messages_wait(now, broker):
    assert (line("Broker").state, line("Broker").figure) == (State.GOOD, "0 messages wait")
    for number in range(health.QUEUE_TOO_LONG + 1):
        (broker / f"{number}_id.celery.msg").write_text("{}")
    assert (line("Broker").state, line("Broker").figure) == (State.WARNING, "101 messages wait")


def test_broker_that_is_away_does_not_answer(now):
    current_app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    try:
        assert (line("Broker").state, line("Broker").figure) == (State.BAD, "does not answer")
    finally:
        current_app.conf.broker_write_url = current_app.conf.broker_url


def test_run_left_by_a_killed_worker_is_named_with_its_progress_and_attempts(competition, now):
    make.run_left_after_one_group(competition, "2026-09")
    assert line("Rankings under way").figure == "1 run"
    with clock.at(now + timedelta(minutes=10)):
        left = line("Ranking of national, 2026-09")
        assert left.state == State.BAD
        assert left.figure == "1 of 2 groups, attempt 1, begun 10\xa0minutes ago"
        assert line("Rankings under way").figure == "0 runs"
        # Whoever holds the lease that a worker takes is at work.
        with leases.holding("rank:national:2026-09"):
            assert line("Rankings under way").figure == "1 run"
        period_rank(competition, make.period("2026-09"))
        assert line("Rankings under way").figure == "0 runs"


def test_lease_of_a_run_has_the_name_that_the_page_looks_for(competition):
    """Nobody ranks while the page thinks that somebody does."""
    with leases.holding("rank:national:2026-09"):
        assert period_rank(competition, make.period("2026-09")) is None


def test_run_begun_again_and_again_is_looked_at(competition, now):
    make.run_left_after_one_group(competition, "2026-09")
    StandingsRun.objects.update(attempts=4)
    assert line("Ranking of national, 2026-09").state == State.WARNING


def test_changes_that_wait_too_long_are_looked_at(competition, now):
    furnace = competition.groups.first().entries.first().equipment
    assert line("Changes waiting").state == State.GOOD
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "9300"}})
    with clock.at(now):
        waiting = line("Changes waiting")
        assert waiting.state == State.WARNING
        assert waiting.figure.startswith("1 changed month, the oldest")


def test_nightly_pass_is_told_and_missed(competition, now):
    assert line("Nightly pass").figure == "not yet"
    rank_all()
    assert line("Nightly pass").state == State.GOOD
    with clock.at(now + timedelta(days=3)):
        assert line("Nightly pass").state == State.WARNING


def test_backup_is_missed_after_two_days(now):
    assert (line("Backup").state, line("Backup").figure) == (State.WARNING, "never")
    health.sign("backup", bytes=5 * 1024**2)
    assert (line("Backup").state, line("Backup").figure) == (State.GOOD, "0 seconds ago, 5.0\xa0MB")
    with clock.at(now + timedelta(days=2, minutes=1)):
        assert line("Backup").state == State.WARNING


def test_storage_and_version_are_told(now):
    assert line("Database").state == State.FACT
    assert "free" in line("Disk").figure
    assert settings.CODE_VERSION in line("Version").figure


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page_shows_every_line_with_its_state_in_words(client, competition, language):
    client.force_login(make.person("organizer@example.org"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get(reverse("health")).content.decode()
    assert page.count("<tr>") == len(health.all_lines()) + 1
    assert 'hx-trigger="every 10s"' in page
    if language == "en":
        assert "3 parts need attention." in page
        assert "Start a worker" in page


def test_page_costs_the_same_for_many_runs(client, competition, now, django_assert_max_num_queries):
    for month in ("2026-07", "2026-08", "2026-09"):
        make.run_left_after_one_group(competition, month)
    client.force_login(make.person("organizer@example.org"))
    with clock.at(now + timedelta(minutes=10)), django_assert_max_num_queries(20):
        client.get(reverse("health"))


def test_ready_answers_503_with_the_part_that_is_missing(client, now):
    answer = client.get(reverse("readyz"))
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "broker": True, "worker": False}
    heartbeat()
    assert client.get(reverse("readyz")).json()["ready"] is True


def test_healthz_tells_strangers_nothing_but_that_it_answers(client):
    assert client.get(reverse("healthz")).json() == {"status": "ok"}


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("workers")
def test_beat_without_a_worker_signs_and_the_worker_does_not(tmp_path):
    with programs.beat(tmp_path):
        programs.wait_for(lambda: Heartbeat.objects.filter(name="beat").exists())
    assert not Heartbeat.objects.filter(name="worker").exists()
