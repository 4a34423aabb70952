"""New versions of sessions that are saved: amended, kept as another program left them, or brought back from history.

Every one of these is planned first, so that a kill anywhere loses neither the version nor its reason; see plans.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.model import session as sessions
from reflect_tui.model.instrument import digest
from reflect_tui.model.session import Session
from reflect_tui.store import documents, recovery, steps
from reflect_tui.store.drafts import Draft
from reflect_tui.store.plans import ABSENT, Plan, Planned, one_line
from reflect_tui.text import display
from reflect_tui.toml import formats, merge_conflict
from reflect_tui.toml.merge_conflict import Side

if TYPE_CHECKING:
    from reflect_tui.store.journal import Journal


def amend(journal: Journal, session: Session, reason: str, expected: bytes) -> Path:
    """Put a new version in the place of a session's file; see Journal.amend()."""
    why = one_line(reason)
    if not why:
        raise ReflectError(_("Say in a few words why the session is amended."))
    path = journal.root / sessions.relative_path(session.id)
    data = sessions.dumps(session)
    if data == expected:
        return path
    with journal.planning:
        standing = journal.plans.get(session.id)
        earlier = standing.happened(expected) if standing else ()
        if not (standing and standing.planned(expected)):
            earlier = (*earlier, Planned(verb="session", content=expected.decode()))
        amended = Planned(verb="amend session", reason=why, content=data.decode())
        _replace(journal, Plan(id=session.id, versions=(*earlier, amended)), path, expected)
    return path


def saved(journal: Journal, session_id: str) -> tuple[Session, bytes]:
    """Give a session and its file, to be amended; see Journal.saved()."""
    path = journal.path(session_id)
    data = formats.read_bytes(journal.root / path)
    session = sessions.parse(data, path)
    content = journal.library.find(session.instrument, session.version, session.digest)
    misfits = sessions.check(session, content)
    if misfits:
        raise BadFileError(path, misfits)
    if any(change.id == session_id for change in journal.changed()):
        changed = _("{path} was changed by another program. Choose first what to do about that.")
        raise files.ChangedOutsideError(changed.format(path=path))
    return session, data


def finish(journal: Journal, session: Session, draft: Draft) -> Path:
    """Save what a draft makes of a session and remove the draft; see Journal.finish_amending()."""
    path = journal.root / journal.path(session.id)
    data = formats.read_bytes(path)
    if digest(data) != draft.amends and data != sessions.dumps(session):
        raise files.ChangedOutsideError(
            _("{path} was changed since this draft began; look at it first. The draft stays.").format(path=path)
        )
    journal.amend(session, draft.reason, data)
    recovery.drop_draft(journal.drafts, draft.id)
    return path


def _replace(journal: Journal, plan: Plan, path: Path, expected: bytes | None) -> None:
    """Write a plan down and then its last version to the file; when that fails, what was planned before stands."""
    before = journal.plans.get(plan.id)
    journal.plans.write(plan)
    data = plan.versions[-1].data
    try:
        if expected is None:
            files.make_folder(path.parent)
            files.write_new(path, data)
        else:
            files.replace(path, data, expected=expected)
    except JournalError:
        if _look(path) != data:  # else it is there, only perhaps not yet on the disk
            journal.plans.drop(plan.id)
            if before:
                journal.plans.write(before)
        raise


def keep(journal: Journal, session_id: str, reason: str, expected: bytes | None) -> None:
    """Take an edit by another program as a new version; see Journal.keep()."""
    path = journal.path(session_id)
    data = formats.read_bytes(journal.root / path)
    if expected is not None and data != expected:
        raise files.ChangedOutsideError(_("{path} was changed again; look at it first.").format(path=path))
    session = sessions.parse(data, path)
    try:
        misfits = sessions.check(session, journal.library.find(session.instrument, session.version, session.digest))
    except NotFoundError:
        misfits = ()
    if session.id != session_id or misfits:
        raise BadFileError(path, misfits)
    with journal.planning:
        standing = journal.plans.get(session_id)
        kept = Planned(verb="amend session", reason=one_line(reason), content=data.decode())
        earlier = standing.happened(data) if standing else ()
        if not (standing and standing.planned(data)):
            journal.plans.write(Plan(id=session_id, versions=(*earlier, kept)))
    journal.record()


def take_side(journal: Journal, session_id: str, side: Side) -> None:
    """End an unresolved merge in a session's file; see Journal.take_side()."""
    path = journal.path(session_id)
    data = formats.read_bytes(journal.root / path)
    try:
        chosen = merge_conflict.take(data, side)
    except ValueError:
        raise BadFileError(path, (Fault("", _("can't be taken apart; open it in your editor")),)) from None
    sessions.parse(chosen, path)
    _keep_beside(journal, path, data)
    version = Planned(verb="amend session", reason=_("chosen after a merge"), content=chosen.decode())
    with journal.planning:
        _replace(journal, Plan(id=session_id, base=digest(data), versions=(version,)), journal.root / path, data)
    journal.record()


