"""The means of a diff, a row for every domain or focus: from, to, how far, on how many items, and whether clearly."""

from __future__ import annotations

from collections.abc import Sequence

from reflect_tui.analysis.diff import Diff, GroupChange
from reflect_tui.i18n import _, format_number
from reflect_tui.instrument import Instrument
from reflect_tui.pages.lines import EMPTY, Line, Span, Style, cut, fit, heading, line, pad, shorten, span
from reflect_tui.pages.lines import width as columns_of
from reflect_tui.pages.words import DOWN, SAME, UP, delta_text, group_name, mean_text

UNCLEAR = "≈"
_WIDE = 76  # columns; below it a name and its figures stand on two rows
_FIGURES = 31  # columns of means, delta, glyph and n
_WORDS = 18


def groups(instrument: Instrument, change: Diff, width: int, axis: str, order: str) -> list[Line]:
    """Show all domains, or all foci, in an order: crossings apart, the largest change first, or as they come."""
    parts = change.domains if axis == "domain" else change.focuses
    title = _("Domains") if axis == "domain" else _("Attitude, knowledge, skill")
    if order != "crossing":
        return _section(instrument, title, parts if order == "domain" else sorted(parts, key=_size), width, change)
    threshold = format_number(instrument.scale.threshold, 0 if instrument.scale.threshold.denominator == 1 else 1)
    across = _("Across the threshold of {threshold}").format(threshold=threshold)
    crossed = _section(instrument, across, [part for part in parts if part.crossed], width, change)
    others = _section(instrument, title, [part for part in parts if not part.crossed], width, change)
    return [*crossed, *([EMPTY] if crossed and others else []), *others]


def _size(part: GroupChange) -> tuple[bool, float]:
    return part.delta is None, -abs(float(part.delta or 0))


def _section(instrument: Instrument, title: str, parts: Sequence[GroupChange], width: int, change: Diff) -> list[Line]:
    """Set rows below a heading; of two versions of one session chance is no question."""
    if not parts:
        return []
    judged = change.a.id != change.b.id
    return [heading(title), *(row for part in parts for row in _rows(instrument, part, width, judged=judged))]


def _rows(instrument: Instrument, part: GroupChange, width: int, *, judged: bool) -> list[Line]:
    room = width - 4 if width < _WIDE else min(52, width - 4 - _FIGURES - _WORDS)
    short = any(columns_of(domain.title) > room for domain in instrument.domains)
    name = group_name(instrument, part.id, short=short)
    style: Style = "strong" if part.crossed or (judged and part.clear) else "text"
    figures = [*_figures(part, judged=judged), span(_words(part, judged=judged), _words_style(part))]
    if width < _WIDE:
        return [line("  ", span(shorten(name, room), style), target=part.id), cut(line("  ", *figures), width)]
    return [line("  ", span(fit(name, room), style), *figures, target=part.id)]


def _figures(part: GroupChange, *, judged: bool) -> list[Span]:
    return [
        span(pad(mean_text(part.a.mean), 6, right=True), "muted"),
        span(" → ", "muted"),
        span(pad(mean_text(part.b.mean), 5), "strong"),
        span(pad(delta_text(part.delta), 6, right=True), _direction_style(part, judged=judged)),
        span(" "),
        _direction(part, judged=judged),
        span(pad(f" n={_count(part)}", 9), "muted"),
    ]


def _count(part: GroupChange) -> str:
    """Give on how many items the means stand: one number when it is the same both times."""
    a, b = part.a.scored, part.b.scored
    return f"{a}" if a == b else f"{a}→{b}"


def _direction(part: GroupChange, *, judged: bool) -> Span:
    if not part.delta:
        return span(SAME if part.delta == 0 else " ", "muted")
    if judged and not part.clear:
        return span(UNCLEAR, "muted")
    return span(UP, "high") if part.delta > 0 else span(DOWN, "low")


def _direction_style(part: GroupChange, *, judged: bool) -> Style:
    if not part.delta or (judged and not part.clear):
        return "muted"
    return "high" if part.delta > 0 else "low"


def _words(part: GroupChange, *, judged: bool) -> str:
    """Say what there is to say: across the threshold, clear or not."""
    if part.crossed:
        return _("now high") if part.crossed == "up" else _("no longer high")
    return clarity(part) if judged else ""


def clarity(part: GroupChange) -> str:
    """Say whether a mean moved more than noise; "" when it did not move."""
    if not part.delta:
        return ""
    return _("clear change") if part.clear else _("no clear change")


def _words_style(part: GroupChange) -> Style:
    if part.crossed:
        return "high" if part.crossed == "up" else "low"
    return "text" if part.clear else "muted"
