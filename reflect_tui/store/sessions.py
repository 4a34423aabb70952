"""What is done to saved sessions only: amended, kept as another program left them, deleted, restored, merged.

Every one of these is planned first, so that a kill anywhere loses neither the version nor its reason; see plans.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from reflect_tui.analysis.rater_groups import group_only_error
from reflect_tui.analysis.summary import summarize
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, format_date
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import digest
from reflect_tui.model.library import Library
from reflect_tui.model.old_means import Reference
from reflect_tui.model.session import Session
from reflect_tui.store import documents, external_changes, union
from reflect_tui.store.base import AGENDAS, REFERENCES, ROUNDS, Store, instrument_of, session_path
from reflect_tui.store.documents import Shelf
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.plans import Plan, PlannedVersion, one_line
from reflect_tui.store.scan import own
from reflect_tui.text import display
from reflect_tui.toml import formats
from reflect_tui.toml.formats import Side


def amend(store: Store, session: Session, reason: str, expected: bytes) -> Path:
    """Save a new version of a session: when this returns, it is on the disk. History follows; see record().

    Needs no git: what is replaced goes into history as well, should it not be there yet.

    Args:
        store: the journal.
        session: the new version; one that differs in nothing is fine, and changes nothing.
        reason: why, in one line of at most 200 characters.
        expected: the bytes of the file that is amended.

    Raises:
        ChangedOutsideError: the file holds something else; it is untouched.
        JournalError: it can't be written; the file is untouched.
    """
    why = one_line(reason)
    if not why:
        raise ReflectError(_("Say in a few words why the session is amended."))
    path = session_path(session.id)
    data = sessions.dumps(session)
    if data != expected:
        documents.put(store, path, PlannedVersion("amended", data.decode(), why), expected)
    return store.root / path


def saved(store: Store, session_id: str) -> tuple[Session, bytes]:
    """Return a session and its file, to be amended.

    Raises:
        NotFoundError: there is no such session, or its instrument is gone.
        BadFileError: it can't be read, or does not fit its instrument.
        ChangedOutsideError: another program changed it since it came into history.
    """
    path = session_path(session_id)
    data = formats.read_bytes(store.root / path)
    session = sessions.parse(data, path)
    _check(store, session, path)
    if external_changes.is_changed(store, path):
        changed = _("{path} was changed by another program. Choose first what to do about that.")
        raise files.ChangedOutsideError(changed.format(path=path))
    return session, data


def _check(store: Store, session: Session, path: str) -> None:
    if misfits := sessions.instrument_faults(session, instrument_of(store, session)):
        raise BadFileError(path, misfits)


def finish_amending(store: Store, session: Session, draft: Draft) -> Path:
    """Save what a draft makes of a session and remove the draft; see amend() and Journal.finish()."""
    path = store.root / session_path(session.id)
    if not os.path.lexists(path):
        text = _(
            "{path} was removed since this draft began. Bring it back first: r on the list of sessions in the app. The "
            "draft stays."
        )
        raise files.ChangedOutsideError(text.format(path=path))
    data = formats.read_bytes(path)
    if digest(data) != draft.amends and data != sessions.dumps(session):
        raise files.ChangedOutsideError(
            _("{path} was changed since this draft began; look at it first. The draft stays.").format(path=path)
        )
    amend(store, session, draft.reason, data)
    store.drafts.drop(draft.id)
    return path


def keep(store: Store, session_id: str, reason: str, expected: bytes | None) -> None:
    """Plan an edit by another program as a new version; see Journal.keep()."""
    path = session_path(session_id)
    data = formats.read_bytes(store.root / path)
    if expected is not None and data != expected:
        raise files.ChangedOutsideError(_("{path} was changed again; look at it first.").format(path=path))
    session = sessions.parse(data, path)
    with contextlib.suppress(NotFoundError):  # without its instrument it is kept as it is
        _check(store, session, path)
    if session.id != session_id:
        raise BadFileError(path, ())
    with store.planning:
        plan = store.plans.get(path)
        if not (plan and plan.planned(data)):
            earlier = plan.happened(data) if plan else ()
            kept = PlannedVersion("amended", data.decode(), one_line(reason))
            store.plans.write(Plan(path=path, versions=(*earlier, kept)))


def take_side(store: Store, session_id: str, side: Side) -> None:
    """End an unresolved merge in a session's file; see Journal.take_side()."""
    path = session_path(session_id)
    data = formats.read_bytes(store.root / path)
    try:
        chosen = formats.resolve_conflict(data, side)
    except ValueError:
        raise BadFileError(path, (Fault("", _("can't be taken apart; open it in your editor")),)) from None
    sessions.parse(chosen, path)
    _keep_beside(store, path, data)
    version = PlannedVersion("amended", chosen.decode(), _("chosen after a merge"))
    documents.replace_unrecorded(store, path, version, data)


