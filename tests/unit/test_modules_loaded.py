"""What a start loads: nothing slow before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LISTING = "import sys; {code}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"


def loaded(code: str) -> set[str]:
    """Give the packages that a fresh interpreter has loaded after some code."""
    command = [sys.executable, "-c", LISTING.format(code=code)]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("reflect_tui.model.session", {"git", "textual", "rich", "plotext", "jsonschema"}),
        ("reflect_tui.analysis.diff", {"git", "textual", "rich", "plotext", "jsonschema"}),
        ("reflect_tui.store.journal", {"git", "textual", "rich", "plotext", "jsonschema"}),
        ("reflect_tui.views.trends", {"git", "textual", "rich", "plotext", "jsonschema"}),
        ("reflect_tui.line_mode.start", {"git", "textual", "rich", "plotext", "jsonschema", "argparse"}),
        ("reflect_tui.cli.team", {"narwhals", "duckdb", "pyspark", "git", "textual"}),
        ("reflect_tui.tui.screens.team", {"narwhals", "duckdb", "pyspark", "git"}),
        ("reflect_tui.tui.app", {"wcwidth", "git", "plotext", "jsonschema", "argparse", "shtab"}),
    ],
)
def test_importing_a_stage_loads_no_more_than_it_needs(module: str, absent: set[str]) -> None:
    found = loaded(f"import {module}")
    assert "reflect_tui" in found
    assert found & absent == set()


def test_the_version_is_told_with_nothing_loaded_for_it() -> None:
    code = "import sys; sys.argv[1:] = ['--version']; from reflect_tui.__main__ import main; main()"
    told, *packages = loaded(f"{code}; print()"), loaded("pass")
    assert {name for name in told - packages[0] if not name[0].isdigit()} == {"reflect_tui", "reflect-tui"}


def test_a_list_in_json_loads_nothing_that_writes_draws_or_asks_git(tmp_path: Path) -> None:
    absent = {"dataclasses", "tomli_w", "tomlkit", "git", "textual", "rich", "plotext", "jsonschema", "jinja2", "babel"}
    words = ["reflect-tui", "--journal", str(tmp_path / "journal"), "list", "--json"]
    found = loaded(f"import sys; sys.argv = {words!r}; from reflect_tui.__main__ import main; main()")
    assert "msgspec" in found
    parsing = loaded("import argparse; argparse.ArgumentParser().parse_args([])")  # Python 3.14's own loads dataclasses
    assert found & absent - parsing == set()


def test_a_start_loads_what_home_shows_and_no_other_screen() -> None:
    code = "import reflect_tui.cli.open_app, reflect_tui.tui.app, reflect_tui.tui.terminal.driver"
    told = "import sys; {code}; print(*sorted(sys.modules))"
    command = [sys.executable, "-c", told.format(code=code)]
    modules = set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    screens = {name.rpartition(".")[2] for name in modules if name.startswith("reflect_tui.tui.screens.")}
    assert screens == {"home", "page", "session_list"}
    assert {name.rpartition(".")[2] for name in modules if name.startswith("reflect_tui.views.")} == {
        "home", "labels", "lines",
    }  # fmt: skip
    late = ("analysis.compare", "views.charts", "forms.fields", "store.importing", "usecases.filling")
    tui = ("services.editor", "widgets.text")
    assert not modules & {f"reflect_tui.{name}" for name in (*late, *(f"tui.{name}" for name in tui))}
