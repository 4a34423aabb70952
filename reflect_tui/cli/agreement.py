"""`talk --json` and `talk --output`: the record of a talk, and what was agreed as a document."""

from __future__ import annotations

import sys
from pathlib import Path

from reflect_tui.cli import json_out
from reflect_tui.cli.request import Request, print_bytes, print_json, print_message
from reflect_tui.cli.session_ref import ResolvedSession
from reflect_tui.errors import EXIT_DONE, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.usecases import export, talking
from reflect_tui.usecases.export import DOCUMENT_FORMATS, OutputFile


def agreed(request: Request, resolved: ResolvedSession) -> int:
    """Print the newest talk about a session as JSON, or write what was agreed in it.

    Raises:
        NotFoundError: there was no talk about it.
    """
    options = request.options
    document = talking.of_session(request.journal.talks.all(), resolved.session.id)
    if document is None or document.value is None:
        raise NotFoundError(_("There was no talk about {id} yet.").format(id=resolved.session.id))
    talk = document.value
    if options.json:
        print_json(json_out.talk(talk))
        return EXIT_DONE
    path = Path(options.output)
    form = export.chosen_format(options.format, options.output, DOCUMENT_FORMATS)
    made = export.render_agreement(talk, resolved.instrument, form, notes=options.notes)
    if options.output == "-":
        if form == "pdf" and sys.stdout.isatty():
            raise ReflectError(_("A PDF is not for a terminal; add: --output FILE"))
        print_bytes(made)
        return EXIT_DONE
    try:
        (written,) = export.write_files(request.journal, path, [OutputFile(f".{form}", made)], replace=options.force)
    except export.ExistsError as error:
        raise ReflectError(_("{problem} Choose another name, or add --force.").format(problem=error)) from None
    without = _("Written: {path}. The remarks are not in it (--notes).")
    print_message((_("Written: {path}.") if options.notes else without).format(path=written))
    return EXIT_DONE
