"""Several people at one return at the same moment, with real threads and real locks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from core import clock, ledger, rules
from core.periods import Month
from plants.choices import ReturnState
from plants.models import DirtyMonth, MonthlyReturn, ReturnVersion, UnitMonth
from plants.services import returns
from plants.services.returns import Typed
from tests import factories as make
from tests.conftest import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MONTH = Month(2026, 10)
CODES = ("good_t", "checked_t", "reject_t", "plan_t", "heats", "kwh", "electrode_kg", "refractory_kg")


@pytest.fixture(autouse=True)
def _row_locks():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; needs PostgreSQL")


@pytest.fixture
def furnace(now):
    """A furnace at Daye, which has eight reporters and eight directors."""
    furnace = make.equipment(make.plant("daye"))
    for role in ("reporter", "director"):
        for number in range(8):
            furnace.plant.memberships.create(user=someone(role, number), role=role)
    return furnace


def someone(role, number):
    return make.person(f"{role}-{number}@daye.example")


def at_once(job, arguments):
    """The job for every argument, each in its own thread, all let go together; refusals are answers too."""
    arguments = list(arguments)
    barrier = Barrier(len(arguments), timeout=20)

    def run(argument):
        try:
            # The clock is set for each thread on its own.
            with clock.at(NOW):
                barrier.wait()
                return job(argument)
        except (rules.Refused, ValidationError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def save(furnace, reporter, code, text):
    cells = {(furnace.pk, code): Typed(text, "")}
    return returns.return_save(actor=reporter, plant=furnace.plant, month=MONTH, cells=cells)


def test_eight_people_beginning_a_return_in_different_cells_lose_nothing(furnace):
    people = [someone("reporter", number) for number in range(8)]
    outcomes = at_once(lambda pair: save(furnace, *pair, "5"), zip(people, CODES, strict=True))
    assert [outcome.conflicts for outcome in outcomes] == [{}] * 8
    figures = UnitMonth.objects.get().figures
    assert {code: figures.get(code) for code in CODES} == dict.fromkeys(CODES, "5")
    assert MonthlyReturn.objects.count() == ReturnVersion.objects.count() == 1
    assert ReturnVersion.objects.get().editors.count() == 8


def test_eight_people_beginning_a_return_in_different_furnaces_store_each_row_once_and_whole(furnace):
    furnaces = [furnace, *(make.equipment(furnace.plant, f"no-{number}") for number in range(2, 9))]
    people = [someone("reporter", number) for number in range(8)]
    at_once(lambda pair: save(pair[0], pair[1], "good_t", "5"), zip(furnaces, people, strict=True))
    rows = {row.equipment_id: row.figures for row in UnitMonth.objects.all()}
    assert rows == {each.pk: {"good_t": "5", "cal_days": "31", "cal_h": "744", "mva_days": "310"} for each in furnaces}
    assert ledger.entries_of("return:daye/2026-10").filter(act="return.saved").count() == 8


def test_eight_people_in_one_cell_one_is_kept_and_seven_are_told(furnace):
    people = [someone("reporter", number) for number in range(8)]
    texts = [str(100 + number) for number in range(8)]
    outcomes = at_once(lambda pair: save(furnace, pair[0], "good_t", pair[1]), zip(people, texts, strict=True))
    kept = UnitMonth.objects.get().figures["good_t"]
    assert kept in texts
    assert sorted(outcome.changed for outcome in outcomes) == [0] * 7 + [1]
    told = [outcome.conflicts for outcome in outcomes if not outcome.changed]
    assert told == [{(furnace.pk, "good_t"): kept}] * 7


def test_eight_directors_approving_at_once_approve_once(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="submitted")

    def approve(director):
        return returns.return_approve(actor=director, plant=furnace.plant, month=MONTH)

    outcomes = at_once(approve, [someone("director", number) for number in range(8)])
    assert sum(isinstance(outcome, ReturnVersion) for outcome in outcomes) == 1
    assert ledger.entries_of("return:daye/2026-10").filter(act="return.approved").count() == 1
    assert DirtyMonth.objects.count() == 1


def test_figure_saved_while_the_return_is_submitted_is_in_it_or_refused(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="draft")
    reporters = [someone("reporter", number) for number in range(2)]

    def act(number):
        if number:
            return save(furnace, reporters[number], "kwh", "5000")
        return returns.return_submit(actor=reporters[number], plant=furnace.plant, month=MONTH)

    _submitted, saved = at_once(act, range(2))
    assert ReturnVersion.objects.get().state == ReturnState.SUBMITTED
    assert ("kwh" in UnitMonth.objects.get().figures) is not isinstance(saved, rules.Refused)


def test_two_revisions_opened_at_once_become_one(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}})

    def revise(reporter):
        return returns.return_revise(actor=reporter, plant=furnace.plant, month=MONTH, reason="Weighed again.")

    outcomes = at_once(revise, [someone("reporter", number) for number in range(4)])
    assert sum(isinstance(outcome, ReturnVersion) for outcome in outcomes) == 1
    assert ReturnVersion.objects.count() == 2
