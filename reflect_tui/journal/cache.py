"""What was found in the session files before, so that thousands of them are not read at every start.

Only what can be made anew from the files, only of sessions of one's own without a fault, and no text: ids, times and
scores. An entry holds while the file has the same inode, size and times; a file that changed within two seconds before
it was read is not kept, since it may change once more without looking different. Anything odd means no cache.
"""

from __future__ import annotations

import contextlib
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

import reflect_tui
from reflect_tui import formats
from reflect_tui.analysis.summary import Figures
from reflect_tui.errors import JournalError, NotFoundError, ReflectError
from reflect_tui.instrument import Instrument
from reflect_tui.journal import files
from reflect_tui.library import Library
from reflect_tui.packed import ABSENT, Scores
from reflect_tui.session import Session

NAME = "sessions.cache"
WORTHWHILE = 100  # fewer sessions are read as fast as they are shown
_SETTLED = 2_000_000_000  # nanoseconds: the coarsest clock of a disk (FAT)
_MAX_BYTES = 100_000_000
_FORMAT = f"reflect-tui {reflect_tui.__version__} sessions 2".encode()
Seen = tuple[int, ...]


class _Row(Struct, frozen=True, array_like=True, gc=False):
    """One session in the cache; `instrument` is a number in the list of them."""

    id: str
    seen: tuple[int, int, int, int]
    instrument: int
    started: str
    finished: str
    scores: bytes
    high: int
    texts: bool


class Glimpse(Struct, frozen=True, gc=False):
    """What is known of a session of one's own whose file was not read: all but its texts, if there are any in it."""

    row: _Row
    named: tuple[str, str, str]
    instrument: Instrument

    @property
    def texts(self) -> bool:
        """Whether there are texts in the file."""
        return self.row.texts

    @property
    def started(self) -> datetime:
        """When the session began."""
        return datetime.fromisoformat(self.row.started)

    @property
    def figures(self) -> Figures:
        """What a list shows of the session."""
        content, scores = self.instrument, self.row.scores
        answered = len(scores) - scores.count(ABSENT)
        return Figures(answered, len(scores), self.row.high, len(content.domains))

    @property
    def session(self) -> Session:
        """The session without its texts; made only where more than a list is wanted, since there are thousands."""
        identifier, version, digest = self.named
        return Session(
            id=self.row.id,
            instrument=identifier,
            version=version,
            digest=digest,
            role="self",
            started=self.started,
            finished=datetime.fromisoformat(self.row.finished),
            scores=Scores(self.instrument.positions, self.row.scores),
        )


class _Cached(Struct, frozen=True, array_like=True):
    """The whole cache: every instrument by id, version and digest; the sessions."""

    instruments: list[tuple[str, str, str]]
    sessions: list[_Row]


def is_settled(seen: Seen) -> bool:
    """Tell whether a file can be told from its next version by its times."""
    return max(seen[2:], default=0) < time.time_ns() - _SETTLED


def is_worthwhile(count: int) -> bool:
    """Tell whether so many files take longer to read than to keep."""
    return count >= WORTHWHILE


class Cache:
    """The cache of one journal, in its state folder; losing it costs time and nothing else."""

    def __init__(self, state: Path, library: Library) -> None:
        """Look in this folder; nothing is touched."""
        self._path = state / NAME
        self._library = library
        self._is_read = False
        self._written: int | None = None  # a sum of what stands in the file
        self._rows: dict[str, _Row] = {}
        self._named: list[tuple[str, str, str]] = []

    def _read(self) -> None:
        """Read the file, once."""
        if self._is_read:
            return
        self._is_read = True
        cached = _Cached([], [])
        with contextlib.suppress(ReflectError):
            head, _line, body = formats.read_bytes(self._path, _MAX_BYTES).partition(b"\n")
            cached = formats.unpack_small(body, _Cached, self._path) if head == _head(body) else cached
        self._named = cached.instruments
        count = len(cached.instruments)
        self._rows = {row.id: row for row in cached.sessions if 0 <= row.instrument < count}

    def is_whole(self, session_id: str, seen: Seen) -> bool:
        """Tell whether all is known of a session's file, unless its instrument is gone."""
        self._read()
        row = self._rows.get(session_id)
        return row is not None and row.seen == seen and not row.texts

    def glimpse(self, session_id: str, seen: Seen) -> Glimpse | None:
        """Give what is known of a session's file; None when it is to be read."""
        return next((found for _path, found in self.glimpses([(session_id, seen)])), None)

    def glimpses(self, wanted: Iterable[tuple[str, Seen]]) -> Iterator[tuple[str, Glimpse]]:
        """Give what is known of session files, beside their paths; those that are to be read are left out."""
        self._read()
        rows = self._rows
        contents = self._contents()
        for path, seen in wanted:
            row = rows.get(path[path.rfind("/") + 1 :].removesuffix(".toml"))
            if row is None or row.seen != seen:
                continue
            content = contents[row.instrument]
            if content and len(row.scores) == len(content.items):
                yield path, Glimpse(row, self._named[row.instrument], content)

    def _contents(self) -> list[Instrument | None]:
        """Give the instruments that the rows name by number; None for one that is gone."""
        found: list[Instrument | None] = []
        for named in self._named:
            try:
                found.append(self._library.find(*named))
            except NotFoundError:
                found.append(None)
        return found

    def keep(self, known: Mapping[str, tuple[Seen, Session, Figures]]) -> None:
        """Take these sessions, by id, in the place of all that was kept; from here on they are looked up elsewhere.

        What can't be written isn't. No folder is made for it, so that looking at a journal leaves nothing behind.
        """
        self._read()
        if self._written is None:
            self._written = hash(frozenset((name, row.seen) for name, row in self._rows.items()))
        self._rows = {}
        seen = hash(frozenset((name, found[0]) for name, found in known.items()))
        few = not is_worthwhile(len(known)) and not self._path.exists()
        if seen == self._written or few or not self._path.parent.is_dir():
            return
        body = formats.pack_small(_cached(known.values()))
        with contextlib.suppress(JournalError):
            files.replace(self._path, _head(body) + b"\n" + body)
            self._written = seen


def _cached(known: Iterable[tuple[Seen, Session, Figures]]) -> _Cached:
    numbers: dict[tuple[str, str, str], int] = {}
    rows = []
    for (inode, size, modified, changed), session, figures in known:
        named = (session.instrument, session.version, session.digest)
        content = session.scores
        rows.append(
            _Row(
                id=session.id,
                seen=(inode, size, modified, changed),
                instrument=numbers.setdefault(named, len(numbers)),
                started=session.started.isoformat(),
                finished=session.finished.isoformat(),
                scores=content.packed if isinstance(content, Scores) else b"",
                high=figures.high,
                texts=bool(session.remark or session.notes),
            )
        )
    return _Cached(list(numbers), rows)


def _head(body: bytes) -> bytes:
    """Give the first line: by which version of the program it was written, and a sum that tells a torn file."""
    return _FORMAT + b" %08x" % zlib.crc32(body)
