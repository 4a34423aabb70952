"""What is said of a sync: what it did, what waits, and which documents have two versions."""

from __future__ import annotations

from datetime import datetime

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.session import clock_fault
from reflect_tui.store.sync_state import Synced, SyncStatus
from reflect_tui.text import display
from reflect_tui.views.labels import clock, day


def done(synced: Synced) -> str:
    """Say in a sentence what one sync did, and what must be read of it."""
    return " ".join([_did(synced), *(f"{note}." for note in synced.notes)])


def _did(synced: Synced) -> str:
    if not (synced.sent or synced.received or synced.removed):
        return unread(synced.unread) if synced.unread else _("Synced: both sides are the same.")
    parts = [
        ngettext("{number} file sent", "{number} files sent", synced.sent).format(number=synced.sent),
        ngettext("{number} received", "{number} received", synced.received).format(number=synced.received),
    ]
    if synced.removed:
        text = ngettext("{number} removed here", "{number} removed here", synced.removed)
        parts.append(text.format(number=synced.removed))
    said = _("Synced: {what}.").format(what=", ".join(parts))
    return f"{said} {unread(synced.unread)}" if synced.unread else said


def where(status: SyncStatus, now: datetime) -> str:
    """Say where a journal is synced, when it last was, and that this can't be by a clock that says `now`."""
    if not status.address:
        return _("This journal is not synced with another place yet.")
    shown = display(status.address)
    if status.when is None:
        return _("Synced with {address}: not yet.").format(address=shown)
    text = _("Synced with {address}, last on {day} at {time}.")
    said = text.format(address=shown, day=day(status.when), time=clock(status.when))
    return f"{said} {clock_fault(status.when, now)}".rstrip()


def waiting(number: int) -> str:
    """Say how many files are not synced."""
    return ngettext("{number} not synced", "{number} not synced", number).format(number=number)


def unread(number: int) -> str:
    """Say how many files of other devices were not whole, so that what is in them is not here."""
    text = ngettext(
        "{number} file of another device could not be read; what is new in it is not here yet.",
        "{number} files of other devices could not be read; what is new in them is not here yet.",
        number,
    )
    return text.format(number=number)


def stays_here() -> str:
    """Say what does not travel, and why."""
    return _(
        "Drafts, settings and waiting answers stay on this device: no other copy may hold a single answer. Import the "
        "answers of a round, and close it, on one device."
    )
