"""The modules of a room stand in an order: none imports, at once or by way of others, a module that imports it."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "reflect_tui"
ROOMS = ("analysis", "disk", "forms", "git", "model", "report", "store", "toml", "usecases", "views")


def imported(path: Path) -> set[str]:
    """Name what a module may import whenever it does, in a function or for its types as well."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_no_import_leads_back_to_where_it_began(room: str) -> None:
    modules = {f"reflect_tui.{room}.{path.stem}": path for path in (PACKAGE / room).glob("[!_]*.py")}
    assert len(modules) > 1
    try:
        TopologicalSorter({name: imported(path) & modules.keys() for name, path in modules.items()}).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
