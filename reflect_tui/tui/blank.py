"""Blanks the screen at a shared desk: nothing is drawn, whatever opens meanwhile, until a key is pressed.

It lies below all screens and windows, so a message that comes in is not shown either. It is no lock against someone who
sits down at the keyboard: that is what the system has one for.
"""

from __future__ import annotations

from rich.console import RenderableType
from textual.events import Event, InputEvent, Key, Paste
from textual.screen import Screen

from reflect_tui.i18n import _
from reflect_tui.tui.shutdown import GracefulApp

_CLEAR = "\x1b[0m\x1b[2J\x1b[3J\x1b[H"
"""No colours, an empty screen, an empty scrollback, the cursor at its top."""


class BlankableApp(GracefulApp):
    """An app whose whole screen can be blanked, on every page and in every window."""

    is_blank = False

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
        if not self.is_blank and isinstance(event, Key) and event.key in self._lock_keys():
            self.action_lock()
            return True
        if not (self.is_blank and isinstance(event, InputEvent | Paste)):
            return False
        if isinstance(event, Key):
            self.is_blank = False
            self.refresh(layout=True)
        return True

    def _lock_keys(self) -> list[str]:
        raise NotImplementedError

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Draw nothing while the screen is blank, but wipe what a change of its size brought back."""
        if self.is_blank:
            self._wipe()
        else:
            super()._display(screen, renderable)
