"""Help beside indicators and measures: the formula in words, when there is no value, what to type."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils.translation import override

from competitions.services.rulesets import rule_set_of
from indicators.help import Explainer
from indicators.models import Indicator, Measure
from indicators.services import catalogue_load, indicator_save
from indicators.wording import entry_rule
from tests import factories as make

pytestmark = pytest.mark.django_db


def explain(code):
    return Explainer().explain(Indicator.objects.get(code=code))


@pytest.mark.parametrize(
    ("code", "formula", "divisor"),
    [
        (
            "furnace_utilization",
            "Good steel output (t) ÷ Transformer capacity-days (MVA·d)",
            "Transformer capacity-days (MVA·d)",
        ),
        ("pass_rate", "100 × Good steel output (t) ÷ Steel inspected (t)", "Steel inspected (t)"),
        (
            "process_energy",
            "(0.1229 × Electricity (kWh) + Fuel and other media (kgce) − Recovered energy (kgce))"
            " ÷ Good steel output (t)",
            "Good steel output (t)",
        ),
        ("steel_output", "Good steel output (t)", ""),
        (
            "mill_operating_rate",
            "100 × Mill operating hours (h) ÷ (Calendar hours (h) − Planned repair (h))",
            "Calendar hours (h) − Planned repair (h)",
        ),
    ],
)
def test_help_says_the_formula_in_words_with_units(code, formula, divisor):
    found = explain(code)
    assert (found.formula, found.divisor) == (formula, divisor)


def test_help_in_chinese_names_the_measures_in_chinese():
    with override("zh-hans"):
        formula = explain("electricity_per_t").formula
    assert "冶炼用电量" in formula
    assert "合格钢产量" in formula


def test_every_indicator_of_the_catalogue_is_explained_in_two_queries(django_assert_num_queries):
    indicators = list(Indicator.objects.all())
    with django_assert_num_queries(2):
        explainer = Explainer()
        assert all(explainer.explain(each).formula for each in indicators)
    assert all(each.note and each.note_zh for each in indicators)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"unit": "t", "decimals": 3}, "In t: up to 3 decimals, 0 or more."),
        ({"unit": "kWh", "decimals": 1}, "In kWh: up to 1 decimal, 0 or more."),
        ({"unit": "heats", "decimals": 0, "maximum": Decimal(900)}, "In heats: whole numbers, from 0 to 900."),
        ({"unit": "t", "decimals": 0, "minimum": None}, "In t: whole numbers."),
        (
            {"unit": "%", "decimals": 0, "minimum": None, "maximum": Decimal("99.5")},
            "In %: whole numbers, 99.5 or less.",
        ),
    ],
)
def test_entry_rule_says_unit_decimals_and_limits(fields, text):
    assert entry_rule(Measure(**{"minimum": Decimal(0), **fields})) == text


def test_catalogue_load_gives_older_sites_what_indicators_tell_and_leaves_other_texts():
    Indicator.objects.filter(code="pass_rate").update(note="", note_zh="")
    Indicator.objects.filter(code="reject_rate").update(note="Ours", note_zh="")
    catalogue_load()
    assert Indicator.objects.get(code="pass_rate").note.startswith("The share of the inspected steel")
    assert Indicator.objects.get(code="reject_rate").note == "Ours"


def test_indicator_page_says_everything_about_it():
    text = Client().get("/catalogue/indicators/lining_life/").content.decode()
    assert "How many heats a lining lasted" in text
    assert "Heats on linings that ended (heats) ÷ Lining campaigns ended (count)" in text
    assert "Where “Lining campaigns ended (count)” comes to 0 there is nothing to divide by" in text
    assert "higher is better" in text


def test_ranking_page_explains_the_formula_that_its_rules_fixed(now):
    competition = make.competition()
    make.enter(make.group(competition), make.equipment(make.plant("daye")))
    rule_set_of(competition)
    indicator = Indicator.objects.get(code="furnace_utilization")
    indicator_save(
        actor=make.admin(), indicator=indicator, numerator="good_t", denominator="mva_avail_days", factor=Decimal(1)
    )
    ranking = Client().get("/competitions/national/rankings/").content.decode()
    assert "Good steel output (t) ÷ Transformer capacity-days (MVA·d)" in ranking
    catalogue = Client().get("/catalogue/indicators/furnace_utilization/").content.decode()
    assert "Transformer capacity-days less overhaul (MVA·d)" in catalogue


def test_return_page_explains_what_it_asks_and_what_it_works_out(now):
    furnace = make.equipment(make.plant("daye"))
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9000", "kwh": "4000000"}}, until="draft")
    client = Client()
    client.force_login(make.reporter(furnace.plant))
    text = client.get("/returns/daye/2026-10/").content.decode()
    assert "Electricity (kWh) ÷ Good steel output (t)" in text
    assert "In t: up to 3 decimals, 0 or more." in text


def test_return_page_explains_many_rows_in_as_many_queries_as_few(now, django_assert_max_num_queries):
    furnace = make.equipment(make.plant("daye"))
    client = Client()
    client.force_login(make.reporter(furnace.plant))

    def queries(figures):
        make.report(furnace.plant, "2026-10", {furnace: figures}, until="draft")
        with django_assert_max_num_queries(200) as counted:
            assert client.get("/returns/daye/2026-10/").status_code == 200
        return len(counted)

    few = queries({"good_t": "9000"})
    assert queries({"kwh": "4000000", "checked_t": "9050", "charge_kg": "10000000", "heats": "100"}) == few


def test_plant_page_explains_its_trends(now):
    competition = make.competition()
    furnace = make.equipment(make.plant("daye"))
    make.enter(make.group(competition), furnace)
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "9000"}})
    text = Client().get("/plants/daye/").content.decode()
    assert "Good steel made per day by each MVA" in text
