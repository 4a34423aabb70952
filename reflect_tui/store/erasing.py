"""Erases for good: out of files, drafts, what waits, and the whole history; only ids stay, so that nothing comes back.

What is to go is written down first, with the words to search for afterwards; a kill at any point is followed by the
next start, which does all of it again. The last step searches every file and object for what was erased.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from reflect_tui import paths, system
from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.feedback.pool import only_erased
from reflect_tui.git import exchange, rewrite
from reflect_tui.git.commit import CommitStep
from reflect_tui.git.history import blob_id, blob_width
from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model import round as rounds
from reflect_tui.model import tombstones
from reflect_tui.paths import NOTE_FOLDER, note_folders
from reflect_tui.store import backup, moved, union
from reflect_tui.store.base import IDENTITY, TALKS, TEAMS, Store, read_tombstones
from reflect_tui.store.documents import Shelf, look
from reflect_tui.store.erasure import BROKEN, Erasure, places, without
from reflect_tui.store.incoming import odd_paths
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.store.sync_place import bundle_prefix, read_state, write_state
from reflect_tui.text import display
from reflect_tui.toml import formats

_PLAN = "erasing.json"
_MOST = 200_000_000
_HEAPS = ("refused", "replaced", "set-aside", "typed")
"""Folders of the state with remainders and half-typed forms; those go that have anything of what is erased in them."""


class Erased(Struct, frozen=True, kw_only=True):
    """What became of it: the paths that are gone, and where the same id or words still stand."""

    erased: tuple[str, ...]
    left: tuple[str, ...] = ()


def carry_out(store: Store, erasure: Erasure) -> Erased:
    """Erase what was planned, and search for it.

    Raises:
        JournalError: git or the disk refuses; the next start goes on.
    """
    files.make_folder(store.state)
    files.replace(store.state / _PLAN, formats.pack(erasure))
    try:
        return _carry_out(store, erasure)
    except ReflectError as error:
        text = _("{reason} Not all of it is erased yet; the next start of reflect-tui goes on with it.")
        raise JournalError(text.format(reason=error)) from error


def is_unfinished(store: Store) -> bool:
    """Check whether an erasure was cut short."""
    return os.path.lexists(store.state / _PLAN)


def finish(store: Store) -> Erased | None:
    """Go on with an erasure that was cut short; None when there is none. See carry_out()."""
    path = store.state / _PLAN
    if not is_unfinished(store):
        return None
    erasure = formats.unpack(formats.read_bytes(path, _MOST), Erasure, path)
    if store.identity.id not in ("", erasure.journal):  # another journal took its place
        files.remove(path)
        return None
    return _carry_out(store, erasure)


def _carry_out(store: Store, erasure: Erasure) -> Erased:
    if erasure.everything:
        return _clear_all(store, erasure)
    files.replace(store.root / tombstones.FILE, tombstones.dumps(read_tombstones(store).union(erasure.tombstones)))
    _clear_folder(store, erasure)
    _clear_state(store, erasure)
    _clear_editors(store, erasure)
    if store.repository.exists():
        _clear_history(store, erasure)
    left = tuple(_search(store, erasure))
    files.remove(store.state / _PLAN)
    return Erased(erased=(*erasure.documents, *erasure.notes, *erasure.people), left=left)


def _clear_all(store: Store, erasure: Erasure) -> Erased:
    """Remove the whole journal; the plan for that goes last, with the state folder."""
    _clear_editors(store, erasure)
    for place in places(store):
        if place != store.state:
            system.remove_tree(place) if files.is_real(place) else files.remove(place)
    for path in files.files_below(store.state):
        if path.name not in (_PLAN, "lock"):
            files.remove(path)
    with contextlib.suppress(OSError):
        store.root.rmdir()
    left = tuple(str(path) for path in files.files_below(store.root))
    files.remove(store.state / _PLAN)
    with contextlib.suppress(OSError):  # a system that does not let a locked file go
        system.remove_tree(store.state)
    return Erased(erased=erasure.documents, left=left)


def _clear_folder(store: Store, erasure: Erasure) -> None:
    """Remove the files, and what editors and synchronising programs left beside them under the same name."""
    for path in erasure.edited:
        data = look(store, path)
        if data:
            after = without(erasure, path, data)
            if after != data:
                name = _renamed(path, data, after)
                if after is None or name != path:
                    files.remove(store.root / path)
                if after is not None:
                    files.replace(store.root / name, after)
    for file in _namesakes(store, erasure):
        files.remove(file)
    for broken in store.root.glob(BROKEN):
        system.remove_tree(broken)


def _renamed(path: str, data: bytes, after: bytes | None) -> str:
    """Return where a file stands without what goes: that of another version is named by its content."""
    document = union.document_of(path)
    for width in map(blob_width, ("sha1", "sha256")):
        if after is not None and union.version_path(document, blob_id(data, width)) == path:
            return union.version_path(document, blob_id(after, width))
    return path


def _namesakes(store: Store, erasure: Erasure) -> Iterator[Path]:
    """Yield what goes out of the folder by its name; of the journal's own documents, only those that were planned."""
    for file in files.files_below(store.root):
        inside = file.relative_to(store.root).as_posix()
        stays = inside in erasure.edited or not (inside in erasure.documents or odd_paths([inside]))
        if not stays and any(name in file.name for name in erasure.names):
            yield file


