"""The end of a round of feedback: what may be told is computed once, and every single answer is destroyed.

A confidential round is closed in one step: its file is written with all that may be told, and nothing else of any
answer is kept. Then the pool goes; settle() goes on with that at the next start, or before the next command writes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from msgspec import Struct, structs

from reflect_tui.analysis.release import answers_of, release, told_round
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.feedback import pool as pools
from reflect_tui.feedback.answers import CombinedFile
from reflect_tui.feedback.pool import Pool
from reflect_tui.i18n import _, ngettext
from reflect_tui.model import round as rounds
from reflect_tui.model import session as sessions
from reflect_tui.model.round import Invited, Rater, Released, Round, as_promised
from reflect_tui.model.session import Session
from reflect_tui.store.altered import fits_answers, refuse_altered, refuse_other_promise
from reflect_tui.store.base import ROUNDS, Store, instrument_of, session_path
from reflect_tui.store.documents import Shelf
from reflect_tui.store.rounds import (
    WaitingAnswers,
    change_round,
    get,
    get_unaltered,
    mark_answered,
    missing,
    person_token,
)


class MissingError(ReflectError):
    """A confidential round can't be closed: answers that came in are not on this computer.

    `others` tells whether a group is large enough without them, so that the round can be closed all the same.
    """

    def __init__(self, sentence: str, *, others: bool) -> None:
        super().__init__(sentence)
        self.others = others


class TooFewError(ReflectError):
    """A confidential round can't be closed: `groups` have answered, but fewer than they were promised.

    `others` tells whether another group is large enough, so that the round can be closed without these.
    """

    def __init__(self, sentence: str, groups: dict[Rater, int], *, others: bool) -> None:
        super().__init__(sentence)
        self.groups = groups
        self.others = others


class DoubledError(ReflectError):
    """A confidential round can't be closed: one person's two answers wait among those of `people`.

    See import_again().
    """

    def __init__(self, sentence: str, people: tuple[Invited, ...]) -> None:
        super().__init__(sentence)
        self.people = people


class Uncounted(Struct, frozen=True):
    """A round that was closed without answers which came in on this computer only, or withdrawn, and whose they are.

    The `doubtful` have answered and are counted; they had several forms, so what waits may be a second answer.
    """

    round: str
    people: tuple[Invited, ...]
    closed: bool
    doubtful: tuple[Invited, ...] = ()


def missing_sentence(count: int) -> str:
    """Say that so many answers came in, but are not on this computer."""
    return ngettext(
        "{n} answer that came in is not on this computer. Import its file again, or let this person answer once more.",
        "{n} answers that came in are not on this computer. Import their files again, or let these people answer once"
        " more.",
        count,
    ).format(n=count)


def doubled_sentence(store: Store, feedback_round: Round) -> str:
    """Say that answers wait which one person gave twice, and what becomes of these; "" where there are none.

    Raises:
        BadFileError: what waits can't be read.
    """
    waiting = WaitingAnswers(store).get(feedback_round.id)
    pool = pools.of_people(waiting, feedback_round)
    if len(pool.answers) > len(pool.tokens) and not pool.sessions:
        return _(
            "One person answered on two forms of the round {id}, not the same each time, and an earlier version took "
            "in both. Nothing tells which of the waiting answers of this group these are, so it can't be closed yet."
        ).format(id=feedback_round.id)
    if count := len(waiting.answers) - len(pool.answers):
        return ngettext(
            "In the round {id} an answer of one person came in twice. It counts once.",
            "In the round {id} {n} answers came in twice. Each counts once.",
            count,
        ).format(id=feedback_round.id, n=count)
    return ""


def all_told_counts(store: Store, known: Iterable[Round], altered: Collection[str] = ()) -> dict[str, dict[Rater, int]]:
    """Count by round the statements of which something may be told, but of none `altered`; see told_counts()."""
    counts: dict[str, dict[Rater, int]] = {}
    for shown in (one for one in known if one.id not in altered):
        with contextlib.suppress(BadFileError):
            counts[shown.id] = told_counts(store, shown)
    return {name: told for name, told in counts.items() if told}


def told_counts(store: Store, feedback_round: Round) -> dict[Rater, int]:
    """Count the statements of which closing would let something be told, or did, for each group that is large enough.

    Counts only: what was answered is looked at, and nothing of it is returned.

    Raises:
        BadFileError: what waits can't be read.
    """
    if feedback_round.state == "closed":
        return {group.role: len(group.scored) for group in feedback_round.released}
    if feedback_round.state != "open" or not feedback_round.is_confidential:
        return {}
    pool = pools.of_people(WaitingAnswers(store).get(feedback_round.id), feedback_round)
    answers = pool.answers if len(pool.answers) == len(pool.tokens) else ()
    with contextlib.suppress(NotFoundError):  # closing says that the instrument is not there
        groups = release(instrument_of(store, feedback_round), feedback_round, answers) if answers else ()
        return {group.role: len(group.scored) for group in groups}
    return {}


def told_rounds(
    store: Store, known: Mapping[str, Round], rows: Iterable[Session], altered: Mapping[str, Round]
) -> dict[str, Round]:
    """Return the rounds with what may be told of each; `rows` are the sessions of others. See told_round().

    Of those `altered`, given as history has them, nothing is told.
    """
    by_round: dict[str, list[Session]] = {}
    for row in rows:
        by_round.setdefault(row.round, []).append(row)
    told = dict(known) | {name: structs.replace(before, released=()) for name, before in altered.items()}
    for name, feedback_round in known.items():
        if name not in altered and feedback_round.is_confidential and feedback_round.state == "closed":
            with contextlib.suppress(NotFoundError):  # without its instrument nothing is compared
                content = instrument_of(store, feedback_round)
                told[name] = told_round(content, feedback_round, by_round.get(name, ()))
    return told


def take_combined(store: Store, combined: CombinedFile, moment: datetime) -> None:
    """Close a round with what a third person collected; of an earlier version's file, no single answer is kept either.

    Nothing is taken of groups or statements with fewer than the round promises; whoever collected may not have known.

    Raises:
        JournalError: it can't be written.
    """
    feedback_round, _data = get_unaltered(store, combined.round)
    tokens = tuple(sorted(person_token(feedback_round, token) for token in combined.tokens))
    released = as_promised(combined.released, feedback_round.needed) or release(
        instrument_of(store, feedback_round), feedback_round, combined.answers
    )
    _close(store, combined.round, tokens, released, moment)


def close(
    store: Store, round_id: str, moment: datetime, *, leave_out: bool = False, without_missing: bool = False
) -> dict[Rater, int]:
    """Close a round; of a confidential one what may be told comes in. Return how many of each group came in.

    Args:
        store: the journal.
        round_id: which round.
        moment: now; the round bears it.
        leave_out: whether answers of groups that are too small may be destroyed.
        without_missing: whether answers that came in, but are not on this computer, may stay out.

    Raises:
        DoubledError: one person's two answers wait in it; nothing is changed.
        MissingError: answers that came in are not on this computer; nothing is changed.
        TooFewError: a group is too small; nothing is changed.
        ReflectError: the round is not open, or promises something else than the first who answered was told.
        NotFoundError, BadFileError: there is no such round, or it can't be read.
        JournalError: it can't be written.
    """
    feedback_round, _data = get_unaltered(store, round_id)
    if feedback_round.state != "open":
        raise ReflectError(_("This round is not open any more."))
    pool = pools.of_people(WaitingAnswers(store).get(round_id), feedback_round)
    refuse_other_promise(feedback_round, pool)
    if not feedback_round.is_confidential:
        change_round(store, round_id, "closed", _closed)
        return {role: sum(person.answered for person in feedback_round.group(role)) for role in feedback_round.roles}
    if pool.sessions:
        _finish_closing(store, pool)
        return {group.role: group.people for group in get(store, round_id)[0].released}
    if feedback_round.collector == "third person":
        text = _(
            "In this round a third person collects: import the combined file that this person sends you, which closes "
            "the round."
        )
        raise ReflectError(text)
    if len(pool.answers) > len(pool.tokens):
        raise DoubledError(doubled_sentence(store, feedback_round), pools.of_doubled(feedback_round, pool))
    if not fits_answers(feedback_round, pool):
        text = _(
            "Answers wait of people whom the round {id} does not list here in their role: they were asked in another "
            "copy of the journal, or its file was changed. Close it in that copy, or withdraw it."
        )
        raise ReflectError(text.format(id=round_id))
    lost, others = missing(store, feedback_round), bool(pools.groups_large_enough(feedback_round, pool))
    if lost and not (without_missing and others):  # first: with these, no group may be too small
        raise MissingError(missing_sentence(len(lost)), others=others)
    _refuse_too_few(feedback_round, pool, leave_out=leave_out)
    released = release(instrument_of(store, feedback_round), feedback_round, pool.answers)
    _close(store, round_id, pool.tokens, released, moment)
    return {group.role: group.people for group in released}


def import_again(store: Store, round_id: str) -> tuple[Invited, ...]:
    """Destroy unread the answers of every group in which one person's two wait, and return whose they are.

    They are missing then, see missing(): each can be imported again, and of one person the first that is, counts.

    Raises:
        ReflectError: see rounds.get_unaltered(); or no two answers of one person wait.
        JournalError: it can't be written; what waits is still there.
    """
    feedback_round, _data = get_unaltered(store, round_id)
    pool = pools.of_people(WaitingAnswers(store).get(round_id), feedback_round)
    people = pools.of_doubled(feedback_round, pool)
    if not people:
        raise ReflectError(_("In this round nobody's two answers wait."))
    WaitingAnswers(store).write(pools.without(pool, people))
    return people


def _refuse_too_few(feedback_round: Round, pool: Pool, *, leave_out: bool) -> None:
    few = pools.groups_too_small(feedback_round, pool)
    if not pools.groups_large_enough(feedback_round, pool):
        text = _("Too few have answered for what was promised; the round stays open. Wait, remind, or withdraw it.")
        raise TooFewError(text, few, others=False)
    if few and not leave_out:
        raise TooFewError(_("Of one group or more too few have answered for what was promised."), few, others=True)


def _closed(feedback_round: Round) -> Round:
    return structs.replace(feedback_round, state="closed")


def _close(
    store: Store, round_id: str, tokens: Collection[str], released: tuple[Released, ...], moment: datetime
) -> None:
    """Write down what may be told, which closes the round, and destroy what waited."""
    _write_closed(store, round_id, tokens, released, moment)
    WaitingAnswers(store).end(get(store, round_id)[0])


def _write_closed(
    store: Store, round_id: str, tokens: Collection[str], released: tuple[Released, ...], moment: datetime
) -> None:
    """Write the file of a closed round; whose answer was missing has not answered: a group is told as what it is."""

    def closed(before: Round) -> Round:
        people = tuple(structs.replace(person, answered=person.bears(tokens)) for person in before.invited)
        after = structs.replace(_closed(before), closed=moment, released=released, invited=people)
        return rounds.parse(rounds.dumps(after), round_id)  # closing comes to its end, or does not begin

    change_round(store, round_id, "closed", closed)


def _finish_closing(store: Store, pool: Pool) -> None:
    """Close a round that an earlier version was cut short in closing; the rows it had made of the answers go.

    Those that are in history already stay for doctor, which says so.
    """
    rows = [sessions.parse(file.encode(), pool.round) for file in pool.sessions]
    loose = [row for row in rows if not is_known(store, row)]
    feedback_round, _data = get_unaltered(store, pool.round)
    if not feedback_round.closed:
        released = release(instrument_of(store, feedback_round), feedback_round, answers_of(rows))
        _write_closed(store, pool.round, pool.tokens, released, max(row.finished for row in rows))
    for row in loose:
        files.remove(store.root / sessions.relative_path(row.id))
    WaitingAnswers(store).end(get(store, pool.round)[0])


def is_known(store: Store, session: Session) -> bool:
    """Check whether history has a session, in whatever version.

    Raises:
        ReflectError: history can't be read.
    """
    return store.repository.exists() and bool(store.repository.versions(session_path(session.id)))


def uncounted(store: Store) -> tuple[Uncounted, ...]:
    """List the rounds that were closed without answers which still wait here, or withdrawn; see destroy_ended()."""
    found = []
    for pool in WaitingAnswers(store).all():
        with contextlib.suppress(ReflectError):
            ended, _data = get(store, pool.round)
            waiting = [one for one in ended.invited if one.bears(pool.tokens)]
            late = tuple(one for one in waiting if ended.state == "withdrawn" or not one.answered)
            doubtful = tuple(one for one in waiting if one.earlier and one not in late)
            if (ended.closed or ended.state == "withdrawn") and (late or doubtful):
                found.append(Uncounted(pool.round, late, closed=ended.closed is not None, doubtful=doubtful))
    return tuple(found)


def settle(store: Store) -> None:
    """Finish what an earlier run left half done: an answer whose round doesn't say so yet, a closing, a withdrawal.

    What waited in a round that was closed is destroyed: what may be told of it stands in the round's file. A round that
    was ended in another copy of the journal ends here, with the same figures.

    What can't be finished now waits for the next start.
    """
    for pool in WaitingAnswers(store).all():
        with contextlib.suppress(ReflectError):
            if pool.ended:
                carry_over(store, pool)
                continue
            feedback_round, _data = get_unaltered(store, pool.round)
            if pool.sessions:
                _finish_closing(store, pool)
            elif feedback_round.state == "open":
                mark_answered(store, pool.round, pool.tokens)
    destroy_ended(store)


def carry_over(store: Store, pool: Pool) -> None:
    """End a round here that ended elsewhere, as its pool has it; who was asked only here stays in the list.

    Raises:
        NotFoundError, BadFileError: there is no such round here, or it can't be read.
        ReflectError: its file is altered, or promises something else.
        JournalError: it can't be written.
    """
    document = Shelf(store, ROUNDS).get(pool.round)
    if document.value is None:
        raise BadFileError(document.path, document.faults)
    before = document.value
    if before.state == "open":
        refuse_altered(store, document.path, document.data)
        after = _as_closed(before, pool) if pool.closed else structs.replace(before, state="withdrawn")
        data = rounds.dumps(rounds.keep_promise(before, after))
        Shelf(store, ROUNDS).save(pool.round, data, "closed" if pool.closed else "withdrawn", document.data)


def _as_closed(before: Round, pool: Pool) -> Round:
    closed = rounds.parse(pool.closed.encode(), before.id)
    known = {token for person in closed.invited for token in person.tokens}
    only_here = (person for person in before.invited if not person.bears(known))
    return structs.replace(closed, invited=(*closed.invited, *only_here))


def destroy_ended(store: Store) -> None:
    """Destroy what still waits in rounds that this copy of the journal knows to be closed or withdrawn."""
    for pool in WaitingAnswers(store).all():
        with contextlib.suppress(ReflectError):
            feedback_round, _data = get_unaltered(store, pool.round)
            if not (pool.ended or pool.sessions) and (feedback_round.state == "withdrawn" or feedback_round.closed):
                WaitingAnswers(store).end(feedback_round)
    _remember_closed(store)


def _remember_closed(store: Store) -> None:
    """Remember rounds that were closed on another computer, so that no older state of the journal opens them again.

    Of one that was closed here as well, later, the figures of the other computer are those that count.
    """
    for document in Shelf(store, ROUNDS).all():
        with contextlib.suppress(ReflectError):
            pool = WaitingAnswers(store).get(document.id)
            if document.value and document.value.closed and not _is_remembered(pool, document.value.closed):
                WaitingAnswers(store).end(get_unaltered(store, document.id)[0])


def _is_remembered(pool: Pool, closed: datetime) -> bool:
    """Check whether a pool says that its round has ended, and of one that was closed not later than at a moment."""
    if not pool.closed:
        return bool(pool.ended)
    known = rounds.parse(pool.closed.encode(), pool.round).closed
    return known is None or known <= closed
