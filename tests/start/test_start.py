"""From an empty database through the pages to a first ranked month."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts import welcome
from accounts.models import User
from competitions.forms_start import proposed_code
from competitions.models import Competition, Entry, Group
from competitions.proposals import bands, proposals_of
from competitions.start import steps_of
from competitions.tasks import rank_due
from indicators.models import EquipmentKind, Indicator, IndicatorVersion, Measure
from plants.models import Equipment, Membership, Plant, ReturnVersion
from tests import factories as make

pytestmark = pytest.mark.django_db

capacities = st.lists(st.decimals("0.5", "200", places=1), min_size=1, max_size=30)


def state():
    """Which steps are done, and which is the next."""
    steps = steps_of(User.objects.get(is_superuser=True))
    return [step.code for step in steps if step.is_done], next((s.code for s in steps if not s.is_done), None)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def rows(total, *filled, **form):
    """A post of a form of rows; fields of each filled row."""
    data = {"form-TOTAL_FORMS": total, "form-INITIAL_FORMS": 0, **form}
    for number, row in enumerate(filled):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data


def post(client, address, data=None, to="/start/"):
    """A post that is taken and leads to `to`."""
    response = client.post(address, data or {})
    form = response.context and response.context.get("form")
    assert response.status_code == 302, form and (form.errors, getattr(form, "non_form_errors", list)())
    assert response["Location"] == to


def furnace(plant, **fields):
    kind = EquipmentKind.objects.get(code="electric_furnace").pk
    common = {"kind": kind, "name": "No. 1 furnace", "in_service_on": "2020-01-01", "capacity": "10"}
    return common | {"plant": Plant.objects.get(slug=plant).pk} | fields


def test_empty_site_is_led_to_its_first_ranked_month(now):
    for model in (IndicatorVersion, Indicator, Measure, EquipmentKind):
        model.objects.all().delete()
    admin = Client()
    fields = {"email": "wang@example.org", "name": "Wang", "language": "en", "password": make.PASSWORD}
    post(admin, "/welcome/", {"code": welcome.welcome_code_make(), **fields})
    assert state() == (["calendar"], "catalogue")  # the usual calendar is there from the beginning
    post(admin, "/start/catalogue/")
    assert state()[1] == "plants"
    post(
        admin,
        "/start/plants/",
        rows(
            5,
            {"name": "Daye Steel Plant", "name_zh": "大冶钢厂", "city": "Huangshi"},
            {"name": "Dalian Steel Plant"},
            {"name": "Benxi Steel", "slug": "benxi-1"},
        ),
    )
    assert set(Plant.objects.values_list("slug", flat=True)) == {"daye", "dalian", "benxi-1"}
    assert state()[1] == "equipment"
    post(admin, "/start/equipment/", rows(6, *(furnace(each) for each in ("daye", "dalian", "benxi-1"))))
    assert {each.ratings.get().capacity for each in Equipment.objects.all()} == {Decimal(10)}
    calendar = {"name": "Monthly", "due_days": 5, "grace_days": 3, "lock_days": 20, "time_zone": "Asia/Shanghai"}
    if "calendar" not in state()[0]:
        post(admin, "/calendars/add/?next=/start/", calendar)
    assert state()[1] == "people"
    for plant in Plant.objects.all():
        for role in ("reporter", "director"):
            # Accounts are made by whatever way the site has; here it is about what they may do.
            email = make.person(f"{role}@{plant.slug}.example").email
            post(admin, f"/plants/{plant.slug}/members/add/?next=/start/", {"user": email, "role": role})
    assert state()[1] == "competition"
    competition = {"slug": "first", "name": "First", "starts": "2026-10", "ends": "2027-12", "visibility": "public",
                   "small_group": 3, "cadence": ["month"]}  # fmt: skip
    post(admin, "/competitions/add/?next=/start/", competition)
    assert state()[1] == "groups"
    propose = "/competitions/first/groups/propose/?next=/start/"
    proposed = admin.get(propose)
    (form,) = proposed.context["form"].forms
    assert len(form.initial["pieces"]) == 3
    data = {f"{form.prefix}-{name}": form.initial[name] for name in ("name", "name_zh", "pieces")}
    post(admin, propose, rows(1, **data, **{f"{form.prefix}-wanted": "on"}))
    assert Entry.objects.filter(group__competition__slug="first").count() == 3
    assert state()[1] == "rules"
    post(admin, "/competitions/first/rules/adopt/?next=/start/")
    assert state()[1] == "returns"
    for plant, good in (("daye", "9300"), ("dalian", "9920"), ("benxi-1", "9000")):
        piece = Equipment.objects.get(plant__slug=plant)
        reporter = signed_in(User.objects.get(email=f"reporter@{plant}.example"))
        here = f"/returns/{plant}/2026-10/"
        post(reporter, here, {f"f.{piece.pk}.good_t": good, "submit": ""}, to=here)
        post(signed_in(User.objects.get(email=f"director@{plant}.example")), f"{here}approve/", to=here)
    assert state()[1] == "ranking"
    rank_due()
    assert state()[1] is None
    ranking = Client().get("/competitions/first/rankings/?period=2026-10").content.decode()
    # 9,920 t / (10 MVA x 31 d)
    assert "32.000" in ranking
    assert ranking.index("Dalian Steel Plant") < ranking.index("Daye Steel Plant")
    assert "Everything is done" in admin.get("/start/").content.decode()
    assert "Setting up the site" not in admin.get("/").content.decode()


@pytest.fixture
def admin(now):
    return signed_in(make.admin())


def test_board_leads_an_administrator_to_the_steps(admin):
    text = admin.get("/").content.decode()
    assert "Setting up the site" in text
    assert "/start/" in text
    assert "/start/" not in signed_in(make.person("wang@example.org")).get("/").content.decode()


def test_step_pages_lead_back_to_the_list(admin):
    text = admin.get("/competitions/add/?next=/start/").content.decode()
    assert "Back to the start list" in text
    assert "Back to the start list" not in admin.get("/competitions/add/").content.decode()
    assert admin.get("/calendars/add/?next=https://elsewhere.example/").context["back"] == "/calendars/"


def test_plant_rows_two_of_one_name_get_two_codes(admin):
    post(admin, "/start/plants/", rows(5, {"name": "Daye Steel Works"}, {"name": "Daye Steel Plant"}))
    assert set(Plant.objects.values_list("slug", flat=True)) == {"daye", "daye-2"}


def test_plant_rows_all_or_none_and_nothing_typed_is_lost(admin):
    make.plant("daye")
    response = admin.post(
        "/start/plants/", rows(5, {"name": "Benxi"}, {"name": "Other", "slug": "daye"}, {"city": "Wuhan"})
    )
    text = response.content.decode()
    assert response.status_code == 200
    assert not Plant.objects.filter(name="Benxi").exists()
    assert all(f'value="{each}"' in text for each in ("Benxi", "Other", "daye", "Wuhan"))
    assert "already exists" in text
    assert "This field is required." in text


def test_plant_rows_same_code_typed_twice_is_refused(admin):
    response = admin.post("/start/plants/", rows(5, {"name": "One", "slug": "x"}, {"name": "Two", "slug": "x"}))
    assert response.status_code == 200
    assert not Plant.objects.exists()


def test_plant_rows_chinese_name_alone_asks_for_a_code(admin):
    assert "Type one" in admin.post("/start/plants/", rows(5, {"name": "大冶"})).content.decode()


@pytest.mark.parametrize("address", ["/start/plants/", "/start/equipment/"])
def test_rows_with_nothing_entered_say_so(admin, address):
    assert "Fill in at least one row" in admin.post(address, rows(3)).content.decode()


def test_rows_saved_with_more_come_back_empty(admin):
    post(admin, "/start/plants/", rows(5, {"name": "Daye"}, more="1"), to="/start/plants/")


def test_equipment_rows_name_plants_without_any_and_pass_them_over_untouched(admin):
    make.plant("daye")
    make.plant("dalian")
    page = admin.get("/start/equipment/")
    assert len(page.context["form"].forms) == 5
    data = rows(5, furnace("daye"), {"plant": Plant.objects.get(slug="dalian").pk})
    # The first row is initially dalian's, the second daye's: only what was filled in counts.
    data |= {"form-1-plant": page.context["form"].forms[1].initial["plant"]}
    post(admin, "/start/equipment/", data)
    assert Equipment.objects.count() == 1


def test_equipment_row_without_capacity_is_refused_as_a_whole(admin):
    make.plant("daye")
    response = admin.post("/start/equipment/", rows(4, furnace("daye"), furnace("daye", capacity="0")))
    assert response.status_code == 200
    assert not Equipment.objects.exists()


def test_steps_name_what_is_missing(admin):
    daye = make.plant("daye")
    Equipment.objects.create(
        plant=daye, code="no-1", name="No. 1", kind=EquipmentKind.objects.first(), in_service_on=date(2020, 1, 1)
    )
    Membership.objects.filter(plant=daye, role="director").delete()
    text = admin.get("/start/").content.decode()
    assert "without a rating: Daye Steel Plant No. 1" in text
    assert "a reporter or a director is missing at Daye Steel Plant" in text
    assert "/plants/daye/equipment/no-1/rating/?next=/start/" in text


def test_steps_say_how_far_the_first_return_is(admin):
    piece = make.equipment(make.plant("daye"))
    make.enter(make.group(make.competition()), piece)
    make.report(piece.plant, "2026-10", {piece: {"good_t": "9000"}}, until="submitted")
    assert "submitted; a director approves it next" in admin.get("/start/").content.decode()
    assert ReturnVersion.objects.exists()


@given(capacities, st.integers(1, 5))
def test_bands_part_all_capacities_and_leave_no_group_too_small(values, least):
    found = bands(values, least)
    assert found[0][0] is None
    assert found[-1][1] is None
    assert all(before[1] == after[0] for before, after in pairwise(found))
    counts = [
        sum((low is None or low <= each) and (high is None or each < high) for each in values) for low, high in found
    ]
    assert sum(counts) == len(values)
    assert len(found) == 1 or min(counts) >= least


def test_bands_by_hand():
    values = [Decimal(each) for each in (5, 6, 7, 20, 22, 25, 26)]
    assert bands(values, 3) == [(None, Decimal(20)), (Decimal(20), None)]
    assert bands(values, 4) == [(None, None)]


def test_proposals_leave_out_what_is_entered_retired_or_unrated(now):
    daye = make.plant("daye")
    for number in range(4):
        make.equipment(daye, f"no-{number}", capacity="10")
    make.equipment(daye, "mill", kind="rolling_mill", capacity="650")
    Equipment.objects.filter(code="no-1").update(retired_on=date(2024, 1, 1))
    Equipment.objects.get(code="no-2").ratings.all().delete()
    competition = make.competition()
    make.enter(make.group(competition, "electric-furnace-1"), Equipment.objects.get(code="no-3"))
    found = proposals_of(competition)
    assert {each.code: [piece.code for piece, _capacity in each.pieces] for each in found} == {
        "electric-furnace-1-2": ["no-0"],
        "rolling-mill-1": ["mill"],
    }


def test_proposals_changed_meanwhile_are_shown_again(admin):
    furnaces = [make.equipment(make.plant("daye"), f"no-{number}") for number in range(3)]
    competition = make.competition()
    page = admin.get("/competitions/national/groups/propose/")
    (form,) = page.context["form"].forms
    Equipment.objects.filter(pk=furnaces[0].pk).update(retired_on=date(2021, 1, 1))
    data = {f"{form.prefix}-name": "Mine", f"{form.prefix}-wanted": "on", f"{form.prefix}-pieces": [furnaces[0].pk]}
    response = admin.post("/competitions/national/groups/propose/", rows(1, **data))
    assert "changed meanwhile" in response.content.decode()
    assert 'value="Mine"' in response.content.decode()
    assert not Group.objects.filter(competition=competition).exists()


def test_proposals_unwanted_are_left(admin):
    make.equipment(make.plant("daye"))
    make.competition()
    page = admin.get("/competitions/national/groups/propose/")
    (form,) = page.context["form"].forms
    answer = admin.post("/competitions/national/groups/propose/", rows(1, **{f"{form.prefix}-name": "Mine"}))
    assert "Tick at least one" in answer.content.decode()
    assert not Group.objects.exists()
    assert Competition.objects.exists()


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Daye Steel Plant", set(), "daye"),
        ("Steel Works", set(), "steel-works"),
        ("No. 5 furnace", {"no-5-furnace"}, "no-5-furnace-2"),
        ("大冶", set(), ""),
        ("x" * 100, set(), "x" * 36),
    ],
)
def test_proposed_code(name, taken, code):
    assert proposed_code(name, taken) == code
