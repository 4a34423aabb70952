"""What `doctor` says of the history: whether it can be written, is whole, and holds what is in the folder."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from reflect_tui.cli.doctor_checks import DOCTOR, Check, by_doctor, fine, problem, to_come
from reflect_tui.disk import files
from reflect_tui.git import problems, set_aside
from reflect_tui.git.problems import LockFile, Obstacle, ObstacleError
from reflect_tui.git.set_aside import Damage
from reflect_tui.i18n import _, ngettext
from reflect_tui.store import base, repair
from reflect_tui.store.base import KINDS, SESSIONS
from reflect_tui.store.journal import Journal

_NO_GIT = {"no_git", "git_too_old", "hangs"}  # said when the program was looked at
_NAMED = 6  # so many things are named in one sentence


def history(journal: Journal) -> Iterator[Check]:
    """Look at the history from all sides."""
    harm, obstacle = _examine_history(journal)
    if harm and harm.newest:
        yield _newest_lost(journal, harm)
    else:
        checks = [
            *_obstacle(journal, obstacle),
            *_pending(journal, harm, obstacle),
            *_external_changes(journal, obstacle),
            *(_on_other_branches(journal) if harm and not (harm.history or harm.index or obstacle) else ()),
            *_damaged_objects(journal, harm),
        ]
        yield from checks
        if harm and all(check.fine for check in checks):
            yield fine("history", _("The history is whole, and has every session as it is now."))
        if harm and harm.index:
            text = _("git's own list of files (the index) is damaged. The journal does without, git status does not.")
            yield problem("index", text, by_doctor())
        if harm and harm.behind:
            text = _(
                "git's own list of files (the index) lags behind: git status shows {paths} as removed or changed, and "
                "a git commit of yours would record that."
            )
            yield problem("index", text.format(paths=_joined(harm.behind)), by_doctor())
    yield from (_git_copy(journal, path, name) for path, name in problems.conflict_copies(journal.root / ".git"))
    yield from map(_lock_check, repair.lock_files(journal))


def _examine_history(journal: Journal) -> tuple[Damage | None, Obstacle | None]:
    """Return what is damaged (None: not known), and what is in the way of writing."""
    obstacle = journal.repository.obstacle()
    if not journal.repository.exists():
        return None, obstacle
    try:
        return set_aside.examine(journal.repository), obstacle
    except ObstacleError as error:
        return None, error.obstacle


def _whole(journal: Journal) -> str:
    """Say that the files are not touched by what is wrong with the history."""
    if all(entry.is_sound for entry in journal.all_entries()):
        return _("The session files are whole.")
    return _("The session files that can be read are whole.")


def _newest_lost(journal: Journal, harm: Damage) -> Check:
    complaint = f" ({harm.complaint or _joined(harm.paths)})" if harm.complaint or harm.paths else ""
    finding = _("The history is damaged: its newest version can't be read.") + complaint + " " + _whole(journal)
    reason = set_aside.why_not_replaceable(journal.repository)
    if reason:
        advice = _("It can't be made anew by itself. {reason}").format(reason=reason)
    else:
        text = _(
            "Put right by: {doctor}. That sets it aside, whole, and makes a new history from the files; "
            "earlier versions are then only in what is set aside."
        )
        advice = _where_it_leads(journal.root / ".git") + text.format(doctor=DOCTOR)
    return problem("history", finding, advice)


def _where_it_leads(folder: Path) -> str:
    """Say of a link to nothing that this may come back; "" of anything else."""
    if not folder.is_symlink():
        return ""
    text = _("{path} is a link to {target}. If that is on a disk that isn't connected now, connect it first.")
    return text.format(path=folder, target=folder.readlink()) + " "


def _obstacle(journal: Journal, obstacle: Obstacle | None) -> Iterator[Check]:
    if obstacle and obstacle.kind not in {*_NO_GIT, "not_a_repository"}:
        yield problem("history", obstacle.sentence, _obstacle_advice(journal, obstacle))


def _obstacle_advice(journal: Journal, obstacle: Obstacle) -> str:
    """Say what to do about something in the way that says no more of itself than what it is; "" when it does."""
    folder = journal.root / ".git"
    if set_aside.spoiled_settings(journal.repository):
        return by_doctor()
    if obstacle.kind in problems.FOREIGN_HISTORY:
        text = _(
            "Or, where there is no other: move {path} aside, whole, and run: {doctor}. That makes a new history from "
            "the files."
        )
        return text.format(path=folder, doctor=DOCTOR)
    odd = problems.special_file(folder) or problems.branch_folder(folder) or not files.is_real(folder)
    if not (obstacle.unexplained and odd):
        return ""
    text = _(
        "Put it right, with a backup of the journal if need be. Or move {path} aside, whole, and run: {doctor}. "
        "That makes a new history from the files; earlier versions are then only in what you moved."
    )
    return text.format(path=folder, doctor=DOCTOR)


def _pending(journal: Journal, harm: Damage | None, obstacle: Obstacle | None) -> Iterator[Check]:
    """Say what waits to come into history; of one that can't be read that is not known."""
    if harm is None and journal.repository.exists():
        return
    pending = journal.pending()
    if pending:
        text = ngettext(
            "{n} file is saved and not yet in history: {ids}",
            "{n} files are saved and not yet in history: {ids}",
            len(pending),
        )
        finding = text.format(n=len(pending), ids=_joined(pending))
        standing = obstacle and obstacle.kind != "not_a_repository"
        yield problem("pending", finding, "" if standing else by_doctor())


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _external_changes(journal: Journal, obstacle: Obstacle | None) -> Iterator[Check]:
    """Name the sessions that another program changed or took away."""
    if obstacle and (obstacle.unreadable or obstacle.kind == "not_a_repository"):
        return
    unreadable = {entry.path for entry in journal.all_entries() if entry.session is None}  # named as such already
    due = to_come(journal)
    for change in journal.changed():
        if change.path in unreadable or change.path in due:
            continue
        if change.missing:
            finding = _("{path} is gone; history has it.").format(path=change.path)
            advice = _("In the app, Enter on it shows what can be done, such as bringing it back with all it held.")
            yield problem("missing", finding, advice)
        else:
            finding = _("{path} was changed by another program; history has another version.").format(path=change.path)
            advice = _("In the app, Enter on it shows what can be done: keep it, or bring back what history has.")
            yield problem("changed", finding, advice)


