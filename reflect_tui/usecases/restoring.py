"""Restores a backup: as it was where there is no journal yet, else joined to the journal that is there."""

from __future__ import annotations

from pathlib import Path

from reflect_tui.errors import JournalError
from reflect_tui.git.exchange import BRANCH
from reflect_tui.i18n import _
from reflect_tui.store import backup as backups
from reflect_tui.store.backup import Backup
from reflect_tui.store.base import read_tombstones
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_state import Restored
from reflect_tui.usecases import syncing
from reflect_tui.usecases.sync_run import Ask
from reflect_tui.views.rounds import uncounted_sentence


def restore(journal: Journal, backup: Backup, settings: Path, ask: Ask) -> Restored:
    """Restore a backup; nothing that stands is written over, and what was erased here stays away.

    Before anything is erased here that was erased in the backup, `ask` is asked.

    Raises:
        SyncError, BadFileError, JournalError: it can't be; what is saved is as it was.
    """
    if backups.is_free(journal.root):
        kept = backups.restore(journal, backup, settings)
        return Restored(kept=kept, notes=_settle(journal))
    if journal.identity.id != backup.about.journal:
        text = _(
            "In {path} is another journal or something else, which stays as it is. Restore beside it, with --journal "
            "DIR; or move it aside first."
        )
        raise JournalError(text.format(path=journal.root))
    with backups.restored_beside(journal, backup) as copy:
        beside = Journal(copy.root, copy.state)
        beside.record()  # what was saved and not in history yet when the backup was made
        beside.repository.git.run("update-ref", BRANCH, "HEAD")
        erased = len({*beside.repository.tracked()} & {*read_tombstones(journal).documents})
        joined = syncing.receive(journal, copy.root / ".git", ask)
    kept = backups.write_rest(journal, backup, settings)
    return Restored(joined=joined, erased=erased, kept=kept, notes=(*joined.notes, *_settle(journal)))


def _settle(journal: Journal) -> tuple[str, ...]:
    """Destroy what a backup brought back of rounds that ended since; say what is lost by it."""
    return tuple(map(uncounted_sentence, journal.settle_rounds()))
