"""What a new version of an instrument no longer has: pages show it with its old name, and doctor names it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit import gone_examples
from tests.unit.cli_examples import Cli


@pytest.fixture
def gone(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    made = Cli(tmp_path / "journal", capsys, monkeypatch)
    gone_examples.fill(made.journal)
    return made


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_page_breaks_on_what_is_gone(gone: Cli, language: str) -> None:
    for command in (
        ("agenda",), ("agenda", "latest~1"), ("goals",), ("report", "--format", "md"), ("report", "--format", "html"),
        ("report", "latest~1", "--format", "md"), ("diff",), ("trend",), ("trend", "--plain"), ("list",), ("means",),
        ("export", "--format", "csv"), ("export", "--format", "json"), ("show", "latest", "--plain"), ("compare",),
        ("agenda", "--json"), ("goals", "--json"), ("report", "--json"), ("trend", "--json"),
    ):  # fmt: skip
        result = gone("--lang", language, *command)
        assert result.code in (0, 1), (command, result.err)
        assert "KeyError" not in result.err


def test_a_goal_is_shown_with_what_its_domain_was_called(gone: Cli) -> None:
    shown = gone("report", "--format", "md").out
    assert "Looking" in shown
    assert "never-was" in shown
    shown = gone("goals").out
    assert "Looking at what is there" in shown
    assert "Doing" in shown
    points = {point["text"]: point for point in gone.json("agenda")["points"] if point["kind"] == "goal"}
    assert points["Goal b"]["now"] is not None  # its domain only has another id
    assert points["Goal a"]["now"] is None


def test_doctor_names_the_goals_about_what_is_gone(gone: Cli) -> None:
    found = [check["found"] for check in json.loads(gone("doctor", "--json").out)["checks"] if check["name"] == "goals"]
    assert len(found) == 2
    assert 'The goal "Goal a"' in found[1]
    assert "small 2.0.0 no longer has: Looking at what is there; I stay: calm" in found[1]
    assert "never-was; nor-this" in found[0]
