"""The turn of a command that writes: alone on the journal, never beside the open app."""

from __future__ import annotations

from reflect_tui.errors import JournalError
from reflect_tui.i18n import _
from reflect_tui.journal import Journal, Lock, holder

WAIT = 10.0  # seconds in which one other program may have the journal; a queue of commands may take longer


def take(journal: Journal) -> Lock:
    """Take the journal's lock; other commands let go of it soon, the open app does not.

    Raises:
        JournalError: the same program still has it after 10 seconds, or the state folder can't be written.
    """
    other = holder(journal.state)
    while not (lock := Lock.acquire(journal.state, WAIT)):
        before, other = other, holder(journal.state)
        if other == before:  # nobody had a turn in all that time
            break
    if lock:
        return lock
    if other is None:
        raise JournalError(_("Another reflect-tui has this journal open. Close it, then try again."))
    text = _("Another reflect-tui has had this journal open since {time} (process {pid}). Close it, then try again.")
    raise JournalError(text.format(time=f"{other.since:%H:%M}", pid=other.pid))
