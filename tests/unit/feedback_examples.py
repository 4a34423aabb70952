"""Rounds and the answers in them on the small instrument, shared by the tests of what is compared and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from reflect_tui.analysis.release import told_round
from reflect_tui.model.round import Invited, Rater, Round, token_digest
from reflect_tui.model.session import NOT_APPLICABLE, Score, Session
from tests.unit import examples
from tests.unit.examples import ITEMS, fresh, small


def answers(*scores: Score | None) -> dict[str, Score]:
    """Give scores of the items in order; None leaves one open."""
    return {item: score for item, score in zip(ITEMS, scores, strict=False) if score is not None}


def every(score: Score, **more: Score) -> dict[str, Score]:
    return dict.fromkeys(ITEMS, score) | more


class Feedback:
    """One session of one's own and the rounds that belong to it."""

    def __init__(self, own: Mapping[str, Score]) -> None:
        self.session = examples.session(dict(own))
        self.others: list[Session] = []
        self.rounds: dict[str, Round] = {}

    def give(
        self,
        role: Rater,
        given: Sequence[Mapping[str, Score]],
        *,
        mark: str = "4f2a9c",
        notes: Sequence[Mapping[str, str]] = (),
        **more: Any,
    ) -> Round:
        """Add a group of answers to a round (a new one unless `mark` is known), closed and confidential."""
        made = self.session.started + timedelta(days=1)
        name = f"{made:%Y-%m-%d}-others-{mark}"
        before = self.rounds.get(name)
        content = small()
        there = before.invited if before else ()
        invited = tuple(
            Invited(role=role, label=f"{role} {n}", token=token_digest(f"{mark}{role}{n}{len(there)}"), answered=True)
            for n in range(len(given))
        )
        made_round = before or Round(
            id=name, instrument=content.id, version=content.version, digest=content.digest, language="en",
            promise="confidential", made=made, closes=(made + timedelta(days=21)).date(), state="closed",
            items=ITEMS, invited=invited,
        )  # fmt: skip
        self.rounds[name] = structs.replace(made_round, invited=(*there, *invited), **more)
        closed = made + timedelta(days=21)
        for n, scores in enumerate(given):
            written = notes[n] if n < len(notes) else {}
            made_answer = answer(role, scores, closed, f"{len(self.others):06x}", name)
            self.others.append(structs.replace(made_answer, notes=dict(written)))
        if not self.rounds[name].is_confidential:
            self._link(name)
        return self.rounds[name]

    def _link(self, name: str) -> None:
        """Say in a named round whose answer is whose."""
        ids = [one.id for one in self.others if one.round == name]
        invited = zip(self.rounds[name].invited, ids, strict=True)
        people = tuple(structs.replace(person, session=fresh(session_id)) for person, session_id in invited)
        self.rounds[name] = structs.replace(self.rounds[name], invited=people)

    def told(self, others: Sequence[Session] | None = None) -> dict[str, Round]:
        """Give the rounds with what was released of the answers of confidential ones that are closed."""
        given = self.others if others is None else others
        rows = {name: [one for one in given if one.round == name] for name in self.rounds}
        return {
            name: told_round(small(), one, rows[name]) if one.is_confidential and one.state == "closed" else one
            for name, one in self.rounds.items()
        }


def answer(role: Rater, scores: Mapping[str, Score], at: datetime, mark: str, name: str) -> Session:
    """Make the session that an answer becomes."""
    plain = examples.session(dict(scores), role=role)
    identifier = f"{at:%Y-%m-%dT%H%M}-{role}-{mark}"
    return structs.replace(plain, id=identifier, started=at, finished=at, round=fresh(name))


JUDGED: tuple[Score, ...] = (1, 2, 3, 4, NOT_APPLICABLE)
