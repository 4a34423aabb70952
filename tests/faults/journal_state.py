"""What must hold after a fault, and how to look at a journal from outside."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from reflect_tui.model import session
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.faults import journal_child

CHILD = Path(__file__).with_name("journal_child.py")


def saved_session(journal: Journal, draft: Draft, data: bytes) -> session.Session:
    journal.drafts.create(draft, data).close()
    made = journal_child.session_of(journal, draft)
    journal.drafts.remove(draft.id)
    return made


def snapshot(*folders: Path) -> dict[str, bytes]:
    """Give the content of every file below some folders."""
    found: dict[str, bytes] = {}
    for top in folders:
        for folder, _names, names in os.walk(top):
            found |= {str(path): path.read_bytes() for path in (Path(folder, name) for name in names) if path.is_file()}
    return found


def git(journal: Journal, *command: str) -> str:
    done = subprocess.run(["git", *command], cwd=journal.root, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def assert_whole_again(journal: Journal, earlier: dict[str, bytes]) -> None:
    """Check everything that a user may rely on, after the program died at some point of finishing the draft."""
    (draft,) = journal.drafts.all() or (None,)
    entries = {entry.id: entry for entry in journal.all_entries()}
    unfinished = "2026-01-02T1000-self-000002" not in entries
    assert not unfinished or isinstance(draft, Draft)
    assert [entry.faults for entry in entries.values()] == [()] * len(entries)
    assert all(len(entry.session.scores) == 92 for entry in entries.values() if entry.session)
    recovered = journal.recover(locked=True)
    assert recovered.recorded.obstacle is None, recovered.recorded.obstacle.sentence
    assert recovered.recorded.pending == ()
    if unfinished:
        assert isinstance(draft, Draft)
        assert len(draft.acts) == 92
        journal_child.finish(journal)
    assert journal.drafts.all() == ()
    assert journal.pending() == ()
    first = snapshot(journal.root, journal.state)
    again = journal.recover(locked=True)
    assert (again.drafts, again.tidied, again.recorded.commits) == ((), (), ())
    assert snapshot(journal.root, journal.state) == first
    left = [path for path in first if path.endswith((".tmp", ".lock"))]
    assert not left, left
    assert {path: first[path] for path in earlier} == earlier
    fsck = git(journal, "fsck", "--full", "--strict")
    assert not [line for line in fsck.splitlines() if not line.startswith(("dangling", "notice"))], fsck
    assert git(journal, "status", "--porcelain") == ""
    assert len(git(journal, "log", "--format=%H").split()) == len(journal.all_entries())


def earlier_files(journal: Journal) -> dict[str, bytes]:
    """Give the session files that must stay as they are."""
    return snapshot(journal.root / "sessions")
