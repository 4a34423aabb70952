"""The form of one goal: what, the first step, who helps, by when, and the score aimed at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from reflect_tui import goal_form
from reflect_tui.analysis.summary import summarize
from reflect_tui.goals import MAX_LINE, Goal, is_id, new_id
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.pages.lines import EMPTY, Line, Style, line, paragraph, shorten, span
from reflect_tui.pages.words import group_name, mean_text
from reflect_tui.tui.screens.dialog import Dialog, Question, answers
from reflect_tui.tui.screens.menu import Menu
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp

MONTHS = 6  # ahead: the day that a new goal suggests
_NO_DOMAIN = "-"
Made = Callable[[Goal], None]


class GoalForm(Dialog[Goal]):
    """Five fields; enter goes to the next and, at the last, keeps the goal; escape asks before anything is lost."""

    widest = 79
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "field(-1)", show=False, priority=True),
        Binding("down,tab", "field(1)", show=False, priority=True),
        Binding("ctrl+s", "keep", show=False, priority=True),
    ]

    def __init__(self, title: str, goal: Goal, instrument: Instrument, fields: dict[str, str]) -> None:
        """Edit a goal about an instrument; `fields` are the texts to begin with."""
        super().__init__()
        self._heading = title
        self._goal = goal
        self._instrument = instrument
        self._given = fields
        self._faults: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Lay out what the goal is about, the fields, what is wrong with them, and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            for name in goal_form.FIELDS:
                with Horizontal(classes="field"):
                    yield Lines(id=f"name-{name}", one=True)
                    yield Field(self._given[name], id=name, max_length=MAX_LINE, select_on_focus=False)
            yield Lines(id="faults")
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Begin at the first field."""
        super().on_mount()
        self.query_one("#what", Field).focus()

    def content(self) -> list[Line]:
        """Say what the goal is about."""
        lines = [line(span(self._heading, "title"))]
        if self._goal.domain:
            lines.append(line(span(shorten(group_name(self._instrument, self._goal.domain), self.room), "muted")))
        for item in self._goal.items:
            sentence = self._instrument.sentence(self._instrument.item(item))
            lines += paragraph(sentence, self.room, "muted")[:3]
        return [*lines, EMPTY]

    def paint(self) -> None:
        """Show all parts; the name of the field at hand stands out."""
        super().paint()
        scale = self._instrument.scale
        names = {
            "what": _("What"),
            "first_step": _("First step"),
            "helper": _("Who helps"),
            "by": _("By when"),
            "target": _("Target {low}-{high}").format(low=scale.lowest, high=scale.highest),
        }
        for name in goal_form.FIELDS:
            here = self.focused is not None and self.focused.id == name
            style: Style = "warning" if name in self._faults else "accent" if here else "muted"
            self.query_one(f"#name-{name}", Lines).show([line(span(names[name], style))])
        faults = [row for text in self._faults.values() for row in paragraph(text, self.room, "warning")]
        hint = _("A day as 2027-06-01, or 3m for in three months. Only the first field is needed.")
        self.show_part("faults", [EMPTY, *(faults or paragraph(hint, self.room, "muted"))])
        keys = answers(("⏎", _("next"), "next"), ("^s", _("keep"), "keep"), ("esc", _("back"), "cancel"))
        self.show_part("keys", [self.notice(), keys])

    def on_descendant_focus(self) -> None:
        """Mark the field at hand."""
        self.paint()

    def action_field(self, steps: int) -> None:
        """Go to another field."""
        here = self.focused.id if self.focused and self.focused.id in goal_form.FIELDS else goal_form.FIELDS[0]
        place = goal_form.FIELDS.index(here or "what") + steps
        self.query_one(f"#{goal_form.FIELDS[place % len(goal_form.FIELDS)]}", Field).focus()

    def on_input_submitted(self) -> None:
        """Go on with enter."""
        self.action_next()

    def action_next(self) -> None:
        """Go to the next field; keep the goal at the last."""
        if self.focused and self.focused.id == goal_form.FIELDS[-1]:
            self.action_keep()
        else:
            self.action_field(1)

    def action_keep(self) -> None:
        """Keep the goal, unless a field is wrong: then say so and go there."""
        today = self._today
        read = goal_form.read(self._goal, self._texts(), today, self._instrument.scale)
        self._faults = read.faults
        if read.goal:
            self.dismiss(read.goal)
        else:
            self.query_one(f"#{next(iter(read.faults))}", Field).focus()
            self.paint()

    @property
    def _today(self) -> date:
        return reflect(self).clock.now().date()

    def _texts(self) -> dict[str, str]:
        return {name: self.query_one(f"#{name}", Field).value for name in goal_form.FIELDS}

    def action_cancel(self) -> None:
        """Close; what was typed is only put away when that is meant."""
        if self._texts() == self._given:
            self.dismiss(None)
            return
        text = _("What you typed in this form is not kept then.")
        question = Question(_("Leave the goal as it was?"), text, _("leave"), _("go on"))
        self.app.push_screen(question, self._leave)

    def _leave(self, yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
        if yes:
            self.dismiss(None)


def reflect(screen: Dialog[Goal]) -> ReflectApp:
    """Give the app by its own type."""
    return cast("ReflectApp", screen.app)


def make_goal(
    app: ReflectApp, content: Instrument, made: Made, *, domain: str, items: tuple[str, ...] = (), session: str = ""
) -> None:
    """Let a new goal be typed about a domain or items; `made` is called with it."""
    now = app.clock.now()
    goal = Goal(
        id=new_id(now, app.clock.token()),
        instrument=content.id,
        domain=domain,
        items=items,
        what="-",
        made=now,
        session=session,
    )
    by = goal_form.ahead(now.date(), MONTHS, "m")
    fields = dict.fromkeys(goal_form.FIELDS, "") | {"by": by.isoformat()}
    app.push_screen(GoalForm(_("New goal"), goal, content, fields), lambda kept: made(kept) if kept else None)


def ask_domain(app: ReflectApp, content: Instrument, chosen: Callable[[str], None]) -> None:
    """Ask which domain a new goal is about, the lowest first; "" is for something else."""
    newest = next(iter(app.state.own(content.id)), None)
    groups = summarize(content, newest.scores if newest else {}).domains
    lowest_first = sorted(groups, key=lambda group: (group.mean is None, group.mean or 0))
    choices = [
        (group.id, f"{mean_text(group.mean):<6}{group_name(content, group.id, short=True)}") for group in lowest_first
    ]
    menu = Menu(_("New goal"), _("What is it about?"), [*choices, (_NO_DOMAIN, "      " + _("something else"))])

    def answer(name: str | None) -> None:
        if name:
            chosen("" if name == _NO_DOMAIN else name)

    app.push_screen(menu, answer)


def goal_from(app: ReflectApp, content: Instrument, target: str, session: str = "") -> None:
    """Make a goal from a row about a domain or an item; from another row, ask which domain. A goal shows all goals."""
    from reflect_tui.tui.screens.goals import GoalsScreen  # noqa: PLC0415 -- it uses this module

    def made(goal: Goal) -> None:
        app.save_goal(goal, "made", None)

    if is_id(target):
        app.push_screen(GoalsScreen())
    elif not app.may_write():
        return
    elif target in content.positions:
        make_goal(app, content, made, domain=content.domain_of[target].id, items=(target,), session=session)
    elif any(domain.id == target for domain in content.domains):
        make_goal(app, content, made, domain=target, session=session)
    else:
        ask_domain(app, content, lambda domain: make_goal(app, content, made, domain=domain, session=session))
