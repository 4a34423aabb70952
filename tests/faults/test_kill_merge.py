"""Killed at any system call while a side of an unresolved merge is taken: a whole file, and the merge kept beside."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from msgspec import structs

from reflect_tui.model import session
from reflect_tui.store.journal import Journal
from reflect_tui.toml.formats import Side
from tests.faults import worlds
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.every_call import at_every_call
from tests.faults.journal_state import git, snapshot
from tests.faults.operations import FIRST_ID

PATH = str(session.relative_path(FIRST_ID))
IDENTITY = ("-c", "user.name=a", "-c", "user.email=b")
SIDES: tuple[Side, ...] = get_args(Side)


def _prepare(journal: Journal) -> tuple[bytes, dict[Side, bytes]]:
    """Let real git leave two versions of a session in its file; give the file and what each side is."""
    worlds.save(journal, 1)
    assert journal.record().obstacle is None
    file = journal.root / PATH
    base = session.load(file)
    item = next(iter(base.scores))
    upper, lower = (session.dumps(structs.replace(base, scores={**base.scores, item: n})) for n in (3, 4))
    git(journal, "reset", "-q", "--hard")
    git(journal, "checkout", "-qb", "other")
    _commit(journal, lower)
    git(journal, "checkout", "-q", "-")
    _commit(journal, upper)
    git(journal, *IDENTITY, "merge", "other")
    assert b"<<<<<<< " in file.read_bytes()
    return file.read_bytes(), {"upper": upper, "lower": lower}


def _commit(journal: Journal, data: bytes) -> None:
    (journal.root / PATH).write_bytes(data)
    git(journal, *IDENTITY, "commit", "-qam", "a side")


def _assert_kept(journal: Journal, side: Side, left: bytes, sides: dict[Side, bytes]) -> None:
    """The file is as it was or as it was to be; the next start and the same choice bring it where it belongs."""
    file = journal.root / PATH
    assert file.read_bytes() in (left, sides[side])
    journal.recover(locked=True)
    if file.read_bytes() == left:
        journal.take_side(FIRST_ID, side)
    assert file.read_bytes() == sides[side]
    assert left in [kept.read_bytes() for kept in (journal.state / "replaced").iterdir()]
    assert (journal.root / ".git" / "MERGE_HEAD").exists()
    git(journal, "add", PATH)
    git(journal, *IDENTITY, "commit", "-qm", "merged")
    assert journal.recover(locked=True).recorded.obstacle is None
    assert journal.changed() == ()
    assert git(journal, "show", f"HEAD:{PATH}").encode() == sides[side]
    first = snapshot(journal.root, journal.state)
    journal.recover(locked=True)
    assert snapshot(journal.root, journal.state) == first
    assert not [name for name in first if name.endswith((".tmp", ".lock"))]


def _try(victim: Victim, folder: Path, side: Side, how: tuple[str, str]) -> int:
    made: list[tuple[bytes, dict[Side, bytes]]] = []

    def prepare(journal: Journal) -> None:
        made.append(_prepare(journal))

    def check(journal: Journal) -> None:
        _assert_kept(journal, side, *made[0])

    return at_every_call(victim, folder, f"take_{side}", how, prepare=prepare, check=check)


@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync"])
@pytest.mark.parametrize("side", SIDES)
def test_killed_while_a_side_is_taken(*, victim: Victim, memory: Path, tried: Tried, side: Side, call: str) -> None:
    count = _try(victim, memory, side, (call, "signal=SIGKILL"))
    tried("kills of the program", count)
    assert count or call in ("linkat", "unlink")


@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_a_call_fails_while_a_side_is_taken(
    *, victim: Victim, memory: Path, tried: Tried, call: str, error: str
) -> None:
    count = _try(victim, memory, "upper", (call, f"error={error}"))
    tried("failing calls of the program", count)
    assert count
