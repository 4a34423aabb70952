"""Whose answers are compared with a session of one's own: groups that may be shown, and why the others may not.

A confidential round is compared as it was closed: with what was released of each of its groups, beside the one session
of one's own that is nearest in time. So no two comparisons differ by a single person, nor by a single item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.versions import Bridge, bridge
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import MINIMUM, RATERS, Rater, Released, Round
from reflect_tui.model.session import Session

HiddenReason = Literal[
    "few",  # too few answered
    "open",  # their round goes on
    "incomplete",  # what was released of the round is not there, or not what it was
    "unknown",  # the round's own file is missing or can't be read
    "apart",  # another round of that role is shown instead
    "gone",  # the session of someone who answered by name is not there
]
"""Why the answers of a group are not shown."""


class RaterGroup(Struct, frozen=True, kw_only=True):
    """The people of one role whose answers are shown together.

    Of a confidential round `released` has what may be told, and there is nothing else. Who answered by name has a
    session among `sessions`; `labels` name them in that order, `asked` are the items they were all asked. They are
    `apart` where others of their role answered in confidence: these two are never added together.
    """

    role: Rater
    people: int
    first: datetime
    last: datetime
    """When the first and the last of them finished; the closing of the round in a confidential one."""
    rounds: tuple[str, ...]
    released: Released | None = None
    sessions: tuple[Session, ...] = ()
    labels: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    apart: bool = False

    @property
    def confidential(self) -> bool:
        """Whether figures hide what single people gave: a manager is one person, and was told so."""
        return self.released is not None and self.role != "manager"


class HiddenGroup(Struct, frozen=True, kw_only=True):
    """Answers that are not shown: of how many people, how many there would have to be, and why not.

    `made` is the day of their round where another of that role is shown instead, made on the day `shown`.
    """

    role: Rater
    people: int
    needed: int
    reason: HiddenReason
    made: date | None = None
    shown: date | None = None


class RaterGroups(Struct, frozen=True, kw_only=True):
    """Everyone whose answers belong to one session.

    `elsewhere` counts those who are nearest to it, but answered on another version of the instrument. Where one has
    sessions on that version, they are compared with these `instead`.
    """

    groups: tuple[RaterGroup, ...]
    hidden: tuple[HiddenGroup, ...]
    elsewhere: int
    instead: tuple[Session, ...] = ()


def may_be_shown_alone(session: Session, rounds: Mapping[str, Round]) -> bool:
    """Whether a session may be shown by itself: one's own, or given by name in a round that is over.

    What was given in confidence is seen together with others only, and nothing of a round that goes on. A round that
    says "named" by now, but doesn't name this answer, was not made so.
    """
    if not session.round:
        return True
    round_ = rounds.get(session.round)
    return (
        round_ is not None
        and not round_.is_confidential
        and round_.state != "open"
        and any(person.session == session.id for person in round_.invited)
    )


def group_only_error(session_id: str) -> ReflectError:
    """The error for an answer that no one may see by itself."""
    text = _(
        "{id} is what one person said in a round of feedback. Nothing of it is shown before the round is closed; what "
        "was said in confidence is shown with the others only: reflect-tui compare"
    )
    return ReflectError(text.format(id=session_id))


def rater_groups(
    session: Session,
    own: Iterable[Session],
    others: Iterable[Session],
    rounds: Mapping[str, Round],
    items: Sequence[str],
) -> RaterGroups:
    """Find those who belong to a session: nearer in time to it than to any other of one's own on their very version.

    A round counts by the moment it was made, answers without a round by their own. `items` are all of the instrument.
    Rows that an earlier version made of confidential answers don't count among the `others`; see told_round().
    """
    mine = [answer for answer in own if answer.instrument == session.instrument and answer.role == "self"] or [session]
    given = [answer for answer in others if answer.role != "self" and answer.instrument == session.instrument]
    named = [answer for answer in given if not _is_confidential(answer, rounds)]
    asked = [
        round_
        for round_ in rounds.values()
        if round_.is_confidential and round_.state == "closed" and round_.instrument == session.instrument
    ]

    def belongs(moment: datetime, digest: str) -> bool:
        return digest == session.digest and nearest_session(moment, mine, digest).id == session.id

    same = [answer for answer in named if belongs(answer_moment(answer, rounds), answer.digest)]
    told = sorted((round_ for round_ in asked if belongs(round_.made, round_.digest)), key=_newest, reverse=True)
    over = [
        round_ for round_ in rounds.values() if round_.state == "closed" and round_.instrument == session.instrument
    ]
    over = [round_ for round_ in over if belongs(round_.made, round_.digest)]
    groups: list[RaterGroup] = []
    hidden: list[HiddenGroup] = []
    for role in RATERS:
        of_role = [answer for answer in same if answer.role == role]
        secret = _confidential_group(role, told, hidden)
        hidden += _of_unknown_rounds(role, of_role, rounds)
        known = _named_group(role, of_role, rounds, items, hidden)
        hidden += _gone_answers(role, over, {answer.id for answer in given})
        if secret and known:
            known = structs.replace(known, apart=True)
        groups += [group for group in (secret, known) if group]
    places = [(answer_moment(answer, rounds), answer.digest, 1) for answer in named]
    places += [(round_.made, round_.digest, round_.answered) for round_ in asked]
    away = [
        (nearest_session(moment, mine, digest), digest, count)
        for moment, digest, count in places
        if digest != session.digest and nearest_session(moment, mine).id == session.id
    ]
    instead = {place.id: place for place, digest, _count in away if place.digest == digest}
    return RaterGroups(
        groups=tuple(groups),
        hidden=tuple(hidden),
        elsewhere=sum(count for _place, _digest, count in away),
        instead=tuple(instead[name] for name in sorted(instead)),
    )


def answer_moment(session: Session, rounds: Mapping[str, Round]) -> datetime:
    """Return the moment by which someone's answers belong to a session: that of their round, else their own."""
    round_ = rounds.get(session.round)
    return round_.made if round_ else session.started


