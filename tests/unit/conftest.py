"""Fixtures that tests of several commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli_examples import Cli, Machine


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Give commands on a journal that is still to be made."""
    return Cli(tmp_path / "journal", capsys, monkeypatch)


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Turn to another machine, which has nothing at first: no journal, no state, no settings."""

    def turn_to(name: str) -> Cli:
        for variable in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            (tmp_path / name / variable).mkdir(parents=True, exist_ok=True)
            monkeypatch.setenv(variable, str(tmp_path / name / variable))
        return Cli(tmp_path / name / "journal", capsys, monkeypatch)

    return turn_to
