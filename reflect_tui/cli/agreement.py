"""`talk --json` and `talk --output`: the record of a talk, and what was agreed as a document."""

from __future__ import annotations

from reflect_tui.cli import json_out
from reflect_tui.cli.output import hand_over
from reflect_tui.cli.request import Request, print_json
from reflect_tui.cli.session_ref import ResolvedSession
from reflect_tui.errors import EXIT_DONE, NotFoundError
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
    form = export.chosen_format(options.format, options.output, DOCUMENT_FORMATS)
    made = export.render_agreement(talk, resolved.instrument, form, notes=options.notes)
    written = _("Written: {path}.") if options.notes else _("Written: {path}. The remarks are not in it (--notes).")
    hand_over(request, [OutputFile(f".{form}", made)], written)
    return EXIT_DONE
