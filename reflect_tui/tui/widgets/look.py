"""How lines look in one theme at one width: from a line of roles to what the compositor puts together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from reflect_tui.pages.lines import Line, Span, Style
from reflect_tui.pages.words import HERE
from reflect_tui.text import display
from reflect_tui.tui.theme import cursor_style, styles


class Given(NamedTuple):
    """What a look depends on besides the colours of the style sheet."""

    theme: str
    width: int
    filters: Sequence[LineFilter]


class Look:
    """How the lines of one widget look, with the styles of all roles put together once."""

    def __init__(self, given: Given, ground: RichStyle, behind: Color) -> None:
        """Draw on a ground; `behind` is its colour for the filters."""
        self.given = given
        self._ground = ground
        self._behind = behind
        self._plain = {role: ground + style for role, style in styles(given.theme).items()}
        pointed = ground + cursor_style(given.theme)
        self._pointed = {role: pointed + style for role, style in styles(given.theme).items()}
        self._pointed_ground = pointed

    def strip(self, line: Line, *, here: bool) -> Strip:
        """Draw a line, with the cursor on it when it is `here`."""
        if here:
            strip = self._strip(pointed(line), line.width, self._pointed, self._pointed_ground)
        else:
            strip = self._strip(line.spans, line.width, self._plain, self._ground)
        for each in self.given.filters:
            strip = strip.apply_filter(each, self._behind)
        return strip

    def _strip(self, spans: Sequence[Span], columns: int, roles: Mapping[Style, RichStyle], ground: RichStyle) -> Strip:
        # Every span passed display() when it was made; a second wall costs nothing.
        segments = [Segment(display(span.text), roles[span.style]) for span in spans if span.text]
        return Strip(segments, columns).adjust_cell_length(self.given.width, ground)


def blank(given: Given, ground: RichStyle, behind: Color) -> Strip:
    """Draw a row of nothing."""
    strip = Strip.blank(given.width, ground)
    for each in given.filters:
        strip = strip.apply_filter(each, behind)
    return strip


def pointed(line: Line) -> tuple[Span, ...]:
    """Put a pointer in the blank that a row begins with, so that the cursor shows without colour."""
    first = line.spans[0]
    if not first.text.startswith("  "):
        return line.spans
    return (Span(f"{HERE} ", "accent"), Span(first.text[2:], first.style, first.action), *line.spans[1:])
