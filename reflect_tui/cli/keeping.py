"""`erase`, `backup`, `restore` and `sync`: what takes something out for good, and what keeps all of it elsewhere."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path

from msgspec import structs

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
from reflect_tui.git.complaints import SyncError
from reflect_tui.git.patience import User
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model import round as rounds
from reflect_tui.paths import settings_file
from reflect_tui.store import erasing, sync_state
from reflect_tui.store import erasure as wanted
from reflect_tui.store.base import session_path
from reflect_tui.store.erasure import Erasure
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_state import Choice, Restored, Synced
from reflect_tui.text import NAMED, more_text
from reflect_tui.usecases import backing_up, syncing
from reflect_tui.usecases.erasing import Preview, preview
from reflect_tui.usecases.sync_run import DeclinedError, ErasingQuestion
from reflect_tui.views import keeping as page
from reflect_tui.views.document_versions import compare_versions, render_versions, version_number


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
        looked = preview(journal, erasure)
        if not options.yes and not _types_the_word(looked):
            print_message(_("Nothing is erased."))
            return EXIT_NO
        erased = erasing.carry_out(journal, erasure)
        if not options.all:
            journal.record()
    if options.json:
        print_json({"erased": list(erased.erased), "left": list(erased.left), "unreachable": looked.unreachable})
    else:
        print_lines(page.render_erased(erased, looked.unreachable, page_width()))
    return EXIT_DONE


def backup(request: Request) -> int:
    """Write the whole journal to one file, and restore it beside to see that this can be done."""
    journal, options = request.journal, request.options
    path = paths.typed(options.file)
    with existing_refused(path):
        backing_up.check_place(journal, path, replace=options.force)
    passphrase = new_passphrase() if options.encrypt else ""
    if options.encrypt and not passphrase:
        raise ReflectError(_("An empty passphrase protects nothing, so nothing was written. Try again, with one."))
    with acquire_lock(journal):
        record(journal)
        left_out = backing_up.back_up(journal, path, SYSTEM.now(), passphrase)
    done, *notes = page.backup_made(path, left_out, encrypted=options.encrypt)
    print_text(done)
    for note in notes:
        print_message(note)
    return EXIT_DONE


def restore(request: Request) -> int:
    """Restore a backup; into a journal that is there it is joined, as a sync."""
    journal, path = request.journal, paths.typed(request.options.file)
    made = backing_up.read_backup(path, lambda: ask_passphrase(_("Passphrase: ")))
    with acquire_lock(journal):
        restored = backing_up.restore(journal, made, settings_file(), lambda question: _agrees(request, question))
        journal.record()
    if request.options.json:
        _print_restored(restored)
        return EXIT_DONE
    for sentence in page.backup_restored(journal.root, made, restored):
        print_text(sentence)
    for sentence in page.files_kept(restored):
        print_message(sentence)
    return EXIT_DONE


def _print_restored(restored: Restored) -> None:
    joined = restored.joined
    print_json(
        {
            "joined": joined is not None,
            "received": joined.received if joined else 0,
            "came": restored.came,
            "kept_both": [Path(path).stem for path in joined.both] if joined else [],
            "erased": restored.erased,
            "erased_here": list(joined.erased) if joined else [],
            "left_out": restored.left_out,
            "kept": [str(path) for path in restored.kept],
            "notes": [f"{note}." for note in restored.notes],
        }
    )


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
    typed = sys.stdin.readline()
    if not typed:
        text = _(
            "A passphrase is needed, and there is no terminal to ask for it. A script gives it as the first line of "
            "standard input."
        )
        raise ReflectError(text)
    return typed.rstrip("\n")


def says_yes(question: str) -> bool:
    """Ask on the terminal."""
    print_text(question)
    return input(_("Type y to agree: ")).strip().lower() in (_("y"), "y")


def _check_choice(request: Request) -> None:
    """Refuse when it is not one thing that is to be erased."""
    options = request.options
    if sum(map(bool, (options.reference, options.note, options.round, options.all))) != 1:
        raise ReflectError(_("Name one thing to erase: REF, --note REF STATEMENT, --round ID or --all."))
    if options.person and not options.round:
        raise ReflectError(_("--person goes with --round."))


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


def _types_the_word(looked: Preview) -> bool:
    """Say what will go, and let a word be typed; ReflectError when nobody can be asked."""
    if not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        raise ReflectError(_("What is erased can't be brought back. Without a terminal to ask you, add --yes."))
    print_lines(page.render_before_erasing(looked.gone, looked.along, looked.unreachable, page_width()))
    print(_('Type "{word}" to go on: ').format(word=page.typed_word()), end="", flush=True)
    return sys.stdin.readline().strip() == page.typed_word()


def sync(request: Request) -> int:
    """Sync, or say how far the journal is synced, or keep one of two versions."""
    journal, options = request.journal, request.options
    if options.status:
        _print_status(request, journal)
        return EXIT_DONE
    with acquire_lock(journal):
        if options.keep:
            _keep(journal, *options.keep)
            return EXIT_DONE
        return _sync(request, journal)


def _sync(request: Request, journal: Journal) -> int:
    options = request.options
    try:
        synced = syncing.sync(
            journal,
            options.place or "",
            ask=lambda question: _agrees(request, question),
            user=_user(verbose=options.verbose),
            encrypt=options.encrypt,
            secret=_secret,
        )
    except ReflectError as error:
        if options.json:
            _print_refused(journal, error)
        raise
    if options.json:
        _print_json(journal, synced, "incomplete" if synced.unread else "synced")
        return EXIT_DONE
    print_text(page.sync_done(synced))
    whole = None if options.verbose else NAMED
    _print_choices(journal, documents=whole, differences=whole)
    return EXIT_DONE


def _print_refused(journal: Journal, error: ReflectError) -> None:
    """Print what was done before a sync ended with an error; nothing where what is known of it can't be read."""
    state, done = "not synced", Synced()
    if isinstance(error, SyncError):
        state = "declined" if isinstance(error, DeclinedError) else "offline" if error.is_offline else state
        done = structs.replace(error.done if isinstance(error, DeclinedError) else done, erased=error.erased)
    with contextlib.suppress(ReflectError):
        _print_json(journal, done, state)


