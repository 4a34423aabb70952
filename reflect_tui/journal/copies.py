"""The journal's own copies of the instruments it was answered on: which it lacks, and where they can be found."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from reflect_tui import instrument, library
from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.instrument import digest
from reflect_tui.journal import recording
from reflect_tui.journal.journal import Journal
from reflect_tui.session import Session


def lacking(journal: Journal) -> tuple[Session, ...]:
    """List a session for every instrument whose copy the journal lacks."""
    sessions = {entry.session.digest: entry.session for entry in journal.all_entries() if entry.session}
    return tuple(session for session in sessions.values() if recording.find_copy(journal.root, session) is None)


def find(journal: Journal, session: Session) -> bytes | None:
    """Find an instrument elsewhere: with the program, with the drafts, or in history; None when it is nowhere."""
    return next((content for content in _candidates(journal, session) if digest(content) == session.digest), None)


def _candidates(journal: Journal, session: Session) -> Iterator[bytes]:
    if session.instrument in library.bundled_ids():
        yield library.bundled_bytes(session.instrument)
    with contextlib.suppress(ReflectError):
        yield journal.drafts.instrument_bytes(session.digest)
    for name in recording.copy_names(session):
        with contextlib.suppress(ReflectError):
            yield journal.repository.read("HEAD", name)


def place(journal: Journal, session: Session) -> tuple[Path, bool]:
    """Give where the copy belongs, and whether a spoiled one stands there.

    Another good instrument of the same id and version keeps its place; the copy then gets the second name.
    """
    plain, marked = (journal.root / name for name in recording.copy_names(session))
    if not os.path.lexists(plain):
        return plain, False
    target = marked if _is_instrument(plain) else plain
    return target, target.is_file()


def in_the_way(journal: Journal, session: Session) -> Path | None:
    """Give what keeps the copy from its place, a file where its folder belongs or the reverse; None when nothing."""
    target, _spoiled = place(journal, session)
    if os.path.lexists(target.parent) and not target.parent.is_dir():
        return target.parent
    return target if target.is_dir() else None


def _is_instrument(path: Path) -> bool:
    try:
        instrument.load(path)
    except BadFileError:
        return False
    return True
