"""A session that git could not merge: both versions can be seen, and either can be taken."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui.errors import BadFileError
from reflect_tui.model import session
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from reflect_tui.toml import formats
from reflect_tui.toml.formats import Side
from tests.unit.journal.conftest import Git, MakeSession


@pytest.fixture(params=["merge", "diff3"])
def conflict(
    journal: Journal, git: Git, make_session: MakeSession, instrument_bytes: bytes, request: pytest.FixtureRequest
) -> tuple[Path, Session, Session]:
    """Let real git leave two versions of a session in its file."""
    base = make_session()
    item = next(iter(base.scores))
    ours, theirs = (structs.replace(base, scores={**base.scores, item: score}) for score in (3, 4))
    assert base.scores[item] not in (3, 4)
    path = journal.root / session.relative_path(base.id)
    journal.save(base, instrument_bytes)
    journal.record()
    git("reset", "-q", "--hard")
    git("checkout", "-qb", "other")
    path.write_bytes(session.dumps(theirs))
    git("commit", "-qam", "theirs")
    git("checkout", "-q", "main")
    path.write_bytes(session.dumps(ours))
    git("commit", "-qam", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        git("-c", f"merge.conflictStyle={request.param}", "merge", "other")
    assert b"<<<<<<< " in path.read_bytes()
    return path, ours, theirs


def test_an_unresolved_merge_is_called_by_its_name(journal: Journal, conflict: tuple[Path, Session, Session]) -> None:
    path, *_sides = conflict
    (entry,) = journal.entries()
    (fault,) = entry.faults
    line = path.read_text().splitlines().index("<<<<<<< HEAD") + 1
    assert str(fault) == f"line {line}, column 1: {formats.conflict_message()}"
    assert formats.has_conflict(entry.faults)


@pytest.mark.parametrize(("side", "number"), [("upper", 0), ("lower", 1)])
def test_either_side_can_be_taken_and_the_file_is_kept(
    journal: Journal, git: Git, conflict: tuple[Path, Session, Session], side: Side, number: int
) -> None:
    path, *sides = conflict
    left = path.read_bytes()
    journal.take_side(sides[0].id, side)
    assert session.load(path) == sides[number]
    assert [file.read_bytes() for file in (journal.state / "replaced").iterdir()] == [left]
    assert journal.repository.obstacle() is not None  # the merge is the user's to end
    git("add", ".")
    git("commit", "-qm", "merged")
    assert journal.record().obstacle is None
    assert git("show", f"HEAD:{session.relative_path(sides[0].id)}").encode() == session.dumps(sides[number])


def test_a_side_that_is_no_session_changes_nothing(journal: Journal, conflict: tuple[Path, Session, Session]) -> None:
    path, ours, _theirs = conflict
    spoiled = path.read_bytes().replace(b'role = "self"', b'role = "boss"')
    path.write_bytes(spoiled)
    with pytest.raises(BadFileError, match="role"):
        journal.take_side(ours.id, "upper")
    assert path.read_bytes() == spoiled


@pytest.mark.parametrize(
    "data",
    [
        b"a = 1\n",
        b"<<<<<<< HEAD\na = 1\n",
        b"<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n<<<<<<< HEAD\na = 3\n",
        b"<<<<<<< HEAD\n<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n=======\n>>>>>>> c\n",
        b"=======\na = 1\n>>>>>>> b\n",
    ],
)
def test_marks_that_do_not_belong_together_are_not_guessed_at(data: bytes) -> None:
    with pytest.raises(ValueError, match="upper"):
        formats.resolve_conflict(data, "upper")


def test_every_place_is_taken_from_the_same_side() -> None:
    data = b"".join(b"<<<<<<< a\r\nx%d\r\n=======\r\ny%d\r\n>>>>>>> b\r\nz\r\n" % (n, n) for n in range(3))
    assert formats.resolve_conflict(data, "lower") == b"y0\r\nz\r\ny1\r\nz\r\ny2\r\nz\r\n"
    assert formats.resolve_conflict(data, "upper") == b"x0\r\nz\r\nx1\r\nz\r\nx2\r\nz\r\n"
