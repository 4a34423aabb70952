"""A trend without charts: for every line a sentence and a table of its points; the answers to every item as a grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, structs

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.summary import is_good_score
from reflect_tui.analysis.trend import ItemTrend, Point, Series, Trend, TrendFigure, change_between
from reflect_tui.analysis.version_changes import EndedLines
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, month_name, ngettext
from reflect_tui.model.events import Event
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import NOT_APPLICABLE, Role, Score
from reflect_tui.views import labels
from reflect_tui.views.change_sentences import change_clause, differ_by_half, shared_words
from reflect_tui.views.comparison_sentences import NEARLY, people_or_manager
from reflect_tui.views.goals import event_name
from reflect_tui.views.instrument_words import band_sentence, scale_line
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    fit,
    hanging,
    heading,
    line,
    pad,
    paragraph,
    paragraphs,
    rule,
    shorten,
    span,
)
from reflect_tui.views.trends import (
    MARKS,
    TrendAxis,
    TrendScene,
    TrendView,
    exact_mean,
    old_means,
    reference_sentences,
    series_of,
    stretches,
)
from reflect_tui.views.version_sentences import render_changes_below

_WIDEST = 108


class CourseText(Struct, frozen=True):
    """A stretch of a line in text: a sentence, and below `course_head()` a row for every session, if there are more."""

    sentence: str
    rows: list[list[str]]


def course_head() -> list[str]:
    """Name the columns of the rows of a `CourseText`."""
    return [_("Date"), _("mean"), _("scored"), _("verdict")]


def course_texts(name: str, points: Sequence[Point], role: Role = "self") -> list[CourseText]:
    """Write a line as text, apart for every stretch that other items break off.

    Points of another role may be of several people: they have a lowest and a highest mean, and no course.
    """
    if not points:
        return [CourseText(_("{name}: nothing scored yet.").format(name=name), [])]
    opening, continuation = _("{name}: {course}."), _("Other statements since then: {course}.")
    often = Counter(labels.day(point.when) for point in points)
    return [
        CourseText(
            (continuation if number else opening).format(name=name, course=_course(stretch, often, role)),
            [_row(point, often) for point in stretch] if len(stretch) > 1 else [],
        )
        for number, stretch in enumerate(stretches(points))
    ]


def _row(point: Point, often: Mapping[str, int]) -> list[str]:
    """Write a point in cells, with how many statements are n/a: those are not counted."""
    mean, scored, said = labels.figures(point.group)
    if skipped := point.group.not_applicable:
        scored = _("{scored} ({n} n/a)").format(scored=scored, n=skipped)
    return [_date(point, often), mean, scored, said]


def _date(point: Point, often: Mapping[str, int]) -> str:
    """Write the day of a point; the time tells two of one day apart."""
    date = labels.day(point.when)
    return f"{date}, {labels.clock(point.when)}" if often[date] > 1 else date


def _course(points: Sequence[Point], often: Mapping[str, int], role: Role) -> str:
    first, last = points[0], points[-1]
    if first is last:
        text = _("{mean} on {date}, n = {n}")
        figure = text.format(mean=labels.figure_text(last.group), date=_date(last, often), n=last.group.scored)
        return f"{figure}, {labels.verdict(last.group)}"
    if role != "self":
        low, *_others, high = sorted((point.group for point in points), key=lambda group: group.mean or 0)
        text = _("{low} to {high} in {n} sessions, perhaps by several people")
        if low.mean == high.mean:
            text = _("{low} in each of {n} sessions, perhaps by several people")
        return text.format(low=labels.figure_text(low), high=labels.figure_text(high), n=len(points))
    text = _("from {first} on {date} to {last} on {later}{change}, in {n} sessions")
    change = change_between(first, last)
    is_told = not change.is_single and (change.is_changed or change.is_partial)
    return text.format(
        first=labels.figure_text(first.group),
        date=labels.day(first.when),
        last=labels.figure_text(last.group),
        later=labels.day(last.when),
        change=f" ({change_clause(change)})" if is_told else "",
        n=len(points),
    ) + _counts(first, last, change)


def _counts(first: Point, last: Point, change: GroupChange) -> str:
    """Say of how many statements both means are, where other statements changed them or the numbers differ by half."""
    before, now = first.group.scored, last.group.scored
    if change.by_other_items and change.is_changed:
        text = _("(n {before}, then {now}; {shared})")
        return " " + text.format(before=before, now=now, shared=shared_words(change))
    if not differ_by_half(before, now):
        return ""
    both = len(first.scores.keys() & last.scores.keys())
    text = ngettext(
        "(n {before}, then {now}; {n} scored both times)", "(n {before}, then {now}; {n} scored both times)", both
    )
    return " " + text.format(before=before, now=now, n=both)


def course_sentence(instrument: Instrument, series: Series) -> str:
    """Say how a whole line runs: first and last mean of every stretch, and when."""
    return " ".join(text.sentence for text in course_texts(labels.group_name(instrument, series.id), series.points))


def means_in_words(points: Sequence[Point], count: int, newest: str = "") -> str:
    """The means of a domain of `count` items, too small for a chart; a dash for sessions without a score between them.

    So for those at the end, up to the one with the id `newest`.
    """
    means = []
    for point in points:
        means += ["–"] * point.interrupted + [target_text(float(exact_mean(point)))]
    if newest and points and points[-1].session != newest:
        means.append("–")
    text = ngettext("{n} statement: {means}", "{n} statements: {means}", count)
    return text.format(n=count, means=" · ".join(means) or "–")


def goal_sentences(scene: TrendScene, series: Series) -> list[str]:
    """Say what mean the open goals of a line want to reach, and the chosen profile."""
    goal, aim = _("Goal {target}: {what}."), _("Target {target} for “{what}”.")
    return [
        (aim if target.of_profile else goal).format(target=target_text(target.value), what=target.label.rstrip("."))
        for target in scene.targets.get(series.id, ())
    ]


def render_trend_text(scene: TrendScene, columns: int, axes: Sequence[TrendAxis] = ("domain", "focus")) -> list[Line]:
    """Write in text what the charts of these axes, or the grid of items, show: own lines, then those of others."""
    room = min(columns, _WIDEST)
    if "item" in axes:
        return [*_answers(scene, columns), *_ended_answers(scene, columns), *render_changes_below(scene.versions, room)]
    return [
        *paragraph(_opening(scene), room - 2, "muted", indent=2),
        *_courses(scene, scene.trend, axes, room),
        *(row for other in scene.trend.others for row in _courses_of_others(scene, other, axes, room)),
        *_confidential_groups(scene, axes, room),
        *(_references(scene, columns) if "domain" in axes else ()),
        *_events(scene.events, columns),
        *_ended_courses(scene, axes, room),
        *render_changes_below(scene.versions, room),
    ]


def _opening(scene: TrendScene) -> str:
    count = len(scene.trend.sessions)
    counted = ngettext("{n} session of your own", "{n} sessions of your own", count).format(n=count)
    return f"{scene.instrument.title}: {counted}. {scale_line(scene.instrument)}"


def _courses(scene: TrendScene, trend: Trend, axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    for series in (series for axis in axes for series in series_of(trend, axis)):
        texts = course_texts(labels.group_name(scene.instrument, series.id), series.points, trend.role)
        if texts and (head := scene.instrument.group_heads.get(series.id)):
            yield from (EMPTY, heading(head))
        for text in texts:
            ends = (*_band_now(scene, trend, series), *goal_sentences(scene, series)) if text is texts[-1] else ()
            sentences = [text.sentence, *ends]
            yield EMPTY
            yield from paragraph(" ".join(sentences), columns - 2, indent=2)
            yield from labels.table(course_head(), text.rows, columns) if text.rows else ()


def _band_now(scene: TrendScene, trend: Trend, series: Series) -> list[str]:
    """Say by the bands what the last mean of one's own line is, where it is of this version of the instrument."""
    last = series.points[-1] if series.points and trend.role == "self" else None
    on_this = [one.id for one in trend.sessions if one.digest == scene.instrument.digest]
    return [said] if last and last.session in on_this and (said := band_sentence(scene.instrument, last.group)) else []


