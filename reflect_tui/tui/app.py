"""The app: opens on Home, follows what the services tell, and shows what is saved."""

from __future__ import annotations

import contextlib
import gc
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, cast, runtime_checkable
from weakref import WeakSet

from msgspec import Struct, structs
from rich.console import RenderableType
from textual.app import SystemCommand
from textual.command import CommandPalette
from textual.events import Event, InputEvent, Key, Paste
from textual.filter import LineFilter, NoColor
from textual.message_pump import MessagePump
from textual.reactive import var
from textual.screen import Screen
from textual.signal import Signal

from reflect_tui.clock import SYSTEM, Clock
from reflect_tui.errors import EXIT_ATTENTION, JournalError
from reflect_tui.i18n import _
from reflect_tui.model.session import Role, Session
from reflect_tui.settings import Settings
from reflect_tui.store.draft_file import DraftWriter
from reflect_tui.store.journal import Journal
from reflect_tui.tui import navigate, theme
from reflect_tui.tui.actions import LOCK
from reflect_tui.tui.host import Announced, LookedUp, WorkFailed
from reflect_tui.tui.keys import ActionProvider, Palette, commands, in_words, key_of
from reflect_tui.tui.screens.home import HomeScreen
from reflect_tui.tui.services.documents import DocumentService
from reflect_tui.tui.services.journal import (
    DraftFinished,
    JournalRead,
    JournalReading,
    JournalService,
    SessionFinished,
    SessionSeated,
)
from reflect_tui.tui.services.rounds import RoundService
from reflect_tui.tui.services.settings import SettingsService
from reflect_tui.tui.shutdown import GracefulApp, Unfinished
from reflect_tui.tui.state import State, StateChange
from reflect_tui.tui.terminal.input_parser import WordKey
from reflect_tui.views.home import EDITED, render_saved_line
from reflect_tui.views.labels import OPEN
from reflect_tui.views.lines import EMPTY, Line, line, span

if TYPE_CHECKING:
    from reflect_tui.tui.widgets.text import LeftOut

_STOPS = frozenset(("ctrl+c", "ctrl+z"))
_COLOURLESS = (NoColor(),)
_CLEAR = "\x1b[0m\x1b[2J\x1b[3J\x1b[H"  # no colours, an empty screen, an empty scrollback, the cursor at its top
WATCH = 3.0  # seconds between two looks at the journal's folder


class Start(Struct, frozen=True):
    """What to do first: show Home, begin a session, perhaps an old paper form of a `day`, or have a talk about one.

    Or make an instrument, a new one or a version of `instrument`, for the user's folder or the file `output`; or
    translate it into a `language`.
    """

    at: Literal["home", "new", "talk", "instrument", "translation"] = "home"
    instrument: str = ""
    role: Role = "self"
    day: date | None = None
    session: Session | None = None
    output: str = ""
    language: str = ""


@runtime_checkable
class Asking(Protocol):
    """A screen on which a key that was typed before it was seen could answer what nobody has read."""

    def holds_back(self, event: Key | Paste) -> bool:
        """Whether this is such a key, or follows one; the screen tells how many are ignored."""


