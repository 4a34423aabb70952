"""Sheets of texts as files of a spreadsheet, and back; XlsxWriter and odfdo write, python-calamine reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from reflect_tui.errors import ReflectError
from reflect_tui.forms import cells
from reflect_tui.forms.cells import Cell
from reflect_tui.i18n import _
from reflect_tui.report.data import guarded, unguarded

Rows = Sequence[Sequence[str]]
_WIDEST = 60


def sheets(data: bytes, *, is_csv: bool) -> dict[str, list[list[str]]]:
    """Read the sheets that are not hidden, every cell as text: 3 for the number 3, without blanks around it.

    Raises:
        BadFileError: it can't be read.
    """
    found = (cells.csv_sheet(data),) if is_csv else cells.workbook_sheets(data)
    return {
        sheet.name: [[_text(cell, is_csv=is_csv) for cell in row] for row in sheet.rows]
        for sheet in found
        if not sheet.hidden
    }


def _text(cell: Cell, *, is_csv: bool) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    text = str(cell) if cell is not None else ""
    return unguarded(text) if is_csv else text  # as they are written: a cell of a workbook is no formula


def csv_bytes(rows: Rows) -> bytes:
    """Write rows as CSV: UTF-8, with semicolons, which every language's Excel opens; no text becomes a formula."""
    written = io.StringIO("sep=;\r\n", newline="")  # else who reads it guesses, and texts are full of commas
    written.seek(0, io.SEEK_END)
    width = max(map(len, rows))
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerows([*map(guarded, row), *[""] * (width - len(row))] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def xlsx_bytes(book: Mapping[str, Rows]) -> bytes:
    """Write sheets as an Excel workbook; every cell is text."""
    import xlsxwriter  # noqa: PLC0415 -- only for those who make a workbook

    written = io.BytesIO()
    workbook = xlsxwriter.Workbook(written, {"in_memory": True})
    head, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
    for name, rows in book.items():
        sheet = workbook.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                if text:
                    sheet.write_string(number, place, text, wrapped if number else head)
        for place, longest in enumerate(_widths(rows)):
            sheet.set_column(place, place, longest)
        sheet.freeze_panes(1, 0)
    workbook.close()
    return written.getvalue()


def _widths(rows: Rows) -> list[int]:
    columns = max(map(len, rows), default=0)
    return [min(_WIDEST, max(len(row[n]) for row in rows if n < len(row)) + 2) for n in range(columns)]


def ods_bytes(book: Mapping[str, Rows]) -> bytes:
    """Write sheets as an OpenDocument spreadsheet; every cell is text.

    Raises:
        ReflectError: odfdo is not installed.
    """
    try:
        import odfdo  # noqa: PLC0415 -- only for those who make such a file
    except ImportError:
        text = _(
            "To write .ods, odfdo is needed: pip install 'reflect-tui[ods]'. Or write .xlsx, which LibreOffice opens."
        )
        raise ReflectError(text) from None
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    for name, rows in book.items():
        table = odfdo.Table(name)
        for row in rows:
            line = odfdo.Row()
            for place, text in enumerate(row):
                if text:
                    cell = odfdo.Cell()
                    cell.type = "string"
                    for paragraph in text.replace("\t", " ").split("\n"):  # a tab within a cell is lost in LibreOffice
                        cell.append(odfdo.Paragraph(paragraph))
                    line.set_cell(place, cell)
            table.append_row(line)
        document.body.append(table)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
