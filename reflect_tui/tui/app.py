"""The app: opens on Home, reads and writes the journal in threads, and shows what is saved."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar, Literal, ParamSpec

from msgspec import Struct, structs
from textual import work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from reflect_tui import sitting
from reflect_tui.clock import SYSTEM, Clock
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.journal import Draft, DraftState, Journal, Lock
from reflect_tui.pages.home import standing
from reflect_tui.pages.lines import Line, line, span
from reflect_tui.session import Role, Session
from reflect_tui.settings import Settings
from reflect_tui.sitting import Sitting
from reflect_tui.tui import keymap
from reflect_tui.tui.keys import chosen, explanation, key_names, label
from reflect_tui.tui.screens.home import HomeScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.state import State, read, read_only
from reflect_tui.tui.theme import THEMES

P = ParamSpec("P")


class Start(Struct, frozen=True):
    """What to do first: show Home, or begin a session at once."""

    at: Literal["home", "new"] = "home"
    instrument: str = ""
    role: Role = "self"


class ReflectApp(App[None]):
    """reflect-tui, full screen."""

    CSS_PATH = "reflect.tcss"
    TITLE = "reflect-tui"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = []

    state: var[State] = var(State())

    class Read(Message):
        """The journal was read, or what could not be done is known."""

        def __init__(self, state: State) -> None:
            super().__init__()
            self.state = state

    class Failed(Message):
        """Something could not be done; the sentence says what."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class Seated(Message):
        """A session is ready to be filled in."""

        def __init__(self, seat: Sitting) -> None:
            super().__init__()
            self.seat = seat

    class Finished(Message):
        """A session was saved: file and folder are on disk."""

        def __init__(self, session: Session) -> None:
            super().__init__()
            self.session = session

    class DraftChanged(Message):
        """The draft's state on disk changed."""

        def __init__(self, state: DraftState) -> None:
            super().__init__()
            self.state = state

    def __init__(
        self, journal: Journal, settings: Settings | None = None, clock: Clock = SYSTEM, start: Start | None = None
    ) -> None:
        """Show this journal."""
        super().__init__()
        self.journal = journal
        self.settings = settings or Settings()
        self.clock = clock
        self.start = start or Start()
        self.animation_level = "none"
        self.keys, self._key_faults = keymap.read(self.settings.keys)
        self._lock: Lock | None = None

    def on_mount(self) -> None:
        """Show Home, then read the journal behind it."""
        for theme in THEMES:
            self.register_theme(theme)
        known = self.settings.theme in self.available_themes
        self.theme = self.settings.theme if known else THEMES[0].name
        self.set_keymap(self.keys)
        self.push_screen(HomeScreen())
        self.call_after_refresh(self.load, first=True)
        if self._key_faults:
            faults = "; ".join(map(str, self._key_faults))
            self.post_message(self.Failed(_("settings.toml: {faults}. See docs/keys.md.").format(faults=faults)))
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.exit, None, 128 + number)

    @work(thread=True, exclusive=True, group="journal", name="read the journal")
    def load(self, *, first: bool = False) -> None:
        """Read the journal, show it, then bring into history what is saved but not in it yet."""
        self._attempt(self._recover if first else self._load)

    def _recover(self) -> None:
        """Take the journal's lock, if it is free, and finish what an earlier run left half done."""
        self._lock = Lock.acquire(self.journal.state)
        self.post_message(self.Read(self._read()))
        if self._lock:
            self.journal.recover(locked=True)
            self._load()

    def _load(self) -> None:
        self.post_message(self.Read(self._read()))
        if not self._lock:
            return
        recorded = self.journal.record()
        obstacle = recorded.obstacle.sentence if recorded.obstacle else ""
        self.post_message(self.Read(structs.replace(self._read(), pending=recorded.pending, obstacle=obstacle)))

    def _read(self) -> State:
        """Read what the screens show; without the lock another program writes, and this one only looks."""
        return structs.replace(read(self.journal), read_only="" if self._lock else read_only(self.journal))

    def may_write(self) -> bool:
        """Tell whether this instance writes; if not, say why."""
        if self.state.read_only:
            self.post_message(self.Failed(self.state.read_only))
        return not self.state.read_only

    @work(thread=True, exclusive=True, group="sitting", name="begin a session")
    def begin(self, identifier: str, role: Role) -> None:
        """Begin a session and open it."""
        if self.may_write():
            self._attempt(self._begin, identifier, role)

    def _begin(self, identifier: str, role: Role) -> None:
        seat = sitting.begin(self.journal, self.clock, identifier, role, self._draft_changed)
        self.post_message(self.Seated(seat))

    @work(thread=True, exclusive=True, group="sitting", name="go on with a draft")
    def resume(self, draft: Draft) -> None:
        """Go on with a draft."""
        if self.may_write():
            self._attempt(self._resume, draft)

    def _resume(self, draft: Draft) -> None:
        self.post_message(self.Seated(sitting.resume(self.journal, self.clock, draft, self._draft_changed)))

    @work(thread=True, exclusive=True, group="sitting", name="finish a session")
    def finish(self, seat: Sitting) -> None:
        """Save a session; its results open when it is on disk."""
        self._attempt(self._finish, seat)

    def _finish(self, seat: Sitting) -> None:
        session = sitting.finish(self.journal, seat)
        self.post_message(self.Read(self._read()))
        self.post_message(self.Finished(session))

    @work(thread=True, group="journal", name="remove a session")
    def remove(self, session_id: str) -> None:
        """Remove a session; history keeps it."""
        if self.may_write():
            self._attempt(self._remove, session_id)

    def _remove(self, session_id: str) -> None:
        self.journal.delete(session_id)
        self._load()

    @work(thread=True, group="journal", name="bring a session back")
    def restore(self, session_id: str) -> None:
        """Bring back a removed session from history."""
        if self.may_write():
            self._attempt(self._restore, session_id)

    def _restore(self, session_id: str) -> None:
        self.journal.restore(session_id)
        self._load()

    @work(thread=True, group="journal", name="set a draft aside")
    def discard(self, draft_id: str) -> None:
        """Set a draft aside, out of the list."""
        if self.may_write():
            self._attempt(self._discard, draft_id)

    def _discard(self, draft_id: str) -> None:
        self.journal.drafts.discard(draft_id)
        self._load()

    @work(thread=True, group="drafts", name="let go of a draft")
    def release(self, seat: Sitting) -> None:
        """Close a draft's file; all of it is on disk when that is done."""
        seat.writer.close()

    def _attempt(self, task: Callable[P, None], *arguments: P.args, **named: P.kwargs) -> None:
        """Do a task in its thread; what the user can act upon is told in a sentence."""
        try:
            task(*arguments, **named)
        except ReflectError as error:
            self.post_message(self.Failed(str(error)))

    def _draft_changed(self, state: DraftState) -> None:
        self.post_message(self.DraftChanged(state))

    def on_reflect_app_read(self, message: Read) -> None:
        """Take over the journal as it was read."""
        first = not self.state.loaded
        self.state = message.state
        self._repaint()
        if first and not message.state.read_only and self.start.at == "home" and isinstance(self.screen, HomeScreen):
            self.screen.offer_resume()
        elif first and self.start.at == "new":
            self.begin(self.start.instrument, self.start.role)

    def on_reflect_app_failed(self, message: Failed) -> None:
        """Tell what could not be done, where it can be read at ease."""
        from reflect_tui.tui.screens.message import MessageScreen  # noqa: PLC0415 -- rarely needed

        self.push_screen(MessageScreen(_("This could not be done"), message.sentence))

    def on_reflect_app_seated(self, message: Seated) -> None:
        """Open the session to fill in."""
        from reflect_tui.tui.screens.assess import AssessScreen  # noqa: PLC0415 -- after the first paint

        self.push_screen(AssessScreen(message.seat))

    def on_reflect_app_finished(self, message: Finished) -> None:
        """Show the results of what was just saved, and bring it into history behind them."""
        from reflect_tui.tui.screens.results import ResultsScreen  # noqa: PLC0415 -- after the first paint

        while not isinstance(self.screen, HomeScreen):
            self.pop_screen()
        self.push_screen(ResultsScreen(message.session))
        self.load()

    def on_reflect_app_draft_changed(self, message: DraftChanged) -> None:
        """Let the screen show whether the draft is on disk."""
        from reflect_tui.tui.screens.assess import AssessScreen  # noqa: PLC0415 -- after the first paint

        for screen in self.screen_stack:
            if isinstance(screen, AssessScreen):
                screen.draft_state = message.state

    @property
    def fault(self) -> Exception | None:
        """The fault of ours that ended the app, if one did."""
        return self._exception

    def _fatal_error(self) -> None:
        """Leave without Textual's own report: it prints the values of variables, private notes among them."""
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """Let another instance write."""
        if self._lock:
            self._lock.release()

    def _repaint(self) -> None:
        if isinstance(self.screen, Page):
            self.screen.paint()

    def standing(self) -> Line:
        """Say what is saved, for the top line."""
        if not self.state.loaded:
            return line(span(_("reading…"), "muted"))
        if self.state.read_only:
            return line(span("! ", "warning"), span(_("read-only"), "warning"))
        pending = self.state.pending
        return standing(None if pending is None else len(pending), len(self.state.entries))

    def action_command_palette(self) -> None:
        """Open the palette with every action of the screen."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("Search for an action…"), id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the screen, from the table, and the themes."""
        if isinstance(screen, Page):
            for action in chosen(screen.keys, self.keys):
                if action.name == "app.command_palette" or action.name.startswith("score("):
                    continue
                target = self if action.name.startswith("app.") else screen
                title = f"{label(action)} ({key_names(action.keys)})"
                yield SystemCommand(title, explanation(action), _caller(target, action.name))
        for theme in THEMES:
            title = _("theme: {name}").format(name=theme.name)
            yield SystemCommand(title, _("Use these colours"), _themer(self, theme.name))


def _caller(target: ReflectApp | Page, name: str) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        await target.run_action(name.removeprefix("app."))

    return call


def _themer(app: App[None], name: str) -> Callable[[], None]:
    def choose() -> None:
        app.theme = name

    return choose
