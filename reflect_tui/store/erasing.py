"""Erases for good: out of files, drafts, what waits, and the whole history; only ids stay, so that nothing comes back.

What is to go is written down first, with the words to search for afterwards; a kill at any point is followed by the
next start, which does all of it again. The last step searches every file and object for what was erased.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui import system
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, JournalError, NotFoundError, ReflectError
from reflect_tui.git import rewrite
from reflect_tui.git.commit import CommitStep
from reflect_tui.git.history import blob_id
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model import tombstones
from reflect_tui.model.session import Session
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import union
from reflect_tui.store.base import AGENDAS, IDENTITY, KINDS, ROUNDS, SESSIONS, TALKS, Store, session_path
from reflect_tui.store.documents import Shelf, look
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.toml import formats

_PLAN = "erasing.json"
_MOST = 200_000_000
_SHORTEST = 8  # characters of a line that is searched for: shorter ones stand anywhere
_HEAPS = ("refused", "replaced", "set-aside")
"""Folders of the state with remainders, which go when they have anything of what is erased in them."""
_BROKEN = ".git.broken-*"


class Erasure(Struct, frozen=True, kw_only=True):
    """What is to be erased, and how it is known again.

    `documents` are whole files by their path, `notes` are `session id/item id`, `people` are `round id/token digest`;
    `ids` are what names files and commits, `words` lines of the texts, `blobs` the ids of versions in history.
    `everything` is the whole journal, which is known by its id, `journal`.
    """

    journal: str = ""
    everything: bool = False
    documents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    blobs: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """What stands in the names of files that go: drafts, plans, what an editor left."""
        amended = (name.partition("/")[0] for name in self.notes)
        return frozenset({*self.ids, *(Path(path).stem for path in self.documents), *amended})

    @property
    def tombstones(self) -> Tombstones:
        """What stays of it."""
        return Tombstones(documents=self.documents, notes=self.notes)

    @property
    def edited(self) -> frozenset[str]:
        """The files that stay, without a part of them."""
        names = {name.partition("/")[0] for name in self.notes}
        return frozenset({*map(session_path, names), *(ROUNDS.path(name.partition("/")[0]) for name in self.people)})


class Erased(Struct, frozen=True, kw_only=True):
    """What became of it: the paths that are gone, and where the same id or words still stand."""

    erased: tuple[str, ...]
    left: tuple[str, ...] = ()


# What is meant


def session(store: Store, session_id: str) -> Erasure:
    """Plan to erase a session with its agenda and the talks about it, present, removed or unreadable.

    Raises:
        NotFoundError: neither the folder nor history has it.
    """
    path = session_path(session_id)
    wanted = [path, AGENDAS.path(session_id)]
    about = (talk.path for talk in Shelf(store, TALKS).all() if talk.value and talk.value.session == session_id)
    return _prepare(store, Erasure(documents=(*wanted, *about), ids=(session_id,)))


def note(store: Store, session_id: str, item: str) -> Erasure:
    """Plan to erase the note on one statement from every version of a session.

    Raises:
        NotFoundError: no version has such a note.
    """
    erasure = _prepare(store, Erasure(notes=(f"{session_id}/{item}",)))
    if not erasure.words:
        raise NotFoundError(_('No version of {id} has a note on "{item}".').format(id=session_id, item=item))
    return erasure


def feedback_round(store: Store, round_id: str) -> Erasure:
    """Plan to erase a round with every answer to it, those that wait as well.

    Raises:
        NotFoundError: neither the folder nor history has it.
    """
    return _prepare(store, Erasure(documents=(ROUNDS.path(round_id),), ids=(round_id,)))


def answer(store: Store, round_id: str, number: int) -> Erasure:
    """Plan to erase what one person (from 0) gave in a named round, and how the round calls this person.

    Raises:
        NotFoundError, BadFileError: there is no such round, or it can't be read.
        ReflectError: the round is confidential: nothing tells whose answer is whose.
    """
    document = Shelf(store, ROUNDS).get(round_id)
    if document.value is None:
        raise BadFileError(document.path, document.faults)
    person = document.value.invited[number]
    if document.value.is_confidential and person.answered:
        raise ReflectError(
            _(
                "In a confidential round nothing tells whose answer is whose. Erase the whole round: --round {id}"
            ).format(id=round_id)
        )
    given = (session_path(person.session),) if person.session else ()
    ids = (person.session,) if person.session else ()
    return _prepare(store, Erasure(documents=given, people=(f"{round_id}/{person.token}",), ids=ids))


def everything(store: Store) -> Erasure:
    """Plan to erase the whole journal with its history, drafts and waiting answers.

    Raises:
        JournalError: other work is in its history as well, or that is not in its folder.
    """
    repository = store.repository
    if repository.exists() and not files.is_real(store.root / ".git"):
        text = _("Nothing is erased: the history is not in {path} itself. Remove it by hand.")
        raise JournalError(text.format(path=store.root))
    others = sorted(path for path in _tracked(store) if not _is_ours(path))
    if others:
        text = _("Nothing is erased: the history holds other work as well, such as {path}. Remove the journal by hand.")
        raise JournalError(text.format(path=others[0]))
    return Erasure(everything=True, documents=tuple(str(path) for path in _places(store)), journal=store.identity.id)


def _tracked(store: Store) -> Collection[str]:
    try:
        return store.repository.tracked()
    except ObstacleError:  # what can't be read any more is still to go
        return ()


def _is_ours(path: str) -> bool:
    return path.partition("/")[0] in (IDENTITY, tombstones.FILE, "instruments", union.FOLDER, *KINDS)


def _places(store: Store) -> list[Path]:
    """List what a whole journal consists of, on this computer; its identity goes last."""
    names = (
        "instruments",
        union.FOLDER,
        *KINDS,
        ".git",
        *(path.name for path in store.root.glob(_BROKEN)),
        tombstones.FILE,
        IDENTITY,
    )
    places = [*(store.root / name for name in names), WaitingAnswers(store).folder, store.state]
    return [path for path in places if os.path.lexists(path)]


def _prepare(store: Store, erasure: Erasure) -> Erasure:
    """Find every version of what is to go, in the folder and in history, and what is known of it."""
    reason = rewrite.why_not(store.repository)
    if reason:
        raise JournalError(_("Nothing is erased: {reason}").format(reason=reason))
    read_tombstones(store)
    history = rewrite.export(store.repository.git) if store.repository.exists() else None
    if any(path.startswith(f"{ROUNDS.folder}/") for path in erasure.documents):
        given = _answers(store, erasure.ids, history)
        documents = (*erasure.documents, *map(session_path, given))
        erasure = structs.replace(erasure, documents=documents, ids=(*erasure.ids, *given))
    erasure = structs.replace(erasure, documents=(*erasure.documents, *_versions_beside(store, erasure, history)))
    wanted = {*erasure.documents, *erasure.edited}
    known = history.blobs(wanted.__contains__) if history else {}
    blobs = [blob for path in known for blob in known[path]]
    versions = {path: [data] for path in wanted if (data := look(store, path)) is not None}
    for path in known:
        contents = store.repository.contents(list(known[path]))
        versions.setdefault(path, []).extend(data for data in contents if data is not None)
    if (
        erasure.ids
        and not erasure.people
        and not {*erasure.documents[:1]} & versions.keys()
        and not _pool(store, erasure)
    ):
        raise NotFoundError(_("Neither the journal nor its history has {path}.").format(path=erasure.documents[0]))
    gone = [
        data
        for path in versions
        for data in versions[path]
        if path in erasure.documents or _edited(erasure, path, data) != data
    ]
    return structs.replace(
        erasure,
        journal=store.identity.id,
        documents=tuple(sorted(versions.keys() & {*erasure.documents})),
        words=tuple(
            sorted({line for path in versions for data in versions[path] for line in _lines(erasure, path, data)})
        ),
        blobs=tuple(blob for blob in blobs if any(blob_id(data, len(blob)) == blob for data in gone)),
    )


def _versions_beside(store: Store, erasure: Erasure, history: rewrite.History | None) -> list[str]:
    """List the files of other versions that what goes has or ever had, when two devices changed it."""
    standing = union.versions(f"{union.FOLDER}/{path.name}" for path in (store.root / union.FOLDER).glob("*.toml"))
    for path in erasure.edited & standing.keys():
        text = _("Nothing is erased: {path} has two versions. Keep one of them first; see: reflect-tui sync --status")
        raise JournalError(text.format(path=path))
    ever = union.versions(history.paths()) if history else {}
    wanted = {*erasure.documents, *erasure.edited}
    return sorted({one.path for found in (standing, ever) for name in wanted for one in found.get(name, ())})


def elsewhere(store: Store, erased: Tombstones) -> Erasure | None:
    """Plan to erase here what another device erased; None when nothing of it is here, present or in history."""
    before = read_tombstones(store)
    documents = tuple(path for path in erased.documents if path not in before.documents)
    notes = tuple(name for name in erased.notes if name not in before.notes)
    if not (documents or notes):
        return None
    erasure = _prepare(store, Erasure(documents=documents, notes=notes))
    if not erasure.documents and not erasure.blobs:
        return None
    named = (path for path in erasure.documents if path.partition("/")[0] in (SESSIONS.folder, ROUNDS.folder))
    return structs.replace(erasure, ids=tuple(sorted({Path(path).stem for path in named})))


def without_erased(erased: Tombstones, path: str, data: bytes) -> bytes:
    """Return the file of a session without the notes that were erased from it."""
    return _edited(Erasure(notes=erased.notes), path, data) or data


def _pool(store: Store, erasure: Erasure) -> bool:
    return any(WaitingAnswers(store).get(name).tokens for name in erasure.ids if rounds.is_id(name))


def _answers(store: Store, round_ids: Collection[str], history: rewrite.History | None) -> list[str]:
    """List the sessions that answer a round, also those that only history has."""
    found = {e.session.id for e in store.sessions.entries() if e.session and e.session.round in round_ids}
    if history:
        blobs = history.blobs(lambda path: path.startswith(f"{SESSIONS.folder}/") and "-self-" not in path)
        for path, ids in blobs.items():
            for data in store.repository.contents(list(ids)):
                with contextlib.suppress(ReflectError):
                    given = sessions.parse(data or b"", path)
                    found |= {given.id} if given.round in round_ids else set()
    return sorted(found)


def _lines(erasure: Erasure, path: str, data: bytes) -> Iterator[str]:
    """Yield what to search for of one version: every line that people wrote in what goes."""
    texts: list[str] = []
    with contextlib.suppress(ReflectError):
        if path.startswith(f"{SESSIONS.folder}/"):
            parsed = sessions.parse(data, path)
            items = [name.partition("/")[2] for name in erasure.notes if name.startswith(f"{parsed.id}/")]
            whole = path in erasure.documents
            texts = [parsed.remark, *parsed.notes.values()] if whole else [parsed.notes.get(item, "") for item in items]
        elif path in erasure.documents:
            texts = list(_texts(formats.parse_document(data, path)))
        else:
            people = rounds.parse(data, path).invited
            texts = [person.label for person in people if f"{Path(path).stem}/{person.token}" in erasure.people]
    for line in (line.strip() for text in texts for line in text.splitlines()):
        plain = max(line.replace("\\", '"').split('"'), key=len).strip()  # as it stands in any of our files
        if len(plain) >= _SHORTEST or (plain and path in erasure.edited and path not in erasure.documents):
            yield plain


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a document that has a blank in it: what people wrote, no ids."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    elif isinstance(value, str) and " " in value:
        yield value


# How it goes


def read_tombstones(store: Store) -> Tombstones:
    """Return what was erased before; nothing when there is no such file.

    Raises:
        BadFileError: it can't be read; then nothing is erased, and nothing comes in.
    """
    path = store.root / tombstones.FILE
    try:
        return tombstones.parse(formats.read_bytes(path), path)
    except NotFoundError:
        return Tombstones()


def carry_out(store: Store, erasure: Erasure) -> Erased:
    """Erase what was planned, and search for it.

    Raises:
        JournalError: git or the disk refuses; the next start goes on.
    """
    files.make_folder(store.state)
    files.replace(store.state / _PLAN, formats.pack(erasure))
    return _carry_out(store, erasure)


def finish(store: Store) -> Erased | None:
    """Go on with an erasure that was cut short; None when there is none. See carry_out()."""
    path = store.state / _PLAN
    if not os.path.lexists(path):
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
    if store.repository.exists():
        _clear_history(store, erasure)
    left = tuple(_search(store, erasure))
    files.remove(store.state / _PLAN)
    return Erased(erased=(*erasure.documents, *erasure.notes, *erasure.people), left=left)


def _clear_all(store: Store, erasure: Erasure) -> Erased:
    """Remove the whole journal; the plan for that goes last, with the state folder."""
    for place in _places(store):
        if place != store.state:
            system.remove_tree(place) if files.is_real(place) else files.remove(place)
    for path in _files(store.state):
        if path.name not in (_PLAN, "lock"):
            files.remove(path)
    with contextlib.suppress(OSError):
        store.root.rmdir()
    left = tuple(str(path) for path in _files(store.root))
    files.remove(store.state / _PLAN)
    with contextlib.suppress(OSError):  # a system that does not let a locked file go
        system.remove_tree(store.state)
    return Erased(erased=erasure.documents, left=left)


def _clear_folder(store: Store, erasure: Erasure) -> None:
    """Remove the files, and what editors and synchronising programs left beside them under the same name."""
    for path in erasure.edited:
        data = look(store, path)
        if data:
            edited = _edited(erasure, path, data)
            if edited is None:
                files.remove(store.root / path)
            elif edited != data:
                files.replace(store.root / path, edited)
    for file in _files(store.root):
        inside = file.relative_to(store.root).as_posix()
        if inside not in erasure.edited and any(name in file.name for name in erasure.names):
            files.remove(file)
    for broken in store.root.glob(_BROKEN):
        system.remove_tree(broken)


def _clear_state(store: Store, erasure: Erasure) -> None:
    """Remove drafts, plans and remainders: those that bear the name, and remainders that hold its words."""
    for path in _remainders(store, erasure):
        files.remove(path)
    for name in filter(rounds.is_id, erasure.ids):
        WaitingAnswers(store).drop(name)


def _remainders(store: Store, erasure: Erasure) -> Iterator[Path]:
    """Yield what goes out of the state folder."""
    needles = [text.encode() for text in (*erasure.ids, *erasure.words)]
    for path in _files(store.state):
        in_heap = path.relative_to(store.state).parts[0] in _HEAPS and any(n in path.read_bytes() for n in needles)
        if path.name != _PLAN and (in_heap or any(name in path.name for name in erasure.names)):
            yield path


def _clear_history(store: Store, erasure: Erasure) -> None:
    """Commit that something was erased, so that the branch never ends up empty, and rewrite what was before."""
    repository = store.repository
    names = (tombstones.FILE, IDENTITY)
    known = {name: formats.read_bytes(store.root / name) for name in names if (store.root / name).exists()}
    repository.commit_all([CommitStep(known, "erased\n")])
    history = rewrite.export(repository.git)
    changed: dict[str, str | None] = dict.fromkeys(erasure.blobs)
    contents: dict[str, bytes | None] = {}
    for path, blobs in history.blobs(erasure.edited.__contains__).items():
        for blob, data in zip(blobs, repository.contents(list(blobs)), strict=True):
            edited = None if data is None else _edited(erasure, path, data)
            if edited != data or data is None:
                name = blob_id(edited, len(blob)) if edited is not None else None
                changed[blob] = name
                contents |= {name: edited} if name else {}
    for data in contents.values():
        repository.git.run("hash-object", "-w", "--no-filters", "--stdin", given=data or b"")

    def content(path: str, blob: str) -> str | None:
        return None if path in erasure.documents else changed.get(blob, blob)

    rewrite.rewrite(repository, content, lambda said: _message(erasure, said), {*erasure.documents, *erasure.edited})


def _message(erasure: Erasure, said: bytes) -> bytes:
    """Return what stays of the message of a commit: nothing if it is about what goes, else no reason for a note."""
    if any(name.encode() in said for name in erasure.ids):
        return b"erased\n"
    if any(name.partition("/")[0].encode() in said for name in erasure.notes):
        return b"".join(line for line in said.splitlines(keepends=True) if not line.startswith(b"Reason: "))
    return said


def _edited(erasure: Erasure, path: str, data: bytes) -> bytes | None:
    """Return a version without the parts that go; None when it can't be read, so that it must go whole."""
    if path in erasure.documents:
        return None
    try:
        if path.startswith(f"{ROUNDS.folder}/"):
            return _without_people(erasure, path, data)
        parsed = sessions.parse(data, path)
    except ReflectError:
        return None
    items = {name.partition("/")[2] for name in erasure.notes if name.startswith(f"{parsed.id}/")}
    return _without_notes(parsed, items) if items & parsed.notes.keys() else data


