"""Saving what was typed: nothing is lost, nothing impossible goes on, and two people do not overwrite each other."""

import pytest
from django.core.exceptions import ValidationError

from core import ledger
from core.periods import Month
from plants.choices import ReturnState
from plants.findings import findings_of
from plants.models import ReturnVersion, UnitMonth
from plants.numbers import NumberFault
from plants.services import returns
from plants.services.returns import Typed
from plants.sheets import cell_name, read_cells
from tests import factories as make

pytestmark = pytest.mark.django_db

MONTH = Month(2026, 10)


@pytest.fixture
def furnace(now):
    """A furnace of 10 MVA at Daye."""
    return make.equipment(make.plant("daye"))


def save(unit, actor=None, plant=None, **typed):
    """Save cells of a unit (None: the whole plant); a pair of texts is what was typed and what stood there."""
    plant = plant or unit.plant
    cells = {
        (unit.pk if unit else None, code): Typed(*([text, ""] if isinstance(text, str) else text))
        for code, text in typed.items()
    }
    return returns.return_save(actor=actor or make.reporter(plant), plant=plant, month=MONTH, cells=cells)


def submit(plant):
    return returns.return_submit(actor=make.reporter(plant), plant=plant, month=MONTH)


def figures(unit=None):
    """What is stored of a unit, system measures left out."""
    stored = UnitMonth.objects.get(equipment=unit).figures
    return {code: text for code, text in stored.items() if code not in ("cal_days", "cal_h", "mva_days")}


def version():
    return ReturnVersion.objects.get()


# What is stored


def test_figures_saved_are_stored_in_one_way_of_writing(furnace):
    save(furnace, good_t=" 6 412.50 ", kwh="3,847,500", heats="007")
    assert figures(furnace) == {"good_t": "6412.5", "kwh": "3847500", "heats": "7"}


def test_figures_saved_get_the_system_measures_beside_them(furnace):
    save(furnace, good_t="6412.5")
    stored = UnitMonth.objects.get().figures
    assert (stored["cal_days"], stored["cal_h"], stored["mva_days"]) == ("31", "744", "310")


def test_figures_of_the_whole_plant_get_no_system_measures(furnace):
    save(None, plant=furnace.plant, lti="1")
    assert UnitMonth.objects.get().figures == {"lti": "1"}


def test_zero_is_stored_as_a_figure(furnace):
    save(furnace, good_t="0.00")
    assert figures(furnace) == {"good_t": "0"}


def test_cells_not_given_stay_as_they_are(furnace):
    save(furnace, good_t="6412.5")
    save(furnace, kwh="100")
    assert figures(furnace) == {"good_t": "6412.5", "kwh": "100"}


def test_cell_emptied_is_taken_away(furnace):
    save(furnace, good_t="6412.5", kwh="100")
    save(furnace, kwh=("", "100"))
    assert figures(furnace) == {"good_t": "6412.5"}


def test_last_cell_emptied_takes_the_row_away(furnace):
    save(furnace, good_t="6412.5")
    save(furnace, good_t=("", "6412.5"))
    assert not UnitMonth.objects.exists()


def test_same_figure_written_otherwise_is_no_change(furnace):
    save(furnace, good_t="6412.5")
    entries = ledger.entries_of("return:daye/2026-10").count()
    assert save(furnace, good_t=("6 412.500", "6412.5")).changed == 0
    assert ledger.entries_of("return:daye/2026-10").count() == entries


def test_nothing_typed_changes_nothing(furnace):
    assert save(furnace, good_t="").changed == 0
    assert not UnitMonth.objects.exists()
    assert version().editors.count() == 0


def test_return_begun_keeps_its_dates_under_a_new_calendar(furnace):
    save(furnace, good_t="5")
    due_on = version().monthly_return.due_on
    furnace.plant.calendar = make.calendar(due_days=7)
    outcome = save(furnace, kwh="5")
    assert version().monthly_return.due_on == outcome.version.monthly_return.due_on == due_on


# Texts that are no figures


@pytest.mark.parametrize("text", ["abc", "6412,5", "1e5", "6412.12345", "=SUM(A1)"])
def test_text_that_is_no_figure_is_kept_as_typed_and_the_others_saved(furnace, text):
    save(furnace, good_t=text, kwh="100")
    assert version().typed == {"no-1/good_t": text}
    assert figures(furnace) == {"kwh": "100"}


def test_text_that_is_no_figure_stops_the_submission(furnace):
    save(furnace, good_t="abc", kwh="100")
    with pytest.raises(ValidationError, match="Mend the 1 marked figures first; everything you typed is saved"):
        submit(furnace.plant)
    assert version().state == ReturnState.DRAFT


def test_text_that_is_no_figure_is_named_at_its_cell(furnace):
    save(furnace, good_t="abc")
    save(None, plant=furnace.plant, lti="many")
    assert findings_of(version()).not_numbers == {
        (furnace.pk, "good_t"): NumberFault.NOT_A_NUMBER,
        (None, "lti"): NumberFault.NOT_A_NUMBER,
    }


def test_text_typed_over_a_figure_takes_its_place(furnace):
    save(furnace, good_t="6412.5", kwh="100")
    save(furnace, good_t=("abc", "6412.5"))
    assert figures(furnace) == {"kwh": "100"}


def test_text_mended_becomes_a_figure(furnace):
    save(furnace, good_t="abc")
    save(furnace, good_t=("6412.5", "abc"))
    assert version().typed == {}
    assert figures(furnace) == {"good_t": "6412.5"}
    assert submit(furnace.plant).state == ReturnState.SUBMITTED


