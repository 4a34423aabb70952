"""Answers of others on another version of the instrument than one's own sessions: brought over to these.

A round that was open when a new version came is not lost: its answers stand beside the nearest session of one's own, on
the statements that mean the same. Answers with a session of one's own on their very version stay with that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, structs

from reflect_tui.analysis.rater_groups import answer_moment, nearest_session
from reflect_tui.analysis.versions import Bridge, bridge
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Released, Round
from reflect_tui.model.session import Session


class Across(Struct, frozen=True):
    """How many people answered on a version, and how many of the statements they were asked count here, of how many."""

    version: str
    people: int
    shared: int
    asked: int


class BroughtOver(Struct, frozen=True):
    """The answers and rounds as one session sees them: those that were brought over as if on its version."""

    given: tuple[Session, ...]
    rounds: Mapping[str, Round]
    across: tuple[Across, ...] = ()


def bring_over(
    on: Instrument,
    session: Session,
    own: Iterable[Session],
    given: Iterable[Session],
    rounds: Mapping[str, Round],
    *,
    instruments: Mapping[str, Instrument],
) -> BroughtOver:
    """Bring answers on other versions to a session of one's own that was answered `on` a version.

    `own` are all of one's own. What is on a version that `instruments` does not have stays as it is.
    """
    ways = _Ways(on, session, own, instruments)
    people: Counter[str] = Counter()
    answers: list[Session] = []
    for answer in given:
        is_by_name = answer.role != "self" and not _is_confidential(answer, rounds)
        there = ways.to_here(answer_moment(answer, rounds), answer.digest) if is_by_name else None
        people[answer.digest] += bool(there)
        answers.append(_answer(answer, on, there) if there else answer)
    named = {answer.round for answer in answers if answer.digest == on.digest}
    told = dict(rounds)
    for name, asked in rounds.items():
        is_released = asked.is_confidential and asked.state == "closed"
        if is_released or name in named:
            there = ways.to_here(asked.made, asked.digest, exact=is_released)
            people[asked.digest] += asked.answered if there and is_released else 0
            told[name] = _round(asked, instruments[asked.digest], on, there) if there else asked
    across = (ways.across(digest, count) for digest, count in people.items() if count)
    return BroughtOver(tuple(answers), told, tuple(across))


class _Ways:
    """The ways from other versions to that of one session of one's own."""

    def __init__(
        self, on: Instrument, session: Session, own: Iterable[Session], instruments: Mapping[str, Instrument]
    ) -> None:
        self._on, self._session, self._instruments = on, session, instruments
        self._own = [one for one in own if one.instrument == on.id and one.role == "self"]
        self._digests = {one.digest for one in self._own}
        self._found: dict[tuple[str, str], Bridge | None] = {}

    def to_here(self, moment: datetime, digest: str, *, exact: bool = False) -> Bridge | None:
        """Find the way here from answers of a moment, where no session is nearer that they can be compared with.

        Sums and rounded means can't be converted to another scale: they need an `exact` one, on the same scale.
        """
        source = self._instruments.get(digest)
        if source is None or source.id != self._on.id or digest in self._digests:
            return None
        fitting = [one for one in self._own if self._way(source, self._instruments.get(one.digest), exact=exact)]
        if not fitting or nearest_session(moment, fitting).id != self._session.id:
            return None
        return self._way(source, self._on, exact=exact)

    def _way(self, source: Instrument, target: Instrument | None, *, exact: bool) -> Bridge | None:
        if target is None:
            return None
        key = source.digest, target.digest
        if key not in self._found:
            self._found[key] = bridge(source, target)
        there = self._found[key]
        return there if there and there.items and not (exact and there.is_rescaled) else None

    def across(self, digest: str, people: int) -> Across:
        """Count the statements that are compared."""
        source = self._instruments[digest]
        there = bridge(source, self._on)
        return Across(source.version, people, len(there.items) if there else 0, len(source.items))


def _is_confidential(answer: Session, rounds: Mapping[str, Round]) -> bool:
    return answer.round in rounds and rounds[answer.round].is_confidential


def _answer(answer: Session, on: Instrument, there: Bridge) -> Session:
    """Return an answer as if given here; a note to a statement that did not go on is kept in the remark."""
    lost = [note for name, note in answer.notes.items() if name not in there.items]
    return structs.replace(
        answer,
        version=on.version,
        digest=on.digest,
        scores=there.scores(answer.scores),
        notes={there.items[name]: note for name, note in answer.notes.items() if name in there.items},
        remark="\n\n".join(filter(None, (answer.remark, *lost))),
    )


def _round(asked: Round, source: Instrument, on: Instrument, there: Bridge) -> Round:
    """Return a round as if it had asked here."""
    return structs.replace(
        asked,
        version=on.version,
        digest=on.digest,
        items=tuple(there.items[name] for name in asked.items if name in there.items),
        released=tuple(_released(group, source, on, there) for group in asked.released),
    )


def _released(group: Released, source: Instrument, on: Instrument, there: Bridge) -> Released:
    """Return what is told of a group here: of a domain only where it has the very same statements."""

    def here(counts: Mapping[str, int]) -> dict[str, int]:
        return {there.items[name]: count for name, count in counts.items() if name in there.items}

    scored = here(group.scored)

    def is_same(before: Iterable[str], now: Iterable[str]) -> bool:
        told = [name for name in before if name in group.scored]
        return {there.items.get(name) for name in told} == {name for name in now if name in scored}

    domains = {old: new for old, new in there.domains.items() if is_same(source.ids_of[old], on.ids_of[new])}
    return structs.replace(
        group,
        scored=scored,
        sums=here(group.sums),
        points=here(group.points),
        domains=tuple(structs.replace(one, id=domains[one.id]) for one in group.domains if one.id in domains),
        comments=tuple(
            structs.replace(comment, domain=there.domains.get(comment.domain, "")) for comment in group.comments
        ),
    )
