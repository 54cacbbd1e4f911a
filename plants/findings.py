"""All faults of one version of a return: impossible figures, texts that are no figures, doubts."""

from dataclasses import dataclass, field
from decimal import Decimal

from indicators.models import Measure
from plants.capacity import UnratedDay, capacity_days
from plants.checks import Fault, Finding, Limits, doubtful_jumps, impossible
from plants.models import Equipment, ReturnVersion
from plants.numbers import NumberFault, read_number
from plants.selectors import as_decimals, effective_figures, equipment_of, service_of


@dataclass(slots=True)
class Findings:
    """Faults by unit (equipment id, None: whole plant), and typed texts that are no figures by (unit, measure)."""

    by_unit: dict[int | None, list[Finding]] = field(default_factory=dict)
    not_numbers: dict[tuple[int | None, str], NumberFault] = field(default_factory=dict)

    def errors(self) -> list[Finding | NumberFault]:
        """What stops a submission."""
        wrong = [finding for findings in self.by_unit.values() for finding in findings if finding.is_error]
        return [*wrong, *self.not_numbers.values()]


def findings_of(version: ReturnVersion, *, doubts: bool = True) -> Findings:
    """Look through a version; `doubts` also compares with last month."""
    monthly = version.monthly_return
    measures = {measure.code: measure for measure in Measure.objects.all()}
    # What the system writes follows from what is reported; the fault lies there.
    limits = {code: Limits(each.minimum, each.maximum) for code, each in measures.items() if not each.system}
    equipment: dict[int | None, Equipment] = {each.pk: each for each in equipment_of(monthly.plant, monthly.period)}
    last = effective_figures(monthly.plant, [monthly.period.plus(-1)]) if doubts else {}
    found = Findings()
    rows = list(version.units.all()) if version.pk else []
    for row in rows:
        figures = as_decimals(row.figures)
        findings = list(impossible(figures, limits))
        each = equipment.get(row.equipment_id)
        if each is not None and each.kind.rating_unit in ("MVA", "t"):
            try:
                capacity_days(service_of(each), monthly.period)
            except UnratedDay as error:
                findings.append(Finding(Fault.UNRATED, next(iter(figures)), None, str(error.day)))
        if doubts:
            before = last.get((row.equipment_id, monthly.period.plus(-1)), {})
            reported = {code: value for code, value in figures.items() if not measures[code].system}
            findings.extend(doubtful_jumps(reported, before))
        found.by_unit[row.equipment_id] = findings
    _doubt_double_reports(found, {row.equipment_id: as_decimals(row.figures) for row in rows})
    codes = {each.code: each.pk for each in equipment.values()}
    for label, text in version.typed.items():
        unit, code = label.rsplit("/", 1)
        fault = read_number(text, measures[code].decimals)
        if isinstance(fault, NumberFault):
            found.not_numbers[codes.get(unit), code] = fault
    return found


def _doubt_double_reports(found: Findings, figures: dict[int | None, dict[str, Decimal]]) -> None:
    """A measure given for the plant and for its equipment as well."""
    for code in figures.get(None, {}):
        if any(code in each for unit, each in figures.items() if unit is not None):
            found.by_unit[None].append(Finding(Fault.OWN_AND_EQUIPMENT, code))


def errors_of(version: ReturnVersion) -> list[Finding | NumberFault]:
    """What stops a submission of the version."""
    return findings_of(version, doubts=False).errors()
