"""From figures to standings: the worked cases of the trade, computed by hand."""

from datetime import date
from decimal import Decimal

import pytest

from competitions.choices import Reason
from competitions.models import (
    Competition,
    Entry,
    Group,
    GroupRanking,
    Immutable,
    StaleGroup,
    StandingsRun,
    TrackedPeriod,
)
from competitions.services import runs
from competitions.services.rulesets import rule_set_adopt, rule_set_of
from competitions.services.runs import period_rank, period_rank_now
from competitions.services.setup import entry_withdraw, group_save
from competitions.services.tracking import dirty_months_absorb
from competitions.tasks import rank_all, rank_due
from core import leases
from indicators.models import Indicator
from indicators.services import indicator_save
from plants.models import DirtyMonth, UnitMonth
from tests import factories as make
from tests.factories import standing

pytestmark = pytest.mark.django_db


def test_run_after_approval_ranks_by_utilization(three_furnaces, report_all):
    _competition, furnaces = three_furnaces
    report_all(furnaces, "2026-10", ["9300", "9920", "9300"])
    rank_due()
    run = StandingsRun.objects.complete().of_period(make.period("2026-10")).get()
    # 31 days x 10 MVA = 310 MVA-days: 9,300 / 310 = 30.000 and 9,920 / 310 = 32.000.
    assert [standing(run, each).value for each in furnaces] == [
        Decimal("30.000"),
        Decimal("32.000"),
        Decimal("30.000"),
    ]
    assert [standing(run, each).rank for each in furnaces] == [2, 1, 2]
    assert standing(run, furnaces[1]).numerator == 9920
    assert standing(run, furnaces[1]).denominator == 310
    assert run.rule_set.digest
    assert run.inputs_hash
    assert run.code_version
    assert not DirtyMonth.objects.exists()


def test_whole_plants_ratio_of_sums_not_mean_of_ratios(now):
    competition = make.competition(small_group=1)
    group = make.group(competition, "plants", plants=True)
    daye = make.plant("daye")
    large, small = make.equipment(daye, "a", capacity="10"), make.equipment(daye, "b", capacity="2")
    make.enter(group, daye)
    make.report(daye, "2026-09", {large: {"good_t": "9000"}, small: {"good_t": "600"}})
    run = period_rank_now(competition, make.period("2026-09"))
    assert standing(run, daye).value == Decimal("26.667")


def test_two_months_of_one_furnace_ratio_of_sums(now):
    competition = make.competition(small_group=1)
    furnace = make.equipment(make.plant("daye"), capacity="5")
    make.enter(make.group(competition), furnace)
    make.report(furnace.plant, "2026-01", {furnace: {"good_t": "4000"}})
    make.report(furnace.plant, "2026-02", {furnace: {"good_t": "2000"}})
    run = period_rank_now(competition, make.period("2026-01..2026-02"))
    assert standing(run, furnace).value == Decimal("20.339")


def test_rating_change_on_the_11th_counts_day_by_day(now):
    competition = make.competition(small_group=1)
    furnace = make.equipment(make.plant("daye"), capacity="10", ratings=[(date(2026, 9, 11), "12.5")])
    make.enter(make.group(competition), furnace)
    make.report(furnace.plant, "2026-09", {furnace: {"good_t": "9800"}})
    run = period_rank_now(competition, make.period("2026-09"))
    # 10 days x 10 + 20 days x 12.5 = 350 MVA-days; 9,800 / 350 = 28.000.
    assert standing(run, furnace).denominator == 350
    assert standing(run, furnace).value == Decimal("28.000")


@pytest.mark.parametrize(
    ("indicator", "figures", "reason"),
    [
        ("furnace_utilization", None, Reason.MISSING_MONTH),
        ("hot_downtime_rate", None, Reason.MISSING_MONTH),
        ("electricity_per_t", {"good_t": "9000"}, Reason.MISSING_FIGURE),
        ("pass_rate", {"good_t": "9000"}, Reason.MISSING_FIGURE),
        ("electricity_per_t", {"good_t": "0", "kwh": "1000"}, Reason.ZERO_DENOMINATOR),
        ("pass_rate", {"good_t": "0", "checked_t": "0", "reject_t": "0"}, Reason.ZERO_DENOMINATOR),
    ],
)
def test_standing_without_value_has_reason_and_never_a_rank(three_furnaces, indicator, figures, reason):
    """In an indicator where higher is better and one where lower is."""
    competition, (first, second, third) = three_furnaces
    fourth = make.equipment(make.plant("fushun"))
    make.enter(competition.groups.get(), fourth)
    full = {"good_t": "9000", "checked_t": "9100", "reject_t": "100", "kwh": "5000000", "hot_down_h": "40"}
    for furnace in (second, third, fourth):
        make.report(furnace.plant, "2026-10", {furnace: full})
    if figures is not None:
        make.report(first.plant, "2026-10", {first: figures})
    run = period_rank_now(competition, make.period("2026-10"))
    placed = standing(run, first, indicator)
    assert (placed.value, placed.rank, placed.reason) == (None, None, reason)
    assert sorted(standing(run, each, indicator).rank for each in (second, third, fourth)) == [1, 1, 1]


