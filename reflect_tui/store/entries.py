"""The session files in a journal's folder, readable or not; no git."""

from __future__ import annotations

import bisect
import contextlib
import os
import re
import sys
import time
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path

from msgspec import Struct, structs

import reflect_tui
from reflect_tui.analysis.rater_groups import stands_alone
from reflect_tui.analysis.summary import Figures, figures, summarize
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import session as model_session
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import Library
from reflect_tui.model.round import Round
from reflect_tui.model.session import ABSENT, Scores, Session
from reflect_tui.toml import formats

# What was found in the session files before, so that thousands of them are not read at every start.
#
# Only what can be made anew from the files, only of sessions of one's own without a fault, and no text: ids, times,
# scores. An entry holds while the file has the same inode, size and times; a file that changed within two seconds
# before it was read is not kept, since it may change once more without looking different. Anything odd means no cache.


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
    for (inode, size, modified, changed), session, found in known:
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
                high=found.high,
                texts=bool(session.remark or session.notes),
            )
        )
    return _Cached(list(numbers), rows)


def _head(body: bytes) -> bytes:
    """Give the first line: by which version of the program it was written, and a sum that tells a torn file."""
    return _FORMAT + b" %08x" % zlib.crc32(body)


# One session file of a journal: what it holds, or everything wrong with it; no git.


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One file below `sessions`: its session when it can be read, and everything wrong with it, or its figures."""

    path: str
    session: Session | None
    faults: tuple[Fault, ...] = ()
    figures: Figures | None = None

    @property
    def id(self) -> str:
        """The session's id, by the name of the file."""
        return name(self.path)

    @property
    def started(self) -> datetime:
        """When the session began; by the name of the file if it can't be read, else the beginning of time."""
        if self.session:
            return self.session.started
        try:
            return datetime.strptime(self.id[:15], "%Y-%m-%dT%H%M").astimezone()
        except (ValueError, OverflowError):
            return datetime.min.replace(tzinfo=UTC)


def alone(entries: tuple[Entry, ...], rounds: Callable[[], Mapping[str, Round]]) -> tuple[Entry, ...]:
    """Leave out what no one may see by itself; `rounds` are asked for only when an answer to one is there."""
    if not any(entry.session and entry.session.round for entry in entries):
        return entries
    known = rounds()
    return tuple(entry for entry in entries if not entry.session or stands_alone(entry.session, known))


def others(entries: Iterable[Entry]) -> tuple[Session, ...]:
    """Choose what others said, without a fault."""
    return tuple(
        entry.session for entry in entries if entry.session and entry.session.role != "self" and not entry.faults
    )


def name(path: str) -> str:
    """Give the name of a session's file without its ending."""
    return path.rpartition("/")[2].removesuffix(".toml")


def read(root: Path, path: str, library: Library) -> Entry:
    """Read a session's file and look for everything that is wrong with it."""
    try:
        found = model_session.load(root / path)
    except BadFileError as error:
        return Entry(path=path, session=None, faults=error.faults)
    except ReflectError as error:
        return Entry(path=path, session=None, faults=(Fault("", str(error)),))
    right = model_session.relative_path(found.id).as_posix()
    if path != right:
        misplaced = Fault("", _("does not belong here, but in {path}").format(path=right))
        return Entry(path=path, session=None, faults=(misplaced,))
    return _checked(path, found, library)


def _checked(path: str, found: Session, library: Library) -> Entry:
    try:
        answered_on = library.find(found.instrument, found.version, found.digest)
    except NotFoundError as error:
        return Entry(path=path, session=found, faults=(Fault("instrument", str(error)),))
    faults = model_session.check(found, answered_on)
    if faults:
        return Entry(path=path, session=found, faults=faults)
    small = structs.replace(
        found,
        instrument=sys.intern(found.instrument),
        version=sys.intern(found.version),
        digest=sys.intern(found.digest),
        scores=Scores.pack(answered_on.positions, found.scores),
    )
    return Entry(path=path, session=small, figures=figures(summarize(answered_on, found.scores)))


def read_texts(root: Path, path: str, known: Glimpse) -> Entry | None:
    """Read only the texts of a file of which all else is known; None when that can't be told from its bytes."""
    try:
        texts = model_session.texts(formats.read_bytes(root / path))
    except ReflectError:
        return None
    if texts is None:
        return None
    remark, notes = texts
    return Entry(path=path, session=structs.replace(known.session, remark=remark, notes=notes), figures=known.figures)


