"""Journals in the states that an attack begins from, each made once and copied for every attack."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from reflect_tui.git import commit as commits
from reflect_tui.model import library
from reflect_tui.model.assessment import Act
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.bundled import bundled_bytes
from tests.faults import journal_child, operations
from tests.faults.journal_child import session_of
from tests.faults.journal_state import snapshot

SPOILED = b"spoiled by a failing disk"


class World(NamedTuple):
    """A journal before an attack: its session files by path within it, and the acts of its draft."""

    journal: Journal
    sessions: dict[str, bytes]
    acts: tuple[Act, ...]
    amended: bytes = b""
    """The file of the session that its draft amends, if it does; that one is not among `sessions`."""


class Worlds:
    """Makes worlds by the name of their state, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[str, Path] = {}
        self._last = folder
        self._number = 0

    def __call__(self, state: str) -> World:
        """Give a new world in this state (a name below), in the place of the last one."""
        if state not in self._made:
            self._made[state] = self.folder / f"model-{state}"
            self._made[state].mkdir()
            MAKERS[state](_journal(self._made[state]))
        if self._number:
            shutil.rmtree(self._last)
        self._number += 1
        self._last = self.folder / f"{state}-{self._number}"
        subprocess.run(["cp", "--archive", self._made[state], self._last], check=True)
        return look_at(_journal(self._last))


def _journal(base: Path) -> Journal:
    return Journal(base / "journal", base / "state")


def look_at(journal: Journal) -> World:
    """Describe a journal as it is now."""
    found = snapshot(journal.root / "sessions")
    files = {str(Path(path).relative_to(journal.root)): data for path, data in found.items() if path.endswith(".toml")}
    drafts = [draft for draft in journal.drafts.all() if isinstance(draft, Draft)]
    amended = files.pop(journal.path(drafts[0].id), b"") if drafts and drafts[0].amends else b""
    return World(journal, files, drafts[0].acts if drafts else (), amended)


def save(journal: Journal, day: int) -> Path:
    """Save a session with all answers, without history."""
    data = bundled_bytes(library.DEFAULT)
    draft = operations.new_draft(day, answered=True)
    journal.drafts.create(draft, data).close()
    path = journal.save(session_of(journal, draft), data)
    journal.drafts.remove(draft.id)
    return path


def _nothing(_journal_there: Journal) -> None:
    """No journal and no draft: the program was never started."""


def _first(journal: Journal) -> None:
    """No journal yet, and a draft with all its answers."""
    data = bundled_bytes(library.DEFAULT)
    journal.drafts.create(operations.new_draft(2, answered=True), data).close()


def _ready(journal: Journal) -> None:
    """One session in history, and a draft with all its answers."""
    save(journal, 1)
    assert journal.record().obstacle is None
    _first(journal)


def _deleted(journal: Journal) -> None:
    """The same, and the session was deleted."""
    _ready(journal)
    journal.delete(operations.FIRST_ID)


def _elsewhere(journal: Journal) -> None:
    """The same, and beside the journal a session file of another one."""
    _ready(journal)
    other = _journal(journal.root.parent / "other")
    save(other, 6).rename(journal.root.parent / operations.ELSEWHERE)
    shutil.rmtree(journal.root.parent / "other")


def _amending(journal: Journal) -> None:
    """Two sessions in history, and a draft that amends the second one."""
    _ready(journal)
    journal_child.finish(journal)
    operations.begin_to_amend(journal)


def _amending_the_unrecorded(journal: Journal) -> None:
    """The same, but history has only the first one."""
    save(journal, 1)
    assert journal.record().obstacle is None
    save(journal, 2)
    operations.begin_to_amend(journal)


def _half(journal: Journal) -> None:
    """Killed in the midst of everything: a saved draft not removed, an intent, locks, temporary files."""
    _ready(journal)
    save(journal, 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commits, "_update_user_index", lambda *_arguments: None)
        assert journal.record().obstacle is None
    save(journal, 5)
    (draft,) = journal.drafts.all()
    assert isinstance(draft, Draft)
    journal.save(session_of(journal, draft), bundled_bytes(library.DEFAULT))
    for folder in (journal.root, journal.root / "sessions" / "2026", journal.drafts.folder):
        (folder / ".half.0123abcd.tmp").write_bytes(b"half")
    (journal.root / ".git.0123abcd.tmp" / ".git" / "objects").mkdir(parents=True)
    (journal.root / ".git" / "index.lock").write_bytes(b"reflect-tui\n")
    (journal.root / ".git" / "refs" / "heads" / "main.lock").touch()
    (journal.root / ".git" / "reflect-tui" / "index.lock").touch()


def _broken(journal: Journal) -> None:
    """Two sessions in history, whose newest commit can't be read: the repository is to be set aside."""
    _ready(journal)
    save(journal, 4)
    (commit,) = journal.record().commits
    _spoil(journal, commit)


def _worn(journal: Journal) -> None:
    """Much that can be mended: locks of dead programs, a spoiled file in history, index and copy of the instrument."""
    _ready(journal)
    _spoil(journal, journal.repository.tracked()[journal.path(operations.FIRST_ID)])
    (journal.root / ".git" / "index").write_bytes(b"garbage")
    next((journal.root / "instruments").iterdir()).write_bytes(b"garbage")
    for name in ("index.lock", "config.lock", "refs/heads/main.lock"):
        path = journal.root / ".git" / name
        path.touch()
        os.utime(path, (0, 0))
    journal.root.chmod(0o755)


def _lost(journal: Journal) -> None:
    """A power cut took the file of the branch, and left zeros in git's settings."""
    _ready(journal)
    (journal.root / ".git" / "refs" / "heads" / "main").unlink()
    (journal.root / ".git" / "config").write_bytes(SPOILED + bytes(40))


def _covered(journal: Journal) -> None:
    """An empty folder stands in the place of the branch; packed ones of the user's own are beside it."""
    _ready(journal)
    branch = journal.root / ".git" / "refs" / "heads" / "main"
    branch.unlink()
    branch.mkdir()
    empty = journal.repository.git.line("hash-object", "-w", "-t", "tree", "--stdin")
    tag = f"{empty} refs/tags/mine\n".encode()
    (journal.root / ".git" / "packed-refs").write_bytes(b"# " + SPOILED + b"\n" + tag)


def _spoil(journal: Journal, name: str) -> None:
    path = journal.root / ".git" / "objects" / name[:2] / name[2:]
    path.chmod(0o600)
    path.write_bytes(SPOILED)


MAKERS: dict[str, Callable[[Journal], None]] = {
    "nothing": _nothing,
    "first": _first,
    "ready": _ready,
    "deleted": _deleted,
    "amending": _amending,
    "amending the unrecorded": _amending_the_unrecorded,
    "half": _half,
    "broken": _broken,
    "worn": _worn,
    "lost": _lost,
    "covered": _covered,
    "elsewhere": _elsewhere,
}
