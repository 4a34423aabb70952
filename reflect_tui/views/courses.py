"""The course of every domain beside the bars of a session: a cell a session, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from reflect_tui.analysis.trend import Trend
from reflect_tui.model.instrument import Instrument
from reflect_tui.views import bars
from reflect_tui.views.lines import Span, in_runs, pad
from reflect_tui.views.results import BESIDE
from reflect_tui.views.trends import month_year


def course_room(width: int) -> int:
    """How many sessions of a course stand beside bars in so many columns."""
    return max(BESIDE, min(24, width // 7))


def courses(course: Trend, instrument: Instrument) -> dict[str, Sequence[Span]]:
    """Draw the course of every domain through the sessions of a trend; one session alone has none.

    All have one scale, which takes in every mean.
    """
    if len(course.sessions) == 1:
        return {}
    means: dict[str, dict[str, Fraction | None]] = {
        series.id: {point.session: point.group.mean for point in series.points if point.covered}
        for series in course.domains
    }
    shown = [mean for known in means.values() for mean in known.values() if mean is not None]
    ends = (min(shown), max(shown)) if shown else None
    return {
        name: in_runs(
            pad(
                bars.course((known.get(one.id) for one in course.sessions), instrument.scale_of(name), ends),
                BESIDE,
                right=True,
            ),
            partial(bars.course_style, better=instrument.scale_of(name).better),
        )
        for name, known in means.items()
    }


def course_period(course: Trend) -> str:
    """Say from when to when courses go; "" of one session alone."""
    ends = [month_year(one.started) for one in (course.sessions[0], course.sessions[-1])]
    return " – ".join(dict.fromkeys(ends)) if len(course.sessions) > 1 else ""
