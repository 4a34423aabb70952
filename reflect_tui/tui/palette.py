"""What the palette offers: every action of the screen, from the table of actions, and the themes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from reflect_tui.i18n import _
from reflect_tui.text import display
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
