"""Draws lines: one widget for every list, page, top and bottom line, with a cursor and the mouse."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from time import monotonic

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reflect_tui.text import display
from reflect_tui.tui.theme import cursor_style, styles
from reflect_tui.views.labels import HERE
from reflect_tui.views.lines import EMPTY, Line, Span, width


def pointed(line: Line) -> tuple[Span, ...]:
    """Put a pointer in the blank that a row begins with, so that the cursor shows without colour."""
    first = line.spans[0]
    if not first.text.startswith("  "):
        return line.spans
    return (Span(f"{HERE} ", "accent"), Span(first.text[2:], first.style, first.action), *line.spans[1:])


class Lines(ScrollView):
    """Shows lines as they are; those with a target can be pointed at."""

    DEFAULT_CSS = """
    Lines { scrollbar-size-vertical: 1; overflow-x: hidden; }
    Lines.one { height: 1; overflow: hidden; }
    """

    class Picked(Message):
        """A row was clicked: once to point at it, twice to open it."""

        def __init__(self, lines: Lines, target: str, *, opened: bool) -> None:
            super().__init__()
            self.lines = lines
            self.target = target
            self.opened = opened

    class Clicked(Message):
        """A word that does something was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str, one: bool = False, points: bool = False) -> None:  # noqa: A002 -- Textual's own name
        """Make an empty widget: `one` line high, and with a cursor row when it `points`."""
        super().__init__(id=id, classes="one" if one else "")
        self.can_focus = False
        self._lines: Sequence[Line] = ()
        self._points = points
        self.cursor = 0
        self.drawn_from = math.inf
        """When any of it was drawn first (monotonic): what was typed before was typed unseen."""

    def show(self, lines: Sequence[Line], cursor: int | None = None) -> None:
        """Show other lines; the cursor goes to a row, or stays on what it was about."""
        about = self.target
        old, self._lines = self._lines, lines
        if cursor is None:
            cursor = next((n for n, row in enumerate(lines) if about and row.target == about), self.cursor)
        before, self.cursor = self.cursor, max(0, min(cursor, len(lines) - 1))
        size = Size(self.size.width, len(lines))
        if self.virtual_size != size:
            self._take_size(size)
        self._refresh_changed(old, lines, before)
        if self._points:
            self.scroll_to_row(self.cursor)

    def _take_size(self, size: Size) -> None:
        """Take the size of other lines without laying the whole screen out anew, and painting it twice."""
        self.set_reactive(Lines.virtual_size, size)
        self._scroll_update(size)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = self.scroll_y

    def _refresh_changed(self, old: Sequence[Line], new: Sequence[Line], before: int) -> None:
        """Repaint only the rows that differ: a key changes one or two."""
        if len(old) != len(new):
            self.refresh()
            return
        changed = {n for n, (one, other) in enumerate(zip(old, new, strict=True)) if one is not other and one != other}
        if self._points and before != self.cursor:
            changed |= {before, self.cursor}
        self._redraw(changed)

    def _redraw(self, rows: Iterable[int]) -> None:
        """Draw some rows anew, those that are seen at once."""
        top, (width, height) = self.scroll_offset.y, self.size
        seen = [Region(0, row - top, width, 1) for row in rows if 0 <= row - top < height]
        if seen:
            self.refresh(*seen)

    def scroll_to_row(self, row: int) -> None:
        """Scroll just as far as needed to see a row, with a row around it; to the very top for the first one."""
        top = self.scroll_offset.y
        if not any(line.target for line in self._lines[:row]):
            if top:
                self.scroll_to(y=0, animate=False, immediate=True)
            return
        if top <= max(0, row - 1) and row + 2 <= top + self.size.height:
            return
        self.scroll_to_region(Region(0, max(0, row - 1), 1, 3), animate=False, immediate=True)

    @property
    def shown(self) -> Sequence[Line]:
        """The lines as they are now."""
        return self._lines

    @property
    def target(self) -> str:
        """What the row at the cursor is about."""
        return self._lines[self.cursor].target if self.cursor < len(self._lines) else ""

    def move(self, steps: int) -> None:
        """Move the cursor over rows with a target; without a cursor, scroll."""
        if not self._points:
            self.scroll_relative(y=steps, animate=False, immediate=True)
            return
        rows = [number for number, row in enumerate(self._lines) if row.target]
        if not rows:
            return
        here = min(range(len(rows)), key=lambda n: abs(rows[n] - self.cursor))
        if steps > 0 and rows[here] > self.cursor:  # the cursor is on no row yet: the first key goes to the nearest
            here -= 1
        self.point(rows[max(0, min(here + steps, len(rows) - 1))])

    def point(self, row: int) -> None:
        """Put the cursor on a row."""
        if row == self.cursor:
            return
        before, self.cursor = self.cursor, row
        self._redraw((before, row))
        self.scroll_to_row(row)

    def point_first(self) -> None:
        """Put the cursor on the first row that can be pointed at."""
        self.point(next((n for n, row in enumerate(self._lines) if row.target), 0))

    def point_at(self, target: str) -> None:
        """Put the cursor on the row about something, or on the first line when there is none."""
        self.point(next((n for n, row in enumerate(self._lines) if row.target == target), 0))

    @property
    def shows_end(self) -> bool:
        """Whether the last line is seen."""
        return self.scroll_offset.y + self.size.height >= len(self._lines)

    def show_end(self) -> None:
        """Scroll to the last line."""
        self.scroll_to(y=len(self._lines), animate=False, immediate=True)

    def show_whole(self) -> None:
        """Scroll so that all lines up to the next empty one are seen, with the row at the cursor."""
        start = self.cursor
        end = next((n for n in range(start, len(self._lines)) if not self._lines[n].spans), len(self._lines))
        if any(row.target for row in self._lines[:start]):
            self.scroll_to_region(Region(0, start, 1, end - start), animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen; see ScrollView. Textual keeps it until the row is refreshed."""
        if self.drawn_from == math.inf:
            self.drawn_from = monotonic()
        row = y + self.scroll_offset.y
        line = self._lines[row] if row < len(self._lines) else EMPTY
        ground, spans, theme = self.rich_style, line.spans, self.app.theme
        if self._points and row == self.cursor and line.target:
            ground, spans = ground + cursor_style(theme), pointed(line)
        roles = styles(theme)
        # Every span passed display() when it was made; a second wall costs nothing.
        segments = [Segment(display(span.text), ground + roles[span.style]) for span in spans if span.text]
        return Strip(segments, line.width).adjust_cell_length(self.size.width, ground)

    def on_resize(self) -> None:
        """Keep the virtual width with the real one."""
        self.virtual_size = Size(self.size.width, len(self._lines))
        if self._points:
            self.scroll_to_row(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Tell the screen what was clicked."""
        row = event.y + self.scroll_offset.y
        if row >= len(self._lines):
            return
        line = self._lines[row]
        action = _action_at(line, event.x)
        if action:
            self.post_message(self.Clicked(action))
        elif line.target:
            self.post_message(self.Picked(self, line.target, opened=event.chain > 1))
            if self._points:
                self.point(row)


def _action_at(line: Line, column: int) -> str:
    for span in line.spans:
        column -= width(span.text)
        if column < 0:
            return span.action
    return ""