def outline(path: str, known: Glimpse) -> Entry:
    """Give what is known of a file without reading it: its session lacks the texts, if there are any in it."""
    return Entry(path=path, session=known.session, figures=known.figures)


# A look at all session files of a journal: their names, and what tells whether one changed. None is opened.


FOLDER = "sessions"
_YEAR = re.compile(r"\d{4}")
FileState = tuple[int, ...]


class Found(Struct, frozen=True, gc=False):
    """Something among the sessions, by its path within the journal; `seen` is files.signature() of it."""

    name: str
    path: str
    seen: FileState
    is_folder: bool


Look = tuple[Found, ...]


def packed(seen: FileState) -> bytes:
    """Give what tells whether a file changed in a third of the memory, for thousands of files."""
    return b" ".join(b"%d" % part for part in seen)


def unpacked(seen: bytes) -> FileState:
    """Give what was packed."""
    return tuple(map(int, seen.split()))


def look(root: Path) -> Look:
    """Look at every file once, for all who want to know of it; the newest names first.

    Raises:
        BadFileError: the folder can't be read.
    """
    found = [Found(file.name, path, files.signature(file), file.is_dir()) for path, file in listed(root)]
    return tuple(sorted(found, key=attrgetter("name"), reverse=True))


def listed(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """List all in the folder and its year folders but hidden files; what stands in its place, if it is none.

    Raises:
        BadFileError: the folder can't be read.
    """
    top = next((found for found in _listing(root) if found.name == FOLDER), None)
    if top and not top.is_dir():
        yield FOLDER, top
        return
    for year in _listing(root / FOLDER):
        if not is_folder(year):
            yield f"{FOLDER}/{year.name}", year
            continue
        for file in _listing(Path(year.path)):
            yield f"{FOLDER}/{year.name}/{file.name}", file


def is_folder(found: os.DirEntry[str]) -> bool:
    """Tell whether sessions can lie in something among the sessions: a folder, or a year that lies elsewhere.

    A session of that year is written there, so it must be read there; where any other link leads is not our business.
    """
    return found.is_dir(follow_symlinks=_YEAR.fullmatch(found.name) is not None)


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return [found for found in listing if not found.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = Fault("", _("can't be read: {reason}").format(reason=error.strerror or str(error)))
        raise BadFileError(folder, (reason,)) from None


_WESTERNMOST = timedelta(hours=24)  # behind UTC: the most that a date with an offset can be


class Entries:
    """Reads the sessions of one journal; a file that hasn't changed isn't read again."""

    def __init__(self, root: Path, library: Library, cache: Cache) -> None:
        """Look in the folder of this journal, in this library for the instruments, and in this cache."""
        self._root = root
        self._library = library
        self._cache = cache
        self._known: dict[str, tuple[bytes, Entry]] = {}
        self._young: set[str] = set()  # files that changed so recently that they could change unseen

    def count(self) -> int:
        """Count the files.

        Raises:
            BadFileError: the folder can't be read.
        """
        return sum(1 for _file in listed(self._root))

    def look(self) -> Look:
        """Look at all files, once for all that is asked after it.

        Raises:
            BadFileError: the folder can't be read.
        """
        return look(self._root)

    def all(self, newest: int | None = None, there: Look | None = None) -> tuple[Entry, ...]:
        """Give an entry for every file that is `there`, or for so many with the newest names; newest first.

        Raises:
            BadFileError: the folder can't be read.
        """
        there = self.look() if there is None else there
        found = {known[1].path: known for known in (self._read(file.path, file.seen) for file in there[:newest])}
        self._known = found if newest is None else self._known | found
        if newest is None:
            self._cache.keep(self._lasting())
        return tuple(sorted((one for _seen, one in found.values()), key=_place, reverse=True))

    def read_ahead(self, step: int, there: Look | None = None) -> Iterator[int]:
        """Read the files that are to be read, the newest first; after every `step` of them, tell how far this is.

        Raises:
            BadFileError: the folder can't be read.
        """
        read = 0
        for number, file in enumerate(self.look() if there is None else there, start=1):
            path, seen = file.path, file.seen
            known = self._at_hand(path, seen)
            self._known[path] = (packed(seen), known) if known else self._read(path, seen)
            read += known is None
            if known is None and read % step == 0:
                yield number

    def unread(self, there: Look | None = None) -> int:
        """Count the files that are to be read before all() can tell of every one; see there."""
        return sum(not self._is_at_hand(one.path, one.seen) for one in (self.look() if there is None else there))

    def _is_at_hand(self, path: str, seen: FileState) -> bool:
        known = self._known.get(path)
        return known[0] == packed(seen) if known else self._cache.is_whole(name(path), seen)

    def glimpses(self, known: Container[str], there: Look | None = None) -> Iterator[tuple[str, Glimpse]]:
        """Give, beside the `known` files, those of which is known what a list shows, though they may not be read yet.

        Raises:
            BadFileError: the folder can't be read.
        """
        there = self.look() if there is None else there
        return self._cache.glimpses((file.path, file.seen) for file in there if file.path not in known)

    def outlines(self) -> tuple[Entry, ...]:
        """Give an entry for every file, newest first; where all but its texts is known, the file is not read.

        Raises:
            BadFileError: the folder can't be read.
        """
        there = self.look()
        found = {path: outline(path, known) for path, known in self.glimpses(self._known, there)}
        if is_worthwhile(len(there) - len(found)):
            return self.all(there=there)  # which keeps them for the next time
        return tuple(sorted((*found.values(), *self.beyond(found)), key=_place, reverse=True))

    def newest_first(self) -> Iterator[Entry]:
        """Give the entries of all() one by one, reading no more files than it takes.

        Raises:
            BadFileError: the folder can't be read.
        """
        waiting: list[Entry] = []
        for path, file in self._newest_first():
            limit = _latest_start(name(path))
            while waiting and limit and waiting[-1].started > limit:
                yield waiting.pop()
            bisect.insort(waiting, self._read(path, files.signature(file))[1], key=_place)
        yield from reversed(waiting)

    def named(self, beginning: str) -> tuple[Entry, ...]:
        """Give the entries of all() whose name begins so; the other files are not read.

        Raises:
            BadFileError: the folder can't be read.
        """
        fitting = [(path, file) for path, file in listed(self._root) if name(path).startswith(beginning)]
        found = (self._read(path, files.signature(file))[1] for path, file in fitting)
        return tuple(sorted(found, key=_place, reverse=True))

    def _newest_first(self) -> list[tuple[str, os.DirEntry[str]]]:
        return sorted(listed(self._root), key=lambda found: found[1].name, reverse=True)

    def _lasting(self) -> dict[str, tuple[FileState, Session, Figures]]:
        """Give what may be kept for the next start: one's own sessions without a fault, that can't change unseen."""
        return {
            one.session.id: (unpacked(seen), one.session, one.figures)
            for path, (seen, one) in self._known.items()
            if one.session and one.figures and one.session.role == "self" and path not in self._young
        }

    def beyond(self, known: Container[str]) -> Iterator[Entry]:
        """Give an entry for every file whose path is not among the `known` ones; those aren't even looked at.

        Raises:
            BadFileError: the folder can't be read.
        """
        for path, file in listed(self._root):
            if path not in known:
                yield self._read(path, files.signature(file))[1]

    def _read(self, path: str, seen: FileState) -> tuple[bytes, Entry]:
        known = self._at_hand(path, seen)
        if known:
            return packed(seen), known
        self._young.discard(path)
        if not is_settled(seen):
            self._young.add(path)
        return packed(seen), self._texts(path, seen) or read(self._root, path, self._library)

    def _texts(self, path: str, seen: FileState) -> Entry | None:
        """Read the texts of a file of which all else is known; None when it must be read whole."""
        if path in self._known or not (known := self._cache.glimpse(name(path), seen)):
            return None
        found = read_texts(self._root, path, known)
        return found if files.signature(self._root / path) == seen else None

    def _at_hand(self, path: str, seen: FileState) -> Entry | None:
        """Give the entry of a file that is known as it is; None when it must be read."""
        known = self._known.get(path)
        if known:
            return known[1] if known[0] == packed(seen) and (path not in self._young or not is_settled(seen)) else None
        found = self._cache.glimpse(name(path), seen)
        return outline(path, found) if found and not found.texts else None


def _place(one: Entry) -> tuple[datetime, str]:
    """Give what entries are put in order by."""
    return one.started, one.path


def _latest_start(name: str) -> datetime | None:
    """Give the latest moment at which a session can have begun whose name has its local time; None when unknown."""
    try:
        return datetime.strptime(name[:15], "%Y-%m-%dT%H%M").replace(tzinfo=UTC) + _WESTERNMOST
    except (ValueError, OverflowError):
        return None
