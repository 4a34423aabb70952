"""The agenda of a talk: looked for in the session, then put in order, dropped from and added to by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import zip_longest

from msgspec import structs
from textual import work

from reflect_tui.analysis import talking_points
from reflect_tui.analysis.compare import Comparison, ComparisonRow
from reflect_tui.analysis.talking_points import renew_agenda
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.store.drafts import TypedLines
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.goals import goal_from
from reflect_tui.tui.screens.page import WholeJournalPage
from reflect_tui.tui.state import State
from reflect_tui.views import agenda as page
from reflect_tui.views.comparison_sentences import row_name
from reflect_tui.views.labels import day, session_name
from reflect_tui.views.lines import Line, line, paragraph, span


class AgendaPage(WholeJournalPage):
    """A page that changes the agenda of one session: every change is saved at once, and all become one version."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.agenda: Agenda | None = None
        self.earlier: list[Agenda] = []
        """The agenda as it was before each change, to take back."""
        self.problem = ""
        self.is_changed = False
        self._found: tuple[Agenda | None, str] | None = None
        """What was read, until the journal is known whole: points are proposed with what others answered."""
        self._judged: tuple[State, Agenda, bool] | None = None

    @work(thread=True, exclusive=True, group="agenda", name="read an agenda")
    def read_agenda(self) -> None:
        """Read what was saved, behind the paint."""
        try:
            document = self.host.document_service.read_agenda(self.session.id)
        except ReflectError as error:
            self._found = None, str(error)
        else:
            self._found = document.value if document else None, ""
        self.app.call_from_thread(self.begin)

    def begin(self) -> None:
        if self._found and self.host.state.is_complete:
            (saved, self.problem), self._found = self._found, None
            self.agenda = saved or proposed(self.host.state, self.session)
            self.show_agenda()

    def show_agenda(self) -> None:
        """Show the agenda that was saved, or one that is proposed from the journal as it is now."""
        self.paint()

    @property
    def instrument(self) -> Instrument | None:
        """The instrument that the session was answered on."""
        return self.host.state.instruments.get(self.session.digest)

    @property
    def may_change(self) -> bool:
        """Whether there is an agenda that this instance may write; says why not."""
        return self.agenda is not None and not self.problem and self.host.may_write()

    def change(self, changed: Agenda, typed: Sequence[str] = ()) -> None:
        """Show and save another agenda; the one before can be taken back."""
        if self.agenda and self.may_change:
            self.earlier.append(self.agenda)
            self.keep(changed, typed)

    def keep(self, changed: Agenda, typed: Sequence[str] = ()) -> None:
        """Show and save another agenda, and put the `typed` forms away whose answers are in it."""
        self.agenda = changed
        self.is_changed = True
        self.host.document_service.save_agenda(changed, self, typed)
        self.paint()

    def commit(self) -> None:
        """Commit what was changed, on the way to another page; from then on it can't be taken back here."""
        if self.is_changed:
            self.is_changed = False
            self.earlier = []
            self.host.journal_service.load()

    def action_back(self) -> None:
        if self.is_changed:
            self.host.journal_service.load()
        super().action_back()


