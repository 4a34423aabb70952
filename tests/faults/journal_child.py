"""A program to be killed: fills in a draft, or finishes one, of the journal that its arguments name."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from reflect_tui.clock import SYSTEM
from reflect_tui.model.assessment import Answer, replay
from reflect_tui.model.session import Session
from reflect_tui.store.draft_file import Draft, DraftState
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import filling


def session_of(journal: Journal, draft: Draft) -> Session:
    """Make the session that a draft adds up to."""
    assessment = replay(journal.drafts.instrument(draft), draft.acts)
    return Session(
        id=draft.id,
        instrument=draft.instrument,
        version=draft.version,
        digest=draft.digest,
        role=draft.role,
        started=draft.started,
        finished=draft.started + timedelta(minutes=5),
        scores=assessment.ordered_scores(),
    )


def finish(journal: Journal) -> None:
    """Finish every draft and bring it into history."""
    for draft in journal.drafts.all():
        if isinstance(draft, Draft) and draft.amends:
            filling.finish(journal, filling.resume(journal, SYSTEM, draft))
        elif isinstance(draft, Draft):
            session = session_of(journal, draft)
            journal.finish(draft.id, session)
    journal.record()


def fill_in(journal: Journal) -> None:
    """Answer for ever, telling after each written act how many there are."""

    def tell(state: DraftState) -> None:
        os.write(1, f"{state.written}\n".encode())

    (draft,) = journal.drafts.all()
    if isinstance(draft, Draft):
        items = journal.drafts.instrument(draft).items
        writer = journal.drafts.resume(draft)
        writer.listen(tell)
        for number in range(100_000):
            writer.append(Answer(items[number % len(items)].id, number % 4 + 1), 0.1)
            if number % 50 == 49:
                writer.flush()
        writer.close()


if __name__ == "__main__":
    {"finish": finish, "fill_in": fill_in}[sys.argv[1]](Journal(Path(sys.argv[2]), Path(sys.argv[3])))