def delete(store: Store, session_id: str) -> None:
    """Remove a session in history, then its file; see Journal.delete()."""
    store.identity.check()
    path = session_path(session_id)
    try:
        data = formats.read_bytes(store.root / path)
    except NotFoundError:  # another program took it away, and the user agrees
        obstacle = store.repository.obstacle()
        if obstacle:
            raise ObstacleError(obstacle) from None
        data = store.repository.read("HEAD", path)
    if not _is_in_history(store, path, data):
        unknown = _("{path} is not in history as it is now, so it could not be restored; it is not removed.")
        raise JournalError(unknown.format(path=path))
    session = sessions.parse(data, path)
    removed: dict[str, bytes | None] = {path: None}
    agenda = AGENDAS.path(session_id)
    if (store.root / agenda).exists() and documents.is_known(store, agenda):
        removed[agenda] = None
    with store.planning:
        store.plans.write(Plan(path=path, versions=(PlannedVersion("deleted", data.decode()),)))
        try:
            store.repository.commit(removed, commit_message("delete session", session))
        except JournalError:
            store.plans.drop(path)
            raise
        _remove(store, path)


def _is_in_history(store: Store, path: str, data: bytes) -> bool:
    try:
        return store.repository.read("HEAD", path) == data
    except NotFoundError:
        return False


def _remove(store: Store, path: str) -> None:
    """Remove the file of a session that history has as deleted, its agenda, and the plan for that."""
    documents.remove_agenda(store, Path(path).stem)
    files.remove(store.root / path)
    store.plans.drop(path)


def is_deleted(store: Store, path: str) -> bool:
    """Check whether a file is only there because its deletion was cut short: history has that, and the very file."""
    plan = store.plans.get(path)
    if plan is None or not plan.deletes or not plan.planned(documents.look(store, path)):
        return False
    return documents.is_removed(store, path, plan.last_content)


def finish_deletions(store: Store) -> None:
    """Remove the files of sessions whose deletion was cut short after it came into history."""
    for plan in store.plans.all():
        if plan.deletes and is_deleted(store, plan.path):
            with store.planning, contextlib.suppress(JournalError):
                if store.plans.get(plan.path) == plan:
                    _remove(store, plan.path)


def restore(store: Store, session_id: str, commit: str | None, reason: str) -> Path:
    """Bring a session back from history; see Journal.restore(). All that is saved must be in history before."""
    path = session_path(session_id)
    data = _version(store, path, commit)
    session = sessions.parse(data, path)
    if is_row(store, session):
        raise group_only_error(session_id)
    now = _now(store.root / path)
    if now is None and session.role == "self":
        refuse_scores(store, session.instrument, session.started.date())
    if now not in (None, data) and not documents.is_known(store, path):  # what another program wrote
        _keep_beside(store, path, now or b"")
    version = PlannedVersion("restored", data.decode(), one_line(reason))
    documents.replace_unrecorded(store, path, version, now)
    if now is None:
        documents.restore_agenda(store, session_id)
    return store.root / path


