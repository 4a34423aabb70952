"""`means`: the means of domains that are left of old years; listed, amended, removed and brought back."""

from __future__ import annotations

from collections.abc import Callable

from reflect_tui.cli import json_out
from reflect_tui.cli.request import Request, acquire_lock, print_json, print_message, print_text, readable, record
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE
from reflect_tui.i18n import _
from reflect_tui.usecases import old_means
from reflect_tui.views.trends import reference_sentences


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


def amend(request: Request) -> int:
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


def remove(request: Request) -> int:
    """Remove the means of one day."""
    sentence = _("removed; bring them back with: reflect-tui means restore {id}")
    return _change(request, lambda: old_means.remove(request.journal, request.options.means), sentence)


def restore(request: Request) -> int:
    """Bring removed means back."""
    return _change(request, lambda: old_means.restore(request.journal, request.options.means), _("brought back: {id}"))


def _change(request: Request, change: Callable[[], str], sentence: str) -> int:
    with acquire_lock(request.journal):
        print_text(sentence.format(id=change()))
        record(request.journal)
    return EXIT_DONE
