"""Make a round of feedback: who and until when, the promise, what is asked; nothing is kept before the last yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from reflect_tui import round_form
from reflect_tui.feedback.round import MINIMUM, Collector, Invited, Promise, Round, new_id, new_token, token_digest
from reflect_tui.feedback.suggestion import WANTED, minutes, suggest
from reflect_tui.i18n import LANGUAGES, _, current, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages import rounds as page
from reflect_tui.pages.lines import EMPTY, Line, Style, fit, line, pad, paragraph, span
from reflect_tui.round_form import FIELDS, Read
from reflect_tui.tui.keys import key_names
from reflect_tui.tui.screens.dialog import Choice, Dialog, Question, answers, titled
from reflect_tui.tui.screens.menu import Menu
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp

LONGEST = 2000  # characters of a field: a list of labels
_STEP = 4  # statements more or fewer at a key
_PROMISES: dict[str, tuple[Promise, Collector]] = {
    "confidential": ("confidential", "self"),
    "third": ("confidential", "third person"),
    "named": ("named", "self"),
}


class RoundForm(Dialog[Read]):
    """Whom to ask and until when; enter goes to the next field and, at the last, on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "field(-1)", show=False, priority=True),
        Binding("down,tab", "field(1)", show=False, priority=True),
        Binding("ctrl+s", "keep", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._given: dict[str, str] = {}
        self._faults: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Lay out the fields, what is wrong with them, and the keys."""
        self._given = round_form.fresh(reflect(self).clock.now().date())
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
        if self._texts() == self._given:
            self.dismiss(None)
            return
        text = _("What you typed in this form is not kept then.")
        question = Question(_("Make no round?"), text, _("leave"), _("go on"))
        self.app.push_screen(question, self._leave)

    def _leave(self, yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
        if yes:
            self.dismiss(None)


class ItemsScreen(Choice):
    """Which domains, and how many statements of them; the answer is the list of items."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "ask", show=False),
        Binding("left,minus", "count(-1)", show=False),
        Binding("right,plus", "count(1)", show=False),
    ]

    def __init__(self, content: Instrument) -> None:
        """Choose from an instrument; all its domains to begin with."""
        super().__init__()
        self._content = content
        self._asked = {domain.id for domain in content.domains}
        self._wanted = WANTED

    @property
    def items(self) -> tuple[str, ...]:
        """The items chosen."""
        return suggest(self._content, self._asked, self._wanted) if self._asked else ()

    def content(self) -> list[Line]:
        """Say how long it takes."""
        items = self.items
        count = ngettext("{n} statement", "{n} statements", len(items)).format(n=len(items))
        length = _("about {n} min").format(n=minutes(len(items)))
        text = _(
            "A rater has little time: 30 to 40 statements, spread over the domains, is what most will do with care."
        )
        total = line(span(f"{count} · {length}", "strong"))
        return [*titled(_("What do you ask?"), text, self.room), EMPTY, total, EMPTY]

    def rows(self) -> list[Line]:
        """List the domains, with how many of their statements are asked."""
        items = set(self.items)
        rows = []
        for number, domain in enumerate(self._content.domains, 1):
            asked = sum(item.id in items for item in domain.items)
            glyph = span("✓ ", "accent") if domain.id in self._asked else span("· ", "muted")
            title = fit(f"{number} {domain.title}", self.room - 16)
            many = pad(_("{n} of {total}").format(n=asked, total=len(domain.items)), 10, right=True)
            rows.append(line("  ", glyph, span(title), span(many, "muted"), target=domain.id))
        return rows

    def keys_lines(self) -> list[Line]:
        """Name the keys."""
        first = answers(
            ("⏎", _("go on"), "choose"), (key_names("space"), _("ask or not"), "ask"), ("esc", _("back"), "cancel")
        )
        return [EMPTY, first, answers(("← →", _("fewer or more statements"), "count(1)"))]

    def action_ask(self) -> None:
        """Ask the domain at the cursor, or not."""
        self._asked ^= {self.list.target} - {""}
        self.paint()

    def action_count(self, steps: int) -> None:
        """Ask fewer or more."""
        total = len(self._content.items)
        self._wanted = max(len(self._asked) or 1, min(self._wanted + steps * _STEP, total))
        self.paint()

    def action_choose(self) -> None:
        """Go on, when something is asked."""
        if self.items:
            self.dismiss("chosen")
        else:
            self.app.bell()


def make_round(app: ReflectApp, content: Instrument) -> None:
    """Ask everything that makes a round, step by step."""
    picker = ItemsScreen(content)

    def who(read: Read | None) -> None:
        if read:
            app.push_screen(_promise_menu(read), lambda name: promised(read, name) if name else None)

    def promised(read: Read, name: str) -> None:
        app.push_screen(
            picker, lambda chosen: _ask_language(app, lambda code: sure(read, name, code)) if chosen else None
        )

    def sure(read: Read, name: str, language: str) -> None:
        found = _round(app, content, read, name, items=picker.items, language=language)
        words = "\n\n".join(page.promise_words(
            confidential=found.is_confidential, third=found.collector == "third person", minimum=found.minimum
        ))  # fmt: skip
        text = f"{page.name(found)}\n\n{words}"
        question = Question(_("Make this round?"), text, _("make"), _("back"))
        app.push_screen(question, lambda yes: _make(app, found) if yes else None)

    app.push_screen(RoundForm(), who)


def _make(app: ReflectApp, found: Round) -> None:
    app.make_round(found)


def _promise_menu(read: Read) -> Menu:
    small = [role for role in ("colleague", "client") if 0 < sum(one == role for one, _label in read.asked) < MINIMUM]
    text = _("Whoever receives the files can know who sent which. So say what you can keep.")
    if small:
        text += " " + _("A group of fewer than 3 never comes in from a confidential round.")
    choices = [
        ("confidential", _("Confidential: together, no names, no times")),
        ("third", _("Confidential, and someone else collects")),
        ("named", _("Named: you see who said what")),
    ]
    return Menu(_("What do you promise?"), text, choices)


def _ask_language(app: ReflectApp, chosen: Callable[[str], None]) -> None:
    names = {"nl": "Nederlands", "en": "English"}
    order = sorted(LANGUAGES, key=lambda code: code != current())
    menu = Menu(_("In which language?"), _("That of the form."), [(code, names.get(code, code)) for code in order])
    app.push_screen(menu, lambda code: chosen(code) if code else None)


def _round(
    app: ReflectApp, content: Instrument, read: Read, name: str, *, items: tuple[str, ...], language: str
) -> Round:
    """Make the round; until its forms are written nobody has a token, so each has one that is thrown away."""
    now = app.clock.now()
    promise, collector = _PROMISES[name]
    invited = tuple(Invited(role=role, label=label, token=token_digest(new_token())) for role, label in read.asked)
    roles = tuple(dict.fromkeys(one.role for one in invited))
    return Round(
        id=new_id(now, roles, app.clock.token()),
        instrument=content.id,
        version=content.version,
        digest=content.digest,
        about=read.about,
        language=language,
        promise=promise,
        collector=collector,
        made=now,
        closes=read.closes or now.date(),
        items=items,
        invited=invited,
    )


def reflect(screen: Dialog[Read]) -> ReflectApp:
    """Give the app by its own type."""
    return cast("ReflectApp", screen.app)
