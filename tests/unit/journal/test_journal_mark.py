"""The mark in git's own lock: written once, and never taken for ours when it isn't."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal

Put = Callable[[Path, Path], object]


@pytest.fixture
def record(journal: Journal, make_session: Callable[[int], Session], instrument_bytes: bytes) -> Callable[[int], None]:
    def bring(number: int) -> None:
        journal.save(make_session(number), instrument_bytes)
        found = journal.record()
        assert found.obstacle is None
        assert len(found.commits) == 1
        assert not (journal.root / ".git" / "index.lock").exists()

    return bring


@pytest.fixture
def mark(journal: Journal, record: Callable[[int], None]) -> Path:
    record(0)
    return journal.root / ".git" / "reflect-tui" / "mark"


def test_the_mark_is_written_once(mark: Path, record: Callable[[int], None]) -> None:
    before = mark.stat()
    record(1)
    after = mark.stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (before.st_ino, before.st_mtime_ns, 1)


@pytest.mark.parametrize(
    "put",
    [
        lambda mark, _theirs: mark.write_bytes(b"\0" * 12),
        lambda mark, _theirs: mark.write_bytes(b"reflect-tui\nand more"),
        lambda mark, theirs: (mark.unlink(), mark.symlink_to(theirs)),
        lambda mark, theirs: (mark.unlink(), mark.mkdir(), (mark / "of theirs").symlink_to(theirs)),
    ],
)
def test_what_stands_in_the_place_of_the_mark_goes_and_is_not_followed(
    mark: Path, tmp_path: Path, record: Callable[[int], None], put: Put
) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"reflect-tui\n")
    put(mark, theirs)
    record(1)
    assert mark.read_bytes() == b"reflect-tui\n"
    assert not mark.is_symlink()
    assert theirs.stat().st_nlink == 1
    assert theirs.read_bytes() == b"reflect-tui\n"
