"""Windows to write in over a screen: one line, such as a reason or a path, and forms of named fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from reflect_tui.i18n import _
from reflect_tui.store.drafts import LINE, TypedForm
from reflect_tui.store.plans import MAX_REASON
from reflect_tui.tui.screens.dialog import Dialog, Question, answers, titled
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field, word_count
from reflect_tui.views.lines import EMPTY, Line, Style, line, paragraph, shorten, span

T = TypeVar("T")


OFTEN = 0.5  # seconds of typing, after a word, that a kill may cost


class TypingDialog(Dialog[T]):
    """A window to type in. What is typed can be kept until it is put away, so that no end of the app costs it."""

    def __init__(self, typed: TypedForm | None = None, *, again: bool = False) -> None:
        """Keep what is typed as this form; `again` says that its texts are those of a form that was not done."""
        super().__init__()
        self._typed = typed
        self._again = again
        self._last: Mapping[str, str] | None = None
        """The texts as they were last handed over or, before that, at the start."""
        self._is_kept = again

    def texts(self) -> dict[str, str]:
        """Return what stands in the fields."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Keep now and then what is typed, beside every word: also while nothing more is."""
        if self._typed:
            self._last = self.texts()
            self.set_interval(OFTEN, self.keep_unfinished)

    def on_input_changed(self) -> None:
        if self._last is not None and word_count(*self.texts().values()) != word_count(*self._last.values()):
            self.keep_unfinished()

    def keep_unfinished(self) -> None:
        """Hand over what is typed, once something is."""
        texts = self.texts()
        if self._typed and self._last is not None and texts != self._last:
            self._last, self._is_kept = texts, True
            self.host.document_service.keep_typed(structs.replace(self._typed, fields=texts))

    def kept_notice(self) -> list[Line]:
        """Say that what was typed before is back."""
        return paragraph(_("What you typed before is still here."), self.room) if self._again else []

    def put_away(self) -> None:
        """Forget what was kept of it: it is left."""
        if self._typed and self._is_kept:
            self.host.document_service.put_typed_away(self._typed.name)

    def ask_to_leave(self, title: str) -> None:
        """Ask whether to leave what was typed; it is put away only when that is meant."""
        text = _("What you typed in this form is not kept.")
        question = Question(title, text, _("leave"), _("go on"))
        self.app.push_screen(question, lambda yes: self.leave() if yes else None)

    def leave(self) -> None:
        """Close without an answer, and forget what was typed."""
        self.put_away()
        self.dismiss(None)


class FieldDialog(TypingDialog[T]):
    """Asks for one line of text; its heirs lay it out and say what enter does with it."""

    def texts(self) -> dict[str, str]:
        return {LINE: self.field.value}

    @property
    def field(self) -> Field:
        """The field."""
        return self.query_one(Field)

    def on_mount(self) -> None:
        self.set_focus(self.field)

    def on_input_submitted(self) -> None:
        self.action_answer()

    def action_answer(self) -> None:
        """Do with the text what it was asked for."""
        raise NotImplementedError


class ReasonScreen(FieldDialog[str]):
    """Asks for one line, such as the reason for a change; enter answers, with at least one word."""

    longest: ClassVar[int] = MAX_REASON
    selects: ClassVar[bool] = True
    """Whether what one types takes the place of the text that is given."""

    def __init__(
        self,
        title: str,
        text: str,
        given: str = "",
        typed: TypedForm | None = None,
        *,
        again: bool = False,
        missing: str = "",
    ) -> None:
        """Ask below a title and a text; `given` is an answer to begin with. See TypingDialog for the others.

        `missing` is said on enter while nothing is written.
        """
        super().__init__(typed, again=again)
        self._said = (title, text)
        self._given = given
        self._missing = missing or _("Type something first; esc goes back.")
        self._is_missing = False

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(
                self._given, id="line", max_length=self.longest, select_on_focus=self.selects and not self._again
            )
            yield Lines(id="keys")

    def content(self) -> list[Line]:
        return [*titled(*self._said, self.room), *self.kept_notice(), EMPTY]

    def word(self) -> str:
        return _("go on")

    def paint(self) -> None:
        super().paint()
        self.show_part("keys", [self.notice(), answers(("⏎", self.word(), "answer"), ("esc", _("back"), "cancel"))])

    def read(self) -> str | None:
        """Return the answer; None while there is none."""
        return " ".join(self.field.value.split()) or None

    def notice(self) -> Line:
        """Say that nothing is written, once enter was pressed on it."""
        return line(span(shorten(self._missing, self.room), "warning")) if self._is_missing else super().notice()

    def on_input_changed(self) -> None:
        """Go on without the notice as soon as something is typed."""
        if self._is_missing:
            self._is_missing = False
            self.paint()

    def action_answer(self) -> None:
        """Answer; say so while nothing is written."""
        answer = self.read()
        self._is_missing = answer is None
        if answer is None:
            self.app.bell()
            self.paint()
        else:
            self.keep_unfinished()
            self.dismiss(answer)

    def action_cancel(self) -> None:
        """Close without an answer; what would outlive an end of the app is not lost by one key either."""
        typed = self.read()
        if self._typed and typed and (self._again or typed != self._given):
            self.ask_to_leave(_("Leave this form?"))
        else:
            self.leave()