def test_base_is_recomputed_from_figures_a_year_before(three_furnaces, report_all):
    competition, furnaces = three_furnaces
    report_all(furnaces, "2025-10", ["7750", "7750", "7750"])
    report_all(furnaces, "2026-10", ["9300", "9920", "9300"])
    run = period_rank_now(competition, make.period("2026-10"))
    placed = standing(run, furnaces[0])
    assert (placed.base, placed.change, placed.change_pct) == (
        Decimal("25.000"),
        Decimal("5.000"),
        Decimal("20.00"),
    )


def test_two_entries_in_a_group_are_computed_but_not_ranked(now, report_all):
    competition = make.competition()
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian")]
    make.enter(make.group(competition), *furnaces)
    report_all(furnaces, "2026-10", ["9300", "9920"])
    run = period_rank_now(competition, make.period("2026-10"))
    assert [standing(run, each).reason for each in furnaces] == [Reason.SMALL_GROUP] * 2
    assert standing(run, furnaces[0]).value == Decimal("30.000")
    assert standing(run, furnaces[0]).rank is None


def test_run_again_without_a_change_writes_nothing(three_furnaces, report_all):
    competition, furnaces = three_furnaces
    report_all(furnaces, "2026-10", ["9300", "9920", "9300"])
    first = period_rank_now(competition, make.period("2026-10"))
    again = period_rank_now(competition, make.period("2026-10"))
    assert again == first
    assert StandingsRun.objects.count() == 1
    tracked = TrackedPeriod.objects.get(first=first.first, last=first.last)
    assert tracked.ranked == tracked.changes


def test_run_while_another_worker_holds_the_lease_does_nothing(three_furnaces):
    competition, _furnaces = three_furnaces
    with leases.holding(f"rank:{competition.slug}:2026-10") as lease:
        assert lease is not None
        assert period_rank(competition, make.period("2026-10")) is None


def test_unfinished_run_with_nothing_changed_goes_on_where_it_stopped(three_furnaces, report_all):
    competition, furnaces = three_furnaces
    make.enter(make.group(competition, "more"), *furnaces)
    report_all(furnaces, "2026-10", ["9300", "9920", "9300"])
    left = make.run_left_after_one_group(competition, "2026-10")
    before = GroupRanking.objects.get()
    run = period_rank(competition, make.period("2026-10"))
    assert run.pk == left.pk
    assert before in run.rankings.all()
    assert run.done == run.total == GroupRanking.objects.count() == 2


def test_unfinished_run_after_a_change_starts_over(three_furnaces, report_all):
    """Groups of one run never mix figures of two moments."""
    competition, furnaces = three_furnaces
    make.enter(make.group(competition, "more"), *furnaces)
    report_all(furnaces[:2], "2026-10", ["9300", "9920"])
    make.run_left_after_one_group(competition, "2026-10")
    report_all(furnaces[2:], "2026-10", ["9610"])
    rank_due()
    run = StandingsRun.objects.complete().of_period(make.period("2026-10")).get()
    found = make.standings(run, "furnace_utilization")
    assert [each.value for each in found if each.entry.equipment == furnaces[2]] == [Decimal("31.000")] * 2


def test_capacity_outside_the_band_on_the_first_day_is_not_ranked(now, report_all):
    competition = make.competition(small_group=1)
    group = make.group(competition, band=(9, 13))
    uprated = make.equipment(make.plant("daye"), capacity="12.5", ratings=[(date(2026, 9, 11), "13")])
    make.enter(group, uprated)
    report_all([uprated], "2026-09", ["9000"])
    report_all([uprated], "2026-10", ["9000"])
    september, october = (make.period_ranked(competition, month) for month in ("2026-09", "2026-10"))
    assert standing(september, uprated).rank == 1
    assert (standing(october, uprated).rank, standing(october, uprated).reason) == (None, Reason.OUT_OF_BAND)


def test_minimum_months_counts_neither_figures_nor_capacity_of_a_missing_month(now, report_all):
    competition = make.competition(small_group=1, minimum_months=2)
    furnace = make.equipment(make.plant("daye"))
    make.enter(make.group(competition), furnace)
    report_all([furnace], "2026-07", ["9300"])
    report_all([furnace], "2026-09", ["9000"])
    run = make.period_ranked(competition, "2026-Q3")
    # 18,300 t over 31 + 30 days x 10 MVA.
    assert (standing(run, furnace).value, standing(run, furnace).denominator) == (Decimal("30.000"), 610)
    assert standing(run, furnace, "steel_output").reason == Reason.MISSING_MONTH


