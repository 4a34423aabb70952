"""The answers of a confidential round while they wait for the others: without time, without name, in no order.

Tokens stand apart from answers, sorted, so that nothing tells whose answer is whose.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.feedback.answers import AnswerContent
from reflect_tui.model.round import MAX_INVITED, RATERS, Invited, Rater, Round
from reflect_tui.model.session import Digest, RoundId
from reflect_tui.toml import formats

CHANCE = random.SystemRandom()
ERASED = "erased"
"""Instead of a folder, where a round ended that was erased for good: nothing else is known of it."""


class Pool(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"answers": "answer"}):
    """What waits in a round; `promised` is the seal of what the first of them was promised and asked, see round.seal().

    `coded` are the tokens whose answer came in as a code, which has no comments: these alone may come in later.
    `sessions` has rows that an earlier version made of the answers, when it was cut short while it closed the round.
    `ended` is the folder of the copy of the journal in which the round was closed or withdrawn: no answer is left, and
    `closed` has the file of the closed round for other copies, "" of one that was withdrawn.
    """

    format: Literal[1] = 1
    round: RoundId
    promised: Annotated[str, Meta(pattern=r"^(sha256:[0-9a-f]{64})?$(?!\n)")] = ""
    tokens: Annotated[tuple[Digest, ...], Meta(max_length=MAX_INVITED)] = ()
    coded: Annotated[tuple[Digest, ...], Meta(max_length=MAX_INVITED)] = ()
    sessions: Annotated[tuple[str, ...], Meta(max_length=MAX_INVITED)] = ()
    ended: str = ""
    closed: str = ""
    answers: Annotated[tuple[AnswerContent, ...], Meta(max_length=MAX_INVITED)] = ()

    def with_answer(self, token: str, answer: AnswerContent, *, coded: bool = False) -> Pool:
        """Return the pool with one more answer, all of them in a new order; `token` is the digest."""
        answers = CHANCE.sample((*self.answers, answer), len(self.answers) + 1)
        codes = tuple(sorted((*self.coded, token))) if coded else self.coded
        return structs.replace(self, tokens=tuple(sorted((*self.tokens, token))), coded=codes, answers=tuple(answers))

    def with_comments(self, token: str, given: AnswerContent) -> Pool | None:
        """Return the pool with the comments of an answer that came in as a code; None when it did not.

        Of those with the same scores it doesn't matter which it is: nothing tells them apart.
        """
        bare = structs.replace(given, remark="", notes={})
        if token not in self.coded or bare not in self.answers:
            return None
        place = self.answers.index(bare)
        answers = (*self.answers[:place], given, *self.answers[place + 1 :])
        return structs.replace(self, coded=tuple(code for code in self.coded if code != token), answers=answers)

    def count(self, role: Rater) -> int:
        """How many answers wait in a role."""
        return sum(answer.role == role for answer in self.answers)


def only_erased(pool: Pool) -> bool:
    """Check whether this says of a round that it was erased, and nothing else; that stays, and goes along."""
    return pool == Pool(round=pool.round, ended=ERASED)


def of_people(pool: Pool, asked: Round) -> Pool:
    """Return a pool with each person once, by their first token, and of equal answers those beyond the people.

    Earlier versions took in a second answer of one person, on a form that was made again. Nothing tells whose answer
    is whose: of two that are equal one goes; where none are, more answers than tokens are left.
    """
    tokens, coded = (tuple(sorted({*map(asked.first_token, each)})) for each in (pool.tokens, pool.coded))
    answers = list(pool.answers)
    for answer in pool.answers:
        if len(answers) > len(tokens) and answers.count(answer) > 1:
            answers.remove(answer)
    return structs.replace(pool, tokens=tokens, coded=coded, answers=tuple(answers))


def of_doubled(feedback_round: Round, pool: Pool) -> tuple[Invited, ...]:
    """List who answered in a group that has more answers than such people; see of_people()."""
    people = {role: [one for one in feedback_round.group(role) if one.bears(pool.tokens)] for role in RATERS}
    return tuple(one for role, given in people.items() if pool.count(role) > len(given) for one in given)


def without(pool: Pool, people: Sequence[Invited]) -> Pool:
    """Return a pool without the answers of whole groups, given as all who answered in them."""
    tokens, coded = (tuple(token for token in each if not _is_of(token, people)) for each in (pool.tokens, pool.coded))
    roles = {one.role for one in people}
    answers = tuple(answer for answer in pool.answers if answer.role not in roles)
    return structs.replace(pool, tokens=tokens, coded=coded, answers=answers)


def _is_of(token: str, people: Sequence[Invited]) -> bool:
    return any(one.bears([token]) for one in people)


class United(Struct, frozen=True):
    """A pool with the answers of those who had none in it; how many stay away, and of how many nothing tells which.

    Those who stay `away` were withdrawn, or are not in the round any more.
    """

    pool: Pool
    away: int = 0
    unclear: int = 0


def unite(asked: Round, here: Pool, there: Pool) -> United:
    """Add to a pool the answers of another copy of it, of those who have none here; each person counts once.

    Nothing tells whose answer is whose, so a group comes in whole or not at all: as many answers of it must be left as
    there are such people, when those of the others, which are the same in both, are taken off.
    """
    here, there = of_people(here, asked), of_people(there, asked)
    known = {token for person in asked.invited for token in person.tokens}
    tokens, coded, answers = {*here.tokens}, {*here.coded}, list(here.answers)
    away, unclear = len({*there.tokens} - known), 0
    for role in asked.roles:
        group = asked.group(role)
        given = [person for person in group if person.bears(there.tokens)]
        new = [person for person in given if not person.bears(here.tokens)]
        withdrawn = [person for person in new if person.withdrawn]
        away += len(withdrawn)
        if len(new) == len(withdrawn):
            continue
        is_whole = all(pool.count(role) == sum(person.bears(pool.tokens) for person in group) for pool in (here, there))
        rest = _without_each(there.answers, here.answers, role)
        if withdrawn or not is_whole or len(rest) != len(new):
            unclear += len(new) - len(withdrawn)
            continue
        tokens |= {person.tokens[0] for person in new}
        coded |= {person.tokens[0] for person in new if person.bears(there.coded)}
        answers += rest
    if len(answers) == len(here.answers):
        return United(here, away, unclear)
    changed = structs.replace(
        here,
        promised=here.promised or there.promised,
        tokens=tuple(sorted(tokens)),
        coded=tuple(sorted(coded)),
        answers=tuple(CHANCE.sample(answers, len(answers))),
    )
    return United(changed, away, unclear)


def _without_each(
    answers: Sequence[AnswerContent], others: Sequence[AnswerContent], role: Rater
) -> list[AnswerContent]:
    """Return the answers in a role without one for each equal one of the others."""
    rest = [answer for answer in answers if answer.role == role]
    for other in others:
        if other in rest:
            rest.remove(other)
    return rest


def groups_too_small(feedback_round: Round, pool: Pool) -> dict[Rater, int]:
    """Return the groups with some answers, but fewer than were promised, and how many those are."""
    counts = {role: pool.count(role) for role in feedback_round.roles}
    return {role: count for role, count in counts.items() if 0 < count < feedback_round.needed(role)}


def groups_large_enough(feedback_round: Round, pool: Pool) -> tuple[Rater, ...]:
    """Return the groups that have as many answers as were promised."""
    return tuple(role for role in feedback_round.roles if pool.count(role) >= feedback_round.needed(role))


def dumps(pool: Pool) -> bytes:
    """Return a pool's file."""
    document = formats.document_of(pool)
    if not pool.ended:
        del document["closed"]
    return formats.dumps({k: value for k, value in document.items() if value or k in ("promised", "tokens", "closed")})


def parse(data: bytes, path: Path | str) -> Pool:
    """Read the bytes of a pool's file.

    Raises:
        BadFileError: with every fault found.
    """
    return formats.parse(data, Pool, path)