def _clear_state(store: Store, erasure: Erasure) -> None:
    """Remove drafts, plans and remainders: those that bear the name, and remainders that hold its words."""
    exchange.remove(store.state / exchange.EXCHANGE)
    for path in _remainders(store, erasure):
        files.remove(path)
    for name in filter(rounds.is_id, erasure.ids):
        WaitingAnswers(store).erase(name)


def _remainders(store: Store, erasure: Erasure) -> Iterator[Path]:
    """Yield what goes out of the state folder, and out of one from before the journal was moved."""
    needles = [text.encode() for text in (*erasure.ids, *erasure.words)]
    for top in _states(store):
        for path in files.files_below(top):
            in_heap = path.relative_to(top).parts[0] in _HEAPS and _holds(path, needles, unread=False)
            named = path.parent.name != "answers" and any(name in path.name for name in erasure.names)
            if path.name != _PLAN and (in_heap or named):
                yield path


def _states(store: Store) -> tuple[Path, ...]:
    return (store.state, *(other.folder for other in moved.elsewhere(store) if other.where == "left"))


def _holds(path: Path, needles: Iterable[bytes], *, unread: bool) -> bool:
    """Check whether a file holds any of these; `unread` when it can't be read."""
    try:
        data = path.read_bytes()
    except OSError:
        return unread
    return any(needle in data for needle in needles)


def _clear_editors(store: Store, erasure: Erasure) -> None:
    """Remove notes that a killed program left open in an editor, when they hold what is erased, or all of it goes."""
    needles = [text.encode() for text in erasure.words]
    for parent in {*note_folders(), store.state}:
        for folder in parent.glob(f"{NOTE_FOLDER}*"):
            with contextlib.suppress(OSError):  # in use by a living program, gone, or another user's
                descriptor = system.hold_folder(folder)
                try:
                    held = (path.read_bytes() for path in files.files_below(folder))
                    if erasure.everything or any(needle in data for data in held for needle in needles):
                        system.remove_tree(folder)
                finally:
                    system.close_lock(descriptor)


def _clear_history(store: Store, erasure: Erasure) -> None:
    """Commit that something was erased, so that the branch never ends up empty, and rewrite what was before."""
    repository = store.repository
    rewrite.clear_left_locks(repository)
    names = (tombstones.FILE, IDENTITY)
    known = {name: formats.read_bytes(store.root / name) for name in names if (store.root / name).exists()}
    repository.commit_all([CommitStep(known, "erased\n")])
    history = rewrite.export(repository.git)
    changed: dict[str, str | None] = dict.fromkeys(erasure.blobs)
    contents: dict[str, bytes | None] = {}
    moved: dict[str, str] = {}
    for path, blobs in history.blobs(erasure.edited.__contains__).items():
        for blob, data in zip(blobs, repository.contents(list(blobs)), strict=True):
            after = None if data is None else without(erasure, path, data)
            if after != data or data is None:
                name = blob_id(after, len(blob)) if after is not None else None
                changed[blob] = name
                moved[path] = _renamed(path, data or b"", after)
                contents |= {name: after} if name else {}
    for data in contents.values():
        repository.git.run("hash-object", "-w", "--no-filters", "--stdin", given=data or b"")

    def content(path: str, blob: str) -> tuple[str, str] | None:
        name = None if path in erasure.documents else changed.get(blob, blob)
        return None if name is None else (moved.get(path, path), name)

    touched = {*erasure.documents, *erasure.edited}
    renamed = rewrite.rewrite(repository, content, lambda said: _message(erasure, said), touched)
    with contextlib.suppress(ReflectError):  # without it, more is said to be unsynced than is
        if state := read_state(store):
            write_state(store, state.after_erasing(renamed))


