"""Joins what another device has of this journal to what stands here: first in history, in one commit, then the files.

Which files are to follow is written down before, so that the next start goes on after a kill.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.git.commit import JoinStep
from reflect_tui.git.exchange import Exchange
from reflect_tui.git.history import Step, blob_id
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.model import instrument, tombstones
from reflect_tui.model import round as rounds
from reflect_tui.model.round import State
from reflect_tui.model.tombstones import Tombstones
from reflect_tui.store import union
from reflect_tui.store.base import AGENDAS, ROUNDS, Store, is_session, kind_of, read_tombstones
from reflect_tui.store.documents import look, write
from reflect_tui.store.erasure import parted_paths, without_erased
from reflect_tui.store.incoming import Incoming
from reflect_tui.store.standing import standing
from reflect_tui.store.union import Values, Version
from reflect_tui.toml import formats

JOIN = "sync: "
"""How the subject of a commit begins that joins what another device has."""
CHOICE = "choose a version"
"""The subject of a commit that keeps one version of several."""
_PLAN = "joining.json"
_MOST = 100_000_000


class Joined(Struct, frozen=True, kw_only=True):
    """What joining did: the documents that came or changed, went, or have two versions now, and the newest commit.

    `chosen`: documents of which several versions stood here, and another device chose one. `closed_twice`: rounds of
    which one closed version of several counts, see closed_versions(). `ended`: rounds whose state differed between the
    devices, each with the state that counts now.
    """

    commit: str
    received: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    closed_twice: tuple[str, ...] = ()
    ended: Mapping[str, State] = {}


def replaces_history(store: Store, exchange: Exchange, tip: str, incoming: Incoming) -> bool:
    """Check whether the history at the other end still holds what was erased here: then it is not joined to ours."""
    ours, theirs = read_tombstones(store), incoming.tombstones
    parted = parted_paths({*ours.notes} - {*theirs.notes}, {*ours.people} - {*theirs.people})
    return exchange.has_any(tip, sorted({*ours.documents} - {*theirs.documents} | parted))


def join(store: Store, exchange: Exchange, head: str | None, tip: str, incoming: Incoming) -> Joined:
    """Join what another device has to what stands here; what is saved must be in history, as it is, before.

    Args:
        store: the journal.
        exchange: where that came to.
        head: the newest commit here.
        tip: the newest commit there.
        incoming: its files, checked.

    Raises:
        JournalError: a file was changed by another program, or can't be written; history can't be written.
    """
    ours = dict(store.repository.git.files(head))
    width = len(tip)
    deletion = blob_id(union.DELETED, width)
    known = read_tombstones(store).union(incoming.tombstones)
    theirs, contents = _without_erased(store, incoming, known, width)
    closed_twice: list[str] = []
    ended: dict[str, State] = {}

    def decide(document: str, values: Values) -> Values:
        if kind_of(document) is not ROUNDS:
            return values
        versions = {blob: _content(store, blob, contents) for blob in values if blob}
        closed = closed_versions(document, versions)
        closed_twice.extend([document] if len(closed) > 1 else [])
        data = _by_rule(document, versions) if closed or None not in values else None
        if data is None:
            return values
        if len(states := _states(document, [data, *versions.values()])) > 1:
            ended[document] = states[0]
        contents[blob_id(data, width)] = data
        return frozenset([blob_id(data, width)])

    united = union.unite(
        ours,
        theirs,
        _by_history(exchange, head, tip, known),
        deletion=deletion,
        erased=known.documents,
        copy_path=lambda path, blob: _marked_path(store, contents, path, blob),
        decide=decide,
    )
    contents[deletion] = union.DELETED
    if known != Tombstones():
        data = tombstones.dumps(known)
        united[tombstones.FILE] = blob_id(data, width)
        contents[united[tombstones.FILE]] = data
    changes = {path: united.get(path) for path in {*ours, *united} if ours.get(path) != united.get(path)}
    received, removed = _documents(ours, united, changes)
    both = tuple(sorted(union.versions(path for path, blob in changes.items() if blob)))
    chosen = tuple(sorted(union.versions(ours).keys() - union.versions({*united, *theirs}) - {*known.documents}))
    message = f"{JOIN}{len(received)} received, {len(removed)} removed, {len(both)} in two versions\n"
    keeps = not replaces_history(store, exchange, tip, incoming)
    new = {blob: contents[blob] for blob in changes.values() if blob in contents}
    made = [data for blob, data in new.items() if not (keeps and blob in incoming.contents)]
    packs = exchange.packs if keeps else ()
    step = JoinStep(head, tip if keeps else None, changes, made, packs, message, incoming.files)
    commit = _apply(store, changes, step, contents) if keeps or changes else str(head)
    return Joined(
        commit=commit,
        received=received,
        removed=removed,
        both=both,
        chosen=chosen,
        closed_twice=tuple(closed_twice),
        ended=ended,
    )


def _by_history(exchange: Exchange, head: str | None, tip: str, known: Tombstones) -> union.Join:
    """Return what tells the versions of a document that stand, by the histories of both sides.

    The one there may still hold what was erased here: its versions count as what is left of them.
    """
    steps = exchange.steps(*filter(None, (head, tip)))
    parted = parted_paths(known.notes, known.people)
    found: dict[str, str] = {}
    for step in steps if parted else ():
        for path, blob in step.changes.items():
            if blob and (document := union.document_of(path)) in parted:
                found[blob] = document
    edited = {
        blob: blob_id(without_erased(known, found[blob], data), len(blob))
        for blob, data in zip(found, exchange.contents(list(found)), strict=True)
        if data is not None
    }
    return standing(steps, head, tip, retold=_is_retold, edited=edited)


def _is_retold(step: Step) -> bool:
    """Check whether a commit has files without the history of them: a join that left that out, or a new beginning."""
    return not step.parents or (len(step.parents) == 1 and step.subject.startswith(JOIN))


def _without_erased(
    store: Store, incoming: Incoming, known: Tombstones, width: int
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return what came, without the notes and people that were erased, and the contents of it that we lack."""
    theirs, contents = dict(incoming.files), dict(incoming.contents)
    parted = parted_paths(known.notes, known.people)
    for path, blob in incoming.files.items():
        beside = union.version(path)
        document = beside.document if beside else path
        if document not in parted or (beside and beside.is_deletion):
            continue
        data = _content(store, blob, contents)
        edited = without_erased(known, document, data)
        if edited != data:
            del theirs[path]
            name = blob_id(edited, width)
            theirs[union.version_path(document, name) if beside else path] = name
            contents[name] = edited
    return theirs, contents


