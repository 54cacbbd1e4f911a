"""The grid page of a monthly return: measures down, equipment across, one tab for each trade and one for the plant."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.periods import Month
from core.templatetags.figures import in_language
from indicators.choices import Direction, Level, Trade
from indicators.models import Indicator, Measure
from indicators.selectors import definitions_of
from plants.choices import WHOLE_PLANT
from plants.findings import Findings, findings_of
from plants.models import ReturnVersion
from plants.numbers import NumberFault
from plants.selectors import Contents, Unit, as_decimals, contents_of
from plants.services.figures import Cell, Typed
from plants.wording import finding_text, number_fault_text

PLANT_TAB = WHOLE_PLANT
CELL_NAME = re.compile(r"f\.([0-9]{1,18})\.([a-z0-9_]+)\Z")


@dataclass(slots=True)
class GridCell:
    """One input: what stands in it, the ghosts beside it, and what is wrong or doubtful.

    `theirs` is what someone else wrote there meanwhile, which stands; `mine` what was typed and not taken.
    """

    name: str
    label: str
    text: str
    last_month: Decimal | None
    last_year: Decimal | None
    errors: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    theirs: str | None = None
    mine: str = ""

    @property
    def state(self) -> str:
        """How the field is marked: err, bad (worth a look) or not at all."""
        return "err" if self.errors or self.theirs is not None else "bad" if self.doubts else ""


@dataclass(frozen=True, slots=True)
class GridRow:
    measure: Measure
    cells: list[GridCell]


@dataclass(frozen=True, slots=True)
class DerivedRow:
    """An indicator computed from the figures as they stand; None where a figure is missing."""

    indicator: Indicator
    values: list[tuple[Decimal | None, bool]]

    @property
    def is_known(self) -> bool:
        """Whether any column has a value yet."""
        return any(value is not None for value, _outside in self.values)


@dataclass(frozen=True, slots=True)
class Tab:
    code: str
    errors: int


@dataclass(slots=True)
class Sheet:
    """Everything the page shows of one tab."""

    version: ReturnVersion
    tab: str
    tabs: list[Tab]
    columns: list[Unit | None]
    rows: list[GridRow]
    derived: list[DerivedRow]
    notes: list[tuple[str, str, bool]]
    errors: int
    blanks: int


def cell_name(cell: Cell) -> str:
    """The name of a cell's input: `f.12.good_t`, `f.0.lti` for the whole plant."""
    return f"f.{cell[0] or 0}.{cell[1]}"


def read_cells(data: Mapping[str, Any]) -> dict[Cell, Typed]:
    """The typed cells of a posted page. Names that are no cells are passed over."""
    cells: dict[Cell, Typed] = {}
    for name, text in data.items():
        if not (match := CELL_NAME.match(name)):
            continue
        was = data.get(f"was.{match[1]}.{match[2]}", "")
        cells[int(match[1]) or None, match[2]] = Typed(str(text)[:60], str(was)[:60])
    return cells


def sheet_of(
    version: ReturnVersion,
    tab: str = "",
    conflicts: Mapping[Cell, str] | None = None,
    cells: Mapping[Cell, Typed] | None = None,
    contents: Contents | None = None,
) -> Sheet:
    """The page of a version, read anew unless its contents are given.

    `conflicts` are cells, typed as `cells`, where another person's figure was kept.
    """
    contents = contents or contents_of(version)
    units = list(contents.units.values())
    trades = [trade for trade in Trade.values if any(each.trade == trade for each in units)]
    tabs = [*trades, PLANT_TAB]
    tab = tab if tab in tabs else tabs[0]
    findings = findings_of(version, contents=contents)
    figures = {unit: row.figures for unit, row in contents.rows.items()}
    columns: list[Unit | None] = [each for each in units if each.trade == tab]
    if tab == PLANT_TAB:
        columns = [None]
    builder = _Builder(contents, findings, conflicts or {}, cells or {})
    rows = [builder.row(measure, columns) for measure in _measures(tab, contents)]
    shown = [cell for row in rows for cell in row.cells]
    return Sheet(
        version=version,
        tab=tab,
        tabs=[Tab(code, _count_errors(findings, code, units)) for code in tabs],
        columns=columns,
        rows=rows,
        derived=_derived(tab, columns, figures),
        notes=builder.notes,
        errors=len(findings.errors()),
        blanks=sum(1 for cell in shown if not cell.text),
    )