def _message(erasure: Erasure, said: bytes) -> bytes:
    """Return what stays of the message of a commit: nothing if it is about what goes, else no reason for a note."""
    if any(name.encode() in said for name in erasure.ids):
        return b"erased\n"
    if any(name.partition("/")[0].encode() in said for name in erasure.notes):
        return b"".join(line for line in said.splitlines(keepends=True) if not line.startswith(b"Reason: "))
    return said


# What goes along, and what is left of it


def along(store: Store, erasure: Erasure) -> Iterator[str]:
    """Say what else goes with it, to be read before."""
    for file in _namesakes(store, erasure):
        inside = file.relative_to(store.root).as_posix()
        if inside not in erasure.documents:
            yield _("the file {path}, by its name").format(path=display(inside))
    drafts = sum(path.parent.name in ("drafts", "discarded") for path in _remainders(store, erasure))
    if drafts:
        yield ngettext("{n} draft of it", "{n} drafts of it", drafts).format(n=drafts)
    count = rewrite.stashes(store.repository.git) if store.repository.exists() else 0
    if count:
        text = ngettext("{n} stash of git, whole", "{n} stashes of git, whole", count)
        yield text.format(n=count)
    dropped = rewrite.dropped(store.repository.git) if store.repository.exists() else []
    if dropped:
        text = ngettext(
            "{n} reference of git that is no branch and no tag of a version: {name}",
            "{n} references of git that are no branches and no tags of versions, such as {name}",
            len(dropped),
        )
        yield text.format(n=len(dropped), name=display(dropped[0]))
    signed = [talk.value for talk in Shelf(store, TALKS).all() if talk.value and talk.path not in erasure.documents]
    count = sum(any(signature.commit for signature in talk.signatures) for talk in signed)
    if count:
        text = ngettext(
            "the commit under {n} signed talk, if it is a later one; the digest there still holds",
            "the commits under {n} signed talks, if they are later ones; the digests there still hold",
            count,
        )
        yield text.format(n=count)
    for broken in store.root.glob(BROKEN):
        yield _("the broken history that was set aside as {name}").format(name=broken.name)


def _search(store: Store, erasure: Erasure) -> Iterator[str]:
    """Search every file and every object for ids, words and versions; name where they still stand, and what is unread.

    Raises:
        JournalError: history still has a version of what was erased.
    """
    needles = [text.encode() for text in (*erasure.ids, *erasure.words)]
    for top in (store.root, *_states(store), WaitingAnswers(store).folder):
        for path in files.files_below(top):
            held = path.name not in (_PLAN, tombstones.FILE) and _holds(path, needles, unread=True)
            if held and not _only_ended(store, path):
                yield str(path.relative_to(store.root)) if path.is_relative_to(store.root) else str(path)
    if not store.repository.exists():
        return
    git = store.repository.git
    if rewrite.present(git, erasure.blobs):
        raise JournalError(
            _("History still holds what was erased: another program keeps it. Close it, then start again.")
        )
    found = [data for data in rewrite.objects(git) if any(n in data for n in needles) and not _only_ids(data)]
    if found:
        text = ngettext("{n} version in history", "{n} versions in history", len(found))
        yield text.format(n=len(found))


def _only_ended(store: Store, path: Path) -> bool:
    """Check whether this says of a round that it was erased, and nothing else; it stays."""
    waiting = WaitingAnswers(store)
    with contextlib.suppress(ReflectError):
        return path.parent == waiting.folder and only_erased(waiting.get(path.stem))
    return False


