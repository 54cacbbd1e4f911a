"""Writing the cells of a version: what was typed, and what the system itself writes beside it."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import Measure
from plants.capacity import UnratedDay, system_figures
from plants.choices import WHOLE_PLANT
from plants.models import UnitMonth
from plants.numbers import canonical, read_number
from plants.selectors import Contents, as_decimals, service_of

Cell = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into a cell, and what stood there when the page was made."""

    text: str
    was: str


def settled(text: str, measure: Measure) -> str:
    """One way to write each figure, so that `6 412.50` and `6412.5` are the same; other texts as they are."""
    if not text:
        return text
    number = read_number(text, measure.decimals)
    return canonical(number) if isinstance(number, Decimal) else "" if number is None else text.strip()[:60]


class Cells:
    """The cells of a locked version, by (equipment id or None, measure code); `put` changes them, `write` stores them.

    Rows are written once each, with the system's figures in them, however many cells of theirs were put.
    """

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.version = contents.version
        self.touched: set[int | None] = set()

    def measure(self, cell: Cell) -> Measure:
        """The measure of a cell that is asked for here. Raises ValidationError for any other."""
        unit, code = cell
        measure = self.contents.measures.get(code)
        equipment = self.contents.equipment.get(unit) if unit else None
        is_known = unit is None or equipment is not None
        is_asked = measure and not measure.system and not (equipment and measure.trade not in ("", equipment.trade))
        if measure is None or not is_known or not is_asked:
            raise ValidationError(_("“%(code)s” is not asked for here. Load the page again.") % {"code": code})
        return measure

    def label(self, cell: Cell) -> str:
        """How the ledger and the history call a cell: `no-5/good_t`, `plant/lti`."""
        unit, code = cell
        return f"{self.contents.equipment[unit].code if unit else WHOLE_PLANT}/{code}"

    def text(self, cell: Cell) -> str:
        """What stands in the cell now."""
        unit, code = cell
        typed = self.version.typed.get(self.label(cell)) if self.version.typed else None
        if typed is not None:
            return typed
        row = self.contents.rows.get(unit)
        return row.figures.get(code, "") if row else ""

    def put(self, cell: Cell, text: str, measure: Measure) -> None:
        """Let the settled text stand in the cell: as a figure, or as typed if it is none."""
        unit, code = cell
        label = self.label(cell)
        self.version.typed.pop(label, None)
        row = self.contents.rows.get(unit)
        if row is None:
            monthly = self.version.monthly_return
            row = self.contents.rows[unit] = UnitMonth(
                version=self.version, plant=monthly.plant, equipment_id=unit, month=monthly.month
            )
        row.figures.pop(code, None)
        if text and isinstance(read_number(text, measure.decimals), Decimal):
            row.figures[code] = text
        elif text:
            self.version.typed[label] = text
        self.touched.add(unit)

    def write(self) -> None:
        """Store every row that holds a reported figure; one whose last figure was taken away goes."""
        rows = self.contents.rows
        changed = {row.equipment_id for row in system_figures_put(self.contents)} | self.touched
        empty = {unit for unit in self.touched if not self._reports(rows[unit])}
        if gone := [rows[unit].pk for unit in empty if rows[unit].pk]:
            UnitMonth.objects.filter(pk__in=gone).delete()
        for unit in empty:
            del rows[unit]
        kept = [rows[unit] for unit in changed - empty]
        rows_write([row for row in kept if row.pk])
        UnitMonth.objects.bulk_create([row for row in kept if not row.pk])

    def _reports(self, row: UnitMonth) -> bool:
        measures = self.contents.measures
        return any(code in measures and not measures[code].system for code in row.figures)


def rows_write(rows: list[UnitMonth]) -> None:
    """Store the figures of rows that are there already."""
    if rows:
        UnitMonth.objects.bulk_update(rows, ["figures"])


def system_figures_put(contents: Contents) -> list[UnitMonth]:
    """Put the system measures into every equipment row, from the ratings in force; answers the rows that changed.

    A row with unrated days keeps only its reported figures; the missing rating is then an error of the return.
    """
    month = contents.version.monthly_return.period
    system = {code for code, each in contents.measures.items() if each.system}
    changed = []
    for unit, row in contents.rows.items():
        if unit is None:
            continue
        figures = {code: text for code, text in row.figures.items() if code not in system}
        each = contents.equipment.get(unit)
        if each is not None:
            try:
                written = system_figures(each.kind.rating_unit, service_of(each), month, as_decimals(figures))
            except UnratedDay:
                written = {}
            figures |= {code: canonical(value) for code, value in written.items()}
        if figures != row.figures:
            row.figures = figures
            changed.append(row)
    return changed
