"""The register: equipment, its dates and ratings, and what changing them does to returns."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core import ledger, rules
from core.periods import Month
from plants.models import Equipment, Membership, Plant, Rating, ReportingCalendar, UnitMonth
from plants.selectors import units_of
from plants.services import register, returns
from tests import factories as make

pytestmark = pytest.mark.django_db

SEPTEMBER = "2026-09"


@pytest.fixture
def furnace(now):
    """A furnace of 10 MVA at Daye."""
    return make.equipment(make.plant("daye"))


def rate(furnace, capacity, day, actor=None):
    return register.rating_set(
        actor=actor or make.admin(), equipment=furnace, capacity=Decimal(capacity), valid_from=day
    )


def report(furnace, until, month=SEPTEMBER):
    return make.report(furnace.plant, month, {furnace: {"good_t": "9000"}}, until=until)


def mva_days():
    return UnitMonth.objects.order_by("-version").first().figures["mva_days"]


@pytest.mark.parametrize("until", ["draft", "submitted"])
def test_rating_set_rewrites_the_capacity_of_returns_not_yet_approved(furnace, until):
    report(furnace, until)
    assert mva_days() == "300"
    rate(furnace, "12.5", date(2026, 9, 11))
    assert mva_days() == "350"


@pytest.mark.parametrize("until", ["approved", "accepted"])
@pytest.mark.parametrize("day", [date(2026, 9, 1), date(2026, 9, 30), date(2026, 3, 1)])
def test_rating_set_into_an_approved_month_is_refused(furnace, until, day):
    make.enter(make.group(make.competition()), furnace)
    report(furnace, until)
    with pytest.raises(ValidationError, match="September 2026 is approved with the dates and ratings as they are"):
        rate(furnace, "12.5", day)
    assert Rating.objects.count() == 1
    assert mva_days() == "300"


def test_rating_set_after_the_approved_months_is_taken(furnace):
    report(furnace, "approved")
    assert rate(furnace, "12.5", date(2026, 10, 1))


def test_rating_set_once_a_revision_is_open_corrects_the_revision_alone(furnace):
    report(furnace, "approved")
    returns.return_revise(
        actor=make.reporter(furnace.plant), plant=furnace.plant, month=Month.parse(SEPTEMBER), reason="Uprated."
    )
    rate(furnace, "12.5", date(2026, 9, 11))
    assert mva_days() == "350"
    assert UnitMonth.objects.effective().get().figures["mva_days"] == "300"


def test_rating_of_the_same_day_is_replaced_with_old_and_new_in_the_ledger(furnace):
    rate(furnace, "12.5", date(2020, 1, 1))
    assert Rating.objects.get().capacity == Decimal("12.5")
    entry = ledger.entries_of("equipment:daye/no-1").get()
    assert (entry.old, entry.new["capacity"]) == ({"capacity": "10.000"}, "12.5")


@pytest.mark.parametrize("capacity", ["0", "-1", "0.0001", "1234567890"])
def test_rating_that_is_no_capacity_is_refused_at_the_field(furnace, capacity):
    with pytest.raises(ValidationError) as refused:
        rate(furnace, capacity, date(2026, 10, 1))
    assert list(refused.value.error_dict) == ["capacity"]


def test_register_is_written_by_administrators_only(furnace):
    daye, reporter = furnace.plant, make.reporter(furnace.plant)
    with pytest.raises(rules.Refused):
        rate(furnace, "12", date(2026, 10, 1), actor=reporter)
    with pytest.raises(rules.Refused):
        register.plant_save(actor=reporter, plant=daye)
    with pytest.raises(rules.Refused):
        register.equipment_save(actor=reporter, equipment=furnace)
    with pytest.raises(rules.Refused):
        register.calendar_save(actor=reporter, calendar=ReportingCalendar(name="Mine"))
    with pytest.raises(rules.Refused):
        register.membership_add(actor=reporter, plant=daye, user=reporter, role="director")
    with pytest.raises(rules.Refused):
        register.membership_remove(actor=reporter, membership=daye.memberships.first())


@pytest.mark.parametrize(
    ("field", "day", "refused"),
    [
        ("in_service_on", date(2026, 9, 11), True),
        ("retired_on", date(2026, 9, 11), True),
        ("retired_on", date(2026, 10, 1), False),
    ],
)
def test_equipment_dates_that_touch_an_approved_month_are_refused(furnace, field, day, refused):
    report(furnace, "approved")
    setattr(furnace, field, day)
    if refused:
        with pytest.raises(ValidationError, match="September 2026 is approved"):
            register.equipment_save(actor=make.admin(), equipment=furnace)
    else:
        register.equipment_save(actor=make.admin(), equipment=furnace)


def test_equipment_dates_changed_rewrite_the_days_of_drafts(furnace):
    report(furnace, "draft")
    furnace.in_service_on = date(2026, 9, 21)
    register.equipment_save(actor=make.admin(), equipment=furnace)
    assert (mva_days(), UnitMonth.objects.get().figures["cal_days"]) == ("100", "10")


def test_equipment_retired_before_its_service_is_refused(furnace):
    furnace.retired_on = furnace.in_service_on
    with pytest.raises(ValidationError, match="must lie after the first day in service"):
        register.equipment_save(actor=make.admin(), equipment=furnace)


@pytest.mark.parametrize(
    ("since", "retired", "asked"),
    [
        (date(2026, 9, 30), None, True),
        (date(2026, 10, 1), None, False),
        (date(2020, 1, 1), date(2026, 9, 1), False),
        (date(2020, 1, 1), date(2026, 9, 2), True),
    ],
)
def test_equipment_is_asked_for_only_in_months_of_its_service(now, since, retired, asked):
    furnace = make.equipment(make.plant("daye"), since=since)
    Equipment.objects.update(retired_on=retired)
    assert list(units_of(furnace.plant, Month.parse(SEPTEMBER))) == ([furnace.pk] if asked else [])


def test_plant_added_stands_in_the_ledger(now):
    register.plant_save(actor=make.admin(), plant=Plant(slug="benxi", name="Benxi", name_zh="本溪"))
    assert ledger.entries_of("plant:benxi").get().act == "plant.added"


@pytest.mark.parametrize("slug", ["", "Ben Xi", "-benxi", "本溪", "daye"])
def test_plant_with_a_wrong_or_taken_code_is_refused_there(furnace, slug):
    with pytest.raises(ValidationError) as refused:
        register.plant_save(actor=make.admin(), plant=Plant(slug=slug, name="Benxi"))
    assert list(refused.value.error_dict) == ["slug"]


@pytest.mark.parametrize(
    ("days", "taken"), [({"lock_days": 8}, False), ({"lock_days": 9}, True), ({"due_days": 17}, False)]
)
def test_calendar_must_close_after_the_days_of_grace(now, days, taken):
    calendar = ReportingCalendar(name="Ours", **days)
    if taken:
        register.calendar_save(actor=make.admin(), calendar=calendar)
    else:
        with pytest.raises(ValidationError, match="must close after the days of grace"):
            register.calendar_save(actor=make.admin(), calendar=calendar)


def test_calendar_of_a_place_that_does_not_exist_is_refused(now):
    with pytest.raises(ValidationError) as refused:
        register.calendar_save(actor=make.admin(), calendar=ReportingCalendar(name="Ours", time_zone="Mars/Base"))
    assert list(refused.value.error_dict) == ["time_zone"]


def test_membership_given_twice_is_refused(furnace):
    daye, reporter = furnace.plant, make.reporter(furnace.plant)
    with pytest.raises(ValidationError):
        register.membership_add(actor=make.admin(), plant=daye, user=reporter, role="reporter")
    assert Membership.objects.filter(user=reporter).count() == 1


def test_membership_given_and_taken_stands_in_the_ledger(furnace):
    daye, person = furnace.plant, make.person("new@daye.example")
    membership = register.membership_add(actor=make.admin(), plant=daye, user=person, role="reporter")
    register.membership_remove(actor=make.admin(), membership=membership)
    acts = [(entry.act, (entry.new or entry.old)["user"]) for entry in ledger.entries_of("plant:daye")]
    assert acts == [("membership.added", "new@daye.example"), ("membership.removed", "new@daye.example")]


def test_equipment_code_of_the_whole_plant_is_refused(now):
    furnace = make.equipment(make.plant("daye"))
    furnace.code = "plant"
    with pytest.raises(ValidationError, match="stands for the whole plant"):
        register.equipment_save(actor=make.admin(), equipment=furnace)
