"""Rounds that ended in another copy of the journal on this computer, and answers to rounds that this copy lacks.

Copies of a journal share the answers that wait, so one that closes a round takes them from all. The pool then says
where that was, and has the closed round for the others: its figures are made once, and never again of other answers.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.feedback.pool import ERASED, Pool
from reflect_tui.i18n import _
from reflect_tui.model import round as rounds
from reflect_tui.model.round import Round
from reflect_tui.store.altered import refuse_altered
from reflect_tui.store.base import ROUNDS, Store, read_tombstones
from reflect_tui.store.documents import Shelf


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
        after = _closed(before, pool) if pool.closed else structs.replace(before, state="withdrawn")
        data = rounds.dumps(rounds.keep_promise(before, after))
        Shelf(store, ROUNDS).save(pool.round, data, "closed" if pool.closed else "withdrawn", document.data)


def _closed(before: Round, pool: Pool) -> Round:
    closed = rounds.parse(pool.closed.encode(), before.id)
    known = {token for person in closed.invited for token in person.tokens}
    only_here = (person for person in before.invited if not person.bears(known))
    return structs.replace(closed, invited=(*closed.invited, *only_here))


def without_round(store: Store, pools: Iterable[Pool]) -> tuple[Pool, ...]:
    """List the pools in which answers wait to a round that this copy of the journal does not have."""
    return tuple(pool for pool in pools if pool.answers and not _has_round(store, pool.round))


def _has_round(store: Store, round_id: str) -> bool:
    try:
        Shelf(store, ROUNDS).get(round_id)
    except NotFoundError:
        return False
    return True
