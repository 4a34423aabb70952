"""What another device has of this journal, looked at file by file before any of it is taken: nothing of it is trusted.

The same rules hold as for every file of the journal: where it may stand, how large it may be, what must be in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault, JournalError, ReflectError
from reflect_tui.git.exchange import Exchange
from reflect_tui.i18n import _
from reflect_tui.model import instrument, tombstones
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import union
from reflect_tui.store.base import IDENTITY, KINDS, SESSIONS, JournalFile, Store, is_session, kind_of, read_tombstones
from reflect_tui.text import display
from reflect_tui.toml import formats

INSTRUMENTS = "instruments"
_FILE_MODE = "100644"
_FOLDER_MODE = "040000"
_YEAR = re.compile(r"[0-9]{4}(?!\n)")
_INSTRUMENT = re.compile(r"instruments/[a-z0-9][a-z0-9-]*@[0-9A-Za-z.+-]+\.toml(?!\n)")
_MOST = 200_000  # files
_MOST_FOLDERS = 1_000  # which one command line can name
_NAMED = 5  # faults that one message names


class Incoming(Struct, frozen=True, kw_only=True):
    """What another device has, checked: its files by their ids, the contents that we lack, and what it erased."""

    files: Mapping[str, str]
    contents: Mapping[str, bytes]
    tombstones: Tombstones = Tombstones()


def check(store: Store, exchange: Exchange, tip: str, ours: Mapping[str, str], where: str) -> Incoming:
    """Look at all that a commit has and we have not; no other file than those of a journal may be among it.

    Raises:
        BadFileError: with what is wrong, by name.
        JournalError: it is another journal.
    """
    listed = _list(exchange, tip, where)
    new = {path: blob for path, blob in listed.items() if ours.get(path) != blob}
    blobs = list(dict.fromkeys(new.values()))
    contents = {blob: data for blob, data in zip(blobs, exchange.contents(blobs), strict=True) if data is not None}
    _check_identity(store, contents, listed, where)
    faults = [fault for path, blob in new.items() for fault in _faults(path, blob, contents.get(blob))]
    if faults:
        raise BadFileError(where, _first(faults))
    erased = new.get(tombstones.FILE)
    same = read_tombstones(store) if tombstones.FILE in listed else Tombstones()
    return Incoming(
        files=listed,
        contents=contents,
        tombstones=tombstones.parse(contents[erased], tombstones.FILE) if erased else same,
    )


def _first(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    more = len(faults) - _NAMED
    rest = (Fault("", _("and {number} more").format(number=more)),) if more > 0 else ()
    return (*faults[:_NAMED], *rest)


def _list(exchange: Exchange, tip: str, where: str) -> dict[str, str]:
    """List the files of a commit, level by level: only the folders that a journal has are looked into."""
    found: dict[str, str] = {}
    faults: list[Fault] = []
    level = exchange.tree(tip, ())
    while level:
        folders = []
        for path, (mode, identifier, size) in level.items():
            if mode == _FOLDER_MODE and _is_folder(path):
                folders.append(path)
            elif problem := _problem(path, mode, size):
                faults.append(Fault(display(path), problem))
            else:
                found[path] = identifier
        if len(found) > _MOST or len(folders) > _MOST_FOLDERS:
            raise BadFileError(where, (Fault("", _("there are too many files")),))
        level = exchange.tree(tip, folders) if folders else {}
    if len({path.casefold() for path in found}) < len(found):
        faults.append(Fault("", _("two names differ only in capitals")))
    if faults:
        raise BadFileError(where, _first(sorted(faults, key=lambda fault: fault.place)))
    return found


def _problem(path: str, mode: str, size: int) -> str:
    if mode != _FILE_MODE or not _is_file(path):
        return _("is no file of a journal")
    return _("is too large") if size > _limit(path) else ""


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
    known = union.version(path)
    kind = kind_of(known.document if known else path)
    return kind.limit if kind else formats.MAX_BYTES


def _check_identity(store: Store, contents: Mapping[str, bytes], listed: Mapping[str, str], where: str) -> None:
    if IDENTITY not in listed:
        raise BadFileError(where, (Fault(IDENTITY, _("is missing, so this is no journal")),))
    data = contents.get(listed[IDENTITY])
    if data is None:  # the very file that we have
        return
    there = formats.parse(data, JournalFile, f"{where}: {IDENTITY}").id
    here = store.identity.id
    if here and here != there:
        text = _(
            "{where} holds another journal ({there}) than the one here ({here}), so nothing was taken or sent. To "
            "bring sessions from one into the other, use export --format json and import."
        )
        raise JournalError(text.format(where=display(where), there=display(there[:12]), here=display(here[:12])))


def _faults(path: str, blob: str, data: bytes | None) -> Iterator[Fault]:
    """Yield what is wrong with a file that we lack, by the same rules as a file in the folder."""
    if data is None:
        yield Fault(path, _("is missing in what came"))
        return
    try:
        problem = _misfit(path, blob, data)
    except BadFileError as error:
        yield from (Fault(f"{path}: {fault.place}".removesuffix(": "), fault.problem) for fault in error.faults)
    else:
        yield from (Fault(path, problem),) if problem else ()


def _misfit(path: str, blob: str, data: bytes) -> str:
    """Say how the content of a file belies its name; BadFileError when it can't be read."""
    known = union.version(path)
    other = _("says something else than its name")
    if known and known.is_deletion:
        return "" if data == union.DELETED else other
    if known and union.version_path(known.document, blob) != path:
        return other
    document = known.document if known else path
    kind = kind_of(document)
    if kind:
        return "" if kind.name(kind.parse(data, path)) == Path(document).stem else _("has another id than its name")
    if path == tombstones.FILE:
        tombstones.parse(data, path)
    elif path != IDENTITY:
        instrument.parse(data, path)
    return ""


def odd_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """List the paths that are none of a journal: another device would refuse them."""
    return tuple(sorted(path for path in paths if not _is_file(path)))
