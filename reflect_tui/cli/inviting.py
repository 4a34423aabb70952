"""`invite`: writes the form with which someone else gives feedback, in an open round or a new one."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from reflect_tui import inviting, library
from reflect_tui.cli import output, turn
from reflect_tui.cli.request import Request
from reflect_tui.cli.rounds import chosen, record
from reflect_tui.errors import EXIT_DONE, ReflectError
from reflect_tui.feedback.round import Round
from reflect_tui.feedback.suggestion import minutes
from reflect_tui.handout import ExistsError
from reflect_tui.i18n import _, current, format_date
from reflect_tui.inviting import Wish


def invite(request: Request) -> int:
    """Write a form and keep the invitation; one version in history."""
    options, journal = request.options, request.journal
    wish = _wish(request)
    path = Path(os.path.expanduser(options.output)).absolute()  # noqa: PTH111 -- leaves an unknown ~name alone
    with turn.take(journal):
        found = _round(request, wish)
        try:
            found, written = inviting.invite(journal, found, wish, path, paper=options.paper, replace=options.force)
        except ExistsError as error:
            raise ReflectError(_("{problem} Choose another name, or add --force.").format(problem=error)) from None
        record(journal)
    _tell(found, wish, written, paper=options.paper)
    return EXIT_DONE


def _wish(request: Request) -> Wish:
    options = request.options
    if options.instrument:
        library.bundled(options.instrument, current())
    return Wish(
        role=options.role,
        label=options.label,
        instrument=options.instrument,
        language=options.lang,
        about=options.about,
        items=tuple(options.items) if options.items else None,
        confidential=True if options.confidential or options.third_person else None,
        third_person=True if options.third_person else None,
        closes=_day(options.closes) if options.closes else None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        example = datetime.now().astimezone().date()
        raise ReflectError(_("The closing date must be a day to come, such as {date}.").format(date=example)) from None


def _round(request: Request, wish: Wish) -> Round:
    now = datetime.now().astimezone()
    if not request.options.round:
        found = inviting.fitting(request.journal, wish, now.date())
        return found or inviting.new_round(request.journal, wish, current(), now)
    found = chosen(request.journal, request.options.round)
    if found.state != "open":
        text = _("The round {id} is not open any more; without --round a new one is made.")
        raise ReflectError(text.format(id=found.id))
    if not inviting.fits(found, wish):
        text = _(
            "The round {id} asks something else than these options say; leave them out, or leave --round out for a "
            "new round."
        )
        raise ReflectError(text.format(id=found.id))
    return found


def _tell(found: Round, wish: Wish, written: Path, *, paper: bool) -> None:
    from reflect_tui.pages import rounds as page  # noqa: PLC0415 -- slow to import, and not needed for an error
    from reflect_tui.pages.words import role_name  # noqa: PLC0415 -- the same

    output.text(_("Written: {path}, for one {role}.").format(path=written, role=role_name(wish.role)))
    promise = page.promise_name(found)
    about = found.about or _("you")
    asked = _("{promise}, {n} statements about {name}, some {minutes} min, until {date}.")
    count = len(found.items)
    said = asked.format(promise=promise, n=count, name=about, minutes=minutes(count), date=format_date(found.closes))
    output.text(said[:1].upper() + said[1:])
    people = ", ".join(page.people(role, len(found.group(role))) for role in found.roles)
    output.text(_("Round {id}: {people} asked.").format(id=found.id, people=people))
    if paper:
        output.text(_("Open it in a browser and print it."))
        output.text(_("What comes back you type over in the app, or with: reflect-tui rounds type"))
        return
    output.text(
        _("A form is for one person: make one for each. It opens in any browser, by a double click, and sends nothing.")
    )
    if found.collector == "third person":
        output.text(_("What comes back goes to whoever collects; see: reflect-tui rounds combine --help"))
    else:
        output.text(_("What comes back you take in with: reflect-tui import FILE"))