class PathScreen(ReasonScreen):
    """Asks for the path of a file to write."""

    longest = 0  # as long as one likes
    selects = False

    def __init__(self, title: str, suggestion: str, text: str = "") -> None:
        """Begin with a suggestion; `text` says what will happen, where it is not one file that is written."""
        super().__init__(title, text or self.usual(), suggestion)

    @staticmethod
    def usual() -> str:
        """Say what happens to one file."""
        return _("Save as. Only you can read the file. Nothing is replaced without asking.")

    def word(self) -> str:
        return _("write")

    def read(self) -> str | None:
        return self.field.value.strip() or None


class FormScreen(TypingDialog[T]):
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

    def __init__(self, given: Mapping[str, str], typed: TypedForm | None = None, *, again: bool = False) -> None:
        """Begin with these texts; see TypingDialog for the others."""
        super().__init__(typed, again=again)
        self.given = given
        self._faults: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            for name in self.fields:
                with Horizontal(classes="field"):
                    yield Lines(id=f"name-{name}", one=True)
                    yield Field(self.given[name], id=name, max_length=self.longest, select_on_focus=False)
            yield Lines(id="faults")
            yield Lines(id="keys")

    def on_mount(self) -> None:
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
        return self.texts() == self.given and not self._again

    def leaving(self) -> str:
        """Ask whether to leave what was typed."""
        raise NotImplementedError

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    def texts(self) -> dict[str, str]:
        return {name: self._field(name).value for name in self.fields}

    def paint(self) -> None:
        """Show all parts; the name of the field at hand stands out."""
        super().paint()
        for name, label in self.labels().items():
            here = self.focused is not None and self.focused.id == name
            style: Style = "warning" if name in self._faults else "accent" if here else "muted"
            self.query_one(f"#name-{name}", Lines).show([line(span(label, style, f"go_to('{name}')"))])
        faults = [row for text in self._faults.values() for row in paragraph(text, self.room, "warning")]
        self.show_part("faults", [EMPTY, *(faults or paragraph(self.hint(), self.room, "muted"))])
        onwards = [("⏎", _("next"), "next"), ("^s", self.word(), "keep")]
        if len(self.fields) == 1:
            onwards = [("⏎", self.word(), "keep")]
        keys = answers(*onwards, ("esc", _("back"), "cancel"))
        self.show_part("keys", [self.notice(), keys])

    def on_descendant_focus(self) -> None:
        self.paint()

    @property
    def _here(self) -> int:
        name = self.focused.id if self.focused else None
        return self.fields.index(name) if name in self.fields else 0

    def action_field(self, steps: int) -> None:
        self.set_focus(self._field(self.fields[(self._here + steps) % len(self.fields)]))

    def action_go_to(self, name: str) -> None:
        """Go to a field whose name is clicked."""
        self.set_focus(self._field(name))

    def on_input_submitted(self) -> None:
        self.action_next()

    def action_next(self) -> None:
        """Go to the next field; keep the form at the last."""
        if self._here == len(self.fields) - 1:
            self.action_keep()
        else:
            self.action_field(1)

    def action_keep(self) -> None:
        """Keep the form, unless a field is wrong: then say so and go there."""
        self.keep_unfinished()
        answer, self._faults = self.read()
        if self._faults:
            self.set_focus(self._field(next(iter(self._faults))))
            self.paint()
        else:
            self.dismiss(answer)

    def action_cancel(self) -> None:
        """Close; what was typed is only put away when that is meant."""
        if self.is_untouched():
            self.leave()
        else:
            self.ask_to_leave(self.leaving())
