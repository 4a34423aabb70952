"""How others see it: their means beside one's own, per domain, over the items that both answered.

Groups are never added together by person: "others" is the mean of the groups' means. A group of colleagues or clients
that is smaller than three people is left out, since its figures would be somebody's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from reflect_tui.agenda import Figures, Others
from reflect_tui.instrument import Domain, Instrument
from reflect_tui.session import Role, Session

FEWEST: Mapping[Role, int] = {"manager": 1, "colleague": 3, "client": 3}
NEAR = 60  # days before or after one's own session within which others' sessions are about the same time


class DomainGap(Struct, frozen=True):
    """A domain as oneself and as others scored it, on the same items."""

    domain: str
    own: Figures
    others: tuple[Others, ...]

    @property
    def size(self) -> Fraction:
        """How far the mean of the groups' means lies from one's own."""
        return abs(sum((group.mean for group in self.others), Fraction(0)) / len(self.others) - self.own.mean)


def around(sessions: Iterable[Session], session: Session) -> dict[Role, tuple[Session, ...]]:
    """Choose the sessions of others about the same time on the same instrument, by role, large enough groups only."""
    near = [
        other
        for other in sessions
        if (other.instrument, other.digest) == (session.instrument, session.digest)
        and abs((other.started - session.started).days) <= NEAR
    ]
    groups = {role: tuple(other for other in near if other.role == role) for role in FEWEST}
    return {role: group for role, group in groups.items() if len(group) >= FEWEST[role]}


def gaps(instrument: Instrument, session: Session, groups: Mapping[Role, Sequence[Session]]) -> tuple[DomainGap, ...]:
    """Compare one's own session with those of others, per domain; domains without a common item are left out."""
    found = (_gap(domain, session, groups) for domain in instrument.domains) if groups else ()
    return tuple(gap for gap in found if gap)


def _gap(domain: Domain, session: Session, groups: Mapping[Role, Sequence[Session]]) -> DomainGap | None:
    common = [
        item.id
        for item in domain.items
        if isinstance(session.scores.get(item.id), int)
        and all(any(isinstance(other.scores.get(item.id), int) for other in group) for group in groups.values())
    ]
    if not common:
        return None
    own = _numbers([session], common)
    others = []
    for role, group in groups.items():
        scores = _numbers(group, common)
        others.append(Others(role, len(group), sum(scores), len(scores)))
    return DomainGap(domain.id, Figures(sum(own), len(own)), tuple(others))


def _numbers(sessions: Iterable[Session], items: Sequence[str]) -> list[int]:
    scores = (session.scores.get(item) for session in sessions for item in items)
    return [score for score in scores if isinstance(score, int)]
