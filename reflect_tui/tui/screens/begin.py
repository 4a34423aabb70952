"""Begin a session: which instrument, and who fills it in."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from reflect_tui.errors import ReflectError
from reflect_tui.forms.days import past_day
from reflect_tui.i18n import _, current_language, format_date, pgettext
from reflect_tui.model.library import Listing
from reflect_tui.model.session import SEATED, Role
from reflect_tui.text import more_text
from reflect_tui.tui.screens.dialog import Choice, Question, answers, titled
from reflect_tui.tui.screens.form import FieldDialog
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.views.labels import role_name
from reflect_tui.views.lines import EMPTY, Line, fit, line, pad, paragraph, span, width

_LANGUAGES = 11  # columns for the languages of an instrument
_NAMED = 3  # files that can't be used; a command names all


class NewScreen(Choice):
    """Choose an instrument with up and down, a role with left and right, perhaps a day; enter begins."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "role(-1)", show=False),
        Binding("right,l", "role(1)", show=False),
        Binding("d", "day", show=False),
        Binding("a", "make", show=False),
        Binding("e", "edit", show=False),
        Binding("t", "translate", show=False),
    ]

    def __init__(self, listing: Listing, preferred: str) -> None:
        """Offer these instruments, `preferred` first."""
        super().__init__()
        self._role = 0
        self.day: date | None = None
        self.is_making = False
        """Whether the answer is the instrument to make a new version of, or "" for a new one."""
        self.is_translating = False
        """Whether the answer is the instrument to translate."""
        self._entries = sorted(listing.entries, key=lambda entry: entry.instrument.id != preferred)
        self._faulty = listing.faulty

    @property
    def role(self) -> Role:
        """The role chosen."""
        return SEATED[self._role]

    def content(self) -> list[Line]:
        return [line(span(_("New session"), "title")), EMPTY]

    def rows(self) -> list[Line]:
        lines = []
        languages = [" ".join(entry.languages) for entry in self._entries]
        widest = min(max(map(width, languages), default=0), _LANGUAGES)
        room = self.room - 19 - widest
        for entry, spoken in zip(self._entries, languages, strict=True):
            instrument = entry.read(current_language())
            count = _("{n} statements").format(n=len(instrument.items))
            title = fit(instrument.title if width(instrument.title) <= room else instrument.label, room)
            more = f" {fit(spoken, widest)}{pad(count, 15, right=True)}"
            lines.append(line("   ", span(title), span(more, "muted"), target=instrument.id))
        return lines

    def keys_lines(self) -> list[Line]:
        spans = [span(_("filled in by") + "   ", "muted")]
        for role in SEATED:
            chosen = role == self.role
            text = f"[{role_name(role)}]" if chosen else f" {role_name(role)} "
            spans.append(span(text, "strong" if chosen else "muted", f"choose_role('{role}')"))
        when = _("{date}, an old paper form").format(date=format_date(self.day)) if self.day else _("today")
        dated = line(span(_("date") + "   ", "muted"), span(f"[{when}]", "strong" if self.day else "text", "day"))
        keys = answers(
            ("⏎", _("begin"), "choose"),
            ("← →", _("role"), "role(1)"),
            ("d", _("date"), "day"),
            ("esc", _("back"), "cancel"),
        )
        making = answers(
            ("a", _("new instrument"), "make"),
            ("e", pgettext("instrument", "change"), "edit"),
            ("t", _("translate"), "translate"),
        )
        return [EMPTY, *self._faults(), line(*spans), dated, EMPTY, keys, making]

    def _faults(self) -> list[Line]:
        """Name the files that can't be used; their reasons are long, and told by a command."""
        if not self._faulty:
            return []
        names = ", ".join(file.path.name for file in self._faulty[:_NAMED])
        if more := more_text(len(self._faulty) - _NAMED):
            names += f" {more}"
        text = _("Can't be used: {files}. Why: {command}").format(files=names, command="reflect-tui instruments list")
        return [*paragraph(text, self.room, "warning"), EMPTY]

    def action_role(self, steps: int) -> None:
        self._role = (self._role + steps) % len(SEATED)
        self.paint()

    def action_make(self) -> None:
        self.is_making = True
        self.dismiss("")

    def action_edit(self) -> None:
        self.is_making = True
        self.dismiss(self.list.target)

    def action_translate(self) -> None:
        self.is_translating = True
        self.dismiss(self.list.target)

    def action_day(self) -> None:
        """Ask for the day of an old paper form; today takes it away again."""
        self.app.push_screen(PaperDayScreen(self.host.clock.now().date(), self.day), self._dated)

    def _dated(self, day: date | None) -> None:
        if day is not None:
            self.day = day if day < self.host.clock.now().date() else None
            self.paint()

    def action_choose_role(self, role: Role) -> None:
        self._role = SEATED.index(role)
        self.paint()


class PaperDayScreen(FieldDialog[date]):
    """Asks for the day of an old paper form, at most today."""

    def __init__(self, today: date, given: date | None) -> None:
        """Ask for a day up to `today`; `given` is the one chosen before."""
        super().__init__()
        self._today = today
        self._given = given

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(self._given.isoformat() if self._given else "", id="day", select_on_focus=True)
            yield Lines(id="faults")
            yield Lines(id="keys")

    def content(self) -> list[Line]:
        text = _(
            "Do you have an old paper form? Type its day, such as 2023-11-14. The session is dated so, and "
            "says that it was entered later."
        )
        return [*titled(_("The day of the form"), text, self.room), EMPTY]

    def paint(self, fault: str = "") -> None:
        super().paint()
        self.show_part("faults", paragraph(fault, self.room, "warning") if fault else [EMPTY])
        self.show_part("keys", [answers(("⏎", _("keep"), "answer"), ("esc", _("back"), "cancel"))])

    def action_answer(self) -> None:
        try:
            day = past_day(self.field.value, self._today)
        except ReflectError as error:
            self.paint(str(error))
        else:
            self.dismiss(day)


# Thanks someone who filled in a session at this keyboard; nothing of the journal is shown before it is handed back.


_WIDEST = 60


class ThankYouScreen(Page):
    """A calm end for a guest; the owner goes on from here."""

    keys = "hand-over"

    def __init__(self, *, finished: bool) -> None:
        super().__init__()
        self._finished = finished

    def saved_line(self) -> Line:
        """Say that it is saved; how much the journal holds is not for a guest."""
        return line(span("● ", "accent"), span(_("saved"), "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:
        title = _("Thank you") if self._finished else _("Not finished yet")
        said = (
            _("What you filled in is saved. You can give the keyboard back now.")
            if self._finished
            else _("What you filled in is kept, so that you can go on later. You can give the keyboard back now.")
        )
        room = min(columns - 8, _WIDEST)
        left = max(4, (columns - room) // 2)
        own = _("If this is your own journal: {key} goes on.").format(key=self.host.key("hand-over.open"))
        lines = [
            line(" " * left, span(title, "title")),
            EMPTY,
            *paragraph(said, left + room, indent=left),
            EMPTY,
            *paragraph(own, left + room, "muted", indent=left),
        ]
        return [*[EMPTY] * max(0, (rows - len(lines)) // 2 - 1), *lines]

    def action_back(self) -> None:
        """Stay: behind this is the journal."""

    def action_open(self) -> None:
        text = _("Everything in this journal is shown next.")
        question = Question(_("Is this your own journal?"), text, _("yes, go on"), _("no"))
        self.app.push_screen(question, lambda yes: self._go_on() if yes else None)

    def _go_on(self) -> None:
        self.host.guest = False
        self.app.pop_screen()
        self.host.journal_service.load()
