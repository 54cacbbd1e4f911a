"""The demonstration: the archive says what the article says, the generated story holds every case it promises."""

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core import mail
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Notice, User
from competitions.choices import Reason
from competitions.models import BaseFigure, Competition, Entry, StandingsRun, TrackedPeriod
from competitions.notices import RANKED
from competitions.selectors import standings_in, tables_of
from core import clock
from core.ledger import SYSTEM
from core.models import LedgerEntry
from core.periods import Month, Period
from exchange.demonstration import works
from exchange.demonstration.figures import figures_of, plant_figures
from exchange.demonstration.form import When
from exchange.demonstration.load import demonstration_load
from exchange.demonstration.people import PASSWORD
from exchange.demonstration.timetable import ZONE, Timetable
from indicators.catalogue import MEASURES
from plants.capacity import capacity_days, system_figures
from plants.checks import Limits, impossible
from plants.findings import findings_of
from plants.models import Equipment, MonthlyReturn, Plant, ReturnVersion, UnitMonth
from plants.notices import ACCEPTED, REVISION_ACCEPTED, SENT_BACK, SUBMITTED
from plants.selectors import as_decimals

# A day early in the month: last month's returns and standings are clipped to the first second of this day.
NOW = datetime(2026, 11, 4, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TIMETABLE = Timetable.seen_at(NOW)
LIMITS = {each.code: Limits(each.minimum, each.maximum) for each in MEASURES}
UNITS = {works.FURNACE: "MVA", works.MILL: "mm", works.HAMMER: "t"}

pytestmark = pytest.mark.xdist_group("demo")
loaded = pytest.mark.slow


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """The demonstration as loaded at NOW, once for all tests of this module; rolled back in the end."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        assert demonstration_load()
        yield
        transaction.set_rollback(True)


def standing(competition, period, group, entry, indicator="furnace_utilization"):
    """How an entry (`daye/no-5`, or a plant's code) stands in the newest run."""
    period = Period.parse(period)
    run = StandingsRun.objects.complete().of_period(period).filter(competition__slug=competition).last()
    return next(each for each in standings(run, group, indicator) if str(each.entry) == entry)


def standings(run, group, indicator):
    tables = tables_of(run).filter(ranking__group__code=group, indicator__code=indicator)
    return standings_in(tables, Entry.objects.select_related("plant", "equipment__plant"))


def unit(piece, month, **fields):
    """The effective row of a piece of equipment."""
    plant, code = piece.split("/")
    return UnitMonth.objects.effective().get(
        plant__slug=plant, equipment__code=code, month=Month.parse(month).first_day, **fields
    )


def generated():
    """Every piece and month of the story with its figures, system measures included, without a database."""
    for each in works.WORKS:
        for piece in works.pieces_of(each, TIMETABLE):
            for step, month in enumerate([*TIMETABLE.months, TIMETABLE.current]):
                if not piece.service.days(month):
                    continue
                for overhauled in {False, piece.key == works.OVERHAULED}:
                    figures = figures_of(piece, When(month, step), overhauled=overhauled)
                    system = system_figures(UNITS[piece.kind], piece.service, month, figures)
                    yield piece, month, {**figures, **system}


def test_generated_figures_all_pass_the_checks_with_room():
    for piece, month, figures in generated():
        assert not list(impossible(figures, LIMITS)), (piece.key, month)
        if piece.kind == works.FURNACE:
            hours = ("op_h", "overhaul_h", "ext_stop_h", "cold_down_h", "hot_down_h")
            assert sum(figures[code] for code in hours) == figures["cal_h"]
            assert figures["good_t"] + figures["reject_t"] == figures["checked_t"]


def test_generated_figures_fit_the_decimals_of_their_measures():
    decimals = {each.code: each.decimals for each in MEASURES}
    for piece, month, figures in generated():
        for code, value in figures.items():
            assert value == round(value, decimals[code]), (piece.key, month, code, value)


def test_generated_figures_hold_every_measure_of_the_trade():
    reported = {each.code: each.trade for each in MEASURES if not each.system and each.level == "equipment"}
    trades = {works.FURNACE: "smelting", works.MILL: "rolling", works.HAMMER: "forging"}
    for piece, _month, figures in generated():
        wanted = {code for code, trade in reported.items() if trade == trades[piece.kind]}
        assert wanted <= figures.keys()
    safety = {each.code for each in MEASURES if each.level == "plant"}
    assert plant_figures("daye", When(TIMETABLE.current, 0)).keys() == safety


def test_tied_furnaces_have_one_capacity():
    pieces = {piece.key: piece for each in works.WORKS for piece in works.pieces_of(each, TIMETABLE)}
    for one, other in works.TIED.items():
        assert pieces[one].capacity == pieces[other].capacity


def test_groups_have_three_to_eleven_entries_but_one():
    pieces = [piece for each in works.WORKS for piece in works.pieces_of(each, TIMETABLE)]
    sizes = [sum(band.holds(piece) for piece in pieces) for band in works.BANDS if band.kind]
    assert sum(sizes) == len(pieces)
    assert sorted(sizes)[0] == 2
    assert all(3 <= size <= 11 for size in sorted(sizes)[1:])


@given(st.dates(date(1990, 1, 1), date(2190, 12, 31)))
def test_timetable_any_day_puts_nothing_in_the_future(today):
    timetable = Timetable(today)
    midnight = datetime(today.year, today.month, today.day, tzinfo=ZONE)
    assert timetable.not_after_today(timetable.moment(timetable.current, 31, 23)) <= midnight
    assert timetable.yesterday(18) <= midnight
    assert Month.of(timetable.yesterday(9).date()) == timetable.current
    assert timetable.first.plus(36) == timetable.current
    assert timetable.uprated.days == 30
    assert timetable.current.minus(timetable.uprated) >= 4


@loaded
@pytest.mark.django_db
def test_archive_holds_the_published_coefficients_with_their_source(demonstration):
    archive = Competition.objects.get(slug="northeast-1956")
    published = {str(each.period): each for each in BaseFigure.objects.select_related("indicator")}
    assert {period: each.value for period, each in published.items()} == {
        "1956": Decimal("19.204"),
        "1957": Decimal("22.652"),
        "1958": Decimal("30.044"),
    }
    assert {each.indicator.code for each in published.values()} == {"furnace_utilization"}
    for each in published.values():
        assert each.source == "Xinhua, Benxi, 13 August 1959; People's Daily, 14 August 1959, page 2"
        assert each.source_zh == "新华社本溪1959年8月13日电，《人民日报》1959年8月14日第2版"
    stands = {year: standing("northeast-1956", year, "plants", "dalian") for year in ("1956", "1957", "1958")}
    assert [each.value for each in stands.values()] == [
        Decimal("19.204"),
        Decimal("22.652"),
        Decimal("30.044"),
    ]
    assert all(each.source is not None and each.rank is None for each in stands.values())
    assert (stands["1957"].change, stands["1957"].change_pct) == (Decimal("3.448"), Decimal("17.95"))
    assert (stands["1958"].change, stands["1958"].change_pct) == (Decimal("7.392"), Decimal("32.63"))
    assert not archive.generated


@loaded
@pytest.mark.django_db
def test_archive_never_holds_a_level_for_1959(demonstration):
    archive = Competition.objects.get(slug="northeast-1956")
    assert "12.133" in archive.about
    assert "一二点一三三" in archive.about_zh
    assert archive.ends == date(1958, 12, 1)
    assert not BaseFigure.objects.filter(last__year__gte=1959).exists()
    assert not TrackedPeriod.objects.filter(competition=archive, last__year__gte=1959).exists()
    in_archive = [each for run in archive.runs.complete() for each in standings_in(tables_of(run))]
    assert sum(each.value is not None for each in in_archive) == 3
    assert "42.177" not in archive.about + archive.about_zh


@loaded
@pytest.mark.django_db
def test_demo_holds_plants_equipment_and_three_years_of_returns(demonstration):
    national = Competition.objects.get(slug="national")
    assert national.generated
    assert "generated" in national.about
    assert (national.starts, national.ends) == (date(2023, 11, 1), date(2027, 12, 1))
    assert Plant.objects.count() == 13
    assert Equipment.objects.count() == 68
    assert set(Equipment.objects.values_list("kind__trade", flat=True)) == {"smelting", "rolling", "forging"}
    complete = MonthlyReturn.objects.filter(month__lt=date(2026, 11, 1))
    assert complete.count() == 13 * 36
    assert complete.order_by("month").first().month == date(2023, 11, 1)
    months = StandingsRun.objects.complete().filter(competition=national)
    assert {each.period for each in months if each.period.length == 1} == {
        Period(month, month) for month in [*TIMETABLE.months, TIMETABLE.current]
    }


@loaded
@pytest.mark.django_db
def test_demo_people_sign_in_with_the_known_password(demonstration):
    assert User.objects.count() == 5 + 2 * 13
    assert User.objects.filter(is_superuser=True).get().email == "admin@example.org"
    for email in ("reporter@daye.example", "director@fushun.example", "evaluator2@example.org"):
        assert User.objects.get(email=email).check_password(PASSWORD)
    roles = Competition.objects.get(slug="national").roles.values_list("user__email", "role")
    assert set(roles) == {
        ("organizer@example.org", "organizer"),
        ("evaluator@example.org", "evaluator"),
        ("evaluator2@example.org", "evaluator"),
        ("inspector@example.org", "inspector"),
    }


@loaded
@pytest.mark.django_db
def test_demo_second_run_changes_nothing(demonstration):
    def counts():
        return {model: model.objects.count() for model in apps.get_models()}

    before = counts()
    assert not demonstration_load()
    assert counts() == before


@loaded
@pytest.mark.django_db
def test_demo_stored_figures_are_all_possible(demonstration):
    for row in UnitMonth.objects.all():
        assert not list(impossible(as_decimals(row.figures), LIMITS)), row
    newest = ReturnVersion.objects.newest().filter(monthly_return__month=date(2026, 9, 1))
    for version in newest.select_related("monthly_return__plant"):
        assert not findings_of(version).errors()


@loaded
@pytest.mark.django_db
def test_demo_every_indicator_has_a_value(demonstration):
    run = StandingsRun.objects.complete().of_period(Period.parse("2026-09")).last()
    valued = {each.indicator.code for each in standings_in(tables_of(run)) if each.value is not None}
    assert valued == {each["code"] for each in run.rule_set.document["indicators"]}


@loaded
@pytest.mark.django_db
def test_demo_tie_shares_the_rank_in_the_last_three_months(demonstration):
    for month in ("2026-08", "2026-09", "2026-10"):
        shanghai, tianjin = (
            standing("national", month, "furnaces-9-13", entry) for entry in ("shanghai/no-4", "tianjin/no-2")
        )
        assert shanghai.value == tianjin.value is not None
        assert shanghai.numerator == tianjin.numerator
        assert shanghai.rank == tianjin.rank is not None
        run = StandingsRun.objects.complete().of_period(Period.parse(month)).last()
        ranks = Counter(each.rank for each in standings(run, "furnaces-9-13", "furnace_utilization"))
        assert ranks[shanghai.rank] == 2
        assert ranks[shanghai.rank + 1] == 0


@loaded
@pytest.mark.django_db
def test_demo_uprating_on_the_11th_counts_both_ratings(demonstration):
    # June 2026, 30 days: 10 x 12.0 + 20 x 12.5 = 370; May and July wholly at one rating.
    assert unit("benxi/no-2", "2026-05").figures["mva_days"] == "372"
    assert unit("benxi/no-2", "2026-06").figures["mva_days"] == "370"
    assert unit("benxi/no-2", "2026-07").figures["mva_days"] == "387.5"
    assert standing("national", "2026-06", "furnaces-9-13", "benxi/no-2").denominator == Decimal(370)
    assert LedgerEntry.objects.filter(act="rating.set", at__date=date(2026, 6, 9)).count() == 1


@loaded
@pytest.mark.django_db
def test_demo_furnace_new_in_mid_month_counts_its_days_only(demonstration):
    # In service from 16 March 2025: 16 days x 8.5 MVA = 136.
    figures = unit("guiyang/no-2", "2025-03").figures
    assert (figures["cal_days"], figures["mva_days"]) == ("16", "136")
    assert standing("national", "2025-02", "furnaces-under-9", "guiyang/no-2").reason == Reason.NOT_IN_SERVICE
    retired = standing("national", "2026-02", "hammers-under-2", "fushun/hammer-1-5t", "hammer_output")
    assert retired.reason == Reason.NOT_IN_SERVICE


@loaded
@pytest.mark.django_db
def test_demo_overhaul_month_counts_as_nothing_made_on_the_calendar(demonstration):
    # 20 MVA x 31 days of July 2026 = 620.
    group, entry = "furnaces-13-25", "taiyuan/no-2"
    calendar = standing("national", "2026-07", group, entry)
    assert (calendar.value, calendar.denominator) == (Decimal("0.000"), Decimal(620))
    for indicator in ("furnace_utilization_available", "electricity_per_t", "pass_rate"):
        idle = standing("national", "2026-07", group, entry, indicator)
        assert (idle.value, idle.rank, idle.reason) == (None, None, Reason.ZERO_DENOMINATOR)
    assert unit(entry, "2026-07").figures["overhaul_h"] == "744"


@loaded
@pytest.mark.django_db
def test_demo_late_plant_is_flagged_and_still_ranked(demonstration):
    late = ReturnVersion.objects.filter(late=True)
    assert {str(each.monthly_return) for each in late} == {"qiqihar/2026-09", "qiqihar/2025-09"}
    flagged = standing("national", "2026-09", "furnaces-13-25", "qiqihar/no-2")
    assert flagged.late
    assert flagged.rank is not None


@loaded
@pytest.mark.django_db
def test_demo_last_month_waits_for_one_director(demonstration):
    waiting = ReturnVersion.objects.get(
        monthly_return__plant__slug="chongqing", monthly_return__month=date(2026, 10, 1)
    )
    assert waiting.state == "submitted"
    missing = standing("national", "2026-10", "furnaces-9-13", "chongqing/no-2")
    assert (missing.value, missing.rank, missing.reason) == (None, None, Reason.MISSING_MONTH)
    assert missing.of == 7


@loaded
@pytest.mark.django_db
def test_demo_current_month_is_the_visitors_turn(demonstration):
    current = MonthlyReturn.objects.filter(month=date(2026, 11, 1))
    states = {each.plant.slug: each.versions.get().state for each in current}
    early = ("dalian", "fushun", "shanghai", "benxi", "tianjin")
    assert states == {**dict.fromkeys(early, "approved"), "beijing": "draft"}
    ranks = {slug: standing("national", "2026-11", "furnaces-9-13", code).rank for slug, code in {
        "dalian": "dalian/no-3", "daye": "daye/no-5", "chongqing": "chongqing/no-2", "beijing": "beijing/no-1",
    }.items()}  # fmt: skip
    assert ranks["dalian"] is not None
    assert ranks["daye"] is ranks["chongqing"] is ranks["beijing"] is None


@loaded
@pytest.mark.django_db
def test_demo_revision_counts_from_its_acceptance_and_leaves_the_old_run(demonstration):
    revision = ReturnVersion.objects.get(number=2)
    assert str(revision.monthly_return) == "jiangyou/2026-06"
    assert revision.state == "accepted"
    assert revision.reason
    runs = StandingsRun.objects.complete().of_period(Period.parse("2026-06"))
    made = [
        each.value
        for run in runs
        for each in standings_in(tables_of(run).filter(indicator__code="steel_output"))
        if str(each.entry) == "jiangyou/no-1"
    ]
    assert len(made) == 2
    assert made[0] - made[1] == Decimal("36.4")


@loaded
@pytest.mark.django_db
def test_demo_return_sent_back_is_resubmitted_and_approved(demonstration):
    history = LedgerEntry.objects.filter(subject="return:xining/2026-05")
    assert [each.act for each in history] == [
        "return.saved",
        "return.submitted",
        "return.sent_back",
        "return.saved",
        "return.submitted",
        "return.approved",
        "return.accepted",
    ]
    assert history[2].reason
    corrected = history[3]
    assert corrected.old
    assert corrected.new
    assert corrected.new.keys() == {"no-1/electrode_kg"}
    assert Decimal(corrected.old["no-1/electrode_kg"]) == 10 * Decimal(corrected.new["no-1/electrode_kg"])


@loaded
@pytest.mark.django_db
def test_demo_returns_older_than_two_months_are_accepted(demonstration):
    newest = ReturnVersion.objects.newest()
    old = newest.filter(monthly_return__month__lte=date(2026, 8, 1))
    assert set(old.values_list("state", flat=True)) == {"accepted"}
    assert old.count() == 13 * 34
    recent = newest.filter(monthly_return__month=date(2026, 9, 1))
    assert set(recent.values_list("state", flat=True)) == {"approved"}


@loaded
@pytest.mark.django_db
def test_demo_small_group_is_recorded_and_not_ranked(demonstration):
    big = standing("national", "2026-09", "furnaces-25-up", "benxi/no-4")
    assert big.value is not None
    assert (big.rank, big.reason) == (None, Reason.SMALL_GROUP)


@loaded
@pytest.mark.django_db
def test_demo_ledger_names_people_for_every_act_of_theirs(demonstration):
    acts = set(LedgerEntry.objects.filter(actor=SYSTEM).values_list("act", flat=True))
    assert acts == {"standings.ranked", "catalogue.loaded"}
    actors = set(LedgerEntry.objects.exclude(actor=SYSTEM).values_list("actor", flat=True))
    assert actors <= set(User.objects.values_list("email", flat=True))
    assert not LedgerEntry.objects.filter(at__gt=NOW).exists()


@loaded
@pytest.mark.django_db
def test_demo_people_were_told_and_nothing_of_it_is_mailed(demonstration):
    assert not mail.outbox
    assert not Notice.objects.filter(mail_due_at__isnull=False).exists()
    told = Counter(Notice.objects.values_list("kind", flat=True))
    assert {SUBMITTED, SENT_BACK, ACCEPTED, REVISION_ACCEPTED, RANKED} <= set(told)
    unread = Counter(Notice.objects.unread().values_list("person", flat=True))
    assert max(unread.values()) < 20
    assert Notice.objects.unread().filter(person__email="director@chongqing.example", kind=SUBMITTED).exists()


@loaded
@pytest.mark.django_db
def test_demo_leaves_nothing_to_rank(demonstration):
    assert not TrackedPeriod.objects.exclude(changes=0).filter(ranked=0).exists()
    assert not StandingsRun.objects.exclude(state="complete").exists()


def test_capacity_of_the_uprated_furnace_by_hand():
    pieces = {piece.key: piece for each in works.WORKS for piece in works.pieces_of(each, TIMETABLE)}
    assert capacity_days(pieces[works.UPRATED].service, TIMETABLE.uprated) == Decimal(10 * 12) + 20 * Decimal("12.5")
