"""A large competition, written straight into the tables: what is timed is reading it, not entering it."""

import os
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from competitions.models import Competition, Entry, Group, RuleSet
from competitions.rulesets import digest
from competitions.services.rulesets import current_document
from core.periods import Month, Period
from indicators.models import EquipmentKind
from indicators.services import catalogue_load
from plants.models import Equipment, Plant, Rating

PLANTS = int(os.environ.get("PLANTS", "2000"))
MONTHS = int(os.environ.get("MONTHS", "36"))
PERIOD = Period.parse("2026-H1")
GROUPS = 40
FURNACES = 5
# code: factor, numerator, denominator (empty: a plain sum), direction, decimals; as the catalogue defines these twelve.
INDICATORS = {
    "furnace_utilization": (1, "good_t", "mva_days", "up", 3),
    "furnace_utilization_available": (1, "good_t", "mva_avail_days", "up", 3),
    "steel_output": (1, "good_t", "", "up", 1),
    "plan_fulfilment": (100, "good_t", "plan_t", "up", 2),
    "pass_rate": (100, "good_t", "checked_t", "up", 2),
    "reject_rate": (100, "reject_t", "checked_t", "down", 2),
    "new_varieties": (1, "varieties_new", "", "up", 0),
    "electricity_per_t": (1, "kwh", "good_t", "down", 1),
    "electrode_per_t": (1, "electrode_kg", "good_t", "down", 2),
    "charge_per_t": (1, "charge_kg", "good_t", "down", 1),
    "refractory_per_t": (1, "refractory_kg", "good_t", "down", 2),
    "conversion_cost": (1, "cost_yuan", "good_t", "down", 2),
}
MEASURES = sorted({code for _factor, *sides, _way, _places in INDICATORS.values() for code in sides if code})


def populate(*, plants: int) -> None:
    """Fill the tables with MONTHS of returns up to the end of PERIOD."""
    catalogue_load()
    kind = EquipmentKind.objects.get(code="electric_furnace")
    until = PERIOD.last
    first = until.plus(1 - MONTHS)
    competition = Competition.objects.create(
        slug="bench", name="Benchmark", starts=first.first_day, ends=until.first_day, cadence=[], visibility="public"
    )
    document = current_document(competition)
    document["indicators"] = [each for each in document["indicators"] if each["code"] in INDICATORS]
    RuleSet.objects.create(
        competition=competition, document=document, digest=digest(document), created_at=timezone.now()
    )
    groups = Group.objects.bulk_create(
        Group(
            competition=competition,
            code=f"g{n}",
            name=f"Group {n}",
            trade="smelting",
            kind=kind,
            capacity_from=9,
            capacity_to=13,
        )
        for n in range(GROUPS)
    )
    works = Plant.objects.bulk_create(Plant(slug=f"p{n}", name=f"Plant {n}") for n in range(plants))
    furnaces = Equipment.objects.bulk_create(
        Equipment(plant=plant, code=f"no-{n}", name=f"No. {n}", kind=kind, in_service_on=first.first_day)
        for plant in works
        for n in range(FURNACES)
    )
    Rating.objects.bulk_create(
        Rating(equipment=each, capacity=Decimal(10), valid_from=first.first_day) for each in furnaces
    )
    Entry.objects.bulk_create(
        Entry(group=groups[n % GROUPS], plant=each.plant, equipment=each) for n, each in enumerate(furnaces)
    )
    _returns(first, until)


def _returns(first: Month, until: Month) -> None:
    """An approved return of every plant and month, with figures that differ from unit to unit and month to month.

    Rows are written month by month, as returns come in, so that a plant's months lie far apart on the disk.
    """
    figures = ", ".join(
        f"'{code}', (1000 + (u.id * {7 * n + 13} + m.k * {11 * n + 3}) % 997 + 0.5)::text"
        for n, code in enumerate(MEASURES)
    )
    span = f"generate_series('{first.first_day}'::date, '{until.first_day}', '1 month')"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plants_monthlyreturn (plant_id, month, due_on, late_after, locked_on, time_zone) "
            f"SELECT p.id, m::date, m::date + 36, m::date + 39, m::date + 51, 'UTC' FROM plants_plant p, {span} m "
            "ORDER BY m, p.id"
        )
        cursor.execute(
            "INSERT INTO plants_returnversion (monthly_return_id, number, state, reason, typed, late, effective_at) "
            "SELECT id, 1, 'approved', '', '{}', false, now() FROM plants_monthlyreturn ORDER BY id"
        )
        cursor.execute(
            "INSERT INTO plants_unitmonth (version_id, plant_id, equipment_id, month, figures, effective) "
            f"SELECT v.id, plant_id, u.id, r.month, jsonb_build_object({figures}), true FROM plants_returnversion v "
            "JOIN plants_monthlyreturn r ON r.id = v.monthly_return_id JOIN plants_equipment u USING (plant_id) "
            "CROSS JOIN LATERAL (SELECT EXTRACT(month FROM r.month)::int + 12 * EXTRACT(year FROM r.month)::int) m (k) "
            "ORDER BY v.id, u.id"
        )