def test_months_before_service_are_not_asked_for(now, report_all):
    competition = make.competition(small_group=1)
    furnace = make.equipment(make.plant("daye"), since=date(2026, 8, 16))
    make.enter(make.group(competition), furnace)
    report_all([furnace], "2026-08", ["4800"])
    report_all([furnace], "2026-09", ["9000"])
    run = make.period_ranked(competition, "2026-Q3")
    # 16 days of August in service and 30 of September: 13,800 / 460.
    assert standing(run, furnace).value == Decimal("30.000")
    assert standing(run, furnace).base is None


def test_whole_plant_own_figure_stands_before_the_sum_and_a_gap_is_missing(now):
    competition = make.competition(small_group=1)
    daye = make.plant("daye")
    first, second = make.equipment(daye, "a"), make.equipment(daye, "b")
    make.enter(make.group(competition, "plants", plants=True), daye)
    make.report(
        daye, "2026-09", {first: {"good_t": "9000", "kwh": "5"}, second: {"good_t": "9000"}, None: {"kwh": "9"}}
    )
    make.report(daye, "2026-10", {first: {"good_t": "9000", "kwh": "5"}, second: {"good_t": "9000"}})
    september, october = (make.period_ranked(competition, month) for month in ("2026-09", "2026-10"))
    assert standing(september, daye, "electricity_per_t").numerator == 9
    assert standing(october, daye, "electricity_per_t").reason == Reason.MISSING_FIGURE


def test_revision_counts_only_once_an_evaluator_accepted_it(three_furnaces, report_all):
    _competition, furnaces = three_furnaces
    report_all(furnaces, "2026-10", ["9300", "9920", "9300"])
    rank_due()
    make.revise(furnaces[0].plant, "2026-10", {furnaces[0]: {"good_t": "9455"}}, until="approved")
    rank_due()
    assert StandingsRun.objects.of_period(make.period("2026-10")).count() == 1
    make.accept(furnaces[0].plant, "2026-10")
    rank_due()
    old, new = StandingsRun.objects.of_period(make.period("2026-10")).order_by("id")
    assert (standing(old, furnaces[0]).value, standing(new, furnaces[0]).value) == (
        Decimal("30.000"),
        Decimal("30.500"),
    )
    assert old.inputs_hash != new.inputs_hash


def test_rule_set_never_changes(three_furnaces):
    competition, _furnaces = three_furnaces
    rule_set = rule_set_of(competition)
    with pytest.raises(Immutable):
        rule_set.save()


def test_new_formula_counts_only_once_adopted(three_furnaces, report_all):
    competition, furnaces = three_furnaces
    report_all(furnaces, "2026-10", ["9300", "9920", "9300"])
    old = make.period_ranked(competition, "2026-10")
    indicator = Indicator.objects.get(code="furnace_utilization")
    indicator_save(
        actor=make.admin(), indicator=indicator, numerator="2*good_t", denominator="mva_days", factor=Decimal(1)
    )
    assert make.period_ranked(competition, "2026-10") == old
    rule_set_adopt(actor=make.person("organizer@example.org"), competition=competition)
    rank_due()
    new = StandingsRun.objects.complete().of_period(make.period("2026-10")).last()
    assert standing(new, furnaces[0]).value == Decimal("60.000")
    assert standing(old, furnaces[0]).value == Decimal("30.000")


@pytest.fixture
def two_groups(three_furnaces, report_all):
    """The three furnaces in one group, three others in a second one; both ranked in October."""
    competition, furnaces = three_furnaces
    others = [make.equipment(make.plant(slug)) for slug in ("fushun", "harbin", "anshan")]
    make.enter(make.group(competition, "others"), *others)
    report_all([*furnaces, *others], "2026-10", ["9300", "9920", "9300", "9000", "9100", "9200"])
    rank_due()
    return competition, furnaces, others


def newest(competition, period="2026-10"):
    return StandingsRun.objects.complete().of_period(make.period(period)).filter(competition=competition).last()


def rankings(run):
    return {ranking.group.code: ranking.pk for ranking in run.rankings.select_related("group")}


def test_revised_return_has_only_its_groups_ranked_anew(two_groups):
    competition, furnaces, _others = two_groups
    before = newest(competition)
    make.revise(furnaces[0].plant, "2026-10", {furnaces[0]: {"good_t": "9455"}}, until="approved")
    make.accept(furnaces[0].plant, "2026-10")
    rank_due()
    after = newest(competition)
    assert (after.done, after.total) == (1, 1)
    assert rankings(after)["others"] == rankings(before)["others"]
    assert rankings(after)["furnaces"] != rankings(before)["furnaces"]
    assert standing(after, furnaces[0]).value == Decimal("30.500")
    assert not StaleGroup.objects.exists()


