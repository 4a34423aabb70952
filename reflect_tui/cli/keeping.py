"""`erase`: takes something out of the journal for good."""

from __future__ import annotations

import contextlib
import sys

from reflect_tui.cli.feedback import chosen, someone
from reflect_tui.cli.request import (
    Request,
    acquire_lock,
    on_terminal,
    page_width,
    print_json,
    print_lines,
    print_message,
)
from reflect_tui.cli.session_ref import find_id
from reflect_tui.errors import EXIT_DONE, EXIT_NO, NotFoundError, ReflectError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.model import round as rounds
from reflect_tui.store import erasing
from reflect_tui.store.erasing import Erasure
from reflect_tui.store.journal import Journal
from reflect_tui.views import erasing as page


def erase(request: Request) -> int:
    """Erase what is named, after a word is typed, and say what a search for it found."""
    journal, options = request.journal, request.options
    _check_choice(request)
    with acquire_lock(journal):
        obstacle = journal.record().obstacle
        if obstacle and not options.all:
            raise ObstacleError(obstacle)
        erasure = erasing.everything(journal) if options.all else _meant(request, journal)
        unreachable = list(erasing.unreachable(journal))
        if not options.yes and not _agrees(erasure, list(erasing.along(journal, erasure)), unreachable):
            print_message(_("Nothing is erased."))
            return EXIT_NO
        erased = erasing.carry_out(journal, erasure)
        if not options.all:
            journal.record()
    if options.json:
        print_json({"erased": list(erased.erased), "left": list(erased.left), "unreachable": unreachable})
    else:
        print_lines(page.after(erased, unreachable, page_width()))
    return EXIT_DONE


def _check_choice(request: Request) -> None:
    """Refuse when it is not one thing that is to be erased, or nobody can be asked."""
    options = request.options
    if sum(map(bool, (options.reference, options.note, options.round, options.all))) != 1:
        raise ReflectError(_("Name one thing to erase: REF, --note REF STATEMENT, --round ID or --all."))
    if options.person and not options.round:
        raise ReflectError(_("--person goes with --round."))
    if not options.yes and not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        raise ReflectError(_("What is erased can't be brought back. Without a terminal to ask you, add --yes."))


def _meant(request: Request, journal: Journal) -> Erasure:
    options = request.options
    if options.note:
        return erasing.note(journal, find_id(journal, options.note[0]), options.note[1])
    if options.person:
        feedback_round = chosen(journal, options.round)
        return erasing.answer(journal, feedback_round.id, someone(feedback_round, options.person))
    if options.round:
        round_id = options.round
        with contextlib.suppress(NotFoundError):  # of one that was removed, or can't be read, the whole id is needed
            round_id = chosen(journal, options.round).id
        if not rounds.is_id(round_id):
            raise NotFoundError(_('There is no round "{id}".').format(id=round_id))
        return erasing.feedback_round(journal, round_id)
    return erasing.session(journal, find_id(journal, options.reference))


def _agrees(erasure: Erasure, along: list[str], unreachable: list[str]) -> bool:
    """Say what will go, and let a word be typed."""
    print_lines(page.before(erasure, along, unreachable, page_width()))
    print(_('Type "{word}" to go on: ').format(word=page.typed_word()), end="", flush=True)
    return sys.stdin.readline().strip() == page.typed_word()
