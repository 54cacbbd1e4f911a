"""All faults of one version of a return: impossible figures, texts that are no figures, doubts."""

from dataclasses import dataclass, field

from plants.capacity import UnratedDay, capacity_days
from plants.checks import Fault, Finding, Limits, doubtful_jumps, impossible
from plants.models import ReturnVersion
from plants.numbers import NumberFault, read_number
from plants.selectors import Contents, as_decimals, contents_of


@dataclass(slots=True)
class Findings:
    """Faults by unit (equipment id, None: whole plant), and typed texts that are no figures by (unit, measure)."""

    by_unit: dict[int | None, list[Finding]] = field(default_factory=dict)
    not_numbers: dict[tuple[int | None, str], NumberFault] = field(default_factory=dict)

    def errors(self) -> list[Finding | NumberFault]:
        """What stops a submission."""
        wrong = [finding for findings in self.by_unit.values() for finding in findings if finding.is_error]
        return [*wrong, *self.not_numbers.values()]


def findings_of(version: ReturnVersion, *, doubts: bool = True, contents: Contents | None = None) -> Findings:
    """Look through a version, read anew unless its contents are given; `doubts` also compares with last month."""
    contents = contents or contents_of(version)
    monthly, measures = version.monthly_return, contents.measures
    # What the system writes follows from what is reported; the fault lies there.
    limits = {code: Limits(each.minimum, each.maximum) for code, each in measures.items() if not each.system}
    found = Findings()
    for unit, row in contents.rows.items():
        figures = as_decimals(row.figures)
        findings = list(impossible(figures, limits))
        each = contents.units.get(unit)
        if each is not None and each.rating_unit in ("MVA", "t"):
            try:
                capacity_days(each.service, monthly.period)
            except UnratedDay as error:
                at = next((code for code in limits if code in figures), "")
                findings.append(Finding(Fault.UNRATED, at, None, str(error.day)))
        if doubts:
            before = contents.before.get((unit, monthly.period.plus(-1)), {})
            reported = {code: value for code, value in figures.items() if not measures[code].system}
            findings.extend(doubtful_jumps(reported, before))
        found.by_unit[unit] = findings
    _doubt_double_reports(found, {unit: row.figures for unit, row in contents.rows.items()})
    codes = {each.code: unit for unit, each in contents.units.items()}
    for label, text in version.typed.items():
        unit_code, code = label.rsplit("/", 1)
        fault = read_number(text, measures[code].decimals)
        if isinstance(fault, NumberFault):
            found.not_numbers[codes.get(unit_code), code] = fault
    return found


def _doubt_double_reports(found: Findings, figures: dict[int | None, dict[str, str]]) -> None:
    """A measure given for the plant and for its equipment as well."""
    for code in figures.get(None, {}):
        if any(code in each for unit, each in figures.items() if unit is not None):
            found.by_unit[None].append(Finding(Fault.OWN_AND_EQUIPMENT, code))
