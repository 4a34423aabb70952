"""What a commit of a session says and brings along: figures and ids, never a note or a name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reflect_tui.analysis.summary import summarize
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.git import commit
from reflect_tui.git.commit import Step
from reflect_tui.model.instrument import digest
from reflect_tui.model.library import Library, copy_name
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session, parse, relative_path
from reflect_tui.store.plans import Planned, one_line
from reflect_tui.toml import formats

IDENTITY = commit.FILE
Answered = Session | Round
"""What names an instrument by id, version and digest."""


def message(verb: str, session: Session, figures: str = "", reason: str = "") -> str:
    """Write a commit message: one line, and the trailers: which session and instrument it is about, and why."""
    subject = f"{verb} {session.started:%Y-%m-%d} {session.role}{figures}"
    trailers = f"Session: {session.id}\nInstrument: {session.instrument}@{session.version}\n"
    return f"{subject}\n\n{trailers}" + (f"Reason: {reason}\n" if reason else "")


def figures(session: Session, library: Library) -> str:
    """Write how far a session was scored and how many domains are high; less when its instrument is missing."""
    try:
        instrument = library.find(session.instrument, session.version, session.digest)
    except NotFoundError:
        return f": {sum(isinstance(score, int) for score in session.scores.values())} scored"
    summary = summarize(instrument, session.scores)
    return f": {summary.scored}/{summary.total} scored, {summary.high} of {len(summary.domains)} high"


def copy_names(session: Answered) -> tuple[str, str]:
    """Give the two names that the copy of a session's instrument may have in the journal.

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


def read(root: Path, name: str) -> bytes | None:
    """Give a file of the journal; None when it can't be read."""
    try:
        return formats.read_bytes(root / name)
    except ReflectError:
        return None


def step(root: Path, found: Session | Planned, library: Library, tracked: Mapping[str, str]) -> Step | None:
    """Give the commit that brings a session or a planned version into history, with what history lacks to explain it.

    None when a session's file is gone or can't be read any more, or a planned content is no session.
    """
    if isinstance(found, Planned):
        return _planned_step(root, found, library, tracked)
    path = relative_path(found.id).as_posix()
    data = read(root, path)
    if data is None:
        return None
    changes = {path: data} | explanation(root, found, tracked)
    return Step(changes, message("session", found, figures(found, library)))


def _planned_step(root: Path, planned: Planned, library: Library, tracked: Mapping[str, str]) -> Step | None:
    try:
        session = parse(planned.data, root)
    except BadFileError:  # no program of ours planned that
        return None
    path = relative_path(session.id).as_posix()
    verb = "amend session" if planned.verb == "session" and path in tracked else planned.verb
    said = "" if verb == "restore session" else figures(session, library)
    changes = {path: planned.data} | explanation(root, session, tracked)
    return Step(changes, message(verb, session, said, one_line(planned.reason)))


def explanation(root: Path, session: Answered, tracked: Mapping[str, str]) -> dict[str, bytes | None]:
    """Give what history lacks to explain a session: the journal's identity, and the instrument's copy."""
    changes: dict[str, bytes | None] = {}
    identity = read(root, IDENTITY)
    if identity is not None and IDENTITY not in tracked:
        changes[IDENTITY] = identity
    copy = find_copy(root, session)
    if copy and copy[0] not in tracked:
        changes[copy[0]] = copy[1]
    return changes