def choose(store: Store, document: str, chosen: Version | None) -> None:
    """Let one version of a document be the only one, None the one in its place; the others stay in history.

    Raises:
        NotFoundError: it has no two versions any more.
        JournalError: its file was changed by another program, or can't be written; history can't be written.
    """
    head = store.repository.head()
    ours = store.repository.git.files(head)
    others = union.versions(ours).get(document, ())
    if not others or chosen not in (None, *others):
        raise NotFoundError(_("{path} no longer has several versions.").format(path=document))
    changes: dict[str, str | None] = {one.path: None for one in others}
    if chosen:
        changes[document] = None if chosen.is_deletion else ours[chosen.path]
    agenda = AGENDAS.path(Path(document).stem)
    if chosen and chosen.is_deletion and is_session(document) and agenda in ours:
        changes[agenda] = None
    kind = kind_of(document)
    message = f"{CHOICE}\n\n{kind.trailer if kind else 'File'}: {Path(document).stem}\n"
    _apply(store, changes, JoinStep(head, None, changes, (), (), message))


class _Plan(Struct, frozen=True):
    """The files that are to follow history: the blob ids that each has and is to have; None stands for no file."""

    changes: dict[str, tuple[str | None, str | None]]


def _apply(
    store: Store, changes: Mapping[str, str | None], step: JoinStep, known: Mapping[str, bytes | None] = {}
) -> str:
    """Commit, and let the files follow, of which the contents of some blobs are known; give the newest commit."""
    ours = store.repository.git.files(step.upon)
    plan = _Plan({path: (ours.get(path), blob) for path, blob in changes.items() if not union.version(path)})
    for path, (before, after) in plan.changes.items():
        if _blob_here(store, path, before or after or "") not in (before, after):
            text = _(
                "{path} was changed by another program, so nothing was joined. Open the app to choose what to do about "
                "that (or see reflect-tui doctor), then sync again."
            )
            raise files.ChangedOutsideError(text.format(path=path))
    files.make_folder(store.state)
    files.replace(store.state / _PLAN, formats.pack(plan))
    commit = store.repository.join(step)  # where that fails, history tells whether anything is to follow
    finish(store, known)
    return commit