def read_version(store: Store, path: str, commit: str) -> bytes:
    """Read a session's file as a commit made it; of a sync that only set another version beside it, that version.

    Raises:
        NotFoundError, ObstacleError: see Repository.read().
    """
    changed = store.repository.changed_in(commit)
    beside = union.versions(name for name, blob in changed.items() if blob).get(path, ())
    there = [one.path for one in beside if not one.is_deletion]
    return store.repository.read(commit, there[0] if len(there) == 1 and path not in changed else path)


def _version(store: Store, path: str, commit: str | None) -> bytes:
    """Return a session's file as it was in a commit, or as it was last when it could be read."""
    known = [version.commit for version in store.repository.versions(path) if not version.deleted]
    for candidate in [commit] if commit and known else known:
        data = read_version(store, path, candidate)
        try:
            sessions.parse(data, path)
        except BadFileError:
            if candidate in (commit, known[-1]):
                raise
        else:
            return data
    raise NotFoundError(_('History has no session "{id}".').format(id=display(Path(path).stem)))


def _now(path: Path) -> bytes | None:
    """Return a file; None when there is none. BadFileError when it is no ordinary file of a bearable size."""
    try:
        return formats.read_bytes(path)
    except NotFoundError:
        return None


def _keep_beside(store: Store, path: str, data: bytes) -> None:
    folder = store.state / "replaced"
    files.make_folder(folder)
    files.write_new(folder / f"{Path(path).stem}.{secrets.token_hex(4)}.toml", data)


def is_row(store: Store, session: Session) -> bool:
    """Whether a session is what one person said in a confidential round, as earlier versions kept it."""
    with contextlib.suppress(NotFoundError):
        feedback_round = documents.Shelf(store, ROUNDS).get(session.round).value if session.round else None
        return feedback_round is not None and feedback_round.is_confidential
    return False


def row_fault() -> Fault:
    """Say why such a session is not taken from elsewhere."""
    return Fault("", _("its round is confidential: what one person said in it is not imported by itself"))


def was_row(store: Store, session_id: str) -> bool:
    """Whether a session that is gone was one, as far as history can tell; see is_row()."""
    path = session_path(session_id)
    try:
        data = documents.last(store, path)
        return data is not None and is_row(store, sessions.parse(data, path))
    except ReflectError:
        return False


def commit_message(verb: str, session: Session, figures: str = "", reason: str = "") -> str:
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


def own_days(store: Store) -> Mapping[tuple[str, date], str]:
    """Return the ids of one's own sessions in the journal, by instrument and day."""
    return {(each.instrument, each.started.date()): each.id for each in own(store.sessions.entries())}


def scores_fault(store: Store, session: Session) -> Fault | None:
    """Say why the day of a session that comes in has no room for scores of one's own, and what to do."""
    means = _means_of(store, session.instrument, session.started.date()) if session.role == "self" else ""
    text = _("the journal has old means of that day; to import its scores, first: {command}")
    return Fault("", text.format(command=f"reflect-tui means remove {means}")) if means else None


def refuse_scores(store: Store, instrument: str, day: date) -> None:
    """Raise a ReflectError where a day has old means already."""
    if means := _means_of(store, instrument, day):
        text = _("There are old means of {date}, and a day has scores or means. To keep scores of it, first: {command}")
        raise ReflectError(text.format(date=format_date(day), command=f"reflect-tui means remove {means}"))


def refuse_means(store: Store, means: Reference) -> None:
    """Raise a ReflectError where a day has a session of one's own already."""
    if session := own_days(store).get((means.instrument, means.day)):
        text = _("There is a session of {date}, {id}; the means of that day follow from its scores.")
        raise ReflectError(text.format(date=format_date(means.day), id=session))


def _means_of(store: Store, instrument: str, day: date) -> str:
    known = (document.value for document in Shelf(store, REFERENCES).all())
    return next((one.id for one in known if one and (one.instrument, one.day) == (instrument, day)), "")
