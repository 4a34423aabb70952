"""What the palette offers: every action of the screen, from the table of actions, and the themes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.screen import Screen

from reflect_tui.i18n import _
from reflect_tui.tui.keys import explanation, key_names, label
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.theme import THEMES

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp


def commands(app: ReflectApp, screen: Screen[object]) -> Iterator[SystemCommand]:
    """List what can be done on a screen."""
    for action in screen.actions if isinstance(screen, Page) else ():
        if action.name == "app.command_palette" or action.name.startswith("score("):
            continue
        target = app if action.name.startswith("app.") else screen
        title = f"{label(action)} ({key_names(action.keys)})"
        yield SystemCommand(title, explanation(action), _caller(target, action.name))
    for theme in THEMES:
        yield SystemCommand(
            _("theme: {name}").format(name=theme.name), _("Use these colours"), _themer(app, theme.name)
        )


def _caller(target: ReflectApp | Screen[object], name: str) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        await target.run_action(name.removeprefix("app."))

    return call


def _themer(app: ReflectApp, name: str) -> Callable[[], None]:
    def choose() -> None:
        app.turn_to("theme", name)

    return choose