def finish(store: Store, known: Mapping[str, bytes | None] = {}) -> None:
    """Let the files follow what was joined in history, as a sync that was cut short left it; nothing to do is fine.

    Contents that are `known` by their blob ids are not read again.

    Raises:
        JournalError: a file can't be written; the next start goes on.
    """
    path = store.state / _PLAN
    if not path.exists():
        return
    tracked = store.repository.tracked()
    changes = _planned(store)
    due = _due(store, changes, tracked)
    wanted = [after for after in due.values() if after and after not in known]
    contents = {**known, **dict(zip(wanted, store.repository.contents(wanted), strict=True))}
    alone = {name: after for name, after in due.items() if changes[name][0] or not after or not kind_of(name)}
    for name, after in alone.items():
        write(store, name, contents[after] if after else None, look(store, name))
    _write_new(store, {name: contents[after] for name, after in due.items() if after and name not in alone})
    settle_versions(store, tracked)
    files.remove(path)


def to_come(store: Store) -> frozenset[str]:
    """List the files that a sync that was cut off has still to write or remove here, as history says; see finish().

    Raises:
        BadFileError: what it had to do can't be read.
        ObstacleError: the history can't be read.
    """
    if not (store.state / _PLAN).exists():
        return frozenset()
    return frozenset(_due(store, _planned(store), store.repository.tracked()))


def _planned(store: Store) -> Mapping[str, tuple[str | None, str | None]]:
    """Return the blob ids that each file of the plan had and is to have."""
    path = store.state / _PLAN
    try:
        return formats.unpack(formats.read_bytes(path, _MOST), _Plan, path).changes
    except BadFileError as error:
        advice = _(
            "It named the files that a sync which was cut off had still to write. All of them are in the history: move "
            "it away, then let reflect-tui doctor say which files differ from history."
        )
        raise BadFileError(path, error.faults, advice) from error


def _due(
    store: Store, changes: Mapping[str, tuple[str | None, str | None]], tracked: Mapping[str, str]
) -> dict[str, str | None]:
    """Return the files that are still to follow history, with their blob ids; what explains sessions comes first.

    What another program or the user changed meanwhile stays as it is.
    """
    return {
        name: after
        for name, (before, after) in sorted(changes.items(), key=lambda item: (bool(kind_of(item[0])), item[0]))
        if tracked.get(name) == after and _blob_here(store, name, before or after or "") == before
    }


def _blob_here(store: Store, path: str, like: str) -> str | None:
    """Return the blob id of a file as it stands, in the kind of another id; None when there is none."""
    if not os.path.lexists(store.root / path):  # as of thousands at a first sync
        return None
    data = look(store, path)
    return None if data is None else blob_id(data, len(like))


def _write_new(store: Store, new: Mapping[str, bytes | None]) -> None:
    """Write documents that no file stands for yet: a first sync brings thousands."""
    paths = {store.root / name: data for name, data in new.items() if data is not None}
    for folder in dict.fromkeys(path.parent for path in paths):
        files.make_folder(folder)
    files.write_all_new(paths)


