"""Whether the mean of a domain or focus changed, and whether chance alone would explain how its items moved."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import comb
from typing import Literal

from msgspec import Struct

from reflect_tui.analysis.summary import ScoreGroup, Verdict

CHANCE_LIMIT = Fraction(1, 20)
"""What chance does less often than this is a direction, or a clear change."""
FEWEST_MOVED = 6
"""So many items must have moved before sign_flip_test() can be below CHANCE_LIMIT."""
Crossing = Literal["up", "down"]
Verdicts = tuple[Verdict | None, Verdict | None]
"""The first time, and the second; None without a score."""
Judgement = Literal["up", "down", "other statements", "too few", "no"]
"""How a mean changed: clearly, by other statements being scored, on too few that changed, or not clearly."""


class GroupChange(Struct, frozen=True):
    """A domain or focus in both sessions; `steps` has the move of every item scored both times, also those of 0.

    `shared_verdicts` are of these items alone, each by its own version. Two versions of one session are not `judged`:
    chance has no part in how they differ. Two people differ, which is no change `in_time`. Of sessions on two versions
    `a` and `b` are figures on the items that both have, and `own` those of the whole sessions, by which the verdicts
    are.
    """

    id: str
    a: ScoreGroup
    b: ScoreGroup
    steps: tuple[int, ...] = ()
    judged: bool = True
    in_time: bool = True
    shared_verdicts: Verdicts = (None, None)
    own: tuple[ScoreGroup, ScoreGroup] | None = None

    @property
    def shown(self) -> tuple[ScoreGroup, ScoreGroup]:
        """The figures of both sessions as the pages of each show them."""
        return self.own or (self.a, self.b)

    @property
    def is_partial(self) -> bool:
        """Whether its difference is on other items than the figures of both sessions."""
        return [(group.sum, group.scored) for group in self.shown] != [(g.sum, g.scored) for g in (self.a, self.b)]

    @property
    def delta(self) -> Fraction | None:
        """The exact difference of the means; None when either is missing."""
        if self.a.mean is None or self.b.mean is None:
            return None
        return self.b.mean - self.a.mean

    @property
    def gain(self) -> Fraction:
        """The difference of the means so that more is better; 0 when either is missing."""
        delta = self.delta or Fraction(0)
        return delta if self.b.better == "higher" else -delta

    @property
    def crossed(self) -> Crossing | None:
        """Whether the verdict became high ("up") or ceased to be ("down")."""
        before, now = (group.verdict for group in self.shown)
        if before is None or now is None or before == now:
            return None
        return "up" if now == "high" else "down"

    @property
    def crossed_by_other_items(self) -> bool:
        """Whether the verdict crossed the threshold, and the items scored both times by themselves did not."""
        whole = tuple(group.verdict for group in self.shown)
        return self.judged and self.crossed is not None and self.shared_verdicts != whole

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
        """Whether the mean moved, or stood still, mainly because other items were scored than before.

        They took it across the threshold, or more than half of its move comes from them, the same way; items that pull
        it back do not explain it. A difference on other items than the verdicts is judged apart from these.
        """
        if not self.judged:
            return False
        if self.crossed_by_other_items and not self.is_partial:
            return True
        if self.delta is None or not self.shared:
            return bool(self.a.scored or self.b.scored)
        if self.a.scored == self.b.scored == self.shared:
            return False
        by_others = self.delta - Fraction(sum(self.steps), self.shared)
        return by_others / self.delta > Fraction(1, 2) if self.delta else by_others != 0

    @property
    def is_changed(self) -> bool:
        """Whether there is a change to tell: the mean moved, or other items held it still; False without both means."""
        return self.delta is not None and (self.delta != 0 or self.by_other_items)

    @property
    def judgement(self) -> Judgement:
        """Whether the items scored both times moved the same way, further than chance often does.

        Between two people nothing moved, so that no difference is clear.
        """
        if not self.judged:
            return "no"
        if self.by_other_items:
            return "other statements"
        if not self.in_time:
            return "no"
        if self.chance < CHANCE_LIMIT:
            return "up" if sum(self.steps) > 0 else "down"
        return "too few" if 0 < self.moved < FEWEST_MOVED else "no"

    @property
    def clear(self) -> bool:
        """Whether the mean moved more than noise."""
        return self.judgement in {"up", "down"}

    @property
    def judged_in_time(self) -> Judgement:
        """The judgement as one of a change; "no" between two people."""
        return self.judgement if self.in_time else "no"

    @property
    def counts(self) -> tuple[int, int]:
        """How many of the items scored both times went up, and how many down."""
        return sum(step > 0 for step in self.steps), sum(step < 0 for step in self.steps)

    @property
    def verdict_change(self) -> Crossing | None:
        """How the verdict changed, on the items scored both times as well.

        None also where other items alone moved it across, and for a single item: two scores are no change of a domain.
        """
        return None if self.crossed_by_other_items or self.is_single else self.crossed

    @property
    def is_improved(self) -> bool | None:
        """Whether the verdict became the better one; None where it did not change."""
        return (self.verdict_change == "up") == (self.b.better == "higher") if self.verdict_change else None

    @property
    def is_single(self) -> bool:
        """Whether it is of one item, so that its means are scores."""
        return all(group.total == 1 for group in (*self.shown, self.a, self.b))

    @property
    def scores(self) -> tuple[int, int] | None:
        """Both scores of a single item; None for means, or where one is missing."""
        return (self.a.sum, self.b.sum) if self.is_single and self.a.scored and self.b.scored else None


def sign_test(up: int, down: int) -> Fraction:
    """Return the exact two-sided sign test of `up` against `down`; 1 when there is nothing to go by.

    The binomial test with p = 1/2, ties left out (Dixon and Mood, 1946).
    """
    count = up + down
    tail = sum(comb(count, k) for k in range(min(up, down) + 1))
    return min(Fraction(1), Fraction(2 * tail, 2**count))


def sign_flip_test(steps: Iterable[int]) -> Fraction:
    """Return how often the sum of steps would be as far from 0, were each step as likely to go up as down.

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
