"""What a program under attack does to erase a session, whose words are searched for, to back up and to restore."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

from msgspec import structs

from reflect_tui.disk import files
from reflect_tui.errors import NotFoundError
from reflect_tui.model import instrument, library, session
from reflect_tui.model.session import Session
from reflect_tui.store import backup, erasing, erasure
from reflect_tui.store.journal import Journal
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.usecases import backing_up
from tests.bundled import bundled_bytes

CANARY = "the parakeet of the neighbours"
_BYTES = bundled_bytes(library.DEFAULT)
_ITEMS = instrument.parse(_BYTES, "instrument")


def _session(day: int, note: str) -> Session:
    started = datetime(2026, 2, day, 10, tzinfo=UTC)
    return Session(
        id=session.new_id(started, "self", f"{day:06x}"), instrument=_ITEMS.id, version=_ITEMS.version,
        digest=_ITEMS.digest, role="self", started=started, finished=started + timedelta(minutes=5),
        scores={item.id: 3 for item in _ITEMS.items}, notes={_ITEMS.items[0].id: note},
    )  # fmt: skip


KEPT, GONE = _session(1, "this one stays"), _session(2, CANARY)


def keep_two_sessions(journal: Journal) -> None:
    """Keep two sessions; the later one, with the words, has two versions."""
    for made in (KEPT, GONE):
        journal.save(made, _BYTES)
        journal.record()
    journal.amend(structs.replace(GONE, remark=f"{CANARY} again"), "another look", session.dumps(GONE))
    journal.record()


def erase_a_session(journal: Journal) -> None:
    """Erase the later one, if it is still there."""
    journal.record()
    try:
        erasing.carry_out(journal, erasure.session(journal, GONE.id))
    except (NotFoundError, OSError):  # a pipe to git that takes no more, which the command line tells as it is
        return
    journal.record()


def make_a_backup(journal: Journal) -> None:
    """Leave a backup of another machine, with a draft and an answer that waits, beside an empty place."""
    machine = journal.root.parent / "machine"
    other = Journal(machine / "journal", machine / "states" / "state")
    keep_two_sessions(other)
    for folder in (other.state / "drafts", WaitingAnswers(other).folder):
        folder.mkdir(parents=True)
        (folder / f"{GONE.id}.toml").write_text(CANARY)
    packed = backup.pack(other, journal.root.parent / "settings.toml", datetime(2026, 3, 1, tzinfo=UTC))
    (journal.root.parent / "backup.zip").write_bytes(packed)
    shutil.rmtree(machine)


def restore_a_backup(journal: Journal) -> None:
    """Restore it where there is no journal; nothing to do if that was done."""
    path = journal.root.parent / "backup.zip"
    if files.is_free(journal.root):
        backup.restore(journal, backup.unpack(path.read_bytes(), path), None)


def back_up_all(journal: Journal) -> None:
    """Make a backup where an earlier one stands."""
    backing_up.back_up(journal, journal.root.parent / "all.backup", datetime(2026, 3, 2, tzinfo=UTC))
