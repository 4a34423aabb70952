"""The shape all screens share: where you are on top, the page, what the keys do at the bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar, cast

from msgspec import structs
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import Screen

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.tui.actions import EVERYWHERE, MOVES, Action
from reflect_tui.tui.host import Host
from reflect_tui.tui.keys import bindings, chosen, explanation, first_key, key_names, label
from reflect_tui.tui.services.settings import SettingsChanged
from reflect_tui.tui.state import StateChange
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views.lines import EMPTY, Line, Span, between, hanging, heading, line, pad, paragraph, span, width

T = TypeVar("T")
SMALLEST = (40, 12)


class Page(Screen[None]):
    """A screen with a top line, one page of lines and a bottom line; its keys stand in the table of actions."""

    keys: ClassVar[str] = "page"
    points: ClassVar[bool] = False
    way_back: ClassVar[bool] = True
    """Whether the bottom line names the way back however narrow it is."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("page")]
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        """Make the screen; nothing is drawn yet."""
        super().__init__()
        self._too_small: Lines | None = None
        self._laid_out_for: Size | None = None
        """The size for which the lines were laid out; None before there is one."""

    def __init_subclass__(cls) -> None:
        """Bind the keys of a screen's own actions."""
        if "keys" in cls.__dict__:
            cls.BINDINGS = [*bindings(cls.keys)]
        super().__init_subclass__()

    @property
    def host(self) -> Host:
        """The app, as far as screens use it."""
        return cast("Host", self.app)

    def compose(self) -> ComposeResult:
        yield Lines(id="top", one=True)
        yield Lines(id="page", points=self.points)
        yield Lines(id="bottom", one=True)

    @property
    def page(self) -> Lines:
        """The widget with the page."""
        return self.query_one("#page", Lines)

    def place(self) -> Line:
        """Say where one is, for the top line."""
        return EMPTY

    def saved_line(self) -> Line:
        """Say what is saved, for the right of the top line."""
        return self.host.saved_line()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- for the screens to use
        """Return the page for a size."""
        return []

    def state_changed(self, change: StateChange) -> None:
        """Follow the journal while this page is seen; a page below another one is painted when it is in front again."""
        if not self.is_seen:
            return
        before, now = change
        if now.reading and now.rows is before.rows:  # only the count of files went on
            self.paint_top()
        else:
            self.renew()

    @property
    def is_seen(self) -> bool:
        """Whether this page is in front, or behind windows only."""
        for screen in reversed(self.app.screen_stack):
            if screen is self or not screen.is_modal:
                return screen is self
        return False

    def on_settings_changed(self, _message: SettingsChanged) -> None:
        """Show the screen in the settings as they are now; the others follow when they are in front again."""
        self.paint()

    def renew(self) -> None:
        """Show the journal as it was read just now."""
        self.paint()

    @property
    def is_laid_out(self) -> bool:
        """Whether there is anything to paint on: not before the first layout, nor while the app is told to end."""
        return self.is_mounted and bool(self.size.width) and self.query_one_optional("#bottom") is not None

    def paint(self) -> None:
        """Show everything anew for the present size and state."""
        if not self.is_laid_out:
            return
        columns = self.size.width
        self._say_too_small(columns, small=self._is_small)
        self.paint_content()
        if not self._is_small:  # after the page, which finds out what there is to do
            actions = self.footer()
            keys = [bottom_line(actions, columns, self.host.written, way_back=self.way_back)] if actions else []
            self.query_one("#bottom", Lines).show(keys)

    def paint_content(self) -> None:
        """Show everything anew but the keys, which answers and moves leave as they are."""
        if not self.is_laid_out:
            return
        columns, rows = self.size
        if not self._is_small:
            self.paint_top()
        self.paint_page(max(columns, SMALLEST[0]), max(rows, SMALLEST[1]))

    @property
    def _is_small(self) -> bool:
        return self.size.width < SMALLEST[0] or self.size.height < SMALLEST[1]

    def _say_too_small(self, columns: int, *, small: bool) -> None:
        """Lay a sentence over a window that has no room for the page; the keys work below it."""
        if self._too_small is None and small:
            self._too_small = Lines(id="small")
            self.mount(self._too_small)
        if self._too_small is None:
            return
        self._too_small.display = small
        text = _("This window is too small; keys still work and are saved.")
        self._too_small.show(paragraph(text, max(1, columns), "warning"))

    def paint_top(self) -> None:
        """Show anew where one is and what is saved."""
        if self.is_laid_out:
            self.query_one("#top", Lines).show([top_line(self.place(), self.saved_line(), self.size.width)])

    def paint_page(self, columns: int, rows: int) -> None:
        """Show the page between top and bottom; a row above and below stays free."""
        self.page.show(self.content(columns - 1, rows - 4))

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of this screen, with the keys that the settings give them."""
        return chosen(self.keys, self.host.keymap)

    def footer(self) -> list[Action]:
        """Choose the actions of the bottom line, the most useful first, without those that are idle."""
        idle = self.idle()
        names = self.renamed()
        useful = (
            structs.replace(action, label=names.get(action.name, action.label))
            for action in self.actions
            if action.footer and action.name not in idle
        )
        return sorted(useful, key=lambda action: action.footer)

    def renamed(self) -> Mapping[str, str]:
        """Name the actions that do something else than their usual word says as things are, with the word for it."""
        return {}

    def idle(self) -> Collection[str]:
        """Name the actions that have nothing to do as things are: on an empty list there is nothing to open."""
        return ()

    def explained(self) -> str:
        """Say what the figures of this page stand on, for the page of all keys."""
        return ""

    def all_idle_but(self, *names: str) -> Collection[str]:
        """Name the screen's own actions except these."""
        return {action.name for action in self.actions} - {action.name for action in EVERYWHERE} - {*names}

    def on_mount(self) -> None:
        """Follow the journal and the theme; Textual calls this beside the method of that name of each screen."""
        self.host.state_signal.subscribe(self, self.state_changed)
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.refresh_all())

    def on_unmount(self) -> None:
        """Let go of both: a signal would keep every screen that was ever open in memory."""
        self.host.state_signal.unsubscribe(self)
        self.app.theme_changed_signal.unsubscribe(self)

    def refresh_all(self) -> None:
        """Redraw every line in the colours of the theme."""
        for lines in self.query(Lines):
            lines.refresh()

    def on_resize(self) -> None:
        """Lay the lines out for another size; for the first time as soon as there is one."""
        if self._laid_out_for != self.size:
            self._laid_out_for = self.size
            self.paint()

    def on_screen_resume(self) -> None:
        """Show what changed while another screen was in front, unless one opened or closed over this page meanwhile."""
        if self._laid_out_for and self.is_seen:
            self.paint()

    def on_lines_clicked(self, message: Lines.Clicked) -> None:
        self.run_worker(self.run_action(message.action), exit_on_error=True)

    def action_move(self, steps: int) -> None:
        """Move the cursor; beyond its last row, or without one, scroll on to what stands there."""
        before = self.page.cursor
        self.page.move(steps)
        if self.points and self.page.cursor == before:
            self.page.scroll_relative(y=steps, animate=False, immediate=True)
        self.pointed()

    def pointed(self) -> None:
        """Show what belongs to the row at the cursor."""

    def action_page(self, pages: int) -> None:
        """Move by as many rows as are seen."""
        self.page.move(pages * max(1, self.page.size.height - 2))
        self.pointed()

    def action_edge(self, side: int) -> None:
        self.page.move(side * 1_000_000)
        self.pointed()

    def action_back(self) -> None:
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def action_keys(self) -> None:
        self.app.push_screen(KeysScreen(self.actions, self.explained()))


