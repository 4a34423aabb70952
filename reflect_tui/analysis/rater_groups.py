"""Whose answers are compared with a session of one's own: groups that may be shown, and why the others may not.

A round is compared whole and once: when it is closed, all its answers of one role together, beside the one session of
one's own that is nearest in time. So no two comparisons differ by a single person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from reflect_tui.model.round import MINIMUM, RATERS, Rater, Round
from reflect_tui.model.session import Session

HiddenReason = Literal["few", "open", "incomplete", "unknown", "apart"]
"""Too few answered; the round goes on; an answer of it is missing; its own file can't be read; another is shown."""


class RaterGroup(Struct, frozen=True, kw_only=True):
    """The people of one role whose answers are shown together.

    `needed` is how many must have scored an item before it counts. `asked` are the items they were all asked. `labels`
    name the people of a group that answered by name, in the order of `sessions`.
    """

    role: Rater
    sessions: tuple[Session, ...]
    labels: tuple[str, ...] = ()
    needed: int
    confidential: bool
    asked: frozenset[str]
    rounds: tuple[str, ...]

    @property
    def people(self) -> int:
        """How many they are."""
        return len(self.sessions)

    @property
    def first(self) -> datetime:
        """When the first of them finished; the closing of the round in a confidential one."""
        return min(session.finished for session in self.sessions)

    @property
    def last(self) -> datetime:
        """When the last of them finished."""
        return max(session.finished for session in self.sessions)


class HiddenGroup(Struct, frozen=True, kw_only=True):
    """Answers that are not shown: of how many people, how many there would have to be, and why not."""

    role: Rater
    people: int
    needed: int
    reason: HiddenReason


class RaterGroups(Struct, frozen=True, kw_only=True):
    """Everyone whose answers belong to one session; `elsewhere` counts those on another version of the instrument."""

    groups: tuple[RaterGroup, ...]
    hidden: tuple[HiddenGroup, ...]
    elsewhere: int


def may_be_shown_alone(session: Session, rounds: Mapping[str, Round]) -> bool:
    """Whether a session may be shown by itself: one's own, or given by name in a round that is over.

    What was given in confidence is seen together with others only, and nothing of a round that goes on.
    """
    if not session.round:
        return True
    round_ = rounds.get(session.round)
    return round_ is not None and not round_.is_confidential and round_.state != "open"


def rater_groups(
    session: Session,
    own: Iterable[Session],
    others: Iterable[Session],
    rounds: Mapping[str, Round],
    items: Sequence[str],
) -> RaterGroups:
    """Find those who belong to a session: nearer in time to it than to any other of one's own on the instrument.

    A round counts by the moment it was made, answers without a round by their own. `items` are all of the instrument.
    Beside a session that is none of `own` as it stands there, only those are who may be seen by themselves: with copies
    that leave out one item after the other, what was given in confidence could be subtracted.
    """
    mine = [answer for answer in own if answer.instrument == session.instrument and answer.role == "self"]
    given = [answer for answer in others if answer.role != "self" and answer.instrument == session.instrument]
    near = [answer for answer in given if nearest_session(_moment(answer, rounds), mine or [session]).id == session.id]
    if session not in mine:
        near = [answer for answer in near if may_be_shown_alone(answer, rounds)]
    same = [answer for answer in near if answer.digest == session.digest]
    groups: list[RaterGroup] = []
    hidden: list[HiddenGroup] = []
    for role in RATERS:
        of_role = [answer for answer in same if answer.role == role]
        secret = _confidential_group(role, of_role, rounds, hidden)
        known = _named_group(role, of_role, rounds, items, hidden)
        if secret and known:
            hidden.append(HiddenGroup(role=role, people=known.people, needed=known.needed, reason="apart"))
        groups += [group for group in (secret or known,) if group]
    return RaterGroups(groups=tuple(groups), hidden=tuple(hidden), elsewhere=len(near) - len(same))


def _moment(session: Session, rounds: Mapping[str, Round]) -> datetime:
    round_ = rounds.get(session.round)
    return round_.made if round_ else session.started


def nearest_session(moment: datetime, own: Iterable[Session]) -> Session:
    """Return the session of one's own that is nearest to a moment."""
    return min(own, key=lambda session: (abs(session.started - moment), session.id))


def _confidential_group(
    role: Rater, sessions: Sequence[Session], rounds: Mapping[str, Round], hidden: list[HiddenGroup]
) -> RaterGroup | None:
    """Return the group of the newest confidential round that may be shown; the reasons of the others go to `hidden`.

    Never two rounds together, and never with answers that can be seen by themselves: those could be subtracted.
    """
    chosen: RaterGroup | None = None
    for name in sorted({answer.round for answer in sessions if answer.round}, reverse=True):
        round_ = rounds.get(name)
        if round_ and not round_.is_confidential:
            continue
        together = tuple(answer for answer in sessions if answer.round == name)
        needed = max(round_.needed(role), _minimum(role)) if round_ else _minimum(role)
        reason = _hidden_reason(role, together, round_, needed)
        if reason:
            hidden.append(HiddenGroup(role=role, people=len(together), needed=needed, reason=reason))
        elif chosen:
            hidden.append(HiddenGroup(role=role, people=len(together), needed=needed, reason="apart"))
        elif round_:
            chosen = RaterGroup(
                role=role,
                sessions=together,
                needed=needed,
                confidential=role != "manager",
                asked=frozenset(round_.items),
                rounds=(name,),
            )
    return chosen


def _hidden_reason(role: Rater, together: Sequence[Session], round_: Round | None, needed: int) -> HiddenReason | None:
    """Say why the answers of a confidential round can't be shown."""
    if round_ is None:
        return "unknown"
    if round_.state != "closed":
        return "open"
    if len(together) < needed:
        return "few"
    return "incomplete" if len(together) != sum(person.answered for person in round_.group(role)) else None


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
    alone = tuple(answer for answer in sessions if may_be_shown_alone(answer, rounds))
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
        sessions=alone,
        labels=tuple(_label(answer, rounds) for answer in alone),
        needed=1,
        confidential=False,
        asked=frozenset.union(*asked),
        rounds=tuple(round_.id for round_ in named),
    )


def _label(answer: Session, rounds: Mapping[str, Round]) -> str:
    """Return what the owner calls whoever gave an answer in a named round; "" without a label."""
    invited = rounds[answer.round].invited if answer.round else ()
    return next((person.label for person in invited if person.session == answer.id), "")


def _minimum(role: Rater) -> int:
    return 1 if role == "manager" else MINIMUM
