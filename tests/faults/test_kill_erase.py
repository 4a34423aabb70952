"""Killed at any call, of the program or of git, an erasure has not begun, or is finished by the next start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reflect_tui.model import session
from reflect_tui.store import backup, remainders
from reflect_tui.store.journal import Journal
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.erase_acts import (
    CANARY,
    GONE,
    KEPT,
    back_up_all,
    erase_a_session,
    keep_two_sessions,
    make_a_backup,
    restore_a_backup,
)
from tests.faults.every_call import at_every_call
from tests.faults.git_children import Children
from tests.faults.journal_state import git
from tests.faults.turns import of_this_turn
from tests.faults.worlds import look_at


def _found(journal: Journal) -> list[str]:
    """Name every file and object with the words in it."""
    files = [path for top in (journal.root, journal.state) for path in top.rglob("*") if path.is_file()]
    found = [str(path) for path in files if CANARY.encode() in path.read_bytes()]
    for about in git(journal, "cat-file", "--batch-all-objects", "--batch-check").splitlines():
        name, kind, _size = about.split()
        found += [f"{kind} {name}"] if CANARY in git(journal, "cat-file", "-p", name) else []
    return found


def _assert_all_or_nothing(journal: Journal) -> None:
    begun = (journal.state / "erasing.json").exists() or not journal.path(GONE.id) or not _file(journal).exists()
    recorded = journal.recover(locked=True).recorded
    assert recorded.obstacle is None, recorded.obstacle
    if begun:
        assert _found(journal) == []
        assert not _file(journal).exists()
    else:
        assert _file(journal).exists()
        assert [version.deleted for version in journal.repository.versions(journal.path(GONE.id))] == [False, False]
    assert (journal.root / journal.path(KEPT.id)).read_bytes() == session.dumps(KEPT)
    assert journal.repository.read("HEAD", journal.path(KEPT.id)) == session.dumps(KEPT)
    assert not (journal.state / "erasing.json").exists()
    assert not [path for path in journal.root.rglob("*") if path.name.endswith((".tmp", ".lock"))]
    assert "error" not in git(journal, "fsck", "--full", "--strict")
    assert git(journal, "status", "--porcelain") == ""
    erase_a_session(journal)
    assert _found(journal) == []


def _file(journal: Journal) -> Path:
    return journal.root / journal.path(GONE.id)


@pytest.mark.parametrize("call", ["write", "rename", "unlink", "fsync", "mkdir", "rmdir"])
def test_killed_while_a_session_is_erased(*, victim: Victim, memory: Path, tried: Tried, call: str) -> None:
    how = (call, "signal=SIGKILL")
    count = at_every_call(
        victim, memory, "erase_a_session", how, prepare=keep_two_sessions, check=_assert_all_or_nothing
    )
    tried("kills of the program", count)
    assert count


def test_a_git_command_killed_while_a_session_is_erased(
    *, victim: Victim, memory: Path, tried: Tried, tmp_path: Path
) -> None:
    def world(name: str) -> Journal:
        shutil.rmtree(memory / name, ignore_errors=True)
        if (memory / "model").exists():
            shutil.copytree(memory / "model", memory / name, symlinks=True)
        return Journal(memory / name / "journal", memory / name / "state")

    keep_two_sessions(world("model"))
    children = Children(victim, tmp_path)
    points = children.plan("erase_a_session", look_at(world("planned")))
    assert {point.command for point in points} >= {"fast-import", "update-ref", "repack", "prune"}
    for point in of_this_turn(points):
        journal = world("attacked")
        outcome, happened = children.attack("erase_a_session", look_at(journal), point, "signal=SIGKILL")
        assert not outcome.status, outcome
        _assert_all_or_nothing(Journal(journal.root, journal.state))
        tried("kills of git", happened)


@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_a_call_fails_while_a_session_is_erased(
    *, victim: Victim, memory: Path, tried: Tried, call: str, error: str
) -> None:
    how = (call, f"error={error}")
    count = at_every_call(
        victim, memory, "erase_a_session", how, prepare=keep_two_sessions, check=_assert_all_or_nothing
    )
    tried("failing calls of the program", count)
    assert count


def _copies(journal: Journal) -> list[Path]:
    """List the files beside the journal with the words in them, but for the backup itself."""
    held = [path for path in journal.root.parent.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    return [path for path in held if not path.is_relative_to(journal.root) and path.suffix != ".zip"]


def _assert_restored_or_not_begun(journal: Journal) -> None:
    """The journal is there whole, or nothing of it is once any command looked; restoring again finishes."""
    remainders.clear(journal)
    if not journal.root.exists():
        assert _copies(journal) == []
    assert remainders.remainders(journal) == ()
    if journal.root.exists():
        assert (journal.root / journal.path(KEPT.id)).read_bytes() == session.dumps(KEPT)
        assert "error" not in git(journal, "fsck", "--full", "--strict")
        assert git(journal, "status", "--porcelain") == ""
        assert journal.recover(locked=True).recorded.commits == ()
    restore_a_backup(Journal(journal.root, journal.state))
    assert [entry.id for entry in journal.entries()] == [GONE.id, KEPT.id]
    assert {path.parent.name for path in _copies(journal)} >= {"drafts"}
    assert len(_copies(journal)) == 2  # the draft and the answer
    assert not list(journal.root.parent.glob("**/*.tmp"))
    assert len(git(journal, "log", "--format=%H").split()) == 3


@pytest.mark.parametrize("call", ["write", "rename", "linkat", "unlink", "fsync", "mkdir"])
def test_killed_while_a_backup_is_restored(*, victim: Victim, memory: Path, tried: Tried, call: str) -> None:
    how = (call, "signal=SIGKILL")
    count = at_every_call(
        victim, memory, "restore_a_backup", how, prepare=make_a_backup, check=_assert_restored_or_not_begun, whole=True
    )
    tried("kills of the program", count)
    assert count


def _keep_a_backup(journal: Journal) -> None:
    keep_two_sessions(journal)
    back_up_all(journal)


def _assert_backed_up_or_as_before(journal: Journal) -> None:
    """The file is the earlier backup or a whole new one; no other copy of the journal is left after the next start."""
    path = journal.root.parent / "all.backup"
    backup.verify(journal, path.read_bytes(), path)
    assert journal.recover(locked=True).recorded.commits == ()
    assert git(journal, "status", "--porcelain") == ""
    names = {entry.name for folder in (journal.root.parent, journal.state) for entry in folder.iterdir()}
    assert not [name for name in names if "trial" in name or name.endswith(".tmp")], names
    back_up_all(journal)


@pytest.mark.parametrize("how", [("write", "signal=SIGKILL"), ("rename", "signal=SIGKILL"), ("fsync", "error=EIO")])
def test_killed_or_refused_while_a_backup_is_made(
    *, victim: Victim, memory: Path, tried: Tried, how: tuple[str, str]
) -> None:
    count = at_every_call(
        victim, memory, "back_up_all", how, prepare=_keep_a_backup, check=_assert_backed_up_or_as_before
    )
    tried("kills and refusals of the program", count)
    assert count
