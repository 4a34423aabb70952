"""Whether another program changed the file of a confidential round in what was promised, answered or may be told."""

from __future__ import annotations

from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.git.history import blob_id
from reflect_tui.i18n import _
from reflect_tui.model.round import Round, seal
from reflect_tui.store.base import ROUNDS, Store


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


def altered_sentence(round_id: str) -> str:
    """Say that a round's file is not as history has it, and what helps."""
    text = _(
        "The file of the round {id} is not as history has it: another program changed or removed it. Put it back with: "
        "reflect-tui doctor --fix. Until then nothing of this round is imported, changed or told."
    )
    return text.format(id=round_id)


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
