"""What the page of a return shows: tabs, cells with their ghosts, derived rows, faults and history."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from core.periods import Month
from plants.checks import Fault
from plants.findings import findings_of
from plants.history import acts_of
from plants.models import ReturnVersion
from plants.selectors import version_get
from plants.services import returns
from plants.services.returns import Typed
from plants.sheets import sheet_of
from tests import factories as make

pytestmark = pytest.mark.django_db

MONTH = Month(2026, 10)


@pytest.fixture
def furnace(now):
    """A furnace of 10 MVA at Daye."""
    return make.equipment(make.plant("daye"))


def newest(plant, month=MONTH):
    return version_get(make.reporter(plant), plant.slug, month)


def save(plant, figures):
    return returns.return_save(actor=make.reporter(plant), plant=plant, month=MONTH, cells=make.cells(figures)).version


def cell(sheet, code, column=0):
    return next(row.cells[column] for row in sheet.rows if row.measure.code == code)


def derived(sheet, code, column=0):
    return next(row.values[column] for row in sheet.derived if row.indicator.code == code)


def test_sheet_has_a_tab_for_each_trade_in_service_and_one_for_the_plant(furnace):
    make.equipment(furnace.plant, "mill", kind="rolling_mill", capacity="650")
    make.equipment(furnace.plant, "hammer", kind="forging_hammer", since=date(2026, 11, 1))
    assert [tab.code for tab in sheet_of(newest(furnace.plant)).tabs] == ["smelting", "rolling", "plant"]


def test_sheet_of_a_tab_asks_for_the_measures_of_its_trade(furnace):
    make.equipment(furnace.plant, "mill", kind="rolling_mill", capacity="650")
    sheet = sheet_of(newest(furnace.plant), "rolling")
    assert [each.code for each in sheet.columns] == ["mill"]
    codes = {row.measure.code for row in sheet.rows}
    assert "prod_good_t" in codes
    assert not codes & {"good_t", "cal_h", "lti"}


def test_sheet_of_the_plant_has_one_column_and_its_own_measures(furnace):
    sheet = sheet_of(newest(furnace.plant), "plant")
    assert sheet.columns == [None]
    assert "lti" in {row.measure.code for row in sheet.rows}


def test_sheet_of_an_unknown_tab_shows_the_first(furnace):
    assert sheet_of(newest(furnace.plant), "weaving").tab == "smelting"


def test_sheet_of_a_plant_without_equipment_shows_the_plants_tab(now):
    assert sheet_of(newest(make.plant("daye"))).tab == "plant"


def test_sheet_of_nothing_entered_is_blank_and_stores_nothing(furnace):
    sheet = sheet_of(newest(furnace.plant))
    assert sheet.blanks == len(sheet.rows)
    assert not ReturnVersion.objects.exists()


def test_cell_has_last_months_and_last_years_figure_beside_it(furnace):
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "9000"}})
    make.report(furnace.plant, "2025-10", {furnace: {"good_t": "8000"}})
    shown = cell(sheet_of(newest(furnace.plant)), "good_t")
    assert (shown.text, shown.last_month, shown.last_year) == ("", 9000, 8000)


def test_cell_ghosts_are_what_counts_and_not_a_draft(furnace):
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "9000"}}, until="submitted")
    assert cell(sheet_of(newest(furnace.plant)), "good_t").last_month is None


def test_cell_shows_the_typed_text_with_its_fault(furnace):
    version = save(furnace.plant, {furnace: {"good_t": "6412,5", "kwh": "100"}})
    sheet = sheet_of(version)
    assert cell(sheet, "good_t").text == "6412,5"
    assert cell(sheet, "good_t").errors == ["Use a point for decimals, as in 6412.5. A comma may only group thousands."]
    assert cell(sheet, "good_t").state == "err"
    assert sheet.errors == 1


def test_errors_are_counted_at_the_tab_where_they_lie(furnace):
    save(furnace.plant, {furnace: {"good_t": "abc", "kwh": "-1"}, None: {"lti": "many"}})
    tabs = sheet_of(newest(furnace.plant)).tabs
    assert [(tab.code, tab.errors) for tab in tabs] == [("smelting", 2), ("plant", 1)]


def test_cell_in_conflict_shows_theirs_and_mine(furnace):
    version = save(furnace.plant, {furnace: {"good_t": "6412.5"}})
    key = (furnace.pk, "good_t")
    shown = cell(sheet_of(version, "", {key: "6412.5"}, {key: Typed("7000", "")}), "good_t")
    assert (shown.text, shown.theirs, shown.mine, shown.state) == ("6412.5", "6412.5", "7000", "err")


def test_derived_row_is_computed_from_the_figures_as_they_stand(furnace):
    version = save(furnace.plant, {furnace: {"good_t": "9300"}})
    # 31 days x 10 MVA.
    assert derived(sheet_of(version), "furnace_utilization")[0] == Decimal("30.000")


def test_derived_row_of_a_missing_figure_has_no_value(furnace):
    version = save(furnace.plant, {furnace: {"good_t": "9300"}})
    assert derived(sheet_of(version), "electricity_per_t") == (None, False)


def test_derived_row_outside_its_band_is_marked(furnace):
    version = save(furnace.plant, {furnace: {"good_t": "9300", "kwh": "93000"}})
    assert derived(sheet_of(version), "electricity_per_t") == (Decimal("10.0"), True)


def test_sheet_speaks_the_language_of_the_page(furnace):
    with override("zh-hans"):
        assert cell(sheet_of(newest(furnace.plant)), "good_t").label.startswith("合格钢产量")


# Doubts that need more than the month itself


def faults(version, unit):
    return [(each.fault, each.measure) for each in findings_of(version).by_unit[unit.pk if unit else None]]


def test_figure_ten_times_last_months_is_a_doubt_at_its_cell(furnace):
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "600"}})
    version = save(furnace.plant, {furnace: {"good_t": "6000"}})
    assert faults(version, furnace) == [(Fault.TEN_TIMES, "good_t")]
    shown = cell(sheet_of(version), "good_t")
    assert (shown.state, shown.errors) == ("bad", [])
    assert (
        sheet_of(version)
        .notes[0][1]
        .endswith("000 is about ten times, or a tenth of, last month's 600. A slipped point?")
    )


def test_figure_that_jumps_is_a_doubt_and_capacity_that_jumps_is_none(furnace):
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "6000"}})
    furnace.ratings.create(valid_from=date(2026, 10, 1), capacity=Decimal(100))
    version = save(furnace.plant, {furnace: {"good_t": "9000"}})
    assert faults(version, furnace) == [(Fault.JUMP, "good_t")]


def test_measure_of_plant_and_equipment_at_once_is_a_doubt(furnace):
    version = save(furnace.plant, {furnace: {"good_t": "9000"}, None: {"good_t": "9000"}})
    assert faults(version, None) == [(Fault.OWN_AND_EQUIPMENT, "good_t")]
    assert findings_of(version).errors() == []


def test_equipment_without_a_rating_is_an_error_that_names_the_day(furnace):
    furnace.ratings.all().delete()
    version = save(furnace.plant, {furnace: {"good_t": "9000"}})
    assert faults(version, furnace) == [(Fault.UNRATED, "good_t")]
    assert "No capacity is on record for 2026-10-01" in cell(sheet_of(version), "good_t").errors[0]


# History


def test_history_tells_every_act_newest_first(furnace):
    version = make.report(furnace.plant, "2026-09", {furnace: {"good_t": "9000"}})
    acts = acts_of(version.monthly_return)
    assert [each.words for each in acts] == ["approved the return", "submitted the return", "entered figures"]
    assert acts[0].actor == "director"


def test_history_tells_which_figure_was_changed_from_what_to_what(furnace):
    save(furnace.plant, {furnace: {"good_t": "9000"}})
    returns.return_save(
        actor=make.reporter(furnace.plant),
        plant=furnace.plant,
        month=MONTH,
        cells={(furnace.pk, "good_t"): Typed("9100", "9000"), (None, "lti"): Typed("1", "")},
    )
    changes = acts_of(newest(furnace.plant).monthly_return)[0].changes
    assert {(each.unit, each.measure, each.old, each.new) for each in changes} == {
        ("No 1", "Good steel output", "9000", "9100"),
        ("", "Lost-time injuries", "", "1"),
    }
