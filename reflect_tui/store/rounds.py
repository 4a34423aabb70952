"""What is done to a round of feedback while it is open: made, asked, answered, withdrawn; closing is in store.closing.

Each step can be cut short anywhere. A confidential answer is safe once the pool has it; the file of the round follows,
at the next start at the latest; see closing.settle().
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.feedback import pool as pools
from reflect_tui.feedback.answer_faults import answer_faults, as_person_knows
from reflect_tui.feedback.answers import AnswerFile, session_of
from reflect_tui.feedback.answers import dumps as dumps_answer
from reflect_tui.feedback.answers import parse as parse_answer
from reflect_tui.feedback.pool import Pool
from reflect_tui.i18n import _
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.round import Invited, Round
from reflect_tui.model.session import Session
from reflect_tui.store import base, documents
from reflect_tui.store.altered import (
    EndedElsewhereError,
    altered_sentence,
    gone_answers,
    refuse_altered,
    refuse_edited,
    refuse_ended,
    refuse_other_promise,
    round_in_history,
)
from reflect_tui.store.base import ROUNDS, Store
from reflect_tui.store.documents import Shelf
from reflect_tui.store.plans import Act, PlannedVersion
from reflect_tui.toml import formats


class WaitingAnswers:
    """The confidential answers to one journal's rounds, kept out of it until it is closed; a file a round.

    Their folder bears the journal's id, so they are found again when the journal is moved, or cloned to another place
    on this computer. Copies of a journal share it: what comes into one waits for all, and a round that ends in one
    ends in all; see store.altered.
    """

    def __init__(self, store: Store) -> None:
        """Look in the folder of this journal; nothing is touched."""
        self._store = store
        self.folder = store.folder_of_all("answers")
        self._folders = (self.folder, store.state / "answers")
        """Where it writes, and where versions before this one wrote."""

    def get(self, round_id: str) -> Pool:
        """Return what waits in a round; an empty pool when nothing does.

        Raises:
            BadFileError: it can't be read; it is never written over then.
        """
        path = next(iter(self._paths(round_id)), self.folder / f"{round_id}.toml")
        try:
            return pools.parse(formats.read_bytes(path, rounds.MAX_BYTES), path)
        except NotFoundError:
            return Pool(round=round_id)
        except BadFileError as error:
            damaged = _(
                "holds the answers that wait in a round, and can't be read. Put it back from a backup, or move it away "
                "and import these answers again"
            )
            raise BadFileError(path, (Fault("", damaged),)) from error

    def all(self) -> Iterator[Pool]:
        """Return every pool that can be read."""
        for path in self._files():
            try:
                pool = self.get(path.stem) if rounds.is_id(path.stem) else None
            except ReflectError:  # taking in or closing that round says so
                continue
            if pool:
                yield pool

    def unreadable(self) -> Iterator[BadFileError]:
        """Say what is wrong with each pool that can't be read."""
        for path in self._files():
            try:
                self.get(path.stem)
            except BadFileError as error:
                yield error

    def unfinished(self) -> list[Path]:
        """List the files that a killed program was writing: answers may stand in them."""
        return sorted(path for folder in self._folders for path in folder.glob(".*") if files.is_temporary(path.name))

    def write(self, pool: Pool) -> None:
        """Write a pool down; it is on the disk when this returns, and its time tells nothing of the last answer.

        Raises:
            JournalError: it could not be written; what was there still is.
        """
        files.make_folder(self.folder)
        path = self.folder / f"{pool.round}.toml"
        files.replace(path, pools.dumps(pool))
        os.utime(path, (0, 0))
        for older in self._paths(pool.round):
            if older != path:
                files.remove(older)

    def end(self, feedback_round: Round) -> None:
        """Destroy what waited in a round that was closed or withdrawn; that it was stays, for other copies.

        An answer that was pasted where it was too long, and kept for its writer, goes as well.

        Raises:
            JournalError: it could not be written; what waited is still there.
        """
        closed = rounds.dumps(feedback_round).decode() if feedback_round.state == "closed" else ""
        self.write(Pool(round=feedback_round.id, ended=str(self._store.root), closed=closed))
        for pasted in (self._store.state / "refused").glob("*"):
            if feedback_round.id.encode() in pasted.read_bytes():
                files.remove(pasted)

    def erase(self, round_id: str) -> None:
        """Destroy what waited in a round that is erased, or was told of it; that it ended stays, for other copies.

        Raises:
            JournalError: it could not be written.
        """
        if self._paths(round_id):
            self.write(Pool(round=round_id, ended=pools.ERASED))

    def _paths(self, round_id: str) -> list[Path]:
        """List the files there are of a round, the one that counts first."""
        paths = dict.fromkeys(folder / f"{round_id}.toml" for folder in self._folders)
        return [path for path in paths if os.path.lexists(path)]

    def _files(self) -> list[Path]:
        return sorted({path.stem: path for folder in self._folders for path in folder.glob("*.toml")}.values())


