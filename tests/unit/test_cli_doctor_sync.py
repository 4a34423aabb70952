"""`doctor` after a sync that was cut off while it wrote what it had fetched: said once, and nothing is called gone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from reflect_tui.disk import files
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import healthy
from tests.unit.journal.sync_examples import remote

pytestmark = pytest.mark.slow

_MANY = 12


class KilledError(BaseException):
    """The program ends here."""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return remote(tmp_path / "place.git")


@pytest.fixture
def cut_off(tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A device that was killed while it wrote the sessions of another one, after the first two."""
    other = healthy(Cli(tmp_path / "other", capsys, monkeypatch))
    other("sync", str(place), "--yes")
    cli = Cli(tmp_path / "journal", capsys, monkeypatch)
    mask = os.umask(0o077)
    cli("sync", str(place), "--yes")
    os.umask(mask)
    removed = other.journal.own()[0]
    other.journal.delete(removed.id)
    for day in range(1, _MANY + 1):
        other.save(2, days=-1 - day)
    other("sync", "--yes")

    def write_two(contents: Mapping[Path, bytes]) -> None:
        for path in sorted(contents)[:2]:
            files.write_new(path, contents[path])
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_all_new", write_two)
        with pytest.raises(KilledError):
            cli("sync")
    return cli


def _problems(cli: Cli) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in json.loads(cli("doctor", "--json").out)["checks"]:
        if not check["fine"]:
            found.setdefault(check["name"], []).append(f"{check['found']} {check['advice']}")
    return found


def test_what_is_still_to_come_is_said_once_and_not_called_gone(cut_off: Cli, place: Path) -> None:
    told = (
        f"A sync was cut off before {_MANY - 2} files of it were written or removed here; the history has them. "
        "Nothing is lost: the next sync goes on, or the next start of the app. Put right by: reflect-tui doctor --fix"
    )
    assert _problems(cut_off) == {"sync": [told]}
    assert cut_off("doctor").code == 3
    assert cut_off("sync", str(place)).code == 0
    assert _problems(cut_off) == {}
    assert len(cut_off.journal.own()) == _MANY + 1


def test_doctor_or_the_next_start_goes_on(cut_off: Cli) -> None:
    assert cut_off("doctor", "--fix").code == 0
    assert len(cut_off.journal.own()) == _MANY + 1
    assert _problems(cut_off) == {}


def test_a_file_that_another_program_took_away_is_still_called_gone(cut_off: Cli) -> None:
    session = cut_off.journal.own()[0]  # which was there before
    cut_off.path(session).unlink()
    found = _problems(cut_off)
    assert len(found["sync"]) == 1
    assert [text.partition(" ")[0] for text in found["missing"]] == [cut_off.journal.path(session.id)]
