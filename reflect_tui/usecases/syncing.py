"""Syncs a journal with one other place: records, fetches, joins, sends; and what is not synced yet.

Where to, and what stood there last, is written in the state folder of this device, never in the journal. Every step is
told in a sentence; nothing is sent to a new place, and nothing is forced, before the user agreed to it.
"""

from __future__ import annotations

import contextlib
import functools
import secrets
import shlex
from collections.abc import Callable
from pathlib import Path

from msgspec import structs

from reflect_tui import system
from reflect_tui.disk import files
from reflect_tui.errors import JournalError, NotFoundError, ReflectError
from reflect_tui.git import address as addresses
from reflect_tui.git.complaints import SyncError
from reflect_tui.git.exchange import EXCHANGE, Exchange
from reflect_tui.git.patience import User
from reflect_tui.git.problems import ObstacleError, from_error
from reflect_tui.i18n import _
from reflect_tui.store import incoming, joining, union
from reflect_tui.store.journal import Journal
from reflect_tui.store.sync_place import SyncState, read_state
from reflect_tui.store.sync_state import Synced
from reflect_tui.text import display, first_names
from reflect_tui.usecases.folder_sync import FolderRun, Secret
from reflect_tui.usecases.sync_run import Ask, DeclinedError, ErasedError, ReceivingRun, RemoteRun
from reflect_tui.views.keeping import begin_with, document_names

_TRIES = 3  # what was erased elsewhere is erased here first


def no_secret(*, is_new: bool) -> str:  # noqa: ARG001 -- as every Secret
    """Say how to give a passphrase, where none was asked for.

    Raises:
        ReflectError: always.
    """
    raise ReflectError(
        _("The files of other devices open with a passphrase only: press S, or use reflect-tui sync, to type it.")
    )


def sync(
    journal: Journal,
    typed: str = "",
    *,
    ask: Ask,
    user: User = User(),  # noqa: B008 -- frozen
    encrypt: bool = False,
    secret: Secret = no_secret,
) -> Synced:
    """Sync with the place that was typed, else with that of the last time; the caller holds the journal's lock.

    Args:
        journal: the journal.
        typed: an address or folder.
        ask: asked before anything is sent to a new place; with an ErasingQuestion before anything is erased here, and
            before the history there is replaced.
        user: is told each step, and may stop it while the other end is waited for.
        encrypt: whether from now on only a passphrase opens the file that this device has in a plain folder.
        secret: gives that passphrase; it is kept nowhere.

    Raises:
        SyncError: it was not possible; what is saved here is as it was.
        BadFileError, JournalError: what came, or the journal here, can't be used.
    """
    address = _place(journal, typed, encrypt=encrypt).address
    is_new = files.is_free(journal.root)
    is_folder = addresses.parse(address, journal.root).way == "folder"

    steps = user.each_once()  # a sync that begins anew repeats them

    def run(exchange: Exchange) -> Synced:
        state = _place(journal, typed, encrypt=encrypt)  # anew, since it changes when something is erased
        if is_folder:
            return FolderRun(journal, exchange, state, ask, steps, secret=functools.cache(secret)).all()
        return RemoteRun(journal, exchange, state, ask, steps).all()

    try:
        synced = _erasing_first(lambda: _with_exchange(journal, run, user))
    except OSError as error:  # a stick that was pulled out
        raise SyncError(files.explain(error, Path(address))) from error
    finally:
        if is_new:  # what a backup may be restored to stays free when nothing came
            _remove_empty(journal)
    if synced is None:
        raise SyncError(
            _("Other devices keep sending to {address}; sync again later.").format(address=display(address))
        )
    return synced


def _erasing_first(run: Callable[[], Synced]) -> Synced | None:
    """Sync, anew each time that something was erased here on the way; None when there is no end to that."""
    erased: tuple[str, ...] = ()
    for _attempt in range(_TRIES):
        try:
            return structs.replace(run(), erased=erased)
        except ErasedError as error:
            erased += error.erased
        except SyncError as error:
            error.erased = erased
            raise
    return None


def sync_unasked(journal: Journal) -> str:
    """Sync with the place of the last time, if nothing has to be asked for that; the caller holds the journal's lock.

    Returns:
        What the user has to do before a sync goes on; "" when it is done, when that place can't be reached now, or when
        there is none or a passphrase is needed: then it waits for the next sync that is asked for.
    """
    try:
        state = read_state(journal)
        if state is None or not state.when or state.encrypted:
            return ""
        if state.way in ("repository", "folder") and not Path(state.address).exists():  # a stick that is not there
            return ""
        return " ".join(f"{note}." for note in sync(journal, ask=lambda _question: False).notes)
    except DeclinedError:
        return _("Before this journal can sync again, you have to decide something: press S, or use reflect-tui sync.")
    except ReflectError as error:
        is_offline = isinstance(error, SyncError) and error.is_offline
        return "" if is_offline else _("Not synced: {reason}").format(reason=error)


def _remove_empty(journal: Journal) -> None:
    """Remove the repository that was made for a first sync, when nothing is in it."""
    if (
        journal.root.is_dir()
        and [path.name for path in journal.root.iterdir()] == [".git"]
        and journal.repository.head() is None
    ):
        system.remove_tree(journal.root / ".git")
        with contextlib.suppress(OSError):
            journal.root.rmdir()


