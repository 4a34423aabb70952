"""What the screens use of the app: nothing else of it is theirs to touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen
from textual.signal import Signal
from textual.widget import AwaitMount

from reflect_tui.settings import Settings
from reflect_tui.tui.services.base import ServiceHost
from reflect_tui.tui.services.documents import DocumentService
from reflect_tui.tui.services.journal import JournalService
from reflect_tui.tui.services.rounds import RoundService
from reflect_tui.tui.services.settings import SettingsService
from reflect_tui.tui.state import StateChange
from reflect_tui.views.lines import Line

T = TypeVar("T")


class Host(ServiceHost, Protocol):
    """The app as its screens see it; `state`, `journal` and `clock` come with ServiceHost."""

    guest: bool
    """Whether someone else fills in at this keyboard, who is to see nothing of the journal."""
    journal_service: JournalService
    document_service: DocumentService
    state_signal: Signal[StateChange]
    """Told whenever the journal was read again."""
    round_service: RoundService
    settings_service: SettingsService

    @property
    def settings(self) -> Settings:
        """The settings in effect."""

    @property
    def keymap(self) -> Mapping[str, str]:
        """The keys that the settings give to actions, by the action's name."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen in front."""

    @property
    def screen_stack(self) -> Sequence[Screen[Any]]:
        """The screens that are open, the one in front last."""

    def key(self, name: str) -> str:
        """Write the key of an action as a sentence names it, such as "home.new"."""

    def written(self, names: str) -> str:
        """Write the names of keys as this terminal can."""

    def standing(self) -> Line:
        """Say what is saved, for the top line."""

    def may_write(self) -> bool:
        """Whether this instance writes; if not, the user is told why."""

    def push_screen(self, screen: Screen[T], callback: Callable[[T | None], None] | None = None, /) -> AwaitMount:
        """Show a screen over the others; its answer goes to `callback`."""

    def pop_screen(self) -> AwaitComplete:
        """Return to the screen below."""

    def bell(self) -> None:
        """Let the terminal sound: a key has nothing to do."""

    def suspend(self) -> AbstractContextManager[None]:
        """Hand the terminal over to another program for a while."""
