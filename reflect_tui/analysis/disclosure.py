"""What may be told of a small group so that nobody's score can be worked out: levels of items, and totals.

All that is told rests on sums over at least three people, item by item, so plain subtraction ends at such a sum. What
is left to guard is the end of the scale: a sum of n times the highest score tells what every one of the n gave. So

- an item is told as a level, its mean rounded to a whole point: each level holds at least two sums;
- a total that leaves its items no choice at an end of the scale is told as "at least" or "at most" one point less;
- a focus is told as its mean rounded to a quarter: exact ones would, with the domains, often give single items away;
- where totals along both axes still leave an item no choice at an end of the scale, that group has no focuses.

`is_safe` decides the last: sums of items form a flow between domains and focuses, so a sum can be otherwise exactly
when the residual graph has a cycle through it (Ahuja, Magnanti and Orlin: Network Flows, 1993, section 3.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil

from msgspec import Struct

from reflect_tui.model.agenda import Bound
from reflect_tui.model.instrument import Scale

_OUTSIDE = ""


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


def rounded_total(sums: Iterable[ItemSum]) -> DisclosedTotal:
    """Add items up and round their mean to a quarter, halves up; every sum that rounds so is as likely."""
    added = list(sums)
    total, scored = sum(part.sum for part in added), sum(part.people for part in added)
    quarters = (8 * total + scored) // (2 * scored)  # the mean times four, rounded
    ends = (sum(part.ends[0] for part in added), sum(part.ends[1] for part in added))
    return quarters_total(quarters, scored, ends)


def quarters_total(quarters: int, scored: int, ends: tuple[int, int]) -> DisclosedTotal:
    """Return a total of so many scores whose mean was rounded to so many quarters, and that can't lie beyond `ends`."""
    least = max(ends[0], ceil(Fraction(scored * (2 * quarters - 1), 8)))
    most = min(ends[1], ceil(Fraction(scored * (2 * quarters + 1), 8)) - 1)
    return DisclosedTotal(Fraction(quarters * scored, 4), scored, "about", least, most)


class DisclosedTotals(Struct, frozen=True, kw_only=True):
    """The totals that are told of one group, by domain and by focus, and the items that each adds up."""

    domains: Mapping[str, tuple[DisclosedTotal, frozenset[str]]]
    focuses: Mapping[str, tuple[DisclosedTotal, frozenset[str]]]


def is_safe(told: DisclosedTotals, sums: Mapping[str, ItemSum]) -> bool:
    """Whether every sum at an end of the scale could as well be another, all totals and levels being the same."""
    arcs = _residual(told, sums)
    for item, part in sums.items():
        domain, focus = _place("domain", told.domains, item), _place("focus", told.focuses, item)
        if part.sum == part.ends[1] and not _reaches(arcs, domain, focus, without=(domain, focus, item)):
            return False
        if part.sum == part.ends[0] and not _reaches(arcs, focus, domain, without=(focus, domain, item)):
            return False
    return True


_Arcs = dict[str, set[tuple[str, str]]]


def _place(axis: str, totals: Mapping[str, tuple[DisclosedTotal, frozenset[str]]], item: str) -> str:
    return next((f"{axis} {name}" for name, (_total, items) in totals.items() if item in items), _OUTSIDE)


def _residual(told: DisclosedTotals, sums: Mapping[str, ItemSum]) -> _Arcs:
    """Return the arcs along which sums can move: an item up from its domain to its focus, down the other way.

    A total that is told as a range moves to and from outside.
    """
    arcs: _Arcs = {}
    for item, part in sums.items():
        domain, focus = _place("domain", told.domains, item), _place("focus", told.focuses, item)
        _add(arcs, (domain, focus), item, up=part.sum < part.most, down=part.sum > part.least)
    for axis, totals in (("domain", told.domains), ("focus", told.focuses)):
        for name, (total, items) in totals.items():
            true, node = sum(sums[item].sum for item in items), f"{axis} {name}"
            ends = (_OUTSIDE, node) if axis == "domain" else (node, _OUTSIDE)
            _add(arcs, ends, node, up=true < total.most, down=true > total.least)
    return arcs


def _add(arcs: _Arcs, ends: tuple[str, str], by: str, *, up: bool, down: bool) -> None:
    start, end = ends
    if up:
        arcs.setdefault(start, set()).add((end, by))
    if down:
        arcs.setdefault(end, set()).add((start, by))


def _reaches(arcs: _Arcs, start: str, end: str, without: tuple[str, str, str]) -> bool:
    """Whether one can go from a node to another, not along the arc that is to be balanced."""
    if start == end:
        return True
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        for following, by in arcs.get(node, ()):
            if (node, following, by) != without and following not in seen:
                seen.add(following)
                waiting.append(following)
    return end in seen