def missing(store: Store, feedback_round: Round) -> tuple[int, ...]:
    """List who answered in confidence (from 0), but whose answer is not on this computer: it can be taken in again.

    Raises:
        BadFileError: what waits can't be read.
    """
    if feedback_round.state != "open" or not feedback_round.is_confidential or feedback_round.collector != "self":
        return ()
    pool = WaitingAnswers(store).get(feedback_round.id)
    people = enumerate(() if pool.ended else feedback_round.invited)
    return tuple(number for number, person in people if person.answered and not person.bears(pool.tokens))


def all_missing(store: Store, known: Iterable[Round]) -> dict[str, tuple[int, ...]]:
    """List by round whose answers are missing or gone; one whose answers can't be read is left out: unreadable()."""
    lost: dict[str, tuple[int, ...]] = {}
    for shown in known:
        with contextlib.suppress(BadFileError):
            lost[shown.id] = missing(store, shown) or gone_answers(store, shown)
    return {name: numbers for name, numbers in lost.items() if numbers}


def make(store: Store, feedback_round: Round, instrument_bytes: bytes) -> None:
    """Keep a new round, and the instrument that its answers will be about.

    Raises:
        JournalError: it can't be written.
    """
    store.identity.write()
    base.keep_instrument(store.root, feedback_round, instrument_bytes)
    Shelf(store, ROUNDS).save(feedback_round.id, rounds.dumps(feedback_round), "made")


def get(store: Store, round_id: str) -> tuple[Round, bytes]:
    """Return a round and its file.

    Raises:
        NotFoundError: there is none.
        BadFileError: it can't be read, or is gone while history has it.
    """
    try:
        document = Shelf(store, ROUNDS).get(round_id)
    except NotFoundError:
        path = ROUNDS.path(round_id)
        if round_in_history(store, path, None):
            raise BadFileError(path, (Fault("", altered_sentence(round_id)),)) from None
        raise
    if document.value is None:
        known = round_in_history(store, document.path, document.data)
        raise BadFileError(document.path, (Fault("", altered_sentence(known.id)),) if known else document.faults)
    return document.value, document.data


def get_unaltered(store: Store, round_id: str) -> tuple[Round, bytes]:
    """Return a round and its file, to be used or changed.

    Raises:
        NotFoundError, BadFileError: see get().
        ReflectError: another program altered the file in what counts, see store.altered, or the round was ended in
            another copy of the journal.
    """
    feedback_round, data = get(store, round_id)
    refuse_altered(store, ROUNDS.path(round_id), data)
    pool = WaitingAnswers(store).get(round_id)
    refuse_ended(store, feedback_round, pool)
    refuse_edited(store, feedback_round, pool)
    return feedback_round, data


def change_round(
    store: Store, round_id: str, act: Act, change: Callable[[Round], Round], *, merge: bool = False
) -> None:
    """Write down a round as `change` makes it, if it is another then.

    Raises:
        PromiseError: someone has answered, and what they were promised or asked would change.
        NotFoundError, BadFileError, ReflectError: see get_unaltered().
        JournalError: it can't be written.
    """
    feedback_round, data = get_unaltered(store, round_id)
    after = rounds.keep_promise(feedback_round, change(feedback_round))
    if after != feedback_round:
        Shelf(store, ROUNDS).save(round_id, rounds.dumps(after), act, data, merge=merge)