def _documents(ours: union.Tree, united: union.Tree, changed: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the documents that are not as they were, in one version or more, and those that are gone."""
    before, after = union.values([ours]), union.values([united])
    documents = sorted({document for document in map(union.document_of, changed) if kind_of(document)})
    removed = tuple(document for document in documents if after(document) <= {None})
    received = (document for document in documents if after(document) not in ({None}, before(document)))
    return tuple(received), removed


def _marked_path(store: Store, contents: Mapping[str, bytes], path: str, blob: str) -> str:
    """Name the copy of an instrument whose plain name has another content, as keep_instrument() does."""
    data = contents.get(blob) or store.repository.contents([blob])[0] or b""
    mark = instrument.digest(data).removeprefix("sha256:")[:12]
    return f"{path.removesuffix('.toml')}.{mark}.toml"


def _content(store: Store, blob: str, contents: Mapping[str, bytes]) -> bytes:
    if blob in contents:
        return contents[blob]
    data = store.repository.contents([blob])[0]
    if data is None:
        raise ObstacleError(store.repository.git.obstacle_error("other", blob).obstacle)
    return data


def settle_versions(store: Store, tree: Mapping[str, str]) -> None:
    """Let the folder of other versions hold what history says; what history never had stays, a kill left the rest."""
    folder = store.root / union.FOLDER
    wanted = {path: blob for path, blob in tree.items() if union.version(path)}
    standing = {f"{union.FOLDER}/{path.name}" for path in folder.glob("*.toml")} if folder.is_dir() else set()
    for path in standing - {*wanted}:
        data = look(store, path) if union.version(path) and tree else None
        blob = "" if data is None else blob_id(data, len(next(iter(tree.values()))))
        if blob and store.repository.contents([blob])[0] is not None:
            files.remove(store.root / path)
    missing = [path for path in wanted if path not in standing]
    if missing:
        files.make_folder(folder)
    for path, data in zip(missing, store.repository.contents([wanted[path] for path in missing]), strict=True):
        if data is not None:
            files.write_new(store.root / path, data)


def settle_rounds(store: Store) -> None:
    """Bring back to one version the rounds of which a rule says which it is, as earlier versions asked the user.

    Raises:
        JournalError: a file was changed by another program, or can't be written; history can't be written.
    """
    for document, others in union.versions(store.repository.tracked()).items():
        head = store.repository.head()
        ours = store.repository.git.files(head)
        blobs = [ours[path] for path in (document, *(one.path for one in others)) if path in ours]
        contents = {blob: _content(store, blob, {}) for blob in blobs}
        if kind_of(document) is not ROUNDS or union.DELETED in contents.values():
            continue
        data = _by_rule(document, contents)
        if data is not None:
            changes: dict[str, str | None] = {one.path: None for one in others}
            changes[document] = blob_id(data, len(blobs[0]))
            message = f"join versions\n\n{ROUNDS.trailer}: {Path(document).stem}\n"
            _apply(store, changes, JoinStep(head, None, changes, [data], (), message))


def _by_rule(path: str, versions: Mapping[str, bytes]) -> bytes | None:
    """Return the file of a round that counts of versions, contents by blob id; None when a person must choose.

    A closed version counts before any other, see closed_versions(); the others count together, see union.united().
    """
    if closed := closed_versions(path, versions):
        return versions[closed[0]]
    try:
        united = union.united([rounds.parse(data, path) for data in versions.values()])
    except ReflectError:
        return None
    return rounds.dumps(united) if united else None


def closed_versions(path: str, versions: Mapping[str, bytes]) -> tuple[str, ...]:
    """List the versions of a confidential round, contents by blob id, that are closed: the one that counts first.

    Every device finds the same order: by the moment of closing, and of one moment by id. An open or withdrawn version
    never counts beside a closed one. Two sets of figures of one round, made of other answers, would tell by their
    difference what one person said: so the others go as soon as both meet, and nobody is asked to choose.
    """
    closed: list[tuple[datetime, str]] = []
    for blob, data in versions.items():
        with contextlib.suppress(BadFileError):
            moment = rounds.parse(data, path).closed
            closed += [(moment, blob)] if moment else []
    return tuple(blob for _moment, blob in sorted(closed))


def _states(path: str, versions: Iterable[bytes]) -> list[State]:
    """List the states of versions of a round that can be read, each once."""
    states: dict[State, None] = {}
    for data in versions:
        with contextlib.suppress(BadFileError):
            states[rounds.parse(data, path).state] = None
    return list(states)
