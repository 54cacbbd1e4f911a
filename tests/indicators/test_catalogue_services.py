"""The catalogue in the database: loaded once, changed by administrators, every formula kept."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import override

from core import ledger, rules
from core.templatetags.figures import in_language
from indicators.catalogue import INDICATORS, MEASURES
from indicators.formula import FormulaError, parse
from indicators.models import EquipmentKind, Indicator, IndicatorVersion, Measure
from indicators.selectors import definition_of, indicator_get, measure_get, newest_versions
from indicators.services import catalogue_load, indicator_save, measure_save
from indicators.wording import fault_text, formula_words
from tests import factories as make

pytestmark = pytest.mark.django_db


def an_indicator(**changes):
    fields = {"code": "own", "name": "Own", "unit": "t", "trade": "smelting", "direction": "up"} | changes
    return Indicator(**fields)


def save(indicator, numerator="good_t", denominator="", factor=Decimal(1), actor=None):
    return indicator_save(
        actor=actor or make.admin(),
        indicator=indicator,
        numerator=numerator,
        denominator=denominator,
        factor=factor,
    )


def versions(indicator):
    return list(indicator.versions.order_by("number").values_list("number", "numerator", "denominator"))


# The built-in catalogue


def test_catalogue_loaded_holds_all_that_is_built_in():
    assert Measure.objects.count() == len(MEASURES)
    assert Indicator.objects.count() == len(INDICATORS)
    assert IndicatorVersion.objects.count() == len(INDICATORS)
    assert EquipmentKind.objects.count() == 3


def test_catalogue_loaded_again_brings_nothing():
    before = ledger.entries_of("catalogue").count()
    assert catalogue_load() == 0
    assert EquipmentKind.objects.count() == 3
    assert IndicatorVersion.objects.count() == len(INDICATORS)
    assert ledger.entries_of("catalogue").count() == before


def test_catalogue_loaded_again_keeps_what_administrators_changed(now):
    measure = measure_get("good_t")
    measure.name_zh = "合格量"
    measure_save(actor=make.admin(), measure=measure)
    save(indicator_get("furnace_utilization"), "1000*good_t", "mva_days")
    catalogue_load()
    assert measure_get("good_t").name_zh == "合格量"
    assert newest_versions().get(indicator__code="furnace_utilization").numerator == "1000*good_t"


def test_catalogue_loaded_again_brings_back_only_what_is_missing():
    Measure.objects.filter(code="steam_t").delete()
    assert catalogue_load() == 1
    assert measure_get("steam_t").position == [spec.code for spec in MEASURES].index("steam_t")


def test_catalogue_entry_unknown_answers_404():
    with pytest.raises(Http404):
        indicator_get("nothing")
    with pytest.raises(Http404):
        measure_get("nothing")


# Indicators


def test_indicator_saved_first_has_version_one(now):
    assert versions(save(an_indicator(), " good_t ", "mva_days")) == [(1, "good_t", "mva_days")]


@pytest.mark.parametrize(
    "changed",
    [
        {"numerator": "1000*good_t"},
        {"denominator": "cal_h"},
        {"denominator": ""},
        {"factor": Decimal(100)},
    ],
)
def test_indicator_with_another_formula_becomes_a_new_version(now, changed):
    old = {"numerator": "good_t", "denominator": "cal_days", "factor": Decimal(1)}
    indicator = save(an_indicator(), **old)
    save(indicator, **(old | changed))
    assert versions(indicator)[0] == (1, "good_t", "cal_days")
    assert indicator.versions.count() == 2


def test_indicator_renamed_keeps_its_version(now):
    indicator = save(an_indicator(), "good_t", "cal_days", Decimal("1.50"))
    indicator.name = "Another name"
    save(indicator, " good_t", "cal_days ", Decimal("1.5"))
    assert indicator.versions.count() == 1
    assert indicator_get("own").name == "Another name"


def test_newest_version_stands_for_the_indicator(now):
    indicator = save(an_indicator(), "good_t")
    save(indicator, "1000*good_t")
    assert newest_versions().get(indicator=indicator).number == 2


def test_indicator_changed_writes_old_and_new_formula_in_the_ledger(now):
    save(save(an_indicator(), "good_t"), "1000*good_t")
    entry = ledger.entries_of("indicator:own").last()
    assert (entry.old["numerator"], entry.new["numerator"]) == ("good_t", "1000*good_t")


def test_indicator_saved_by_another_is_refused(now):
    with pytest.raises(rules.Refused):
        save(an_indicator(), actor=make.person("a@example.org"))
    assert not Indicator.objects.filter(code="own").exists()


WRONG = [
    ("good_t + scrap_t", "Position 10: “scrap_t” is not a measure of the catalogue"),
    ("good_t * kwh", "Position 10: Two measures are multiplied."),
    ("good_t + 5", "Position 10: A number stands without a measure."),
    ("42", "Position 1: A number stands without a measure."),
    ("2 * (good_t + kwh", "Position 5: A bracket is opened or closed without its partner."),
    ("good_t)", "Position 7: A bracket is opened or closed without its partner."),
    ("", "Position 1: The formula is empty."),
    ("   ", "Position 1: The formula is empty."),
    ("__import__('os').system('x')", "Position 1: “__import__” is not a measure"),
    ("good_t; kwh", "Position 7: “;” has no meaning here."),
    ("rolled_h", "Position 1: “rolled_h” is not a measure"),
    ("prod_good_t", "Position 1: “prod_good_t” is not a measure of the catalogue, or belongs to another trade."),
    ("good_t / kwh", "Position 8: “/” has no meaning here."),
    ("good_t kwh", "Position 8: An operator (+ - *) is missing before “kwh”."),
    ("good_t +", "Position 9: The formula stops too early"),
    ("1e3*good_t", "Position 1: “1e3” is not a number."),
    ("good_t - good_t", "Position 1: The terms cancel each other"),
]


@pytest.mark.parametrize(("formula", "message"), WRONG)
def test_indicator_with_a_wrong_formula_is_refused_with_place_and_reason(now, formula, message):
    with pytest.raises(ValidationError) as refused:
        save(an_indicator(), formula)
    assert list(refused.value.error_dict) == ["numerator"]
    assert refused.value.message_dict["numerator"][0].startswith(message)
    assert not Indicator.objects.filter(code="own").exists()


def test_indicator_with_both_sides_wrong_is_told_at_both_fields(now):
    with pytest.raises(ValidationError) as refused:
        save(an_indicator(), "5", "6")
    assert set(refused.value.error_dict) == {"numerator", "denominator"}


def test_indicator_of_no_single_trade_may_use_measures_of_all(now):
    assert save(an_indicator(trade=""), "good_t + prod_good_t")


@pytest.mark.parametrize("factor", ["0", "-1"])
def test_indicator_with_a_factor_not_above_zero_is_refused(now, factor):
    with pytest.raises(ValidationError) as refused:
        save(an_indicator(), factor=Decimal(factor))
    assert list(refused.value.error_dict) == ["factor"]


@pytest.mark.parametrize(
    ("field", "value"), [("code", "Own Code"), ("code", "pass_rate"), ("decimals", 10), ("direction", "left")]
)
def test_indicator_with_a_wrong_field_is_refused_there(now, field, value):
    with pytest.raises(ValidationError) as refused:
        save(an_indicator(**{field: value}))
    assert list(refused.value.error_dict) == [field]


# Measures


@pytest.mark.parametrize(
    ("field", "value"), [("unit", "kg"), ("code", "iron_t"), ("trade", "rolling"), ("level", "plant")]
)
def test_measure_meaning_never_changes(now, field, value):
    measure = measure_get("good_t")
    setattr(measure, field, value)
    with pytest.raises(ValidationError) as refused:
        measure_save(actor=make.admin(), measure=measure)
    assert list(refused.value.error_dict) == [field]
    assert (measure_get("good_t").unit, measure_get("good_t").trade) == ("t", "smelting")


def test_measure_changed_writes_old_and_new_limits_in_the_ledger(now):
    measure = measure_get("good_t")
    measure.maximum = Decimal(90000)
    measure_save(actor=make.admin(), measure=measure)
    entry = ledger.entries_of("measure:good_t").get()
    assert (entry.act, entry.old["maximum"], entry.new["maximum"]) == ("measure.changed", None, "90000")


def test_measure_added_stands_in_the_ledger(now):
    measure_save(actor=make.admin(), measure=Measure(code="oxygen_m3", name="Oxygen", unit="m³"))
    assert ledger.entries_of("measure:oxygen_m3").get().act == "measure.added"


def test_measure_saved_by_another_is_refused(now):
    with pytest.raises(rules.Refused):
        measure_save(actor=make.person("a@example.org"), measure=measure_get("good_t"))


# Words


def words(code, language):
    names = {}
    with override(language):
        names = {measure.code: in_language(measure) for measure in Measure.objects.all()}
    return formula_words(definition_of(newest_versions().get(indicator__code=code), set(names)), names)


def test_formula_in_words_speaks_the_language_of_the_page():
    assert words("pass_rate", "en") == "100 × Good steel output ÷ Steel inspected"
    assert words("pass_rate", "zh-hans") == "100 × 合格钢产量 ÷ 检验总量"


def test_formula_in_words_keeps_sums_in_brackets(now):
    save(an_indicator(), "good_t + reject_t", "checked_t", Decimal(100))
    assert words("own", "en") == "100 × (Good steel output + Rejected steel) ÷ Steel inspected"


def test_formula_of_a_measure_not_yet_translated_is_named_in_english(now):
    Measure.objects.filter(code="good_t").update(name_zh="")
    assert words("pass_rate", "zh-hans") == "100 × Good steel output ÷ 检验总量"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("formula", "_message"), WRONG)
def test_fault_of_a_formula_has_words_in_either_language(language, formula, _message):
    with pytest.raises(FormulaError) as fault:
        parse(formula, {"good_t", "kwh"})
    with override(language):
        assert str(fault.value.position + 1) in fault_text(fault.value)
