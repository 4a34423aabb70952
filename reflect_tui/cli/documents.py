"""`agenda`, `goals`, `events` and `means`: what a journal keeps beside its sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from reflect_tui import clock, paths
from reflect_tui.cli import json_out, session_ref
from reflect_tui.cli.request import (
    Request,
    acquire_lock,
    existing_refused,
    page_width,
    print_bytes,
    print_json,
    print_lines,
    print_message,
    print_text,
    readable,
    record,
    report_faulty,
)
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, ReflectError
from reflect_tui.forms.fields import parse_event
from reflect_tui.i18n import _
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.store import documents
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import old_means, pages
from reflect_tui.usecases.next_time import next_time, render_calendar, write_calendar
from reflect_tui.views import agenda as views_agenda
from reflect_tui.views import goals as views_goals
from reflect_tui.views.goals import when_text
from reflect_tui.views.labels import session_name
from reflect_tui.views.lines import EMPTY, Line, line
from reflect_tui.views.trends import reference_sentences


def show_agenda(request: Request) -> int:
    """Show the agenda of a session of one's own."""
    journal = request.journal
    resolved = session_ref.find(journal, request.options.reference or "latest")
    if resolved.session.role != "self":
        raise ReflectError(
            _("An agenda is made from a session of your own; {id} is none.").format(id=resolved.session.id)
        )
    saved = pages.saved_agenda(journal, resolved.session.id)
    known = pages.pages_of(journal)
    agenda = saved or known.agenda(resolved.instrument, resolved.session, known.previous(resolved.session))
    outdated = known.is_outdated(resolved.instrument, resolved.session, agenda)
    if request.options.json:
        print_json(json_out.agenda(agenda, saved=saved is not None, outdated=outdated))
        return EXIT_DONE
    goals = {goal.id: goal for goal in known.goals}
    heading = line("  ", _("Agenda") + f" · {session_name(resolved.session)}")
    kept = Agenda(session=agenda.session, since=agenda.since, points=agenda.kept)
    ground = known.agenda_ground(resolved.instrument, resolved.session, agenda)
    page = views_agenda.render_agenda(kept, resolved.instrument, goals, page_width(), outdated=outdated, ground=ground)
    print_lines([heading, *page])
    return EXIT_DONE


# `goals`: all goals and what came of them; as a list, as JSON, or as a calendar file.


def list_goals(request: Request) -> int:
    """List the goals, those that go on first; or write their calendar file."""
    documents = request.journal.goals.all()
    goals = readable(request.journal, documents)
    if request.options.ics:
        _calendar(request, goals)
    elif request.options.json:
        print_json({"goals": [json_out.goal(goal) for goal in reversed(goals)]})
    else:
        _print_goals(request.journal, goals)
    code = report_faulty(request.journal, [found for found in request.journal.talks.all() if found.value is None])
    return EXIT_ATTENTION if len(goals) < len(documents) else code


def _calendar(request: Request, goals: list[Goal]) -> None:
    from reflect_tui.report import calendar  # noqa: PLC0415 -- only when asked

    options = request.options
    coming = next_time(request.journal.own(), request.journal.talks.all(), request.settings.rhythm)
    if options.ics == "-":
        print_bytes(render_calendar(request.journal, goals, coming)[0])
        return
    path = paths.typed(options.ics)
    with existing_refused(path):
        count = write_calendar(request.journal, path, goals, coming, replace=options.force)
    print_message(calendar.sentence(path, count))


def _print_goals(journal: Journal, goals: list[Goal]) -> None:
    if not goals:
        print_message(_("There are no goals yet. In the app, g on the results makes one."))
        return
    now = datetime.now().astimezone()
    shown = pages.pages_of(journal).goals_page(journal.goals.all())
    lines: list[Line] = []
    for goal in views_goals.in_order(shown.goals):
        lines += [*views_goals.render_goal(goal, shown.instruments.get(goal.instrument), now, page_width()), EMPTY]
    print_lines(lines[:-1])