def _without_notes(before: Session, items: Collection[str]) -> bytes:
    notes = {item: text for item, text in before.notes.items() if item not in items}
    return sessions.dumps(structs.replace(before, notes=notes))


def _without_people(erasure: Erasure, path: str, data: bytes) -> bytes:
    """Return a round that asked these people, without their names and that they answered."""
    before = rounds.parse(data, path)
    invited = tuple(
        structs.replace(person, label="", answered=False, session="", withdrawn=True)
        if f"{before.id}/{person.token}" in erasure.people
        else person
        for person in before.invited
    )
    return data if invited == before.invited else rounds.dumps(structs.replace(before, invited=invited))


# What goes along, and what is left of it


def along(store: Store, erasure: Erasure) -> Iterator[str]:
    """Say what else goes with it, to be read before."""
    drafts = sum(path.parent.name in ("drafts", "discarded") for path in _remainders(store, erasure))
    if drafts:
        yield ngettext("{n} draft of it", "{n} drafts of it", drafts).format(n=drafts)
    count = rewrite.stashes(store.repository.git) if store.repository.exists() else 0
    if count:
        text = ngettext("{n} stash of git, whole", "{n} stashes of git, whole", count)
        yield text.format(n=count)
    for broken in store.root.glob(_BROKEN):
        yield _("the broken history that was set aside as {name}").format(name=broken.name)


