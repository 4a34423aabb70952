"""What a program under attack does to erase: a session with words that are searched for afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import structs

from reflect_tui.errors import NotFoundError
from reflect_tui.model import instrument, library, session
from reflect_tui.model.session import Session
from reflect_tui.store import erasing, erasure
from reflect_tui.store.journal import Journal

CANARY = "the parakeet of the neighbours"
_BYTES = library.bundled_bytes(library.DEFAULT)
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
