"""Confidential rounds as earlier versions closed them: a session for every answer, here called a row.

Rows are read as the figures that may be told, see told_round(), and never by themselves. Converting a round writes
these figures into its file and removes the rows; the history keeps what it had.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence

from msgspec import Struct

from reflect_tui.analysis.release import told_round
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.store import sessions as saved_sessions
from reflect_tui.store.base import ROUNDS, Store, session_path
from reflect_tui.store.documents import Shelf
from reflect_tui.store.scan import Entry


class RoundWithRows(Struct, frozen=True):
    """A closed confidential round of which there are rows; `told` has its figures, or None where a row is missing."""

    round: Round
    rows: tuple[Session, ...]
    told: Round | None


def rounds_with_rows(store: Store, entries: Iterable[Entry]) -> tuple[RoundWithRows, ...]:
    """List the closed confidential rounds that have rows among these files, the newest first."""
    rows: dict[str, list[Session]] = {}
    for entry in entries:
        if entry.session and entry.session.round:
            rows.setdefault(entry.session.round, []).append(entry.session)
    found = []
    for name in sorted(rows, reverse=True):
        with contextlib.suppress(NotFoundError):  # rows without a round, or without their instrument
            document = Shelf(store, ROUNDS).get(name)
            if document.value and document.value.is_confidential and document.value.state == "closed":
                found.append(RoundWithRows(document.value, tuple(rows[name]), _told(store, document.value, rows[name])))
    return tuple(found)


def _told(store: Store, earlier: Round, rows: Sequence[Session]) -> Round | None:
    """Return a round with its figures; None where they can't be told of every group that is large enough."""
    content = store.library.find(earlier.instrument, earlier.version, earlier.digest)
    told = told_round(content, earlier, rows)
    large = {role for role in earlier.roles if earlier.answered_in(role) >= earlier.needed(role)}
    return told if earlier.closed or {group.role for group in told.released} == large else None


def convert(store: Store, earlier: RoundWithRows) -> None:
    """Write the figures of a round into its file, then remove its rows, those in history by a commit each.

    Every step can be cut short: the next run finds the round with its figures, and the rows that are left.

    Raises:
        ReflectError: a row is missing, so that the figures can't be told; nothing is changed.
        JournalError: history or a file can't be written.
    """
    if earlier.told is None:
        raise ReflectError(_("An answer of {id} is missing; nothing was changed.").format(id=earlier.round.id))
    shelf = Shelf(store, ROUNDS)
    document = shelf.get(earlier.round.id)
    if document.value is None:
        raise BadFileError(document.path, document.faults)
    if not document.value.closed:
        shelf.save(earlier.round.id, rounds.dumps(earlier.told), "released", document.data)
    for row in earlier.rows:
        remove_row(store, row)


def remove_row(store: Store, row: Session) -> None:
    """Remove a row: by a commit where history has it, else so that it never comes there.

    Raises:
        ReflectError: history can't be read or written; the row stays.
    """
    if is_known(store, row):
        saved_sessions.delete(store, row.id)
    else:
        files.remove(store.root / sessions.relative_path(row.id))


def is_known(store: Store, session: Session) -> bool:
    """Check whether history has a session, in whatever version.

    Raises:
        ReflectError: history can't be read.
    """
    return store.repository.exists() and bool(store.repository.versions(session_path(session.id)))
