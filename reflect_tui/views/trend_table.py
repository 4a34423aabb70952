"""The text twin of the charts: the same figures as tables and sentences, one's own first, others apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from reflect_tui.analysis.trend import GroupPoint, ItemTrend, Series, Trend, TrendFigure
from reflect_tui.i18n import _, month_name, ngettext
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import NOT_APPLICABLE, Score
from reflect_tui.views.compare import NEARLY, people
from reflect_tui.views.events import render_events_below
from reflect_tui.views.labels import (
    HERE,
    OPEN,
    SKIPPED,
    clock,
    day,
    group_name,
    mean_text,
    numbered_name,
    role_name,
    score_glyph,
)
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
    rule,
    shorten,
    span,
    width,
)
from reflect_tui.views.trends import (
    MARKS,
    TrendAxis,
    TrendScene,
    TrendView,
    course_sentence,
    goal_sentences,
    point_at,
    series_of,
)

# The means of every line as a table: a row a domain or focus, a column a session, each with its n.


BREAK = "│"
"""What stands before a mean that does not go on from the one before it."""


def render_trend_table(instrument: Instrument, trend: Trend, view: TrendView, columns: int) -> list[Line]:
    """Show the same figures as a table: a row a domain, the sessions that fit up to the one walked to."""
    cell = 13
    names = [numbered_name(instrument, series.id) for series in series_of(trend, view.axis)]
    title_room = min(30, max([16, *(width(name) + 2 for name in names)]))
    fitting = max(1, (columns - 2 - title_room) // cell)
    last = max(view.session + 1, min(fitting, len(trend.sessions)))
    shown = range(max(0, last - fitting), last)
    days = dates([trend.sessions[n].started for n in shown])
    head = [span(pad(date, cell, right=True), _head_style(n, view)) for n, date in zip(shown, days, strict=True)]
    lines = [line("  ", " " * title_room, *head)]
    for number, (series, name) in enumerate(zip(series_of(trend, view.axis), names, strict=True)):
        chosen = number == view.panel
        cells = [_cell(series, trend, n, cell, view) for n in shown]
        lines.append(
            line(
                "▸ " if chosen else "  ", span(fit(name, title_room - 1) + " ", "strong" if chosen else "text"), *cells
            )
        )
    note = _table_note(trend, hidden=len(trend.sessions) - len(shown))
    return [*lines, EMPTY, *paragraph(note, columns - 2, "muted", indent=2)]


def dates(moments: Sequence[datetime]) -> list[str]:
    """Name the moments above a table: by their day, and where two are of one day by the time as well."""
    days = [day(moment) for moment in moments]
    often = Counter(days)
    return [
        f"{date.rpartition(' ')[0]} {clock(moment)}" if often[date] > 1 else date
        for date, moment in zip(days, moments, strict=True)
    ]


def _table_note(trend: Trend, hidden: int) -> str:
    """Explain the cells of a table, and say how many sessions have no room in it."""
    points = [point for series in (*trend.domains, *trend.focuses) for point in series.points]
    parts = [cell_note(broken=any(point.starts for point in points))]
    if hidden:
        parts.append(ngettext("{n} more session: ← →", "{n} more sessions: ← →", hidden).format(n=hidden))
    return " · ".join(parts)


def cell_note(*, broken: bool) -> str:
    """Explain the cells of a table of means; `broken` when in some line the items are not the same all along."""
    said = _("mean and number of items; * too few for a verdict")
    return f"{said} · " + _("{sign} other items than before").format(sign=BREAK) if broken else said


def mean_cell(mean: Fraction | None, count: int, *, covered: bool, starts: bool) -> str:
    """Write one cell: a mean and its n, and whether it is too few for a verdict, or on other items than before."""
    return f"{f'{BREAK} ' if starts else ''}{mean_text(mean)}{' ' if covered else '*'}({count})"


def _head_style(number: int, view: TrendView) -> Style:
    return "accent" if number == view.session else "muted"


def _cell(series: Series, trend: Trend, number: int, room: int, view: TrendView) -> Span:
    point = point_at(series, trend, number)
    if point is None:
        return span(pad("–", room, right=True), "muted")
    text = mean_cell(point.mean, point.group.scored, covered=point.covered, starts=point.starts)
    style: Style = "strong" if number == view.session else "text"
    if point.group.verdict == "high" and number == view.session:
        style = "high"
    return span(pad(text, room, right=True), style)


# Items by sessions: every answer as its digit and a shade, below the headings of the domains.


CELL = 3
_SHADES = "░▒▓█"
NOT_ASKED = "╎"
"""What stands where the version of a session did not ask an item."""

_TEXT = 26  # columns that an item's words have at least
_FOOT = 6  # rows: a line, the sentence, its answer, the legend
_MONTH = 7  # columns of "nov 26 "


class _GridColumns(Struct, frozen=True):
    """Which sessions have room, and how much an item's words have."""

    sessions: range
    text: int