def _only_ids(data: bytes) -> bool:
    """Check whether this is a version of the file of ids that stay."""
    with contextlib.suppress(ReflectError):
        return bool(tombstones.parse(data, tombstones.FILE))
    return False


def unreachable(store: Store, erasure: Erasure) -> Iterable[str]:
    """Say what no program here can reach."""
    for sharing in filter(None, (document.value for document in Shelf(store, TEAMS).all())):
        shared = sharing.standing()
        if shared and (erasure.everything or shared.session in erasure.ids):
            text = _(
                "the sums that you shared with the team {team}; while its quarter is open, take them back first: "
                "reflect-tui share --team {team} --withdraw"
            )
            yield text.format(team=sharing.team)
    if store.repository.exists():
        listed = store.repository.git.attempt("config", "--get-regexp", r"^remote\..*\.url$").out.decode()
        for name, _blank, url in (line.partition(" ") for line in listed.splitlines()):
            text = _("the remote {name} ({address}), and every clone of it")
            yield text.format(name=name.split(".")[1], address=re.sub("//[^/@]*@", "//", url))  # without a password
    yield from _synced(store, erasure)
    yield from _elsewhere(store)
    yield _("documents, forms and data that you exported, printed or sent")
    for each in backup.known(store):
        yield _("the backup of {date}: {path}").format(date=format_date(each.made.astimezone().date()), path=each.path)
    yield _("backups of the journal or of this computer, and snapshots of its disk")
    if erasure.everything:
        yield _("other devices with this journal: they keep all of it")
    else:
        yield _("other devices with this journal, until they sync")
    yield _("copies that your editor or a synchronising program keeps elsewhere")
    folder = paths.instruments_folder()
    if erasure.everything and any(True for _file in files.files_below(folder)):
        text = _("your own instruments in {folder}: they are no part of the journal")
        yield text.format(folder=display(str(folder)))


def _synced(store: Store, erasure: Erasure) -> Iterator[str]:
    """Name every place that has, or may have, something of the journal by a sync."""
    try:
        state = read_state(store)
    except ReflectError as error:
        yield _("the places that you synced with, which nobody knows any more: {reason}").format(reason=error)
        return
    if state is None:
        return
    if erasure.everything:
        yield _all_at(state.address, erasure, is_folder=state.way == "folder")
        yield from (_all_at(place.address, erasure, is_folder=place.way == "folder") for place in state.earlier)
        return
    if state.when:
        text = _("what was synced to {address}, until this device and the others sync")
    else:
        text = _("what may have come to {address} by a sync that was cut short, until you sync there again")
    yield text.format(address=display(state.address))
    for place in state.earlier:
        text = _("what came to {address} by an earlier sync, until you sync there again")
        yield text.format(address=display(place.address))


def _elsewhere(store: Store) -> Iterator[str]:
    """Name the copies of the journal on this computer, and what is left where it was before."""
    for other in moved.elsewhere(store):
        texts: dict[moved.Where, str] = {
            "there": _("the copy of this journal in {path}, and its drafts in {folder}"),
            "left": _("what this journal kept in {folder} when it was in {path}, such as drafts"),
            "away": _("a journal in {path}, on a disk that is not connected, and what it keeps in {folder}"),
        }
        yield texts[other.where].format(path=display(str(other.root)), folder=display(str(other.folder)))
    for folder in moved.unnamed(store):
        text = _("drafts in {folder} of an earlier version, if they are of this journal")
        yield text.format(folder=display(str(folder)))


def _all_at(place: str, erasure: Erasure, *, is_folder: bool = False) -> str:
    """Say that all of the journal stays at a place, and what to remove there; in a plain folder these are files."""
    prefix = bundle_prefix(erasure.journal)
    held = sorted(path.name for path in Path(place).glob(f"{prefix}*")) if Path(place).is_absolute() else []
    names = held or ([f"{prefix}*"] if is_folder else [])
    if names:
        text = _("all that was synced to {address}: remove {names} there yourself, or a sync brings everything back")
        return text.format(address=display(place), names=display(", ".join(names)))
    text = _("all that was synced to {address}: remove it there yourself, or a sync brings everything back")
    return text.format(address=display(place))
