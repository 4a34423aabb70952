"""`sync`: brings a journal and its copies on other devices together."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from reflect_tui.cli.keeping import ask_passphrase, new_passphrase, says_yes
from reflect_tui.cli.request import (
    Request,
    acquire_lock,
    on_terminal,
    page_width,
    print_json,
    print_lines,
    print_message,
    print_text,
)
from reflect_tui.clock import SYSTEM
from reflect_tui.errors import EXIT_DONE, NotFoundError, ReflectError
from reflect_tui.git.exchange import SyncError
from reflect_tui.git.patience import User
from reflect_tui.i18n import _
from reflect_tui.store import sync_state
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_state import Synced
from reflect_tui.usecases import syncing
from reflect_tui.usecases.sync_run import DeclinedError
from reflect_tui.views import syncing as page
from reflect_tui.views.two_versions import render_versions, two_versions


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
            ask=lambda question: options.yes or _agrees(question),
            user=User(tell=print_message, tell_command=_tell_command if options.verbose else lambda _command: None),
            encrypt=options.encrypt,
            secret=_secret,
        )
    except SyncError as error:
        if options.json:
            state = "declined" if isinstance(error, DeclinedError) else "offline" if error.is_offline else "not synced"
            _print_json(journal, Synced(), state)
        raise
    if options.json:
        _print_json(journal, synced, "incomplete" if synced.unread else "synced")
        return EXIT_DONE
    print_text(page.done(synced))
    _print_choices(journal)
    return EXIT_DONE


def _tell_command(command: Sequence[str]) -> None:
    print_message(f"$ {shlex.join(command)}")


def _secret(*, is_new: bool) -> str:
    return new_passphrase() if is_new else ask_passphrase(_("Passphrase: "))


def _agrees(question: str) -> bool:
    if not (on_terminal(sys.stdin) and on_terminal(sys.stdout)):
        raise ReflectError(_("{question} Without a terminal to ask you, add --yes.").format(question=question))
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
        }
    )


def _print_status(request: Request, journal: Journal) -> None:
    status = sync_state.status(journal)
    if request.options.json:
        done = "incomplete" if status.unread else "synced"
        _print_json(journal, Synced(), "not synced" if status.waiting or not status.when else done)
        return
    print_text(page.where(status, SYSTEM.now()))
    if status.waiting and status.address:
        print_text(page.waiting(status.waiting))
    if status.unread:
        print_text(page.unread(status.unread))
    _print_choices(journal)


def _print_choices(journal: Journal) -> None:
    """Show in what the versions differ of the documents that have two, and how to keep one."""
    for choice in sync_state.choices(journal):
        compared = two_versions(choice, journal.library.find)
        print_text(_("{name} has {number} versions:").format(name=compared.title, number=len(compared.versions)))
        print_lines(render_versions(compared, page_width()))
        command = f"reflect-tui sync --keep {Path(choice.document).stem} 1"
        print_text("  " + _("Keep one of them with: {command}").format(command=command))


def _keep(journal: Journal, name: str, number: str) -> None:
    fitting = [choice.document for choice in sync_state.choices(journal) if Path(choice.document).stem.startswith(name)]
    if len(fitting) != 1:
        raise NotFoundError(
            _('No single document "{name}" has two versions; see: reflect-tui sync --status').format(name=name)
        )
    if not number.isdecimal() or number == "0":
        raise ReflectError(_('"{number}" is not the number of a version.').format(number=number))
    syncing.choose(journal, fitting[0], int(number) - 1)
    print_text(_("Version {number} is kept; the other stays in history.").format(number=number))
