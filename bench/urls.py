"""The site's addresses and those that only benchmarks have, behind the same middleware."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

# Decimals of the twelve figures; none may be negative.
DECIMALS = {
    "good_t": 3,
    "checked_t": 3,
    "reject_t": 3,
    "plan_t": 3,
    "heats": 0,
    "op_h": 2,
    "hot_down_h": 2,
    "kwh": 1,
    "electrode_kg": 1,
    "charge_kg": 1,
    "refractory_kg": 1,
    "cost_yuan": 2,
}


def null(request: HttpRequest) -> HttpResponse:
    """What the middleware and the server cost alone."""
    return HttpResponse("ok")


class HandRow(models.Model):
    """A unit and month in a table with the columns, indexes and keys of the site's own rows, less the versions."""

    plant = models.ForeignKey("plants.Plant", models.DO_NOTHING, related_name="+")
    equipment = models.ForeignKey("plants.Equipment", models.DO_NOTHING, related_name="+")
    month = models.DateField()
    figures = models.JSONField()
    effective = models.BooleanField(default=False)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_return"

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.month}"


def upsert(row: HandRow) -> None:
    """One row by Django's upsert."""
    HandRow.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=("equipment", "month"), update_fields=("figures",)
    )


def upsert_by_sql(row: HandRow) -> None:
    """One row by SQL written by hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_return (plant_id, equipment_id, month, figures, effective) "
            "VALUES (%s, %s, %s, %s, false) ON CONFLICT (equipment_id, month) DO UPDATE SET figures = EXCLUDED.figures",
            [row.plant_id, row.equipment_id, row.month, json.dumps(row.figures)],
        )


def return_by_hand(request: HttpRequest, write: Callable[[HandRow], None]) -> HttpResponse:
    """The least that saves a return: signed in, figures looked at by hand, one upsert for each row.

    Takes {"month": "2026-10-01", "rows": [{"equipment": 5, "figures": {"good_t": "6412.5", …}}, …]}. No rules but
    "reporter of the plant", whose equipment is locked so that two writers do not mix; nothing of what another typed is
    kept, no faults, no history, no system figures.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in first."}, status=403)
    try:
        body = json.loads(request.body)
        month = date.fromisoformat(body["month"])
        rows = {int(row["equipment"]): row["figures"] for row in body["rows"]}
        faults = [fault for figures in rows.values() for fault in _faults(figures)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"error": "This is no return."}, status=400)
    if faults:
        return JsonResponse({"errors": faults}, status=422)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.plant_id FROM plants_equipment e JOIN plants_membership m USING (plant_id) "
            "WHERE e.id = ANY(%s) AND m.user_id = %s AND m.role = 'reporter' FOR UPDATE OF e",
            [list(rows), request.user.pk],
        )
        plants = dict(cursor.fetchall())
        if plants.keys() != rows.keys():
            return JsonResponse({"error": "Only a reporter of the plant enters its figures."}, status=403)
        for equipment, figures in rows.items():
            write(HandRow(plant_id=plants[equipment], equipment_id=equipment, month=month, figures=figures))
    return JsonResponse({"saved": len(rows)})


def _faults(figures: dict[str, Any]) -> list[str]:
    faults = []
    for code, text in figures.items():
        try:
            number = Decimal(text)
        except InvalidOperation:
            faults.append(f"{code} is no figure")
            continue
        exponent = number.as_tuple().exponent
        if code not in DECIMALS or number < 0 or not isinstance(exponent, int) or -exponent > DECIMALS[code]:
            faults.append(f"{code} cannot be {text}")
    return faults


urlpatterns = [
    path("bench/null", null),
    path("bench/return", return_by_hand, {"write": upsert}),
    path("bench/return-sql", return_by_hand, {"write": upsert_by_sql}),
    path("", include("config.urls")),
]

handler400 = "core.views.bad_request"
