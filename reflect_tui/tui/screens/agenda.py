"""The agenda of a talk: looked for in the session, then put in order, dropped from and added to by hand."""

from __future__ import annotations

from itertools import zip_longest
from typing import ClassVar

from msgspec import structs
from textual import work
from textual.binding import BindingType

from reflect_tui.analysis.talking_points import goals_until_next_session, propose_agenda, refresh_agenda
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.state import State
from reflect_tui.views import agenda as page
from reflect_tui.views.home import standing
from reflect_tui.views.labels import OPEN, session_name
from reflect_tui.views.lines import Line, line, paragraph, span


class AgendaScreen(Page):
    """The points of one session; every change is saved at once, and all of them become one version."""

    keys = "agenda"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("agenda")]

    def __init__(self, session: Session) -> None:
        """Prepare the talk about this session."""
        super().__init__()
        self._session = session
        self._agenda: Agenda | None = None
        self._problem = ""
        self._earlier: list[Agenda] = []
        self._changed = False

    def on_mount(self) -> None:
        """Read what was saved behind the paint."""
        self._read()

    @work(thread=True, exclusive=True, group="agenda", name="read an agenda")
    def _read(self) -> None:
        try:
            found = self.host.document_service.read_agenda(self._session.id)
        except ReflectError as error:
            self.app.call_from_thread(self._show, None, str(error))
        else:
            self.app.call_from_thread(self._show, found.value if found else None, "")

    def _show(self, found: Agenda | None, problem: str) -> None:
        self._agenda, self._problem = found or self._fresh(), problem
        self.paint()
        self.page.point(next((n for n, row in enumerate(self.page.shown) if row.target), 0))

    @property
    def _content(self) -> Instrument | None:
        return self.host.state.instruments.get(self._session.digest)

    def _fresh(self) -> Agenda:
        """Look for the points of the session as the journal is now."""
        return proposed(self.host.state, self._session)

    def place(self) -> Line:
        """Say whose talk this is."""
        return line(span(_("Agenda"), "title"), span(f" · {session_name(self._session)}", "muted"))

    def standing(self) -> Line:
        """Say whether what was changed is saved; it comes into history on the way back."""
        if not self._changed or self._agenda is None:
            return super().standing()
        if self.host.document_service.is_agenda_saved(self._agenda):
            return standing(None, 1)
        return line(span(f"{OPEN} ", "warning"), span(_("not saved yet"), "warning"))

    def paint_page(self, columns: int, rows: int) -> None:
        """Show the points, all of the one at the cursor within sight."""
        super().paint_page(columns, rows)
        self.page.show_whole()

    def action_move(self, steps: int) -> None:
        """Move to another point."""
        super().action_move(steps)
        self.page.show_whole()

    def on_agenda_saved(self) -> None:
        """Show that it is saved."""
        self.paint()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show the points."""
        if self._problem:
            return paragraph(self._problem, columns - 2, "warning", indent=2)
        if self._agenda is None or self._content is None:
            return [line("  ", span(_("reading…"), "muted"))]
        goals = {goal.id: goal for goal in self.host.state.goals}
        return page.lines(self._agenda, self._content, goals, columns, self.host.key)

    @property
    def _place(self) -> int | None:
        target = self.page.target
        return int(target) if target and self._agenda and not self._problem else None

    @property
    def _point(self) -> AgendaPoint | None:
        return self._agenda.points[self._place] if self._agenda and self._place is not None else None

    def _change(self, points: tuple[AgendaPoint, ...], at: int | None = None) -> None:
        """Show other points and save them; the cursor goes to the one at a place."""
        if self._agenda is None or self._problem or not self.host.may_write():
            return
        self._earlier.append(self._agenda)
        self._keep(structs.replace(self._agenda, points=points), at)

    def _keep(self, changed: Agenda, at: int | None = None) -> None:
        self._agenda = changed
        self._changed = True
        self.host.document_service.save_agenda(changed, reply_to=self)
        self.paint()
        if at is not None:
            self.page.point(next((n for n, row in enumerate(self.page.shown) if row.target == str(at)), 0))

    def _replace(self, place: int, point: AgendaPoint) -> None:
        if self._agenda:
            points = self._agenda.points
            self._change((*points[:place], point, *points[place + 1 :]), place)

    def action_shift(self, steps: int) -> None:
        """Move the point up or down; strengths stay before what is to be talked about."""
        place, point = self._place, self._point
        if place is None or point is None or self._agenda is None:
            return
        points = list(self._agenda.points)
        other = place + steps
        if not 0 <= other < len(points) or (points[other].kind == "strength") != (point.kind == "strength"):
            self.app.bell()
            return
        points[place], points[other] = points[other], point
        self._change(tuple(points), other)

    def action_drop(self) -> None:
        """Drop the point, or take it up again."""
        if self._point and self._place is not None:
            self._replace(self._place, structs.replace(self._point, dropped=not self._point.dropped))

    def action_note(self) -> None:
        """Write a remark to the point; what is half written is saved too, whatever ends the app."""
        place, point, content = self._place, self._point, self._content
        if place is None or point is None or content is None or not self.host.may_write():
            return

        def keep(text: str, again: bool) -> None:  # noqa: FBT001 -- as the editor calls it
            if again and self._earlier:
                self._agenda = self._earlier.pop()  # one step to take back, however often it was kept
            self._replace(place, structs.replace(point, remark=text))

        # The editor hands over what changed before it closes; its answer adds nothing to that.
        title = page.title_of(point, content)
        navigate.write_note(self.host, (_("Remark"), title), point.remark, lambda _text: None, keep=keep)

    def action_new(self) -> None:
        """Add a point of one's own."""
        text = _("What do you want to talk about? One line; a remark can say more.")
        navigate.ask_line(self.host, _("A point of your own"), text, self._add)

    def _add(self, text: str) -> None:
        if self._agenda:
            own = AgendaPoint(kind="own", text=text)
            self._change((*self._agenda.points, own), len(self._agenda.points))

    def action_undo(self) -> None:
        """Take back what was done last, and go to the point it was done to."""
        if self._earlier and self._agenda:
            now, before = self._agenda.points, self._earlier.pop()
            differs = (n for n, pair in enumerate(zip_longest(now, before.points)) if pair[0] != pair[1])
            self._keep(before, min(next(differs, 0), len(before.points) - 1))
        else:
            self.app.bell()

    def action_renew(self) -> None:
        """Look for points anew; one's own and the remarks stay."""
        if self._agenda:
            self._change(refresh_agenda(self._agenda, self._fresh()).points)

    def action_goal(self) -> None:
        """Make a goal from the domain of the point."""
        if self._point and self._content:
            navigate.make_goal_from(self.host, self._content, self._point.about, self._session.id)

    def action_export(self) -> None:
        """Take along a document about the session, with these points, or data."""
        navigate.export(self.host, self._session)

    def action_back(self) -> None:
        """Bring what was changed into history, and return."""
        if self._changed:
            self.host.journal_service.load()
        super().action_back()


def proposed(state: State, session: Session) -> Agenda:
    """Look for the points of a session as the journal is now."""
    content = state.instruments.get(session.digest)
    if content is None:
        return Agenda(session=session.id)
    previous = state.before(session)
    comparable = previous if previous and previous.digest == content.digest else None
    goals = goals_until_next_session(state.goals, session, state.own(content.id))
    return propose_agenda(content, session, comparable, goals, state.comparison(session))


def open_agenda(host: Host, session: Session | None) -> None:
    """Open the agenda of a session of one's own, else of one's newest; say so when there is none."""
    chosen = session if session and session.role == "self" else None
    if chosen is None:
        own = (found for found in host.state.sessions if found.role == "self")
        chosen = next((found for found in own if session is None or found.instrument == session.instrument), None)
    if chosen:
        host.push_screen(AgendaScreen(chosen))
    else:
        text = _("An agenda is made from a session of your own. Begin one with {key}.").format(key=host.key("home.new"))
        navigate.show_message(host, _("Nothing to prepare yet"), text)
