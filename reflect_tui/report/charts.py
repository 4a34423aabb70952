"""Where the parts of our own charts lie: bars, courses and the axes of raters, on the whole scale.

Lengths are in the units of each drawing; what sets them (HTML, PDF) gives the units a size. Nothing is interpolated:
a domain without a score has no point.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct

from reflect_tui.model.instrument import Scale
from reflect_tui.model.session import Role
from reflect_tui.report.document import GroupRow, RaterMark

BAR_WIDTH, BAR_HEIGHT = 108.0, 12.0
COURSE_WIDTH, COURSE_HEIGHT = 120.0, 15.5
RATERS_WIDTH, RATERS_HEIGHT = 152.0, 14.0
_LANES = (7.0, 3.4, 10.6, 7.0)
_APART = 6.0  # marks that are nearer would cover one another
_EDGE = 3.0  # room at both ends for a dot on the edge


class Spot(Struct, frozen=True):
    """A place in a drawing."""

    x: float
    y: float


class ChartDot(Struct, frozen=True):
    """A mean in a drawing; hollow below coverage."""

    at: Spot
    hollow: bool


class Bar(Struct, frozen=True, kw_only=True):
    """A mean on the whole scale: ticks at its points, the threshold, and the mean before as a tick of its own."""

    ticks: tuple[float, ...]
    start: float
    threshold: float
    end: float | None
    before: float | None
    hollow: bool


class PlacedMark(Struct, frozen=True, kw_only=True):
    """Someone on an axis: where the mark stands, and from where to where the mean may lie, if that is not exact."""

    role: Role
    at: Spot
    reach: tuple[float, float] | None


class RaterAxis(Struct, frozen=True, kw_only=True):
    """Everyone on the whole scale: ticks at its points, the threshold, and a line between the outermost marks."""

    ticks: tuple[float, ...]
    threshold: float
    ends: tuple[float, float]
    marks: tuple[PlacedMark, ...]


class Course(Struct, frozen=True, kw_only=True):
    """Means over time, evenly spaced, one step a session; `lines` join neighbours that were measured alike."""

    threshold: float
    dots: tuple[ChartDot, ...]
    lines: tuple[tuple[Spot, Spot], ...]


def _part(value: Fraction | int, scale: Scale) -> float:
    """Place a value on the scale: 0 at its lowest point, 1 at its highest."""
    return float(Fraction(value - scale.lowest) / (scale.highest - scale.lowest))


def _short(length: float) -> float:
    return round(length, 2)


def bar(row: GroupRow, scale: Scale) -> Bar:
    """Lay out the bar of a row."""

    def place(value: Fraction | int) -> float:
        return _short(_EDGE + _part(value, scale) * (BAR_WIDTH - 2 * _EDGE))

    mean, before = row.now.mean, row.change.a.mean if row.change else None
    return Bar(
        ticks=tuple(place(point.value) for point in scale.points),
        start=_EDGE,
        threshold=place(scale.threshold),
        end=None if mean is None else place(mean),
        before=None if before is None else place(before),
        hollow=row.now.verdict is None,
    )


def rater_axis(marks: Sequence[RaterMark], scale: Scale) -> RaterAxis:
    """Lay everyone out on one axis; a mark that would stand upon another moves up or down."""

    def place(value: Fraction | int) -> float:
        within = min(max(Fraction(value), Fraction(scale.lowest)), Fraction(scale.highest))
        return _short(_EDGE + _part(within, scale) * (RATERS_WIDTH - 2 * _EDGE))

    placed: list[PlacedMark] = []
    for mark in marks:
        x = place(mark.mean)
        near = {other.at.y for other in placed if abs(other.at.x - x) < _APART}
        y = next((lane for lane in _LANES if lane not in near), _LANES[0])
        reach = (place(mark.least), place(mark.most)) if mark.least < mark.most else None
        placed.append(PlacedMark(role=mark.role, at=Spot(x, y), reach=reach))
    across = [mark.at.x for mark in placed]
    return RaterAxis(
        ticks=tuple(place(point.value) for point in scale.points),
        threshold=place(scale.threshold),
        ends=(min(across, default=_EDGE), max(across, default=_EDGE)),
        marks=tuple(placed),
    )


def course(row: GroupRow, scale: Scale) -> Course:
    """Lay out the course of a row; sessions are evenly spaced, since what matters is one after the other."""
    room = COURSE_HEIGHT - 2 * _EDGE

    def height(value: Fraction) -> float:
        return _short(COURSE_HEIGHT - _EDGE - _part(value, scale) * room)

    step = (COURSE_WIDTH - 2 * _EDGE) / max(1, len(row.course) - 1)
    dots = tuple(
        ChartDot(Spot(_short(_EDGE + number * step), height(moment.mean)), not moment.covered)
        for number, moment in enumerate(row.course)
        if moment.mean is not None
    )
    known = [moment for moment in row.course if moment.mean is not None]
    joined = zip(pairwise(dots), known[1:], strict=False)  # neither has a second one when there is a single session
    return Course(
        threshold=height(scale.threshold),
        dots=dots,
        lines=tuple((one.at, other.at) for (one, other), moment in joined if not moment.starts),
    )
