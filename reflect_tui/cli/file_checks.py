"""What doctor says of the files in the folder: sessions, copies that programs for sharing files made, instruments."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from reflect_tui.cli.finding import DOCTOR, Check, by_doctor, no_folder
from reflect_tui.errors import BadFileError
from reflect_tui.i18n import _, ngettext
from reflect_tui.journal import Entry, Journal, copies, document_history, recording
from reflect_tui.journal.documents import KINDS
from reflect_tui.session import Session, is_id, relative_path

_BLANK = b"\0 \t\r\n"
_ID = len("2026-11-23T1405-")


def sessions(journal: Journal) -> Iterator[Check]:
    """Count the sessions that can be read, and name every other file among them."""
    entries = journal.all_entries()
    spoiled = [entry for entry in entries if entry.session is None or entry.faults]
    good = len(entries) - len(spoiled)
    found = ngettext("{n} session can be read.", "{n} sessions can be read.", good).format(n=good)
    yield Check(name="sessions", fine=True, found=found)
    for entry in spoiled:
        original = _original(entry)
        yield _copy(journal, entry, original) if original else _unreadable(journal, entry)


def _original(entry: Entry) -> str:
    """Give the id that a file's name begins with, when more follows; "" when it is no such copy.

    So Syncthing, Dropbox, Nextcloud, OneDrive and Google Drive name what they could not bring together.
    """
    name = Path(entry.path).name
    at = name.find("-", _ID)
    session_id = name[: at + 7] if at > 0 else ""
    return session_id if is_id(session_id) and name != f"{session_id}.toml" else ""


def _copy(journal: Journal, entry: Entry, session_id: str) -> Check:
    path = journal.root / entry.path
    found = _("{path} is a copy of {id}, as programs make that keep folders alike.").format(path=path, id=session_id)
    there = recording.read(journal.root, relative_path(session_id).as_posix())
    if there is not None and there == recording.read(journal.root, entry.path):
        advice = _("It holds the very same. Remove it when you like.")
    else:
        advice = _(
            "It is not used, and left as it is. Compare the two: if this copy has the right answers, "
            "amend the session in the app (a); then move the copy out of the journal."
        )
    return Check(name="copies", fine=False, found=found, advice=advice)


def _unreadable(journal: Journal, entry: Entry) -> Check:
    path = journal.root / entry.path
    data = recording.read(journal.root, entry.path)
    if data is None or data.strip(_BLANK):
        found = f"{path}: " + "; ".join(map(str, entry.faults))
    else:
        found = _("{path} is empty, as a power cut may leave a file.").format(path=path)
    if is_id(entry.id):
        advice = _(
            "Nothing here rewrites it. In the app, Enter on it shows what can be done: "
            "e opens it in your editor, b brings back the last good version in history."
        )
    else:
        advice = _("It is no session. It is left as it is; move it elsewhere if it doesn't belong here.")
    return Check(name="unreadable", fine=False, found=found, advice=advice)


def folders(journal: Journal) -> Iterator[Check]:
    """Name what stands where a folder should be; sessions and their years are named among the sessions."""
    for path in (journal.root / name for name in ("instruments", *KINDS)):
        if os.path.lexists(path) and not path.is_dir():
            yield no_folder(path)


def documents(journal: Journal) -> Iterator[Check]:
    """Name the documents that can't be read, and those that another program changed."""
    shelves = (journal.goals, journal.agendas, journal.events, journal.rounds)
    every = [document for shelf in shelves for document in shelf.all()]
    bad = [BadFileError(journal.root / one.path, one.faults) for one in every if one.value is None]
    for error in (*bad, *journal.waiting_answers.unreadable()):
        found = str(error)
        advice = _("Nothing here rewrites it. Mend it in an editor, or move it out of the journal.")
        yield Check(name="documents", fine=False, found=found, advice=advice)
    for path in document_history.changed(journal):
        found = _("{path} was changed by another program since it came into history.").format(path=journal.root / path)
        advice = _("It is used as it is. History follows as soon as you change it in the app; nothing is lost.")
        yield Check(name="documents", fine=False, found=found, advice=advice)


def instruments(journal: Journal) -> Iterator[Check]:
    """Tell whether the journal has a good copy of every instrument it was answered on."""
    lacking = copies.lacking(journal)
    for session in lacking:
        text = _("The journal has no good copy of the instrument {id} {version}, which it needs to explain itself.")
        found = text.format(id=session.instrument, version=session.version)
        yield Check(name="instruments", fine=False, found=found, advice=_copy_advice(journal, session))
    if not lacking:
        yield Check(name="instruments", fine=True, found=_("The journal holds every instrument it was answered on."))


def _copy_advice(journal: Journal, session: Session) -> str:
    """Say how the copy of an instrument comes back."""
    if copies.find(journal, session) is None:
        return _("Put it there from a backup of the journal.")
    obstruction = copies.in_the_way(journal, session)
    if obstruction is None:
        return by_doctor()
    return _("Move {path} aside, which is in its place; then run: {doctor}").format(path=obstruction, doctor=DOCTOR)
