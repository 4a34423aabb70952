"""Finds the session that a REF means: latest, latest~N, an id or the beginning of one, any of these @COMMIT, a path."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.analysis.rater_groups import group_only_error, may_be_shown_alone
from reflect_tui.errors import BadFileError, JournalError, NotFoundError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from reflect_tui.store.scan import Entry

_LATEST = re.compile(r"latest(?:~(\d{1,6}))?")
_LONGEST = 60  # characters: an id with a commit
_NAMED = 12  # so many ids are named when a REF fits more than one


class ResolvedSession(Struct, frozen=True):
    """A session with its file and the instrument it was answered on; `commit` when an earlier version is meant."""

    session: Session
    path: Path
    instrument: Instrument
    commit: str = ""


def find(journal: Journal, reference: str) -> ResolvedSession:
    """Find the session that a reference means.

    Raises:
        NotFoundError: none, or more than one.
        JournalError: it stands in the journal and can't be read.
        BadFileError: it is a path to a file that is no good session.
    """
    if _is_path(reference):
        return _file(journal, Path(reference).absolute())
    name, _at, commit = reference.partition("@")
    if commit:
        return _version(journal, find_id(journal, name), commit)
    latest = _latest(journal, reference)
    if latest:
        return resolve(journal, latest)
    entry = _entry(journal, reference)
    if not (entry.session and entry.is_sound):
        raise JournalError(str(BadFileError(journal.root / entry.path, entry.faults)))
    return resolve(journal, entry.session)


def _version(journal: Journal, session_id: str, commit: str) -> ResolvedSession:
    """Find an earlier version of a session, by its commit as `history` names it."""
    fitting = [version for version in journal.every_version(session_id) if version.commit.startswith(commit)]
    if len(fitting) != 1:
        raise NotFoundError(_('There is no version "{id}".').format(id=commit))
    resolved = resolve(journal, journal.sound_version(session_id, fitting[0].commit))
    return structs.replace(resolved, commit=fitting[0].commit)


def find_id(journal: Journal, reference: str) -> str:
    """Find the id that a reference means, also of a session that can't be read or was deleted."""
    if _is_path(reference):
        return _checked_id(journal, Path(reference).stem)
    latest = _latest(journal, reference)
    if latest:
        return latest.id
    if journal_has(journal, reference):
        return _entry(journal, reference).id
    gone = _deleted(journal, reference)
    return _single_match(reference, gone) if gone else _entry(journal, reference).id


def _checked_id(journal: Journal, session_id: str) -> str:
    """Return the id itself unless it is of an answer that no one may see by itself."""
    if not journal_has(journal, session_id) and any(entry.id == session_id for entry in journal.all_entries()):
        raise group_only_error(session_id)
    return session_id


def _deleted(journal: Journal, reference: str) -> list[str]:
    """List the ids that begin so in history only; none when that can't be read."""
    with contextlib.suppress(ObstacleError):
        return [lost.id for lost in journal.deleted() if reference and lost.id.startswith(reference)]
    return []


def journal_has(journal: Journal, reference: str) -> bool:
    """Check whether a file in the journal fits the beginning of an id."""
    return bool(_fitting(journal, reference))


def resolve(journal: Journal, session: Session) -> ResolvedSession:
    """Resolve a session of the journal to its file and instrument."""
    instrument = journal.library.find(session.instrument, session.version, session.digest)
    return ResolvedSession(session, journal.root.absolute() / sessions.relative_path(session.id), instrument)


def _is_path(reference: str) -> bool:
    return os.sep in reference or reference.endswith(".toml")


def _file(journal: Journal, path: Path) -> ResolvedSession:
    session = sessions.load(path)
    if not may_be_shown_alone(session, journal.known_rounds()):
        raise group_only_error(session.id)
    instrument = journal.library.find(session.instrument, session.version, session.digest)
    if faults := journal.faults_of(session):
        raise BadFileError(path, faults)
    return ResolvedSession(session, path, instrument)


def _latest(journal: Journal, reference: str) -> Session | None:
    """Return the own session that latest or latest~N means; None for another kind of reference."""
    matched = _LATEST.fullmatch(reference)
    if not matched:
        return None
    back = int(matched[1] or 0)
    own = journal.own()
    if back < len(own):
        return own[back]
    if not own:
        raise NotFoundError(_("There is no session of your own yet. Begin one with: reflect-tui new"))
    text = ngettext(
        'There is no "{reference}": you have {n} session of your own.',
        'There is no "{reference}": you have {n} sessions of your own.',
        len(own),
    )
    raise NotFoundError(text.format(reference=_shown(reference), n=len(own)))


def _shown(reference: str) -> str:
    """Return what was typed, cut where no reference is that long."""
    return reference if len(reference) <= _LONGEST else f"{reference[:_LONGEST]}…"


def _entry(journal: Journal, reference: str) -> Entry:
    fitting = _fitting(journal, reference)
    if not fitting:
        kept = [entry.id for entry in journal.all_entries() if reference and entry.id.startswith(reference)]
        if kept:
            raise group_only_error(_single_match(reference, kept))
        text = _('There is no session "{reference}". See: reflect-tui list')
        raise NotFoundError(text.format(reference=_shown(reference)))
    return fitting[_single_match(reference, list(fitting))]


def _fitting(journal: Journal, reference: str) -> dict[str, Entry]:
    """Return the entries whose id begins so; of two files with one id the sound one counts, else the readable one."""
    entries = journal.named(reference) if reference else ()
    return {entry.id: entry for entry in sorted(entries, key=lambda entry: (entry.is_sound, entry.session is not None))}


def _single_match(reference: str, ids: Sequence[str]) -> str:
    """Choose the one id there is, or the one that is the reference itself."""
    if len(ids) == 1 or reference in ids:
        return reference if reference in ids else ids[0]
    named = sorted(ids, reverse=True)[:_NAMED]
    text = _('"{reference}" fits {n} sessions: {ids}.')
    shown = ", ".join(named) + (", …" if len(named) < len(ids) else "")
    raise NotFoundError(text.format(reference=reference, n=len(ids), ids=shown))
