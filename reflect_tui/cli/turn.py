"""The turn of a command that writes: alone on the journal, never beside the open app."""

from __future__ import annotations

from reflect_tui.errors import JournalError
from reflect_tui.i18n import _
from reflect_tui.journal import Journal, Lock, holder

WAIT = 10.0  # seconds


def take(journal: Journal) -> Lock:
    """Take the journal's lock; other commands let go of it soon, the open app does not.

    Raises:
        JournalError: another program still has it after 10 seconds, or the state folder can't be written.
    """
    lock = Lock.acquire(journal.state, WAIT)
    if lock:
        return lock
    other = holder(journal.state)
    if other is None:
        raise JournalError(_("Another reflect-tui has this journal open. Close it, then try again."))
    text = _("Another reflect-tui has had this journal open since {time} (process {pid}). Close it, then try again.")
    raise JournalError(text.format(time=f"{other.since:%H:%M}", pid=other.pid))
