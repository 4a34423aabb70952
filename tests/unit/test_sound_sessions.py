"""A session with a fault is named, and changes nothing that a command or line mode says of the others."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reflect_tui.cli.main import main
from reflect_tui.store.journal import Journal
from tests.unit import plain_examples, sound_examples
from tests.unit.sound_examples import FAULTS, JGZ

pytestmark = pytest.mark.slow

COMMANDS = (
    "show latest",
    "show latest --plain",
    "show latest --json",
    "show latest~1",
    "diff",
    "diff --plain",
    "diff --json",
    "trend",
    "trend --plain",
    "trend --json",
    "trend --by item",
    "compare",
    "compare --plain",
    "compare --json",
    "agenda",
    "agenda --json",
    "report latest --format md",
    "report latest --json",
    "export --format csv",
    "export --format json",
    "goals",
)


@pytest.fixture
def journals(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Journal, Journal]:
    """Give a journal of sound sessions, and the same with a fault in two more files."""
    without, spoiled = (sound_examples.sound(tmp_path / name) for name in ("without", "with"))
    sound_examples.spoil(spoiled, request.param)
    return without, spoiled


def _said(journal: Journal, command: str, capsys: pytest.CaptureFixture[str]) -> str:
    main(["--journal", str(journal.root), "--lang", "en", *command.split()])
    said = capsys.readouterr().out.replace(str(journal.root), "JOURNAL")
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+", "NOW", said)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("journals", FAULTS, indirect=True)
def test_a_faulty_session_changes_nothing_that_a_command_prints(
    journals: tuple[Journal, Journal], command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    without, spoiled = (_said(journal, command, capsys) for journal in journals)
    assert spoiled == without
    assert without or command == "goals"


@pytest.mark.parametrize("journals", FAULTS, indirect=True)
def test_the_list_names_faulty_sessions_apart(
    journals: tuple[Journal, Journal], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    without, spoiled = (json.loads(_said(journal, "list --json", capsys)) for journal in journals)
    assert spoiled["sessions"] == without["sessions"]
    assert [row["problems"] != [] for row in spoiled["unreadable"]] == [True, True]
    assert without["unreadable"] == []


@pytest.mark.parametrize("journals", FAULTS, indirect=True)
def test_line_mode_tells_the_previous_scores_of_a_sound_session(journals: tuple[Journal, Journal]) -> None:
    without, spoiled = (_filled_in(journal) for journal in journals)
    assert spoiled == without
    assert "4 good" in without


def _filled_in(journal: Journal) -> str:
    desk = plain_examples.Desk.on(journal)
    said = desk.new("p", *"3" * 92, "f", instrument=JGZ)
    return re.sub(r"-self-[0-9a-f]{6}", "-self-ID", said)
