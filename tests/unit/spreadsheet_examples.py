"""Spreadsheets as people keep them: CSV, and workbooks with merged heads, in Dutch and English."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from reflect_tui.model.instrument import Domain, Instrument
from reflect_tui.model.library import Library
from reflect_tui.model.session import Session
from reflect_tui.store.spreadsheet import ReadFile, read_spreadsheet
from tests.bundled import bundled

JGZ, DIGCOMP = "jgz-opvoedingsondersteuning", "digcomp"
Row = list[Any]
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
"""An encrypted workbook, or one of an older kind, begins with this."""


def content(identifier: str = JGZ, language: str = "nl") -> Instrument:
    """Give a shipped instrument in a language."""
    return bundled(identifier, language)


ITEMS = [item.id for item in content(DIGCOMP).items]


def workbook(sheets: Mapping[str, Sequence[Row]], merged: Sequence[str] = ()) -> bytes:
    """Write sheets; `merged` are ranges of the first one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def csv(rows: Sequence[Row], delimiter: str = ";") -> str:
    """Write rows without a cell that needs quotes."""
    return "\r\n".join(delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows) + "\r\n"


def dutch_rows() -> list[Row]:
    """Give three years of the paper form as a Dutch workbook keeps them: merged heads, domains with means, commas."""
    instrument = content()
    rows: list[Row] = [
        ["Nr", "Stelling", "Zelfreflectie", None, None],
        [None, None, "14-11-2023", date(2024, 11, 12), "18 nov 2025"],
    ]
    number = 0
    for domain in instrument.domains:
        rows.append([None, domain.title, "2,75", "3,0", "3,25"])
        for item in domain.items:
            number += 1
            rows.append([number, instrument.sentence(item), "3,0", 4 if number % 2 else "n.v.t.", 2.0])
    rows.append([None, "Gemiddelde", "2,9", "3,1", "2,0"])
    return rows


def averaged() -> list[Domain]:
    """Give the domains of several statements, of which any number on the scale can be the mean."""
    return [domain for domain in content().domains if len(domain.items) > 1]


def means_rows() -> list[Row]:
    """Give the means of the domains of several statements of one old year, beside three years of scores."""
    titles = {domain.title for domain in averaged()}
    rows = [[*row[:2], None, *row[2:]] for row in dutch_rows()]
    rows[1][2] = "14-11-2019"
    for row in rows[2:]:
        if row[0] is None and row[1] in titles:
            row[2] = "2,75"
    return rows


def put(path: Path, data: bytes | str) -> Path:
    """Write a file."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def of_csv(rows: Sequence[Row] | str, encoding: str = "utf-8") -> ReadFile:
    """Read rows, or a text, as a CSV file."""
    text = rows if isinstance(rows, str) else csv(rows)
    return read_spreadsheet(text.encode(encoding), "csv", NOW, Library(None))


def sessions(read: ReadFile) -> list[Session]:
    """Give the sessions of a file without a fault."""
    assert read.faults == ()
    return [session for session, _instrument in read.sessions]


def problems(read: ReadFile) -> str:
    """Give the faults of a file from which nothing comes in."""
    assert read.sessions == ()
    return "\n".join(map(str, read.faults))