class WholeJournalPage(Page):
    """A page that begins once the journal is known whole, since it writes down, or denies, what others answered."""

    def on_document_saved(self) -> None:
        """Show that what was written down is saved."""
        self.paint()

    def begin(self) -> None:
        """Begin, if everything is there and that was not done yet."""
        raise NotImplementedError

    def renew(self) -> None:
        """Begin as soon as the journal is known whole."""
        self.begin()
        super().renew()

    def on_screen_resume(self) -> None:
        """Begin, when the journal became known whole while another screen was in front."""
        self.begin()


class ReadPage(Page, Generic[T]):
    """A page about something that is read in a thread: when it opens, and whenever the journal was read anew."""

    found: T | None = None
    """What was read; None before that, and when it can't be."""
    problem = ""

    def read(self) -> T:
        """Read it, in a thread; a ReflectError is shown in its place."""
        raise NotImplementedError

    def rendered(self, found: T, columns: int) -> list[Line]:
        """Render what was read."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Read it anew; what was read before is shown until then."""
        self._read()

    @work(thread=True, exclusive=True, group="reading", name="read what a page shows")
    def _read(self) -> None:
        try:
            found = self.read()
        except ReflectError as error:
            self.app.call_from_thread(self.show_found, None, str(error))
        else:
            self.app.call_from_thread(self.show_found, found)

    def show_found(self, found: T | None, problem: str = "") -> None:
        """Show what was read, or why it can't be."""
        self.found, self.problem = found, problem
        self.paint()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        if self.problem:
            return paragraph(self.problem, columns - 2, "warning", indent=2)
        if self.found is None:
            return [line("  ", span(_("reading…"), "muted"))]
        return self.rendered(self.found, columns)


