"""One session file of a journal: what it holds, or everything wrong with it; no git."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui import formats, session
from reflect_tui.analysis.raters import stands_alone
from reflect_tui.analysis.summary import Figures, figures, summarize
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.feedback.round import Round
from reflect_tui.i18n import _
from reflect_tui.journal.cache import Glimpse
from reflect_tui.library import Library
from reflect_tui.packed import Scores
from reflect_tui.session import Session


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
        found = session.load(root / path)
    except BadFileError as error:
        return Entry(path=path, session=None, faults=error.faults)
    except ReflectError as error:
        return Entry(path=path, session=None, faults=(Fault("", str(error)),))
    right = session.relative_path(found.id).as_posix()
    if path != right:
        misplaced = Fault("", _("does not belong here, but in {path}").format(path=right))
        return Entry(path=path, session=None, faults=(misplaced,))
    return _checked(path, found, library)


def _checked(path: str, found: Session, library: Library) -> Entry:
    try:
        answered_on = library.find(found.instrument, found.version, found.digest)
    except NotFoundError as error:
        return Entry(path=path, session=found, faults=(Fault("instrument", str(error)),))
    faults = session.check(found, answered_on)
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
        texts = session.texts(formats.read_bytes(root / path))
    except ReflectError:
        return None
    if texts is None:
        return None
    remark, notes = texts
    return Entry(path=path, session=structs.replace(known.session, remark=remark, notes=notes), figures=known.figures)


def outline(path: str, known: Glimpse) -> Entry:
    """Give what is known of a file without reading it: its session lacks the texts, if there are any in it."""
    return Entry(path=path, session=known.session, figures=known.figures)
