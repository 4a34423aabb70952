"""What may be told of the groups of a confidential round: computed once, when it is closed, and nothing else is kept.

Which statements count is decided by the answers alone, never by a session of one's own, so no later view can differ by
one of them. Comments are shuffled by a digest of their own text: that tells as little of the order of the answers as
chance does, and the same answers always give the same file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypeVar

from msgspec import structs

from reflect_tui.analysis.disclosure import (
    DisclosedTotal,
    DisclosedTotals,
    ItemSum,
    bounded_total,
    is_safe,
    item_sum,
    level_range,
    quarters_total,
    rounded_total,
)
from reflect_tui.feedback.answers import AnswerContent
from reflect_tui.model.instrument import Instrument, Scale
from reflect_tui.model.round import Comment, Rater, Released, ReleasedDomain, ReleasedFocus, Round, fits
from reflect_tui.model.session import Session

Along = Literal["domain", "focus", "item"]


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
    domains, focuses = _totals(instrument, sums)
    return structs.replace(
        told,
        points={item: part.level for item, part in sums.items()},
        domains=domains,
        focuses=focuses,
    )


def _totals(
    instrument: Instrument, sums: dict[str, ItemSum]
) -> tuple[tuple[ReleasedDomain, ...], tuple[ReleasedFocus, ...]]:
    """Return what may be told along both axes; no focuses where both together would leave an item no choice."""
    domains = {domain.id: [item.id for item in domain.items if item.id in sums] for domain in instrument.domains}
    focuses = {
        focus: [item.id for item in instrument.items if item.focus == focus and item.id in sums]
        for focus in instrument.focuses
    }
    by_domain = {
        name: (bounded_total(sums[item] for item in items), frozenset(items))
        for name, items in domains.items()
        if items
    }
    by_focus: dict[str, tuple[DisclosedTotal, frozenset[str]]] = {
        name: (rounded_total(sums[item] for item in items), frozenset(items))
        for name, items in focuses.items()
        if items
    }
    may = is_safe(DisclosedTotals(domains=by_domain, focuses=by_focus), sums)
    return (
        tuple(
            ReleasedDomain(id=name, sum=int(total.sum), bound=total.bound)
            for name, (total, _items) in by_domain.items()
        ),
        tuple(
            ReleasedFocus(id=name, quarters=int(by_focus[name][0].mean * 4))
            for name in instrument.focuses
            if may and name in by_focus
        ),
    )


def released_total(
    group: Released, along: Along, name: str, items: Sequence[str], scale: Scale
) -> DisclosedTotal | None:
    """Return what is told of a group other than a manager on the `items` of a row; None when nothing is."""
    scored = sum(group.scored[item] for item in items)
    if not scored:
        return None
    if along == "item":
        point = group.points[name]
        return DisclosedTotal(point * scored, scored, "about", *level_range(point, scored, scale))
    if along == "domain":
        domain = next((domain for domain in group.domains if domain.id == name), None)
        if domain is None:
            return None
        least = domain.sum - (domain.bound in {"at most", "about"})
        return DisclosedTotal(
            domain.sum, scored, domain.bound, least, domain.sum + (domain.bound in {"at least", "about"})
        )
    focus = next((focus for focus in group.focuses if focus.id == name), None)
    return quarters_total(focus.quarters, scored, (scored * scale.lowest, scored * scale.highest)) if focus else None


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