# `events`: what happened and may explain a change; listed, added, removed and brought back.


def list_events(request: Request) -> int:
    """List the events; one that can't be read is named with the reason."""
    entries = documents.event_entries(request.journal)
    known = [entry.value for entry in entries if entry.value]
    bad = [entry for entry in entries if entry.value is None]
    if request.options.json:
        unreadable = [{"path": entry.path, "problems": list(map(str, entry.faults))} for entry in bad]
        print_json({"events": list(map(json_out.happened, known)), "unreadable": unreadable})
        return EXIT_ATTENTION if bad else EXIT_DONE
    for event in known:
        print_text(f"{when_text(event):14}{event.label}  ({event.id})")
    for entry in bad:
        print_text(f"{entry.path}: " + "; ".join(map(str, entry.faults)))
    if not entries:
        print_message(_("There are no events yet. Add one with: reflect-tui events add 2026-03 training"))
    return EXIT_ATTENTION if bad else EXIT_DONE


def add_event(request: Request) -> int:
    """Add an event."""
    event = parse_event(" ".join([request.options.when, *request.options.label]), clock.SYSTEM.token())
    code = _changed(request, lambda: documents.add_event(request.journal, event), _("added: {id}"), event.id)
    if event.moment > clock.SYSTEM.now():
        text = _("{when} is still to come. If that is a mistake: reflect-tui events remove {id}")
        print_message(text.format(when=when_text(event), id=event.id))
    return code


def remove_event(request: Request) -> int:
    """Remove an event."""
    name = request.options.event
    sentence = _("removed; bring it back with: reflect-tui events restore {id}")
    return _changed(request, lambda: documents.remove_event(request.journal, name), sentence, name)


def restore_event(request: Request) -> int:
    """Restore a removed event."""
    name = request.options.event
    return _changed(request, lambda: documents.restore_event(request.journal, name), _("brought back: {id}"), name)


def _changed(request: Request, change: Callable[[], object], sentence: str, name: str = "") -> int:
    """Carry out a change and say so, of the document `name`; without one `change` returns its id."""
    with acquire_lock(request.journal):
        done = change()
        print_text(sentence.format(id=name or done))
        record(request.journal)
    return EXIT_DONE


# `means`: the means of domains that are left of old years; listed, amended, removed and brought back.


def list_means(request: Request) -> int:
    """List them, newest first; what can't be read is named on stderr and makes the exit code 3."""
    documents = request.journal.references.all()
    known = readable(request.journal, documents)
    if request.options.json:
        print_json({"references": [json_out.reference(one) for one in known]})
    else:
        for one in known:
            (sentence,) = reference_sentences([one], request.journal.library.new(one.instrument))
            print_text(f"{sentence}  ({one.id})")
        if not documents:
            print_message(_("There are no old means. They come in with a spreadsheet: reflect-tui import FILE"))
    return EXIT_ATTENTION if len(known) < len(documents) else EXIT_DONE


def amend_means(request: Request) -> int:
    """Correct the mean of one domain."""
    options, journal = request.options, request.journal
    reason = " ".join(options.reason.split())
    with acquire_lock(journal):
        document = old_means.find(journal, options.means)
        if old_means.correct(journal, document, options.domain, options.mean, reason):
            print_text(_("amended: {id}").format(id=document.id))
            record(journal)
        else:
            print_text(_("nothing changed, that mean was there already: {id}").format(id=document.id))
            if reason:
                print_message(_("Since nothing changed, the reason is not kept."))
    return EXIT_DONE


def remove_means(request: Request) -> int:
    """Remove the means of one day."""
    sentence = _("removed; bring them back with: reflect-tui means restore {id}")
    return _changed(request, lambda: old_means.remove(request.journal, request.options.means), sentence)


def restore_means(request: Request) -> int:
    """Bring removed means back."""
    return _changed(request, lambda: old_means.restore(request.journal, request.options.means), _("brought back: {id}"))
