"""Opens the app, on the list of sessions or straight in a new one."""

from __future__ import annotations

import os
import sys
from typing import Literal

from reflect_tui.cli.request import SIMPLE, Request, on_terminal
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import library
from reflect_tui.model.session import Role
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal


class NoTerminalError(ReflectError):
    """There is no terminal that the app could open in."""


def home(request: Request) -> int:
    """Open the app."""
    require_terminal()
    return open_app(request.journal, request.settings)


def new(request: Request) -> int:
    """Open the app in a new session, or fill one in line by line."""
    instrument = chosen_instrument(request)
    if request.plain and (request.asked_plain or on_terminal(sys.stdin)):
        from reflect_tui.cli.filling import fill_in  # noqa: PLC0415 -- line mode, only for those who ask for it

        return fill_in(request, instrument)
    require_terminal()
    return open_app(request.journal, request.settings, "new", instrument, request.options.role)


def chosen_instrument(request: Request) -> str:
    """Give the id of the instrument to fill in: the one asked for, that of the settings, or the default.

    Raises:
        NotFoundError: there is none with this id.
    """
    identifier = getattr(request.options, "instrument", None) or request.settings.instrument or library.DEFAULT
    library.bundled_bytes(identifier)
    return identifier


def require_terminal() -> None:
    """Refuse to open where nobody can type or look, before anything slow is loaded."""
    for stream in (sys.stdin, sys.stdout):
        if not on_terminal(stream):
            raise NoTerminalError(
                _(
                    "The app needs a terminal for both input and output. Over ssh, add -t; for scripts, see: {help}"
                ).format(help="reflect-tui --help")
            )
    kind = os.environ.get("TERM", "")
    if kind in SIMPLE:
        text = _('The terminal (TERM="{kind}") is too simple for the app. Try TERM=xterm-256color, or: {command}')
        raise NoTerminalError(text.format(kind=kind, command="reflect-tui new --plain"))


def open_app(
    journal: Journal,
    settings: Settings,
    at: Literal["home", "new"] = "home",
    instrument: str = "",
    role: Role = "self",
) -> int:
    """Open the app and give its exit code once it is closed."""
    from reflect_tui.tui.app import ReflectApp, Start  # noqa: PLC0415 -- Textual, only for those who open it

    app = ReflectApp(journal, settings, start=Start(at=at, instrument=instrument, role=role))
    try:
        app.run()
    finally:
        app.keep_drafts()
    if app.fault is not None:
        raise app.fault
    return app.return_code or 0
