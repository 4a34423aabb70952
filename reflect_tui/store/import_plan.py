"""What one import brings in, written down before the first part of it is: a kill leaves all of it or nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.disk.files import TakenError
from reflect_tui.model import session as sessions
from reflect_tui.store import importing
from reflect_tui.store.base import IMPORT_PLAN, Store, is_session, kind_of, read_tombstones
from reflect_tui.store.candidates import Candidate, without_erased
from reflect_tui.store.exported import OtherDocument
from reflect_tui.toml import formats

_MOST = 200_000_000


class _Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A document: where it belongs, its file, and that of its instrument."""

    path: str
    content: str
    instrument: str = ""


class _Plan(Struct, frozen=True, forbid_unknown_fields=True):
    parts: tuple[_Part, ...]
    format: Literal[1] = 1


@contextlib.contextmanager
def planned(store: Store, candidates: Sequence[Candidate]) -> Iterator[None]:
    """Save these candidates within: should the program be killed meanwhile, finish() saves the rest of them.

    Answers to rounds are no part of that: each comes in by itself. The caller holds the Lock.

    Raises:
        JournalError: the plan can't be written.
    """
    finish(store)
    parts = [part for candidate in candidates if (part := _part(candidate))]
    plan = store.state / IMPORT_PLAN
    if len(parts) > 1:
        files.make_folder(store.state)
        files.replace(plan, formats.pack(_Plan(tuple(parts))))
    yield
    files.remove(plan)


def finish(store: Store) -> None:
    """Save what a killed import left out; once all of it is there, nothing is left to do. The caller holds the Lock.

    Raises:
        ReflectError: the plan can't be read, or a part not written; the plan stays for the next time.
    """
    plan = store.state / IMPORT_PLAN
    if not plan.exists():
        return
    parts = formats.unpack(formats.read_bytes(plan, _MOST), _Plan, plan).parts
    missing = [_candidate(part) for part in parts if not (store.root / part.path).exists()]
    for candidate in without_erased(missing, read_tombstones(store)):
        with contextlib.suppress(TakenError):  # another program put something there meanwhile: that stays
            importing.save(store, candidate)
    files.remove(plan)


def _part(candidate: Candidate) -> _Part | None:
    """Return what is to be saved of a candidate; None where that is nothing, or an answer to a round."""
    if candidate.faults or candidate.there or candidate.answer or candidate.combined:
        return None
    instrument, session = candidate.instrument.decode(), candidate.session
    if candidate.other:
        return _Part(candidate.other.path, candidate.other.data.decode(), instrument)
    return _Part(sessions.posix_path(session.id), sessions.dumps(session).decode(), instrument) if session else None


def _candidate(part: _Part) -> Candidate:
    data, instrument, path = part.content.encode(), part.instrument.encode(), Path(part.path)
    kind = kind_of(part.path)
    if is_session(part.path) or kind is None:
        return Candidate(path=path, session=sessions.parse(data, path), instrument=instrument)
    value = kind.parse(data, path)
    return Candidate(path=path, other=OtherDocument(kind, kind.name(value), value, data), instrument=instrument)