def render_grid(scene: TrendScene, view: TrendView, columns: int, rows: int) -> list[Line]:
    """Show as many items and sessions as have room, around those chosen, and the chosen item as a sentence."""
    layout = _layout(scene, view, columns)
    body = _body(scene, view, layout)
    at = next((place for place, row in enumerate(body) if row.target == scene.rows[view.item].item), 0)
    room = max(3, rows - _FOOT - 1)
    start = max(0, min(at - room // 2, len(body) - room))
    shown = body[start : start + room]
    return [_head(scene, view, layout), *shown, *[EMPTY] * (room - len(shown)), *_foot(scene, view, columns)]


def _layout(scene: TrendScene, view: TrendView, columns: int) -> _GridColumns:
    count = len(scene.trend.sessions)
    fitting = max(1, min(count, (columns - 4 - _TEXT) // CELL))
    last = max(fitting, min(count, view.session + 1 + fitting // 2))
    return _GridColumns(range(last - fitting, last), columns - 4 - fitting * CELL)


def _head(scene: TrendScene, view: TrendView, layout: _GridColumns) -> Line:
    """Write months above the columns, as many as have room, that of the session walked to always."""
    cells = [" " * CELL for _session in layout.sessions]
    text = "".join(cells)
    chosen = (view.session - layout.sessions.start) * CELL
    places = [chosen, *(place for place in range(0, len(text), CELL) if abs(place - chosen) >= _MONTH)]
    taken: list[int] = []
    for place in places:
        moment = scene.trend.sessions[layout.sessions.start + place // CELL].started
        label = f"{month_name(moment.month)} {moment.year % 100:02d}"
        place = min(place, len(text) - len(label))  # noqa: PLW2901 -- the last label stands within the grid
        if place >= 0 and all(abs(place - other) >= _MONTH for other in taken):
            text = text[:place] + label + text[place + len(label) :]
            taken.append(place)
    return line(" " * (layout.text + 3), span(text, "muted"))


def _body(scene: TrendScene, view: TrendView, layout: _GridColumns) -> list[Line]:
    lines: list[Line] = []
    number = 0
    for domain in scene.instrument.domains:
        lines.append(line("  ", span(shorten(domain.title, layout.text + len(layout.sessions) * CELL), "accent")))
        for _item in domain.items:
            lines.append(_row(scene, view, layout, number))
            number += 1
    return lines


def _row(scene: TrendScene, view: TrendView, layout: _GridColumns, number: int) -> Line:
    row = scene.rows[number]
    chosen = number == view.item
    text = fit(scene.instrument.item(row.item).text, layout.text - 1)
    opening = span(f" {HERE} " if chosen else "   ", "accent")
    cells = [_grid_cell(scene, row, session, chosen=session == view.session) for session in layout.sessions]
    return line(opening, span(text, "strong" if chosen else "text"), " ", *cells, target=row.item)


def _grid_cell(scene: TrendScene, row: ItemTrend, session: int, *, chosen: bool) -> Span:
    if not row.asked[session]:
        return span(pad(NOT_ASKED, CELL), "faint")
    answer = row.answers[session]
    style: Style = "muted"
    if isinstance(answer, int):
        style = "high" if answer > scene.instrument.scale.threshold else "text"
    return span(pad(_glyphs(scene.instrument, answer), CELL), "strong" if chosen else style)


def _glyphs(instrument: Instrument, answer: Score | None) -> str:
    """Write an answer as its digit and a shade: the darker, the higher on the scale."""
    if not isinstance(answer, int):
        return SKIPPED if answer == NOT_APPLICABLE else OPEN
    scale = instrument.scale
    part = (answer - scale.lowest) / (scale.highest - scale.lowest)
    return f"{answer}{_SHADES[round(part * (len(_SHADES) - 1))]}"


def _foot(scene: TrendScene, view: TrendView, columns: int) -> list[Line]:
    """Give the chosen item as a sentence, and its answer in the session walked to."""
    row = scene.rows[view.item]
    session = scene.trend.sessions[view.session]
    sentence = scene.instrument.sentence(scene.instrument.item(row.item))
    words = paragraph(sentence, columns - 2, "strong", indent=2)[: _FOOT - 3]
    answer = line("  ", span(f"{day(session.started)}: ", "muted"), span(_answer(scene, row, view.session), "text"))
    filled = [*words, *[EMPTY] * (_FOOT - 3 - len(words))]
    return [rule(columns), *filled, answer, line("  ", span(sign_note(scene), "muted"))]


def sign_note(scene: TrendScene) -> str:
    """Explain the signs that stand where there is no score."""
    said = _("{skipped} n/a  {open} no answer").format(skipped=SKIPPED, open=OPEN)
    if all(all(row.asked) for row in scene.rows):
        return said
    return said + "  " + _("{sign} not asked then").format(sign=NOT_ASKED)


def _answer(scene: TrendScene, row: ItemTrend, session: int) -> str:
    if not row.asked[session]:
        return _("this version did not ask it")
    answer = row.answers[session]
    if isinstance(answer, int):
        return f"{answer} {scene.instrument.scale.label(answer)}"
    return _("n/a") if answer == NOT_APPLICABLE else _("no answer")


_NOTHING_CHOSEN = -1
_WIDEST = 108


def render_trend_text(scene: TrendScene, view: TrendView, columns: int) -> list[Line]:
    """Say in text what the charts, or the grid of items, show."""
    if view.axis == "item":
        return list(_items(scene, columns))
    return [
        *render_trend_table(scene.instrument, scene.trend, view, columns),
        *(row for other in scene.trend.others for row in _others(scene, other, view, columns)),
        *render_confidential_groups(scene, (view.axis,), columns),
        EMPTY,
        *render_sentences(scene, view, columns),
        *render_events_below(scene.events, columns),
    ]


def _others(scene: TrendScene, other: Trend, view: TrendView, columns: int) -> list[Line]:
    there = TrendView(axis=view.axis, session=len(other.sessions) - 1, panel=_NOTHING_CHOSEN)
    return [EMPTY, heading(role_name(other.role)), *render_trend_table(scene.instrument, other, there, columns)[:-2]]


def render_sentences(scene: TrendScene, view: TrendView, columns: int) -> Iterator[Line]:
    """Say of every line how it runs, and what its goals are."""
    for series in series_of(scene.trend, view.axis):
        words = [course_sentence(scene.instrument, series), *goal_sentences(scene, series)]
        yield from paragraph(" ".join(words), min(columns - 2, _WIDEST), indent=2)


def _items(scene: TrendScene, columns: int) -> Iterator[Line]:
    """Give every item as its answers, oldest first, and its sentence."""
    shown = min(len(scene.trend.sessions), max(4, (columns - 40) // 2))
    yield from paragraph(_whose(scene, shown), columns - 2, "muted", indent=2)
    yield from paragraph(sign_note(scene), columns - 2, "muted", indent=2)
    rows = {row.item: row for row in scene.rows}
    for domain in scene.instrument.domains:
        yield EMPTY
        yield heading(group_name(scene.instrument, domain.id))
        for item in domain.items:
            digits = span(pad(_digits(rows[item.id], shown), 2 * shown + 1), "strong")
            label = line("  ", digits, target=item.id)
            yield from hanging(label, scene.instrument.sentence(item), min(columns - 2, _WIDEST))


def _whose(scene: TrendScene, shown: int) -> str:
    """Say of which sessions the answers are, and whether there are more than have room."""
    sessions = scene.trend.sessions[-shown:]
    span_of = {"first": day(sessions[0].started), "last": day(sessions[-1].started)}
    if shown < len(scene.trend.sessions):
        text = _("Answers of the last {n} of {total} sessions, {first} to {last}; more have no room here.")
        return text.format(n=shown, total=len(scene.trend.sessions), **span_of)
    text = ngettext("Answers of {n} session, {first}.", "Answers of {n} sessions, {first} to {last}.", shown)
    return text.format(n=shown, **span_of)


def _digits(row: ItemTrend, shown: int) -> str:
    """Write the newest answers of an item."""
    pairs = list(zip(row.answers, row.asked, strict=True))[-shown:]
    return " ".join(score_glyph(answer) if asked else NOT_ASKED for answer, asked in pairs)


# The groups that answered in confidence as a table: a column a round, with the figures of its comparison.


_ROUND = 13


def render_confidential_groups(scene: TrendScene, axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    """Show every group, the newest rounds that fit, below the name of its role."""
    for role in MARKS:
        found = [group for group in scene.groups if group.role == role]
        if found:
            yield EMPTY
            yield heading(_("{role}, in confidence").format(role=role_name(role)))
            yield from _rounds_table(scene, found, axes, columns)
    if scene.groups:
        text = _("As in the comparison: on the items that both sides scored. {sign} rounded, or told as a bound.")
        yield EMPTY
        yield from paragraph(text.format(sign=NEARLY), columns - 2, "muted", indent=2)


def _rounds_table(
    scene: TrendScene, rounds: Sequence[GroupPoint], axes: Sequence[TrendAxis], columns: int
) -> Iterator[Line]:
    title_room = min(30, max(18, columns - 2 - 4 * _ROUND))
    shown = rounds[-max(1, (columns - 2 - title_room) // _ROUND) :]
    blank = " " * title_room
    yield line("  ", blank, *(span(pad(day(group.when), _ROUND, right=True), "muted") for group in shown))
    yield line(
        "  ", blank, *(span(pad(people(group.role, group.people), _ROUND, right=True), "muted") for group in shown)
    )
    for series in (one for axis in axes for one in series_of(scene.trend, axis)):
        name = _round_name(scene.instrument, series.id, title_room)
        yield line("  ", span(name), *(span(_round_cell(group.figure(series.id))) for group in shown))
    hidden = len(rounds) - len(shown)
    if hidden:
        more = ngettext("{n} earlier round", "{n} earlier rounds", hidden).format(n=hidden)
        yield line("  ", span(more, "muted"))


def _round_name(instrument: Instrument, name: str, room: int) -> str:
    return fit(numbered_name(instrument, name, short=room < 30), room - 1) + " "  # noqa: PLR2004 -- as the other tables


def _round_cell(figure: TrendFigure | None) -> str:
    if figure is None:
        return pad("–", _ROUND, right=True)
    nearly = NEARLY if figure.bound else "" if figure.covered else "*"
    return pad(f"{mean_text(figure.mean)}{nearly or ' '}({figure.scored})", _ROUND, right=True)
