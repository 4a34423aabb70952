"""The cells of a spreadsheet, from the bytes of a file; python-calamine is imported here only."""

from __future__ import annotations

import csv
import io
import math
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.forms.days import written_day
from reflect_tui.forms.file_kinds import UTF_16, ZIP
from reflect_tui.forms.workbook_parts import Hidden, formula_errors, hidden_lines, most_cells
from reflect_tui.i18n import _
from reflect_tui.text import clean

Cell = str | float | date | None
"""A text that is not empty, a number, a day, or nothing."""
MAX_ROWS, MAX_COLUMNS = 2_000, 400
_MAX_UNPACKED = 50_000_000  # bytes: a workbook of a megabyte may unpack to any number
_MAX_CELLS = 4_000_000  # of one sheet, with the empty ones between: some 130 MB while it is read
_DELIMITERS = ";\t,"


class Sheet(Struct, frozen=True):
    """One sheet: its name, "" in a CSV file, and its rows, all of them equally long; merged cells repeat their text."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False
    hidden_lines: Hidden = Hidden()


def csv_sheet(data: bytes) -> Sheet:
    """Read CSV with semicolons, tabs or commas; UTF-8 with or without a mark, UTF-16 with one, else Windows' own.

    Raises:
        BadFileError: it is too large.
    """
    text = clean(_decoded(data))
    first, _line_end, rest = text.partition("\n")
    named = first.strip().lower().removeprefix("sep=")
    if first.lower().startswith("sep=") and len(named) == 1 and named in _DELIMITERS:
        return Sheet("", _even(_rows(rest, named)))
    return Sheet("", _even(max((_rows(text, delimiter) for delimiter in _DELIMITERS), key=_tabularity)))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in UTF_16 else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _rows(text: str, delimiter: str) -> list[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [[cell.strip() or None for cell in row] for row in reader]
    except csv.Error:
        raise _refusal(_("can't be read as CSV; save it anew from the program that made it")) from None


def _tabularity(rows: Sequence[Sequence[Cell]]) -> int:
    """Count the rows that have as many columns as most have; a delimiter that splits nothing counts for nothing."""
    widths = [len(row) for row in rows if len(row) > 1]
    return max(map(widths.count, set(widths)), default=0)


def workbook_sheets(data: bytes) -> tuple[Sheet, ...]:
    """Read the sheets of a workbook.

    Raises:
        BadFileError: it is damaged, locked by a password, or too large, or what reads it is not installed.
    """
    _refuse_what_cannot_be_opened(data)
    try:
        import python_calamine  # noqa: PLC0415 -- only for those who import a workbook
    except ImportError:
        text = _("is a workbook, and what reads one is not installed here; save it as CSV, and import that")
        raise _refusal(text) from None
    try:
        if data.startswith(ZIP) and most_cells(data) > _MAX_CELLS:
            raise _refusal(_("is too large a workbook"))
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        errors = formula_errors(data) if data.startswith(ZIP) else {}
        unseen = hidden_lines(data) if data.startswith(ZIP) else {}
        sheets = []
        for known in workbook.sheets_metadata:
            sheet = workbook.get_sheet_by_name(known.name)
            if sheet.total_height * sheet.total_width > _MAX_CELLS:  # an .xls, which is no zip to ask before
                raise _refusal(_("is too large a workbook"))
            rows = _filled(sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges)
            for (row, column), text in errors.get(known.name, {}).items():
                if row < len(rows) and column < len(rows[row]):
                    rows[row][column] = clean(text)
            is_hidden = known.visible != python_calamine.SheetVisibleEnum.Visible
            sheets.append(Sheet(known.name, _even(rows), is_hidden, unseen.get(known.name, Hidden())))
        return tuple(sheets)
    except (python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, RuntimeError, OSError, ValueError):
        text = _("is a workbook that can't be read; save it anew, without a password, as .xlsx, .ods or .csv")
        raise _refusal(text) from None


def _refuse_what_cannot_be_opened(data: bytes) -> None:
    if not data.startswith(ZIP):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _refusal(_("is locked by a password; save it anew without one"))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _refusal(_("is a damaged spreadsheet, of which a part is missing; copy or download it again")) from None
    if size > _MAX_UNPACKED:
        raise _refusal(_("is too large a workbook"))


def _refusal(problem: str) -> BadFileError:
    return BadFileError("", (Fault("", problem),))


def _filled(
    rows: Sequence[Sequence[object]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None
) -> list[list[Cell]]:
    """Read the cells, and repeat what stands in merged ones: ((top, left), (bottom, right)), from 0."""
    cells = [[_cell(value) for value in row] for row in rows]
    for (top, left), (bottom, right) in merged or ():
        value = cells[top][left] if top < len(cells) and left < len(cells[top]) else None
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [value] * len(row[left : right + 1])
    return cells


def _cell(value: object) -> Cell:
    match value:
        case bool():
            return str(value)
        case int() | float() if math.isfinite(value):
            return float(value)
        case datetime():
            return value.date()
        case date():
            return value
        case _:
            return clean(str(value)).strip() or None


def _even(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Make all rows equally long, without what is empty at the end.

    Raises:
        BadFileError: there are too many rows or columns.
    """
    used = [max((place + 1 for place, cell in enumerate(row) if cell is not None), default=0) for row in rows]
    height = max((place + 1 for place, length in enumerate(used) if length), default=0)
    length = max(used, default=0)
    if height > MAX_ROWS or length > MAX_COLUMNS:
        text = _("has more than {rows} rows or {columns} columns")
        raise _refusal(text.format(rows=MAX_ROWS, columns=MAX_COLUMNS))
    return tuple((*row[:length], *[None] * (length - len(row))) for row in rows[:height])


def day_above(heads: Sequence[Cell]) -> tuple[date | None, str]:
    """Read the day above a column, from the bottom up or from all heads together; a sentence when it could be two."""
    days = [head for head in heads if isinstance(head, date)]
    if days:
        return days[-1], ""
    texts = list(dict.fromkeys(written(head) for head in heads if head is not None))
    problem = ""
    for text in [*reversed(texts), " ".join(reversed(texts))]:
        try:
            day = written_day(text)
        except ValueError as error:
            problem = str(error)
            continue
        if day:
            return day, ""
    return None, problem


def written(cell: Cell) -> str:
    """Write a cell as a sentence quotes it: a whole number without its point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def short(text: str) -> str:
    """Cut a text to what a line of a preview has room for."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"  # noqa: PLR2004 -- see above


def letters(column: int) -> str:
    """Name a column from 0 as a spreadsheet does: A, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
