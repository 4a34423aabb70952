"""What a journal holds, counted by kind."""

from __future__ import annotations

from collections import Counter

from reflect_tui.store.base import SESSIONS, kind_of
from reflect_tui.store.documents import paths
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers


def contents(journal: Journal) -> Counter[str]:
    """Count the documents of each kind by its folder, the notes in sessions, and what stands beside the journal."""
    entries = journal.all_entries() if journal.root.is_dir() else ()
    counts = Counter(sessions=len(entries))
    counts["notes"] = sum(len(entry.session.notes) for entry in entries if entry.session)
    counts.update(kind.folder for path in paths(journal) if (kind := kind_of(path)) and kind is not SESSIONS)
    counts["drafts"] = len(journal.drafts.all())
    counts["waiting_answers"] = sum(len(pool.answers) for pool in WaitingAnswers(journal).all())
    return +counts