def _place(journal: Journal, typed: str, *, encrypt: bool) -> SyncState:
    """Return where to sync, and what is known of it from the last time."""
    before = read_state(journal)
    if not typed and before is None:
        raise ReflectError(_("Say where to sync: reflect-tui sync ADDRESS or FOLDER."))
    address = addresses.parse(typed or (before.address if before else ""), journal.root)
    if encrypt and address.way != "folder":
        raise ReflectError(
            _(
                "Only the files in a plain folder can be encrypted; a git repository can't. Sync without that, or with "
                "a folder."
            )
        )
    state = before.at(address.text) if before else SyncState(address=address.text, device=secrets.token_hex(4))
    changed = state.way not in ("", address.way)
    if changed and not typed:
        text = _(
            "{address} is not the kind of place that it was at the last sync (a git repository or a plain folder), so "
            "nothing was sent. If it is the right one, name it anew: reflect-tui sync {address}"
        )
        raise SyncError(text.format(address=display(address.text)))
    if changed:
        state = structs.replace(state, commit="", rewritten="", unread=0, untidy=False, written=())
    if not state.commit:  # who once chose a passphrase for a folder expects it for every other
        is_encrypted = address.way == "folder" and any(place.encrypted for place in state.places)
        state = structs.replace(state, encrypted=is_encrypted)
    return structs.replace(state, encrypted=True) if encrypt else state


def _with_exchange(journal: Journal, run: Callable[[Exchange], Synced], user: User) -> Synced:
    try:
        return _exchange(journal, run, user)
    except JournalError as error:
        obstacle = error.obstacle if isinstance(error, ObstacleError) else from_error(journal.root, error)
        if obstacle.kind != "full":
            raise
        raise SyncError(_full_sentence(journal)) from error


def _full_sentence(journal: Journal) -> str:
    """Say which disk is full: that of the journal, or that of its state folder, which may be another one."""
    folders = {files.disk_number(folder): folder for folder in (journal.state, journal.root) if folder.exists()}
    named = list(filter(files.is_full, folders.values())) or list(folders.values()) or [journal.root]
    text = _("The disk that holds {folder} is full. What is saved there is safe; make room, then try again.")
    if len(named) > 1:
        text = _(
            "A disk is full: the one that holds {folder} or the one that holds {other}, or both. What is saved there "
            "is safe; make room, then try again."
        )
    return text.format(folder=display(str(named[0])), other=display(str(named[-1])))


def _exchange(journal: Journal, run: Callable[[Exchange], Synced], user: User) -> Synced:
    _settle(journal)
    with journal.repository.git.act():
        head = journal.repository.head()
    objects = journal.repository.transaction().common / "objects"
    exchange = Exchange(journal.repository.git, journal.state / EXCHANGE, objects, user)
    with exchange.use(head):
        return run(exchange)


def receive(journal: Journal, folder: Path, ask: Ask, *, shown: str) -> Synced:
    """Join what stands in a repository on this computer, such as that of a restored backup; nothing is sent there.

    Args:
        journal: the journal.
        folder: the repository.
        ask: asked before anything is erased here that was erased there.
        shown: what the user knows it by.

    Raises:
        SyncError, BadFileError, JournalError: see sync().
    """
    state = SyncState(address=str(folder), device=secrets.token_hex(4))

    def run(exchange: Exchange) -> Synced:
        return ReceivingRun(journal, exchange, state, ask, shown).all()

    synced = _erasing_first(lambda: _with_exchange(journal, run, User()))
    if synced is None:
        raise SyncError(_("The journal keeps changing; try again later."))
    return synced


def _settle(journal: Journal) -> None:
    """Bring all that is saved into history, and see that history can be joined to another; what a kill left goes."""
    files.tidy((journal.root, journal.state), any_age=True)
    recorded = journal.record()
    if recorded.obstacle:
        raise ObstacleError(recorded.obstacle)
    if not journal.repository.exists():
        journal.identity.check()
        journal.repository.initialise()
    obstacle = journal.repository.obstacle()
    if obstacle:
        raise ObstacleError(obstacle)
    folder = journal.repository.transaction().common
    if (folder / "shallow").exists():
        raise SyncError(
            _(
                "The history of {root} is only a part of the whole (a shallow clone), so it can't be synced. Fetch the "
                "rest, then sync again: git -C {quoted} fetch --unshallow"
            ).format(root=display(str(journal.root)), quoted=display(shlex.quote(str(journal.root))))
        )
    tracked = journal.repository.tracked()
    odd = incoming.odd_paths(tracked)
    if odd:
        text = _(
            "The history holds files that are none of a journal, which other devices would refuse: {names}. Take them "
            "out of it (git -C {quoted} rm --cached FILE, then git -C {quoted} commit), then sync again."
        )
        raise SyncError(text.format(names=first_names(odd), quoted=display(shlex.quote(str(journal.root)))))
    joining.settle_versions(journal, tracked)
    joining.settle_rounds(journal)


# Two versions of one document


def choose(journal: Journal, document: str, mark: str) -> None:
    """Keep one version of a document, by its mark in choices(); the caller holds the journal's lock.

    Raises:
        NotFoundError: there is no such document or version, or a rule says which of them counts.
        JournalError: it can't be written.
    """
    recorded = journal.record()
    if recorded.obstacle:
        raise ObstacleError(recorded.obstacle)
    joining.settle_rounds(journal)
    tracked = journal.repository.tracked()
    versions = union.versions(tracked).get(document, ())
    if not versions:
        name = begin_with(document_names([document], {})[0])
        raise NotFoundError(_("{path} no longer has several versions.").format(path=name))
    beside = {union.version_mark("" if one.is_deletion else tracked[one.path]): one for one in versions}
    if mark in beside:
        joining.choose(journal, document, beside[mark])
    elif mark == union.version_mark(tracked.get(document)):
        joining.choose(journal, document, None)
    else:
        text = _('{name} has no version "{mark}". What to type for each: reflect-tui sync --status')
        raise NotFoundError(text.format(name=Path(document).stem, mark=mark))