# Impossible figures


@pytest.mark.parametrize(
    "typed",
    [
        {"good_t": "-3"},
        {"good_t": "101", "checked_t": "100"},
        {"good_t": "100", "charge_kg": "99000"},
        {"op_h": "745"},
        {"kwh": "9300001"},
        {"overhaul_h": "-1"},
        {"overhaul_h": "800"},
    ],
)
def test_impossible_figure_is_saved_but_stops_the_submission_once(furnace, typed):
    save(furnace, **typed)
    assert figures(furnace).keys() >= typed.keys()
    with pytest.raises(ValidationError, match="Mend the 1 marked figures first"):
        submit(furnace.plant)
    assert version().state == ReturnState.DRAFT


def test_doubtful_figure_does_not_stop_the_submission(furnace):
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "600"}})
    save(furnace, good_t="6000")
    assert submit(furnace.plant).state == ReturnState.SUBMITTED


def test_equipment_without_a_rating_can_be_typed_but_not_submitted(furnace):
    furnace.ratings.all().delete()
    save(furnace, good_t="6000")
    with pytest.raises(ValidationError, match="Mend the 1 marked"):
        submit(furnace.plant)


# Cells that do not belong here


@pytest.mark.parametrize("code", ["nothing", "mva_days", "cal_h", "prod_good_t"])
def test_measure_not_asked_of_the_equipment_is_refused(furnace, code):
    with pytest.raises(ValidationError, match=f"“{code}” is not asked for here"):
        save(furnace, good_t="1", **{code: "1"})
    assert not UnitMonth.objects.exists()


def test_equipment_of_another_plant_is_refused(furnace):
    other = make.equipment(make.plant("dalian"))
    with pytest.raises(ValidationError, match="is not asked for here"):
        save(other, plant=furnace.plant, good_t="1")


def test_equipment_not_in_service_is_refused(furnace):
    later = make.equipment(furnace.plant, "no-2", since=Month(2026, 11).first_day)
    with pytest.raises(ValidationError, match="is not asked for here"):
        save(later, good_t="1")


def test_posted_cells_are_read_by_their_names():
    posted = {"f.12.good_t": "5", "was.12.good_t": "4", "f.0.lti": "1", "tab": "smelting", "csrf": "x"}
    assert read_cells(posted) == {(12, "good_t"): Typed("5", "4"), (None, "lti"): Typed("1", "")}


@pytest.mark.parametrize(
    "name", ["f.x.good_t", "f.-1.good_t", "f.².good_t", "f.1.2.3", "f.good_t", f"f.{'9' * 5000}.x"]
)
def test_posted_names_that_are_no_cells_are_passed_over(name):
    assert read_cells({name: "5"}) == {}


@pytest.mark.parametrize("cell", [(12, "good_t"), (None, "lti")])
def test_cell_name_is_read_as_the_cell(cell):
    assert list(read_cells({cell_name(cell): "1"})) == [cell]


# Two people at once: each typed over what stood there when the page was made


@pytest.fixture
def both(furnace):
    """Two reporters of Daye."""
    second = make.person("second@daye.example")
    furnace.plant.memberships.create(user=second, role="reporter")
    return make.reporter(furnace.plant), second


def test_two_people_in_different_cells_are_both_kept(furnace, both):
    first, second = both
    save(furnace, first, good_t="6412.5")
    assert not save(furnace, second, good_t="", kwh="100").conflicts
    assert figures(furnace) == {"good_t": "6412.5", "kwh": "100"}


def test_two_people_in_one_cell_the_first_is_kept_and_the_second_told(furnace, both):
    first, second = both
    save(furnace, first, good_t="6412.5")
    outcome = save(furnace, second, good_t="7000", kwh="100")
    assert outcome.conflicts == {(furnace.pk, "good_t"): "6412.5"}
    assert outcome.changed == 1
    assert figures(furnace) == {"good_t": "6412.5", "kwh": "100"}


def test_two_people_typing_the_same_do_not_disturb_each_other(furnace, both):
    first, second = both
    save(furnace, first, good_t="6412.5")
    assert not save(furnace, second, good_t="6 412.50").conflicts


def test_person_told_of_the_other_can_then_type_over_it(furnace, both):
    first, second = both
    save(furnace, first, good_t="6412.5")
    assert save(furnace, second, good_t=("7000", "6412.5")).changed == 1
    assert figures(furnace) == {"good_t": "7000"}


def test_text_of_another_in_the_same_cell_is_kept_as_well(furnace, both):
    first, second = both
    save(furnace, first, good_t="abc")
    assert save(furnace, second, good_t="7000").conflicts == {(furnace.pk, "good_t"): "abc"}


def test_figure_emptied_by_another_is_a_conflict_too(furnace, both):
    first, second = both
    save(furnace, first, good_t="6412.5", kwh="1")
    save(furnace, first, good_t=("", "6412.5"))
    assert save(furnace, second, good_t=("7000", "6412.5")).conflicts == {(furnace.pk, "good_t"): ""}


def test_everyone_who_changed_a_figure_is_an_editor(furnace, both):
    first, second = both
    save(furnace, first, good_t="6412.5")
    save(furnace, second, good_t="7000")
    assert list(version().editors.all()) == [first]
    save(furnace, second, kwh="5")
    assert set(version().editors.all()) == {first, second}