def _on_other_branches(journal: Journal) -> Iterator[Check]:
    """Name the sessions and documents that only another branch has: they are in no list."""
    branches = journal.repository.only_on_other_branches(tuple(KINDS))
    for branch, paths in branches.items():
        absent = [path for path in paths if not (journal.root / path).exists()]
        ids = [Path(path).stem for path in absent if base.is_session(path)]
        documents = [path for path in absent if base.is_path(path) and base.kind_of(path) is not SESSIONS]
        if ids:
            text = ngettext(
                "{n} session is only on the branch {branch}, and so not in the list: {ids}",
                "{n} sessions are only on the branch {branch}, and so not in the list: {ids}",
                len(ids),
            )
            yield _on_branch(journal, branch, text.format(n=len(ids), branch=branch, ids=_joined(ids)))
        if documents:
            text = ngettext(
                "{n} document is only on the branch {branch}, and so not in the journal: {paths}",
                "{n} documents are only on the branch {branch}, and so not in the journal: {paths}",
                len(documents),
            )
            yield _on_branch(journal, branch, text.format(n=len(documents), branch=branch, paths=_joined(documents)))
    for branch, is_ahead in journal.repository.former_branches().items():
        if is_ahead and branch not in branches:
            text = _("The branch {branch}, which the journal was on before, has versions that its own branch lacks.")
            yield _on_branch(journal, branch, text.format(branch=branch))
        elif not is_ahead:
            text = _(
                "The branch {branch}, which the journal was on before, is there too; its own has all that is in it."
            )
            yield fine("branches", text.format(branch=branch))


def _on_branch(journal: Journal, branch: str, finding: str) -> Check:
    command = f"git -C {shlex.quote(str(journal.root))} merge {shlex.quote(branch)}"
    advice = _("Bring what is on that branch into the journal's own with: {command}").format(command=command)
    return problem("branches", finding, advice)


def _damaged_objects(journal: Journal, harm: Damage | None) -> Iterator[Check]:
    """Say which single pieces of the history are damaged."""
    if harm is None or not harm.history:
        return
    if harm.objects:
        n = len(harm.objects)
        text = ngettext(
            "The history is damaged: {n} piece of it is missing or spoiled ({names}).",
            "The history is damaged: {n} pieces of it are missing or spoiled ({names}).",
            n,
        )
        finding = text.format(n=n, names=_joined(harm.paths or [name[:12] for name in harm.objects]))
    else:
        finding = _("The history is damaged: {reason}.").format(reason=harm.complaint)
    text = _(
        "The newest version can be read, all else goes on working, and nothing is thrown away for it; a backup of the "
        "journal may still have these earlier versions. Or move {path} aside, whole, and run: {doctor}. That makes a "
        "new history from the files; earlier versions are then only in what you moved."
    )
    advice = text.format(path=journal.root / ".git", doctor=DOCTOR)
    yield problem("history", f"{finding} {_whole(journal)}", advice)


def _git_copy(journal: Journal, path: Path, name: str) -> Check:
    """Name a copy that a program for sharing files made of a file of git's, and what to do with it."""
    finding = _("{path} is a copy of {id}, as editors make, and programs that keep folders alike.")
    finding = finding.format(path=path, id=name)
    if path.is_dir():
        advice = _(
            "git reads nothing in it. Versions that another computer made may be in it: see that the journal there and "
            "this one have the same sessions, then move it elsewhere."
        )
        return problem("copies", finding, advice)
    commit = journal.repository.lacked_commit(path)
    if commit:
        command = f"git -C {shlex.quote(str(journal.root))} merge {commit}"
        advice = _(
            "It names a version that the history here does not have: another computer wrote the journal as well. "
            "Bring that in with: {command}. Then remove the copy."
        )
        return problem("copies", finding, advice.format(command=command))
    return problem("copies", finding, _("It names no version that the history here lacks. Move it elsewhere."))


def _lock_check(lock: LockFile) -> Check:
    minutes = int(lock.age // 60)
    if lock.process is not None:
        text = _("git is at work in the journal now (process {process}), and has {path}.")
        return fine("locks", text.format(process=lock.process, path=lock.path))
    text = ngettext(
        "{path} has been there for {n} minute: git is at work, or was stopped.",
        "{path} has been there for {n} minutes: git is at work, or was stopped.",
        minutes,
    )
    finding = text.format(path=lock.path, n=minutes)
    if lock.stale:
        return problem("locks", finding, by_doctor())
    if not lock.certain:
        advice = _("This system does not tell who uses it. When no git program runs, move it aside.")
        return problem("locks", finding, advice)
    return fine("locks", finding)
