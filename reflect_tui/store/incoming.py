"""What another device has of this journal, looked at file by file before any of it is taken: nothing of it is trusted.

The same rules hold as for every file of the journal: where it may stand, how large it may be, what must be in it. And
the same as for an import: a session or round must fit its instrument. An earlier version, or somebody with an editor,
may have let one into this journal that does not; so what is here already, or was, is no reason to refuse what comes.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.git.exchange import Exchange
from reflect_tui.i18n import _
from reflect_tui.model import instrument, tombstones
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import union
from reflect_tui.store.base import (
    IDENTITY,
    KINDS,
    ROUNDS,
    SESSIONS,
    Explained,
    JournalFile,
    Store,
    copies,
    explained,
    is_session,
    kind_of,
    read_tombstones,
)
from reflect_tui.store.sessions import is_row, row_fault
from reflect_tui.text import display
from reflect_tui.toml import formats

About = TypeVar("About", Session, Round)
INSTRUMENTS = "instruments"
_FILE_MODE = "100644"
_FOLDER_MODE = "040000"
_YEAR = re.compile(r"[0-9]{4}(?!\n)")
_INSTRUMENT = re.compile(r"instruments/[a-z0-9][a-z0-9-]*@[0-9A-Za-z.+-]+\.toml(?!\n)")
_MOST = 200_000  # files
_MOST_FOLDERS = 1_000  # which one command line can name


class NoJournalError(ReflectError):
    """What came is no journal; `names` are the files it has instead."""

    def __init__(self, where: str, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(_("{where} holds no journal of this program.").format(where=where))


class OddFilesError(BadFileError):
    """Among the files of a journal there are some that are none of it."""


class MisfitError(BadFileError):
    """What came can be read, but does not fit its instrument."""


class Incoming(Struct, frozen=True, kw_only=True):
    """What another device has, checked: its files by their ids, the contents that we lack, and what it erased.

    `misfits` tells what does not fit its instrument, and comes all the same: there is no journal here yet, and this is
    the only way to have one.
    """

    files: Mapping[str, str]
    contents: Mapping[str, bytes]
    tombstones: Tombstones = Tombstones()
    misfits: tuple[Fault, ...] = ()


def check(store: Store, exchange: Exchange, tip: str, head: str | None, where: str) -> Incoming:
    """Look at all that a commit has and the newest one here has not; only files of a journal may be among it.

    Raises:
        NoJournalError: there is no journal.
        OddFilesError: with the files that are none of a journal.
        MisfitError: with what does not fit its instrument, by name.
        BadFileError: with everything else that is wrong.
        JournalError: it is another journal.
    """
    listed = _list(exchange, tip, where)
    ours = store.repository.git.files(head)
    new = {path: blob for path, blob in listed.items() if ours.get(path) != blob}
    blobs = list(dict.fromkeys(new.values()))
    contents = {blob: data for blob, data in zip(blobs, exchange.contents(blobs), strict=True) if data is not None}
    _check_identity(store, contents, listed, where)
    company = _Company(store)
    faults, misfits = _examine(company, {path: (blob, contents.get(blob)) for path, blob in new.items()})
    if faults:
        raise BadFileError(where, tuple(faults))
    told: list[Fault] = []
    for path, found in misfits.items():
        known = _misfits_here(store, exchange, head, path, company) if head else ()
        told += [placed(path, fault) for fault in found if fault not in known]
    if told and head:
        raise MisfitError(where, tuple(told))
    erased = new.get(tombstones.FILE)
    same = read_tombstones(store) if tombstones.FILE in listed else Tombstones()
    return Incoming(
        files=listed,
        contents=contents,
        tombstones=tombstones.parse(contents[erased], tombstones.FILE) if erased else same,
        misfits=tuple(told),
    )


def _list(exchange: Exchange, tip: str, where: str) -> dict[str, str]:
    """List the files of a commit, level by level: only the folders that a journal has are looked into."""
    found: dict[str, str] = {}
    odd: list[str] = []
    large: list[str] = []
    level = exchange.tree(tip, ())
    while level:
        folders = []
        for path, (mode, identifier, size) in level.items():
            if mode == _FOLDER_MODE and _is_folder(path):
                folders.append(path)
            elif mode != _FILE_MODE or not _is_file(path):
                odd.append(path)
            else:
                found[path] = identifier
                large += [path] if size > _limit(path) else []
        if len(found) > _MOST or len(folders) > _MOST_FOLDERS:
            raise BadFileError(where, (Fault("", _("there are too many files")),))
        level = exchange.tree(tip, folders) if folders else {}
    _refuse_listed(found, odd, large, where)
    return found


def _refuse_listed(found: Iterable[str], odd: list[str], large: list[str], where: str) -> None:
    """Refuse files by what a listing tells of them: their names and sizes."""
    if IDENTITY not in found:
        raise NoJournalError(where, tuple(sorted(odd)))
    if odd:
        raise OddFilesError(where, _faults(odd, _("is no file of a journal")))
    if large:
        raise BadFileError(where, _faults(large, _("is too large")))
    capitals: dict[str, list[str]] = {}
    for path in found:
        capitals.setdefault(path.casefold(), []).append(path)
    alike = [paths[-1] for paths in capitals.values() if len(paths) > 1]
    if alike:
        raise BadFileError(where, _faults(alike, _("differs only in capitals from another file there")))


def _faults(paths: Iterable[str], problem: str) -> tuple[Fault, ...]:
    return tuple(Fault(display(path), problem) for path in sorted(paths))


def _is_folder(path: str) -> bool:
    top, _slash, below = path.partition("/")
    if below:
        return top == SESSIONS.folder and _YEAR.fullmatch(below) is not None
    return top in (*KINDS, INSTRUMENTS, union.FOLDER)


def _is_file(path: str) -> bool:
    kind = kind_of(path)
    if kind is SESSIONS:
        return is_session(path)
    if path in (IDENTITY, tombstones.FILE) or _INSTRUMENT.fullmatch(path) or union.version(path):
        return True
    try:
        return kind is not None and path == kind.path(path.partition("/")[2].removesuffix(".toml"))
    except ReflectError:
        return False


def _limit(path: str) -> int:
    kind = kind_of(union.document_of(path))
    return kind.limit if kind else formats.MAX_BYTES


def _check_identity(store: Store, contents: Mapping[str, bytes], listed: Mapping[str, str], where: str) -> None:
    data = contents.get(listed[IDENTITY])
    if data is None:  # the very file that we have
        return
    there = formats.parse(data, JournalFile, f"{where}: {IDENTITY}").id
    here = store.identity.id
    if here and here != there:
        raise other_journal_error(where, there, here)


def other_journal_error(where: str, there: str, here: str) -> JournalError:
    """Say that two journals can't be synced, by their ids."""
    text = _(
        "{where} holds another journal ({there}) than the one here ({here}), so nothing was taken or sent. To "
        "bring sessions from one into the other, use export --format json and import."
    )
    return JournalError(text.format(where=display(where), there=display(there[:12]), here=display(here[:12])))


