"""`erase`, `backup` and `restore`: what takes something out of the journal for good, and what keeps all of it."""

from __future__ import annotations

import contextlib
import sys
from getpass import getpass

from reflect_tui import paths
from reflect_tui.cli.feedback import chosen, someone
from reflect_tui.cli.request import (
    Request,
    acquire_lock,
    existing_refused,
    on_terminal,
    page_width,
    print_json,
    print_lines,
    print_message,
    print_text,
    record,
)
from reflect_tui.cli.session_ref import find_id
from reflect_tui.clock import SYSTEM
from reflect_tui.errors import EXIT_DONE, EXIT_NO, JournalError, NotFoundError, ReflectError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.model import round as rounds
from reflect_tui.paths import settings_file
from reflect_tui.store import erasing
from reflect_tui.store import erasure as wanted
from reflect_tui.store.erasure import Erasure
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import backing_up
from reflect_tui.views import backups as backup_page
from reflect_tui.views import erasing as page


def erase(request: Request) -> int:
    """Erase what is named, after a word is typed, and say what a search for it found."""
    journal, options = request.journal, request.options
    _check_choice(request)
    if options.all and wanted.is_nothing(journal):
        raise NotFoundError(_("There is no journal in {path} yet.").format(path=journal.root))
    with acquire_lock(journal):
        try:
            erasure = _planned(request, journal)
        except ObstacleError as error:
            raise JournalError(_("Nothing is erased: {reason}").format(reason=error)) from error
        unreachable = list(erasing.unreachable(journal, erasure))
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


def backup(request: Request) -> int:
    """Write the whole journal to one file, and restore it beside to see that this can be done."""
    journal, options = request.journal, request.options
    path = paths.typed(options.file)
    with existing_refused(path):
        backing_up.check_place(journal, path, replace=options.force)
    passphrase = new_passphrase() if options.encrypt else ""
    if options.encrypt and not passphrase:
        raise ReflectError(_("An empty passphrase protects nothing."))
    with acquire_lock(journal):
        record(journal)
        left_out = backing_up.back_up(journal, path, SYSTEM.now(), passphrase)
    done, *notes = backup_page.made(path, left_out, encrypted=options.encrypt)
    print_text(done)
    for note in notes:
        print_message(note)
    return EXIT_DONE


def restore(request: Request) -> int:
    """Restore a backup; into a journal that is there it is joined, as a sync."""
    journal, path = request.journal, paths.typed(request.options.file)
    made = backing_up.read_backup(path, lambda: ask_passphrase(_("Passphrase: ")))
    with acquire_lock(journal):
        restored = backing_up.restore(journal, made, settings_file(), _may_ask)
        journal.record()
    for sentence in backup_page.restored(journal.root, made, restored):
        print_text(sentence)
    for sentence in backup_page.kept(restored):
        print_message(sentence)
    return EXIT_DONE


def new_passphrase() -> str:
    """Ask for a passphrase that is kept nowhere; on a terminal twice."""
    first = ask_passphrase(_("Passphrase (it is kept nowhere; without it nobody can read the file): "))
    if on_terminal(sys.stdin) and ask_passphrase(_("Once more: ")) != first:
        raise ReflectError(_("These are not the same. Nothing is written."))
    return first


def ask_passphrase(asked: str) -> str:
    """Ask for a passphrase without showing it; where there is no terminal, the first line that comes in is one."""
    if on_terminal(sys.stdin):
        return getpass(asked)
    return sys.stdin.readline().rstrip("\n")


def says_yes(question: str) -> bool:
    """Ask on the terminal."""
    print_text(question)
    return input(_("Type y to agree: ")).strip().lower() in (_("y"), "y")


def _may_ask(question: str) -> bool:
    if on_terminal(sys.stdin) and on_terminal(sys.stdout):
        return says_yes(question)
    print_message(question)
    return False


def _check_choice(request: Request) -> None:
    """Refuse when it is not one thing that is to be erased, or nobody can be asked."""
    options = request.options
    if sum(map(bool, (options.reference, options.note, options.round, options.all))) != 1:
        raise ReflectError(_("Name one thing to erase: REF, --note REF STATEMENT, --round ID or --all."))
    if options.person and not options.round:
        raise ReflectError(_("--person goes with --round."))
    if not options.yes and not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        raise ReflectError(_("What is erased can't be brought back. Without a terminal to ask you, add --yes."))


def _planned(request: Request, journal: Journal) -> Erasure:
    """Return what is to be erased, once all that waits is in history; ObstacleError when it can't be."""
    obstacle = journal.record().obstacle
    if request.options.all:
        return wanted.everything(journal)
    if obstacle:
        raise ObstacleError(obstacle)
    return _meant(request, journal)


def _meant(request: Request, journal: Journal) -> Erasure:
    options = request.options
    if options.note:
        return wanted.note(journal, find_id(journal, options.note[0]), options.note[1])
    if options.person:
        feedback_round = chosen(journal, options.round)
        return wanted.answer(journal, feedback_round.id, someone(feedback_round, options.person))
    if options.round:
        round_id = options.round
        with contextlib.suppress(NotFoundError):  # of one that was removed, or can't be read, the whole id is needed
            round_id = chosen(journal, options.round).id
        if not rounds.is_id(round_id):
            raise NotFoundError(_('There is no round "{id}".').format(id=round_id))
        return wanted.feedback_round(journal, round_id)
    return wanted.session(journal, find_id(journal, options.reference))


def _agrees(erasure: Erasure, along: list[str], unreachable: list[str]) -> bool:
    """Say what will go, and let a word be typed."""
    print_lines(page.before(erasure, along, unreachable, page_width()))
    print(_('Type "{word}" to go on: ').format(word=page.typed_word()), end="", flush=True)
    return sys.stdin.readline().strip() == page.typed_word()
