"""A mean as a bar on the whole scale, with the threshold marked."""

from __future__ import annotations

from fractions import Fraction

from reflect_tui import charts
from reflect_tui.instrument import Scale
from reflect_tui.pages.lines import Span, Style, span

_TRACK = frozenset((charts.TRACK, charts.PASSED, charts.AHEAD, *charts.ENDS, " "))


def bar(mean: Fraction | None, scale: Scale, width: int, style: Style = "accent") -> tuple[Span, ...]:
    """Draw a mean on the scale: the track muted, the value in the given style."""
    value = None if mean is None else float(mean)
    drawn = charts.bar(value, scale.lowest, scale.highest, float(scale.threshold), width)
    spans: list[Span] = []
    for glyph in drawn:
        glyph_style = _glyph_style(glyph, style)
        if spans and spans[-1].style == glyph_style:
            spans[-1] = Span(spans[-1].text + glyph, glyph_style)
        else:
            spans.append(span(glyph, glyph_style))
    return tuple(spans)


def _glyph_style(glyph: str, style: Style) -> Style:
    if glyph in _TRACK:
        return "faint"
    return "muted" if glyph == charts.MARK else style


def scale_row(scale: Scale, width: int) -> str:
    """Write the points of the scale above a bar, each above its own place."""
    row = [" "] * width
    steps = scale.highest - scale.lowest
    for value in range(scale.lowest, scale.highest + 1):
        row[round((value - scale.lowest) / steps * (width - 1))] = str(value)
    return "".join(row)
