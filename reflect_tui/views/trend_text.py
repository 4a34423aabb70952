"""The text twin of the charts of a trend: for every line a sentence and a table of its points, others apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, structs

from reflect_tui.analysis.trend import Point, Trend
from reflect_tui.i18n import _, ngettext
from reflect_tui.views.labels import clock, day, figures, group_name, mean_text, role_name, scale_line, table, verdict
from reflect_tui.views.lines import EMPTY, Line, heading, paragraph
from reflect_tui.views.trends import TrendAxis, TrendScene, goal_sentences, series_of, stretches

_WIDEST = 108


class CourseText(Struct, frozen=True):
    """A stretch of a line in text: a sentence, and below `course_head()` a row for every session, if there are more."""

    sentence: str
    rows: list[list[str]]


def course_head() -> list[str]:
    """Name the columns of the rows of a `CourseText`."""
    return [_("Date"), _("mean"), _("scored"), _("verdict")]


def course_texts(name: str, points: Sequence[Point]) -> list[CourseText]:
    """Write a line as text, apart for every stretch that other items break off."""
    if not points:
        return [CourseText(_("{name}: nothing scored yet.").format(name=name), [])]
    opening, continuation = _("{name}: {course}."), _("Other items since then: {course}.")
    often = Counter(day(point.when) for point in points)
    return [
        CourseText(
            (continuation if number else opening).format(name=name, course=_course(stretch, often)),
            [[_date(point, often), *figures(point.group)] for point in stretch] if len(stretch) > 1 else [],
        )
        for number, stretch in enumerate(stretches(points))
    ]


def _date(point: Point, often: Mapping[str, int]) -> str:
    """Write the day of a point; the time tells two of one day apart."""
    date = day(point.when)
    return f"{date}, {clock(point.when)}" if often[date] > 1 else date


def _course(points: Sequence[Point], often: Mapping[str, int]) -> str:
    first, last = points[0], points[-1]
    if first is last:
        text = _("{mean} on {date}, n = {n}")
        figure = text.format(mean=mean_text(last.mean), date=_date(last, often), n=last.group.scored)
        return f"{figure}, {verdict(last.group)}"
    text = _("from {first} on {date} to {last} on {later}, in {n} sessions")
    return text.format(
        first=mean_text(first.mean),
        date=day(first.when),
        last=mean_text(last.mean),
        later=day(last.when),
        n=len(points),
    )


def render_trend_text(scene: TrendScene, columns: int, axes: Sequence[TrendAxis] = ("domain", "focus")) -> list[Line]:
    """Write in text what the charts of these axes show: one's own lines, then those of others."""
    room = min(columns, _WIDEST)
    return [
        *paragraph(_opening(scene), room - 2, "muted", indent=2),
        *_courses(scene, scene.trend, axes, room),
        *(row for other in scene.trend.others for row in _courses_of_others(scene, other, axes, room)),
    ]


def _opening(scene: TrendScene) -> str:
    count = len(scene.trend.sessions)
    counted = ngettext("{n} session of your own", "{n} sessions of your own", count).format(n=count)
    return f"{scene.instrument.title}: {counted}. {scale_line(scene.instrument.scale)}"


def _courses(scene: TrendScene, trend: Trend, axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    for series in (series for axis in axes for series in series_of(trend, axis)):
        texts = course_texts(group_name(scene.instrument, series.id), series.points)
        for text in texts:
            sentences = [text.sentence, *(goal_sentences(scene, series) if text is texts[-1] else ())]
            yield EMPTY
            yield from paragraph(" ".join(sentences), columns - 2, indent=2)
            yield from table(course_head(), text.rows, columns) if text.rows else ()


def _courses_of_others(scene: TrendScene, other: Trend, axes: Sequence[TrendAxis], columns: int) -> list[Line]:
    """Show the lines of others that have points, without one's own goals."""
    scored = structs.replace(
        other,
        domains=tuple(series for series in other.domains if series.points),
        focuses=tuple(series for series in other.focuses if series.points),
    )
    title = heading(_("Filled in by: {role}.").format(role=role_name(other.role)))
    return [EMPTY, title, *_courses(structs.replace(scene, targets={}), scored, axes, columns)]
