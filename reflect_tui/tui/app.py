"""The app: opens on Home, follows what the threads tell, and shows what is saved."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Iterator
from time import monotonic
from typing import Literal, cast

from msgspec import Struct, structs
from rich.console import RenderableType
from textual.app import SystemCommand
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.events import Event, InputEvent, Key
from textual.screen import Screen

from reflect_tui.clock import SYSTEM, Clock
from reflect_tui.errors import EXIT_ATTENTION
from reflect_tui.i18n import _
from reflect_tui.model.session import Role
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.text import display
from reflect_tui.tui.keys import explanation, in_words, key_names, key_of, label
from reflect_tui.tui.messages import (
    DraftChanged,
    FilesExamined,
    FilesTaken,
    JournalRead,
    JournalReading,
    RoundTooSmall,
    SessionFinished,
    SessionSeated,
    WorkFailed,
)
from reflect_tui.tui.screens.home import HomeScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.shutdown import Ending
from reflect_tui.tui.theme import THEMES
from reflect_tui.views.home import EDITED, standing
from reflect_tui.views.lines import EMPTY, Line, line, span

_STOPS = frozenset(("ctrl+c", "ctrl+z"))
WATCH = 3.0  # seconds between two looks at the journal's folder


def _actions() -> type[Provider]:
    """Load what the palette offers when it opens."""
    return Actions


class Start(Struct, frozen=True):
    """What to do first: show Home, or begin a session at once."""

    at: Literal["home", "new"] = "home"
    instrument: str = ""
    role: Role = "self"


class ReflectApp(Ending):
    """reflect-tui, full screen."""

    CSS_PATH = "reflect.tcss"
    TITLE = "reflect-tui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {_actions}  # noqa: RUF012 -- Textual's own shape

    def __init__(
        self, journal: Journal, settings: Settings | None = None, clock: Clock = SYSTEM, start: Start | None = None
    ) -> None:
        """Show this journal."""
        super().__init__(journal, clock, settings or Settings())
        self.start = start or Start()
        self.animation_level = "none"
        self._disable_tooltips = self._disable_notifications = True  # each screen would carry two widgets for them
        self._heeds_from = math.inf if self.start.at == "new" else 0.0
        """When the first question came on the terminal: what was typed before was meant for no screen at all."""
        self.guest = self.start.at == "new" and self.start.role != "self"  # someone else sits here: show nothing else

    def get_default_screen(self) -> HomeScreen:
        """Open on Home: no screen of Textual's own is laid out and drawn before it."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Read the journal behind Home."""
        self.begin_settings()
        self.call_after_refresh(self._first_painted)
        self.set_interval(WATCH, self.watch_journal)

    def _first_painted(self) -> None:
        """Read the journal."""
        self.load(first=True)

    def on_journal_read(self, message: JournalRead) -> None:
        """Take over the journal as it was read."""
        first = not self.state.loaded
        self.state = message.state
        self._repaint()
        if first and not message.state.read_only and self.start.at == "home" and isinstance(self.screen, HomeScreen):
            self.screen.offer_resume()
        elif first and self.start.at == "new":
            self.begin(self.start.instrument, self.start.role)
        if first:
            self.prepare()

    def on_journal_reading(self, message: JournalReading) -> None:
        """Show how far the reading of a large journal is."""
        self.state = structs.replace(self.state, read=message.read)
        page = self._page
        if page:
            page.paint_top()

    def on_work_failed(self, message: WorkFailed) -> None:
        """Tell what could not be done, where it can be read at ease."""
        from reflect_tui.tui.screens.dialog import MessageScreen  # noqa: PLC0415 -- rarely needed
        from reflect_tui.tui.screens.review import ReviewScreen  # noqa: PLC0415 -- rarely needed

        if isinstance(self.screen, ReviewScreen):
            self.screen.finish_failed()
        never_began = self.guest and isinstance(self.screen, HomeScreen)
        message_screen = MessageScreen(_("This could not be done"), message.sentence)
        self.push_screen(message_screen, lambda _seen: self._end_unbegun() if never_began else None)

    def _end_unbegun(self) -> None:
        """End, when a guest could not begin: what is behind the message is the owner's."""
        self.exit(return_code=EXIT_ATTENTION)

    def on_session_seated(self, message: SessionSeated) -> None:
        """Open the session to fill in; a new one of one's own begins with a look back on the goals."""
        from reflect_tui.tui.screens.assess import AssessScreen  # noqa: PLC0415 -- the same
        from reflect_tui.tui.screens.goal_review import LookBackScreen  # noqa: PLC0415 -- the same
        from reflect_tui.usecases.filling import goals_to_look_back  # noqa: PLC0415 -- after the first paint

        self._writers.add(message.seat.writer)
        self.guest = message.seat.draft.role != "self" and not message.seat.draft.amends

        def fill_in(_done: str | None) -> None:
            self.push_screen(AssessScreen(message.seat))

        asked = () if self.state.read_only else goals_to_look_back(message.seat, reversed(self.state.documents))
        if asked:
            self.push_screen(LookBackScreen(asked, message.seat.draft.id), fill_in)
        else:
            fill_in(None)

    def on_session_finished(self, message: SessionFinished) -> None:
        """Show the results of what was just saved, and bring it into history behind them."""
        from reflect_tui.tui.screens.results import ResultsScreen  # noqa: PLC0415 -- after the first paint

        while not isinstance(self.screen, HomeScreen):
            self.pop_screen()
        if self.guest:
            self.hand_over(finished=True)
        else:
            self.push_screen(ResultsScreen(message.session))
        self.load()

    def hand_over(self, *, finished: bool) -> None:
        """Thank a guest, and hide the journal until the owner is back."""
        from reflect_tui.tui.screens.begin import HandOverScreen  # noqa: PLC0415 -- rarely needed

        self.push_screen(HandOverScreen(finished=finished))

    def on_files_examined(self, message: FilesExamined) -> None:
        """Show how far the look at files is, or what they hold."""
        from reflect_tui.tui.screens.import_files import ImportScreen  # noqa: PLC0415 -- rarely needed

        if isinstance(self.screen, ImportScreen):
            self.screen.examined(message)

    def on_files_taken(self, message: FilesTaken) -> None:
        """Say what became of files."""
        from reflect_tui.tui.screens.import_files import ImportScreen  # noqa: PLC0415 -- rarely needed

        if isinstance(self.screen, ImportScreen):
            self.screen.taken(message)

    def on_round_too_small(self, message: RoundTooSmall) -> None:
        """Say that a round was not closed."""
        from reflect_tui.tui.screens.rounds import RoundsScreen  # noqa: PLC0415 -- rarely needed

        if isinstance(self.screen, RoundsScreen):
            self.screen.too_small(message)

    def on_agenda_saved(self) -> None:
        """Show that it is saved."""
        if isinstance(self.screen, Page):
            self.screen.paint()

    def on_draft_changed(self, message: DraftChanged) -> None:
        """Let the screen show whether the draft is on disk."""
        from reflect_tui.tui.screens.assess import AssessScreen  # noqa: PLC0415 -- after the first paint

        for screen in self.screen_stack:
            if isinstance(screen, AssessScreen):
                screen.draft_state = message.state

    def on_key(self, event: Key) -> None:
        """Give a dialog what was typed before its field could take it."""
        from reflect_tui.tui.screens.dialog import Dialog  # noqa: PLC0415 -- after the first paint

        if isinstance(self.screen, Dialog) and self.screen.type_ahead(event):
            event.prevent_default()

    async def on_event(self, event: Event) -> None:
        """Heed nothing but a wish to stop that came before the first question could be seen."""
        if isinstance(event, InputEvent) and event.time < self._heeds_from and getattr(event, "key", "") not in _STOPS:
            return
        await super().on_event(event)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send what is drawn; with the first that is not the screen behind the first question, keys count."""
        if self._heeds_from == math.inf and not isinstance(screen, HomeScreen):
            self.after_sent(self._heed)
        super()._display(screen, renderable)

    def _heed(self) -> None:
        self._heeds_from = min(self._heeds_from, monotonic())

    def key(self, name: str) -> str:
        """Write the key of an action as a sentence names it, with what the settings made of it; see key_of()."""
        return self.written(key_of(name, self.keys))

    def written(self, names: str) -> str:
        """Write the names of keys as this terminal can: by signs, or in words where it has ASCII only."""
        return names if getattr(self._driver, "is_unicode", True) else in_words(names)

    @property
    def _page(self) -> Page | None:
        """The page that is seen: in front, or behind a question."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, Page)), None)

    def _repaint(self) -> None:
        page = self._page
        if page:
            page.renew()

    def settings_changed(self) -> None:
        """Show the screen in the settings as they are now; the others follow when they are in front again."""
        if isinstance(self.screen, Page):
            self.screen.paint()

    def action_settings(self) -> None:
        """Open the settings."""
        from reflect_tui.tui.screens.settings import SettingsScreen  # noqa: PLC0415 -- only when asked

        if not isinstance(self.screen, SettingsScreen):
            self.push_screen(SettingsScreen())

    def standing(self) -> Line:
        """Say what is saved, for the top line; to a guest nothing of the journal."""
        if self.guest:
            return EMPTY
        if self.state.reading:
            return line(span(_reading(self.state.read, self.state.total), "muted"))
        if self.state.read_only:
            return line(span("! ", "warning"), span(_("read-only"), "warning"))
        if self.state.changed and not self.state.pending:
            return line(span(f"{EDITED} ", "warning"), span(_("changed outside"), "warning"))
        pending = self.state.pending
        total = len(self.state.entries)
        return standing(None if pending is None else len(pending), total, unread=self.state.unread)

    def action_command_palette(self) -> None:
        """Open the palette with every action of the screen."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("Search for an action…"), id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the screen, and the themes."""
        return commands(self, screen)


