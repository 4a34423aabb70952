"""The answers of a confidential round while they wait for the others: without time, without name, in no order.

Tokens stand apart from answers, sorted, so that nothing tells whose answer is whose.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import ReflectError
from reflect_tui.feedback.answers import AnswerContent, AnswerFile, CombinedFile, answer_table, session_of
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import MAX_INVITED, MINIMUM, Rater, Round
from reflect_tui.model.session import MAX_NOTES, Digest, RoundId, Session, new_id
from reflect_tui.toml import formats

CHANCE = random.SystemRandom()


class Pool(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"answers": "answer"}):
    """What waits in a round; once it is being closed, `sessions` has the files that the answers become instead."""

    format: Literal[1] = 1
    round: RoundId
    tokens: Annotated[tuple[Digest, ...], Meta(max_length=MAX_INVITED)] = ()
    sessions: Annotated[tuple[str, ...], Meta(max_length=MAX_INVITED)] = ()
    answers: Annotated[tuple[AnswerContent, ...], Meta(max_length=MAX_INVITED)] = ()

    def with_answer(self, token: str, answer: AnswerContent) -> Pool:
        """Return the pool with one more answer, all of them in a new order; `token` is the digest."""
        answers = CHANCE.sample((*self.answers, answer), len(self.answers) + 1)
        return structs.replace(self, tokens=tuple(sorted((*self.tokens, token))), answers=tuple(answers))

    def count(self, role: Rater) -> int:
        """How many answers wait in a role."""
        return sum(answer.role == role for answer in self.answers)


def groups_too_small(feedback_round: Round, pool: Pool) -> dict[Rater, int]:
    """Return the groups with some answers, but fewer than were promised, and how many those are."""
    counts = {role: pool.count(role) for role in feedback_round.roles}
    return {role: count for role, count in counts.items() if 0 < count < feedback_round.needed(role)}


def groups_large_enough(feedback_round: Round, pool: Pool) -> tuple[Rater, ...]:
    """Return the groups that have as many answers as were promised."""
    return tuple(role for role in feedback_round.roles if pool.count(role) >= feedback_round.needed(role))


def sessions_from_pool(
    feedback_round: Round, pool: Pool, moment: datetime, content: Instrument, taken: Callable[[str], bool]
) -> tuple[Session, ...]:
    """Make the sessions of the groups that have enough answers, all with the same moment, comments apart from scores.

    What is written to an item stays with that item and that group, and comes to stand with the scores of anyone in it:
    one comment that gives its writer away doesn't give away all they scored. `taken` tells which ids are in use.
    """
    made: list[Session] = []
    for role in groups_large_enough(feedback_round, pool):
        group = shuffle_comments([answer for answer in pool.answers if answer.role == role])
        for answer in group:
            session_id = _free_id(moment, role, lambda name: taken(name) or any(session.id == name for session in made))
            session = session_of(feedback_round, answer, session_id, content)
            made.append(structs.replace(session, started=moment, finished=moment))
    return tuple(sorted(made, key=lambda session: session.id))


def _free_id(moment: datetime, role: Rater, taken: Callable[[str], bool]) -> str:
    while taken(name := new_id(moment, role, f"{CHANCE.getrandbits(24):06x}")):
        pass
    return name


def shuffle_comments(group: Sequence[AnswerContent]) -> list[AnswerContent]:
    """Deal the comments to each item, and the remarks, anew among the answers of one group."""
    people = len(group)
    notes: list[dict[str, str]] = [{} for _answer in group]
    items = sorted({key for answer in group for key in answer.notes})
    for item in CHANCE.sample(items, len(items)):
        written = [answer.notes[item] for answer in group if item in answer.notes]
        for text in CHANCE.sample(written, len(written)):
            free = [dealt for dealt in CHANCE.sample(notes, people) if item not in dealt]
            roomy = [dealt for dealt in free if sum(map(len, dealt.values())) + len(text) <= MAX_NOTES]
            (roomy or free)[0][item] = text  # a session holds only so much
    remarks = CHANCE.sample([answer.remark for answer in group], people)
    return [
        structs.replace(answer, notes=dealt, remark=remark)
        for answer, dealt, remark in zip(group, notes, remarks, strict=True)
    ]


def dumps(pool: Pool) -> bytes:
    """Return a pool's file."""
    document: formats.Document = {"format": pool.format, "round": pool.round, "tokens": list(pool.tokens)}
    document["sessions"] = list(pool.sessions)
    return formats.dumps(document | ({"answer": [answer_table(one) for one in pool.answers]} if pool.answers else {}))


def parse(data: bytes, path: Path | str) -> Pool:
    """Read the bytes of a pool's file.

    Raises:
        BadFileError: with every fault found.
    """
    return formats.parse(data, Pool, path)


# What a third person does: makes one combined file of the answer files of a round; pure.


def combine_answers(files: Sequence[AnswerFile]) -> tuple[CombinedFile, dict[Rater, int]]:
    """Combine answers in random order, comments apart from scores; give also the groups that are too small.

    Those stay out.

    Raises:
        ReflectError: they are of several rounds, one token was used twice, a promise is another one, or no group is
            large enough.
    """
    first = files[0]
    same = {
        (answer_file.round, answer_file.about, answer_file.instrument, answer_file.version, answer_file.digest)
        for answer_file in files
    }
    if len(same) > 1:
        raise ReflectError(_("These answers belong to more than one round; combine those of one round."))
    if any(answer_file.promise != "confidential" for answer_file in files):
        raise ReflectError(_("A named round has nothing to combine: the answers go to whoever asked."))
    if len({answer_file.token for answer_file in files}) < len(files):
        raise ReflectError(_("Two of these files answer the same invitation; leave one of them out."))
    counts = Counter(answer_file.role for answer_file in files)
    small = {role: count for role, count in counts.items() if count < (1 if role == "manager" else MINIMUM)}
    kept = [answer_file for answer_file in files if answer_file.role not in small]
    if not kept:
        raise ReflectError(_("No group has enough answers yet; at least 3 colleagues or clients must have answered."))
    answers = [
        answer
        for role in dict.fromkeys(answer_file.role for answer_file in kept)
        for answer in shuffle_comments([answer_file.given for answer_file in kept if answer_file.role == role])
    ]
    combined = CombinedFile(
        round=first.round,
        about=first.about,
        instrument=first.instrument,
        version=first.version,
        digest=first.digest,
        tokens=tuple(sorted(answer_file.token for answer_file in kept)),
        answers=tuple(CHANCE.sample(answers, len(answers))),
    )
    return combined, small
