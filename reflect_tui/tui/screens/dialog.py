"""Small windows over a screen: a question with its answers, and a choice from a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar, cast

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from reflect_tui.i18n import _
from reflect_tui.store.plans import MAX_REASON
from reflect_tui.tui.host import Host
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field, LeftOut, left_out
from reflect_tui.views.lines import EMPTY, Line, Span, Style, fit, line, paragraph, shorten, span

T = TypeVar("T")
FRAME = 2
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
    widest: ClassVar[int] = 59
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
        """Lay out the box."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Fill the box."""
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
        return max(16, min(self.widest, self.app.size.width * 24 // 25 - 5))

    def on_resize(self) -> None:
        """Lay the lines out anew."""
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
        """Do what a clicked word does."""
        self.run_worker(self.run_action(message.action), exit_on_error=True)

    def on_left_out(self, message: LeftOut) -> None:
        """Tell what a paste could not bring."""
        self._left_out = left_out(message)
        self.paint()

    def notice(self) -> Line:
        """Say above the keys what was left out of a paste; an empty line when nothing was."""
        return line(span(shorten(self._left_out, self.room), "warning")) if self._left_out else EMPTY

    def action_cancel(self) -> None:
        """Close without an answer."""
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


def titled(title: str, text: str, room: int) -> list[Line]:
    """Set a title and a text."""
    return [line(span(title, "title")), EMPTY, *paragraph(text, room)]


class Told(Dialog[T]):
    """A text to read, that scrolls in a window too low for it, and the keys below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k,pageup", "scroll(-1)", show=False, id="move.back"),
        Binding("down,j,pagedown", "scroll(1)", show=False, id="move.1"),
    ]

    def paint(self) -> None:
        """Show the text and the keys."""
        super().paint()
        self.show_part("keys", [EMPTY, self.answers()])

    def answers(self) -> Line:
        """Name the keys."""
        return EMPTY

    def action_scroll(self, rows: int) -> None:
        """Read on, or back."""
        self.query_one("#said", Lines).move(rows)


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
        """Return the question."""
        title, text, _yes, _no = self._said
        return titled(title, text, self.room)

    def answers(self) -> Line:
        """Name the answers."""
        _title, _text, yes, no = self._said
        return answers(("⏎", yes, "yes"), ("esc q", no, "cancel"))

    def action_yes(self) -> None:
        """Answer yes."""
        self.dismiss(result=True)

    def action_cancel(self) -> None:
        """Answer no."""
        self.dismiss(result=False)


class Choice(Dialog[str]):
    """Rows to choose from with up, down and enter; the answer is the target of the row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False, id="move.back"),
        Binding("down,j", "move(1)", show=False, id="move.1"),
        Binding("enter", "choose", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Lay out a text, the rows and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Lines(id="rows", points=True)
            yield Lines(id="keys")

    def paint(self) -> None:
        """Show text, rows and keys."""
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
        """Move the cursor."""
        self.list.move(steps)

    def action_choose(self) -> None:
        """Answer with the row at the cursor."""
        self.dismiss(self.list.target or None)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Choose a row by the mouse."""
        if message.opened:
            self.dismiss(message.target)


# A small window with one field: what is typed goes into it; enter answers.


class FieldDialog(Dialog[T]):
    """Asks for one line of text; its heirs lay it out and say what enter does with it."""

    @property
    def field(self) -> Field:
        """The field."""
        return self.query_one(Field)

    def on_mount(self) -> None:
        """Wait for words."""
        self.set_focus(self.field)
        super().on_mount()

    def on_input_submitted(self) -> None:
        """Answer on enter."""
        self.action_answer()

    def action_answer(self) -> None:
        """Do with the text what it was asked for."""
        raise NotImplementedError


# A form: named fields, one a row.


class FormScreen(Dialog[T]):
    """Enter goes to the next field and, at the last, keeps them; escape asks before anything is lost.

    `fields` names the fields in order; the texts that are given begin in them.
    """

    widest = 79
    fields: ClassVar[tuple[str, ...]] = ()
    longest: ClassVar[int] = Field.LONGEST
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "field(-1)", show=False, priority=True),
        Binding("down,tab", "field(1)", show=False, priority=True),
        Binding("ctrl+s", "keep", show=False, priority=True),
    ]

    def __init__(self, given: Mapping[str, str]) -> None:
        """Begin with these texts."""
        super().__init__()
        self.given = given
        self._faults: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        """Lay out what the form is about, the fields, what is wrong with them, and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            for name in self.fields:
                with Horizontal(classes="field"):
                    yield Lines(id=f"name-{name}", one=True)
                    yield Field(self.given[name], id=name, max_length=self.longest, select_on_focus=False)
            yield Lines(id="faults")
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Begin at the first field."""
        super().on_mount()
        self.set_focus(self._field(self.fields[0]))

    def labels(self) -> Mapping[str, str]:
        """Name the fields."""
        raise NotImplementedError

    def hint(self) -> str:
        """Say what may be typed, while nothing is wrong."""
        raise NotImplementedError

    def word(self) -> str:
        """Name what keeping the form does."""
        return _("keep")

    def read(self) -> tuple[T | None, Mapping[str, str]]:
        """Read the texts into the answer, or into what is wrong with each field."""
        raise NotImplementedError

    def is_untouched(self) -> bool:
        """Whether nothing would be lost."""
        return self.texts() == self.given

    def leaving(self) -> str:
        """Ask whether to leave what was typed."""
        raise NotImplementedError

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    def texts(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return {name: self._field(name).value for name in self.fields}

    def paint(self) -> None:
        """Show all parts; the name of the field at hand stands out."""
        super().paint()
        for name, label in self.labels().items():
            here = self.focused is not None and self.focused.id == name
            style: Style = "warning" if name in self._faults else "accent" if here else "muted"
            self.query_one(f"#name-{name}", Lines).show([line(span(label, style))])
        faults = [row for text in self._faults.values() for row in paragraph(text, self.room, "warning")]
        self.show_part("faults", [EMPTY, *(faults or paragraph(self.hint(), self.room, "muted"))])
        keys = answers(("⏎", _("next"), "next"), ("^s", self.word(), "keep"), ("esc", _("back"), "cancel"))
        self.show_part("keys", [self.notice(), keys])

    def on_descendant_focus(self) -> None:
        """Mark the field at hand."""
        self.paint()

    @property
    def _here(self) -> int:
        name = self.focused.id if self.focused else None
        return self.fields.index(name) if name in self.fields else 0

    def action_field(self, steps: int) -> None:
        """Go to another field."""
        self.set_focus(self._field(self.fields[(self._here + steps) % len(self.fields)]))

    def on_input_submitted(self) -> None:
        """Go on with enter."""
        self.action_next()

    def action_next(self) -> None:
        """Go to the next field; keep the form at the last."""
        if self._here == len(self.fields) - 1:
            self.action_keep()
        else:
            self.action_field(1)

    def action_keep(self) -> None:
        """Keep the form, unless a field is wrong: then say so and go there."""
        answer, self._faults = self.read()
        if self._faults:
            self.set_focus(self._field(next(iter(self._faults))))
            self.paint()
        else:
            self.dismiss(answer)

    def action_cancel(self) -> None:
        """Close; what was typed is only put away when that is meant."""
        if self.is_untouched():
            self.dismiss(None)
            return
        text = _("What you typed in this form is not kept then.")
        question = Question(self.leaving(), text, _("leave"), _("go on"))
        self.app.push_screen(question, lambda yes: self._leave() if yes else None)

    def _leave(self) -> None:
        self.dismiss(None)


# A question with several answers, one a row.


class Menu(Choice):
    """Rows to choose from below a title and a text; the answer is the name of the row."""

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str]], here: str = "") -> None:
        """Offer `choices`, each a name and its words; the cursor begins at `here`, else at the first."""
        super().__init__()
        self._here = here
        self._said = (title, text)
        self._choices = choices

    def on_mount(self) -> None:
        """Point at the answer that was given before."""
        super().on_mount()
        places = [name for name, _words in self._choices]
        if self._here in places:
            self.list.point(places.index(self._here))

    def content(self) -> list[Line]:
        """Return the question."""
        return [*titled(*self._said, self.room), EMPTY]

    def rows(self) -> list[Line]:
        """List the answers."""
        return [line("   ", span(fit(words, self.room - 3)), target=name) for name, words in self._choices]

    def keys_lines(self) -> list[Line]:
        """Name the keys."""
        return [EMPTY, answers(("⏎", _("choose"), "choose"), ("esc", _("back"), "cancel"))]


# A sentence to read at ease: what could not be done, and what to do.


class MessageScreen(Told[None]):
    """A title and a sentence; any of the closing keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,q,space", "cancel", show=False)]

    def __init__(self, title: str, sentence: str) -> None:
        """Show this sentence."""
        super().__init__()
        self._said = (title, sentence)

    def content(self) -> list[Line]:
        """Return the sentence."""
        return titled(*self._said, self.room)

    def answers(self) -> Line:
        """Say how to close it."""
        return answers(("⏎", _("close"), "cancel"))


# A question that is answered with one line of text.


class ReasonScreen(FieldDialog[str]):
    """Asks for one line, such as the reason for a change; enter answers, with at least one word."""

    longest: ClassVar[int] = MAX_REASON
    selects: ClassVar[bool] = True
    """Whether what one types takes the place of the text that is given."""

    def __init__(self, title: str, text: str, given: str = "") -> None:
        """Ask below a title and a text; `given` is an answer to begin with."""
        super().__init__()
        self._said = (title, text)
        self._given = given

    def compose(self) -> ComposeResult:
        """Lay out the question, the field and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(self._given, id="line", max_length=self.longest, select_on_focus=self.selects)
            yield Lines(id="keys")

    def content(self) -> list[Line]:
        """Show the question."""
        return [*titled(*self._said, self.room), EMPTY]

    def word(self) -> str:
        """Name what enter does."""
        return _("go on")

    def paint(self) -> None:
        """Show the question above and the keys below the field."""
        super().paint()
        self.show_part("keys", [self.notice(), answers(("⏎", self.word(), "answer"), ("esc", _("back"), "cancel"))])

    def read(self) -> str | None:
        """Return the answer; None while there is none."""
        return " ".join(self.field.value.split()) or None

    def action_answer(self) -> None:
        """Answer, unless nothing is written."""
        answer = self.read()
        if answer is None:
            self.app.bell()
        else:
            self.dismiss(answer)


class PathScreen(ReasonScreen):
    """Asks for the path of a file to write."""

    longest = 0  # as long as one likes
    selects = False

    def __init__(self, title: str, suggestion: str, text: str = "") -> None:
        """Begin with a suggestion; `text` says what will happen, where it is not one file that is written."""
        usual = _("Where to? The file is for you alone to read, and is not opened. Nothing is replaced without asking.")
        super().__init__(title, text or usual, suggestion)

    def word(self) -> str:
        """Name what enter does."""
        return _("write")

    def read(self) -> str | None:
        """Return the path."""
        return self.field.value.strip() or None


# Control+C: what most programs end by, asked about once.


class QuitQuestion(Question):
    """Asks whether to quit; Control+C once more does, and so does enter."""

    def __init__(self) -> None:
        """Ask."""
        text = _("Nothing is lost: what you filled in is in the draft. Control+C once more quits.")
        super().__init__(_("Quit?"), text, _("quit"), _("stay"))


# A reminder to copy: shown to be selected, and put on the clipboard only when that is asked for.


class ReminderScreen(Told[None]):
    """The text of a reminder; y copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", show=False),
        Binding("enter,q", "cancel", show=False),
    ]

    def __init__(self, text: str) -> None:
        """Show this text."""
        super().__init__()
        self._text = text
        self._copied = False

    def content(self) -> list[Line]:
        """Return the text."""
        return titled(_("A reminder to send"), self._text, self.room)

    def answers(self) -> Line:
        """Name the keys."""
        said = _("copied, if your terminal allows it") if self._copied else _("copy")
        return answers(("y", said, "copy"), ("esc", _("close"), "cancel"))

    def action_copy(self) -> None:
        """Put the text on the clipboard, by an escape sequence (OSC 52) that most terminals obey."""
        self.app.copy_to_clipboard(self._text)
        self._copied = True
        self.paint()
