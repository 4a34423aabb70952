"""`talk --json` and `talk --output`: the record of a talk, and what was agreed as a document."""

from __future__ import annotations

from reflect_tui.cli import json_out
from reflect_tui.cli.request import Request, hand_over, print_json, print_message, report_faulty
from reflect_tui.cli.session_ref import ResolvedSession
from reflect_tui.errors import NotFoundError
from reflect_tui.i18n import _
from reflect_tui.usecases import export, talking
from reflect_tui.usecases.export import DOCUMENT_FORMATS
from reflect_tui.usecases.written_files import OutputFile
from reflect_tui.views.talk import unreadable_sentence


def agreed(request: Request, resolved: ResolvedSession) -> int:
    """Print the newest talk about a session as JSON, or write what was agreed in it.

    Files that can't be read, and may be a newer one, are named on stderr and make the exit code 3.

    Raises:
        NotFoundError: there was no talk about it.
    """
    options = request.options
    documents = request.journal.talks.all()
    document = talking.of_session(documents, resolved.session.id)
    unreadable = talking.unreadable_about(documents, resolved.session.id)
    code = report_faulty(request.journal, unreadable)
    if unreadable:
        print_message(unreadable_sentence([found.path for found in unreadable]))
    if document is None or document.value is None:
        if unreadable:
            return code
        raise NotFoundError(_("There was no talk about {id} yet.").format(id=resolved.session.id))
    talk = document.value
    if options.json:
        print_json(json_out.talk(talk))
        return code
    form = export.chosen_format(options.format, options.output, DOCUMENT_FORMATS)
    made = export.render_agreement(talk, resolved.instrument, form, notes=options.notes)
    written = _("Written: {path}.") if options.notes else _("Written: {path}. The remarks are not in it (--notes).")
    hand_over(request, [OutputFile(f".{form}", made)], written)
    return code
