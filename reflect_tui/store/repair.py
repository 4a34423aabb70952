"""Puts a journal right without losing anything: what is replaced or taken away is kept aside first.

Every step finds out anew what is to be done, so that a run that was killed is finished by the next one.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from reflect_tui import system
from reflect_tui.analysis.release import told_round
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.git import problems
from reflect_tui.git import set_aside as git_set_aside
from reflect_tui.git.problems import LockFile, ObstacleError
from reflect_tui.i18n import _, ngettext, pgettext
from reflect_tui.model import instrument
from reflect_tui.model import round as rounds
from reflect_tui.model.instrument import digest
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.store import base, documents, erasing, external_changes, remainders
from reflect_tui.store import sessions as saved_sessions
from reflect_tui.store.base import ROUNDS, Store
from reflect_tui.store.closing import is_known
from reflect_tui.store.documents import Shelf
from reflect_tui.store.journal import Journal
from reflect_tui.store.plans import PlannedVersion
from reflect_tui.store.scan import Entry
from reflect_tui.toml import formats

# The journal's own copies of the instruments it was answered on: which it lacks, and where they can be found.


def lacking(journal: Journal) -> tuple[Session, ...]:
    """List a session for every instrument whose copy the journal lacks."""
    sessions = {entry.session.digest: entry.session for entry in journal.all_entries() if entry.session}
    return tuple(session for session in sessions.values() if base.find_copy(journal.root, session) is None)


def find(journal: Journal, session: Session) -> bytes | None:
    """Find an instrument elsewhere: with the program, with the drafts, or in history; None when it is nowhere."""
    return next((content for content in _candidates(journal, session) if digest(content) == session.digest), None)


def _candidates(journal: Journal, session: Session) -> Iterator[bytes]:
    with contextlib.suppress(ReflectError):
        yield journal.instrument_bytes(session)
    with contextlib.suppress(ReflectError):
        yield journal.drafts.instrument_bytes(session.digest)
    for name in base.copy_names(session):
        with contextlib.suppress(ReflectError):
            yield journal.repository.read("HEAD", name)


def place(journal: Journal, session: Session) -> tuple[Path, bool]:
    """Return where the copy belongs, and whether a spoiled one stands there.

    Another good instrument of the same id and version keeps its place; the copy then gets the second name.
    """
    plain, marked = (journal.root / name for name in base.copy_names(session))
    if not os.path.lexists(plain):
        return plain, False
    target = marked if _is_instrument(plain) else plain
    return target, target.is_file()


def in_the_way(journal: Journal, session: Session) -> Path | None:
    """Return what keeps the copy from its place, a file where its folder belongs or the reverse; None when nothing."""
    target, _spoiled = place(journal, session)
    if os.path.lexists(target.parent) and not target.parent.is_dir():
        return target.parent
    return target if target.is_dir() else None


def _is_instrument(path: Path) -> bool:
    try:
        instrument.load(path)
    except BadFileError:
        return False
    return True


# Confidential rounds as earlier versions closed them: a session for every answer, here called a row. Rows are read as
# the figures that may be told, see told_round(), and never by themselves. Converting a round writes these figures into
# its file and removes the rows; the history keeps what it had.


class RoundWithRows(Struct, frozen=True):
    """A closed confidential round of which there are rows; `told` has its figures, or None where a row is missing."""

    round: Round
    rows: tuple[Session, ...]
    told: Round | None


def rounds_with_rows(store: Store, entries: Iterable[Entry]) -> tuple[RoundWithRows, ...]:
    """List the closed confidential rounds that have rows among these files, the newest first."""
    rows: dict[str, list[Session]] = {}
    for entry in entries:
        if entry.session and entry.session.round:
            rows.setdefault(entry.session.round, []).append(entry.session)
    found = []
    for name in sorted(rows, reverse=True):
        with contextlib.suppress(NotFoundError):  # rows without a round, or without their instrument
            document = Shelf(store, ROUNDS).get(name)
            if document.value and document.value.is_confidential and document.value.state == "closed":
                found.append(RoundWithRows(document.value, tuple(rows[name]), _told(store, document.value, rows[name])))
    return tuple(found)


def _told(store: Store, earlier: Round, rows: Sequence[Session]) -> Round | None:
    """Return a round with its figures; None where they can't be told of every group that is large enough."""
    told = told_round(base.instrument_of(store, earlier), earlier, rows)
    large = {role for role in earlier.roles if earlier.answered_in(role) >= earlier.needed(role)}
    return told if earlier.closed or {group.role for group in told.released} == large else None