def test_return_revised_back_shares_the_ranking_of_before(two_groups):
    competition, furnaces, _others = two_groups
    before = newest(competition)
    for good_t in ("9455", "9300"):
        make.revise(furnaces[0].plant, "2026-10", {furnaces[0]: {"good_t": good_t}}, until="approved")
        make.accept(furnaces[0].plant, "2026-10")
        rank_due()
    runs = StandingsRun.objects.complete().of_period(make.period("2026-10"))
    assert runs.count() == 3
    assert rankings(runs.last()) == rankings(before)


def test_whole_plant_is_ranked_anew_with_its_equipment(two_groups):
    competition, furnaces, _others = two_groups
    make.enter(make.group(competition, "plants", plants=True), furnaces[0].plant)
    before = make.period_ranked(competition, "2026-10")
    make.revise(furnaces[0].plant, "2026-10", {furnaces[0]: {"good_t": "9455"}}, until="approved")
    make.accept(furnaces[0].plant, "2026-10")
    rank_due()
    after = newest(competition)
    changed = {code for code, pk in rankings(after).items() if rankings(before)[code] != pk}
    assert changed == {"furnaces", "plants"}


def test_entry_withdrawn_has_only_its_group_ranked_anew(two_groups):
    competition, furnaces, _others = two_groups
    before = newest(competition)
    entry_withdraw(actor=make.person("organizer@example.org"), entry=Entry.objects.get(equipment=furnaces[0]))
    rank_due()
    after = newest(competition)
    assert after.total == 1
    assert rankings(after)["others"] == rankings(before)["others"]


def test_group_added_is_ranked_and_the_others_stand(two_groups):
    competition, furnaces, _others = two_groups
    before = newest(competition)
    group = Group(competition=competition, code="third", name="Third", kind=furnaces[0].kind)
    group_save(actor=make.person("organizer@example.org"), group=group)
    rank_due()
    after = newest(competition)
    assert rankings(before).items() < rankings(after).items()
    assert "third" in rankings(after)


def test_mark_lost_is_healed_by_the_nightly_pass(two_groups):
    """Figures that changed without a mark, as after a restored backup: only reading everything finds them."""
    competition, furnaces, _others = two_groups
    row = UnitMonth.objects.effective().get(equipment=furnaces[0], month=date(2026, 10, 1))
    row.figures["good_t"] = "9455"
    row.save()
    rank_due()
    assert standing(newest(competition), furnaces[0]).value == Decimal("30.000")
    rank_all()
    assert standing(newest(competition), furnaces[0]).value == Decimal("30.500")


def test_mark_made_while_a_run_reads_survives_it(two_groups):
    competition, furnaces, _others = two_groups
    run = runs._begin(competition, make.period("2026-10"))
    make.revise(furnaces[0].plant, "2026-10", {furnaces[0]: {"good_t": "9455"}}, until="approved")
    make.accept(furnaces[0].plant, "2026-10")
    dirty_months_absorb()
    with leases.holding("test") as lease:
        runs._rank(run, lease)
    tracked = competition.tracked_periods.get(first=run.first, last=run.last)
    assert tracked.changes > tracked.ranked
    assert tracked.stale_groups.get().group.code == "furnaces"
    rank_due()
    assert not StaleGroup.objects.exists()
    assert standing(newest(competition), furnaces[0]).value == Decimal("30.500")


def test_rules_adopted_have_every_group_ranked_anew(two_groups):
    competition, _furnaces, _others = two_groups
    before = newest(competition)
    Competition.objects.filter(pk=competition.pk).update(small_group=2)
    competition.refresh_from_db()
    rule_set_adopt(actor=make.person("organizer@example.org"), competition=competition)
    rank_due()
    after = newest(competition)
    assert not set(rankings(after).values()) & set(rankings(before).values())


def test_ranking_a_group_takes_the_same_queries_for_few_and_many_entries(two_groups, django_assert_max_num_queries):
    competition, _furnaces, _others = two_groups
    with django_assert_max_num_queries(60) as few:
        make.period_ranked(competition, "2026-10")
    more = [make.equipment(make.plant(f"plant-{number}")) for number in range(6)]
    make.enter(competition.groups.get(code="furnaces"), *more)
    for each in more:
        make.report(each.plant, "2026-10", {each: {"good_t": "9000"}})
    dirty_months_absorb()
    with django_assert_max_num_queries(len(few.captured_queries) + 4):
        make.period_ranked(competition, "2026-10")
