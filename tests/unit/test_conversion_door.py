"""Only formats.py lets msgspec convert: it holds a lock, since two threads that meet a type first crash the program."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import reflect_tui

PACKAGE = Path(reflect_tui.__file__).parent
CONVERTING = {"convert", "json", "msgpack", "toml", "yaml"}  # into types; out of them (to_builtins) is no danger
SCHEMA = {"toml/faults.py": {"json.schema"}}  # describes a type, and converts nothing


def conversions(path: Path) -> set[str]:
    """Give the names of msgspec that a module uses to convert, however they are imported."""
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("msgspec."):
            name = ast.unparse(node).removeprefix("msgspec.")
            found |= {name} if name.partition(".")[0] in CONVERTING else set()
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "msgspec":
            module = (node.module or "").removeprefix("msgspec").lstrip(".")
            names = {f"{module}.{alias.name}".lstrip(".") for alias in node.names}
            found |= {name for name in names if name.partition(".")[0] in CONVERTING}
    return {name for name in found if "." in name or name not in {"json", "msgpack", "toml", "yaml"}}


@pytest.mark.slow
def test_msgspec_converts_behind_one_door() -> None:
    used = {
        path.relative_to(PACKAGE).as_posix(): names for path in PACKAGE.rglob("*.py") if (names := conversions(path))
    }
    assert used.pop("toml/formats.py") == {"convert", "json.encode", "json.decode", "json.schema"}
    assert used == SCHEMA
