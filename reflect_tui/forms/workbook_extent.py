"""How many cells a workbook asks room for, told before anything reads it: one far-off cell fills a memory; pure."""

from __future__ import annotations

import io
import re
import zipfile

_TAG = re.compile(
    r"<(?:[^\s<>/:!?]+:)?(table|row|table-row|c|table-cell|covered-table-cell)(?=[\s/>])"
    r"""((?:[^>"']|"[^"]*"|'[^']*')*)>(</)?"""
)
_REFERENCE = re.compile(r"""(?:^|\s)r\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_REPEATED = re.compile(r"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)["']""")
_ROW_RECORD = 0
_CELL_RECORDS = range(2, 12)  # of numbers, truths, errors, texts, and the same by formulas
_VALUE = re.compile("[:-]value")


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
            is_empty = (is_closed or inside.endswith("/")) and not _VALUE.search(inside)
            if not is_empty:
                height, width = max(height, row), max(width, column)
                largest = max(largest, height * width)
    return largest


def _place(reference: re.Match[str]) -> tuple[float, float]:
    column = 0.0
    for letter in reference[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return float(reference[2]), column
