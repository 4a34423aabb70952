"""The floor of a key: a Textual list that draws its own rows; a digit is put in a row, and the next row is next."""

import sys

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Key
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

_HERE = Style(reverse=True)


class Rows(ScrollView):
    """So many rows; only the two that a digit changes are drawn again."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.scores = [" "] * count
        self.cursor = 0

    def on_mount(self) -> None:
        """Take the room of all rows."""
        self.virtual_size = Size(70, len(self.scores))

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        row = y + self.scroll_offset.y
        if row >= len(self.scores):
            return Strip.blank(self.size.width)
        text = f" {self.scores[row]} row {row} of a list that can do nothing else"
        return Strip([Segment(text, _HERE if row == self.cursor else None)]).adjust_cell_length(self.size.width)

    def score(self, digit: str) -> None:
        """Put a digit in the row at the cursor and go to the next."""
        self.scores[self.cursor] = digit
        self.refresh_line(self.cursor)
        self.cursor = min(self.cursor + 1, len(self.scores) - 1)
        self.refresh_line(self.cursor)
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, immediate=True)


class BareList(App[None]):
    """The list in a window."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.rows = Rows(count)

    def compose(self) -> ComposeResult:
        """Show the list alone."""
        yield self.rows

    def on_key(self, event: Key) -> None:
        """Score by a digit."""
        if event.character and event.character.isdecimal():
            self.rows.score(event.character)


if __name__ == "__main__":
    BareList(int(sys.argv[1])).run()