class ReflectApp(GracefulApp):
    """reflect-tui, full screen: holds the services, and is what the screens know as their Host."""

    CSS_PATH = "reflect.tcss"
    TITLE = "reflect-tui"
    COMMANDS = {ActionProvider}  # noqa: RUF012 -- Textual's own shape

    is_blank = False
    """Whether nothing is drawn, whatever opens meanwhile, until a key is pressed."""
    state: var[State] = var(State(), always_update=True)
    """The journal as last read."""

    def __init__(
        self, journal: Journal, settings: Settings | None = None, clock: Clock = SYSTEM, start: Start | None = None
    ) -> None:
        super().__init__()
        self.journal = journal
        self.clock = clock
        self.start = start or Start()
        self.state_signal: Signal[StateChange] = Signal(self, "state")
        self.journal_service = JournalService(self)
        self.document_service = DocumentService(self, self.journal_service)
        self.round_service = RoundService(self, self.journal_service)
        self.settings_service = SettingsService(self, self.journal_service, settings or Settings())
        self._writers: WeakSet[DraftWriter] = WeakSet()
        self.animation_level = "none"
        self._disable_tooltips = self._disable_notifications = True  # each screen would carry two widgets for them
        self._begins = self.start.at == "new"
        """Whether a screen is about to open for which something is read or saved: what is typed till then is for it."""
        self._is_unread = True
        """Whether the list on Home is still to come: what is typed before anything can be seen waits for it."""
        self._typed: deque[Key | Paste] = deque()
        """What was typed and waits for the window it is meant for."""
        self._typed_into: Screen[object] | None = None
        self._is_typing = False
        self.guest = self.start.at == "new" and self.start.role != "self"  # someone else sits here: show nothing else
        for ours in (*theme.THEMES, theme.DARK_OF_16):
            self.register_theme(ours)
        self._begin_in_colours()

    def get_default_screen(self) -> HomeScreen:
        """Open on Home: no screen of Textual's own is laid out and drawn before it."""
        return HomeScreen(resumes=self.start.at == "home")

    def on_mount(self) -> None:
        """Read the journal behind Home."""
        self.settings_applied()
        self.settings_service.tell_faults()
        self.call_after_refresh(self._first_painted)
        self.set_interval(WATCH, self.journal_service.watch)

    def _first_painted(self) -> None:
        """Read the journal, and collect garbage from now on: what the start made is no longer looked through."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        self.journal_service.open()

    def on_unmount(self) -> None:
        """Let another instance write."""
        self.journal_service.close()

    def watch_state(self, before: State, now: State) -> None:
        """Let the pages follow."""
        self.state_signal.publish((before, now))

    # -- what the services tell

    def on_journal_read(self, message: JournalRead) -> None:
        """Take over the journal as it was read."""
        first = not self.state.loaded
        self.state = message.state
        if first and self.start.at == "new":
            self.journal_service.begin(self.start.instrument, self.start.role, self.start.day)
        if first and self.start.at == "instrument":
            navigate.make_instrument(self, self.start.instrument, self.start.output)
        if first and self.start.at == "translation":
            navigate.translate(self, self.start.instrument, self.start.language)
        if first and self.start.session:
            navigate.have_talk(self, self.start.session)
        if first:
            self._is_unread = False
            self.call_later(self._type_held)
            self.journal_service.prepare(navigate.load_windows)

    def on_journal_reading(self, message: JournalReading) -> None:
        """Show how far the reading of a large journal is."""
        self.state = structs.replace(self.state, read=message.read)

    def on_work_failed(self, message: WorkFailed) -> None:
        """Tell what could not be done, where it can be read at ease; where one writes, without taking the keys."""
        if isinstance(self.screen, Unfinished):
            self.screen.tell(message.sentence)
        else:
            never_began = self.guest and len(self.screen_stack) == 1  # what is behind the message is the owner's
            closed = partial(self.exit, return_code=EXIT_ATTENTION) if never_began else None
            navigate.show_message(self, _("This could not be done"), message.sentence, closed)
            self._is_unread = False
        self._go_on_with_what_was_held()

    def on_looked_up(self, message: LookedUp) -> None:
        """Open the screen for which something was read."""
        message.show()
        self._go_on_with_what_was_held()

    def hold_typing(self) -> None:
        """Keep what is typed for the screen that is about to open."""
        self._begins = True

    def _go_on_with_what_was_held(self) -> None:
        self._begins = False
        self.call_later(self._type_held)

    def on_left_out(self, message: LeftOut) -> None:
        """Keep what was too long to paste; the screen tells the rest."""
        if message.text:
            self.journal_service.keep_paste(message.text, message.longer_than)

    def on_session_seated(self, message: SessionSeated) -> None:
        """Open the session to fill in."""
        self._writers.add(message.seat.writer)
        self.guest = message.seat.draft.role != "self" and not message.seat.draft.amends
        navigate.fill_in(self, message.seat)
        self._go_on_with_what_was_held()

    def on_draft_finished(self, message: DraftFinished) -> None:
        """Ask what to do with a draft whose session is there already."""
        navigate.settle_draft(self, message.draft)
        self._go_on_with_what_was_held()

    def on_session_finished(self, message: SessionFinished) -> None:
        """Show the results of what was just saved, and commit it behind them."""
        self._go_on_with_what_was_held()
        navigate.go_home(self)
        if self.guest:
            navigate.thank(self, finished=True)
        else:
            navigate.show_results(self, message.session)
            if message.doubt:
                navigate.show_message(self, _("Is the date right?"), message.doubt)
        self.journal_service.commit()

    def on_announced(self, message: Announced) -> None:
        """Tell it: it is told only once."""
        navigate.show_message(self, message.heading, message.sentence)

    # -- what the screens ask; see Host

    @property
    def settings(self) -> Settings:
        """The settings in effect."""
        return self.settings_service.settings

    @property
    def keymap(self) -> Mapping[str, str]:
        """The keys that the settings give to actions, by the action's name."""
        return self.settings_service.keys

    def may_write(self) -> bool:
        """Whether this instance writes; if not, the user is told why."""
        return self.journal_service.may_write()

    def key(self, name: str) -> str:
        """Write the key of an action as a sentence names it, with what the settings made of it; see key_of()."""
        return self.written(key_of(name, self.keymap))

    def written(self, names: str) -> str:
        """Write the names of keys as this terminal can: by signs, or in words where it has ASCII only."""
        return names if getattr(self._driver, "is_unicode", True) else in_words(names)

    def saved_line(self) -> Line:
        """Say what is saved, for the top line; to a guest nothing of the journal."""
        state = self.state
        if self.guest:
            return EMPTY
        if state.reading:
            return line(span(_reading(state.read, state.total), "muted"))
        if state.read_only:
            return line(span("! ", "warning"), span(_("read-only"), "warning"))
        if self.document_service.has_unsaved:
            return line(span(f"{OPEN} ", "warning"), span(_("not saved yet"), "warning"))
        if state.changed and not state.pending:
            return line(span(f"{EDITED} ", "warning"), span(_("changed outside"), "warning"))
        waiting = None if state.pending is None or self.journal_service.is_commit_due else len(state.pending)
        unsynced = state.sync.waiting if state.sync and state.sync.when else None
        if state.sync and (state.sync.unread or state.sync.put_back):
            unsynced = unsynced or None  # something that another device has may be lacking here: not "synced"
        return render_saved_line(waiting, len(state.entries), unread=state.unread, unsynced=unsynced)

    def keep_drafts(self, patience: float = 2.0) -> None:
        """Put on disk all that was typed, a half-written note included; see GracefulApp."""
        self.document_service.is_ending = self.is_ending
        if self.is_ending:
            self.journal.repository.git.close()
        self.keep_unfinished()
        self.document_service.keep_changes(patience)
        for writer in self._writers:
            with contextlib.suppress(JournalError):  # told on the screen since it failed first
                writer.flush(patience)

    # -- colours

    def _begin_in_colours(self) -> None:
        """Choose the theme before there is anything to draw: else the style sheet is read twice at every start."""
        self.set_reactive(ReflectApp.theme, self._theme_name())
        self.stylesheet.set_variables(self.get_css_variables())
        dark = self.current_theme.dark
        self.set_class(dark, "-dark-mode", update=False)
        self.set_class(not dark, "-light-mode", update=False)
        self.add_class(f"-theme-{self.theme}", update=False)
        self._refresh_truecolor_filter(self.ansi_theme)

    def settings_applied(self) -> None:
        """Show the chosen colours and follow the chosen keys; where colour is unwanted (NO_COLOR), none is shown."""
        self.theme = self._theme_name()
        self.set_keymap(self.settings_service.keys)

    def _theme_name(self) -> str:
        name = theme.MONO.name if self.no_color else self.settings.theme
        name = name if theme.known(name) else theme.DARK.name
        few = self.console.color_system == "standard"
        return theme.DARK_OF_16.name if few and name == theme.DARK.name else name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Leave every colour out where it is unwanted; Textual's own filter makes greys, or black on black."""
        return _COLOURLESS if self.no_color else super().get_line_filters()

    # -- blanking the screen at a shared desk: below all windows, so a message that comes in is not shown either. It is
    # no lock against someone who sits down at the keyboard: that is what the system has one for.

    def action_lock(self) -> None:
        """Blank the screen, and what the terminal keeps of earlier output; any key shows all again."""
        self.is_blank = True
        self._wipe()

    def _wipe(self) -> None:
        if self._driver and not self.is_headless:
            self._driver.write(_CLEAR + _("Blank; any key shows everything again."))
            self._driver.flush()

    def takes_for_blank(self, event: Event) -> bool:
        """Take the key that blanks the screen, and everything typed or clicked while it is blank; a key ends that."""
        if not self.is_blank and isinstance(event, Key) and event.key in self.keymap.get("lock", LOCK.keys).split(","):
            self.action_lock()
            return True
        if not (self.is_blank and isinstance(event, InputEvent | Paste)):
            return False
        if isinstance(event, Key):
            self.is_blank = False
            self.refresh(layout=True)
        return True

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Draw nothing while the screen is blank, but wipe what a change of its size brought back."""
        if self.is_blank:
            self._wipe()
        else:
            super()._display(screen, renderable)

    # -- keys typed ahead, settings, palette

    async def on_event(self, event: Event) -> None:
        """Keep keys and pastes in order; the mouse does nothing while a session is about to open."""
        if self.takes_for_blank(event):
            return
        if isinstance(event, (Key, Paste)) and not event.is_forwarded:
            await self._take_typed(event)
        elif not (self._is_beginning and isinstance(event, InputEvent)):
            await super().on_event(event)

    @property
    def _is_beginning(self) -> bool:
        return self._begins and not (self.screen_stack and self.screen_stack[-1].is_modal)

    async def _take_typed(self, event: Key | Paste) -> None:
        """Handle a key or a paste when all that was typed before is done: it is meant for the window that comes of it.

        Textual hands keys on while a window opens, or a field still writes: they would be lost or reach another window.
        """
        is_stop = isinstance(event, Key) and event.key in _STOPS and bool(self.screen_stack)
        if is_stop and not self._is_typing and self._waits(self._typed[0] if self._typed else event):
            if cast("Key", event).key == "ctrl+c":
                self._typed.clear()  # it would reach the question whether to quit
            await self._check_bindings(cast("Key", event).key)
        else:
            self._typed.append(event)
            await self._type_held()

    def _waits(self, event: Key | Paste) -> bool:
        """Whether a key is for a screen that is still to come, or for a list that is still to be read."""
        home = self.screen_stack[0] if self.screen_stack else None
        seen = isinstance(home, HomeScreen) and home.is_mounted and event.time >= home.page.drawn_from
        return self._is_typing or self._is_beginning or (self._is_unread and not seen)

    async def _type(self, event: Key | Paste) -> None:
        if self.screen is not self._typed_into:
            self._typed_into = self.screen
            self._typed.appendleft(event)
            self._go_on_typing_after([self.screen])
        elif isinstance(event, WordKey):
            self._typed.extendleft(reversed(event.within if self._is_writing else event.apart))
        elif isinstance(self.screen, Asking) and self.screen.holds_back(event):
            pass  # it tells so
        elif self.focused:
            field = cast("list[MessagePump]", self.focused.ancestors_with_self[:-1])
            await super().on_event(event)
            self._go_on_typing_after([*field, self, *field])  # the key, then what its action tells
        elif isinstance(event, Key) and not await self._check_bindings(event.key, priority=True):
            await self._check_bindings(event.key)

    @property
    def _is_writing(self) -> bool:
        from reflect_tui.tui.widgets.text import is_field  # noqa: PLC0415 -- not needed before a key with alt

        return is_field(self.focused)

    def _go_on_typing_after(self, pumps: Sequence[MessagePump]) -> None:
        """Hold what is typed until each of these has handled the messages it has now; one that closes is passed by."""
        self._is_typing = True
        for place, pump in enumerate(pumps):
            if pump.call_later(self._go_on_typing_after, pumps[place + 1 :]):
                return
        self.call_later(self._go_on_typing)

    async def _go_on_typing(self) -> None:
        self._is_typing = False
        await self._type_held()

    async def _type_held(self) -> None:
        while self._typed and not self._waits(self._typed[0]):
            await self._type(self._typed.popleft())

    def action_settings(self) -> None:
        """Open the settings."""
        navigate.show_settings(self)

    def action_command_palette(self) -> None:
        """Open the palette with every action of the screen."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(placeholder=_("Search for an action…"), id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the screen, and the themes."""
        return commands(self, screen)


def _reading(read: int, total: int) -> str:
    return _("reading {n} of {total}…").format(n=read, total=total) if total else _("reading…")
