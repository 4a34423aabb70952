"""What is to be erased for good: a session, a note, a round, one person's answer or everything; with all its versions.

Nothing is changed here; see store.erasing for how it goes.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, JournalError, NotFoundError, ReflectError
from reflect_tui.git import rewrite
from reflect_tui.git.history import blob_id
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model import tombstones
from reflect_tui.model.round import Invited
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import backup, moved, union
from reflect_tui.store.base import (
    AGENDAS,
    IDENTITY,
    KINDS,
    ROUNDS,
    SESSIONS,
    TALKS,
    Store,
    read_tombstones,
    session_path,
)
from reflect_tui.store.documents import Shelf, look
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.toml import formats

_SHORTEST = 8  # characters of a line that is searched for: shorter ones stand anywhere
BROKEN = ".git.broken-*"


class Erasure(Struct, frozen=True, kw_only=True):
    """What is to be erased, and how it is known again.

    `documents` are whole files by their path, `notes` are `session id/item id`, `people` are `round id/token digest`;
    `versions` are the files of other versions that lose these notes or people;
    `ids` are what names files and commits, `words` lines of the texts, `blobs` the ids of versions in history.
    `everything` is the whole journal, which is known by its id, `journal`.
    """

    journal: str = ""
    everything: bool = False
    documents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
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
        return Tombstones(documents=self.documents, notes=self.notes, people=self.people)

    @property
    def edited(self) -> frozenset[str]:
        """The files that stay, without a part of them."""
        return parted_paths(self.notes, self.people) | {*self.versions}


def parted_paths(notes: Iterable[str], people: Iterable[str]) -> frozenset[str]:
    """Return the paths of the sessions and rounds that lose these notes and people."""
    sessions_of_notes = (session_path(name.partition("/")[0]) for name in notes)
    rounds_of_people = (ROUNDS.path(name.partition("/")[0]) for name in people)
    return frozenset({*sessions_of_notes, *rounds_of_people})


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


def noted(store: Store, session_id: str) -> tuple[str, ...]:
    """List the statements on which any version of a session has a note; none when history can't be read.

    Raises:
        NotFoundError: no session can have this id.
    """
    path = session_path(session_id)
    versions = [look(store, path)]
    with contextlib.suppress(ReflectError):
        ever = rewrite.export(store.repository.git).blobs(lambda name: union.document_of(name) == path)
        versions += store.repository.contents([blob for blobs in ever.values() for blob in blobs])
    found: dict[str, None] = {}
    for data in filter(None, versions):
        with contextlib.suppress(ReflectError):
            found |= dict.fromkeys(sessions.parse(data, path).notes)
    return tuple(found)


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
    ours = (IDENTITY, tombstones.FILE, "instruments", union.FOLDER, *KINDS)
    others = sorted(path for path in _tracked(store) if path.partition("/")[0] not in ours)
    if others:
        text = _("Nothing is erased: the history holds other work as well, such as {path}. Remove the journal by hand.")
        raise JournalError(text.format(path=others[0]))
    return Erasure(everything=True, documents=tuple(str(path) for path in places(store)), journal=store.identity.id)


def _tracked(store: Store) -> Collection[str]:
    try:
        return store.repository.tracked()
    except ObstacleError:  # what can't be read any more is still to go
        return ()


def places(store: Store) -> list[Path]:
    """List what a whole journal consists of, on this computer; its identity goes last."""
    names = (
        "instruments",
        union.FOLDER,
        *KINDS,
        ".git",
        *(path.name for path in store.root.glob(BROKEN)),
        tombstones.FILE,
        IDENTITY,
    )
    left = (other.folder for other in moved.elsewhere(store) if other.where == "left")
    of_all = (WaitingAnswers(store).folder, store.folder_of_all(backup.FOLDER), *left)  # found by the identity
    places = [*of_all, *(store.root / name for name in names), store.state]
    return [path for path in places if os.path.lexists(path)]


def is_nothing(store: Store) -> bool:
    """Check whether there is no journal to erase, nor anything of one in the state folder."""
    return not any(path.name != "lock" for path in store.state.glob("*")) and set(places(store)) <= {store.state}


def _prepare(store: Store, erasure: Erasure) -> Erasure:
    """Find every version of what is to go, in the folder and in history, and what is known of it."""
    reason = rewrite.why_not(store.repository)
    if reason:
        raise JournalError(_("Nothing is erased: {reason}").format(reason=reason))
    read_tombstones(store)
    history = rewrite.export(store.repository.git) if store.repository.exists() else None
    is_named = bool(erasure.ids) and not erasure.people
    round_ids = [Path(path).stem for path in erasure.documents if path.startswith(f"{ROUNDS.folder}/")]
    if round_ids:
        given = _answers(store, round_ids, history)
        documents = (*erasure.documents, *map(session_path, given))
        erasure = structs.replace(erasure, documents=documents, ids=(*erasure.ids, *given))
    others = _other_versions(store, history)
    erasure = structs.replace(
        erasure,
        documents=(*erasure.documents, *(one.path for path in erasure.documents for one in others.get(path, ()))),
        versions=tuple(
            one.path for path in sorted(erasure.edited) for one in others.get(path, ()) if not one.is_deletion
        ),
    )
    wanted = {*erasure.documents, *erasure.edited}
    known = history.blobs(wanted.__contains__) if history else {}
    blobs = [blob for path in known for blob in known[path]]
    versions = {path: [data] for path in wanted if (data := look(store, path)) is not None}
    for path in known:
        contents = store.repository.contents(list(known[path]))
        versions.setdefault(path, []).extend(data for data in contents if data is not None)
    if is_named and not {*erasure.documents[:1]} & versions.keys() and not _pool(store, erasure):
        raise NotFoundError(_("Neither the journal nor its history has {path}.").format(path=erasure.documents[0]))
    gone = [
        data
        for path in versions
        for data in versions[path]
        if path in erasure.documents or without(erasure, path, data) != data
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


def _other_versions(store: Store, history: rewrite.History | None) -> Mapping[str, tuple[union.Version, ...]]:
    """List the files of other versions that each document has or ever had, when two devices changed it."""
    standing = (f"{union.FOLDER}/{path.name}" for path in (store.root / union.FOLDER).glob("*.toml"))
    return union.versions({*standing, *(history.paths() if history else ())})


def elsewhere(store: Store, erased: Tombstones) -> Erasure | None:
    """Plan to erase here what another device erased; None when nothing of it is here, present or in history."""
    before = read_tombstones(store)
    documents = tuple(path for path in erased.documents if path not in before.documents)
    notes = tuple(name for name in erased.notes if name not in before.notes)
    people = tuple(name for name in erased.people if name not in before.people)
    if not (documents or notes or people):
        return None
    agendas = (AGENDAS.path(Path(path).stem) for path in documents if path.startswith(f"{SESSIONS.folder}/"))
    erasure = _prepare(store, Erasure(documents=(*documents, *agendas), notes=notes, people=people))
    if not erasure.documents and not erasure.blobs:
        return None
    named = (path for path in erasure.documents if path.partition("/")[0] in (SESSIONS.folder, ROUNDS.folder))
    return structs.replace(erasure, ids=tuple(sorted({Path(path).stem for path in named})))


def without_erased(erased: Tombstones, path: str, data: bytes) -> bytes:
    """Return the file of a session or round without the notes or people that were erased from it."""
    return without(Erasure(notes=erased.notes, people=erased.people), path, data) or data


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
        if union.document_of(path).startswith(f"{SESSIONS.folder}/"):
            parsed = sessions.parse(data, path)
            items = [name.partition("/")[2] for name in erasure.notes if name.startswith(f"{parsed.id}/")]
            whole = path in erasure.documents
            texts = [parsed.remark, *parsed.notes.values()] if whole else [parsed.notes.get(item, "") for item in items]
        elif path in erasure.documents:
            texts = list(_texts(formats.parse_document(data, path)))
        else:
            about = rounds.parse(data, path)
            texts = [person.label for person in about.invited if _goes(erasure, about.id, person)]
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


def without(erasure: Erasure, path: str, data: bytes) -> bytes | None:
    """Return a version without the parts that go; None when it can't be read, so that it must go whole."""
    if path in erasure.documents:
        return None
    try:
        if union.document_of(path).startswith(f"{ROUNDS.folder}/"):
            return _without_people(erasure, path, data)
        parsed = sessions.parse(data, path)
    except ReflectError:
        return None
    items = {name.partition("/")[2] for name in erasure.notes if name.startswith(f"{parsed.id}/")}
    notes = {item: text for item, text in parsed.notes.items() if item not in items}
    return data if notes == parsed.notes else sessions.dumps(structs.replace(parsed, notes=notes))


def _goes(erasure: Erasure, round_id: str, person: Invited) -> bool:
    """Check whether someone is erased, whichever of their tokens was the newest where that was done."""
    return any(f"{round_id}/{token}" in erasure.people for token in person.tokens)


def _without_people(erasure: Erasure, path: str, data: bytes) -> bytes:
    """Return a round that asked these people, without their names and that they answered."""
    before = rounds.parse(data, path)
    invited = tuple(
        structs.replace(person, label="", answered=False, session="", withdrawn=True)
        if _goes(erasure, before.id, person)
        else person
        for person in before.invited
    )
    return data if invited == before.invited else rounds.dumps(structs.replace(before, invited=invited))
