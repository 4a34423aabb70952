"""Makes a backup, tries it by restoring it beside, reads one again, and joins one to a journal that is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from reflect_tui.disk import encrypted, files
from reflect_tui.errors import JournalError, NotFoundError
from reflect_tui.git.exchange import BRANCH
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.paths import settings_file
from reflect_tui.store import backup as backups
from reflect_tui.store import remainders, restoring
from reflect_tui.store.backup import Backup
from reflect_tui.store.base import read_tombstones
from reflect_tui.store.incoming import placed
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_state import Restored
from reflect_tui.text import display
from reflect_tui.toml import formats
from reflect_tui.usecases import syncing
from reflect_tui.usecases.contents import contents
from reflect_tui.usecases.sync_run import Ask, faulty_sentence, first_faults
from reflect_tui.usecases.written_files import check_target
from reflect_tui.views.keeping import unclear_sentence
from reflect_tui.views.rounds import uncounted_sentence


def check_place(journal: Journal, path: Path, *, replace: bool) -> None:
    """Refuse where there is nothing to back up, or no place for the file of a backup; see check_target()."""
    if files.is_free(journal.root):
        raise NotFoundError(_("There is no journal in {path} yet.").format(path=journal.root))
    check_target(journal, path, replace=replace)


def back_up(journal: Journal, path: Path, moment: datetime, passphrase: str = "") -> tuple[str, ...]:
    """Write a whole journal to one file, once it was restored beside and found the same; "" encrypts nothing.

    A file that stands there is replaced, and stays as it is when this fails; the caller holds the journal's lock.

    Returns:
        The paths of files in history that are no part of a journal, and so not in the backup; their versions are.

    Raises:
        JournalError, BadFileError: it could not be made, or not be restored as it should.
    """
    try:
        packed = backups.pack(journal, settings_file(), moment)
        data = encrypted.seal(packed, passphrase) if passphrase else packed
        backups.verify(journal, encrypted.unseal(data, passphrase) if passphrase else data, path)
    except ObstacleError as error:
        raise JournalError(_("{reason} No backup was written.").format(reason=error)) from error
    remainders.tidy(journal)
    remainders.announce(journal, path)
    files.replace(path, data)
    if formats.read_bytes(path, backups.MAX_BYTES) != data:
        raise backups.unreliable(path)
    backups.remember(journal, path, moment)
    return backups.left_out(journal)


def read_backup(path: Path, secret: Callable[[], str]) -> Backup:
    """Read a backup; `secret` gives the passphrase of an encrypted one.

    Raises:
        BadFileError: it is none, or was changed.
        ReflectError: it can't be read, or the passphrase does not open it.
    """
    data = formats.read_bytes(path, backups.MAX_BYTES)
    return backups.unpack(encrypted.unseal(data, secret()) if encrypted.is_sealed(data) else data, path)


def restore(journal: Journal, backup: Backup, settings: Path, ask: Ask) -> Restored:
    """Restore a backup; nothing that stands is written over, and what was erased here stays away.

    Before anything is erased here that was erased in the backup, `ask` is asked.

    Raises:
        SyncError, BadFileError, JournalError: it can't be; what is saved is as it was.
    """
    before = _contents(journal, settings)
    if files.is_free(journal.root):
        kept = backups.restore(journal, backup, settings)
        came = _contents(journal, settings) - before
        return Restored(came=came, kept=kept, notes=(*_settle(journal), *_faulty(journal)))
    if journal.identity.id != backup.about.journal:
        text = _(
            "In {path} is another journal or something else, which stays as it is. Restore beside it, with --journal "
            "DIR; or move it aside first."
        )
        raise JournalError(text.format(path=journal.root))
    with backups.restored_beside(journal, backup) as copy:
        there = Journal(copy.root, copy.state)
        there.record()  # what was saved and not in history yet when the backup was made
        there.repository.git.run("update-ref", BRANCH, "HEAD")
        erased = len({*there.repository.tracked()} & {*read_tombstones(journal).documents})
        joined = syncing.receive(journal, copy.root / ".git", ask, shown=display(str(backup.path)))
    along = restoring.join_beside(journal, backup, settings)
    came = _contents(journal, settings) - before
    left_out = {"drafts": along.drafts, "waiting_answers": along.answers}
    unclear = (unclear_sentence(round_id, count) for round_id, count in along.unclear.items())
    return Restored(
        joined=joined,
        came=came,
        erased=erased,
        left_out={kind: count for kind, count in left_out.items() if count},
        kept=along.kept,
        notes=(*joined.notes, *unclear, *along.refused, *_settle(journal)),
    )


def _contents(journal: Journal, settings: Path) -> Counter[str]:
    return contents(journal) + Counter(settings=int(settings.exists()))


def _faulty(journal: Journal) -> tuple[str, ...]:
    """Say which sessions of a backup have faults: they are restored all the same, as it may be all that is left."""
    entries = journal.all_entries()
    faults = [placed(entry.path, fault) for entry in entries for fault in entry.faults]
    return (faulty_sentence(first_faults(faults)),) if faults else ()


def _settle(journal: Journal) -> tuple[str, ...]:
    """Destroy what a backup brought back of rounds that ended since; say what is lost by it."""
    return tuple(map(uncounted_sentence, journal.settle_rounds()))
