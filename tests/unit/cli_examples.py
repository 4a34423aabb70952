"""A journal of small sessions and a way to run the command line on it, shared by the tests of the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import tomli_w

from reflect_tui.cli.main import main
from reflect_tui.model.session import Role, Score, Session
from reflect_tui.store.journal import Journal
from reflect_tui.store.moved import state_folder
from tests.unit import examples
from tests.unit.examples import ITEMS

ESCAPES = "\x1b]52;c;aGk=\x07 \x9b31m \u202e"
"""What a terminal would obey."""


class Result(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


class Cli:
    """Runs commands on one journal, in this process."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LANGUAGE", "en")  # so that what main() sets does not stay
        self.root = root
        self.journal = Journal(root, state_folder(root))
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Result:
        mask = os.umask(0o077)
        try:
            code = main(["--journal", str(self.root), *arguments])
        finally:
            os.umask(mask)
        said = self._capsys.readouterr()
        return Result(code, said.out, said.err)

    def json(self, *arguments: str) -> Any:
        result = self(*arguments, "--json")
        assert result.code == 0, result.err
        return json.loads(result.out)

    def save(
        self,
        scores: Mapping[str, Score] | int = 3,
        *,
        days: int = 0,
        role: Role = "self",
        notes: Mapping[str, str] | None = None,
    ) -> Session:
        """Save a session; a number is the score of every item."""
        given = dict.fromkeys(ITEMS, scores) if isinstance(scores, int) else scores
        session = examples.session(given, days=days, role=role, notes=notes)
        self.journal.save(session, tomli_w.dumps(examples.document()).encode())
        return session

    def path(self, session: Session) -> Path:
        """Give the file of a saved session."""
        return self.root / "sessions" / session.id[:4] / f"{session.id}.toml"


def in_a_process(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command as a user does, without a terminal."""
    command = [sys.executable, "-P", "-m", "reflect_tui", *arguments]
    return subprocess.run(command, check=False, **{"capture_output": True, "text": True, "timeout": 60, **more})


Machine = Callable[[str], Cli]
"""Turns to a machine, by its name."""
