"""Leases: one worker at a time, and a dead one's lease lapses."""

from datetime import timedelta

import pytest

from core import clock, leases
from core.models import Lease
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_minute(settings, now):
    settings.LEASE_S = 60


def after(seconds):
    return clock.at(NOW + timedelta(seconds=seconds))


def test_lease_taken_is_refused_to_a_second_taker():
    assert leases.take("rank")
    assert leases.take("rank") is None


def test_leases_of_two_names_do_not_disturb_each_other():
    assert leases.take("rank:a")
    assert leases.take("rank:b")


@pytest.mark.parametrize(("seconds", "free"), [(59, False), (60, True), (61, True)])
def test_lease_not_renewed_lapses_after_its_time(seconds, free):
    leases.take("rank")
    with after(seconds):
        assert bool(leases.take("rank")) is free


def test_lease_renewed_lives_on_from_then():
    held = leases.take("rank")
    with after(50):
        held.renew()
    with after(100):
        assert leases.take("rank") is None


def test_lease_lost_to_another_worker_cannot_be_renewed():
    held = leases.take("rank")
    with after(61):
        assert leases.take("rank")
        with pytest.raises(leases.LeaseLost):
            held.renew()


def test_lease_released_is_free_at_once():
    leases.take("rank").release()
    assert leases.take("rank")


def test_lease_released_by_its_former_holder_stays_with_the_new_one():
    former = leases.take("rank")
    with after(61):
        leases.take("rank")
        former.release()
        assert leases.take("rank") is None


def test_holding_gives_the_lease_back_even_after_an_error():
    with pytest.raises(ZeroDivisionError), leases.holding("rank"):
        _ = 1 / 0
    assert not Lease.objects.exists()


def test_holding_what_another_holds_leaves_it_alone():
    with leases.holding("rank"):
        with leases.holding("rank") as second:
            assert second is None
        assert Lease.objects.count() == 1


def test_lease_taken_before_the_clock_was_put_back_lapses_at_once():
    """A day back: its holder may be dead, and nobody waits a day to learn it."""
    with after(86_400):
        leases.take("rank")
    assert leases.take("rank")


def test_holder_alive_when_the_clock_is_put_back_stops_at_its_next_renewal_or_goes_on():
    with after(86_400):
        gone_on, stopped = leases.take("a"), leases.take("b")
    gone_on.renew()
    assert leases.take("a") is None
    assert leases.take("b")
    with pytest.raises(leases.LeaseLost):
        stopped.renew()


def test_clock_put_back_by_seconds_takes_no_lease_from_its_holder():
    with after(30):
        leases.take("rank")
    assert leases.take("rank") is None


def test_clock_a_day_forward_and_back_leaves_one_holder():
    first = leases.take("rank")
    with after(86_400):
        second = leases.take("rank")
    with pytest.raises(leases.LeaseLost):
        first.renew()
    second.renew()
    assert leases.take("rank") is None