def mark_answered(store: Store, round_id: str, tokens: Sequence[str], session_id: str = "") -> None:
    """Write down who has answered, by the digest of any token of theirs; several in a row become one version."""

    def mark(invited: Invited) -> Invited:
        return structs.replace(invited, answered=True, session=session_id) if invited.bears(tokens) else invited

    def change(feedback_round: Round) -> Round:
        return structs.replace(feedback_round, invited=tuple(map(mark, feedback_round.invited)))

    change_round(store, round_id, "answered", change, merge=True)


def issue(store: Store, round_id: str, numbers: Sequence[int]) -> tuple[str, ...]:
    """Issue new tokens for the invited with these numbers (from 0), for their forms.

    Only digests are kept, so a form that is written anew has a new token. Earlier forms of a person count as well:
    nobody knows which of them this person fills in.

    Raises:
        NotFoundError, BadFileError: there is no such round, or it can't be read.
        ReflectError: the round is not open, or one of them has answered or was withdrawn.
        JournalError: it can't be written.
    """
    feedback_round, _data = get_unaltered(store, round_id)
    lost = missing(store, feedback_round)
    for number in numbers:
        may_answer(feedback_round, number, lost)
    tokens = {number: rounds.new_token() for number in numbers}

    def give(number: int, invited: Invited) -> Invited:
        return rounds.with_new_token(invited, rounds.token_digest(tokens[number])) if number in tokens else invited

    def change(before: Round) -> Round:
        return structs.replace(before, invited=tuple(give(*pair) for pair in enumerate(before.invited)))

    change_round(store, round_id, "edited", change)
    return tuple(tokens.values())


def may_answer(feedback_round: Round, number: int, lost: Collection[int] = ()) -> None:
    """Refuse when the person with this number (from 0) can't answer any more; whose answer is `lost` can.

    Raises:
        ReflectError: the round is not open, or this person has answered or was withdrawn.
    """
    if feedback_round.state != "open":
        raise ReflectError(_("This round is not open any more."))
    invited = feedback_round.invited[number]
    if invited.withdrawn or (invited.answered and number not in lost):
        raise ReflectError(_("This invitation has been answered or withdrawn already."))


def may_type(feedback_round: Round) -> None:
    """Refuse when a paper form of this round can't be typed over here.

    Raises:
        ReflectError: the round is not open, or a third person collects.
    """
    if feedback_round.state != "open":
        raise ReflectError(_("This round is not open any more."))
    if feedback_round.collector == "third person":
        raise ReflectError(
            _("In this round a third person collects: that person types what is on paper into the form itself.")
        )


def take_named(store: Store, answer: AnswerFile, session: Session, instrument_bytes: bytes) -> None:
    """Keep an answer of a named round, as a session that the round's file names; of one without comments, these.

    Raises:
        ReflectError: this person has answered, with another form perhaps: that answer stands.
        JournalError: it can't be written.
    """
    feedback_round, _data = get_unaltered(store, answer.round)
    person = feedback_round.bearer(answer.token)
    if person and person.answered and person.session != session.id:
        raise JournalError(_("This invitation has been answered already; the first answer stands."))
    path = base.session_path(session.id)
    before = documents.look(store, path) if person and person.answered else None
    if before and sessions.parse(before, path) == structs.replace(session, notes={}, remark=""):
        why = _("Comments on an answer that came in as a code")
        documents.put(store, path, PlannedVersion("amended", sessions.dumps(session).decode(), why), before)
        return
    base.save_session(store.root, store.scaffold, session, lambda: instrument_bytes)
    mark_answered(store, answer.round, [person_token(feedback_round, answer.token)], session.id)


def person_token(feedback_round: Round, token: str) -> str:
    """Return the digest that stands for whoever bears a token, whichever of this person's forms it is of."""
    return feedback_round.first_token(rounds.token_digest(token))


def take_confidential(store: Store, answer: AnswerFile, *, coded: bool = False) -> None:
    """Let an answer wait for the others; of one whose scores came in as a code (`coded`), the comments.

    Raises:
        JournalError: it can't be written, or came in by another program meanwhile.
        BadFileError: what waits can't be read.
        ReflectError: the round's file promises something else than the first who answered was told.
    """
    feedback_round, _data = get_unaltered(store, answer.round)
    pool = pools.of_people(WaitingAnswers(store).get(answer.round), feedback_round)
    token = person_token(feedback_round, answer.token)
    commented = pool.with_comments(token, answer.given)
    if pool.sessions or (token in pool.tokens and not commented):
        raise JournalError(_("This invitation has been answered already; the first answer stands."))
    refuse_other_promise(feedback_round, pool)
    if commented:
        WaitingAnswers(store).write(commented)
        return
    pool = structs.replace(pool, promised=pool.promised or rounds.seal(feedback_round))
    WaitingAnswers(store).write(pool.with_answer(token, answer.given, coded=coded))
    mark_answered(store, answer.round, (*pool.tokens, token))


