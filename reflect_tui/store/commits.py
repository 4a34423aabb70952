"""What the commit of a document says and brings along: figures, ids and what was done, never a text or a name."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping

from reflect_tui.analysis.summary import summarize
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.git.commit import CommitStep
from reflect_tui.model.library import Library
from reflect_tui.model.session import Session, parse
from reflect_tui.store.base import Store
from reflect_tui.store.kinds import KINDS, ROUNDS, SESSIONS
from reflect_tui.store.plans import PlannedVersion, one_line
from reflect_tui.store.saving import IDENTITY, explanation, read

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


def commits(store: Store, path: str, version: PlannedVersion, tracked: Mapping[str, str]) -> Iterator[CommitStep]:
    """Give the commit that brings a version of a document into history, with what history lacks to explain it.

    None when it is no session where one should be: no program of ours planned that.
    """
    if path.startswith(f"{SESSIONS.folder}/"):
        with contextlib.suppress(BadFileError):
            yield _session_commit(store, path, version, tracked)
        return
    act = "made" if version.act == "kept" and path not in tracked else version.act
    changes: dict[str, bytes | None] = {path: version.data}
    yield CommitStep(changes | _explanation(store, path, version.data, tracked), message(path, act))


def _session_commit(store: Store, path: str, version: PlannedVersion, tracked: Mapping[str, str]) -> CommitStep:
    session = parse(version.data or b"", path)
    changes: dict[str, bytes | None] = {path: version.data}
    changes |= explanation(store.root, session, tracked)
    if version.act == "restored":
        return CommitStep(changes, session_message("restore session", session, reason=version.reason))
    verb = "amend session" if version.act == "amended" or path in tracked else "session"
    return CommitStep(changes, session_message(verb, session, figures(session, store.library), version.reason))


def session_message(verb: str, session: Session, figures: str = "", reason: str = "") -> str:
    """Write a commit message: one line, and the trailers: which session and instrument it is about, and why."""
    subject = f"{verb} {session.started:%Y-%m-%d} {session.role}{figures}"
    trailers = f"Session: {session.id}\nInstrument: {session.instrument}@{session.version}\n"
    return f"{subject}\n\n{trailers}" + (f"Reason: {one_line(reason)}\n" if one_line(reason) else "")


def figures(session: Session, library: Library) -> str:
    """Write how far a session was scored and how many domains are high; less when its instrument is missing."""
    try:
        instrument = library.find(session.instrument, session.version, session.digest)
    except NotFoundError:
        return f": {sum(isinstance(score, int) for score in session.scores.values())} scored"
    summary = summarize(instrument, session.scores)
    return f": {summary.scored}/{summary.total} scored, {summary.high} of {len(summary.domains)} high"


def message(path: str, act: str) -> str:
    """Write a commit message: what was done to which document, without a word of what it says."""
    folder, _slash, name = path.partition("/")
    kind, stem = KINDS[folder], name.removesuffix(".toml")
    date = _DATE.match(stem)
    return f"{kind.word} {date[0] if date else stem[:10]}: {act}\n\n{kind.trailer}: {stem}\n"


def _explanation(store: Store, path: str, data: bytes | None, tracked: Mapping[str, str]) -> dict[str, bytes | None]:
    """Give what history lacks to explain a document: the journal's identity; of a round, also its instrument."""
    if data is not None and path.startswith(f"{ROUNDS.folder}/"):
        with contextlib.suppress(ReflectError):
            return explanation(store.root, ROUNDS.parse(data, path), tracked)
    identity = read(store.root, IDENTITY)
    return {} if identity is None or IDENTITY in tracked else {IDENTITY: identity}