def placed(path: str, fault: Fault) -> Fault:
    """Say of a fault which file it is in."""
    return Fault(f"{path}: {fault.place}".removesuffix(": "), fault.problem)


def _examine(
    company: _Company, files: Mapping[str, tuple[str, bytes | None]]
) -> tuple[list[Fault], dict[str, tuple[Fault, ...]]]:
    """List what is wrong with files, by the rules for every file in the folder; and what does not fit, by path.

    Of each its blob id and content are given. Instruments and rounds are read first: they explain the others.
    """
    faults: list[Fault] = []
    misfits: dict[str, tuple[Fault, ...]] = {}
    for path in sorted(files, key=lambda path: not path.startswith((f"{INSTRUMENTS}/", f"{ROUNDS.folder}/"))):
        try:
            value = _value(path, *files[path])
        except BadFileError as error:
            faults += [placed(path, fault) for fault in error.faults]
        else:
            found = tuple(company.misfits(path, value, files[path][1] or b""))
            misfits |= {path: found} if found else {}
    return faults, misfits


def _value(path: str, blob: str, data: bytes | None) -> Any:
    """Return what a file says.

    Raises:
        BadFileError: it can't be read, or belies its name.
    """
    if data is None:
        raise BadFileError(path, (Fault("", _("is missing in what came")),))
    known = union.version(path)
    belied = (known.is_deletion and data != union.DELETED) if known else False
    if belied or (known and not known.is_deletion and union.version_path(known.document, blob) != path):
        raise BadFileError(path, (Fault("", _("says something else than its name")),))
    if known and known.is_deletion:
        return None
    if path == tombstones.FILE:
        return tombstones.parse(data, path)
    if path == IDENTITY:
        return None
    document = known.document if known else path
    kind = kind_of(document)
    if kind is None:
        return instrument.parse(data, path)
    value = kind.parse(data, path)
    if kind.name(value) != Path(document).stem:
        raise BadFileError(path, (Fault("", _("has another id than its name")),))
    return value


class _Company:
    """What comes together, and so explains each other: a session, its instrument, and its round."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._instruments: dict[str, Explained] = {}
        self._rounds: dict[str, Round] = {}

    def misfits(self, path: str, value: Any, data: bytes) -> Iterator[Fault]:
        """List why an import would refuse what a file says, and remember what it explains."""
        match value:
            case Instrument():
                self._instruments[value.digest] = value, data
                if path not in copies(value.id, value.version, value.digest):
                    yield Fault("", _("says something else than its name"))
            case Round():
                self._rounds[value.id] = value
                yield from self._unexplained(value, rounds.arrival_faults)
            case Session():
                # which of its people gave a session is not asked of a round: it may know another one of the same
                # person, where two devices took one in
                yield from self._unexplained(value, sessions.arrival_faults)
                if self._is_row(value):
                    yield row_fault()

    def _unexplained(self, value: About, faults: Callable[[About, Instrument], Iterator[Fault]]) -> Iterator[Fault]:
        try:
            answered_on, _file = explained(self._store, value, self._instruments)
        except NotFoundError as error:
            yield Fault("digest", str(error))
        else:
            yield from faults(value, answered_on)

    def _is_row(self, session: Session) -> bool:
        known = self._rounds.get(session.round)
        return known.is_confidential if known else is_row(self._store, session)


def _misfits_here(store: Store, exchange: Exchange, head: str, path: str, company: _Company) -> set[Fault]:
    """List what does not fit of any version that a document has here, or had: it was mended since, say."""
    document = union.document_of(path)
    here = union.values([store.repository.git.files(head)])(document)
    blobs = sorted(filter(None, exchange.ever(head, document) | here))
    misfits: set[Fault] = set()
    for blob, data in zip(blobs, store.repository.contents(blobs), strict=True):
        with contextlib.suppress(BadFileError):  # of one that can't be read nothing is known
            misfits |= {*company.misfits(document, _value(document, blob, data), data or b"")}
    return misfits


def odd_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """List the paths that are none of a journal: another device would refuse them."""
    return tuple(sorted(path for path in paths if not _is_file(path)))
