"""The differences to talk about, strengths first, and what is noted to them: points of the agenda of kind "gap".

A note that is not to be talked about is kept with a point that stands off the agenda (`dropped`).
"""

from __future__ import annotations

from msgspec import structs

from reflect_tui.agenda import Agenda, AgendaPoint
from reflect_tui.analysis.compare import FIELDS, Compared, Comparison, by_size
from reflect_tui.analysis.talking_points import gap_point


def steps(comparison: Comparison) -> tuple[Compared, ...]:
    """Order the domains that were compared: strengths, then the rest; within a field the largest gap first."""
    rows = [row for row in by_size(comparison.domains) if row.gap is not None]
    return tuple(sorted(rows, key=lambda row: FIELDS.index(row.field) if row.field else len(FIELDS)))


def point_of(agenda: Agenda, row: Compared) -> AgendaPoint | None:
    """Give the point that a difference has in an agenda."""
    return next((point for point in agenda.points if point.kind == "gap" and point.about == row.id), None)


def is_marked(agenda: Agenda, row: Compared) -> bool:
    """Tell whether a difference stands on the agenda."""
    point = point_of(agenda, row)
    return point is not None and not point.dropped


def noted(agenda: Agenda, row: Compared, text: str) -> Agenda:
    """Keep a note to a difference; it comes onto the agenda only when it is marked."""
    before = point_of(agenda, row)
    return _put(agenda, structs.replace(before or structs.replace(gap_point(row), dropped=True), remark=text))


def marked(agenda: Agenda, row: Compared) -> Agenda:
    """Put a difference on the agenda with its figures as they are now, or take it off."""
    before = point_of(agenda, row)
    if before is None:
        return _put(agenda, gap_point(row))
    now = gap_point(row)
    return _put(agenda, structs.replace(before, dropped=not before.dropped, now=now.now, others=now.others))


def _put(agenda: Agenda, point: AgendaPoint) -> Agenda:
    """Put a point in the place of the one about the same domain, else at the end; drop one that says nothing."""
    others = list(agenda.points)
    place = next((n for n, old in enumerate(others) if (old.kind, old.about) == (point.kind, point.about)), len(others))
    kept = [] if point.dropped and not point.remark else [point]
    return structs.replace(agenda, points=(*others[:place], *kept, *others[place + 1 :]))
