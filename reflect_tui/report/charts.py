"""Where the parts of our own charts lie: bars and the axes of raters on the whole scale, courses on a part of it.

Lengths are in the units of each drawing; what sets them (HTML, PDF) gives the units a size. Nothing is interpolated:
a domain without a score has no point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct

from reflect_tui.analysis.trend import Point, half_points_around
from reflect_tui.model.instrument import Scale, exact
from reflect_tui.report.document import GroupRow, MarkName, RaterMark
from reflect_tui.report.document_texts import is_drawn

BAR_WIDTH, BAR_HEIGHT = 108.0, 12.0
COURSE_WIDTH, COURSE_HEIGHT, COURSE_LABEL = 140.0, 21.0, 23.0
RATERS_WIDTH, RATERS_HEIGHT = 152.0, 14.0
_LANES = (7.0, 3.4, 10.6, 7.0)
_APART = 6.0  # marks that are nearer would cover one another
_EDGE = 3.0  # room at both ends for a dot on the edge


class Spot(Struct, frozen=True):
    """A place in a drawing."""

    x: float
    y: float


class ChartDot(Struct, frozen=True):
    """A mean in a drawing: whether it is on the good side of the threshold; hollow below coverage."""

    at: Spot
    good: bool
    hollow: bool


class Bar(Struct, frozen=True, kw_only=True):
    """A mean on the whole scale: ticks at its points, the threshold, and the mean before as a tick of its own."""

    ticks: tuple[float, ...]
    start: float
    threshold: float
    end: float | None
    before: float | None
    target: float | None
    hollow: bool


class PlacedMark(Struct, frozen=True, kw_only=True):
    """Someone on an axis: where the mark stands, and from where to where the mean may lie, if that is not exact."""

    role: MarkName
    at: Spot
    reach: tuple[float, float] | None


class RaterAxis(Struct, frozen=True, kw_only=True):
    """Everyone on the whole scale: ticks at its points, the threshold, and a line between the outermost marks."""

    ticks: tuple[float, ...]
    threshold: float
    ends: tuple[float, float]
    marks: tuple[PlacedMark, ...]


class CourseFrame(Struct, frozen=True, kw_only=True):
    """What all courses of a document share: the part of the scale that they take up, and the time, in seconds."""

    low: Fraction
    high: Fraction
    threshold: Fraction
    first: float
    last: float


class Area(Struct, frozen=True):
    """What lies between a line and the threshold, on its good side or not."""

    good: bool
    corners: tuple[Spot, ...]


class Course(Struct, frozen=True, kw_only=True):
    """Means over time, each at its date; what lies above `threshold` is high; `lines` join those measured alike.

    No line goes through a session without a mean, nor through a mean without a verdict; `areas` fill what lies between
    the lines and the threshold.
    """

    threshold: float
    target: float | None
    dots: tuple[ChartDot, ...]
    areas: tuple[Area, ...]
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

    mean, before = row.now.mean, row.change.shown[0].mean if row.change else None
    return Bar(
        ticks=tuple(place(point.value) for point in scale.points),
        start=_EDGE,
        threshold=place(row.now.threshold),
        end=None if mean is None else place(mean),
        before=None if before is None else place(before),
        target=None if row.now.target is None else place(row.now.target),
        hollow=row.now.verdict is None,
    )


def rater_axis(marks: Sequence[RaterMark], scale: Scale, high_above: float | None = None) -> RaterAxis:
    """Lay everyone out on one axis; a mark that would stand upon another moves up or down.

    `high_above` is the threshold of the row, that of the scale unless told.
    """
    above = scale.high_above if high_above is None else high_above

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
        threshold=place(exact(str(above))),
        ends=(min(across, default=_EDGE), max(across, default=_EDGE)),
        marks=tuple(placed),
    )


def course_frame(rows: Sequence[GroupRow], scale: Scale) -> CourseFrame:
    """Choose the scale and the time on which all courses that are drawn stand."""
    drawn = [moment for row in rows if is_drawn(row) for moment in row.course]
    thresholds = [moment.group.threshold for moment in drawn if moment.group.high_above is not None]
    shown = [moment.mean for moment in drawn if moment.mean is not None] + thresholds
    shown += [row.now.target for row in rows if is_drawn(row) and row.now.target is not None]
    low, high = half_points_around(shown, scale)
    times = [moment.when.timestamp() for moment in drawn] or [0.0]
    return CourseFrame(low=low, high=high, threshold=scale.threshold, first=min(times), last=max(times))


def course(row: GroupRow, frame: CourseFrame) -> Course:
    """Lay out the course of a row."""

    def place(moment: Point, mean: Fraction) -> Spot:
        across = (moment.when.timestamp() - frame.first) / (frame.last - frame.first or 1)
        x = _EDGE + across * (COURSE_WIDTH - COURSE_LABEL - 2 * _EDGE)
        return Spot(_short(x), _height(mean, frame))

    higher = row.now.better == "higher"
    known = [(moment, moment.mean) for moment in row.course if moment.mean is not None]
    dots = tuple(
        ChartDot(place(moment, mean), (mean > row.now.threshold) is higher, not moment.covered)
        for moment, mean in known
    )
    joined = zip(pairwise(dots), known[1:], strict=False)  # neither has a second one when there is a single session
    lines = tuple(
        (one.at, other.at)
        for (one, other), (moment, _mean) in joined
        if not (moment.starts or moment.interrupted or one.hollow or other.hollow)
    )
    threshold = _height(row.now.threshold, frame)
    areas = tuple(area for one, other in lines for area in _areas(one, other, threshold, higher=higher))
    target = None if row.now.target is None else _height(row.now.target, frame)
    return Course(threshold=threshold, target=target, dots=dots, areas=areas, lines=lines)


def _areas(one: Spot, other: Spot, threshold: float, *, higher: bool) -> Iterator[Area]:
    """Fill from a line to the threshold: one area, or two where the line crosses it."""
    ends = [(one, other)]
    if min(one.y, other.y) < threshold < max(one.y, other.y):
        part = (threshold - one.y) / (other.y - one.y)
        crossing = Spot(_short(one.x + part * (other.x - one.x)), threshold)
        ends = [(one, crossing), (crossing, other)]
    for left, right in ends:
        corners = (Spot(left.x, threshold), left, right, Spot(right.x, threshold))
        yield Area((min(left.y, right.y) < threshold) is higher, corners)


def _height(value: Fraction, frame: CourseFrame) -> float:
    part = float((value - frame.low) / (frame.high - frame.low))
    return _short(COURSE_HEIGHT - _EDGE - part * (COURSE_HEIGHT - 2 * _EDGE))
