"""Saves a new session with what explains it: whose journal it is, and a copy of the instrument it was answered on."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.errors import JournalError, NotFoundError, ReflectError
from reflect_tui.git.repository import JOURNAL_FILE
from reflect_tui.i18n import _
from reflect_tui.model import library
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import digest
from reflect_tui.model.library import copy_name
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.toml import formats

IDENTITY = JOURNAL_FILE
Answered = Session | Round
"""What names an instrument by id, version and digest."""


class JournalFile(Struct, frozen=True):
    """What stands in journal.toml; keys of later formats are left alone."""

    format: Literal[1]
    id: str


class JournalScaffold:
    """What sessions need around them: whose journal it is, the folder of their year, a copy of their instrument.

    Both are made safe before a session is saved, and so is the name of its year's folder. While these stay as this
    program made them safe, that is not done again: it would take as long as saving the session itself.
    """

    def __init__(self, root: Path) -> None:
        """Look in this folder; nothing is touched."""
        self._root = root
        self._safe: tuple[object, ...] = ()
        self._named: tuple[object, ...] = ()

    def expect(self, session_id: str) -> None:
        """Make the name of a session's folder safe long before the session is saved, if the folder is there."""
        folder = (self._root / sessions.relative_path(session_id)).parent
        if folder.is_dir():
            with contextlib.suppress(JournalError):  # saving meets the same, and tells
                self.make_folder(folder)

    def make_folder(self, folder: Path) -> None:
        """Make the folder of a year; when this returns, its name is on the disk.

        Raises:
            JournalError: it could not be made.
        """
        seen = _name_of(folder)
        if seen and seen == self._named:
            return
        files.make_folder(folder)
        # nobody made it anew meanwhile, nor could without that being seen
        self._named = seen if seen == _name_of(folder) and files.is_settled(files.signature(folder.parent)) else ()

    def build(self, session: Answered, instrument_file: Callable[[], bytes]) -> None:
        """Write what is missing; when this returns, all of it is on the disk.

        Raises:
            JournalError: it can't be written, or a newer program made this journal.
            NotFoundError, BadFileError: the instrument's file is wanted, and can't be given.
        """
        signatures = self._look(session)
        if signatures == self._safe:
            return
        identify(self._root)
        keep_instrument(self._root, session, instrument_file())
        if signatures == self._look(session):  # nobody wrote there meanwhile
            self._safe = signatures

    def _look(self, session: Answered) -> tuple[object, ...]:
        names = (IDENTITY, *copy_names(session))
        return (session.digest, *(files.signature(self._root / name) for name in names))


def _name_of(folder: Path) -> tuple[object, ...]:
    """Return what changes when a folder is made anew: which one it is, and when the names beside it changed."""
    signature = files.signature(folder)
    return (folder, signature[0], files.signature(folder.parent)) if signature else ()


def save(root: Path, scaffold: JournalScaffold, session: Session, instrument_file: Callable[[], bytes]) -> Path:
    """Keep a finished session; see Journal.save()."""
    path = root / sessions.relative_path(session.id)
    scaffold.make_folder(path.parent)
    scaffold.build(session, instrument_file)
    files.write_new(path, sessions.dumps(session))
    return path


def identify(root: Path) -> None:
    """Write journal.toml when there is none; one made by a newer program is reason not to write here."""
    path = root / IDENTITY
    try:
        document = formats.parse_document(formats.read_bytes(path), path)
    except NotFoundError:
        document = {"format": 1, "id": secrets.token_hex(16)}
        with contextlib.suppress(files.TakenError):  # another program began the same journal a moment ago
            files.write_new(path, formats.toml(document).encode())
    except ReflectError:
        return  # a spoiled one is for doctor to name; it must not keep a session from being saved
    if isinstance(document.get("format"), int) and document["format"] > 1:
        newer = _("The journal {root} was made by a newer reflect-tui; this one does not write in it.")
        raise JournalError(newer.format(root=root))


def keep_instrument(root: Path, session: Answered, data: bytes) -> None:
    """Keep a copy of the instrument that a session or round is about, so that the journal explains itself."""
    files.make_folder(root / "instruments")
    plain, marked = copy_names(session)
    try:
        files.write_new(root / plain, data)
    except files.TakenError:
        files.write_new(root / marked, data)


def copy_names(session: Answered) -> tuple[str, str]:
    """Return the two names that the copy of a session's instrument may have in the journal.

    The second one is for another content under an id and version that is taken.
    """
    plain = copy_name(session.instrument, session.version)
    mark = session.digest.removeprefix("sha256:")[:12]
    return f"instruments/{plain}", f"instruments/{plain.removesuffix('.toml')}.{mark}.toml"


def find_copy(root: Path, session: Answered) -> tuple[str, bytes] | None:
    """Find the copy of the instrument that a session was answered on: its path within the journal and its bytes."""
    for name in copy_names(session):
        data = read(root, name)
        if data is not None and digest(data) == session.digest:
            return name, data
    return None


def instrument_bytes(root: Path, session: Answered) -> bytes:
    """Return the file of the instrument that a session was answered on.

    Raises:
        NotFoundError: neither shipped nor in the journal.
    """
    copy = find_copy(root, session)
    return copy[1] if copy else library.bundled_bytes(session.instrument)


def read(root: Path, name: str) -> bytes | None:
    """Return a file of the journal; None when it can't be read."""
    try:
        return formats.read_bytes(root / name)
    except ReflectError:
        return None


def explanation(root: Path, session: Answered, tracked: Mapping[str, str]) -> dict[str, bytes | None]:
    """Return what history lacks to explain a session: the journal's identity, and the instrument's copy."""
    changes: dict[str, bytes | None] = {}
    identity = read(root, IDENTITY)
    if identity is not None and IDENTITY not in tracked:
        changes[IDENTITY] = identity
    copy = find_copy(root, session)
    if copy and copy[0] not in tracked:
        changes[copy[0]] = copy[1]
    return changes
