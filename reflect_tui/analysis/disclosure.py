"""What may be told of a small group so that nobody's score can be worked out: levels of items, and totals.

All that is told rests on sums over at least three people, item by item, so plain subtraction ends at such a sum. What
is left to guard is the end of the scale: a sum of n times the highest score tells what every one of the n gave. So

- an item is told as a level, its mean rounded to a whole point: each level holds at least two sums;
- a domain that leaves its items no choice at an end of the scale is told as "at least" or "at most" one point less.

Which of both is told follows from the levels and from what is told itself, so it says nothing more. No total goes
across domains: a focus is worked out from levels and domains, see release.released_total(). A total of its own would,
with the domains, often give single items away, and leaving it out just there would tell that it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil

from msgspec import Struct

from reflect_tui.model.agenda import Bound
from reflect_tui.model.instrument import Scale


class ItemSum(Struct, frozen=True):
    """What the people of a group who scored an item gave together, and the least and most that its level allows."""

    sum: int
    people: int
    least: int
    most: int
    ends: tuple[int, int]

    @property
    def level(self) -> int:
        """The mean, rounded to a whole point, halves up."""
        return rounded_mean(self.sum, self.people)


class DisclosedTotal(Struct, frozen=True):
    """What is told of some items together: `sum` is to be read with `bound`; the true one lies in `least` to `most`."""

    sum: int | Fraction
    scored: int
    bound: Bound
    least: int
    most: int

    @property
    def mean(self) -> Fraction:
        """The mean that is told."""
        return Fraction(self.sum) / self.scored


def rounded_mean(total: int, people: int) -> int:
    """Round a mean to a whole point, halves up."""
    return (2 * total + people) // (2 * people)


def item_sum(scores: Sequence[int], scale: Scale) -> ItemSum:
    """Add up an item's scores; its level allows every sum that rounds to the same point."""
    people, total = len(scores), sum(scores)
    least, most = level_range(rounded_mean(total, people), people, scale)
    return ItemSum(total, people, least, most, (people * scale.lowest, people * scale.highest))


def level_range(level: int, people: int, scale: Scale) -> tuple[int, int]:
    """Return the least and the most that so many people can have given together, when their mean rounds to a level."""
    least = max(people * scale.lowest, ceil(people * Fraction(2 * level - 1, 2)))
    return least, min(people * scale.highest, ceil(people * Fraction(2 * level + 1, 2)) - 1)


def exact_total(sums: Iterable[ItemSum]) -> DisclosedTotal:
    """Add items up as they are: for groups whose answers are no secret."""
    added = list(sums)
    total = sum(part.sum for part in added)
    return DisclosedTotal(total, sum(part.people for part in added), "", total, total)


def bounded_total(sums: Iterable[ItemSum]) -> DisclosedTotal:
    """Add items up so that, with their levels known, none is bound to lie at an end of the scale."""
    added = list(sums)
    total, scored = sum(part.sum for part in added), sum(part.people for part in added)
    least, most = sum(part.least for part in added), sum(part.most for part in added)
    has_top = any(part.most == part.ends[1] for part in added)
    has_bottom = any(part.least == part.ends[0] for part in added)
    top, bottom = has_top and total >= most - 1, has_bottom and total <= least + 1
    if has_top and has_bottom and most - least <= 2:  # noqa: PLR2004 -- the last points at both ends meet
        return DisclosedTotal((least + most) // 2, scored, "about", least, most)
    if top:
        return DisclosedTotal(most - 1, scored, "at least", most - 1, most)
    if bottom:
        return DisclosedTotal(least + 1, scored, "at most", least, least + 1)
    return DisclosedTotal(total, scored, "", total, total)
