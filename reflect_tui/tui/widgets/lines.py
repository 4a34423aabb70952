"""Draws lines: one widget for every list, page, top and bottom line, with a cursor and the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reflect_tui.text import display
from reflect_tui.tui.theme import cursor_style, styles
from reflect_tui.views.labels import HERE
from reflect_tui.views.lines import EMPTY, Line, Span, Style, width

# How lines look in one theme at one width: from a line of roles to what the compositor puts together.


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
        self.drawn = False
        self._strips: dict[int, Strip] = {}
        """Rows as they were drawn, by their number."""
        self._look: Look | None = None

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
        seen = []
        for row in rows:
            self._strips.pop(row, None)
            if 0 <= row - top < height:
                seen.append(Region(0, row - top, width, 1))
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

    def show_whole(self) -> None:
        """Scroll so that all lines up to the next empty one are seen, with the row at the cursor."""
        start = self.cursor
        end = next((n for n in range(start, len(self._lines)) if not self._lines[n].spans), len(self._lines))
        if any(row.target for row in self._lines[:start]):
            self.scroll_to_region(Region(0, start, 1, end - start), animate=False, immediate=True)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw regions anew; without any, all of it, in the colours there are by then."""
        if not regions:
            self._look = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Take the colours of a style sheet that was read anew; see DOMNode."""
        super().notify_style_update()
        self._look = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the rows of a part of the widget; what stayed as it was is not drawn again.

        Textual's own way finds out for every row how the widget and all around it look, and for every key applies its
        filters to all rows. It is left to a widget with a border.
        """
        if any(self.styles.gutter):
            return super().render_lines(crop)
        look, top = self._take_look(), self.scroll_offset.y
        strips = [self._strip(look, top + y) for y in crop.line_range]
        left, right = crop.column_span
        return [strip.crop(left, right) for strip in strips] if left or right < self.size.width else strips

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen; see ScrollView."""
        return self._strip(self._take_look(), y + self.scroll_offset.y)

    def _take_look(self) -> Look:
        """Give how lines look now; in another theme or width all of them are drawn anew."""
        self.drawn = True
        given = Given(self.app.theme, self.size.width, self.get_line_filters())
        if self._look is None or self._look.given != given:
            self._look = Look(given, self.rich_style, self.background_colors[1])
            self._strips.clear()
        return self._look

    def _strip(self, look: Look, row: int) -> Strip:
        """Give a row, as it was drawn before if it is still the same."""
        known = self._strips.get(row)
        if known is None:
            line = self._lines[row] if row < len(self._lines) else EMPTY
            known = look.strip(line, here=self._points and row == self.cursor and bool(line.target))
            self._strips[row] = known
        return known

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
