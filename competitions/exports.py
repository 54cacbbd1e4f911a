"""The ranking table as CSV and XLSX."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from competitions.selectors import Standing
from competitions.tables import Table
from core.templatetags.figures import in_language

TEXT_FIRST = ("=", "+", "-", "@", "\t", "\r")


def header() -> list[str]:
    return [
        _("Rank"),
        _("Of"),
        _("Plant"),
        _("Equipment"),
        _("Value"),
        _("Numerator"),
        _("Denominator"),
        _("A year before"),
        _("Change"),
        _("Change in %"),
        _("Late"),
        _("Why not ranked"),
    ]


def lines(table: Table) -> Iterator[list[Any]]:
    """One line for each entry that the viewer may see, ranked ones first."""
    ranked = [row.standing for row in table.rows if row.standing.rank is not None]
    for each in [*ranked, *table.unranked]:
        yield _line(each)


def _line(standing: Standing) -> list[Any]:
    entry = standing.entry
    return [
        standing.rank,
        standing.of if standing.rank else None,
        in_language(entry.plant),
        in_language(entry.equipment) if entry.equipment else "",
        standing.value,
        standing.numerator,
        standing.denominator,
        standing.base,
        standing.change,
        standing.change_pct,
        _("yes") if standing.late else "",
        standing.get_reason_display() if standing.reason else "",
    ]


def as_csv(table: Table) -> str:
    """CSV with a byte order mark, which spreadsheets need to read Chinese; texts never start a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header())
    for line in lines(table):
        writer.writerow(
            "" if cell is None else f"'{cell}" if isinstance(cell, str) and cell.startswith(TEXT_FIRST) else str(cell)
            for cell in line
        )
    return "\ufeff" + out.getvalue()


def as_xlsx(table: Table, title: str) -> bytes:
    """A workbook of one sheet; figures are numbers with their decimals kept in the format."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Ranking"))
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.write(0, 0, title, book.add_format({"bold": True, "font_size": 13}))
    for column, text in enumerate(header()):
        sheet.write(2, column, text, bold)
    for number, line in enumerate(lines(table), start=3):
        for column, cell in enumerate(line):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            else:
                text = str(cell)
                places = len(text.partition(".")[2])
                form = book.add_format({"num_format": f"0.{'0' * places}" if places else "0"})
                sheet.write_number(number, column, float(cell), form)
    sheet.freeze_panes(3, 0)
    sheet.set_column(2, 3, 26)
    sheet.set_column(4, 9, 14)
    sheet.set_column(11, 11, 34)
    book.close()
    return out.getvalue()
