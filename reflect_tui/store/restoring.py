"""What a backup holds beside a journal, joined to what stands beside one here: waiting answers, drafts, settings.

Nothing is written over. Waiting answers are united by person as an import takes them in, and nobody sees one on the
way. What has ended, was finished or erased since stays away, and is counted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.feedback import pool as pools
from reflect_tui.feedback.answer_faults import asked_faults
from reflect_tui.feedback.pool import Pool, United
from reflect_tui.i18n import _
from reflect_tui.model.instrument import digest
from reflect_tui.model.round import Round
from reflect_tui.store import backup as backups
from reflect_tui.store import draft_file
from reflect_tui.store.altered import EndedElsewhereError, refuse_other_promise
from reflect_tui.store.backup import Backup
from reflect_tui.store.base import Store, instrument_of, read_tombstones, session_path
from reflect_tui.store.documents import look
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.rounds import WaitingAnswers, get_unaltered, mark_answered
from reflect_tui.toml import formats

_RANDOM = 6  # characters at the end of an id


class JoinedBeside(Struct, frozen=True, kw_only=True):
    """What became of it: the paths of other files that stay here, how many drafts and answers stay away.

    `unclear` counts by round the answers of which nothing tells whose they are beside those that wait here already;
    `refused` says of other rounds why their answers can't come in.
    """

    kept: tuple[Path, ...] = ()
    drafts: int = 0
    answers: int = 0
    unclear: Mapping[str, int] = {}
    refused: tuple[str, ...] = ()


def join_beside(store: Store, backup: Backup, settings: Path | None) -> JoinedBeside:
    """Join what a backup holds beside the journal, once what it has of the journal itself is joined.

    Raises:
        JournalError: the disk refuses.
        ReflectError: history can't be read.
    """
    contents = backups.beside_journal(store, backup, settings)
    drafts = {path: contents.pop(path) for path in _drafts(store, contents)}
    coming = dict(_coming_drafts(store, drafts))
    over = [path for path, data in coming.items() if data is None]
    answers = 0
    unclear: dict[str, int] = {}
    refused: list[str] = []
    known: list[Path] = []
    for path, data in contents.items():
        if path.parent == WaitingAnswers(store).folder:
            try:
                united = _unite(store, _parsed(data, path))
            except NotFoundError:  # a round of another copy of the journal: its answers wait for it
                continue
            except JournalError:
                raise
            except ReflectError as error:
                refused.append(str(error).rstrip("."))
            else:
                answers += united.away
                unclear |= {path.stem: united.unclear} if united.unclear else {}
            known.append(path)
    others = {path: data for path, data in contents.items() if path not in known}
    kept = backups.write(others | {path: data for path, data in coming.items() if data is not None})
    count = len(over) + _erased_drafts(store, backup)
    return JoinedBeside(kept=kept, drafts=count, answers=answers, unclear=unclear, refused=tuple(refused))


def _drafts(store: Store, contents: Mapping[Path, bytes]) -> list[Path]:
    return [path for path in contents if path.parent == store.drafts.folder and path.suffix == ".toml"]


def _parsed(data: bytes, path: Path) -> Pool:
    pool = pools.parse(data, path)
    if pool.round != path.stem:
        raise BadFileError(
            path, (Fault("round", _('is "{id}", which is not the name of the file').format(id=pool.round)),)
        )
    return pool


def _unite(store: Store, there: Pool) -> United:
    """Take in the answers of people who have none here, see pool.unite(); that a round ended, where nothing waits here.

    Raises:
        NotFoundError: there is no such round.
        BadFileError, ReflectError: the round, or what waits in it, can't be used; see get_unaltered().
        JournalError: the disk refuses.
    """
    waiting = WaitingAnswers(store)
    here = waiting.get(there.round)
    if not (there.answers or there.sessions):
        if there.ended and here == Pool(round=there.round):
            waiting.write(there)
        return United(here)
    try:
        asked, _data = get_unaltered(store, there.round)
    except EndedElsewhereError:
        return United(here, len(there.answers))
    if asked.state != "open" or here.ended:
        return United(here, len(there.answers))
    refuse_other_promise(asked, here)
    refuse_other_promise(asked, there)
    if there.sessions or here.sessions or not _is_sound(store, asked, there):
        return United(here, unclear=len(there.answers or there.sessions))
    united = pools.unite(asked, here, there)
    if len(united.pool.answers) > len(here.answers):
        waiting.write(united.pool)
        mark_answered(store, there.round, united.pool.tokens)
    return united


def _is_sound(store: Store, asked: Round, pool: Pool) -> bool:
    """Check whether all that waits are answers to the round."""
    try:
        content = instrument_of(store, asked)
    except NotFoundError:
        return False
    return not any(fault for answer in pool.answers for fault in asked_faults("", answer, asked, content))


def _erased_drafts(store: Store, backup: Backup) -> int:
    """Count the drafts of a backup whose session was erased here."""
    erased = read_tombstones(store).documents
    drafts = (name.removeprefix("state/drafts/") for name in backup.members if name.startswith("state/drafts/"))
    return sum(any(Path(path).name == name for path in erased) for name in drafts)


def _coming_drafts(store: Store, given: Mapping[Path, bytes]) -> Iterator[tuple[Path, bytes | None]]:
    """Yield the files of drafts to write; `given` are those of a backup, by where they would stand.

    One that is there with more acts went on here. One whose session is saved or was removed is finished: its path has
    no content, and neither has that of one that amends a session as it no longer is, which comes among those put away.
    Of two that are not alike both stay: that of the backup gets an id of its own.
    """
    for path, data in given.items():
        try:
            draft, _whole = draft_file.parse(data, path)
        except ReflectError:  # told with its reason, as everywhere
            yield path, data
            continue
        here = _read(path) or b""
        if here.startswith(data):
            continue
        if _is_over(store, draft):
            yield path, None
            yield from ([(store.drafts.discarded / path.name, data)] if draft.amends else ())
        elif draft.amends or not here:
            yield path, data
        else:
            other = f"{draft.id[:-_RANDOM]}{digest(data)[-_RANDOM:]}"  # the same for the same acts, each time
            target = path.with_name(f"{other}.toml")
            text = data.replace(draft.id.encode(), other.encode(), 1)
            if not (_read(target) or b"").startswith(text) and not _was_saved(store, other):
                yield target, text


def _is_over(store: Store, draft: Draft) -> bool:
    """Check whether nothing is left to finish: the session is there, was removed, or was amended otherwise."""
    if draft.amends:
        return draft.amends != digest(look(store, session_path(draft.id)) or b"")
    return _was_saved(store, draft.id)


def _was_saved(store: Store, session_id: str) -> bool:
    """Check whether there is, or ever was, a session with this id."""
    path = session_path(session_id)
    if look(store, path) is not None:
        return True
    with contextlib.suppress(ReflectError):
        return store.repository.exists() and bool(store.repository.versions(path))
    return False


def _read(path: Path) -> bytes | None:
    with contextlib.suppress(ReflectError):
        return formats.read_bytes(path, draft_file.MAX_BYTES)
    return None
