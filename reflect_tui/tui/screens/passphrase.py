"""Asks for a passphrase without showing it; for a new one twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from reflect_tui.i18n import _
from reflect_tui.tui.screens.form import ReasonScreen


class PassphraseScreen(ReasonScreen):
    """A line that nobody sees."""

    longest = 1000
    selects = False

    def on_mount(self) -> None:
        """Hide what is typed."""
        super().on_mount()
        self.field.password = True

    def read(self) -> str | None:
        """Return the passphrase, letter for letter."""
        return self.field.value or None


def ask_passphrase(app: App[Any], text: str, then: Callable[[str | None], None], *, is_new: bool) -> None:
    """Ask for a passphrase below a text; a new one is typed twice. `then` gets it, None when nobody typed one."""

    def again(first: str | None) -> None:
        if not (first and is_new):
            then(first)
            return
        app.push_screen(
            PassphraseScreen(_("Once more"), _("Type the same passphrase again.")),
            lambda second: then(first) if second == first else differs(second),
        )

    def differs(second: str | None) -> None:
        if second is None:
            then(None)
        else:
            ask_passphrase(app, _("These are not the same. Type it anew."), then, is_new=is_new)

    app.push_screen(PassphraseScreen(_("Passphrase"), text), again)
