"""What is said of a sync: what it did, what waits, and which documents have two versions."""

from __future__ import annotations

from pathlib import Path

from reflect_tui.errors import BadFileError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model import session as sessions
from reflect_tui.store.sync_state import Choice, Synced, SyncStatus
from reflect_tui.text import display
from reflect_tui.views.labels import id_name


def done(synced: Synced) -> str:
    """Say in a sentence what one sync did."""
    if not (synced.sent or synced.received or synced.removed):
        return _("Synced: both sides are the same.")
    parts = [
        ngettext("{number} file sent", "{number} files sent", synced.sent).format(number=synced.sent),
        ngettext("{number} received", "{number} received", synced.received).format(number=synced.received),
    ]
    if synced.removed:
        text = ngettext("{number} removed here", "{number} removed here", synced.removed)
        parts.append(text.format(number=synced.removed))
    return _("Synced: {what}.").format(what=", ".join(parts))


def where(status: SyncStatus) -> str:
    """Say where a journal is synced, and since when it was."""
    if not status.address:
        return _("This journal is not synced with another place yet.")
    shown = display(status.address)
    if status.when is None:
        return _("Synced with {address}: not yet.").format(address=shown)
    return _("Synced with {address}, last on {day} at {time}.").format(
        address=shown, day=f"{status.when:%Y-%m-%d}", time=f"{status.when:%H:%M}"
    )


def waiting(number: int) -> str:
    """Say how many files are not synced."""
    return ngettext("{number} not synced", "{number} not synced", number).format(number=number)


def document_name(path: str) -> str:
    """Name a document of which there are two versions: a session by its day, another one by its file."""
    stem = Path(path).stem
    return id_name(stem) if sessions.is_id(stem) and path.startswith("sessions/") else path


def choices(choice: Choice) -> list[str]:
    """Say of each version of a document what is in it, the one in its place first."""
    return [f"{number}  {_version(choice.document, data)}" for number, data in enumerate(choice.contents, start=1)]


def _version(document: str, data: bytes | None) -> str:
    if data is None:
        return _("deleted")
    try:
        session = sessions.parse(data, document)
    except BadFileError:
        return _("{number} lines").format(number=len(data.splitlines()))
    scored = sum(isinstance(score, int) for score in session.scores.values())
    answers = ngettext("{number} statement scored", "{number} statements scored", scored).format(number=scored)
    notes = ngettext("{number} note", "{number} notes", len(session.notes)).format(number=len(session.notes))
    total = sum(score for score in session.scores.values() if isinstance(score, int))
    return _("{answers} (sum {total}), {notes}").format(answers=answers, total=total, notes=notes)
