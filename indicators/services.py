from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock, ledger, rules
from indicators.catalogue import INDICATORS, MEASURES
from indicators.formula import FormulaError, parse
from indicators.models import EquipmentKind, Indicator, IndicatorVersion, Measure
from indicators.wording import fault_text

KINDS = (
    EquipmentKind(
        code="electric_furnace", name="Electric furnace", name_zh="电炉", trade="smelting", rating_unit="MVA"
    ),
    EquipmentKind(code="rolling_mill", name="Rolling mill", name_zh="轧机", trade="rolling", rating_unit="mm"),
    EquipmentKind(code="forging_hammer", name="Forging hammer", name_zh="锻锤", trade="forging", rating_unit="t"),
)

FIXED = ("code", "unit", "trade", "level")


@transaction.atomic
def catalogue_load() -> int:
    """Bring the built-in kinds of equipment, measures and indicators in.

    What stands already is left as it is, but for what an indicator tells where nothing is said yet: sites older than
    that text get it. Answers how many measures and indicators came.
    """
    EquipmentKind.objects.bulk_create(
        [
            EquipmentKind(
                code=kind.code,
                name=kind.name,
                name_zh=kind.name_zh,
                trade=kind.trade,
                rating_unit=kind.rating_unit,
            )
            for kind in KINDS
        ],
        ignore_conflicts=True,
    )
    have = set(Measure.objects.values_list("code", flat=True))
    measures = [
        Measure(
            **{field: getattr(spec, field) for field in spec.__dataclass_fields__ if field != "integer"},
            position=position,
        )
        for position, spec in enumerate(MEASURES)
        if spec.code not in have
    ]
    Measure.objects.bulk_create(measures)
    _say_what_they_tell()
    have = set(Indicator.objects.values_list("code", flat=True))
    formula = {"numerator", "denominator", "factor"}
    added = 0
    for position, spec in enumerate(INDICATORS):
        if spec.code in have:
            continue
        fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__ if name not in formula}
        indicator = Indicator.objects.create(**fields, position=position)
        IndicatorVersion.objects.create(
            indicator=indicator,
            number=1,
            numerator=spec.numerator,
            denominator=spec.denominator,
            factor=spec.factor,
            created_at=clock.now(),
        )
        added += 1
    if measures or added:
        ledger.record(
            actor=ledger.SYSTEM,
            act="catalogue.loaded",
            subject="catalogue",
            new={"measures": len(measures), "indicators": added},
        )
    return len(measures) + added


def _say_what_they_tell() -> None:
    silent = {each.code: each for each in Indicator.objects.filter(note="", note_zh="")}
    for spec in INDICATORS:
        if spec.code in silent:
            silent[spec.code].note, silent[spec.code].note_zh = spec.note, spec.note_zh
    Indicator.objects.bulk_update(silent.values(), ["note", "note_zh"])


@transaction.atomic
def measure_save(*, actor: Any, measure: Measure) -> Measure:
    """Add a measure or change its names, help and limits. Raises Refused, ValidationError.

    Code, unit, trade and level stay what they were: reported figures mean them.
    """
    rules.enforce("site.administer", actor)
    before = Measure.objects.filter(pk=measure.pk).first()
    moved = [name for name in FIXED if before and getattr(before, name) != getattr(measure, name)]
    if moved:
        reason = _("This never changes once the measure exists; add a new measure instead.")
        raise ValidationError(dict.fromkeys(moved, reason))
    measure.full_clean()
    measure.save()
    ledger.record(
        actor=actor,
        act="measure.changed" if before else "measure.added",
        subject=f"measure:{measure.code}",
        old=_state(before) if before else None,
        new=_state(measure),
    )
    return measure


def _state(measure: Measure) -> dict[str, str | None]:
    """What the ledger keeps of a measure."""
    limits = {name: getattr(measure, name) for name in ("minimum", "maximum")}
    return {
        "name": measure.name,
        "name_zh": measure.name_zh,
        "unit": measure.unit,
        "decimals": str(measure.decimals),
    } | {name: None if limit is None else f"{limit.normalize():f}" for name, limit in limits.items()}


@transaction.atomic
def indicator_save(*, actor: Any, indicator: Indicator, numerator: str, denominator: str, factor: Decimal) -> Indicator:
    """Add an indicator or change it; another formula or factor becomes a new version.

    Raises Refused, ValidationError (for a formula: at its field, with place and reason).
    """
    rules.enforce("site.administer", actor)
    numerator, denominator = numerator.strip(), denominator.strip()
    _check_formulas(indicator.trade, numerator, denominator)
    if factor <= 0:
        raise ValidationError({"factor": _("The factor must be greater than 0.")})
    indicator.full_clean()
    is_new = indicator.pk is None
    indicator.save()
    newest = indicator.versions.order_by("-number").first()
    if newest is None or (newest.numerator, newest.denominator, newest.factor) != (
        numerator,
        denominator,
        factor,
    ):
        IndicatorVersion.objects.create(
            indicator=indicator,
            number=newest.number + 1 if newest else 1,
            numerator=numerator,
            denominator=denominator,
            factor=factor,
            created_at=clock.now(),
        )
    ledger.record(
        actor=actor,
        act="indicator.added" if is_new else "indicator.changed",
        subject=f"indicator:{indicator.code}",
        old=newest and {"numerator": newest.numerator, "denominator": newest.denominator, "factor": str(newest.factor)},
        new={"numerator": numerator, "denominator": denominator, "factor": str(factor)},
    )
    return indicator


def _check_formulas(trade: str, numerator: str, denominator: str) -> None:
    """Both sides over the measures of the indicator's trade and those of no single trade."""
    allowed = Q(trade="") | Q(trade=trade) if trade else Q()
    known = set(Measure.objects.filter(allowed).values_list("code", flat=True))
    faults = {}
    for field, text in (("numerator", numerator), ("denominator", denominator)):
        if field == "denominator" and not text:
            continue
        try:
            parse(text, known)
        except FormulaError as error:
            faults[field] = fault_text(error)
    if faults:
        raise ValidationError(faults)