def _measures(tab: str, contents: Contents) -> list[Measure]:
    """What is asked on a tab; the plant's tab also shows what was already given for the plant as a whole."""
    asked = [each for each in contents.measures.values() if not each.system]
    if tab != PLANT_TAB:
        return [each for each in asked if each.trade == tab and each.level == Level.EQUIPMENT]
    row = contents.rows.get(None)
    return [each for each in asked if each.level == Level.PLANT or (row and each.code in row.figures)]


def _count_errors(findings: Findings, tab: str, served: list[Unit]) -> int:
    units = {each.pk for each in served if each.trade == tab} if tab != PLANT_TAB else {None}
    impossible = sum(each.is_error for unit in units for each in findings.by_unit.get(unit, ()))
    return impossible + sum(unit in units for unit, _code in findings.not_numbers)


class _Builder:
    """Makes rows and collects the notes that stand beside the grid."""

    def __init__(
        self,
        contents: Contents,
        findings: Findings,
        conflicts: Mapping[Cell, str],
        posted: Mapping[Cell, Typed],
    ) -> None:
        month = contents.version.monthly_return.period
        self.findings = findings
        self.rows = contents.rows
        self.typed = contents.version.typed
        self.conflicts = conflicts
        self.posted = posted
        self.names = {measure.code: in_language(measure) for measure in contents.measures.values()}
        self.labels = {unit: each.code for unit, each in contents.units.items()}
        self.last_month, self.last_year = month.plus(-1), month.plus(-12)
        self.before = contents.before
        self.notes: list[tuple[str, str, bool]] = []

    def row(self, measure: Measure, columns: list[Unit | None]) -> GridRow:
        return GridRow(measure, [self.cell(measure, each) for each in columns])

    def cell(self, measure: Measure, equipment: Unit | None) -> GridCell:
        unit = equipment.pk if equipment else None
        typed = self.typed.get(f"{self.labels.get(unit, PLANT_TAB)}/{measure.code}")
        row = self.rows.get(unit)
        stored = row.figures.get(measure.code, "") if row else ""
        cell = GridCell(
            name=cell_name((unit, measure.code)).removeprefix("f."),
            label=_label(measure, equipment),
            text=stored if typed is None else typed,
            last_month=self._figure(unit, self.last_month, measure),
            last_year=self._figure(unit, self.last_year, measure),
            theirs=self.conflicts.get((unit, measure.code)),
        )
        if cell.theirs is not None and (unit, measure.code) in self.posted:
            cell.mine = self.posted[unit, measure.code].text
        fault = self.findings.not_numbers.get((unit, measure.code))
        if isinstance(fault, NumberFault):
            cell.errors.append(number_fault_text(fault, measure.decimals))
        for finding in self.findings.by_unit.get(unit, ()):
            if finding.measure == measure.code:
                text = finding_text(finding, self.names)
                (cell.errors if finding.is_error else cell.doubts).append(text)
        self.notes.extend((cell.label, text, True) for text in cell.errors)
        self.notes.extend((cell.label, text, False) for text in cell.doubts)
        return cell

    def _figure(self, unit: int | None, month: Month, measure: Measure) -> Decimal | None:
        return self.before.get((unit, month), {}).get(measure.code)


def _label(measure: Measure, equipment: Unit | None) -> str:
    """How a cell is called in notes and by screen readers."""
    if equipment is None:
        return in_language(measure)
    return _("%(measure)s, %(equipment)s") % {"measure": in_language(measure), "equipment": in_language(equipment)}


def _derived(tab: str, columns: list[Unit | None], figures: Mapping[int | None, Mapping[str, str]]) -> list[DerivedRow]:
    """The indicators of the trade for each column, and whether each lies outside its plausible band."""
    rows = []
    for indicator, definition in definitions_of("" if tab == PLANT_TAB else tab):
        values: list[tuple[Decimal | None, bool]] = []
        # What is plausible as a plain sum or a size depends on the unit, which the band does not know.
        has_band = not definition.is_sum and indicator.direction != Direction.INFO
        for each in columns:
            own = as_decimals(dict(figures.get(each.pk if each else None, {})))
            value = definition.compute(own)[0] if definition.measures <= own.keys() else None
            is_doubtful = value is not None and has_band and _outside(indicator, value)
            values.append((value, is_doubtful))
        rows.append(DerivedRow(indicator, values))
    return rows


def _outside(indicator: Indicator, value: Decimal) -> bool:
    low, high = indicator.band_low, indicator.band_high
    return (low is not None and value < low) or (high is not None and value > high)
