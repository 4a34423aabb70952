"""Tables as CSV (RFC 4180), safe to open in a spreadsheet, and the schema that describes them (Table Schema)."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from reflect_tui.report.data import Cell, Column, Table
from reflect_tui.session import NOT_APPLICABLE

# What makes a spreadsheet take text for a formula, at the start of a cell (OWASP ASVS 5, 1.2.10), full-width twins
# included. Where ";" separates columns, a cell also starts after ";" and after a line end within it.
_GUARD = "'"
_RISK = r"""[\s"\x00]*['=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\x00]"""
_START = r"(?:^|(?<=[;\t\r\n]))"
_RISKY = re.compile(rf"{_START}(?={_RISK})")
_GUARDED = re.compile(rf"{_START}{_GUARD}(?={_RISK})")


def guarded(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula: an apostrophe stands wherever one could begin."""
    return _RISKY.sub(_GUARD, text)


def unguarded(text: str) -> str:
    """Give the text that was guarded."""
    return _GUARDED.sub("", text)


def csv_bytes(table: Table) -> bytes:
    """Write a table as RFC 4180 has it: UTF-8, CRLF, quotes where they are needed, a header line."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(column.name for column in table.columns)
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return written.getvalue().encode("utf-8")


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else str(cell)


def schema(table: Table) -> dict[str, Any]:
    """Describe a table as a Table Schema (Data Package, v1): fields, their types and limits, and the primary key."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": [_field(column) for column in table.columns],
        "missingValues": ["", NOT_APPLICABLE],
        "primaryKey": list(table.key),
    }


def _field(column: Column) -> dict[str, Any]:
    limits = {
        "required": column.required or None,
        "enum": list(column.values) or None,
        "minimum": column.lowest,
        "maximum": column.highest,
    }
    constraints = {name: limit for name, limit in limits.items() if limit is not None}
    more = {"format": "any"} if column.kind == "datetime" else {}
    described = {"name": column.name, "type": column.kind, **more, "description": column.about}
    return described | ({"constraints": constraints} if constraints else {})
