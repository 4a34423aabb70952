"""`report`: a document to bring to an appraisal talk."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from reflect_tui import handout
from reflect_tui.analysis.diff import compare
from reflect_tui.cli import output, reference
from reflect_tui.cli.reference import Found
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, ReflectError
from reflect_tui.handout import FORMS, Form, Sheet
from reflect_tui.i18n import _
from reflect_tui.report.gather import Wishes, report
from reflect_tui.report.values import Report
from reflect_tui.session import Session


def document(request: Request) -> int:
    """Make a document about one session, on stdout or in a file."""
    options = request.options
    journal = request.journal
    found = reference.find(journal, options.reference)
    previous = _since(request, found)
    now = datetime.now().astimezone()
    material, problems = handout.material(journal, found.instrument, found.session, previous, now)
    made = report(material, Wishes(name=options.name, notes=options.notes))
    if options.json:
        from reflect_tui.report.shape import shape  # noqa: PLC0415 -- only for JSON

        output.values(shape(made))
    else:
        _hand_over(request, made, found)
    for problem in problems:
        output.message(_("Left out, since it can't be read: {file}").format(file=problem))
    return EXIT_ATTENTION if problems else EXIT_DONE


def _since(request: Request, found: Found) -> Session | None:
    """Give the session to compare with: the one asked for, else the one before, if the two can be compared."""
    asked = request.options.since
    before = reference.before(request.journal, found.session) if asked is None else None
    if asked is None and before is None:
        return None
    other = reference.of(request.journal, before) if before else reference.find(request.journal, asked)
    _check_in_time(other.session, found.session)
    if compare(other.session, other.instrument, found.session, found.instrument):
        return other.session
    if before:
        return None
    text = _("{a} and {b} were answered on different instruments, or versions of one, and can't be compared.")
    raise ReflectError(text.format(a=other.session.id, b=found.session.id))


def _check_in_time(before: Session, session: Session) -> None:
    """Refuse what can't be told as a change in time: someone else's answers, or later ones."""
    if before.role != session.role:
        text = _("{a} and {b} were filled in by different people, and a document tells what changed in time.")
        raise ReflectError(text.format(a=before.id, b=session.id))
    if before.started > session.started:
        text = _("{a} is later than {b}, and a document compares with an earlier session.")
        raise ReflectError(text.format(a=before.id, b=session.id))


def _hand_over(request: Request, made: Report, found: Found) -> None:
    options = request.options
    form = _form(options.format, options.output)
    if options.output in (None, "-"):
        if form == "pdf" and sys.stdout.isatty():
            raise ReflectError(_("A PDF is not for a terminal; add: --output FILE"))
        output.data(handout.rendered(made, form))
        return
    path = Path(options.output).expanduser()
    if path.is_dir():
        path /= handout.suggested(found.instrument.label, found.session.started.date(), f".{form}")
    sheets = [Sheet(f".{form}", handout.rendered(made, form))]
    written = put(request, path, sheets)
    said = _("Written: {path}.") if options.notes else _("Written: {path}. Notes and remark are not in it (--notes).")
    output.message(said.format(path=written))


def put(request: Request, path: Path, sheets: list[Sheet]) -> str:
    """Write files and name them; one that is there stays, unless --force says otherwise."""
    try:
        written = handout.write(request.journal, path, sheets, replace=request.options.force)
    except handout.ExistsError as error:
        raise ReflectError(_("{problem} Choose another name, or add --force.").format(problem=error)) from None
    return ", ".join(map(str, written))


def _form(asked: Form | None, target: str | None) -> Form:
    """Choose the form: the one asked for, else that of the file name, else Markdown."""
    if asked:
        return asked
    ending = Path(target or "").suffix.removeprefix(".").lower()
    return next((form for form in FORMS if form == ending), "md")
