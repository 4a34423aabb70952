"""Whose answers are compared with a session of one's own: groups that may be shown, and why the others may not.

A confidential round is compared as it was closed: with what was released of each of its groups, beside the one session
of one's own that is nearest in time. So no two comparisons differ by a single person, nor by a single item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.round import MINIMUM, RATERS, Rater, Released, Round
from reflect_tui.model.session import Session

HiddenReason = Literal["few", "open", "incomplete", "unknown", "apart", "gone"]
"""Too few answered; the round goes on; what was released of it is not there, or not what it was; its own file can't be
read; another is shown; the session of someone who answered by name is not there."""


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