def delete(journal: Journal, session_id: str) -> None:
    """Remove a session in history, then its file; see Journal.delete()."""
    path = journal.path(session_id)
    try:
        data = formats.read_bytes(journal.root / path)
    except NotFoundError:  # another program took it away, and the user agrees
        obstacle = journal.repository.obstacle()
        if obstacle:
            raise ObstacleError(obstacle) from None
        data = journal.repository.read("HEAD", path)
    if not _is_in_history(journal, path, data):
        unknown = _("{path} is not in history as it is now, so it could not be restored; it is not removed.")
        raise JournalError(unknown.format(path=path))
    session = sessions.parse(data, path)
    removed: dict[str, bytes | None] = {path: None}
    agenda = documents.companion(journal, session_id)
    if (journal.root / agenda).exists() and not journal.record().obstacle and documents.is_known(journal, agenda):
        removed[agenda] = None
    planned = Planned(verb="delete session", content=data.decode())
    with journal.planning:
        journal.plans.write(Plan(id=session_id, versions=(planned,)))
        try:
            journal.repository.commit(removed, steps.message(planned.verb, session))
        except JournalError:
            journal.plans.drop(session_id)
            raise
        documents.remove_companion(journal, session_id)
        files.remove(journal.root / path)
        journal.plans.drop(session_id)


def _is_in_history(journal: Journal, path: str, data: bytes) -> bool:
    try:
        return journal.repository.read("HEAD", path) == data
    except NotFoundError:
        return False


def is_deleted(journal: Journal, session_id: str) -> bool:
    """Tell whether a file is only there because its deletion was cut short: history has that, and the very file."""
    plan = journal.plans.get(session_id)
    path = journal.path(session_id)
    if plan is None or not plan.deletes or not plan.planned(_look(journal.root / path)):
        return False
    try:
        last, *earlier = journal.versions(session_id)
        return last.deleted and journal.repository.read(earlier[0].commit, path) == plan.versions[-1].data
    except (ReflectError, ValueError, IndexError):  # history can't be read, or knows nothing of it
        return False


def finish_deletions(journal: Journal) -> None:
    """Remove the files of sessions whose deletion was cut short after it came into history."""
    for plan in journal.plans.all():
        if plan.deletes and is_deleted(journal, plan.id):
            with journal.planning, contextlib.suppress(JournalError):
                if journal.plans.get(plan.id) == plan:
                    documents.remove_companion(journal, plan.id)
                    files.remove(journal.root / journal.path(plan.id))
                    journal.plans.drop(plan.id)


def restore(journal: Journal, session_id: str, commit: str | None, reason: str) -> Path:
    """Bring a session back from history; see Journal.restore()."""
    path = journal.path(session_id)
    # What is saved, and not in history yet, is not replaced before it is.
    obstacle = journal.repository.obstacle() or journal.record().obstacle
    if obstacle:
        raise ObstacleError(obstacle)
    data = _version(journal, session_id, commit)
    target = journal.root / path
    now = _now(target)
    if now not in (None, data):
        _keep_replaced(journal, path, now or b"")
    version = Planned(verb="restore session", reason=one_line(reason), content=data.decode())
    with journal.planning:
        if now == data:
            journal.plans.write(Plan(id=session_id, versions=(version,)))
        else:
            base = ABSENT if now is None else digest(now)
            _replace(journal, Plan(id=session_id, base=base, versions=(version,)), target, now)
    if now is None:
        documents.restore_companion(journal, session_id)
    journal.record()
    return target


def _version(journal: Journal, session_id: str, commit: str | None) -> bytes:
    """Give a session's file as it was in a commit, or as it was last when it could be read."""
    path = journal.path(session_id)
    known = [version.commit for version in journal.versions(session_id) if not version.deleted]
    if not known:
        raise NotFoundError(_('History has no session "{id}".').format(id=display(session_id)))
    for candidate in [commit] if commit else known:
        data = journal.repository.read(candidate, path)
        try:
            sessions.parse(data, path)
        except BadFileError:
            if candidate in (commit, known[-1]):
                raise
        else:
            return data
    raise NotFoundError(_('History has no session "{id}".').format(id=display(session_id)))


def _now(path: Path) -> bytes | None:
    """Give a file; None when there is none. BadFileError when it is no ordinary file of a bearable size."""
    try:
        return formats.read_bytes(path)
    except NotFoundError:
        return None


def _keep_replaced(journal: Journal, path: str, data: bytes) -> None:
    """Keep what another program wrote, when history doesn't know it."""
    commits = [version.commit for version in journal.versions(Path(path).stem) if not version.deleted]
    if any(journal.repository.read(commit, path) == data for commit in commits):
        return
    _keep_beside(journal, path, data)


def _keep_beside(journal: Journal, path: str, data: bytes) -> None:
    folder = journal.state / "replaced"
    files.make_folder(folder)
    files.write_new(folder / f"{Path(path).stem}.{secrets.token_hex(4)}.toml", data)


def is_fulfilled(journal: Journal, plan: Plan) -> bool:
    """Tell whether every version of a plan was saved, the last one too."""
    return not plan.deletes and plan.happened(_look(journal.root / journal.path(plan.id))) == plan.versions


def settle(journal: Journal, plan: Plan) -> None:
    """Drop a plan that is in history now, unless it has grown meanwhile; what fails is done at the next start."""
    with journal.planning, contextlib.suppress(JournalError):
        if journal.plans.get(plan.id) == plan:
            journal.plans.drop(plan.id)


def drop_void(journal: Journal) -> None:
    """Drop, with all that was saved in history, what a killed program planned and never came to do."""
    for plan in journal.plans.all():
        settle(journal, plan)


def _look(path: Path) -> bytes | None:
    """Give a file; None when there is none, b"" when it can't be read, which no plan holds."""
    try:
        return _now(path)
    except BadFileError:
        return b""
