"""What may be told of the groups of a confidential round: computed once, when it is closed, and nothing else is kept.

Nobody's score can be worked out: all that is told rests on sums over at least three people, item by item, so plain
subtraction ends at such a sum. What is left to guard is the end of the scale: a sum of n times the highest score tells
what every one of the n gave. So

- an item is told as a level, its mean rounded to a whole point: each level holds at least two sums;
- a domain that leaves its items no choice at an end of the scale is told as "at least" or "at most" one point less.

Which of both is told follows from the levels and from what is told itself, so it says nothing more. No total goes
across domains: a focus is worked out from levels and domains, see released_total(). A total of its own would, with the
domains, often give single items away, and leaving it out just there would tell that it does.

Which statements count is decided by the answers alone, never by a session of one's own, so no later view can differ by
one of them. Comments are shuffled by a digest of their own text: that tells as little of the order of the answers as
chance does, and the same answers always give the same file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from math import ceil, floor
from typing import Literal, TypeVar

from msgspec import Struct, structs

from reflect_tui.feedback.answers import AnswerContent
from reflect_tui.model.agenda import Bound
from reflect_tui.model.instrument import Instrument, Scale
from reflect_tui.model.round import Comment, Rater, Released, ReleasedDomain, Round, fits
from reflect_tui.model.session import Session

Along = Literal["domain", "focus", "item"]


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


def closed_round(instrument: Instrument, asked: Round, given: Iterable[AnswerContent], moment: datetime) -> Round:
    """Return a confidential round as it is closed at a moment, with what may be told of these answers."""
    return structs.replace(asked, state="closed", closed=moment, released=release(instrument, asked, given))


def told_round(instrument: Instrument, asked: Round, rows: Sequence[Session]) -> Round:
    """Return a closed confidential round with what may be told of it, leaving out what can't be of its instrument.

    Of one that an earlier version closed, `rows` has what single people said. It is released here as at a closing, of
    those groups of which no row is missing.
    """
    if asked.closed:
        fitting = tuple(group for group in asked.released if fits(group, instrument))
        return structs.replace(asked, released=fitting)
    answers = answers_of(rows)
    counts = Counter(answer.role for answer in answers)
    whole = [answer for answer in answers if counts[answer.role] == asked.answered_in(answer.role)]
    return closed_round(instrument, asked, whole, max(row.finished for row in rows)) if whole else asked


def release(instrument: Instrument, asked: Round, given: Iterable[AnswerContent]) -> tuple[Released, ...]:
    """Return what may be told of each group that has as many answers as were promised."""
    answers = tuple(given)
    groups = {role: [answer for answer in answers if answer.role == role] for role in asked.roles}
    return tuple(
        release_group(instrument, role, group, asked.items, asked.needed(role))
        for role, group in groups.items()
        if len(group) >= asked.needed(role)
    )


def release_group(
    instrument: Instrument, role: Rater, group: Sequence[AnswerContent], items: Iterable[str], needed: int
) -> Released:
    """Return what may be told of one group; an item that fewer than `needed` of it scored counts nowhere.

    What is told are figures: answers to reversed items count turned round.
    """
    asked, answers = frozenset(items), [instrument.counted(answer.scores) for answer in group]
    given = {
        item.id: [score for scores in answers if isinstance(score := scores.get(item.id), int)]
        for item in instrument.items
        if item.id in asked
    }
    enough = {item: scores for item, scores in given.items() if len(scores) >= needed}
    told = Released(
        role=role,
        people=len(group),
        scored={item: len(scores) for item, scores in enough.items()},
        comments=in_order(instrument, comments_of(instrument, group)),
    )
    if role == "manager":
        return structs.replace(told, sums={item: sum(scores) for item, scores in enough.items()})
    sums = {item: item_sum(scores, instrument.scale) for item, scores in enough.items()}
    parts = {domain.id: [sums[item.id] for item in domain.items if item.id in sums] for domain in instrument.domains}
    totals = {name: bounded_total(within) for name, within in parts.items() if within}
    return structs.replace(
        told,
        points={item: part.level for item, part in sums.items()},
        domains=tuple(ReleasedDomain(id=name, sum=int(total.sum), bound=total.bound) for name, total in totals.items()),
    )


def released_total(
    instrument: Instrument, group: Released, along: Along, name: str, items: Sequence[str]
) -> DisclosedTotal | None:
    """Return what is told of a group other than a manager on the `items` of a row; None when nothing is."""
    scored = sum(group.scored[item] for item in items)
    if not scored:
        return None
    if along == "item":
        point = group.points[name]
        return DisclosedTotal(point * scored, scored, "about", *level_range(point, scored, instrument.scale))
    if along == "focus":
        return _worked_out(instrument, group, frozenset(items))
    domain = next((domain for domain in group.domains if domain.id == name), None)
    if domain is None:
        return None
    least = domain.sum - (domain.bound in {"at most", "about"})
    return DisclosedTotal(domain.sum, scored, domain.bound, least, domain.sum + (domain.bound in {"at least", "about"}))


def _worked_out(instrument: Instrument, group: Released, items: frozenset[str]) -> DisclosedTotal:
    """Work out a total of items of several domains from the points and domains that are told: it tells nothing more.

    A domain's total is divided over its items by how far the point of each leaves them free. The mean is rounded to a
    quarter, halves up: it is an estimate.
    """
    total, scored, least, most = Fraction(0), 0, 0, 0
    for domain in instrument.domains:
        known = [item.id for item in domain.items if item.id in group.scored]
        wanted = [item for item in known if item in items]
        low, high = _range(instrument, group, wanted)
        low_rest, high_rest = _range(instrument, group, [item for item in known if item not in items])
        if not wanted:
            continue
        told = released_total(instrument, group, "domain", domain.id, known)
        told_least, told_most = (told.least, told.most) if told else (low + low_rest, high + high_rest)
        above = Fraction(told_least + told_most, 2) - low - low_rest
        total += low + above * (high - low) / (high + high_rest - low - low_rest)
        scored += sum(group.scored[item] for item in wanted)
        least += max(low, told_least - high_rest)
        most += min(high, told_most - low_rest)
    quarters = floor(4 * total / scored + Fraction(1, 2))
    return DisclosedTotal(Fraction(quarters * scored, 4), scored, "about", least, most)


def _range(instrument: Instrument, group: Released, items: Iterable[str]) -> tuple[int, int]:
    """Return the least and the most that the points of items allow these together."""
    ranges = [level_range(group.points[item], group.scored[item], instrument.scale) for item in items]
    return sum(least for least, _most in ranges), sum(most for _least, most in ranges)


def answers_of(rows: Iterable[Session]) -> tuple[AnswerContent, ...]:
    """Return what the sessions say that an earlier version made of confidential answers."""
    return tuple(
        AnswerContent(role=row.role, remark=row.remark, scores=dict(row.scores), notes=dict(row.notes))
        for row in rows
        if row.role != "self"
    )


def comments_of(instrument: Instrument, answers: Iterable[AnswerContent | Session]) -> list[Comment]:
    """List what was written, each by its domain, without who wrote it or to which item."""
    comments = []
    for answer in answers:
        comments.append(Comment(text=answer.remark.strip()))
        for item, note in answer.notes.items():
            if domain := instrument.domain_of.get(item):
                comments.append(Comment(domain=domain.id, text=note.strip()))
    return [comment for comment in comments if comment.text]


_Comment = TypeVar("_Comment", bound=Comment)


def in_order(instrument: Instrument, comments: Iterable[_Comment]) -> tuple[_Comment, ...]:
    """Put comments in the order of the domains, those about it all last; within each by a digest of their text."""
    places = {domain.id: place for place, domain in enumerate(instrument.domains)}

    def order(comment: _Comment) -> tuple[int, str]:
        digest = hashlib.sha256(f"{comment.domain}\n{comment.text}".encode("utf-8", "replace")).hexdigest()
        return places.get(comment.domain, len(places)), digest

    return tuple(sorted(comments, key=order))
