"""The clock that services ask, and the ledger they write in."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.utils import timezone

from core import clock, ledger
from core.models import LedgerEntry
from tests import factories as make
from tests.conftest import NOW


def test_clock_set_answers_that_moment_until_the_block_ends():
    with clock.at(NOW):
        assert clock.now() == NOW
        with clock.at(NOW + timedelta(days=1)):
            assert clock.today() == date(2026, 11, 5)
        assert clock.now() == NOW
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


def test_clock_set_in_one_thread_leaves_others_alone():
    seen = []
    with clock.at(NOW):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != NOW


def test_clock_today_is_the_date_of_the_site_not_of_utc():
    moment = datetime(2026, 11, 3, 20, tzinfo=UTC)
    with clock.at(moment):
        assert clock.today() == date(2026, 11, 4)


@pytest.mark.django_db
def test_ledger_records_who_did_what_when_with_old_and_new(now):
    entry = ledger.record(
        actor=make.person("a@example.org"), act="plant.changed", subject="plant:daye", old={"a": 1}, new={"a": 2}
    )
    entry.refresh_from_db()
    assert (entry.actor, entry.act, entry.at) == ("a@example.org", "plant.changed", now)
    assert (entry.old, entry.new) == ({"a": 1}, {"a": 2})


@pytest.mark.django_db
def test_ledger_entry_of_the_system_names_it(now):
    assert ledger.record(actor=ledger.SYSTEM, act="x", subject="y").actor == "system"


@pytest.mark.django_db
def test_ledger_entries_of_an_object_stand_oldest_first(now):
    for act, subject in [("first", "plant:a"), ("other", "plant:b"), ("second", "plant:a")]:
        ledger.record(actor=ledger.SYSTEM, act=act, subject=subject)
    assert [entry.act for entry in ledger.entries_of("plant:a")] == ["first", "second"]
    assert LedgerEntry.objects.filter(subject="plant:b").count() == 1