class AgendaScreen(AgendaPage):
    """The points of one session, in order."""

    keys = "agenda"
    points = True

    def __init__(self, session: Session, row: Session | None = None) -> None:
        """Prepare the talk about this session; `row` are the answers of someone else that it was opened from."""
        super().__init__(session)
        self._row = row

    def on_mount(self) -> None:
        """Read what was saved behind the paint."""
        self.read_agenda()

    def show_agenda(self) -> None:
        """Show the agenda, with the cursor on its first point."""
        super().show_agenda()
        self.page.point_first()

    def idle(self) -> Collection[str]:
        """Leave out what is done with a point while there is none, undo while nothing was done, needless renewing."""
        agenda, instrument = self.agenda, self.instrument
        of_a_point = () if agenda and agenda.points else ("note", "drop", "shift(-1)", "shift(1)", "goal")
        waiting = {
            "new": agenda,
            "undo": self.earlier,
            "renew": agenda and instrument and self._is_outdated(agenda, instrument),
        }
        return (*of_a_point, *(name for name, ready in waiting.items() if not ready))

    def place(self) -> Line:
        return line(span(_("Agenda"), "title"), span(f" · {session_name(self.session)}", "muted"))

    def paint_page(self, columns: int, rows: int) -> None:
        super().paint_page(columns, rows)
        self.page.show_whole()

    def action_move(self, steps: int) -> None:
        super().action_move(steps)
        self.page.show_whole()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        if self.problem:
            return paragraph(self.problem, columns - 2, "warning", indent=2)
        if self.agenda is None or self.instrument is None:
            return [line("  ", span(_("reading…"), "muted"))]
        goals = {goal.id: goal for goal in self.host.state.goals}
        outdated = self._is_outdated(self.agenda, self.instrument)
        ground = self.host.state.pages.agenda_ground(self.instrument, self.session, self.agenda)
        text = _("From {other}: the agenda of your own session.")
        said = text.format(other=session_name(self._row, self.session)) if self._row else ""
        above = paragraph(said, columns - 2, "accent", indent=2) if said else []
        points = page.render_agenda(
            self.agenda, self.instrument, goals, columns, self.host.key, outdated=outdated, ground=ground
        )
        return [*above, *points]

    def _is_outdated(self, agenda: Agenda, instrument: Instrument) -> bool:
        """Compare with what the points would be now, once for each journal that was read and each agenda."""
        state = self.host.state
        if self._judged is None or self._judged[0] is not state or self._judged[1] is not agenda:
            self._judged = state, agenda, state.pages.is_outdated(instrument, self.session, agenda)
        return self._judged[2]

    @property
    def _place(self) -> int | None:
        target = self.page.target
        return int(target) if target and self.agenda and not self.problem else None

    @property
    def _point(self) -> AgendaPoint | None:
        return self.agenda.points[self._place] if self.agenda and self._place is not None else None

    def _change_points(self, points: tuple[AgendaPoint, ...], at: int, typed: Sequence[str] = ()) -> None:
        """Show and save other points; the cursor goes to the one at a place."""
        if self.agenda and self.may_change:
            self.change(structs.replace(self.agenda, points=points), typed)
            self.page.point_at(str(at))

    def _replace(self, place: int, point: AgendaPoint) -> None:
        if self.agenda:
            points = self.agenda.points
            self._change_points((*points[:place], point, *points[place + 1 :]), place)

    def action_shift(self, steps: int) -> None:
        """Move the point up or down; strengths stay before what is to be talked about."""
        place, point = self._place, self._point
        if place is None or point is None or self.agenda is None:
            return
        points = list(self.agenda.points)
        other = place + steps
        if not 0 <= other < len(points) or (points[other].kind == "strength") != (point.kind == "strength"):
            self.app.bell()
            return
        points[place], points[other] = points[other], point
        self._change_points(tuple(points), other)

    def action_drop(self) -> None:
        if self._point and self._place is not None:
            self._replace(self._place, structs.replace(self._point, dropped=not self._point.dropped))

    def action_note(self) -> None:
        """Write a remark to the point; what is half written is saved too, whatever ends the app."""
        place, point, content = self._place, self._point, self.instrument
        if place is None or point is None or content is None or not self.host.may_write():
            return

        def keep(text: str, again: bool) -> None:  # noqa: FBT001 -- as the editor calls it
            if again and self.earlier:
                self.agenda = self.earlier.pop()  # one step to take back, however often it was kept
            self._replace(place, structs.replace(point, remark=text))

        # The editor hands over what changed before it closes; its answer adds nothing to that.
        title = page.point_title(point, content)
        navigate.write_note(self.host, (_("Remark"), title), point.remark, lambda _text: None, keep=keep)

    def action_new(self) -> None:
        if self.agenda is None:
            self.app.bell()
            return
        text = _("What do you want to talk about? One line; a remark can say more.")
        typed = TypedLines(kind="point", about=self.session.id, fields={})

        def add(said: str) -> None:
            if self.agenda:
                own = AgendaPoint(kind="own", text=said)
                self._change_points((*self.agenda.points, own), len(self.agenda.points), [typed.name])

        navigate.ask_line(self.host, _("A point of your own"), text, add, kept=typed)

    def action_undo(self) -> None:
        if self.earlier and self.agenda:
            now, before = self.agenda.points, self.earlier.pop()
            differs = (n for n, pair in enumerate(zip_longest(now, before.points)) if pair[0] != pair[1])
            self.keep(before)
            self.page.point_at(str(min(next(differs, 0), len(before.points) - 1)))
        else:
            self.app.bell()

    def action_renew(self) -> None:
        """Look for points anew; one's own and the remarks stay."""
        if self.agenda and self.instrument:
            fresh = proposed(self.host.state, self.session)
            possible = self.host.state.pages.possible_points(self.instrument, self.session, fresh.since)
            self.change(renew_agenda(self.agenda, fresh, self.instrument, possible))

    def action_goal(self) -> None:
        if self._point and self.instrument:
            goal_from(self.host, self.instrument, self._point.about, self.session.id)

    def action_talk(self) -> None:
        self.commit()
        navigate.have_talk(self.host, self.session)

    def action_export(self) -> None:
        navigate.export(self.host, self.session)


