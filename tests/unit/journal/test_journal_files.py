"""Durable files: whole or not there, never over another one."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from reflect_tui.disk import files
from reflect_tui.errors import JournalError


def test_a_new_file_is_private_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    files.write_new(path, b"x")
    files.write_new(path, b"x")
    assert path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["a.toml"]


def test_a_taken_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    files.write_new(path, b"x")
    with pytest.raises(files.TakenError, match="exists already"):
        files.write_new(path, b"y")
    assert path.read_bytes() == b"x"
    assert [found.name for found in tmp_path.iterdir()] == ["a.toml"]


@pytest.mark.parametrize("number", [errno.EPERM, errno.EMLINK, errno.ENOTSUP])
def test_without_hard_links_nothing_is_overwritten_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_names: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "a.toml"
    files.write_new(path, b"x")
    with pytest.raises(files.TakenError):
        files.write_new(path, b"y")
    assert path.read_bytes() == b"x"
    assert [found.name for found in tmp_path.iterdir()] == ["a.toml"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "disk is full"), (errno.EROFS, "read-only"), (errno.EIO, "error")],
)
def test_a_refusing_disk_is_named_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "a.toml"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(JournalError, match=words):
        files.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.toml"]


def test_replace_notices_a_change_from_outside(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    files.replace(path, b"one")
    files.replace(path, b"two", expected=b"one")
    with pytest.raises(files.ChangedOutsideError):
        files.replace(path, b"three", expected=b"one")
    assert path.read_bytes() == b"two"


def test_folders_are_private(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").touch()
    with pytest.raises(JournalError):
        files.make_folder(tmp_path / "file" / "b")


def test_removing_twice_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    files.write_new(path, b"x")
    files.remove(path)
    files.remove(path)
    assert not path.exists()


def test_many_files_are_written_together_and_none_over_another(tmp_path: Path) -> None:
    new = {tmp_path / f"{number}.toml": str(number).encode() for number in range(120)}
    files.write_all_new(new)
    files.write_all_new(new)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == new
    assert {path.stat().st_mode & 0o777 for path in new} == {0o600}
    more = {tmp_path / "more.toml": b"more", tmp_path / "7.toml": b"other", tmp_path / "last.toml": b"last"}
    with pytest.raises(files.TakenError, match=r"7\.toml"):
        files.write_all_new(more)
    standing = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert new.items() <= standing.items() <= {**new, **more, tmp_path / "7.toml": b"7"}.items()


def test_many_files_on_a_disk_that_is_full_are_named_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(JournalError, match="disk is full"):
        files.write_all_new({tmp_path / "a.toml": b"a", tmp_path / "b.toml": b"b"})
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_of_the_same_number_left_goes_after_a_day(tmp_path: Path) -> None:
    """In a container every program may have the same process number."""
    target = tmp_path / "journal.bundle"
    old, new = (tmp_path / files.temporary_name(target.name) for _ in range(2))
    for path in (old, new):
        path.write_bytes(b"half")
    then = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (then, then))
    files.tidy_beside(target)
    assert list(tmp_path.iterdir()) == [new]
