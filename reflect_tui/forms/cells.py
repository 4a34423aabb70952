"""The cells of a spreadsheet, from the bytes of a file; python-calamine is imported here only."""

from __future__ import annotations

import csv
import html
import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.forms.days import written_day
from reflect_tui.forms.file_kinds import UTF_16, ZIP
from reflect_tui.i18n import _
from reflect_tui.text import clean

Cell = str | float | date | None
"""A text that is not empty, a number, a day, or nothing."""
Grid = Sequence[Sequence[Cell]]
MAX_ROWS, MAX_COLUMNS = 2_000, 400
_MAX_UNPACKED = 50_000_000  # bytes: a workbook of a megabyte may unpack to any number
_MAX_CELLS = 4_000_000  # of one sheet, with the empty ones between: some 130 MB while it is read
_DELIMITERS = ";\t,"


class Hidden(Struct, frozen=True):
    """The rows and columns of a sheet that do not show, from 0."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


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


# What the parts of a workbook say that its reader does not: unworked formulas, comments, what is hidden.

_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:-]+)\s*=\s*"([^"]*)"')
_CELL = re.compile(r"<(?:\w+:)?c(\s[^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(r"<(?:\w+:)?v>([^<]+)</")
_FORMULA = re.compile(r"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)</)")
_LINE = re.compile(r"<(?:\w+:)?(table|col|row|table-column|table-row)(\s[^>]*)?/?>")
_COMMENTS = re.compile(r"xl/(?:.*/)?(?:threaded)?[cC]omments?\d*\.xml$|xl/threadedComments/")
_HIDDEN = frozenset({"1", "true", "collapse", "filter"})
_MOST_LINES = 2_000  # of a sheet: a part may name any number
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def formula_errors(data: bytes) -> Mapping[str, Mapping[tuple[int, int], str]]:
    """Find them by the name of their sheet, then by row and column from 0: the error, or a formula never worked out."""
    return {name: dict(_errors(text)) for name, text in _excel_sheets(data).items()}


def has_comments(data: bytes) -> bool:
    """Check whether cells of an .xlsx or .ods have comments, which no reader here gives."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
    return any(_COMMENTS.match(name) for name in names) or "<office:annotation" in _open_document(data)


def hidden_lines(data: bytes) -> Mapping[str, Hidden]:
    """Find what is hidden in the sheets of an .xlsx or .ods, by their names."""
    found: dict[str, tuple[set[int], set[int]]] = {}
    texts = _excel_sheets(data) or {"": _open_document(data)}
    for sheet, text in texts.items():
        name, rows, columns = sheet, 0, 0
        for kind, inside in _LINE.findall(text):
            known = {key.rpartition(":")[2]: value for key, value in _ATTRIBUTE.findall(inside)}
            is_hidden = known.get("hidden", known.get("visibility")) in _HIDDEN
            times = _number(known, f"number-{kind.removeprefix('table-')}s-repeated", 1)
            if kind == "table":
                name, rows, columns = html.unescape(known.get("name", "")), 0, 0
                continue
            if kind == "col":
                columns, times = _number(known, "min", 1) - 1, _number(known, "max", 1) - _number(known, "min", 1) + 1
            elif kind == "row":
                rows = _number(known, "r", rows + 1) - 1
            is_row = kind.endswith("row")
            begin = rows if is_row else columns
            if is_hidden:
                found.setdefault(name, (set(), set()))[not is_row].update(range(begin, min(begin + times, _MOST_LINES)))
            rows, columns = (rows + times, columns) if is_row else (rows, columns + times)
    return {name: Hidden(frozenset(rows), frozenset(columns)) for name, (rows, columns) in found.items()}


def _number(attributes: Mapping[str, str], name: str, otherwise: int) -> int:
    written = attributes.get(name, "")
    return int(written) if re.fullmatch(r"\d{1,7}", written) else otherwise


