"""What changed between two sessions: per domain, per item, and whether chance alone would explain it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import comb
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.comparable import CommonItems, common_items
from reflect_tui.analysis.summary import ScoreGroup, summarize
from reflect_tui.model.instrument import Instrument, Item
from reflect_tui.model.session import Score, Session

# What chance alone would do: exact tests of whether items moved up or down more than noise.


CHANCE_LIMIT = Fraction(1, 20)
"""What chance does less often than this is a direction, or a clear change."""


def sign_test(up: int, down: int) -> Fraction:
    """Give the exact two-sided sign test of `up` against `down`; 1 when there is nothing to go by.

    The binomial test with p = 1/2, ties left out (Dixon and Mood, 1946).
    """
    count = up + down
    tail = sum(comb(count, k) for k in range(min(up, down) + 1))
    return min(Fraction(1), Fraction(2 * tail, 2**count))


def sign_flip_test(steps: Iterable[int]) -> Fraction:
    """Give how often the sum of steps would be as far from 0, were each step as likely to go up as down.

    The exact two-sided randomization test for pairs (Fisher, The Design of Experiments, 1935, section 21), by counting
    the sums of all 2^n ways to give the n steps a sign. Steps of 0 say nothing. Fewer than six steps can never get
    below 1/20: even 5 of 5 upwards happen twice in 32 times.
    """
    moves = [step for step in steps if step]
    sizes = [abs(step) for step in moves]
    # the sum is total - 2 * (what goes down), so it is enough to count the ways to make each part that goes down
    ways = [1]
    for size in sizes:
        ways = [stay + flip for stay, flip in zip([*ways, *[0] * size], [*[0] * size, *ways], strict=True)]
    total, here = sum(sizes), abs(sum(moves))
    as_far = sum(count for down, count in enumerate(ways) if abs(total - 2 * down) >= here)
    return Fraction(as_far, 2 ** len(sizes))


FEWEST_MOVED = 6
"""So many items must have moved before sign_flip_test() can be below CHANCE_LIMIT."""


Crossing = Literal["up", "down"]
Judgement = Literal["up", "down", "other statements", "too few", "no"]
"""How a mean changed: clearly, by other statements being scored, on too few that changed, or not clearly."""


class GroupChange(Struct, frozen=True):
    """A domain or focus in both sessions; `steps` has the move of every item scored both times, also those of 0."""

    id: str
    a: ScoreGroup
    b: ScoreGroup
    steps: tuple[int, ...] = ()

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

    @property
    def moved(self) -> int:
        """How many items were scored otherwise."""
        return sum(step != 0 for step in self.steps)

    @property
    def shared(self) -> int:
        """How many items were scored both times; a change is judged on these alone."""
        return len(self.steps)

    @property
    def chance(self) -> Fraction:
        """How often a mean would move as far, were each item that moved as likely to go up as down."""
        return sign_flip_test(self.steps)

    @property
    def by_other_items(self) -> bool:
        """Whether the mean moved, or stood still, mainly because other items were scored than before."""
        if self.delta is None:
            return self.a.scored != self.b.scored
        if self.a.scored == self.b.scored == self.shared:
            return False
        by_shared = Fraction(sum(self.steps), self.shared) if self.shared else Fraction(0)
        return abs(self.delta - by_shared) > abs(self.delta) / 2

    @property
    def judgement(self) -> Judgement:
        """Whether the items scored both times moved the same way, further than chance often does."""
        if self.by_other_items:
            return "other statements"
        if self.chance < CHANCE_LIMIT:
            return "up" if sum(self.steps) > 0 else "down"
        return "too few" if 0 < self.moved < FEWEST_MOVED else "no"

    @property
    def clear(self) -> bool:
        """Whether the mean moved more than noise."""
        return self.judgement in {"up", "down"}

    @property
    def counts(self) -> tuple[int, int]:
        """How many of the items scored both times went up, and how many down."""
        return sum(step > 0 for step in self.steps), sum(step < 0 for step in self.steps)

    @property
    def verdict_change(self) -> Crossing | None:
        """How the verdict changed on the items scored both times; None also where other items alone moved it across."""
        return None if self.by_other_items else self.crossed


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
    """Two sessions side by side; `up`, `down` and `same` count the items scored in both.

    Of sessions on different versions of an instrument, `common` tells what they were compared on, and both have their
    answers under the ids of the newer version.
    """

    a: Session
    b: Session
    common: CommonItems | None = None
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

    def turned(self, instrument: Instrument) -> Diff:
        """Give the comparison the other way round."""
        on = self.common.shared_instrument if self.common else instrument
        return structs.replace(diff(on, self.b, self.a), common=self.common)


def diff_across_versions(a: Session, a_on: Instrument, b: Session, b_on: Instrument) -> tuple[Instrument, Diff] | None:
    """Compare two sessions on what the instruments they were answered on share; give the newer one of these with it.

    None when they share nothing: other instruments, other scales, or no item that still means the same.
    """
    if a_on.digest == b_on.digest:
        return b_on, diff(b_on, a, b)
    common = common_items(a_on, b_on)
    if common is None or not common.newer_id:
        return None
    found = diff(common.shared_instrument, common.with_newer_ids(a), common.with_newer_ids(b))
    return common.newer, structs.replace(found, common=common)


def diff(instrument: Instrument, a: Session, b: Session) -> Diff:
    """Compare two sessions on the items of one instrument."""
    before, after = summarize(instrument, a.scores), summarize(instrument, b.scores)
    pairs = [(item.id, a.scores.get(item.id), b.scores.get(item.id)) for item in instrument.items]
    steps = _steps(instrument.items, a, b)
    return Diff(
        a=a,
        b=b,
        domains=_changes(before.domains, after.domains, _by_domain(instrument, a, b)),
        focuses=_changes(before.focuses, after.focuses, _by_focus(instrument, a, b)),
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


def score_step(a: Session, b: Session, item_id: str) -> int | None:
    """Give how far an item's score went from one session to another; None when either has no score."""
    old, new = a.scores.get(item_id), b.scores.get(item_id)
    return new - old if isinstance(old, int) and isinstance(new, int) else None


def _by_domain(instrument: Instrument, a: Session, b: Session) -> dict[str, tuple[int, ...]]:
    return {domain.id: _steps(domain.items, a, b) for domain in instrument.domains}


def _by_focus(instrument: Instrument, a: Session, b: Session) -> dict[str, tuple[int, ...]]:
    return {
        focus: _steps((item for item in instrument.items if item.focus == focus), a, b)
        for focus in {item.focus for item in instrument.items}
    }


def _steps(items: Iterable[Item], a: Session, b: Session) -> tuple[int, ...]:
    return tuple(step for item in items if (step := score_step(a, b, item.id)) is not None)


def _changes(
    before: tuple[ScoreGroup, ...], after: tuple[ScoreGroup, ...], steps: Mapping[str, tuple[int, ...]]
) -> tuple[GroupChange, ...]:
    return tuple(GroupChange(old.id, old, new, steps[old.id]) for old, new in zip(before, after, strict=True))
