"""Change over time: small panels, one enlarged, the items, or the same as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import structs
from textual import work

from reflect_tui.i18n import _, mark
from reflect_tui.model.events import Event
from reflect_tui.store import documents
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import Menu
from reflect_tui.tui.screens.events_and_means import EventsScreen, OldMeansScreen
from reflect_tui.tui.screens.goals import goal_from
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.state import State
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.usecases.pages import happenings
from reflect_tui.views import charts, trends
from reflect_tui.views.labels import next_axis, role_name
from reflect_tui.views.lines import EMPTY, Line, line, span
from reflect_tui.views.trend_charts import can_zoom, explained, zoom_text
from reflect_tui.views.trend_panels import panel_width, render_enlarged, render_panels_and_legend
from reflect_tui.views.trend_text import render_grid, render_trend_text
from reflect_tui.views.trends import AXES, WINDOWS, TrendScene, TrendView
from reflect_tui.views.version_sentences import render_note

_LOW = 18  # rows; with fewer every one is the charts'
_WHOLE = 1000  # columns in which no sentence is broken
_ROOMY = 30  # rows from which there is room for the question and empty rows


def open_trends(host: Host, instrument: str) -> None:
    """Show how the domains of an instrument changed; with one session, and no mean of old years, say what it takes.

    What happened since that session can be noted already.
    """
    pages = host.state.pages
    own = pages.own(instrument)
    if len(own) != 1 or pages.references:
        host.push_screen(TrendsScreen(instrument))
        return
    choices = [("events", _("Note what happened since, such as a training"))]

    def note_event(chosen: str | None) -> None:
        if chosen:
            host.push_screen(EventsScreen(f"{own[0].started:%Y-%m} "))

    host.push_screen(Menu(_("Nothing to compare yet"), trends.one_only(), choices), note_event)


class TrendsScreen(Page):
    """One's own sessions on one instrument, oldest to newest; those of others as marks of their own."""

    keys = "trends"

    def __init__(self, instrument: str) -> None:
        super().__init__()
        self._identifier = instrument
        self._view = TrendView()
        self._enlarged = False
        self._table = False
        self._window = 0
        self._events: tuple[Event, ...] = ()
        self._scene: TrendScene | None = None
        self._seen: tuple[State, int] | None = None
        self._drawn: tuple[TrendScene, tuple[TrendView, int, int, Line | None], list[Line]] | None = None

    def on_screen_resume(self) -> None:
        """Read behind the paint what happened meanwhile, or was changed on another screen."""
        self._read_events()

    @work(thread=True, exclusive=True, group="events", name="read the events")
    def _read_events(self) -> None:
        found = happenings(documents.readable_events(self.host.journal), self.host.journal.talks.all())
        self.app.call_from_thread(self._show_events, found)

    def _show_events(self, found: tuple[Event, ...]) -> None:
        if found != self._events:
            self._events = found
            if self._scene:
                self._scene = structs.replace(self._scene, events=found)
            self.paint()

    def _look(self) -> TrendScene | None:
        """Return what there is to see: on the version of one's newest session, of sessions on any version."""
        state = self.host.state
        if self._seen and self._seen[0] is state and self._seen[1] == self._window:
            return self._scene
        before = len(self._scene.trend.sessions) if self._scene else 0
        self._seen = (state, self._window)
        self._scene = state.pages.trend(self._identifier, self._window, self._events)
        count = len(self._scene.trend.sessions) if self._scene else 0
        if count != before:
            self._view = structs.replace(self._view, session=max(0, count - 1))
        return self._scene

    def place(self) -> Line:
        scene = self._look()
        title = scene.instrument.label if scene else ""
        if scene and len(scene.trend.sessions) < scene.total:
            title = trends.followed(scene)
        if scene and self._is_zoomed(scene):  # up here it takes no row of the charts
            told = zoom_text(scene, self._view, enlarged=self._enlarged)
            return line(span(_("Trends"), "title"), span(" · ", "muted"), span(told, "warning"))
        whose = f" · {title} · {role_name('self')}" if title else ""
        return line(span(_("Trends"), "title"), span(whose, "muted"))

    def _is_zoomed(self, scene: TrendScene) -> bool:
        is_drawn = self._view.axis != "item" and not self._in_words
        return is_drawn and self._view.zoomed and can_zoom(scene, self._view, enlarged=self._enlarged)

    def explained(self) -> str:
        """Say what stands in the panels, and the notes below them, for which a low screen has no room."""
        scene = self._scene
        if not scene or self._view.axis == "item":
            return ""
        notes = [*trends.render_left_out(scene, _WHOLE), *render_note(scene.versions, _WHOLE, self.host.key)]
        return " ".join([explained(scene, self._view), *(note.text.strip() for note in notes)])

    def content(self, columns: int, rows: int) -> list[Line]:
        scene = self._look()
        if scene is None:
            return trends.render_none_yet(columns, self.host.key)
        return [*self._above(scene, columns, rows), *self._below(scene, columns, rows)]

    def paint_page(self, columns: int, rows: int) -> None:
        """Show the page from right below the top line to right above the keys: charts need every row."""
        self.page.show(self.content(columns - 1, rows - 2))

    def _above(self, scene: TrendScene, columns: int, rows: int) -> list[Line]:
        """Ask what is shown, where there is room, and say which session is walked to; low panels do that themselves."""
        asked = trends.render_question(scene, self._view, columns, enlarged=self._enlarged)
        if self._view.axis == "item":
            return [EMPTY, asked]
        here = self._here(scene, columns)
        if rows >= _ROOMY:
            return [EMPTY, asked, here, EMPTY]
        return [here] if self._enlarged or self._in_words else []

    def _here(self, scene: TrendScene, columns: int) -> Line:
        enlarged = self._enlarged and not self._in_words
        return trends.render_position(scene.instrument, scene.trend, self._view, columns, enlarged=enlarged)

    def _below(self, scene: TrendScene, columns: int, rows: int) -> list[Line]:
        above = self._above(scene, columns, rows)
        room = rows - len(above)
        if self._view.axis == "item":
            return self._items(scene, columns, room - 1)
        return self._charts(scene, columns, room, None if above else self._here(scene, columns))

    @property
    def _in_words(self) -> bool:
        """Whether sentences stand in the place of a drawing: asked for, or because no chart can be drawn here."""
        return self._table or (self._view.axis != "item" and not charts.available())

    def _items(self, scene: TrendScene, columns: int, rows: int) -> list[Line]:
        scene = self._scene = self.host.state.pages.with_items(scene)
        if self._table:
            return self._text(scene, columns)
        note = self._note(scene, columns, rows)
        return [*render_grid(scene, self._view, columns, rows - len(note)), *note]

    def _text(self, scene: TrendScene, columns: int) -> list[Line]:
        twin = render_trend_text(scene, columns, (self._view.axis,))
        return [EMPTY, *twin, *trends.render_left_out(scene, columns, in_words=True)]

    def _charts(self, scene: TrendScene, columns: int, rows: int, above: Line | None) -> list[Line]:
        if self._in_words:
            why = [] if charts.available() else trends.render_no_charts(columns)
            return [*why, *self._text(scene, columns)]
        if self._enlarged:
            note = self._note(scene, columns, rows)
            return [*render_enlarged(scene, self._view, columns, rows - len(note)), *note]
        drawn, asked = self._drawn, (self._view, columns, rows, above)
        if drawn is None or drawn[0] is not scene or drawn[1] != asked:
            drawn = self._drawn = (scene, asked, self._small_charts(scene, columns, rows, above))
        return drawn[2]

    def _small_charts(self, scene: TrendScene, columns: int, rows: int, above: Line | None) -> list[Line]:
        """Draw all panels, which takes longest of all that a paint does."""
        wide = panel_width(len(trends.series_of(scene.trend, self._view.axis)), columns)
        few = [line("  ", span(trends.one_only(), "muted"))] if len(scene.trend.sessions) == 1 else []
        told = [*few, *trends.render_thinning(scene, wide, columns)]
        notes = [*trends.render_left_out(scene, columns), *self._note(scene, columns, rows)]
        room = rows - len(told)
        panels = render_panels_and_legend(
            scene, self._view, columns, room, above=above, below=notes, instead=_("?: more")
        )
        return [*panels, *told]

    def _note(self, scene: TrendScene, columns: int, rows: int) -> list[Line]:
        """Say below what is drawn that the instrument changed, where there is a row for it."""
        return render_note(scene.versions, columns, self.host.key) if rows > _LOW else []

    def _change(self, **changes: object) -> None:
        self._view = structs.replace(self._view, **changes)
        self.paint()

    def action_walk(self, steps: int) -> None:
        if self._scene:
            self._change(session=max(0, min(self._view.session + steps, len(self._scene.trend.sessions) - 1)))

    def action_move(self, steps: int) -> None:
        """Choose another panel or item; a table that does not fit scrolls."""
        if self._scene is None:
            return
        if self._in_words:
            super().action_move(steps)
        elif self._view.axis == "item":
            self._change(item=max(0, min(self._view.item + steps, len(self._scene.rows) - 1)))
        else:
            count = len(trends.series_of(self._scene.trend, self._view.axis))
            self._change(panel=(self._view.panel + steps) % count)

    def action_page(self, pages: int) -> None:
        if self._view.axis == "item" and not self._table:
            self.action_move(pages * max(1, self.page.size.height // 2))
        else:
            super().action_page(pages)

    def action_edge(self, side: int) -> None:
        if self._view.axis == "item" and not self._table and self._scene:
            self.action_move(side * len(self._scene.rows))
        else:
            super().action_edge(side)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        if self._scene and self._view.axis == "item":
            places = [number for number, row in enumerate(self._scene.rows) if row.item == message.target]
            self._change(item=places[0] if places else self._view.item)

    def action_choose(self, panel: int) -> None:
        """Choose a panel by the mouse; a click on the chosen one enlarges it."""
        if panel == self._view.panel:
            self.action_open()
        else:
            self._change(panel=panel)

    def action_open(self) -> None:
        if self._view.axis != "item":
            self._enlarged = not self._enlarged
            self._table = False
            self.paint()

    def action_table(self) -> None:
        self._table = not self._table
        self.paint()

    def action_others(self) -> None:
        self._change(others=not self._view.others)

    def action_zoom(self) -> None:
        self._change(zoomed=not self._view.zoomed)

    def action_axis(self) -> None:
        if self._scene:
            self._change(axis=next_axis(self._scene.instrument, AXES, self._view.axis), panel=0)

    def action_window(self) -> None:
        """Follow all sessions or only the last ones; a number that there are not more of is passed over."""
        total = self._scene.total if self._scene else 0
        wider = [count for count in WINDOWS if count < total]
        self._window = wider[(wider.index(self._window) + 1) % len(wider)] if self._window in wider else 0
        self.paint()

    def action_goal(self) -> None:
        """Make a goal from the chosen domain or item; along a focus, ask which domain."""
        scene, view = self._scene, self._view
        if scene:
            series = [row.item for row in scene.rows] if view.axis == "item" else []
            series = series or [one.id for one in trends.series_of(scene.trend, view.axis)]
            chosen = series[view.item if view.axis == "item" else view.panel]
            goal_from(self.host, scene.instrument, chosen, scene.trend.sessions[-1].id)

    def action_export(self) -> None:
        if self._scene:
            navigate.export(self.host, self._scene.trend.sessions[-1])

    def idle(self) -> Collection[str]:
        """Leave out what changes nothing in what is shown; without sessions everything but events."""
        scene = self._scene
        if scene is None:
            return self.all_idle_but("events")
        is_drawn = self._view.axis != "item" and not self._in_words
        useful = {
            "open": self._view.axis != "item",
            "zoom": is_drawn and can_zoom(scene, self._view, enlarged=self._enlarged),
            "means": bool(scene.references),
            "others": is_drawn and bool(scene.trend.others or scene.groups),
            "window": scene.total > min(filter(None, WINDOWS)),
            "walk(-1)": self._view.session > 0,
            "walk(1)": self._view.session < len(scene.trend.sessions) - 1,
        }
        return [name for name, does in useful.items() if not does]

    def renamed(self) -> Mapping[str, str]:
        return {"open": mark("all panels")} if self._enlarged else {}

    def action_versions(self) -> None:
        navigate.show_versions(self.host, self._identifier)

    def action_events(self) -> None:
        month = self._scene.trend.sessions[self._view.session].started if self._scene else self.host.clock.now()
        self.app.push_screen(EventsScreen(f"{month:%Y-%m} "))

    def action_means(self) -> None:
        if self._scene:
            self.app.push_screen(OldMeansScreen(self._scene.instrument))

    def action_back(self) -> None:
        if self._enlarged or self._table:
            self._enlarged = self._table = False
            self.paint()
        else:
            super().action_back()