def _open_document(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return _text(packed, "content.xml") if "content.xml" in packed.namelist() else ""


def _excel_sheets(data: bytes) -> dict[str, str]:
    """Return the text of each sheet of an .xlsx by its name; none of an .ods, whose errors are texts."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = set(packed.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        files = {
            entry["Id"]: entry["Target"]
            for entry in _entries(_RELATION, _text(packed, "xl/_rels/workbook.xml.rels"))
            if {"Id", "Target"} <= entry.keys()
        }
        found = {}
        for sheet in _entries(_SHEET, _text(packed, "xl/workbook.xml")):
            relation = next((value for key, value in sheet.items() if key.endswith(":id")), "")
            target = files.get(relation, "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if path in names:
                found[html.unescape(sheet.get("name", ""))] = _text(packed, path)
        return found


def _text(packed: zipfile.ZipFile, name: str) -> str:
    return packed.read(name).decode("utf-8", "replace")


def _entries(pattern: re.Pattern[str], text: str) -> Iterator[dict[str, str]]:
    return (dict(_ATTRIBUTE.findall(match[0])) for match in pattern.finditer(text))


def _errors(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    for match in _CELL.finditer(text):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        kind, value, formula = attributes.get("t", "n"), _VALUE.search(match[2]), _FORMULA.search(match[2])
        place = _PLACE.fullmatch(attributes.get("r", ""))
        if place and kind == "e":
            yield _numbered(place), value[1] if value else "#"
        elif place and formula and not value and kind != "str":
            yield _numbered(place), f"={html.unescape(formula[1] or '')}"


def _numbered(place: re.Match[str]) -> tuple[int, int]:
    column = 0
    for letter in place[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(place[2]) - 1, column - 1


_TAG = re.compile(
    r"<(?:[^\s<>/:!?]+:)?(table|row|table-row|c|table-cell|covered-table-cell)(?=[\s/>])"
    r"""((?:[^>"']|"[^"]*"|'[^']*')*)>(</)?"""
)
_REFERENCE = re.compile(r"""(?:^|\s)r\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_REPEATED = re.compile(r"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)["']""")
_ROW_RECORD = 0
_CELL_RECORDS = range(2, 12)  # of numbers, truths, errors, texts, and the same by formulas
_VALUE_IN_ODS = re.compile("[:-]value")


def most_cells(data: bytes) -> float:
    """Count the cells from the first one to the last that is not empty, in the largest sheet of a zipped workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return max((_part_area(packed.read(part), part.filename) for part in packed.infolist()), default=0)


def _part_area(data: bytes, name: str) -> float:
    return _binary_area(data) if name.endswith(".bin") else _area(data.decode("utf-8", "replace"))


def _binary_area(data: bytes) -> float:
    """Multiply height and width of a sheet of .xlsb, which has records of kind, size and content.

    A row says its number, from 0, in four bytes; a cell that is not blank its column.
    """
    at = row = height = width = 0
    while at < len(data):
        kind, at = _varying(data, at, 2)
        size, at = _varying(data, at, 4)
        number = int.from_bytes(data[at : at + 4], "little")
        if kind == _ROW_RECORD:
            row = number + 1
        elif kind in _CELL_RECORDS:
            height, width = max(height, row), max(width, number + 1)
        at += size
    return float(height * width)


def _varying(data: bytes, at: int, longest: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, the lowest first; gives it with the place after it."""
    number = 0
    for place in range(longest):
        byte = data[at] if at < len(data) else 0
        number, at = number | (byte & 0x7F) << 7 * place, at + 1
        if byte < 0x80:  # noqa: PLR2004 -- the highest bit says that more follows
            break
    return number, at


def _area(text: str) -> float:
    """Multiply height and width of the largest sheet in one part of a workbook; what is no sheet has neither.

    A number may be longer than int() reads, so all are floats.
    """
    largest = row = column = height = width = 0.0
    for kind, inside, is_closed in _TAG.findall(text):
        reference, repeated = _REFERENCE.search(inside), _REPEATED.search(inside)
        times = float(repeated[1]) if repeated else 1
        if kind == "table":
            row = height = width = 0
        elif kind in ("row", "table-row"):
            row, column = float(reference[2]) if reference else row + times, 0
        else:
            row, column = _place(reference) if reference else (row, column + times)
            is_empty = (is_closed or inside.endswith("/")) and not _VALUE_IN_ODS.search(inside)
            if not is_empty:
                height, width = max(height, row), max(width, column)
                largest = max(largest, height * width)
    return largest


def _place(reference: re.Match[str]) -> tuple[float, float]:
    column = 0.0
    for letter in reference[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return float(reference[2]), column
