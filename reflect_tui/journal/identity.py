"""Which journal a folder, or a version in history, is: the id in its journal.toml."""

from __future__ import annotations

from pathlib import Path

from reflect_tui import formats
from reflect_tui.errors import ReflectError

FILE = "journal.toml"


def of(root: Path) -> str:
    """Give the id of the journal in a folder; "" when it has none that can be read."""
    try:
        return read(formats.read_bytes(root / FILE))
    except ReflectError:
        return ""


def read(data: bytes) -> str:
    """Give the id in the bytes of a journal.toml; "" when there is none."""
    try:
        return str(formats.parse_document(data, FILE).get("id", ""))
    except ReflectError:
        return ""
