"""`events`: what happened and may explain a change; listed, added, removed and brought back."""

from __future__ import annotations

from reflect_tui import clock, events
from reflect_tui.cli import output, shapes, turn
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE
from reflect_tui.i18n import _
from reflect_tui.journal import Journal, happenings


def listing(request: Request) -> int:
    """List the events; one that can't be read is named with the reason."""
    entries = happenings.entries(request.journal)
    bad = [entry for entry in entries if entry.value is None]
    if request.options.json:
        output.values(
            {
                "events": [shapes.happened(entry.value) for entry in entries if entry.value],
                "unreadable": [{"path": entry.path, "problems": list(map(str, entry.faults))} for entry in bad],
            }
        )
        return EXIT_ATTENTION if bad else EXIT_DONE
    from reflect_tui.pages.events import when_text  # noqa: PLC0415 -- not for JSON

    for event in (entry.value for entry in entries if entry.value):
        output.text(f"{when_text(event):14}{event.label}  ({event.id})")
    for entry in bad:
        output.text(f"{entry.path}: " + "; ".join(map(str, entry.faults)))
    if not entries:
        output.message(_("There are no events yet. Add one with: reflect-tui events add 2026-03 training"))
    return EXIT_ATTENTION if bad else EXIT_DONE


def add(request: Request) -> int:
    """Add an event."""
    event = events.make(request.options.when, " ".join(request.options.label), clock.SYSTEM.token())
    with turn.take(request.journal):
        happenings.add(request.journal, event)
        output.text(_("added: {id}").format(id=event.id))
        _record(request.journal)
    return EXIT_DONE


def remove(request: Request) -> int:
    """Take an event away."""
    name = request.options.event
    with turn.take(request.journal):
        happenings.remove(request.journal, name)
        output.text(_("removed; bring it back with: reflect-tui events restore {id}").format(id=name))
        _record(request.journal)
    return EXIT_DONE


def restore(request: Request) -> int:
    """Bring an event back."""
    name = request.options.event
    with turn.take(request.journal):
        happenings.restore(request.journal, name)
        output.text(_("brought back: {id}").format(id=name))
        _record(request.journal)
    return EXIT_DONE


def _record(journal: Journal) -> None:
    """Bring the change into history; say why it has to wait, if it has to."""
    recorded = journal.record()
    if recorded.obstacle:
        output.message(_("Saved, and not yet in history: {reason}").format(reason=recorded.obstacle.sentence))
