"""The form of one goal: what, the first step, who helps, by when, and the score aimed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import structs

from reflect_tui.analysis.summary import summarize
from reflect_tui.forms import fields as form_fields
from reflect_tui.forms.days import date_ahead
from reflect_tui.i18n import _
from reflect_tui.model.goals import MAX_LINE, Goal, is_id, new_id
from reflect_tui.model.instrument import Instrument
from reflect_tui.store.drafts import TypedGoal
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import Menu
from reflect_tui.tui.screens.form import FormScreen
from reflect_tui.views.instrument_words import marked_sentence
from reflect_tui.views.labels import figure_text, group_name
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, shorten, span

MONTHS = 6  # ahead: the day that a new goal suggests
_NO_DOMAIN = "-"
Made = Callable[[Goal], None]


class GoalForm(FormScreen[Goal]):
    """What is to be reached, the first step, who helps, by when, and the score aimed at."""

    fields = form_fields.GOAL_FIELDS
    longest = MAX_LINE

    def __init__(self, typed: TypedGoal, instrument: Instrument, *, again: bool) -> None:
        """Edit a goal about an instrument; `again` says that its texts are those of a form that was not done."""
        super().__init__(typed.fields, typed, again=again)
        self._goal = typed.goal
        self._is_new = typed.is_new
        self._instrument = instrument

    def tell(self, failure: str) -> None:
        self._faults = {"": failure}
        self.paint()

    def content(self) -> list[Line]:
        title = _("New goal") if self._is_new else _("Change the goal")
        lines = [line(span(title, "title"))]
        if self._again:
            lines += paragraph(_("What you typed before is still here; it was not saved as a goal yet."), self.room)
        if self._goal.domain:
            lines.append(line(span(shorten(group_name(self._instrument, self._goal.domain), self.room), "muted")))
        for item in self._goal.items:
            lines += paragraph(marked_sentence(self._instrument, item), self.room, "muted")[:3]
        return [*lines, EMPTY]

    def labels(self) -> Mapping[str, str]:
        scale = self._instrument.scale
        return {
            "what": _("What"),
            "first_step": _("First step"),
            "helper": _("Who helps"),
            "by": _("By when"),
            "target": _("Target {low}-{high}").format(low=scale.lowest, high=scale.highest),
        }

    def hint(self) -> str:
        return _("A day as 2027-06-01, or 3m for in three months. Only the first field is needed.")

    def read(self) -> tuple[Goal | None, Mapping[str, str]]:
        read = form_fields.parse_goal(self._goal, self.texts(), self.host.clock.now().date(), self._instrument.scale)
        return read.goal, read.faults

    def leaving(self) -> str:
        return _("Leave the goal as it was?")


def make_goal(
    host: Host, content: Instrument, made: Made, *, domain: str, items: tuple[str, ...] = (), session: str = ""
) -> None:
    """Let a new goal be typed about a domain or items; `made` is called with it."""
    now = host.clock.now()
    goal = Goal(
        id=new_id(now, host.clock.token()),
        instrument=content.id,
        domain=domain,
        items=items,
        what="-",
        made=now,
        session=session,
    )
    type_goal(host, content, goal, made)


def type_goal(host: Host, content: Instrument, goal: Goal, made: Made, place: int = 0) -> None:
    """Let the words of a new goal be typed, at a step of its talk if it has one; `made` is called with it."""
    now = goal.made
    by = date_ahead(now.date(), MONTHS, "m")
    fields = dict.fromkeys(form_fields.GOAL_FIELDS, "") | {"by": by.isoformat()}
    open_form(host, content, TypedGoal(goal=goal, fields=fields, is_new=True, place=place), made)


def open_form(host: Host, content: Instrument, typed: TypedGoal, made: Made) -> None:
    """Let the words of a goal be typed, going on with what was typed about the same before."""
    known = host.document_service.typed_before(typed)
    if isinstance(known, TypedGoal):  # of a goal to be changed only the texts: others may have changed it since
        typed = known if typed.is_new else structs.replace(typed, fields=known.fields)
    form = GoalForm(typed, content, again=known is not None)
    host.push_screen(form, lambda goal: made(goal) if goal else None)


def ask_domain(host: Host, content: Instrument, chosen: Callable[[str], None], session: str = "") -> None:
    """Ask which domain a new goal is about, the lowest of that session or one's newest first; "" is something else."""
    scored = host.state.session(session) or next(iter(host.state.pages.own(content.id)), None)
    groups = summarize(content, scored.scores if scored else {}).domains
    lowest_first = sorted(groups, key=lambda group: (group.mean is None, group.mean or 0))
    choices = [
        (group.id, f"{figure_text(group):<6}{group_name(content, group.id, short=True)}") for group in lowest_first
    ]
    menu = Menu(_("New goal"), _("What is it about?"), [*choices, (_NO_DOMAIN, "      " + _("something else"))])

    def answer(name: str | None) -> None:
        if name:
            chosen("" if name == _NO_DOMAIN else name)

    host.push_screen(menu, answer)


def goal_from(host: Host, content: Instrument, target: str, session: str = "") -> None:
    """Make a goal from a row about a domain or an item; from another row, ask which domain. A goal shows all goals."""

    def made(goal: Goal) -> None:
        host.document_service.save_goal(goal, "made", None)

    if is_id(target):
        navigate.show_goals(host)
    elif not host.may_write():
        return
    elif target in content.positions:
        make_goal(host, content, made, domain=content.domain_of[target].id, items=(target,), session=session)
    elif any(domain.id == target for domain in content.domains):
        make_goal(host, content, made, domain=target, session=session)
    else:

        def about(domain: str) -> None:
            make_goal(host, content, made, domain=domain, session=session)

        ask_domain(host, content, about, session)