def _search(store: Store, erasure: Erasure) -> Iterator[str]:
    """Search every file and every object for ids, words and versions; name where they still stand.

    Raises:
        JournalError: history still has a version of what was erased.
    """
    needles = [text.encode() for text in (*erasure.ids, *erasure.words)]
    for top in (store.root, store.state, WaitingAnswers(store).folder):
        for path in _files(top):
            if path.name not in (_PLAN, tombstones.FILE) and any(needle in path.read_bytes() for needle in needles):
                yield str(path.relative_to(store.root)) if path.is_relative_to(store.root) else str(path)
    if not store.repository.exists():
        return
    git = store.repository.git
    if rewrite.present(git, erasure.blobs):
        raise JournalError(
            _("History still holds what was erased: another program keeps it. Close it, then start again.")
        )
    found = [data for _name, data in rewrite.objects(git) if any(n in data for n in needles) and not _only_ids(data)]
    if found:
        text = ngettext("{n} version in history", "{n} versions in history", len(found))
        yield text.format(n=len(found))


def _only_ids(data: bytes) -> bool:
    """Check whether this is a version of the file of ids that stay."""
    with contextlib.suppress(ReflectError):
        return bool(tombstones.parse(data, tombstones.FILE))
    return False


def _files(top: Path) -> Iterator[Path]:
    """Yield every ordinary file below a folder, without the repository's own."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != ".git"]
        yield from (path for path in (Path(folder, name) for name in names) if path.is_file() and not path.is_symlink())


def unreachable(store: Store) -> Iterable[str]:
    """Say what no program here can reach."""
    if store.repository.exists():
        listed = store.repository.git.attempt("config", "--get-regexp", r"^remote\..*\.url$").out.decode()
        for name, _blank, url in (line.partition(" ") for line in listed.splitlines()):
            text = _("the remote {name} ({address}), and every clone of it")
            yield text.format(name=name.split(".")[1], address=re.sub("//[^/@]*@", "//", url))  # without a password
    yield _("documents, forms and data that you exported, printed or sent")
    yield _("backups of the journal or of this computer, and snapshots of its disk")
    yield _("other devices with this journal, until they sync")
    yield _("copies that your editor or a synchronising program keeps elsewhere")
