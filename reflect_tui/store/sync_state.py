"""How far a journal is synced with another place, and of which documents two versions stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import ReflectError
from reflect_tui.git.history import Version as MadeIn
from reflect_tui.store import record, union
from reflect_tui.store.base import Store
from reflect_tui.store.joining import CHOICE, JOIN
from reflect_tui.store.sync_place import SyncState, read_state


class SyncStatus(Struct, frozen=True, kw_only=True):
    """Where a journal is synced, since when, and how many documents wait for it; both versions of which documents.

    `may_be_encrypted` is whether it could be from now on: through a folder, or not synced yet. `put_back` is whether
    the history here is not the one that was synced last, as after an older backup was restored: then `waiting` counts
    what changed since, and only the next sync tells what else differs. `holding` and `readable` name files of other
    devices, see sync_place.SyncedPlace.
    """

    address: str = ""
    when: datetime | None = None
    waiting: int = 0
    both: tuple[str, ...] = ()
    encrypted: bool = False
    may_be_encrypted: bool = True
    unread: int = 0
    put_back: bool = False
    holding: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()


class Synced(Struct, frozen=True, kw_only=True):
    """What one sync did: how many documents were sent, received or removed here, and the documents in two versions.

    Sent are those that the other end did not have as they are now, see union.lacking().
    `erased` is what was erased here as on another device: documents by their path, notes and people as in tombstones.
    `unread` counts files of other devices that were not whole; `notes` are sentences that must be read, also by those
    who did not ask for this sync.
    """

    sent: int = 0
    received: int = 0
    removed: int = 0
    erased: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    unread: int = 0
    notes: tuple[str, ...] = ()


def added(before: Synced, after: Synced) -> Synced:
    """Return what two tries of one sync did: it begins anew when it had to ask something."""
    return Synced(
        sent=before.sent + after.sent,
        received=before.received + after.received,
        removed=before.removed + after.removed,
        erased=(*before.erased, *after.erased),
        both=tuple(sorted({*before.both, *after.both})),
        unread=after.unread,
        notes=tuple(dict.fromkeys((*before.notes, *after.notes))),
    )


class Restored(Struct, frozen=True, kw_only=True):
    """What came of a backup: all of it, or what `joined` says; the paths in `kept` have other content, and stay.

    `came` counts what is here now and was not before, by kind. `erased` counts the documents of the backup that were
    erased here, and so stay away; `left_out` the drafts and waiting answers that do, by kind. `notes` must be read,
    without full stops.
    """

    joined: Synced | None = None
    came: dict[str, int] = {}
    erased: int = 0
    left_out: dict[str, int] = {}
    notes: tuple[str, ...] = ()
    kept: tuple[Path, ...] = ()


class Choice(Struct, frozen=True, kw_only=True):
    """A document of which several versions stand, with each content, first the one in its place; None is deleted.

    `marks` name them, on every device alike and whatever other versions come; their order here does not stay.
    `origins` are the commits that made them, as far as history tells.
    """

    document: str
    contents: tuple[bytes | None, ...]
    marks: tuple[str, ...] = ()
    origins: tuple[MadeIn | None, ...] = ()


def status(store: Store) -> SyncStatus:
    """Return how far a journal is synced, without asking anyone.

    Raises:
        BadFileError: what is known of the last sync can't be read.
        ObstacleError: the history can't be read.
    """
    state = read_state(store)
    tracked = store.repository.tracked()
    both = tuple(sorted(union.versions(tracked)))
    if state is None:
        return SyncStatus(both=both)
    met, put_back = _met(store, state)
    return SyncStatus(
        address=state.address,
        when=state.when,
        waiting=_waiting(store, met, tracked),
        put_back=put_back,
        both=both,
        encrypted=state.encrypted,
        may_be_encrypted=not state.encrypted and state.way in ("", "folder"),
        unread=state.unread,
        holding=state.still_there(state.holding),
        readable=state.still_there(state.readable),
    )


def known(store: Store) -> SyncStatus | None:
    """Return how far a journal is synced; None when that can't be known."""
    try:
        return status(store)
    except ReflectError:
        return None


def _met(store: Store, state: SyncState) -> tuple[str | None, bool]:
    """Return the newest commit that stood at the other end, and whether that is a guess since history was put back."""
    met = state.rewritten or state.commit
    known = store.repository.git.resolve(f"{met}^{{commit}}") if met else None
    if known or not (met and state.when):
        return known, False
    return store.repository.newest_until(state.when), True


def _waiting(store: Store, met: str | None, tracked: dict[str, str]) -> int:
    """Count the documents that differ from what stood at the other end last, or that are not in history yet."""
    unrecorded = [path for path in record.pending(store) if path not in tracked]
    return len(union.lacking(tracked, [store.repository.git.files(met)])) + len(unrecorded)


def count_versions(store: Store) -> dict[str, int]:
    """Count the versions of every document that has several; none when history can't be read."""
    try:
        return {document: len(others) + 1 for document, others in union.versions(store.repository.tracked()).items()}
    except ReflectError:
        return {}


def choices(store: Store) -> tuple[Choice, ...]:
    """List the documents that have several versions, oldest first.

    Raises:
        ObstacleError: the history can't be read.
    """
    tracked = store.repository.tracked()
    found = []
    for document, versions in sorted(union.versions(tracked).items()):
        beside = ((one.path, "" if one.is_deletion else tracked[one.path]) for one in versions)
        asked = [(document, tracked.get(document, "")), *beside]  # "": it was deleted
        read = iter(store.repository.contents([blob for _path, blob in asked if blob]))
        shown = tuple(next(read) if blob else None for _path, blob in asked)
        if any(blob for _path, blob in asked):
            marks = tuple(union.version_mark(blob) for _path, blob in asked)
            origins = _origins(store, document, asked)
            found.append(Choice(document=document, contents=shown, marks=marks, origins=origins))
    return tuple(found)


def _origins(store: Store, document: str, versions: Sequence[tuple[str, str]]) -> tuple[MadeIn | None, ...]:
    """Find who made each version, by its file and blob id ("" where it is deleted), and when.

    A commit that only chose or joined made none, unless no other has it.
    """
    made = store.repository.every_version(document)
    blobs = store.repository.contents_at([one.commit for one in made], document)
    known: dict[str, MadeIn] = {}
    for own in (True, False):
        for one, blob in zip(made, blobs, strict=True):
            if own != (one.subject == CHOICE or one.subject.startswith(JOIN)):
                known.setdefault(blob, one)
    return tuple(known.get(blob) or next(iter(store.repository.every_version(path)), None) for path, blob in versions)
