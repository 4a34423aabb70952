"""Exported data as others read it: a validator of table schemas, and DuckDB with the query of docs/data.md."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from reflect_tui import demo
from reflect_tui.model import library
from reflect_tui.report import data
from reflect_tui.report.data import ExportedSession
from tests.bundled import bundled
from tests.unit.report_examples import TODAY
from tests.unit.test_report_data import PAGE


@pytest.fixture(scope="module")
def demo_sources() -> list[ExportedSession]:
    instrument = bundled(library.DEFAULT, "en")
    return [ExportedSession(session, instrument) for session in demo.sessions(instrument, TODAY, "en")]


@pytest.mark.parametrize("shape", ["long", "wide"])
def test_a_validator_accepts_the_table_by_its_schema(
    shape: str, demo_sources: list[ExportedSession], tmp_path: Path
) -> None:
    instrument = bundled(library.DEFAULT, "en")
    made = data.long(demo_sources, notes=True) if shape == "long" else data.wide(instrument, demo_sources, notes=True)
    (tmp_path / "data.csv").write_bytes(data.csv_bytes(made))
    (tmp_path / "data.schema.json").write_text(json.dumps(data.schema(made)))
    assert validated(tmp_path) == []
    (tmp_path / "data.csv").write_bytes(data.csv_bytes(made).replace(b",self,", b",nobody,"))
    assert "constraint-error" in validated(tmp_path)


def validated(folder: Path) -> list[str]:
    """Return the kinds of errors that frictionless finds in data.csv."""
    words = ["frictionless", "validate", "data.csv", "--schema", "data.schema.json", "--json"]
    command = [sys.executable, "-P", "-m", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    tasks = json.loads(done.stdout)["tasks"]
    assert tasks
    assert tasks[0]["stats"]["rows"] > 0
    return [error["type"] for task in tasks for error in task["errors"]]


def test_the_example_of_the_page_reads_the_data_back(
    demo_sources: list[ExportedSession], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scores.csv").write_bytes(data.csv_bytes(data.long(demo_sources, notes=False)))
    query = re.search(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert query
    rows = duckdb.execute(query[1]).fetchall()
    newest = next(source.session for source in reversed(demo_sources) if source.session.role == "self")
    shape = next(one for one in data.document(demo_sources, notes=False)["sessions"] if one["id"] == newest.id)
    means = {(row[0], row[1]): (float(row[2]), row[3]) for row in rows}
    for domain in shape["domains"]:
        assert means[newest.id, domain["id"]] == (domain["mean"], domain["scored"])
