"""Setting a competition up: who competes with whom, and under which published figures."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from competitions.choices import CompetitionRole, Visibility
from competitions.models import Competition, Entry, Group, Role
from competitions.services import setup
from core.ledger import entries_of
from core.rules import Refused, decide
from indicators.models import EquipmentKind, Indicator
from plants.models import Membership
from tests import factories as make

pytestmark = pytest.mark.django_db


def organizer():
    return make.person("organizer@example.org")


@pytest.mark.parametrize(("capacity", "fits"), [("8.999", False), ("9", True), ("12.999", True), ("13", False)])
def test_entry_lies_in_the_band_from_its_start_to_below_its_end(now, capacity, fits):
    group = make.group(make.competition(), band=(9, 13))
    furnace = make.equipment(make.plant("daye"), capacity=capacity)
    if fits:
        setup.entry_add(actor=organizer(), group=group, plant=furnace.plant, equipment=furnace)
    else:
        with pytest.raises(ValidationError, match="is outside 9–13 MVA"):
            setup.entry_add(actor=organizer(), group=group, plant=furnace.plant, equipment=furnace)
    assert group.entries.exists() == fits


def test_entry_of_another_kind_is_refused(now):
    group = make.group(make.competition())
    hammer = make.equipment(make.plant("daye"), kind="forging_hammer", capacity="3")
    with pytest.raises(ValidationError, match="is of another kind than the group"):
        setup.entry_add(actor=organizer(), group=group, plant=hammer.plant, equipment=hammer)


def test_entry_twice_is_refused(now):
    group = make.group(make.competition())
    furnace = make.equipment(make.plant("daye"))
    setup.entry_add(actor=organizer(), group=group, plant=furnace.plant, equipment=furnace)
    with pytest.raises(ValidationError, match="entered already"):
        setup.entry_add(actor=organizer(), group=group, plant=furnace.plant, equipment=furnace)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(group=group, plant=furnace.plant, equipment=furnace)


def test_entry_gives_a_plant_without_calendar_the_competitions(now):
    calendar = make.calendar()
    group = make.group(make.competition(calendar=calendar))
    furnace = make.equipment(make.plant("daye"))
    setup.entry_add(actor=organizer(), group=group, plant=furnace.plant, equipment=furnace)
    furnace.plant.refresh_from_db()
    assert furnace.plant.calendar == calendar


def test_band_narrowed_past_an_entry_is_refused(now):
    group = make.group(make.competition(), band=(9, 13))
    make.enter(group, make.equipment(make.plant("daye"), capacity="12"))
    group.capacity_to = Decimal(11)
    with pytest.raises(ValidationError, match="is outside"):
        setup.group_save(actor=organizer(), group=group)


def test_withdrawn_entry_keeps_its_past_standings_and_is_left_out_of_new_ones(three_furnaces, report_all):
    competition, furnaces = three_furnaces
    report_all(furnaces, "2026-10", ["9300", "9920", "9300"])
    old = make.period_ranked(competition, "2026-10")
    entry = Entry.objects.get(equipment=furnaces[0])
    setup.entry_withdraw(actor=organizer(), entry=entry)
    new = make.period_ranked(competition, "2026-10")
    assert entry in {each.entry for each in make.standings(old, "furnace_utilization")}
    assert entry not in {each.entry for each in make.standings(new, "furnace_utilization")}


def test_last_organizer_stays(now):
    competition = make.competition()
    role = Role.objects.get(competition=competition, role=CompetitionRole.ORGANIZER)
    with pytest.raises(ValidationError, match="at least one organizer"):
        setup.role_remove(actor=organizer(), role=role)


def test_creator_is_the_first_organizer(now):
    competition = Competition(slug="new", name="New", starts=date(2026, 1, 1), ends=date(2026, 12, 1))
    setup.competition_create(actor=make.admin(), competition=competition)
    assert competition.roles.get().user == make.admin()
    assert entries_of("competition:new").get().act == "competition.created"


def test_competition_that_ends_before_it_starts_is_refused_at_the_page(now):
    client = Client()
    client.force_login(make.admin())
    page = client.post(
        reverse("competition_add"),
        {
            "slug": "new",
            "name": "New",
            "starts": "2026-05",
            "ends": "2026-02",
            "visibility": "public",
            "cadence": "month",
        }
        | {"small_group": "3"},
    )
    assert page.status_code == 200
    assert "The last month must not lie before the first." in page.content.decode()
    assert 'value="2026-05"' in page.content.decode()


def test_published_figure_stands_with_its_source_and_is_next_years_base(now):
    competition = make.competition("northeast", starts="1956-01", ends="1958-12", cadence=["year"])
    dalian = make.plant("dalian")
    (entry,) = make.enter(make.group(competition, plants=True), dalian)
    indicator = Indicator.objects.get(code="furnace_utilization")
    for year, value in (("1956", "19.204"), ("1957", "22.652")):
        setup.base_figure_set(
            actor=organizer(),
            entry=entry,
            indicator=indicator,
            period=make.period(year),
            value=Decimal(value),
            source="People's Daily, 14 August 1959",
        )
    run = make.period_ranked(competition, "1957")
    standing = make.standing(run, dalian)
    assert (standing.value, standing.base) == (Decimal("22.652"), Decimal("19.204"))
    assert (standing.change, standing.change_pct) == (Decimal("3.448"), Decimal("17.95"))
    assert standing.source.source == standing.base_source.source == "People's Daily, 14 August 1959"
    page = Client().get(reverse("rankings", args=["northeast"]), {"period": "1957"}).content.decode()
    assert "People&#x27;s Daily, 14 August 1959" in page


def test_published_figure_needs_a_source_and_another_persons_hand(now):
    competition = make.competition()
    daye = make.plant("daye")
    (entry,) = make.enter(make.group(competition, plants=True), daye)
    figure = {
        "entry": entry,
        "indicator": Indicator.objects.get(code="furnace_utilization"),
        "period": make.period("2025"),
        "value": Decimal(30),
    }
    with pytest.raises(ValidationError, match="Name the source"):
        setup.base_figure_set(actor=organizer(), source=" ", **figure)
    Membership.objects.create(plant=daye, user=organizer(), role="reporter")
    with pytest.raises(ValidationError, match="You belong to this plant"):
        setup.base_figure_set(actor=organizer(), source="a paper", **figure)


@pytest.mark.parametrize("service", ["group", "entry", "role", "competition"])
def test_only_its_organizer_sets_a_competition_up(now, service):
    competition = make.competition()
    group = make.group(competition)
    furnace = make.equipment(make.plant("daye"))
    someone = make.person("evaluator@example.org")
    kind = EquipmentKind.objects.get(code="electric_furnace")
    acts = {
        "group": lambda: setup.group_save(actor=someone, group=Group(competition=competition, code="x", kind=kind)),
        "entry": lambda: setup.entry_add(actor=someone, group=group, plant=furnace.plant, equipment=furnace),
        "role": lambda: setup.role_add(actor=someone, competition=competition, user=someone, role="organizer"),
        "competition": lambda: setup.competition_save(actor=someone, competition=competition),
    }
    with pytest.raises(Refused, match="Only an organizer"):
        acts[service]()


def test_visible_list_and_rule_agree_for_everyone(now):
    """The list a person sees holds just what the rule lets them open."""
    plants = [make.plant(slug) for slug in ("daye", "dalian", "benxi")]
    for number, visibility in enumerate(Visibility.values):
        competition = make.competition(f"c{number}", visibility=visibility)
        make.enter(make.group(competition, plants=True), plants[number])
    Role.objects.filter(user=make.person("inspector@example.org")).exclude(competition__slug="c1").delete()
    people = [make.reporter(each) for each in plants] + [make.admin(), organizer(), make.person("nobody@example.org")]
    people.append(make.person("inspector@example.org"))
    for user in people:
        listed = set(Competition.objects.visible_to(user))
        allowed = {each for each in Competition.objects.all() if decide("competition.view", user, each)}
        assert listed == allowed, user
    assert {each.slug for each in Competition.objects.visible_to(make.person("nobody@example.org"))} == {"c0"}
    assert {each.slug for each in Competition.objects.visible_to(people[-1])} == {"c0", "c1"}