def _user(*, verbose: bool) -> User:
    if verbose:
        return User(tell=print_message, tell_rest=print_message, tell_command=_tell_command)
    return User(tell=print_message)


def _tell_command(command: Sequence[str]) -> None:
    print_message(f"$ {shlex.join(command)}")


def _secret(*, is_new: bool) -> str:
    return new_passphrase() if is_new else ask_passphrase(_("Passphrase: "))


def _agrees(request: Request, question: str) -> bool:
    """Check whether an option agrees beforehand, else ask; what is gone for good has an option of its own."""
    is_erasing = isinstance(question, ErasingQuestion)
    if request.options.erase if is_erasing else request.options.yes:
        return True
    if not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        text = _("{question} Without a terminal to ask you, add {option}.")
        raise ReflectError(text.format(question=question, option="--erase" if is_erasing else "--yes"))
    return says_yes(question)


def _print_json(journal: Journal, synced: Synced, state: str) -> None:
    status = sync_state.status(journal)
    both = [Path(path).stem for path in status.both]
    print_json(
        {
            "sent": synced.sent,
            "received": synced.received,
            "kept_both": both,
            "waiting": status.waiting,
            "state": state,
            "erased": list(synced.erased),
            "versions": {Path(choice.document).stem: _versions_shape(choice) for choice in sync_state.choices(journal)},
        }
    )


def _versions_shape(choice: Choice) -> list[dict[str, object]]:
    """Say of each version when, by whom and why it was made; null where nobody knows."""
    return [
        {
            "number": number,
            "deleted": content is None,
            "when": made and made.when.isoformat(),
            "who": made and made.who,
            "reason": made and made.reason,
            "commit": made and made.commit,
            "keep": mark,
        }
        for number, (content, made, mark) in enumerate(
            zip(choice.contents, choice.origins, choice.marks, strict=True), start=1
        )
    ]


def _print_status(request: Request, journal: Journal) -> None:
    status = sync_state.status(journal)
    if request.options.json:
        done = "incomplete" if status.unread else "synced"
        is_behind = status.waiting or status.put_back or not status.when
        _print_json(journal, Synced(), "not synced" if is_behind else done)
        return
    print_text(page.sync_place(status, SYSTEM.now()))
    if status.waiting and status.address:
        print_text(page.unsynced(status.waiting))
    for note in page.status_notes(status):
        print_text(note)
    _print_choices(journal, documents=None if request.options.verbose else NAMED)


def _print_choices(journal: Journal, *, documents: int | None, differences: int | None = None) -> None:
    """Show in what the versions differ of so many documents that have two, or of all, and how to keep one."""
    choices = sync_state.choices(journal)
    for choice in choices[:documents]:
        compared = compare_versions(choice, journal.library.find)
        print_text(_("{name} has {number} versions:").format(name=compared.title, number=len(compared.versions)))
        print_lines(render_versions(compared, page_width(), differences))
        _print_more("  ", compared.differences, differences, "reflect-tui sync --status")
        print_text("")
        print_text("  " + _("Keep one of them with:"))
        for number, mark in enumerate(choice.marks, start=1):
            print_text(f"{version_number(number)}reflect-tui sync --keep {_keep_name(choice, choices)} {mark}")
    _print_more("", choices, documents, "reflect-tui sync --status --verbose")


def _print_more(indent: str, things: Sequence[object], shown: int | None, command: str) -> None:
    """Say how many things are not shown, and the command that shows all."""
    if shown is not None and (more := more_text(len(things) - shown)):
        print_text("")
        print_text(indent + _("{more}; all of them: {command}").format(more=more, command=command))


def _keep_name(choice: Choice, choices: Sequence[Choice]) -> str:
    """Name a document for --keep: by its id, or by its path where its agenda or session has several versions too."""
    identifier = Path(choice.document).stem
    is_single = sum(Path(other.document).stem == identifier for other in choices) == 1
    return identifier if is_single else choice.document


def _keep(journal: Journal, name: str, mark: str) -> None:
    choice = _choice(journal, name)
    syncing.choose(journal, choice.document, mark)
    text = ngettext(
        "Version {mark} is kept; the other stays in history.",
        "Version {mark} is kept; the {n} others stay in history.",
        others := len(choice.contents) - 1,
    )
    print_text(text.format(mark=mark, n=others))


def _choice(journal: Journal, name: str) -> Choice:
    """Find the document with several versions that is named: by a REF, the beginning of any id, or a path."""
    choices = sync_state.choices(journal)
    fitting = [choice for choice in choices if name in (choice.document, _keep_name(choice, choices))]
    fitting = fitting or [choice for choice in choices if Path(choice.document).stem.startswith(name)]
    if not fitting:
        with contextlib.suppress(NotFoundError):
            document = session_path(find_id(journal, name))
            fitting = [choice for choice in choices if choice.document == document]
    if len(fitting) != 1:
        text = _('No single document "{name}" has several versions; see: reflect-tui sync --status')
        raise NotFoundError(text.format(name=name))
    return fitting[0]