def _courses_of_others(scene: TrendScene, other: Trend, axes: Sequence[TrendAxis], columns: int) -> list[Line]:
    """Show the lines of others that have points, without one's own goals."""
    scored = structs.replace(
        other,
        domains=tuple(series for series in other.domains if series.points),
        focuses=tuple(series for series in other.focuses if series.points),
    )
    title = heading(_("Filled in by: {role}.").format(role=labels.role_name(other.role)))
    return [EMPTY, title, *_courses(structs.replace(scene, targets={}), scored, axes, columns)]


def _confidential_groups(scene: TrendScene, axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    """Show every group that answered in confidence, a table a round, with the figures of its comparison."""
    names = [series.id for axis in axes for series in series_of(scene.trend, axis)]
    for group in sorted(scene.groups, key=lambda group: list(MARKS).index(group.role)):
        title = _("{role}, in confidence").format(role=labels.role_name(group.role))
        head = [f"{labels.day(group.when)} · {people_or_manager(group.role, group.people)}", _("mean"), _("scored")]
        rows = [[labels.group_name(scene.instrument, name), *_group_cells(group.figure(name))] for name in names]
        yield from (EMPTY, heading(title), *labels.table(head, rows, columns))
    if scene.groups:
        text = _("As in the comparison: on the statements that both sides scored. {sign} rounded, or told as a bound.")
        yield EMPTY
        yield from paragraph(text.format(sign=NEARLY), columns - 2, "muted", indent=2)


def _group_cells(figure: TrendFigure | None) -> tuple[str, str]:
    if figure is None:
        return labels.mean_text(None), labels.mean_text(None)
    note = "" if figure.covered else ", " + _("too few")
    return f"{labels.mean_text(figure.mean)}{NEARLY if figure.bound else ''}", f"{figure.scored}{note}"


def _references(scene: TrendScene, columns: int) -> list[Line]:
    references = old_means(scene)
    if not references:
        return []
    sentences = reference_sentences(references, scene.instrument)
    rows = paragraphs(sentences, columns - 2, indent=2)
    return [EMPTY, heading(_("Old means, without their scores")), *rows]


def _events(events: Sequence[Event], columns: int) -> list[Line]:
    if not events:
        return []
    rows = paragraphs(map(event_name, events), columns - 2, indent=2)
    return [EMPTY, heading(_("Events")), *rows]


# The lines that ended with a version of the instrument.


def _ended_heading(ended: EndedLines) -> list[Line]:
    return [EMPTY, heading(_("Lines that ended with version {version}").format(version=ended.until))]


def _ended_courses(scene: TrendScene, axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    for ended in scene.ended:
        lines = [*(ended.domains if "domain" in axes else ()), *(ended.focuses if "focus" in axes else ())]
        yield from _ended_heading(ended) if lines else ()
        for series in lines:
            for text in course_texts(labels.group_name(ended.on, series.id), series.points):
                yield from (EMPTY, *paragraph(text.sentence, columns - 2, indent=2))
                yield from labels.table(course_head(), text.rows, columns) if text.rows else ()


def _ended_answers(scene: TrendScene, columns: int) -> Iterator[Line]:
    """Write the statements that ended, with all answers to them."""
    for ended in scene.ended:
        yield from _ended_heading(ended) if ended.items else ()
        for row in ended.items:
            label = line("  ", span(f"{_digits(row, len(row.answers))}  ", "strong"), target=row.item)
            yield from hanging(label, ended.on.sentence(ended.on.item(row.item)), min(columns - 2, _WIDEST))


# Every item as its answers.


NOT_ASKED = "╎"
"""What stands where the version of a session did not ask an item."""


def sign_note(scene: TrendScene) -> str:
    """Explain the signs that stand where there is no score."""
    said = _("{skipped} n/a  {open} no answer").format(skipped=labels.SKIPPED, open=labels.OPEN)
    if all(all(row.asked) for row in scene.rows):
        return said
    return said + "  " + _("{sign} not asked then").format(sign=NOT_ASKED)


def _answers(scene: TrendScene, columns: int) -> Iterator[Line]:
    """Write every item as its answers, oldest first, and its sentence."""
    shown = min(len(scene.trend.sessions), max(4, (columns - 40) // 2))
    yield from paragraph(_whose(scene, shown), columns - 2, "muted", indent=2)
    yield from paragraph(sign_note(scene), columns - 2, "muted", indent=2)
    rows = {row.item: row for row in scene.rows}
    for domain in scene.instrument.domains:
        yield EMPTY
        yield heading(labels.group_name(scene.instrument, domain.id))
        for item in domain.items:
            digits = span(pad(_digits(rows[item.id], shown), 2 * shown + 1), "strong")
            label = line("  ", digits, target=item.id)
            yield from hanging(label, scene.instrument.sentence(item), min(columns - 2, _WIDEST))


def _whose(scene: TrendScene, shown: int) -> str:
    """Say of which sessions the answers are, and whether there are more than have room."""
    sessions = scene.trend.sessions[-shown:]
    span_of = {"first": labels.day(sessions[0].started), "last": labels.day(sessions[-1].started)}
    if shown < len(scene.trend.sessions):
        text = _("Answers of the last {n} of {total} sessions, {first} to {last}; there is no room for more.")
        return text.format(n=shown, total=len(scene.trend.sessions), **span_of)
    text = ngettext("Answers of {n} session, {first}.", "Answers of {n} sessions, {first} to {last}.", shown)
    return text.format(n=shown, **span_of)


def _digits(row: ItemTrend, shown: int) -> str:
    """Write the newest answers of an item."""
    pairs = list(zip(row.answers, row.asked, strict=True))[-shown:]
    return " ".join(labels.score_glyph(answer) if asked else NOT_ASKED for answer, asked in pairs)


# The grid: items by sessions, every answer as its digit and a shade, below the headings of the domains.


CELL = 3
_SHADES = "░▒▓█"
_TEXT = 26  # columns that an item's words have at least
_FOOT = 6  # rows: a line, the sentence, its answer, the legend
_MONTH = 7  # columns of "nov 26 "


def render_grid(scene: TrendScene, view: TrendView, columns: int, rows: int) -> list[Line]:
    """Show as many items and sessions as have room, around those chosen, and the chosen item as a sentence."""
    sessions = _fitting_sessions(scene, view, columns)
    words = columns - 4 - len(sessions) * CELL
    body = _body(scene, view, sessions, words)
    at = next((place for place, row in enumerate(body) if row.target == scene.rows[view.item].item), 0)
    room = max(3, rows - _FOOT - 1)
    start = max(0, min(at - room // 2, len(body) - room))
    shown = body[start : start + room]
    return [_head(scene, view, sessions, words), *shown, *[EMPTY] * (room - len(shown)), *_foot(scene, view, columns)]


def _fitting_sessions(scene: TrendScene, view: TrendView, columns: int) -> range:
    """Choose the sessions that have room, around the one walked to."""
    count = len(scene.trend.sessions)
    fitting = max(1, min(count, (columns - 4 - _TEXT) // CELL))
    last = max(fitting, min(count, view.session + 1 + fitting // 2))
    return range(last - fitting, last)


def _head(scene: TrendScene, view: TrendView, sessions: range, words: int) -> Line:
    """Write months above the columns, as many as have room, that of the session walked to always."""
    text = " " * CELL * len(sessions)
    chosen = (view.session - sessions.start) * CELL
    places = [chosen, *(place for place in range(0, len(text), CELL) if abs(place - chosen) >= _MONTH)]
    taken: list[int] = []
    for place in places:
        moment = scene.trend.sessions[sessions[place // CELL]].started
        label = f"{month_name(moment.month)} {moment.year % 100:02d}"
        place = min(place, len(text) - len(label))  # noqa: PLW2901 -- the last label stands within the grid
        if place >= 0 and all(abs(place - other) >= _MONTH for other in taken):
            text = text[:place] + label + text[place + len(label) :]
            taken.append(place)
    return line(" " * (words + 3), span(text, "muted"))


def _body(scene: TrendScene, view: TrendView, sessions: range, words: int) -> list[Line]:
    lines: list[Line] = []
    for domain in scene.instrument.domains:
        lines.append(line("  ", span(shorten(domain.title, words + len(sessions) * CELL), "accent")))
        for item in domain.items:
            number = scene.instrument.positions[item.id]
            chosen = number == view.item
            text = span(fit(item.text, words - 1), "strong" if chosen else "text")
            cells = [_grid_cell(scene, scene.rows[number], place, chosen=place == view.session) for place in sessions]
            lines.append(
                line(span(f" {labels.HERE} " if chosen else "   ", "accent"), text, " ", *cells, target=item.id)
            )
    return lines


def _grid_cell(scene: TrendScene, row: ItemTrend, session: int, *, chosen: bool) -> Span:
    if not row.asked[session]:
        return span(pad(NOT_ASKED, CELL), "faint")
    answer = row.answers[session]
    style: Style = "muted"
    if isinstance(answer, int):
        style = "high" if is_good_score(scene.instrument, row.item, answer) else "text"
    return span(pad(_glyphs(scene.instrument, answer), CELL), "strong" if chosen else style)


def _glyphs(instrument: Instrument, answer: Score | None) -> str:
    """Write an answer as its digit and a shade: the darker, the higher on the scale."""
    if not isinstance(answer, int):
        return labels.score_glyph(answer)
    scale = instrument.scale
    part = (answer - scale.lowest) / (scale.highest - scale.lowest)
    return f"{answer}{_SHADES[round(part * (len(_SHADES) - 1))]}"


def _foot(scene: TrendScene, view: TrendView, columns: int) -> list[Line]:
    """Write the chosen item as a sentence, and its answer in the session walked to."""
    row = scene.rows[view.item]
    session = scene.trend.sessions[view.session]
    sentence = scene.instrument.sentence(scene.instrument.item(row.item))
    words = paragraph(sentence, columns - 2, "strong", indent=2)[: _FOOT - 3]
    answer = line(
        "  ", span(f"{labels.day(session.started)}: ", "muted"), span(_answer(scene, row, view.session), "text")
    )
    filled = [*words, *[EMPTY] * (_FOOT - 3 - len(words))]
    return [rule(columns), *filled, answer, line("  ", span(sign_note(scene), "muted"))]


def _answer(scene: TrendScene, row: ItemTrend, session: int) -> str:
    if not row.asked[session]:
        return _("not in this version")
    answer = row.answers[session]
    if isinstance(answer, int):
        return f"{answer} {scene.instrument.item_scale(row.item).label(answer)}"
    return _("n/a") if answer == NOT_APPLICABLE else _("no answer")
