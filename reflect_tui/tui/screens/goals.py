"""All goals: make one, change it, say what came of it; everything can be undone. And the form of one goal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import cast

from msgspec import structs
from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key, Paste

from reflect_tui import paths
from reflect_tui.analysis.summary import summarize
from reflect_tui.errors import ReflectError
from reflect_tui.forms import fields as form_fields
from reflect_tui.forms.days import date_ahead
from reflect_tui.i18n import _
from reflect_tui.model import library
from reflect_tui.model.goals import MAX_LINE, OUTCOMES, Goal, LookBack, Outcome, is_id, new_id
from reflect_tui.model.instrument import Instrument
from reflect_tui.store.documents import Document
from reflect_tui.store.drafts import TypedGoal, typed_goals
from reflect_tui.store.plans import Act
from reflect_tui.text import clean
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Announced, Host
from reflect_tui.tui.screens.dialog import Choice, Menu, answers
from reflect_tui.tui.screens.form import FormScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.views import goals as page
from reflect_tui.views.assessing import typed_ahead
from reflect_tui.views.goals import look_back, outcome_name
from reflect_tui.views.instrument_words import marked_sentence
from reflect_tui.views.labels import figure_text, group_name
from reflect_tui.views.lines import EMPTY, Line, cut, line, pad, paragraph, shorten, span


class GoalsScreen(Page):
    """The goals of a journal, those that go on first, and the one at the cursor in full."""

    keys = "goals"
    points = True

    def __init__(self) -> None:
        super().__init__()
        self._done: list[Goal | str] = []  # to take back: a goal as it was, or the id of one that was not there

    def place(self) -> Line:
        return line(span(_("Goals"), "title"))

    def paint_page(self, columns: int, rows: int) -> None:
        super().paint_page(columns, rows)
        if not self.page.target:
            self.page.point_first()
        self.page.show_whole()

    def idle(self) -> Collection[str]:
        return () if self.host.state.documents else self.all_idle_but("new", "undo")

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        state = self.host.state
        kept = page.render_half_typed(columns, self.host.key) if self._half_typed else []
        if not state.documents:
            return kept or (page.render_none_yet(columns, self.host.key) if state.loaded else [])
        shown = state.pages.goals_page(state.documents)
        bad = [(document.path, document.faults) for document in shown.unreadable]
        now = self.host.clock.now()
        return kept + page.render_goals(shown.goals, bad, shown.instruments, now, columns, here=self.page.target)

    @property
    def _half_typed(self) -> TypedGoal | None:
        """A new goal that was being typed when the app ended; one in a talk waits there."""
        found = typed_goals(self.host.document_service.typed_forms())
        return next((typed for typed in found if typed.is_new and not typed.goal.talk), None)

    @property
    def _here(self) -> Document[Goal] | None:
        target = self.page.target
        return next((document for document in self.host.state.documents if target in (document.id, "")), None)

    def pointed(self) -> None:
        self.paint()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        self.call_after_refresh(self.action_open if message.opened else self.paint)

    def action_new(self) -> None:
        """Ask what it is about, then for the goal; or go on with one that was being typed when the app ended."""
        if not self.host.may_write():
            return
        newest = next(iter(self.host.state.sessions), None)
        usual = newest.instrument if newest else self.host.settings.instrument or library.DEFAULT
        pages, typed = self.host.state.pages, self._half_typed

        def read() -> tuple[Instrument | None, Instrument | None]:
            return pages.instrument(typed.goal.instrument) if typed else None, pages.instrument(usual)

        def show(found: tuple[Instrument | None, Instrument | None]) -> None:
            of_typed, content = found
            if typed and of_typed:
                open_form(self.host, of_typed, typed, self._made)
            elif content:
                ask_domain(self.host, content, lambda domain: make_goal(self.host, content, self._made, domain=domain))

        self.host.journal_service.look_up("read an instrument", read, show)

    def _made(self, goal: Goal) -> None:
        self._done.append(goal.id)
        self.host.document_service.save_goal(goal, "made", None)

    def action_open(self) -> None:
        here = self._here
        if here and here.value and self.host.may_write():
            goal = here.value
            self.app.push_screen(GoalReviewScreen([here]), lambda done: self._done.append(goal) if done else None)

    def action_edit(self) -> None:
        here = self._here
        if not (here and here.value and self.host.may_write()):
            return
        typed = TypedGoal(goal=here.value, fields=form_fields.goal_fields(here.value), is_new=False)

        def show(content: Instrument | None) -> None:
            if content:
                open_form(self.host, content, typed, lambda changed: self._changed(here, changed))

        read = partial(self.host.state.pages.instrument, here.value.instrument)
        self.host.journal_service.look_up("read an instrument", read, show)

    def _changed(self, document: Document[Goal], goal: Goal) -> None:
        if document.value and goal != document.value:
            self._done.append(document.value)
            self.host.document_service.save_goal(goal, "edited", document.data)
        else:
            self.host.document_service.put_typed_away(goal.id)

    def action_delete(self) -> None:
        here = self._here
        if here and here.value and self.host.may_write():
            text = _("{goal} — history keeps it; {key} brings it back.")
            text = text.format(goal=here.value.what, key=self.host.key("goals.undo"))
            question = (_("Remove this goal?"), text)
            navigate.ask(self.host, question, _("remove"), _("keep"), lambda: self._remove(here))

    def _remove(self, document: Document[Goal]) -> None:
        if document.value:
            self._done.append(document.value)
            self.host.document_service.remove_goal(document.id, document.data)

    def action_undo(self) -> None:
        if not self._done or not self.host.may_write():
            self.app.bell()
            return
        last = self._done.pop()
        name = last if isinstance(last, str) else last.id
        now = next((document for document in self.host.state.documents if document.id == name), None)
        if isinstance(last, str):
            if now:
                self.host.document_service.remove_goal(name, now.data)
        elif now is None:
            self.host.document_service.restore_goal(name)
        elif now.value:
            act: Act = "reopened" if last.is_open and not now.value.is_open else "edited"
            self.host.document_service.save_goal(last, act, now.data)

    def action_calendar(self) -> None:
        text = _(
            "Open goals with a date, the next talk and the next assessment become entries, each with a reminder a week "
            "before. Goals that were closed or removed leave your calendar. Which file?"
        )
        name = "~/" + _("goals") + ".ics"
        navigate.ask_line(self.host, _("Calendar file"), text, self._write_calendar, name)

    @work(thread=True, group="calendar", name="write a calendar file")
    def _write_calendar(self, chosen: str) -> None:
        from reflect_tui.report import calendar  # noqa: PLC0415 -- only when asked
        from reflect_tui.usecases.next_time import next_time, write_calendar  # noqa: PLC0415 -- as above

        host, journal, state = (
            self.host,
            self.host.journal,
            self.host.state,
        )  # none can be asked for once this page is gone
        try:
            path = paths.typed(chosen)
            coming = next_time(state.pages.own(), state.talks, host.settings.rhythm)
            count = write_calendar(journal, path, state.goals, coming)
        except ReflectError as error:
            said = str(error)
        else:
            said = calendar.sentence(path, count)
        host.post_message(Announced(_("Calendar file"), said))


# The review of goals: what came of each, with a note if one likes; escape passes over all that are left.


class GoalReviewScreen(Choice):
    """Asks of one goal after the other what came of it; each answer is saved at once."""

    def __init__(self, documents: Sequence[Document[Goal]], session: str = "") -> None:
        """Ask about these goals, in a session, or apart from any ("")."""
        super().__init__()
        self._documents = [document for document in documents if document.value]
        self._session = session
        self._at = 0
        self._outcome: Outcome | None = None
        self._held_back = 0  # keys

    @property
    def _goal(self) -> Goal:
        return cast("Goal", self._documents[self._at].value)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Lines(id="rows", points=True)
            yield Field(id="note", max_length=MAX_LINE)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Ask for a note only after an answer."""
        self.query_one(Field).display = False
        super().on_mount()

    def holds_back(self, event: Key | Paste) -> bool:
        """Ignore what was typed before the first goal was seen: it was meant for the statements."""
        if event.time >= self.list.drawn_from:
            return False
        self._held_back += 1
        self._left_out = typed_ahead(self._held_back)
        self.paint()
        return True

    def content(self) -> list[Line]:
        now = self.host.clock.now()
        return look_back(self._goal, self._at + 1, len(self._documents), now, self.room)

    def rows(self) -> list[Line]:
        """List the outcomes; once one is chosen, only that."""
        shown = [self._outcome] if self._outcome else OUTCOMES
        notes: dict[Outcome, str] = {
            "reached": _("close the goal"),
            "partly": _("it goes on"),
            "not": _("it goes on"),
            "dropped": _("drop the goal"),
        }
        return [
            cut(line("   ", span(pad(outcome_name(name), 16)), span(notes[name], "muted"), target=name), self.room)
            for name in shown
        ]

    def keys_lines(self) -> list[Line]:
        leave = _("to the session") if self._session else _("back")
        word, action = (_("keep"), "note") if self._outcome else (_("choose"), "choose")
        return [self.notice(), cut(answers(("⏎", word, action), ("esc", leave, "cancel")), self.room)]

    def action_choose(self) -> None:
        if self._outcome:
            self.action_note()
            return
        self._take(self.list.target)

    def _take(self, target: str) -> None:
        self._outcome = next((name for name in OUTCOMES if name == target), None)
        field = self.query_one(Field)
        field.display = self._outcome is not None
        field.value = ""
        field.placeholder = _("a note, if you like")
        self.paint()
        if self._outcome:
            field.focus()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        if self._outcome:  # chosen by the second click: a third one keeps nothing unasked
            message.prevent_default()

    def on_input_submitted(self) -> None:
        self.action_note()

    def action_note(self) -> None:
        if not self._outcome:
            return
        note = clean(self.query_one(Field).value, multiline=False)
        now = self.host.clock.now()
        back = LookBack(session=self._session, at=now, outcome=self._outcome, note=note)
        self.host.document_service.save_goal(
            self._goal.looked_back(back), self._outcome, self._documents[self._at].data
        )
        self._at += 1
        self._outcome = None
        if self._at == len(self._documents):
            self.dismiss("done")
            return
        self.query_one(Field).display = False
        self.set_focus(None)
        self.paint()
        self.list.point(0)


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
        host.push_screen(GoalsScreen())
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
