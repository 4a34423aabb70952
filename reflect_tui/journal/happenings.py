"""The events of a journal: kept as its other documents are, see documents; only shorter to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reflect_tui import events
from reflect_tui.errors import NotFoundError
from reflect_tui.events import Event
from reflect_tui.i18n import _
from reflect_tui.journal.documents import Document
from reflect_tui.text import display

if TYPE_CHECKING:
    from reflect_tui.journal.journal import Journal


def entries(journal: Journal) -> tuple[Document[Event], ...]:
    """List every file among the events, oldest event first, readable or not."""
    found = journal.events.all()
    return tuple(sorted(found, key=lambda one: (one.value.moment.timestamp() if one.value else 0.0, one.path)))


def readable(journal: Journal) -> tuple[Event, ...]:
    """List the events that can be read, oldest first."""
    return tuple(entry.value for entry in entries(journal) if entry.value)


def add(journal: Journal, event: Event) -> None:
    """Keep an event: when this returns, it is on the disk. History follows; see Journal.record().

    Raises:
        JournalError: it can't be written, or an event of this id with another content is there.
    """
    journal.events.save(event.id, events.dumps(event), "made")


def remove(journal: Journal, event_id: str) -> None:
    """Take an event away; restore() brings it back.

    Raises:
        NotFoundError: there is no such event.
        JournalError: it could not be taken away.
    """
    journal.events.remove(event_id, journal.events.get(_known(event_id)).data)


def restore(journal: Journal, event_id: str) -> None:
    """Bring back an event that was removed, as it was last.

    Raises:
        NotFoundError: no event of this id was removed.
        JournalError: it can't be written, or history can't be read.
    """
    journal.events.restore(_known(event_id))


def _known(event_id: str) -> str:
    if not events.is_id(event_id):
        raise NotFoundError(_('There is no event "{id}".').format(id=display(event_id)))
    return event_id
