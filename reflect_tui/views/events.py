"""The events of a journal as a list, those that can't be read with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from reflect_tui.i18n import _, month_name
from reflect_tui.model.events import Event
from reflect_tui.model.talk import Talk
from reflect_tui.store.documents import Document
from reflect_tui.views.labels import Key, day
from reflect_tui.views.lines import Line, fit, line, nothing_yet, pad, paragraph, span


def render_events(entries: Sequence[Document[Event]], columns: int, key: Key) -> list[Line]:
    """List events, oldest first."""
    if not entries:
        text = _("What happened to you at work, such as a training, may explain a change. Add it with {key}.")
        return nothing_yet(_("No events yet"), [text.format(key=key("events.new"))], columns)
    return [row for entry in entries for row in _rows(entry, columns)]


def _rows(entry: Document[Event], columns: int) -> list[Line]:
    if entry.value is None:
        problem = f"{entry.path}: " + "; ".join(map(str, entry.faults))
        return paragraph(problem, columns - 4, "warning", indent=4)
    label = fit(entry.value.label, max(10, columns - 20))
    return [line("    ", span(pad(when_text(entry.value), 14), "strong"), label, target=entry.value.id)]


def talk_event(talk: Talk) -> Event:
    """Make the tick of a talk in the trends: an event of its day, with the talk's own id."""
    moment = talk.finished or talk.started
    return Event(format=1, id=talk.id, when=f"{moment:%Y-%m-%d}", label=_("talk"))


def event_name(event: Event) -> str:
    """Write when an event was and what."""
    return f"{when_text(event)} {event.label}"


def when_text(event: Event) -> str:
    """Write when an event was: its day, or its month."""
    moment = event.moment
    return day(moment) if event.has_day else f"{month_name(moment.month)} {moment.year:04d}"
