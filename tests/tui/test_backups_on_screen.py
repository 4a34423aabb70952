"""`S`, then `b`: a backup is made, tried and told; one is restored, and joined to the journal that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from reflect_tui.store import backup, erasing, erasure
from reflect_tui.store.journal import Journal
from tests.tui.conftest import Seat, opened


def _data(path: Path) -> bytes:
    return path.read_bytes()


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


async def _fill_in(seat: Seat, path: Path) -> None:
    seat.app.screen.query_one(Input).value = str(path)
    await seat.press("enter")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "all.backup"


async def test_a_backup_is_made_and_is_the_newest_from_then_on(demo: Journal, file: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("S", "b")
        assert "No backup is known here yet." in seat.words()
        await seat.press("enter")
        await _fill_in(seat, file)
        assert "Written, restored beside to try it, and found the same: " in seat.words()
        assert "all.backup. It is not encrypted" in seat.words()
        assert "(today)" in seat.words()
        _write(file, b"something else")
        await seat.press("enter")
        await _fill_in(seat, file)
        assert "Replace this file?" in seat.words()
        assert "all.backup exists already." in seat.words()
        await seat.press("escape")
        assert "Nothing was written." in seat.words()
        assert _data(file) == b"something else"
        await seat.press("enter")
        await _fill_in(seat, file)
        await seat.press("enter")
        assert "found the same" in seat.words()
        assert _data(file).startswith(b"PK")  # a zip file again, of another second
    assert [each.path for each in backup.known(demo)] == [str(file)]


async def test_an_encrypted_one_asks_for_its_passphrase_and_comes_back_on_an_empty_machine(
    demo: Journal, file: Path, tmp_path: Path
) -> None:
    async with opened(demo) as seat:
        await seat.press("S", "b", "e")
        await _fill_in(seat, file)
        for _time in range(2):
            await seat.type(*"horse", "enter")
        assert "found the same" in seat.words()
        assert "not encrypted" not in seat.words()
    assert _data(file).startswith(b"age-encryption.org/v1")
    other = Journal(tmp_path / "other", tmp_path / "other state")
    async with opened(other) as seat:
        await seat.press("S", "b", "r")
        await _fill_in(seat, file)
        await seat.type(*"wrong", "enter")
        assert "The passphrase does not fit" in seat.words()
        assert not other.root.exists()
        await seat.press("r")
        await _fill_in(seat, file)
        await seat.type(*"horse", "enter")
        assert "as it was on" in seat.words()
        assert len(other.own()) == len(demo.own()) > 0
    assert other.repository.head() == demo.repository.head()


async def test_what_was_erased_since_stays_away(demo: Journal, file: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("S", "b", "enter")
        await _fill_in(seat, file)
        gone = demo.own()[0].id
        erasing.carry_out(demo, erasure.session(demo, gone))
        await seat.press("r")
        await _fill_in(seat, file)
        assert "of the backup were erased here, and stay away" in seat.words()
        assert gone not in [session.id for session in demo.own()]
