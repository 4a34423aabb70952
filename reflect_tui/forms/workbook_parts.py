"""What the parts of a workbook say that its reader does not: unworked formulas, comments, what is hidden; pure."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from msgspec import Struct

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


class Hidden(Struct, frozen=True):
    """The rows and columns of a sheet that do not show, from 0."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


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
