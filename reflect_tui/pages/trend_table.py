"""The text twin of the charts: the same figures as tables and sentences, one's own first, others apart."""

from __future__ import annotations

from collections.abc import Iterator

from reflect_tui.analysis.trend import Row, Trend
from reflect_tui.i18n import _, ngettext
from reflect_tui.pages.events import happened
from reflect_tui.pages.lines import EMPTY, Line, heading, line, pad, paragraph, span
from reflect_tui.pages.trend_figures import table
from reflect_tui.pages.trend_grid import NOT_ASKED, signs
from reflect_tui.pages.trend_groups import together
from reflect_tui.pages.trends import Scene, View, goal_sentences, sentence, series_of
from reflect_tui.pages.words import day, group_name, role_name, score_glyph

_NOTHING_CHOSEN = -1
_WIDEST = 108


def twin(scene: Scene, view: View, columns: int) -> list[Line]:
    """Say in text what the charts, or the grid of items, show."""
    if view.axis == "item":
        return list(_items(scene, columns))
    return [
        *table(scene.instrument, scene.trend, view, columns),
        *(row for other in scene.trend.others for row in _others(scene, other, view, columns)),
        *together(scene, (view.axis,), columns),
        EMPTY,
        *sentences(scene, view, columns),
        *happened(scene.events, columns),
    ]


def _others(scene: Scene, other: Trend, view: View, columns: int) -> list[Line]:
    there = View(axis=view.axis, session=len(other.sessions) - 1, panel=_NOTHING_CHOSEN)
    return [EMPTY, heading(role_name(other.role)), *table(scene.instrument, other, there, columns)[:-2]]


def sentences(scene: Scene, view: View, columns: int) -> Iterator[Line]:
    """Say of every line how it runs, and what its goals are."""
    for series in series_of(scene.trend, view.axis):
        words = [sentence(scene.instrument, series), *goal_sentences(scene, series)]
        yield from paragraph(" ".join(words), min(columns - 2, _WIDEST), indent=2)


def _items(scene: Scene, columns: int) -> Iterator[Line]:
    """Give every item as its answers, oldest first, and its sentence."""
    shown = min(len(scene.trend.sessions), max(4, (columns - 40) // 2))
    yield from paragraph(_whose(scene, shown), columns - 2, "muted", indent=2)
    yield from paragraph(signs(scene), columns - 2, "muted", indent=2)
    rows = {row.item: row for row in scene.rows}
    for domain in scene.instrument.domains:
        yield EMPTY
        yield heading(group_name(scene.instrument, domain.id))
        for item in domain.items:
            digits = span(pad(_digits(rows[item.id], shown), 2 * shown + 1), "strong")
            indent = 2 * shown + 3
            first_row, *rest = paragraph(scene.instrument.sentence(item), min(columns - 2, _WIDEST), indent=indent)
            yield line("  ", digits, *first_row.spans[1:], target=item.id)
            yield from rest


def _whose(scene: Scene, shown: int) -> str:
    """Say of which sessions the answers are, and whether there are more than have room."""
    sessions = scene.trend.sessions[-shown:]
    span_of = {"first": day(sessions[0].started), "last": day(sessions[-1].started)}
    if shown < len(scene.trend.sessions):
        text = _("Answers of the last {n} of {total} sessions, {first} to {last}; more have no room here.")
        return text.format(n=shown, total=len(scene.trend.sessions), **span_of)
    text = ngettext("Answers of {n} session, {first}.", "Answers of {n} sessions, {first} to {last}.", shown)
    return text.format(n=shown, **span_of)


def _digits(row: Row, shown: int) -> str:
    """Write the newest answers of an item."""
    pairs = list(zip(row.answers, row.asked, strict=True))[-shown:]
    return " ".join(score_glyph(answer) if asked else NOT_ASKED for answer, asked in pairs)