def convert(store: Store, earlier: RoundWithRows) -> None:
    """Write the figures of a round into its file, then remove its rows, those in history by a commit each.

    Every step can be cut short: the next run finds the round with its figures, and the rows that are left.

    Raises:
        ReflectError: a row is missing, so that the figures can't be told; nothing is changed.
        JournalError: history or a file can't be written.
    """
    if earlier.told is None:
        raise ReflectError(_("An answer of {id} is missing; nothing was changed.").format(id=earlier.round.id))
    shelf = Shelf(store, ROUNDS)
    document = shelf.get(earlier.round.id)
    if document.value is None:
        raise BadFileError(document.path, document.faults)
    if not document.value.closed:
        shelf.save(earlier.round.id, rounds.dumps(earlier.told), "released", document.data)
    for row in earlier.rows:
        if is_known(store, row):
            saved_sessions.delete(store, row.id)
        else:  # so that it never comes into history
            files.remove(store.root / base.session_path(row.id))


# All that is safe


_FOREIGN = {"foreign_owner", "open_to_all"}


def repair(journal: Journal) -> Iterator[str]:
    """Do all that is safe, and say of each what was done, or why not; the caller holds the journal's Lock.

    In a journal of a newer program nothing is done: it may mean something else.
    """
    if is_newer(journal):
        return
    steps: tuple[Callable[[Journal], Iterator[str]], ...] = (
        _clear_remainders, _finish_erasing, _close, _unlock, _tidy, _mend_settings, _bring_copies,
        _replace_repository, _rebuild_index,
        _restore_rounds, _convert_rounds, _recover,
        _ignore_broken,
    )  # fmt: skip
    for step in steps:
        try:
            yield from step(journal)
        except ObstacleError:  # told by the examination that follows
            continue
        except ReflectError as error:
            yield str(error)
        except OSError as error:
            yield files.explain(error, Path(error.filename or journal.root))


def _clear_remainders(journal: Journal) -> Iterator[str]:
    """Remove what a killed program left of a whole backup or journal."""
    left = remainders.remainders(journal)
    remainders.tidy(journal)
    for path in left:
        yield _("Removed, a remainder of an interrupted write: {path}").format(path=path)


def _finish_erasing(journal: Journal) -> Iterator[str]:
    """Go on with an erasure that was cut short, before anything is put back."""
    erased = erasing.finish(journal)
    if erased:
        yield _("Finished an erasure that was cut short.")
        for path in erased.left:
            yield _("The same id or words still stand in {path}.").format(path=path)


def is_newer(journal: Journal) -> bool:
    """Check whether a newer program made the journal, so that this one must not write in it."""
    path = journal.root / base.IDENTITY
    try:
        made_by = formats.parse_document(formats.read_bytes(path), path).get("format")
    except ReflectError:
        return False
    return isinstance(made_by, int) and made_by > 1


def open_to_others(journal: Journal) -> list[Path]:
    """List the folders that other users of this computer can look into, or write in.

    What lies within is out of their reach as long as these are closed, whatever its own mode.
    """
    within = journal.root / ".git"
    mine = [
        folder for folder in (journal.root, journal.state) if folder.is_dir() and system.open_to_others(folder.stat())
    ]
    return mine + [
        folder for folder in (within,) if files.is_real(folder) and system.open_to_others(folder.stat()) & 0o022
    ]


def _close(journal: Journal) -> Iterator[str]:
    for folder in open_to_others(journal):
        if system.is_mine(folder.stat()):
            folder.chmod(0o700)
            yield _("Closed to others: {path}").format(path=folder)


def lock_files(journal: Journal) -> tuple[LockFile, ...]:
    """List the lock files of git's in the repository, stale or not."""
    return problems.lock_files(journal.root, journal.root / ".git")


def _unlock(journal: Journal) -> Iterator[str]:
    obstacle = journal.repository.obstacle()
    if obstacle and obstacle.kind in _FOREIGN:
        return
    for lock in lock_files(journal):
        if lock.stale:
            kept = set_aside(lock.path, journal.state)
            files.remove(lock.path)
            yield _("Took away a lock that a dead program left: {path}. It is kept in {kept}.").format(
                path=lock.path, kept=kept
            )


def _replace_repository(journal: Journal) -> Iterator[str]:
    return git_set_aside.set_aside(journal.repository)


def _ignore_broken(journal: Journal) -> Iterator[str]:
    git_set_aside.hide(journal.repository)
    yield from ()


def set_aside(path: Path, state: Path) -> Path:
    """Keep a copy of a file in the state folder, before something happens to it; it is on the disk."""
    folder = state / "set-aside"
    files.make_folder(folder)
    target = folder / f"{path.name}.{secrets.token_hex(4)}"
    files.write_new(target, path.read_bytes())
    return target


