"""How the app ends, stops or steps aside: with all that was typed kept, and without a report of what it held."""

from __future__ import annotations

import contextlib
import sys
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.worker import WorkerFailed

from reflect_tui.tui import navigate

if sys.platform != "win32":
    from reflect_tui.tui.terminal.driver import Terminal


class OwnTerminal(Protocol):
    """What our driver of the terminal can do beyond Textual's."""

    def pause(self, *, group: bool) -> None:
        """Stop until a shell goes on with it; with `group`, all that it started with this program as well."""


@runtime_checkable
class Unfinished(Protocol):
    """A screen with something half written."""

    def keep_unfinished(self) -> None:
        """Hand what is written to the draft, as it is now; more than once is fine."""

    def tell(self, failure: str) -> None:
        """Tell what could not be done, beside what is being written."""


class GracefulApp(App[None]):
    """An app that gives the terminal back whatever happens; its heir says what is to be kept."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "suspend_process", show=False)]

    last_words = ""
    """What is to be said when the terminal is given back."""
    is_ending = False
    """Whether nothing but the end is to come."""

    def get_driver_class(self) -> type[Driver]:
        """Use our own driver, which gives the terminal back whatever happens; on Windows, Textual's."""
        if sys.platform == "win32":
            return super().get_driver_class()
        else:  # noqa: RET505 -- for mypy, to which this class is not there on Windows
            return Terminal

    @property
    def terminal(self) -> OwnTerminal | None:
        """Our driver of the terminal; None under test, and on Windows."""
        if sys.platform == "win32":
            return None
        else:  # noqa: RET505 -- as above
            return self._driver if isinstance(self._driver, Terminal) else None

    def keep_drafts(self, patience: float = 2.0) -> None:
        """Put on disk all that was typed, before the app ends, stops, or steps aside.

        Waits for a slow disk at most `patience` seconds; what it has not taken by then stays on its way.
        """
        raise NotImplementedError

    def keep_unfinished(self) -> None:
        """Have every screen hand over what is half written."""
        for screen in self.screen_stack:
            if isinstance(screen, Unfinished):
                screen.keep_unfinished()

    def exit(self, result: None = None, return_code: int = 0, message: object = None) -> None:  # noqa: ARG002 -- Textual's own shape
        """End the app, with what is half written kept."""
        self.is_ending = True
        self.keep_drafts()
        super().exit(result, return_code)

    def action_suspend_process(self) -> None:
        """Stop as Control+Z does everywhere; `fg` goes on."""
        if self.terminal:
            self.terminal.pause(group=True)

    def action_help_quit(self) -> None:
        """Ask on Control+C whether to quit; a second one does."""
        navigate.ask_to_quit(self)

    @property
    def fault(self) -> BaseException | None:
        """The fault of ours that ended the app, if one did."""
        fault: BaseException | None = self._exception
        while isinstance(fault, WorkerFailed):
            fault = fault.error
        return fault

    def _fatal_error(self) -> None:
        """Leave without Textual's own report: it prints the values of variables, private notes among them."""
        self.is_ending = True
        with contextlib.suppress(Exception):  # it is a fault already; a second one must not be in the way of the end
            self.keep_drafts()
        self._close_messages_no_wait()

    def break_down(self, error: Exception) -> None:
        """End the app for a fault that arose outside it, in a thread of the terminal."""
        self._handle_exception(error)

    def panic(self, *_renderables: object) -> None:
        """Leave without a report here too."""
        self._fatal_error()
