"""Windows at the foot of a screen: something to read, a question with its answers, and a choice from a list.

They are as wide as the screen and reach down to its last line, which names their keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar, cast

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from reflect_tui.i18n import _
from reflect_tui.tui.host import Host
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import LeftOut, left_out
from reflect_tui.views.lines import EMPTY, Line, Span, fit, line, paragraph, shorten, span, width

T = TypeVar("T")
FRAME = 1
"""The rows that the edge of a box takes."""
GIVES_WAY = {"rows": 3, "names": 1, "said": 1, "read": 3, "faults": 2}
"""The parts of a box that can do with fewer rows than they have, the first one first, and their least."""


class Dialog(ModalScreen[T]):
    """A window with a title and some lines; escape closes it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        # A window over a screen hides the app's own keys; these work everywhere.
        Binding("ctrl+c", "app.help_quit", show=False),
        Binding("ctrl+z", "app.suspend_process", show=False),
    ]
    AUTO_FOCUS = ""
    widest: ClassVar[int] = 74
    """The columns for text in a box at its widest: those between its edges (reflect.tcss), less a scrollbar's."""

    def __init__(self) -> None:
        super().__init__()
        self._left_out = ""
        self._held: Widget | None = None
        self._heights: dict[str, int] = {}

    @property
    def host(self) -> Host:
        """The app, as far as screens use it."""
        return cast("Host", self.app)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Lines(id="keys")

    def on_mount(self) -> None:
        self.paint()

    def paint(self) -> None:
        """Show what there is to read."""
        self.show_part("said", self.content())

    def show_part(self, name: str, lines: Sequence[Line]) -> None:
        """Show lines at their own height; in a low window the parts that scroll give way, the keys never do."""
        if name == "keys":
            lines = [self._written(row) for row in lines]
        self.query_one(f"#{name}", Lines).show(lines)
        self._heights[name] = len(lines)
        fields = sum(field.display for field in self.query("#box Input"))
        for part, rows in fitted(self._heights, self.app.size.height - FRAME - fields).items():
            self.query_one(f"#{part}", Lines).styles.height = rows

    def _written(self, row: Line) -> Line:
        """Write the names of keys as the terminal can."""
        spans = (
            structs.replace(part, text=self.host.written(part.text)) if part.style == "key" else part
            for part in row.spans
        )
        return Line(tuple(spans), row.target)

    @property
    def room(self) -> int:
        """The columns within the box."""
        return max(16, min(self.widest, self.app.size.width - 5))

    def on_resize(self) -> None:
        self.paint()

    def on_screen_suspend(self) -> None:
        """Make way for a window over this one: two boxes at once can't be told apart."""
        if isinstance(self.app.screen, Dialog):
            self._held = self.focused
            self.query_one("#box").visible = False

    def on_screen_resume(self) -> None:
        """Be seen again, with the cursor in the field where it was: what is hidden loses it."""
        self.query_one("#box").visible = True
        if self._held:
            self.set_focus(self._held)
            self._held = None

    def content(self) -> list[Line]:
        """Return what there is to read."""
        return []

    def on_lines_clicked(self, message: Lines.Clicked) -> None:
        self.run_worker(self.run_action(message.action), exit_on_error=True)

    def on_left_out(self, message: LeftOut) -> None:
        self._left_out = left_out(message)
        self.paint()

    def notice(self) -> Line:
        """Say above the keys what was left out of a paste; an empty line when nothing was."""
        return line(span(shorten(self._left_out, self.room), "warning")) if self._left_out else EMPTY

    def action_cancel(self) -> None:
        self.dismiss(None)


def fitted(heights: Mapping[str, int], room: int) -> dict[str, int]:
    """Share the rows of a window out: the parts of `GIVES_WAY` in turn give what the others need, to their least."""
    rows = dict(heights)
    for part, least in GIVES_WAY.items():
        excess = sum(rows.values()) - room
        if part in rows and excess > 0:
            rows[part] = max(min(rows[part], least), rows[part] - excess)
    return rows


def answers(*choices: tuple[str, str, str]) -> Line:
    """Set the answers below a question: (key, word, action)."""
    spans: list[Span] = []
    for key, word, action in choices:
        spans += [span(f" {key} ", "key", action), span(f" {word}    ", "text", action)]
    return line(*spans)


def in_rows(choices: Line, room: int) -> list[Line]:
    """Set answers() in as many rows as they need; a key stays with its word."""
    rows = [Line()]
    for key, word in zip(choices.spans[::2], choices.spans[1::2], strict=True):
        if rows[-1].spans and width(f"{rows[-1].text}{key.text}{word.text}".rstrip()) > room:
            rows.append(Line())
        rows[-1] += line(key, word)
    return rows


def titled(title: str, text: str, room: int) -> list[Line]:
    """Set a title and a text."""
    return [line(span(title, "title")), EMPTY, *paragraph(text, room)]


