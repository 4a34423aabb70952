"""How to look at a journal from outside."""

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
