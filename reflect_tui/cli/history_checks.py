"""What doctor says of the history: whether it can be written, is whole, and holds what is in the folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reflect_tui.cli.finding import DOCTOR, Check, by_doctor
from reflect_tui.i18n import _, ngettext
from reflect_tui.journal import Journal, Obstacle, ObstacleError, damage, files, first_look, mending, repairing
from reflect_tui.journal.damage import Damage
from reflect_tui.journal.stale_locks import LockFile

_NO_GIT = {"no_git", "git_too_old"}
_NAMED = 6  # so many things are named in one sentence


def history(journal: Journal) -> Iterator[Check]:
    """Look at the history from all sides."""
    harm, obstacle = _look(journal)
    if harm and harm.newest:
        yield _newest_lost(journal, harm)
    else:
        found = [
            *_in_the_way(journal, obstacle),
            *_waiting(journal, harm, obstacle),
            *_outside(journal, obstacle),
            *_pieces(journal, harm),
        ]
        yield from found
        if harm and not found:
            yield Check(name="history", fine=True, found=_("The history is whole, and has every session as it is now."))
        if harm and harm.index:
            text = _("git's own list of files (the index) is damaged. The journal does without, git status does not.")
            yield Check(name="index", fine=False, found=text, advice=by_doctor())
    yield from map(_lock, repairing.lock_files(journal))


def _look(journal: Journal) -> tuple[Damage | None, Obstacle | None]:
    """Give what is damaged (None: not known), and what is in the way of writing."""
    obstacle = journal.repository.obstacle()
    if not journal.repository.exists():
        return None, obstacle
    try:
        return damage.examine(journal.repository), obstacle
    except ObstacleError as error:
        return None, error.obstacle


def _whole(journal: Journal) -> str:
    """Say that the files are not touched by what is wrong with the history."""
    if all(entry.session and not entry.faults for entry in journal.all_entries()):
        return _("The session files are whole.")
    return _("The session files that can be read are whole.")


def _newest_lost(journal: Journal, harm: Damage) -> Check:
    said = f" ({harm.complaint})" if harm.complaint else ""
    found = _("The history is damaged: its newest version can't be read.") + said + " " + _whole(journal)
    reason = damage.why_not_replaceable(journal.repository)
    if reason:
        advice = _("It can't be made anew by itself. {reason}").format(reason=reason)
    else:
        text = _(
            "Put right by: {doctor}. That mends it, or sets it aside whole and makes a new history from the files; "
            "earlier versions are then only in what is set aside."
        )
        advice = text.format(doctor=DOCTOR)
        advice = _where_it_leads(journal.root / ".git") + advice
    return Check(name="history", fine=False, found=found, advice=advice)


def _where_it_leads(folder: Path) -> str:
    """Say of a link to nothing that this may come back; "" of anything else."""
    if not folder.is_symlink():
        return ""
    text = _("{path} is a link to {target}. If that is on a disk that isn't connected now, connect it first.")
    return text.format(path=folder, target=folder.readlink()) + " "


def _in_the_way(journal: Journal, obstacle: Obstacle | None) -> Iterator[Check]:
    if obstacle and obstacle.kind not in {*_NO_GIT, "not_a_repository"}:
        yield Check(name="history", fine=False, found=obstacle.sentence, advice=_way_out(journal, obstacle))


def _way_out(journal: Journal, obstacle: Obstacle) -> str:
    """Say what to do about something in the way that says no more of itself than what it is; "" when it does."""
    folder = journal.root / ".git"
    if damage.spoiled_settings(journal.repository):
        return by_doctor()
    odd = first_look.odd_file(folder) or first_look.branch_folder(folder) or not files.is_real(folder)
    if not (obstacle.unexplained and odd):
        return ""
    text = _(
        "Put it right, with a backup of the journal if need be. Or move {path} aside, whole, and run: {doctor}. "
        "That makes a new history from the files; earlier versions are then only in what you moved."
    )
    return text.format(path=folder, doctor=DOCTOR)


def _waiting(journal: Journal, harm: Damage | None, obstacle: Obstacle | None) -> Iterator[Check]:
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
        found = text.format(n=len(pending), ids=_some(pending))
        standing = obstacle and obstacle.kind != "not_a_repository"
        yield Check(name="pending", fine=False, found=found, advice="" if standing else by_doctor())


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _outside(journal: Journal, obstacle: Obstacle | None) -> Iterator[Check]:
    """Name the sessions that another program changed or took away."""
    if obstacle and (obstacle.unreadable or obstacle.kind == "not_a_repository"):
        return
    unreadable = {entry.path for entry in journal.all_entries() if entry.session is None}  # named as such already
    for change in journal.changed():
        if change.path in unreadable:
            continue
        if change.missing:
            found = _("{path} is gone; history has it.").format(path=change.path)
            advice = _("In the app, Enter on it shows what can be done, such as bringing it back with all it held.")
            yield Check(name="missing", fine=False, found=found, advice=advice)
        else:
            found = _("{path} was changed by another program; history has it otherwise.").format(path=change.path)
            advice = _("In the app, Enter on it shows what can be done: keep it, or bring back what history has.")
            yield Check(name="changed", fine=False, found=found, advice=advice)


def _pieces(journal: Journal, harm: Damage | None) -> Iterator[Check]:
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
        found = text.format(n=n, names=_some(harm.paths or [name[:12] for name in harm.objects]))
    else:
        found = _("The history is damaged: {reason}.").format(reason=harm.complaint)
    git, _corner = journal.repository.tools()
    if next(mending.whole_in_folder(git, harm.objects), None):
        advice = by_doctor()
    else:
        advice = _(
            "These are earlier versions, that no file in the folder can bring back. All else goes on working, "
            "and nothing is thrown away for it. A backup of the journal may still have them."
        )
    yield Check(name="history", fine=False, found=f"{found} {_whole(journal)}", advice=advice)


def _lock(lock: LockFile) -> Check:
    minutes = int(lock.age // 60)
    if lock.process is not None:
        text = _("git is at work in the journal now (process {process}), and has {path}.")
        return Check(name="locks", fine=True, found=text.format(process=lock.process, path=lock.path))
    text = ngettext(
        "{path} has been there for {n} minute: git is at work, or was stopped.",
        "{path} has been there for {n} minutes: git is at work, or was stopped.",
        minutes,
    )
    found = text.format(path=lock.path, n=minutes)
    if lock.stale:
        return Check(name="locks", fine=False, found=found, advice=by_doctor())
    if not lock.certain:
        advice = _("This system does not tell who uses it. When no git program runs, move it aside.")
        return Check(name="locks", fine=False, found=found, advice=advice)
    return Check(name="locks", fine=True, found=found)