def _mend_settings(journal: Journal) -> Iterator[str]:
    """Make git's settings in the journal anew when a power cut left zeros in them."""
    spoiled = git_set_aside.spoiled_settings(journal.repository)
    if spoiled:
        kept = set_aside(spoiled, journal.state)
        git_set_aside.write_settings(spoiled)
        yield _("Made git's settings in the journal anew. The old ones are kept in {kept}.").format(kept=kept)


def _rebuild_index(journal: Journal) -> Iterator[str]:
    """Make git's list of files anew from the newest version."""
    if not journal.repository.exists() or journal.repository.obstacle():
        return
    journal.repository.settle()
    damage = git_set_aside.examine(journal.repository)
    transaction = journal.repository.transaction()
    if damage.behind:
        with transaction.begin():
            done = git_set_aside.catch_up_index(journal.repository.git, transaction, damage.behind)
        if done:
            yield _("Brought git's own list of files (the index) up to date.")
    if not damage.index:
        return
    kept = set_aside(transaction.user_index, journal.state) if transaction.user_index.exists() else None
    with transaction.begin():
        done = git_set_aside.rebuild_index(journal.repository.git, transaction)
    if done:
        yield _("Made git's own list of files (the index) anew.") + (
            " " + _("The old one is kept in {kept}.").format(kept=kept) if kept else ""
        )


def _bring_copies(journal: Journal) -> Iterator[str]:
    """Write the copies of instruments that the journal lacks, wherever they can be found."""
    for session in lacking(journal):
        content = find(journal, session)
        if content is None:
            continue
        target, spoiled = place(journal, session)
        if spoiled:
            set_aside(target, journal.state)
        files.make_folder(target.parent)
        files.replace(target, content)
        name = instrument.parse(content, target).title
        yield _('Brought back the journal\'s copy of the instrument "{name}": {path}').format(name=name, path=target)


def _recover(journal: Journal) -> Iterator[str]:
    """Finish what an earlier run left half done, and bring into history what waits."""
    is_open = {document.id for document in journal.rounds.all() if document.value and document.value.state == "open"}
    recovered = journal.recover(locked=True)
    for document in journal.rounds.all():
        if document.id in is_open and document.value and document.value.state != "open":
            text = _("The round {id} had ended already, and is {state} here as well now.")
            yield text.format(id=document.id, state=pgettext("round", document.value.state))
    made = len(recovered.recorded.commits)
    if made:
        text = ngettext("Brought {n} version into history.", "Brought {n} versions into history.", made)
        yield text.format(n=made)
    obstacle = recovered.recorded.obstacle
    if obstacle and not journal.repository.obstacle():  # else the examination that follows tells of it
        yield obstacle.sentence
    for draft_id in recovered.drafts:
        yield _("Removed the draft {id}: its session is saved.").format(id=draft_id)
    for path in recovered.tidied:
        yield _("Removed, a remainder of an interrupted write: {path}").format(path=path)


def _restore_rounds(journal: Journal) -> Iterator[str]:
    """Put back the confidential rounds of which nothing is told, since another program changed their file."""
    for name, known in external_changes.altered_rounds(journal).items():
        path = journal.rounds.path(name)
        before = documents.look(journal, path)
        kept = set_aside(journal.root / path, journal.state) if before is not None else None
        newest = journal.repository.read("HEAD", path)
        data = newest if newest != before else rounds.dumps(known)  # the change itself may be what history has
        documents.replace_unrecorded(journal, path, PlannedVersion("restored", data.decode()), before)
        said = _("Put back {path} as history has it.").format(path=path)
        yield said + (" " + _("The changed file is kept in {kept}.").format(kept=kept) if kept else "")


def _convert_rounds(journal: Journal) -> Iterator[str]:
    """Keep of confidential rounds that an earlier version closed only what may be told."""
    saved_sessions.finish_deletions(journal)  # a row that a killed run removed from history only
    for earlier in rounds_with_rows(journal, journal.all_entries()):
        if earlier.told:
            convert(journal, earlier)
            journal.record()
            text = ngettext(
                "Kept of the round {id} only what may be told, and removed {n} answer. What history has of it stays "
                "there.",
                "Kept of the round {id} only what may be told, and removed {n} answers. What history has of them stays "
                "there.",
                len(earlier.rows),
            )
            yield text.format(id=earlier.round.id, n=len(earlier.rows))


def _tidy(journal: Journal) -> Iterator[str]:
    """Take away what earlier repairs, killed while they wrote in the repository, left there."""
    within = journal.root / ".git"
    if not (files.is_real(within) and files.is_real(within / "refs")):
        return
    places = filter(files.is_real, (within, within / "info", *(within / "refs" / "heads").glob("**")))
    for path in [path for place in places for path in place.iterdir()]:
        if files.is_temporary(path.name) and not files.is_ours(path.name):
            files.remove(path)
            yield _("Removed, a remainder of an interrupted write: {path}").format(path=path)
