"""Killed at any system call while a side of an unresolved merge is taken: a whole file, and the merge kept beside."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from msgspec import structs

from reflect_tui import session
from reflect_tui.errors import ReflectError
from reflect_tui.journal import Journal
from reflect_tui.unmerged import Side
from tests.faults import worlds
from tests.faults.counting import Tried
from tests.faults.journal_state import git, snapshot
from tests.faults.operations import FIRST_ID

ROOT = Path(__file__).parent.parent.parent
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


def _attack(strace: str, journal: Journal, side: Side, how: tuple[str, str], when: int) -> bool:
    """Take a side while the call of this number kills or fails; False when there are not so many."""
    call, what = how
    log = journal.root.parent / "strace.log"
    inject = [f"--trace={call}", f"--inject={call}:{what}:when={when}"]
    child = [sys.executable, "-B", "-m", "tests.faults.test_kill_merge", side, str(journal.root), str(journal.state)]
    done = subprocess.run([strace, "-qqq", "-o", str(log), *inject, *child], check=False, capture_output=True, cwd=ROOT)
    assert b"Traceback" not in done.stderr, done.stderr
    return "INJECTED" in log.read_text() or done.returncode < 0


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


def _try(strace: str, folder: Path, side: Side, how: tuple[str, str]) -> int:
    """Attack at every call of one name, each time a new journal; give how often."""
    for when in itertools.count(1):
        base = folder / f"{side}-{how[0]}-{how[1][-6:]}-{when}"
        base.mkdir()
        journal = Journal(base / "journal", base / "state")
        left, sides = _prepare(journal)
        happened = _attack(strace, journal, side, how, when)
        _assert_kept(Journal(journal.root, journal.state), side, left, sides)
        if not happened:
            return when - 1
    raise AssertionError


@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync"])
@pytest.mark.parametrize("side", SIDES)
def test_killed_while_a_side_is_taken(*, strace: str, memory: Path, tried: Tried, side: Side, call: str) -> None:
    count = _try(strace, memory, side, (call, "signal=SIGKILL"))
    tried("kills of the program", count)
    assert count or call in ("linkat", "unlink")


@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_a_call_fails_while_a_side_is_taken(*, strace: str, memory: Path, tried: Tried, call: str, error: str) -> None:
    count = _try(strace, memory, "upper", (call, f"error={error}"))
    tried("failing calls of the program", count)
    assert count


if __name__ == "__main__":
    try:
        taken = SIDES[SIDES.index(sys.argv[1])]
        Journal(Path(sys.argv[2]), Path(sys.argv[3])).take_side(FIRST_ID, taken)
    except ReflectError as error:
        sys.stderr.write(f"{error}\n")
