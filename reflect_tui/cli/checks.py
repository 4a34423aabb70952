"""What doctor looks at: each check gives what it found and, when something is wrong, what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from reflect_tui import formats
from reflect_tui.cli import history_checks
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.i18n import _, ngettext
from reflect_tui.journal import BadDraft, Draft, Journal, Obstacle
from reflect_tui.journal.journal import JournalFile
from reflect_tui.journal.recording import IDENTITY, find_copy
from reflect_tui.session import Session

_OTHERS = 0o077
_NO_GIT = {"no_git", "git_too_old"}


class Check(Struct, frozen=True, kw_only=True):
    """One thing looked at: its name, whether it is as it should be, what was found, and what to do."""

    name: str
    fine: bool
    found: str
    advice: str = ""


def examine(journal: Journal) -> Iterator[Check]:
    """Look at everything; of a journal that isn't there yet there is little to see."""
    obstacle = journal.repository.obstacle()
    yield _git(obstacle)
    if journal.root.is_dir():
        yield from _folders(journal)
        yield from _identity(journal)
        yield from _files(journal)
        yield from _history(journal, obstacle)
        yield from _instruments(journal)
    else:
        yield Check(name="folder", fine=True, found=_("There is no journal in {path} yet.").format(path=journal.root))
    yield from _drafts(journal)


def _git(obstacle: Obstacle | None) -> Check:
    if obstacle and obstacle.kind in _NO_GIT:
        return Check(name="git", fine=False, found=obstacle.sentence)
    return Check(name="git", fine=True, found=_("The program git is there and new enough."))


def open_to_others(journal: Journal) -> list[Path]:
    """List the folders that other users of this computer can look into."""
    return [folder for folder in (journal.root, journal.state) if folder.is_dir() and folder.stat().st_mode & _OTHERS]


def _folders(journal: Journal) -> Iterator[Check]:
    if journal.root.stat().st_uid != os.geteuid():
        advice = _("Make it yours, or choose another folder with --journal.")
        found = _("{path} belongs to another user.").format(path=journal.root)
        yield Check(name="folder", fine=False, found=found, advice=advice)
    for folder in (wide := open_to_others(journal)):
        found = _("Other users of this computer can look into {path}.").format(path=folder)
        yield Check(name="folder", fine=False, found=found, advice=_fix(f"chmod 700 {folder}"))
    if journal.root not in wide:
        found = _("The journal is in {path}; only you can look into it.").format(path=journal.root)
        yield Check(name="folder", fine=True, found=found)


def _fix(command: str = "") -> str:
    """Say that doctor can do it, and how else it is done."""
    if command:
        return _("Put right by: {doctor}, or by: {command}").format(doctor="reflect-tui doctor --fix", command=command)
    return _("Put right by: {doctor}").format(doctor="reflect-tui doctor --fix")


def _identity(journal: Journal) -> Iterator[Check]:
    path = journal.root / IDENTITY
    try:
        formats.parse(formats.read_bytes(path), JournalFile, path)
    except NotFoundError:
        return  # written with the next session
    except ReflectError as error:
        advice = _("Bring back an earlier version of it, or move it aside: the next session writes a new one.")
        yield Check(name="identity", fine=False, found=str(error), advice=advice)


def _files(journal: Journal) -> Iterator[Check]:
    entries = journal.entries()
    spoiled = [entry for entry in entries if entry.session is None or entry.faults]
    good = len(entries) - len(spoiled)
    found = ngettext("{n} session can be read.", "{n} sessions can be read.", good).format(n=good)
    yield Check(name="sessions", fine=True, found=found)
    for entry in spoiled:
        found = f"{journal.root / entry.path}: " + "; ".join(map(str, entry.faults))
        advice = _("Repair it in an editor, or bring back an earlier version; nothing here rewrites it.")
        yield Check(name="unreadable", fine=False, found=found, advice=advice)


def _history(journal: Journal, obstacle: Obstacle | None) -> Iterator[Check]:
    if obstacle and obstacle.kind not in {*_NO_GIT, "not_a_repository"}:
        yield Check(name="history", fine=False, found=obstacle.sentence)
    pending = journal.pending()
    if pending:
        found = ngettext(
            "{n} session is saved and not yet in history: {ids}",
            "{n} sessions are saved and not yet in history: {ids}",
            len(pending),
        )
        found = found.format(n=len(pending), ids=", ".join(pending))
        yield Check(name="pending", fine=False, found=found, advice=_fix())
    if obstacle:
        return
    outside = list(history_checks.changed_outside(journal))
    for path, exists in outside:
        yield _changed(journal, path, exists=exists)
    if not pending and not outside:
        yield Check(name="history", fine=True, found=_("Every session is in history, as it is now."))


def _changed(journal: Journal, path: str, *, exists: bool) -> Check:
    back = _("To have it as history knows it: {command}").format(command=f"git -C {journal.root} restore -- {path}")
    if exists:
        return Check(
            name="changed", fine=False, found=_("{path} is not what history has.").format(path=path), advice=back
        )
    return Check(name="missing", fine=False, found=_("{path} is gone; history has it.").format(path=path), advice=back)


def without_copy(journal: Journal) -> Sequence[Session]:
    """List a session for every instrument whose copy the journal lacks."""
    sessions = {entry.session.digest: entry.session for entry in journal.entries() if entry.session}
    return [session for session in sessions.values() if find_copy(journal.root, session) is None]


def _instruments(journal: Journal) -> Iterator[Check]:
    lacking = without_copy(journal)
    for session in lacking:
        text = _("The journal has no good copy of the instrument {id} {version}, which it needs to explain itself.")
        found = text.format(id=session.instrument, version=session.version)
        yield Check(name="instruments", fine=False, found=found, advice=_fix())
    if not lacking:
        yield Check(name="instruments", fine=True, found=_("The journal holds every instrument it was answered on."))


def _drafts(journal: Journal) -> Iterator[Check]:
    drafts = journal.drafts.all()
    good = sum(isinstance(draft, Draft) and not draft.damaged for draft in drafts)
    if good:
        found = ngettext("{n} draft waits to be finished.", "{n} drafts wait to be finished.", good).format(n=good)
        yield Check(name="drafts", fine=True, found=found)
    for draft in drafts:
        if isinstance(draft, BadDraft):
            found = f"{draft.path}: " + "; ".join(map(str, draft.faults))
            advice = _("This draft can't be read. Its file is left as it is; move it aside when you don't need it.")
            yield Check(name="drafts", fine=False, found=found, advice=advice)
        elif draft.damaged:
            found = _("{path} is damaged at its end.").format(path=journal.drafts.path(draft.id))
            advice = _("Go on with it in the app: it keeps what can be read, and the damaged file beside it.")
            yield Check(name="drafts", fine=False, found=found, advice=advice)