def proposed(state: State, session: Session) -> Agenda:
    """Look for the points of a session as the journal is now."""
    content = state.instruments.get(session.digest)
    if content is None:
        return Agenda(session=session.id)
    pages = state.pages
    return pages.agenda(content, session, pages.previous(session))


def open_agenda(host: Host, session: Session | None) -> None:
    """Open the agenda of a session of one's own, or the one that someone's answers belong to; say so without any."""
    chosen = host.state.pages.own_beside(session)
    if chosen:
        host.push_screen(AgendaScreen(chosen, None if chosen == session else session))
    else:
        text = _("An agenda is made from a session of your own. Begin one with {key}.").format(key=host.key("home.new"))
        navigate.show_message(host, _("Nothing to prepare yet"), text)


class DiscussScreen(AgendaPage):
    """One difference after another."""

    keys = "discuss"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._place = 0
        self._comparison: Comparison | None = None

    def show_agenda(self) -> None:
        """Show the differences from the same journal as the agenda."""
        content = self.instrument
        self._comparison = self.host.state.pages.comparison(content, self.session) if content else None
        super().show_agenda()

    def on_screen_resume(self) -> None:
        """Read the agenda behind the paint, again too: it may have been changed on its own screen."""
        if not self.is_changed:
            self.read_agenda()

    @property
    def _steps(self) -> tuple[ComparisonRow, ...]:
        return talking_points.discussion_order(self._comparison) if self._comparison else ()

    @property
    def _row(self) -> ComparisonRow | None:
        return self._steps[self._place] if self._place < len(self._steps) else None

    def place(self) -> Line:
        return line(span(_("Discuss"), "title"), span(f" · {day(self.session.started)}", "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        content, row = self.instrument, self._row
        if self.problem:
            return paragraph(self.problem, columns - 2, "warning", indent=2)
        if self.agenda is None:
            return [line("  ", span(_("reading…"), "muted"))]
        if content is None or row is None or self._comparison is None:
            return paragraph(_("There is no statement here that both sides scored."), columns - 2, indent=2)
        step = page.Difference(row, self._place + 1, len(self._steps))
        return page.render_difference(self._comparison, content, step, self.agenda, columns)

    def action_step(self, steps: int) -> None:
        place = max(0, min(self._place + steps, len(self._steps) - 1))
        if place == self._place:
            self.app.bell()
        self._place = place
        self.paint()
        self.page.scroll_to(y=0, animate=False, immediate=True)

    def action_note(self) -> None:
        """Write a note to the difference; what is half written is saved too, whatever ends the app."""
        row, content = self._row, self.instrument
        if row is None or content is None or self.agenda is None or not self.host.may_write():
            return
        point = talking_points.gap_point_in(self.agenda, row)

        def keep(text: str, again: bool) -> None:  # noqa: FBT001 -- as the editor calls it
            if again and self.earlier:
                self.agenda = self.earlier.pop()  # one step to take back, however often it was kept
            if self.agenda:
                self.change(talking_points.with_note(self.agenda, row, text))

        before = point.remark if point else ""
        navigate.write_note(self.host, (_("Note"), row_name(content, row)), before, lambda _text: None, keep=keep)

    def action_mark(self) -> None:
        if self._row and self.agenda:
            self.change(talking_points.toggle_on_agenda(self.agenda, self._row))

    def action_undo(self) -> None:
        if self.earlier:
            self.keep(self.earlier.pop())
        else:
            self.app.bell()

    def action_agenda(self) -> None:
        self.commit()
        open_agenda(self.host, self.session)
