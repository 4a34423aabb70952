"""The list of sessions on Home: how it looks, its filter, and a glimpse of the session at the cursor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container

from reflect_tui.i18n import _, current_language
from reflect_tui.model.session import Session
from reflect_tui.tui.actions import FILTER, Action
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views import home
from reflect_tui.views.home import HomeRow
from reflect_tui.views.labels import damaged_draft, id_name, session_name
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, shorten, span, titled_rule

if TYPE_CHECKING:
    from reflect_tui.model.talk import Talk
    from reflect_tui.tui.widgets.text import Field, LeftOut


PAIR = 2  # sessions that are compared
WIDE = 150  # columns that hold the list and what it previews side by side
TALL = 34  # rows from which the preview says more than where the domains stand
LOW = 18  # rows from which there is room for a preview at all
ROOMY = 22  # rows from which the line about goals takes no session out of sight


class SessionList(Page):
    """Sessions, newest first, drafts above them; what the keys do with them is Home's."""

    points = True
    VERTICAL_BREAKPOINTS = [(0, "-low"), (TALL, "-tall")]  # noqa: RUF012 -- Textual annotates it wrongly
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 -- as above

    def __init__(self) -> None:
        super().__init__()
        self.is_behind = False
        """Whether another screen is to come first: nothing is listed, so that nobody takes its rows for that screen."""
        self._marked: list[str] = []
        self._words = ""
        self._begun = False
        """Whether the cursor has been put on the row to begin with."""
        self._awaited = ""
        """What the cursor goes to as soon as it is in the list."""
        self._left_out = ""
        self._rows: Sequence[HomeRow] = ()
        self._shape: tuple[tuple[str, ...], int, bool, str] | None = None
        self._lines: list[Line] = []
        self._preview_rows = 0
        self._filter: Field | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list and the glimpse; the filter comes when it is asked for."""
        yield Lines(id="top", one=True)
        yield Lines(id="notice")
        yield Lines(id="head", one=True)
        with Container(id="lists"):
            yield Lines(id="page", points=True)
            yield Lines(id="glimpse")
        yield Lines(id="bottom", one=True)

    def footer(self) -> list[Action]:
        if self.host.guest or self.is_behind:
            return []
        return list(FILTER) if self._is_typing else super().footer()

    def idle(self) -> Collection[str]:
        """Leave "back" out but for a filter, nothing else is behind Home; without sessions what is done with one."""
        empty = self.host.state.loaded and not self.host.state.rows
        if self._words and not self._shown():
            return self.all_idle_but("new", "filter", "import", "rounds")
        if empty:
            return {*(() if self._words else ("back",)), *self.all_idle_but("new", "import", "rounds")}
        own = sum(session.role == "self" for session in self.host.state.sessions)
        first = own < PAIR and len(self._marked) < PAIR and not self.host.state.reading
        waiting = () if not first else ("diff",) if self.host.state.references else ("diff", "trends")
        return {*(() if self._words else ("back",)), *waiting}

    @property
    def _is_typing(self) -> bool:
        return self.focused is not None and self.focused.id == "filter"

    def on_descendant_focus(self) -> None:
        self.paint()

    def on_descendant_blur(self) -> None:
        self.paint()

    def place(self) -> Line:
        name, total = self.host.journal.root.name, len(self.host.state.rows)
        found = " · " + _("{n} of {total}").format(n=len(self._shown()), total=total) if self._words else ""
        return line(span("reflect-tui", "title"), span(f"  {name}", "muted"), span(found, "accent"))

    def paint_page(self, columns: int, rows: int) -> None:  # noqa: ARG002 -- the list scrolls
        """Show the list, or a welcome while there is nothing to list; nothing at all while a guest is here."""
        state = self.host.state
        if self.host.guest:
            for part in self.query(Lines):
                part.show([])
            return
        if self.is_behind:
            return
        empty = state.loaded and not state.rows
        self._paint_notice(columns)
        head = self.query_one("#head", Lines)
        head.display = not empty
        alike = home.are_alike(state.rows)
        columns = self._list_columns
        lower = any(row.lower for row in state.rows)
        head.show([home.render_head(columns - 1, alike=alike, lower=lower) if state.loaded else EMPTY])
        roomy = self.size.width >= WIDE or self.size.height >= LOW
        self.query_one("#glimpse", Lines).display = roomy and not empty and bool(state.rows)
        shown = self._shown()
        lines = home.render_welcome(columns, self.host.key) if empty else self._set(shown, columns - 1, alike=alike)
        if self._words and not shown and state.loaded:
            lines = home.render_no_match(self._words, columns - 1, self.host.key)
        self.page.show(lines, self._arrived(lines))
        self.pointed()
        self.call_after_refresh(self._fit_preview)

    def _fit_preview(self) -> None:
        """Show the preview once more where it was laid out only after it was shown, with other rows."""
        if self.query_one("#glimpse", Lines).size.height != self._preview_rows:
            self.pointed()

    @property
    def _list_columns(self) -> int:
        """The columns of the list: all of them, or what the preview beside it leaves."""
        return self.size.width * 11 // 20 if self.size.width >= WIDE else self.size.width

    def _arrived(self, lines: Sequence[Line]) -> int | None:
        """Return the row of what was asked for, once it is in the list; at first one's own newest session."""
        if not self._begun and self._rows:
            self._begun = self.host.state.loaded or bool(self.page.cursor)
            if not self.page.cursor:
                own = (n for n, row in enumerate(self._rows) if row.draft or (row.role == "self" and not row.problem))
                return next(own, 0)
        row = next((n for n, row in enumerate(lines) if row.target == self._awaited), None) if self._awaited else None
        if row is not None:
            self._awaited = ""
        return row

    def _paint_notice(self, columns: int) -> None:
        """Say why history waits, or that this instance only reads."""
        state = self.host.state
        changed = home.change_sentence(state.rows, self.host.key)
        room = min(columns - 4, 108)
        lines: list[Line] = []
        obstacle = state.obstacle if state.pending or changed or state.astray else ""
        damaged = next((home.unreadable_sentence(talk.path) for talk in state.talks if talk.value is None), "")
        both = home.both_sentence(len(state.sync.both), self.host.key) if state.sync else ""
        for text in (self._left_out, state.read_only or obstacle, changed, damaged, both):
            lines += paragraph(text, room, "warning", indent=4) if text else []
        if state.note and not lines:
            lines = paragraph(state.note, room, "muted", indent=4)
        goals = self._goals()
        is_quiet = not lines and self.size.height >= ROOMY
        if goals and is_quiet:
            said = span(f"  {shorten(goals, room - 7)}", "muted", "goals")
            lines = [line("    ", span(self.host.key("home.goals"), "accent", "goals"), said)]
        coming = self._coming() if is_quiet else ""
        if coming and self._open_talk():
            said = span(f"  {shorten(coming, room - 7)}", "muted", "talk")
            lines.append(line("    ", span(self.host.key("home.talk"), "accent", "talk"), said))
        elif coming:
            lines.append(line("    ", span(shorten(coming, room), "muted")))
        own = state.pages.own() if state.loaded and not lines and not state.drafts else ()
        if len(own) == 1:
            sentence = home.next_session_sentence(own[0].started.date(), self.host.clock.now().date())
            lines = paragraph(sentence, room, "muted", indent=4)
        notice = self.query_one("#notice", Lines)
        notice.display = bool(lines)
        notice.styles.height = len(lines)
        notice.show(lines)

    def _set(self, shown: Sequence[HomeRow], columns: int, *, alike: bool) -> list[Line]:
        """Set the rows, unless they stand there as they are to be: thousands take a while."""
        shape = (tuple(self._marked), columns, alike, current_language())
        if shown is not self._rows or shape != self._shape:
            self._rows, self._shape = shown, shape
            self._lines = home.render_rows(shown, self._marked, columns, alike=alike)
        return self._lines

    def _goals(self) -> str:
        """Say how many goals go on."""
        if not self.host.state.goals:
            return ""
        from reflect_tui.views.goals import one_line  # noqa: PLC0415 -- after the first paint

        return one_line(self.host.state.goals, self.host.clock.now().date())

    def _coming(self) -> str:
        """Say what comes next: a talk to go on with, the next talk, and from the second session on the next one."""
        state = self.host.state
        own = state.pages.own() if state.loaded else ()
        if not own:
            return ""
        from reflect_tui.usecases.next_time import next_time  # noqa: PLC0415 -- after the first paint
        from reflect_tui.views.talk import coming_sentence  # noqa: PLC0415 -- as above

        coming = next_time(own, state.talks, self.host.settings.rhythm)
        due = coming.assessment if len(own) > 1 else None
        return coming_sentence(due, coming.talk, self._open_talk(), self.host.clock.now().date())

    def _open_talk(self) -> Talk | None:
        """Return the newest talk that was begun and not signed, about a session that is there to be read."""
        from reflect_tui.usecases.talking import open_talks  # noqa: PLC0415 -- after the first paint

        state = self.host.state
        return next((talk for talk in open_talks(state.talks) if state.session(talk.session)), None)

    def _shown(self) -> Sequence[HomeRow]:
        """Choose the rows that have the words of the filter, all of them with their signs."""
        words = self._words.casefold().split()
        rows = self.host.state.rows
        pending = set(() if self.host.state.unread else self.host.state.pending or ())
        if words:
            lines = zip(home.render_rows(rows, (), 160), rows, strict=True)
            rows = tuple(row for text, row in lines if all(w in text.text.casefold() for w in words))
        return tuple(home.mark_pending(row, pending) for row in rows) if pending else rows

    def pointed(self) -> None:
        glimpse = self.query_one("#glimpse", Lines)
        self._preview_rows = glimpse.size.height
        columns = self.size.width - (self._list_columns if self.size.width >= WIDE else 0) - 1
        entry = self.host.state.entry(self.page.target)
        row = next((row for row in self.host.state.rows if row.target == self.page.target), None)
        title = session_name(entry.session) if entry and entry.session and not (row and row.problem) else ""
        lines = [titled_rule(title, columns + 1)]
        opens = self.host.key("home.open")
        if entry and entry.session and not (row and row.problem):
            lines += self._preview(entry.session, columns)
        elif row and row.problem:
            lines += [EMPTY, *paragraph(row.problem, columns - 4, "warning", indent=4)]
        elif row and row.changed:
            text = _("Its file is missing from the folder; history has it. {key} shows what can be done.")
            lines += [EMPTY, *paragraph(text.format(key=opens), columns - 4, "warning", indent=4)]
        elif row and row.amends:
            lines += [EMPTY, *self._amended(row.target, columns - 4)]
        elif row and row.draft:
            text = _("{n} of {total} answered. {key} goes on at the next open statement.")
            said = text.format(n=row.answered, total=row.total, key=opens)
            lines += [EMPTY, *paragraph(said, columns - 4, indent=4)]
        if row and row.damaged:
            lines += [EMPTY, *paragraph(damaged_draft(), columns - 4, "warning", indent=4)]
        glimpse.show(lines)

    def _preview(self, session: Session, columns: int) -> list[Line]:
        """Show how the domains stand, and how one's own went there; what stands lowest where there is room."""
        from reflect_tui.views import bars, results  # noqa: PLC0415 -- after the first paint

        state = self.host.state
        content = state.instruments[session.digest]
        course = state.pages.course(content, session, bars.course_room(columns)) if session.role == "self" else None
        drawn = bars.courses(course, content) if course else {}
        title = bars.course_period(course) if course else ""
        rows = self._preview_rows - 1  # below its title
        lines = results.render_preview(content, session, drawn, columns, rows, title=title)
        return lines if self.size.width >= WIDE or self.size.height >= TALL else lines[: len(content.domains) + 1]

    def _amended(self, target: str, columns: int) -> list[Line]:
        """Say what a draft is to become: a new version of a session that is saved."""
        draft = self.host.state.draft(target)
        text = _("A new version of {session}, not saved yet. {open} goes on, {delete} sets it aside.")
        why = _("The reason: {reason}").format(reason=draft.reason if draft else "")
        key = self.host.key
        said = text.format(session=id_name(target), open=key("home.open"), delete=key("home.delete"))
        return [*paragraph(said, columns, indent=4), *paragraph(why, columns, "accent", indent=4)]

    async def action_filter(self) -> None:
        """Open the filter; the next key waits until it is there."""
        from reflect_tui.tui.widgets.text import Field  # noqa: PLC0415 -- after the first paint

        if self._filter is None:
            self._filter = Field(id="filter", placeholder=_("show only sessions with…"))
            await self.mount(self._filter, before="#bottom")
        self._filter.display = True
        self._filter.focus()

    def on_input_changed(self, event: Field.Changed) -> None:
        self._words = event.value
        self.paint()

    def on_left_out(self, message: LeftOut) -> None:
        """Tell what a paste into the filter could not bring, until the filter is closed."""
        from reflect_tui.tui.widgets.text import left_out  # noqa: PLC0415 -- after the first paint

        self._left_out = left_out(message)
        self.paint()

    def on_input_submitted(self) -> None:
        self.action_keep_filter()

    def action_keep_filter(self) -> None:
        if self._filter:
            self._filter.display = bool(self._words)
        self.set_focus(None)
        self._left_out = ""
        self.paint()

    def action_back(self) -> None:
        if self._filter:
            self._filter.value = ""
            self._filter.display = False
        self.set_focus(None)
        self._left_out = ""
        self.paint()
