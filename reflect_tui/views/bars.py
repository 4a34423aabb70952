"""A mean as a bar on the whole scale, with the threshold marked; and beside it its course, a cell a session."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from functools import partial

from reflect_tui.analysis.trend import Trend
from reflect_tui.model.instrument import Better, Instrument, Scale
from reflect_tui.views.labels import month_year
from reflect_tui.views.lines import Span, Style, in_runs, pad

TRACK, ABOVE, MARK, PASSED, AHEAD, ENDS = "─", "━", "╋", "┼", "·", "├┤"
"""A bar: up to the threshold, beyond it, the threshold, whole points passed and still ahead, both ends."""

COVERED, TARGET = "●", "▾"
"""Where a mean, and where a target, stands on a bar."""
SEVERAL = "◉"
"""Means of several people in one cell of an axis."""

LOW_STEPS, HIGH_STEPS = "▁▂▃▄▅", "▆▇█"
"""The heights of a course: up to the threshold, and strictly above it."""

BESIDE = 8
"""Columns of a change or a course beside a bar, after a blank."""

_HALF = Fraction(1, 2)

_TRACK = frozenset((TRACK, PASSED, AHEAD, *ENDS, " "))


def render_bar(
    mean: Fraction | None, scale: Scale, width: int, style: Style = "accent", target: Fraction | None = None
) -> tuple[Span, ...]:
    """Draw a mean on the scale: the track muted, the value in the given style, a target unless the mean covers it."""
    value = None if mean is None else float(mean)
    drawn = track(value, scale.lowest, scale.highest, float(scale.threshold), width)
    if target is not None and drawn[place := _cell(target, scale.lowest, scale.highest, width)] != COVERED:
        drawn = f"{drawn[:place]}{TARGET}{drawn[place + 1 :]}"
    return in_runs(drawn, partial(glyph_style, style=style))


def glyph_style(glyph: str, style: Style) -> Style:
    """Return the style of a glyph of a bar: of what is not the value itself, a quiet one."""
    if glyph in _TRACK:
        return "faint"
    return "muted" if glyph == MARK else "text" if glyph == TARGET else style


def course(means: Iterable[Fraction | None], scale: Scale, ends: tuple[Fraction, Fraction] | None = None) -> str:
    """Draw means one after the other, a cell each; only one strictly above the threshold takes a high step.

    A mean that is missing, or below coverage, leaves its cell blank. The steps go over the whole scale, or with
    `ends`, the lowest and highest mean that are shown, over those and half a point around the threshold.
    """
    low, high = Fraction(scale.lowest), Fraction(scale.highest)
    if ends:
        low = max(low, min(ends[0], scale.threshold - _HALF))
        high = min(high, max(ends[1], scale.threshold + _HALF))
    return "".join(_step(mean, scale.threshold, low, high) for mean in means)


def course_style(glyph: str, better: Better = "higher") -> Style:
    """The style of a course: what is strictly above the threshold stands out; not above it, where lower is better."""
    good = HIGH_STEPS if better == "higher" else LOW_STEPS
    return "high" if glyph in good else "muted"


def _step(mean: Fraction | None, threshold: Fraction, low: Fraction, high: Fraction) -> str:
    if mean is None:
        return " "
    if mean > threshold:
        part = (mean - threshold) / (high - threshold)
        return HIGH_STEPS[max(0, min(math.ceil(part * len(HIGH_STEPS)) - 1, len(HIGH_STEPS) - 1))]
    part = (mean - low) / (threshold - low) if threshold > low else Fraction(1)
    return LOW_STEPS[max(0, min(math.ceil(part * len(LOW_STEPS)) - 1, len(LOW_STEPS) - 1))]


def even(width: int, scale: Scale) -> int:
    """The largest width up to this one in which all points of the scale are equally far apart."""
    return width - (width - 1) % (scale.highest - scale.lowest)


def scale_row(scale: Scale, width: int) -> str:
    """Write the points of the scale above a bar, each above its own place."""
    row = [" "] * width
    steps = scale.highest - scale.lowest
    for value in range(scale.lowest, scale.highest + 1):
        row[round((value - scale.lowest) / steps * (width - 1))] = str(value)
    return "".join(row)


def track(value: float | Fraction | None, low: float, high: float, threshold: float | Fraction, width: int) -> str:
    """Draw one mean on a track over the whole scale, `width` cells; None gives the empty track.

    Only a mean of exactly the threshold stands upon its mark: rounding to a cell never changes the verdict one sees.
    """
    mark = _cell(threshold, low, high, width)
    here = -1 if value is None else _spot(value, low, high, threshold, width)
    points = {_cell(point, low, high, width) for point in range(math.ceil(low), math.floor(high) + 1)}
    return "".join(_bar_glyph(cell, here, mark, points, width) for cell in range(width))


def axis(
    marks: Sequence[tuple[Fraction, str]], low: float, high: float, threshold: float | Fraction, width: int
) -> str:
    """Draw several means on one track over the whole scale, each by its own glyph; those in one cell by SEVERAL.

    A line joins the lowest and the highest of them. As in track(), only a mean of exactly the threshold stands upon it.
    """
    placed: dict[int, str] = {}
    for value, glyph in marks:
        here = _spot(value, low, high, threshold, width)
        placed[here] = SEVERAL if here in placed else glyph
    empty = track(None, low, high, threshold, width)
    joined = range(min(placed), max(placed)) if placed else ()
    cells = (TRACK if cell in joined and glyph in {" ", AHEAD} else glyph for cell, glyph in enumerate(empty))
    return "".join(placed.get(cell, glyph) for cell, glyph in enumerate(cells))


def spread(ends: tuple[float, float], median: float, scale: Scale, threshold: Fraction, width: int) -> str:
    """Draw where the middle half of people lies on the whole scale, between its two ends, and their median."""
    low, high = scale.lowest, scale.highest
    first, last = (_cell(end, low, high, width) for end in ends)
    cells = [
        ABOVE if first <= cell <= last and glyph != MARK else glyph
        for cell, glyph in enumerate(track(None, low, high, threshold, width))
    ]
    cells[_spot(median, low, high, threshold, width)] = COVERED
    return "".join(cells)


def _spot(value: float | Fraction, low: float, high: float, threshold: float | Fraction, width: int) -> int:
    """Find the cell of a mean: beside that of the threshold unless it is the very same."""
    mark, here = _cell(threshold, low, high, width), _cell(value, low, high, width)
    if here != mark:
        return here
    # compared as floats, so that 33/10 is 3.3
    side = (float(value) > float(threshold)) - (float(value) < float(threshold))
    return max(0, min(mark + side, width - 1))


def part(value: float, low: float, high: float) -> float:
    """How far a value is from low (0) to high (1); the middle when these are the same."""
    # by halves: the difference of two finite numbers need not be finite
    span = high / 2 - low / 2
    return (value / 2 - low / 2) / span if span > 0 else 0.5


def _cell(value: float | Fraction, low: float, high: float, width: int) -> int:
    return int(max(0.0, min(part(float(value), low, high), 1.0)) * (width - 1) + 0.5)


def _bar_glyph(cell: int, here: int, mark: int, points: Collection[int], width: int) -> str:
    """Choose what stands in a cell of a bar that reaches to `here` (-1: nowhere), with the threshold at `mark`."""
    if cell in {here, mark}:
        return COVERED if cell == here else MARK
    if cell in {0, width - 1}:
        return ENDS[0] if cell == 0 else ENDS[1]
    if cell > here:
        return AHEAD if cell in points else " "
    if cell > mark:
        return ABOVE
    return PASSED if cell in points else TRACK


def course_room(width: int) -> int:
    """How many sessions of a course stand beside bars in so many columns."""
    return max(BESIDE, min(24, width // 7))


def courses(followed: Trend, instrument: Instrument) -> dict[str, Sequence[Span]]:
    """Draw the course of every domain through the sessions of a trend; one session alone has none.

    All have one scale, which takes in every mean.
    """
    if len(followed.sessions) == 1:
        return {}
    covered = [(series.id, point) for series in followed.domains for point in series.points if point.covered]
    means = {(name, point.session): point.group.mean for name, point in covered}
    shown = [mean for mean in means.values() if mean is not None]
    ends = (min(shown), max(shown)) if shown else None
    drawn: dict[str, Sequence[Span]] = {}
    for name in (series.id for series in followed.domains):
        scale = instrument.scale_of(name)
        cells = course((means.get((name, session.id)) for session in followed.sessions), scale, ends)
        drawn[name] = in_runs(pad(cells, BESIDE, right=True), partial(course_style, better=scale.better))
    return drawn


def course_period(followed: Trend) -> str:
    """Say from when to when courses go; "" of one session alone."""
    ends = [month_year(one.started) for one in (followed.sessions[0], followed.sessions[-1])]
    return " – ".join(dict.fromkeys(ends)) if len(followed.sessions) > 1 else ""
