"""The fields to write in: what is pasted arrives whole and clean, and what had to be left out is told."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.making import listed
from reflect_tui.text import clean, count_dropped, display


class LeftOut(Message):
    """Characters of a paste were left out: control characters, or all of a text that is too long to be meant."""

    def __init__(self, controls: int, longer_than: int = 0, text: str = "") -> None:
        super().__init__()
        self.controls = controls
        self.longer_than = longer_than
        self.text = text


def left_out(message: LeftOut) -> str:
    """Say what was left out."""
    if message.longer_than:
        return _("That is longer than {n} characters: nothing was pasted.").format(n=message.longer_than)
    n = message.controls
    return ngettext("{n} control character was left out.", "{n} control characters were left out.", n).format(n=n)


def is_field(widget: Widget | None) -> bool:
    """Check whether a widget is one to write in."""
    return isinstance(widget, (Input, TextArea))


def word_count(*texts: str) -> int:
    """Count words, so that what is half written is kept at every word."""
    return sum(len(text.split()) for text in texts)


class Field(Input):
    """One line; of a paste, all lines, folded into one, where Textual's own keeps the first and drops the rest."""

    LONGEST = 2000
    # Textual's own would copy: a text that is given is selected without having been asked for.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "app.help_quit", show=False)]

    def on_focus(self) -> None:
        """Show where one writes: of a text that is longer than its field, Textual shows the beginning."""
        self.call_after_refresh(self._show_cursor)

    def _show_cursor(self) -> None:
        column = self.cursor_screen_offset.x - self.content_region.x + self.scroll_offset.x
        self.scroll_to_region(Region(column, 0, 1, 1), force=True, animate=False)

    def on_blur(self) -> None:
        """Show the beginning again."""
        self.scroll_home(animate=False)

    def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        text = display(clean(event.text, multiline=False))  # what the field holds is what it shows
        if len(text) > self.LONGEST:
            self.post_message(LeftOut(0, self.LONGEST, clean(event.text)))
            return
        if controls := count_dropped(event.text):
            self.post_message(LeftOut(controls))
        self.replace(text, *self.selection)


class Listed(Message):
    """Several lines were pasted at once."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self.texts = texts


class ListField(Field):
    """One line to write in; a paste of several is a list where statements are added."""

    takes_list = False

    def _on_paste(self, event: Paste) -> None:
        texts = listed(clean(event.text))
        if self.takes_list and len(texts) > 1:
            event.prevent_default()
            event.stop()
            self.post_message(Listed(texts))


class Editor(TextArea):
    """Several lines of text; a paste that no note could hold is refused as a whole, never cut."""

    # Textual's own would take back text with Control+Z, and lose it: see the actions of the note.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "app.suspend_process", show=False)]

    def __init__(self, text: str, *, id: str, longest: int) -> None:  # noqa: A002 -- Textual's own name
        """Edit a text of at most `longest` characters; somewhat more may be pasted, to be shortened by hand."""
        super().__init__(clean(text), id=id, soft_wrap=True, show_line_numbers=False)
        self._longest = longest

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is shown: marks that reorder text are seen, not obeyed; the note itself keeps them."""
        shown = "\t".join(map(display, self.document.get_line(line_index).split("\t")))
        return Text(shown, end="", no_wrap=True)

    async def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        text = clean(event.text)
        if len(text) > 2 * self._longest:
            self.post_message(LeftOut(0, self._longest, text))
            return
        if controls := count_dropped(event.text):
            self.post_message(LeftOut(controls))
        self.move_cursor(self.replace(text, *self.selection).end_location)
