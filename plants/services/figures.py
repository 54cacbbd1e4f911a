"""Writing the cells of a version: what was typed, and what the system itself writes beside it."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import Measure
from plants.capacity import SYSTEM_MEASURES, UnratedDay, system_figures
from plants.choices import WHOLE_PLANT
from plants.models import UnitMonth
from plants.numbers import canonical, read_number
from plants.selectors import Contents, as_decimals

Cell = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into a cell, and what stood there when the page was made."""

    text: str
    was: str


def settled(text: str, decimals: int) -> tuple[str, bool]:
    """One way to write each figure, so that `6 412.50` and `6412.5` are the same, other texts as they are; and whether
    it is a figure."""
    if not text:
        return "", False
    number = read_number(text, decimals)
    if isinstance(number, Decimal):
        return canonical(number), True
    return "" if number is None else text.strip()[:60], False


class Cells:
    """The cells of a locked version, by (equipment id or None, measure code); `put` changes them, `write` stores them.

    Rows are written once each, with the system's figures in them, however many cells of theirs were put.
    """

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.version = contents.version
        measures = Measure.objects.filter(system=False).order_by().values_list("code", "trade", "decimals")
        self.asked = {code: (trade, decimals) for code, trade, decimals in measures}
        self.touched: set[int | None] = set()

    def decimals(self, cell: Cell) -> int:
        """How many decimals the figure of a cell may have. Raises ValidationError for a cell not asked for here."""
        unit_id, code = cell
        unit = self.contents.units.get(unit_id)
        trade, decimals = self.asked.get(code, ("", None))
        if decimals is None or (unit_id and (unit is None or trade not in ("", unit.trade))):
            raise ValidationError(_("“%(code)s” is not asked for here. Load the page again.") % {"code": code})
        return decimals

    def label(self, cell: Cell) -> str:
        """How the ledger and the history call a cell: `no-5/good_t`, `plant/lti`."""
        unit, code = cell
        return f"{self.contents.units[unit].code if unit else WHOLE_PLANT}/{code}"

    def text(self, cell: Cell, label: str) -> str:
        """What stands in the cell now."""
        typed: str | None = self.version.typed.get(label)
        if typed is not None:
            return typed
        row = self.contents.rows.get(cell[0])
        return row.figures.get(cell[1], "") if row else ""

    def put(self, cell: Cell, label: str, text: str, *, is_figure: bool) -> None:
        """Let a settled text stand in the cell: as a figure, or as it was typed."""
        unit, code = cell
        self.version.typed.pop(label, None)
        row = self.contents.rows.get(unit)
        if row is None:
            monthly = self.version.monthly_return
            row = self.contents.rows[unit] = UnitMonth(
                version=self.version, plant=monthly.plant, equipment_id=unit, month=monthly.month
            )
        row.figures.pop(code, None)
        if is_figure:
            row.figures[code] = text
        elif text:
            self.version.typed[label] = text
        self.touched.add(unit)

    def write(self) -> None:
        """Store every row that holds a reported figure; one whose last figure was taken away goes."""
        rows = self.contents.rows
        changed = {row.equipment_id for row in system_figures_put(self.contents)} | self.touched
        empty = {unit for unit in self.touched if rows[unit].figures.keys() <= SYSTEM_MEASURES}
        if gone := [rows[unit].pk for unit in empty if rows[unit].pk]:
            UnitMonth.objects.filter(pk__in=gone).delete()
        for unit in empty:
            del rows[unit]
        kept = [rows[unit] for unit in changed - empty]
        rows_write([row for row in kept if row.pk])
        UnitMonth.objects.bulk_create([row for row in kept if not row.pk])


def rows_write(rows: list[UnitMonth]) -> None:
    """Store the figures of rows that are there already."""
    UnitMonth.objects.bulk_update(rows, ["figures"])


def system_figures_put(contents: Contents) -> list[UnitMonth]:
    """Put the system measures into every equipment row, from the ratings in force; answers the rows that changed.

    A row with unrated days keeps only its reported figures; the missing rating is then an error of the return.
    """
    month = contents.version.monthly_return.period
    changed = []
    for unit_id, row in contents.rows.items():
        if unit_id is None:
            continue
        figures = {code: text for code, text in row.figures.items() if code not in SYSTEM_MEASURES}
        if unit := contents.units.get(unit_id):
            try:
                written = system_figures(unit.rating_unit, unit.service, month, as_decimals(figures))
            except UnratedDay:
                written = {}
            figures |= {code: canonical(value) for code, value in written.items()}
        if figures != row.figures:
            row.figures = figures
            changed.append(row)
    return changed
