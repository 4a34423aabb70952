"""What `doctor` says of syncs: how old the last one is and, once, that one was cut off."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.clock import SYSTEM
from reflect_tui.disk import files
from reflect_tui.store.sync_place import SyncState, read_state, write_state
from tests.unit.cli_examples import Cli
from tests.unit.doctor_examples import healthy, wrong
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


def _said(cli: Cli, language: str = "en") -> list[str]:
    """Return what doctor says of backups and syncs, without days of a calendar."""
    checks = json.loads(cli("--lang", language, "doctor", "--json").out)["checks"]
    said = [check["found"] for check in checks if check["name"] in {"backup", "sync"}]
    return [re.sub(r" \d+ [a-z]{3} \d{4}", " DAY", sentence, flags=re.IGNORECASE) for sentence in said]


def _state(cli: Cli) -> SyncState:
    state = read_state(cli.journal)
    assert state
    return state


@pytest.fixture
def cli(cli: Cli) -> Cli:
    return healthy(cli)


def test_how_old_the_newest_backup_and_the_last_sync_are(cli: Cli, place: Path, tmp_path: Path) -> None:
    assert _said(cli) == [
        "There is no backup that is known here. To make one: reflect-tui backup FILE",
        "This journal is not synced with another place yet.",
    ]
    file = tmp_path / "all.rtb"
    assert cli("backup", str(file)).code == 0
    assert cli("sync", str(place), "--yes").code == 0
    assert _said(cli) == [
        f"The newest backup that is known here is of DAY (today): {file}.",
        f"The last sync with {place} was on DAY (today).",
    ]
    write_state(cli.journal, structs.replace(_state(cli), when=SYSTEM.now() - timedelta(days=400)))
    assert _said(cli)[1] == f"The last sync with {place} was on DAY (400 days ago)."
    assert _said(cli, "nl") == [
        f"De nieuwste back-up die hier bekend is, is van DAY (vandaag): {file}.",
        f"De laatste synchronisatie met {place} was op DAY (400 dagen geleden).",
    ]
    assert wrong(cli) == []


def test_each_place_has_a_last_sync_of_its_own(cli: Cli, place: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert cli("sync", str(stick), "--yes").code == 0
    write_state(cli.journal, structs.replace(_state(cli), when=SYSTEM.now() - timedelta(days=1)))
    assert cli("sync", str(place), "--yes").code == 0
    assert _said(cli)[1:] == [
        f"The last sync with {place} was on DAY (today).",
        f"The last sync with {stick} was on DAY (1 day ago).",
    ]
    assert _said(cli, "nl")[1:] == [
        f"De laatste synchronisatie met {place} was op DAY (vandaag).",
        f"De laatste synchronisatie met {stick} was op DAY (1 dag geleden).",
    ]
    assert wrong(cli) == []


def test_a_sync_by_a_wrong_clock_has_no_age(cli: Cli, place: Path) -> None:
    cli("sync", str(place), "--yes")
    write_state(cli.journal, structs.replace(_state(cli), when=SYSTEM.now() + timedelta(days=800)))
    assert _said(cli)[1:] == [
        f"The last sync with {place} was on DAY. The clock of this computer is wrong, or was wrong then."
    ]
    assert wrong(cli) == ["sync"]


def test_where_it_is_synced_can_not_be_read(cli: Cli) -> None:
    files.make_folder(cli.journal.state)
    path = cli.journal.state / "sync.toml"
    path.write_text("format = 1\naddress = 3\n")
    assert str(path) in _said(cli)[1]
    assert wrong(cli) == ["sync"]


def test_the_file_of_a_device_that_holds_what_was_erased_is_named_until_it_is_gone(
    cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cloud"
    folder.mkdir()
    gone = cli.save(days=3)
    assert cli("sync", str(folder), "--yes").code == 0
    other = Cli(tmp_path / "other device", capsys, monkeypatch)
    assert other("sync", str(folder), "--yes").code == 0
    assert cli("erase", gone.id, "--yes").code == 0
    assert cli("sync").code == 0
    file = folder / f"reflect-tui-{cli.journal.identity.id[:12]}-{_state(other).device}.bundle"
    said = f"The file of another device, {file.name}, still holds what was erased, as the last sync with {folder} saw"
    assert said in " ".join(cli("sync", "--status").out.split())
    assert [sentence for sentence in _said(cli) if sentence.startswith(said)]
    assert wrong(cli) == ["sync"]
    dutch = " ".join(cli("--lang", "nl", "sync", "--status").out.split())
    assert f"{file.name}, staat nog wat is gewist (gezien bij de laatste synchronisatie met {folder})." in dutch
    file.unlink()
    assert "still holds" not in cli("sync", "--status").out
    assert wrong(cli) == []


def test_the_file_of_a_device_that_is_not_encrypted_is_named_until_it_is(
    cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cloud"
    folder.mkdir()
    cli.save(days=3)
    assert cli("sync", str(folder), "--yes").code == 0
    other = Cli(tmp_path / "other device", capsys, monkeypatch)
    assert other("sync", str(folder), "--yes").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("horse\n"))
    assert cli("sync", "--encrypt", "--yes").code == 0
    name = f"reflect-tui-{cli.journal.identity.id[:12]}-{_state(other).device}.bundle"
    assert f"{name}, is not encrypted" in " ".join(cli("sync", "--status").out.split())
    assert wrong(cli) == ["sync"]
    (folder / name).rename(tmp_path / name)
    assert "is not encrypted" not in cli("sync", "--status").out
    assert wrong(cli) == []
