"""Whom a round of feedback asks and until when: the first step of making one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from reflect_tui import round_form
from reflect_tui.feedback.round import RATERS
from reflect_tui.i18n import _
from reflect_tui.pages.lines import EMPTY, Line, Style, line, paragraph, span
from reflect_tui.round_form import FIELDS, Read
from reflect_tui.tui.screens.dialog import Dialog, Question, answers, titled
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp

LONGEST = 2000  # characters of a field: a list of labels


class RoundForm(Dialog[Read]):
    """Whom to ask and until when; enter goes to the next field and, at the last, on."""

    widest = 79
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "field(-1)", show=False, priority=True),
        Binding("down,tab", "field(1)", show=False, priority=True),
        Binding("ctrl+s", "keep", show=False, priority=True),
    ]

    def __init__(self, given: Mapping[str, str]) -> None:
        """Begin with these fields."""
        super().__init__()
        self._given = given
        self._faults: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Lay out the fields, what is wrong with them, and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            for name in FIELDS:
                with Horizontal(classes="field"):
                    yield Lines(id=f"name-{name}", one=True)
                    yield Field(self._given[name], id=name, max_length=LONGEST, select_on_focus=False)
            yield Lines(id="faults")
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Begin at the first field."""
        super().on_mount()
        self.query_one("#about", Field).focus()

    def content(self) -> list[Line]:
        """Say what this is."""
        text = _("Whom do you ask? A word for each, commas between; only you see these words.")
        return [*titled(_("A round of feedback"), text, self.room), EMPTY]

    def paint(self) -> None:
        """Show all parts; the name of the field at hand stands out."""
        super().paint()
        names = {
            "about": _("Your name"),
            "manager": _("Manager"),
            "colleague": _("Colleagues"),
            "client": _("Clients"),
            "closes": _("Last day"),
        }
        for name in FIELDS:
            here = self.focused is not None and self.focused.id == name
            style: Style = "warning" if name in self._faults else "accent" if here else "muted"
            self.query_one(f"#name-{name}", Lines).show([line(span(names[name], style))])
        faults = [row for text in self._faults.values() for row in paragraph(text, self.room, "warning")]
        hint = _("Your name is how the form speaks of you. At least 3 of a group, if it is to be confidential.")
        self.show_part("faults", [EMPTY, *(faults or paragraph(hint, self.room, "muted"))])
        keys = answers(("⏎", _("next"), "next"), ("^s", _("go on"), "keep"), ("esc", _("back"), "cancel"))
        self.show_part("keys", [EMPTY, keys])

    def on_descendant_focus(self) -> None:
        """Mark the field at hand."""
        self.paint()

    def action_field(self, steps: int) -> None:
        """Go to another field."""
        here = self.focused.id if self.focused and self.focused.id in FIELDS else FIELDS[0]
        place = FIELDS.index(here or FIELDS[0]) + steps
        self.query_one(f"#{FIELDS[place % len(FIELDS)]}", Field).focus()

    def on_input_submitted(self) -> None:
        """Go on with enter."""
        self.action_next()

    def action_next(self) -> None:
        """Go to the next field; from the last go on."""
        if self.focused and self.focused.id == FIELDS[-1]:
            self.action_keep()
        else:
            self.action_field(1)

    def action_keep(self) -> None:
        """Go on, unless a field is wrong: then say so and go there."""
        read = round_form.read(self._texts(), reflect(self).clock.now().date())
        self._faults = read.faults
        if read.faults:
            self.query_one(f"#{next(iter(read.faults))}", Field).focus()
            self.paint()
        else:
            self.dismiss(read)

    def _texts(self) -> dict[str, str]:
        return {name: self.query_one(f"#{name}", Field).value for name in FIELDS}

    def action_cancel(self) -> None:
        """Close; what was typed is only put away when that is meant."""
        if not any(self._texts()[role] for role in RATERS):
            self.dismiss(None)
            return
        text = _("What you typed in this form is not kept then.")
        question = Question(_("Make no round?"), text, _("leave"), _("go on"))
        self.app.push_screen(question, self._leave)

    def _leave(self, yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
        if yes:
            self.dismiss(None)


def reflect(screen: Dialog[Read]) -> ReflectApp:
    """Give the app by its own type."""
    return cast("ReflectApp", screen.app)