class Told(Dialog[T]):
    """A text to read, that scrolls in a window too low for it, and the keys below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll(-1)", show=False, id="move.back"),
        Binding("down,j", "scroll(1)", show=False, id="move.1"),
        Binding("pageup", "page(-1)", show=False, id="page.back"),
        Binding("pagedown", "page(1)", show=False, id="page.1"),
        Binding("home", "edge(-1)", show=False, id="edge.back"),
        Binding("end", "edge(1)", show=False, id="edge.1"),
    ]

    @property
    def body(self) -> Lines:
        """The widget with the text."""
        return self.query_one("#said", Lines)

    def paint(self) -> None:
        super().paint()
        self.show_part("keys", [EMPTY, *in_rows(self.answers(), self.room)])

    def answers(self) -> Line:
        """Name the keys."""
        return EMPTY

    def action_scroll(self, rows: int) -> None:
        self.body.move(rows)

    def action_page(self, pages: int) -> None:
        """Scroll by as many rows as are seen, but one."""
        self.action_scroll(pages * max(1, self.body.size.height - 1))

    def action_edge(self, side: int) -> None:
        self.action_scroll(side * len(self.body.shown))


class Question(Told[bool]):
    """A question with yes and no; enter says yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "yes", show=False),
        Binding("escape,q", "cancel", show=False),
    ]

    def __init__(self, title: str, text: str, yes: str, no: str) -> None:
        """Ask `text`; `yes` and `no` are the words of the answers."""
        super().__init__()
        self._said = (title, text, yes, no)

    def content(self) -> list[Line]:
        title, text, _yes, _no = self._said
        return titled(title, text, self.room)

    def answers(self) -> Line:
        _title, _text, yes, no = self._said
        return answers(("⏎", yes, "yes"), ("esc q", no, "cancel"))

    def action_yes(self) -> None:
        self.dismiss(result=True)

    def action_cancel(self) -> None:
        self.dismiss(result=False)


def replace_question(path: Path | str) -> Question:
    """Ask whether to replace a file."""
    text = _("{path} exists already.").format(path=path)
    return Question(_("Replace this file?"), text, _("replace"), _("keep"))


class Choice(Dialog[str]):
    """Rows to choose from with up, down and enter; the answer is the target of the row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False, id="move.back"),
        Binding("down,j", "move(1)", show=False, id="move.1"),
        Binding("enter", "choose", show=False),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Lines(id="rows", points=True)
            yield Lines(id="keys")

    def paint(self) -> None:
        super().paint()
        self.show_part("rows", self.rows())
        self.show_part("keys", self.keys_lines())

    def rows(self) -> Sequence[Line]:
        """Return the rows to choose from."""
        return []

    def keys_lines(self) -> list[Line]:
        """Name the keys."""
        return []

    @property
    def list(self) -> Lines:
        """The widget with the rows."""
        return self.query_one("#rows", Lines)

    def action_move(self, steps: int) -> None:
        self.list.move(steps)

    def action_choose(self) -> None:
        self.dismiss(self.list.target or None)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        if message.opened:
            self.action_choose()


class Menu(Choice):
    """Rows to choose from below a title and a text; the answer is the name of the row."""

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str]], here: str = "") -> None:
        """Offer `choices`, each a name and its words; the cursor begins at `here`, else at the first."""
        super().__init__()
        self._here = here
        self._said = (title, text)
        self._choices = choices

    def on_mount(self) -> None:
        super().on_mount()
        places = [name for name, _words in self._choices]
        if self._here in places:
            self.list.point(places.index(self._here))

    def content(self) -> list[Line]:
        return [*titled(*self._said, self.room), EMPTY]

    def rows(self) -> list[Line]:
        return [line("   ", span(fit(words, self.room - 3)), target=name) for name, words in self._choices]

    def keys_lines(self) -> list[Line]:
        return [EMPTY, answers(("⏎", _("choose"), "choose"), ("esc", _("back"), "cancel"))]


class MessageScreen(Told[None]):
    """A title and a sentence; any of the closing keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,q,space", "cancel", show=False)]

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__()
        self.said = (title, sentence)

    def content(self) -> list[Line]:
        return titled(*self.said, self.room)

    def answers(self) -> Line:
        return answers(("⏎", _("close"), "cancel"))


class QuitQuestion(Question):
    """Asks whether to quit; Control+C once more does, and so does enter."""

    def __init__(self) -> None:
        text = _("Nothing is lost: what you filled in is in the draft. Control+C once more quits.")
        super().__init__(_("Quit?"), text, _("quit"), _("stay"))


# A reminder to copy: shown to be selected, and put on the clipboard only when that is asked for.


class ReminderScreen(Told[None]):
    """A text to send, such as a reminder; y copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "copy", show=False), Binding("enter,q", "cancel", show=False)]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._copied = False

    def content(self) -> list[Line]:
        return titled(self._title, self._text, self.room)

    def answers(self) -> Line:
        said = _("copied, if your terminal allows it") if self._copied else _("copy")
        return answers(("y", said, "copy"), ("esc", _("close"), "cancel"))

    def action_copy(self) -> None:
        """Put the text on the clipboard, by an escape sequence (OSC 52) that most terminals obey."""
        self.app.copy_to_clipboard(self._text)
        self._copied = True
        self.paint()
