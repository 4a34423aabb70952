"""Why a round can't go on as it stands here: another program changed or removed something of it, or it ended elsewhere.

Copies of a journal share the answers that wait, so one that closes a round takes them from all. The pool then says
where that was, and has the closed round for the others: its figures are made once, and never again of other answers.
"""

from __future__ import annotations

import os

from msgspec import structs

from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.feedback.pool import ERASED, Pool, of_people
from reflect_tui.git.history import blob_id
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.round import RATERS, Invited, Round, seal
from reflect_tui.model.session import relative_path
from reflect_tui.store.base import ROUNDS, Store, read_tombstones


def round_in_history(store: Store, path: str, data: bytes | None) -> Round | None:
    """Return a round as the newest commit has it, when `data` of its file can't be read or is altered in what counts.

    None when it is not: it is as history or a plan of ours has it, or history can't be read. Of a named round a file
    that can be read counts as it is, and one that is gone is gone.
    """
    plan = store.plans.get(path)
    if plan and plan.planned(data):
        return None
    try:
        blob = store.repository.tracked().get(path)
        if blob is None or (data is not None and blob_id(data, len(blob)) == blob):
            return None
        (known,) = store.repository.contents([blob])
    except ReflectError:
        return None
    before, now = _parsed(known, path), _parsed(data, path)
    if before is None or (data is None and not before.is_confidential):
        return None
    is_altered = before.is_confidential and now is not None and _told_facts(now) != _told_facts(before)
    return before if now is None or is_altered else None


def refuse_altered(store: Store, path: str, data: bytes | None) -> None:
    """Refuse to go on from a round's file that is altered in what counts; see round_in_history().

    Raises:
        ReflectError: it is.
    """
    before = round_in_history(store, path, data)
    if before:
        raise ReflectError(altered_sentence(before.id))


def fits_answers(asked: Round, pool: Pool) -> bool:
    """Whether the answers that wait are of as many people in each role as a round says; True when it has ended."""
    known = of_people(pool, asked)
    if asked.state != "open" or pool.ended or pool.sessions or len(known.answers) > len(known.tokens):
        return True
    return all(known.count(role) == sum(one.bears(known.tokens) for one in asked.group(role)) for role in RATERS)


def round_before_edit(store: Store, asked: Round, pool: Pool) -> Round | None:
    """Return a round as it was before another program changed and committed it, with who was asked since.

    That its file is as history has it tells nothing then, but the answers that wait are of other people. None when
    they fit it as it is, or no version in history: then somebody was asked in another copy of the journal.
    """
    if fits_answers(asked, pool):
        return None
    path = ROUNDS.path(asked.id)
    try:
        commits = [version.commit for version in store.repository.versions(path) if not version.deleted]
        versions = (_parsed(store.repository.read(commit, path), path) for commit in commits)
        before = next((one for one in versions if one and one.state == "open" and fits_answers(one, pool)), None)
    except ReflectError:
        return None
    if before is None:
        return None
    known = [token for person in before.invited for token in person.tokens]
    since = (person for person in asked.invited if not person.bears(known))
    return structs.replace(before, invited=(*before.invited, *since))


def refuse_edited(store: Store, asked: Round, pool: Pool) -> None:
    """Refuse to go on from a round that another program changed and committed; see round_before_edit().

    Raises:
        ReflectError: it did.
    """
    if round_before_edit(store, asked, pool):
        raise ReflectError(altered_sentence(asked.id))


def refuse_other_promise(feedback_round: Round, pool: Pool) -> None:
    """Refuse when the round's file promises something else than the first who answered was told."""
    if pool.promised and pool.promised != seal(feedback_round):
        text = _(
            "What {id} promises and asks was changed after someone had answered. Put back what was there; until then "
            "nothing is imported or shown."
        )
        raise ReflectError(text.format(id=feedback_round.id))


def altered_sentence(round_id: str) -> str:
    """Say that a round's file is not as we wrote it, and what helps."""
    text = _(
        "The file of the round {id} is no longer as it was: another program changed or removed it. Put it back "
        "with: reflect-tui doctor --fix. Until then nothing of this round is imported, changed or told."
    )
    return text.format(id=round_id)


class EndedElsewhereError(ReflectError):
    """A round that is open here was closed or withdrawn in another copy of the journal, or in a later state of it."""


def refuse_ended(store: Store, feedback_round: Round, pool: Pool) -> None:
    """Refuse to go on with a round that is open here and has ended elsewhere, or was erased.

    Raises:
        EndedElsewhereError: it has.
        BadFileError: it can't be read what was erased.
    """
    if feedback_round.state != "open":
        return
    if pool.ended == ERASED or ROUNDS.path(feedback_round.id) in read_tombstones(store).documents:
        erased = _(
            "The round {id} has ended and was erased for good, here or in another copy of the journal. Erase it from "
            "this one as well: reflect-tui erase --round {id}"
        )
        raise EndedElsewhereError(erased.format(id=feedback_round.id))
    if not pool.ended:
        return
    closed = _(
        "The round {id} was closed in {path} already. Start the app, or run: reflect-tui doctor --fix. Then it is "
        "closed here as well, with the same figures."
    )
    withdrawn = _(
        "The round {id} was withdrawn in {path} already. Start the app, or run: reflect-tui doctor --fix. Then it is "
        "withdrawn here as well."
    )
    raise EndedElsewhereError((closed if pool.closed else withdrawn).format(id=feedback_round.id, path=pool.ended))


def gone_answers(store: Store, feedback_round: Round) -> tuple[int, ...]:
    """List whose answer by name (from 0) is not in the journal any more, its session removed or deleted."""
    return tuple(number for number, person in enumerate(feedback_round.invited) if is_gone(store, person))


def is_gone(store: Store, person: Invited) -> bool:
    """Check whether someone answered by name, and the file of that session is not there."""
    return bool(person.session) and not os.path.lexists(store.root / relative_path(person.session))


def gone_sentence(count: int) -> str:
    """Say that so many answers by name are gone, and what brings them back."""
    return ngettext(
        "{n} answer is not in the journal any more: its session was removed or deleted. Import that answer again to "
        "put it back.",
        "{n} answers are not in the journal any more: their sessions were removed or deleted. Import those answers "
        "again to put them back.",
        count,
    ).format(n=count)


def _parsed(data: bytes | None, path: str) -> Round | None:
    try:
        return ROUNDS.parse(data, path) if data else None
    except BadFileError:
        return None


def _told_facts(feedback_round: Round) -> tuple[object, ...]:
    people = tuple(
        (person.role, person.token, person.earlier, person.answered, person.withdrawn)
        for person in feedback_round.invited
    )
    return (seal(feedback_round), feedback_round.state, people, feedback_round.closed, feedback_round.released)
