"""What changed between two sessions: per domain, per item, and whether chance alone would explain it."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Literal

from msgspec import Struct

from reflect_tui.analysis.summary import Group, summarize
from reflect_tui.instrument import Instrument
from reflect_tui.session import Score, Session

Crossing = Literal["up", "down"]


class GroupChange(Struct, frozen=True):
    """A domain or focus in both sessions."""

    id: str
    a: Group
    b: Group

    @property
    def delta(self) -> Fraction | None:
        """The exact difference of the means; None when either is missing."""
        if self.a.mean is None or self.b.mean is None:
            return None
        return self.b.mean - self.a.mean

    @property
    def crossed(self) -> Crossing | None:
        """Whether the verdict became high ("up") or ceased to be ("down")."""
        if self.a.verdict is None or self.b.verdict is None or self.a.verdict == self.b.verdict:
            return None
        return "up" if self.b.verdict == "high" else "down"


class ItemChange(Struct, frozen=True):
    """An item answered differently; None is no answer."""

    id: str
    domain: str
    a: Score | None
    b: Score | None

    @property
    def step(self) -> int | None:
        """How far the score went; None when either is no score."""
        return self.b - self.a if isinstance(self.a, int) and isinstance(self.b, int) else None


class NoteChange(Struct, frozen=True):
    """A note that differs; "" is no note."""

    id: str
    a: str
    b: str


class Diff(Struct, frozen=True, kw_only=True):
    """Two sessions side by side; `up`, `down` and `same` count the items scored in both."""

    a: Session
    b: Session
    domains: tuple[GroupChange, ...]
    focuses: tuple[GroupChange, ...]
    items: tuple[ItemChange, ...]
    notes: tuple[NoteChange, ...]
    up: int
    down: int
    same: int

    @property
    def chance(self) -> Fraction:
        """The probability of a split at least as uneven, were up and down equally likely."""
        return sign_test(self.up, self.down)


def sign_test(up: int, down: int) -> Fraction:
    """Give the exact two-sided sign test of `up` against `down`; 1 when there is nothing to go by.

    The binomial test with p = 1/2, ties left out (Dixon and Mood, 1946).
    """
    count = up + down
    tail = sum(comb(count, k) for k in range(min(up, down) + 1))
    return min(Fraction(1), Fraction(2 * tail, 2**count))


def diff(instrument: Instrument, a: Session, b: Session) -> Diff:
    """Compare two sessions on the items of one instrument."""
    before, after = summarize(instrument, a.scores), summarize(instrument, b.scores)
    pairs = [(item.id, a.scores.get(item.id), b.scores.get(item.id)) for item in instrument.items]
    steps = [new - old for _id, old, new in pairs if isinstance(old, int) and isinstance(new, int)]
    return Diff(
        a=a,
        b=b,
        domains=_changes(before.domains, after.domains),
        focuses=_changes(before.focuses, after.focuses),
        items=tuple(ItemChange(key, instrument.domain_of[key].id, old, new) for key, old, new in pairs if old != new),
        notes=tuple(
            NoteChange(item.id, a.notes.get(item.id, ""), b.notes.get(item.id, ""))
            for item in instrument.items
            if a.notes.get(item.id, "") != b.notes.get(item.id, "")
        ),
        up=sum(step > 0 for step in steps),
        down=sum(step < 0 for step in steps),
        same=sum(step == 0 for step in steps),
    )


def _changes(before: tuple[Group, ...], after: tuple[Group, ...]) -> tuple[GroupChange, ...]:
    return tuple(GroupChange(old.id, old, new) for old, new in zip(before, after, strict=True))
