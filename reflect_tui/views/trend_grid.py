"""The grid of a trend: items by sessions, every answer as its digit and a shade, below the headings of the domains."""

from __future__ import annotations

from msgspec import Struct

from reflect_tui.analysis.summary import is_good_score
from reflect_tui.analysis.trend import ItemTrend
from reflect_tui.i18n import _, month_name
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import NOT_APPLICABLE, Score
from reflect_tui.views.labels import HERE, OPEN, SKIPPED, day
from reflect_tui.views.lines import EMPTY, Line, Span, Style, fit, line, pad, paragraph, rule, shorten, span
from reflect_tui.views.trend_text import NOT_ASKED, sign_note
from reflect_tui.views.trends import TrendScene, TrendView

CELL = 3
_SHADES = "░▒▓█"
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
        style = "high" if is_good_score(scene.instrument, row.item, answer) else "text"
    return span(pad(_glyphs(scene.instrument, answer), CELL), "strong" if chosen else style)


def _glyphs(instrument: Instrument, answer: Score | None) -> str:
    """Write an answer as its digit and a shade: the darker, the higher on the scale."""
    if not isinstance(answer, int):
        return SKIPPED if answer == NOT_APPLICABLE else OPEN
    scale = instrument.scale
    part = (answer - scale.lowest) / (scale.highest - scale.lowest)
    return f"{answer}{_SHADES[round(part * (len(_SHADES) - 1))]}"


def _foot(scene: TrendScene, view: TrendView, columns: int) -> list[Line]:
    """Write the chosen item as a sentence, and its answer in the session walked to."""
    row = scene.rows[view.item]
    session = scene.trend.sessions[view.session]
    sentence = scene.instrument.sentence(scene.instrument.item(row.item))
    words = paragraph(sentence, columns - 2, "strong", indent=2)[: _FOOT - 3]
    answer = line("  ", span(f"{day(session.started)}: ", "muted"), span(_answer(scene, row, view.session), "text"))
    filled = [*words, *[EMPTY] * (_FOOT - 3 - len(words))]
    return [rule(columns), *filled, answer, line("  ", span(sign_note(scene), "muted"))]


def _answer(scene: TrendScene, row: ItemTrend, session: int) -> str:
    if not row.asked[session]:
        return _("not in this version")
    answer = row.answers[session]
    if isinstance(answer, int):
        return f"{answer} {scene.instrument.item_scale(row.item).label(answer)}"
    return _("n/a") if answer == NOT_APPLICABLE else _("no answer")