def top_line(place: Line, saved_line: Line, columns: int) -> Line:
    """Put where one is at the left, what is saved at the right.

    Where both won't fit, the first words of what is saved will do. Then a sign does, where all is saved; else where one
    is stands without what is muted, and in the end a sign.
    """
    if place.width + saved_line.width + 5 > columns and len(saved_line.spans) > 1:
        *sign, said = saved_line.spans
        brief = Line((*sign, structs.replace(said, text=re.split("[,;]", said.text)[0])))
        if place.width + brief.width + 5 > columns and said.style == "warning":
            place = Line(tuple(part for part in place.spans if part.style != "muted"))
        saved_line = brief if place.width + brief.width + 5 <= columns else Line(tuple(sign))
    return between(line(" ") + place, saved_line + line(" "), columns)


def bottom_line(
    actions: list[Action], columns: int, written: Callable[[str], str] = str, *, way_back: bool = True
) -> Line:
    """Name as many keys as fit, the last one (all keys) and the way back always; `written` writes their names."""
    if not actions:
        return EMPTY
    *before, end = actions
    kept = [action for action in before if action.name == "back"] if way_back else []
    others = [_key(action, written) for action in before if action not in kept]
    last = [part for action in (*kept, end) for part in _key(action, written)]
    last[-1] = structs.replace(last[-1], text=last[-1].text.rstrip())
    room = columns - 2 - sum(width(part.text) for part in last)
    shown: list[Span] = []
    for parts in others:
        size = sum(width(part.text) for part in parts)
        if size > room:
            break
        shown += parts
        room -= size
    return line(" ", *shown) + line(" " * max(0, room)) + line(*last, " ")


def _key(action: Action, written: Callable[[str], str]) -> list[Span]:
    name = written(first_key(action.keys))
    return [Span(name, "accent", action.name), Span(f" {label(action)}  ", "muted", action.name)]


class KeysScreen(Page):
    """What every key does on the screen one came from."""

    def __init__(self, of: Sequence[Action], explained: str = "") -> None:
        super().__init__()
        self._of = of
        self._figures = explained

    def place(self) -> Line:
        return line(span(_("All keys of this screen"), "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        shared = {action.name for action in (*MOVES, *EVERYWHERE)}
        own = [action for action in self._of if action.name not in shared]
        others = [action for action in self._of if action.name in shared]
        own = _merged(own)
        written = {action.keys: self.host.written(key_names(action.keys)) for action in (*own, *others)}
        return [
            *_rows(own, written, columns - 1),
            EMPTY,
            line("  ", span(_("On every screen"), "title")),
            *_rows(others, written, columns - 1),
            *self._explained(columns),
        ]

    def _explained(self, columns: int) -> list[Line]:
        if not self._figures:
            return []
        return [
            EMPTY,
            heading(_("What the figures are based on")),
            *paragraph(self._figures, min(columns, 96), indent=4),
        ]

    def on_lines_picked(self, message: Lines.Picked) -> None:
        self.action_back()
        self.app.call_later(self._perform, message.target)

    async def _perform(self, name: str) -> None:
        await self.app.run_action(name, default_namespace=self.app.screen)

    def action_keys(self) -> None:
        self.action_back()


def _merged(actions: list[Action]) -> list[Action]:
    """Put keys with the same explanation on one row, each with its first key: those that score."""
    rows: dict[str, list[Action]] = {}
    for action in actions:
        rows.setdefault(action.help, []).append(action)
    return [same[0] if len(same) == 1 else _together(same) for same in rows.values()]


def _together(same: list[Action]) -> Action:
    keys = ",".join(action.keys.split(",", maxsplit=1)[0] for action in same)
    return structs.replace(same[0], keys=keys, name="")


def _rows(actions: list[Action], written: Mapping[str, str], columns: int) -> list[Line]:
    """Set the keys as they are written, and beside them what they do."""
    room = 2 + max(map(width, written.values()))
    lines: list[Line] = []
    for action in actions:
        name = line("    ", span(pad(written[action.keys], room), "accent"), target=action.name)
        lines += hanging(name, explanation(action), min(columns, 96))
    return lines
