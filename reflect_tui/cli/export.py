"""`export`: all sessions as data, for spreadsheets and programs."""

from __future__ import annotations

from pathlib import Path

from reflect_tui import handout
from reflect_tui.cli import output, reference
from reflect_tui.cli.report import put
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE
from reflect_tui.handout import DataForm
from reflect_tui.i18n import _


def data(request: Request) -> int:
    """Set all sessions out; files that can't be read are named on stderr and make the exit code 3."""
    options, journal = request.options, request.journal
    entries = journal.entries()
    form = _form(options.format, options.output)
    sheets = handout.data(journal, entries, form, options.shape, notes=options.notes)
    if options.output in (None, "-"):
        output.data(sheets[0].data)
    else:
        written = put(request, Path(options.output), list(sheets))
        said = (
            _("Written: {path}.") if options.notes else _("Written: {path}. Notes and remarks are not in it (--notes).")
        )
        output.message(said.format(path=written))
    spoiled = [entry for entry in entries if entry.session is None or entry.faults]
    for entry in spoiled:
        output.message(str(reference.unreadable(journal, entry)))
    return EXIT_ATTENTION if spoiled else EXIT_DONE


def _form(asked: DataForm | None, target: str | None) -> DataForm:
    """Choose the form: the one asked for, else that of the file name, else CSV."""
    return asked or ("json" if Path(target or "").suffix.lower() == ".json" else "csv")