def _is_confidential(session: Session, rounds: Mapping[str, Round]) -> bool:
    round_ = rounds.get(session.round)
    return round_ is not None and round_.is_confidential


def _newest(round_: Round) -> str:
    return round_.id


def nearest_session(moment: datetime, own: Iterable[Session], digest: str = "") -> Session:
    """Return the session of one's own that is nearest to a moment, of those on this version where there are any."""
    return min(own, key=lambda session: (session.digest != digest, abs(session.started - moment), session.id))


def _confidential_group(role: Rater, told: Iterable[Round], hidden: list[HiddenGroup]) -> RaterGroup | None:
    """Return the group of the newest round that may be shown; the reasons of the others go to `hidden`.

    Never two rounds together, and never with answers that can be seen by themselves: those could be subtracted.
    """
    chosen: RaterGroup | None = None
    shown: date | None = None
    for round_ in told:
        people, needed, released = round_.answered_in(role), round_.needed(role), round_.released_of(role)
        if not people:
            continue
        reason: HiddenReason = "few" if people < needed else "apart" if released and chosen else "incomplete"
        if released and round_.closed and not chosen:
            shown = round_.made.date()
            chosen = RaterGroup(
                role=role,
                people=people,
                first=round_.closed,
                last=round_.closed,
                rounds=(round_.id,),
                released=released,
            )
        else:
            days = {"made": round_.made.date(), "shown": shown} if reason == "apart" else {}
            hidden.append(HiddenGroup(role=role, people=people, needed=needed, reason=reason, **days))
    return chosen


def _gone_answers(role: Rater, over: Iterable[Round], there: Collection[str]) -> Iterator[HiddenGroup]:
    """Count by closed round who answered by name, and whose session is not there."""
    for round_ in over:
        gone = [one for one in round_.group(role) if one.session and one.session not in there]
        if gone:
            yield HiddenGroup(role=role, people=len(gone), needed=1, reason="gone")


def _of_unknown_rounds(role: Rater, sessions: Sequence[Session], rounds: Mapping[str, Round]) -> Iterator[HiddenGroup]:
    """Count the answers whose round has no file that can be read, by round."""
    unknown = [answer.round for answer in sessions if answer.round and answer.round not in rounds]
    for name in sorted(set(unknown), reverse=True):
        needed = 1 if role == "manager" else MINIMUM
        yield HiddenGroup(role=role, people=unknown.count(name), needed=needed, reason="unknown")


def _named_group(
    role: Rater,
    sessions: Sequence[Session],
    rounds: Mapping[str, Round],
    items: Sequence[str],
    hidden: list[HiddenGroup],
) -> RaterGroup | None:
    """Return the group of those who may be seen by themselves, in no round or in named ones that are over.

    It is shown however small it is: only confidence takes several people.
    """
    shown = (answer for answer in sessions if may_be_shown_alone(answer, rounds))
    alone = tuple(sorted(shown, key=lambda answer: _place(answer, rounds)))
    going_on = len(
        [answer for answer in sessions if answer.round in rounds and not rounds[answer.round].is_confidential]
    )
    going_on -= len([answer for answer in alone if answer.round])
    named = [rounds[name] for name in sorted({answer.round for answer in alone if answer.round})]
    if going_on:
        hidden.append(HiddenGroup(role=role, people=going_on, needed=1, reason="open"))
    if not alone:
        return None
    asked = [frozenset(rounds[answer.round].items if answer.round else items) for answer in alone]
    return RaterGroup(
        role=role,
        people=len(alone),
        first=min(answer.finished for answer in alone),
        last=max(answer.finished for answer in alone),
        rounds=tuple(round_.id for round_ in named),
        sessions=alone,
        labels=tuple(_label(answer, rounds) for answer in alone),
        asked=frozenset.union(*asked),
    )


def _place(answer: Session, rounds: Mapping[str, Round]) -> tuple[str, int]:
    """Return what puts answers in the order in which their round lists the people; those without a round first."""
    invited = rounds[answer.round].invited if answer.round else ()
    return answer.round, next((number for number, person in enumerate(invited) if person.session == answer.id), 0)


def _label(answer: Session, rounds: Mapping[str, Round]) -> str:
    """Return what the owner calls whoever gave an answer in a named round; "" without a label."""
    invited = rounds[answer.round].invited if answer.round else ()
    return next((person.label for person in invited if person.session == answer.id), "")


# Answers on another version of the instrument than one's own sessions: brought over to these.
#
# A round that was open when a new version came is not lost: its answers stand beside the nearest session of one's own,
# on the statements that mean the same. Answers with a session of one's own on their very version stay with that.


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
        self._own = [one for one in own if one.role == "self"]
        self._digests = {one.digest for one in self._own}
        self._found: dict[tuple[str, str], Bridge | None] = {}

    def to_here(self, moment: datetime, digest: str, *, exact: bool = False) -> Bridge | None:
        """Find the way here from answers of a moment, where no session is nearer that they can be compared with.

        Sums and rounded means can't be converted to another scale: they need an `exact` one, on the same scale.
        """
        source = self._instruments.get(digest)
        if source is None or digest in self._digests:
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
