"""How the app ends, stops or steps aside: with all that was typed kept, and without a report of what it held."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import ClassVar, Protocol, runtime_checkable
from weakref import WeakSet

from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.worker import WorkerFailed

from reflect_tui.clock import Clock
from reflect_tui.errors import JournalError
from reflect_tui.settings import Settings
from reflect_tui.store.draft_writer import DraftWriter
from reflect_tui.store.journal import Journal
from reflect_tui.tui.services.rounds import RoundWork

# What a screen offers that holds something half written: to keep it when the app ends, stops, or breaks.


@runtime_checkable
class Unfinished(Protocol):
    """A screen with something half written."""

    def keep_unfinished(self) -> None:
        """Hand what is written to the draft, as it is now; more than once is fine."""


class Ending(RoundWork):
    """The part of the app that gives the terminal back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "suspend_process", show=False)]

    def __init__(self, journal: Journal, clock: Clock, chosen: Settings) -> None:
        """Work on this journal."""
        super().__init__(journal, clock, chosen)
        self._writers: WeakSet[DraftWriter] = WeakSet()

    def get_driver_class(self) -> type[Driver]:
        """Use our own driver, which gives the terminal back whatever happens."""
        from reflect_tui.tui.terminal.driver import Terminal  # noqa: PLC0415 -- it knows the app

        return Terminal

    def after_sent(self, act: Callable[[], None]) -> None:
        """Act, in another thread, once all that was drawn till now is on the terminal."""
        from reflect_tui.tui.terminal.driver import Terminal  # noqa: PLC0415 -- it knows the app

        if isinstance(self._driver, Terminal):
            self._driver.after_sent(act)
        else:
            act()

    def keep_drafts(self, patience: float = 2.0) -> None:
        """Put on disk all that was typed, a half-written note included: before the app ends, stops, or steps aside.

        Waits for a slow disk at most `patience` seconds; what it has not taken by then stays on its way.
        """
        for screen in self.screen_stack:
            if isinstance(screen, Unfinished):
                screen.keep_unfinished()
        self.keep_agendas(patience)
        for writer in self._writers:
            with contextlib.suppress(JournalError):  # told on the screen since it failed first
                writer.flush(patience)

    def exit(self, result: None = None, return_code: int = 0, message: object = None) -> None:  # noqa: ARG002 -- Textual's own shape
        """End the app, with what is half written kept."""
        self._leaving = True
        self.keep_drafts()
        super().exit(result, return_code)

    def action_suspend_process(self) -> None:
        """Stop as Control+Z does everywhere; `fg` goes on."""
        from reflect_tui.tui.terminal.driver import Terminal  # noqa: PLC0415 -- it knows the app

        if isinstance(self._driver, Terminal):
            self._driver.pause(group=True)

    def action_help_quit(self) -> None:
        """Ask on Control+C whether to quit; a second one does."""
        from reflect_tui.tui.screens.dialog import QuitQuestion  # noqa: PLC0415 -- after the first paint

        if isinstance(self.screen, QuitQuestion):
            self.exit()
        else:
            self.push_screen(QuitQuestion(), lambda yes: self.exit() if yes else None)

    @property
    def fault(self) -> BaseException | None:
        """The fault of ours that ended the app, if one did."""
        found: BaseException | None = self._exception
        while isinstance(found, WorkerFailed):
            found = found.error
        return found

    def _fatal_error(self) -> None:
        """Leave without Textual's own report: it prints the values of variables, private notes among them."""
        self._leaving = True
        with contextlib.suppress(Exception):  # it is a fault already; a second one must not be in the way of the end
            self.keep_drafts()
        self._close_messages_no_wait()

    def break_down(self, error: Exception) -> None:
        """End the app for a fault that arose outside it, in a thread of the terminal."""
        self._handle_exception(error)

    def panic(self, *_renderables: object) -> None:
        """Leave without a report here too."""
        self._fatal_error()