def _reading(read: int, total: int) -> str:
    return _("reading {n} of {total}…").format(n=read, total=total) if total else _("reading…")


# What the palette offers: every action of the screen, from the table of actions, and the themes.


def commands(app: ReflectApp, screen: Screen[object]) -> Iterator[SystemCommand]:
    """List what can be done on a screen."""
    for action in screen.actions if isinstance(screen, Page) else ():
        if action.name == "app.command_palette" or action.name.startswith("score("):
            continue
        target = app if action.name.startswith("app.") else screen
        title = f"{label(action)} ({app.written(key_names(action.keys))})"
        yield SystemCommand(title, explanation(action), _caller(target, action.name))
    for theme in THEMES:
        yield SystemCommand(
            _("theme: {name}").format(name=theme.name), _("Use these colours"), _themer(app, theme.name)
        )


class Actions(Provider):
    """Hands the actions to the palette as content: Textual's own provider has a title and a help read as markup."""

    async def discover(self) -> Hits:
        """List all actions by name, the ways to quit last: nobody opens a list of actions for them."""
        for command in sorted(self.app.get_system_commands(self.screen), key=_place):
            yield DiscoveryHit(_content(command.title), command.callback, command.title, help=_help(command))

    async def search(self, query: str) -> Hits:
        """List the actions that fit."""
        matcher = self.matcher(query)
        for command in self.app.get_system_commands(self.screen):
            score, places = matcher.fuzzy_search.match(query, command.title)
            if score:
                title = _content(command.title)
                for place in places:
                    title = title.stylize(matcher.match_style, place, place + 1)
                yield Hit(score, title, command.callback, command.title, help=_help(command))


def _place(command: SystemCommand) -> tuple[bool, str]:
    quits = _("quit")
    return command.title.startswith(f"{quits} ("), command.title


def _content(text: str) -> Content:
    return Content(display(text))


def _help(command: SystemCommand) -> str:
    return cast("str", _content(command.help))  # the palette takes content just as well


def _caller(target: ReflectApp | Screen[object], name: str) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        await target.run_action(name.removeprefix("app."))

    return call


def _themer(app: ReflectApp, name: str) -> Callable[[], None]:
    def choose() -> None:
        app.turn_to("theme", name)

    return choose