def take_paper(store: Store, answer: AnswerFile, number: int) -> None:
    """Take in what was typed over from paper, in the name of the invited with this number (from 0).

    The token of `answer` is replaced by one of this person's own.

    Raises:
        ReflectError: the round is not open, or this person has answered or was withdrawn.
        JournalError: it can't be written.
    """
    feedback_round, _data = get_unaltered(store, answer.round)
    may_answer(feedback_round, number, missing(store, feedback_round))
    content = base.instrument_of(store, feedback_round)
    asked = _with_person(feedback_round, number, token=rounds.token_digest(answer.token))
    with as_person_knows():
        parsed = parse_answer(dumps_answer(answer), answer.round)
    faults = answer_faults(parsed, asked, content)
    if faults:  # before the token of this person's form is replaced
        raise BadFileError(answer.round, faults)
    (token,) = issue(store, answer.round, [number])
    answer = structs.replace(answer, token=token)
    if feedback_round.is_confidential:
        take_confidential(store, answer)
        return
    made = session_of(feedback_round, answer.given, answer.id, content)
    made = structs.replace(
        made, started=answer.started or feedback_round.made, finished=answer.finished or feedback_round.made
    )
    take_named(store, answer, made, base.instrument_bytes(store, made))


def _with_person(feedback_round: Round, number: int, **changes: object) -> Round:
    """Return a round with something else said of the invited with this number (from 0)."""
    invited = list(feedback_round.invited)
    invited[number] = structs.replace(invited[number], **changes)
    return structs.replace(feedback_round, invited=tuple(invited))


def withdraw(store: Store, round_id: str) -> None:
    """Withdraw a round: answers that wait are destroyed, those that came in stay.

    Raises:
        NotFoundError, BadFileError: there is no such round, or it can't be read.
        JournalError: it can't be written.
    """
    feedback_round, _data = get_unaltered(store, round_id)
    if feedback_round.state != "open" or WaitingAnswers(store).get(round_id).sessions:
        raise ReflectError(_("This round is not open any more."))
    change_round(store, round_id, "withdrawn", lambda before: structs.replace(before, state="withdrawn"))
    WaitingAnswers(store).end(get(store, round_id)[0])


def waiting_without_round(store: Store) -> dict[str, int]:
    """Count by round the answers that wait to rounds which this copy of the journal does not have."""
    waiting = (pool for pool in WaitingAnswers(store).all() if pool.answers)
    return {pool.round: len(pool.answers) for pool in waiting if not (store.root / ROUNDS.path(pool.round)).exists()}


def destroy_waiting(store: Store, round_id: str) -> None:
    """Destroy unread what waits in a round that the journal does not have; its other copies withdraw that round.

    Raises:
        JournalError: it can't be written; what waits is still there.
    """
    WaitingAnswers(store).write(Pool(round=round_id, ended=str(store.root)))


def ended_elsewhere(store: Store) -> list[str]:
    """Say of each round that is open here, and was ended in another copy of the journal, what to do."""
    found = []
    for document in Shelf(store, ROUNDS).all():
        try:
            if document.value:
                refuse_ended(store, document.value, WaitingAnswers(store).get(document.id))
        except EndedElsewhereError as error:
            found.append(str(error))
        except BadFileError:  # a pool that can't be read, see unreadable()
            continue
    return found


def withdraw_invitation(store: Store, round_id: str, number: int) -> None:
    """Withdraw what one person (from 0) was asked: their form is not taken in any more; who has answered stays in.

    Raises:
        NotFoundError, BadFileError: there is no such round, or it can't be read.
        ReflectError: the round is not open, or this person has answered or was withdrawn.
        JournalError: it can't be written.
    """
    feedback_round, _data = get_unaltered(store, round_id)
    may_answer(feedback_round, number)
    change_round(store, round_id, "edited", lambda before: _with_person(before, number, withdrawn=True))
