"""What the palette offers: every action of the screen, from the table of actions, and the themes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import ClassVar, cast

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from reflect_tui.i18n import _
from reflect_tui.text import display
from reflect_tui.tui import theme
from reflect_tui.tui.actions import Action
from reflect_tui.tui.host import Host
from reflect_tui.tui.keys import explanation, key_names, label


def commands(host: Host, screen: Screen[object]) -> Iterator[SystemCommand]:
    """List what can be done on a screen."""
    actions: Sequence[Action] = getattr(screen, "actions", ())
    for action in actions:
        if action.name == "app.command_palette" or action.name.startswith("score("):
            continue
        target = screen.app if action.name.startswith("app.") else screen
        title = f"{label(action)} ({host.written(key_names(action.keys))})"
        yield SystemCommand(title, explanation(action), _caller(target, action.name))
    for each in theme.THEMES:
        yield SystemCommand(_("theme: {name}").format(name=each.name), _("Use these colours"), _themer(host, each.name))


class Palette(CommandPalette):
    """Textual's own, with the keys that work everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "app.help_quit", show=False),
        Binding("ctrl+z", "app.suspend_process", show=False),
    ]


class ActionProvider(Provider):
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


def _caller(target: App[object] | Screen[object], name: str) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        await target.run_action(name.removeprefix("app."))

    return call


def _themer(host: Host, name: str) -> Callable[[], None]:
    return lambda: host.settings_service.change("theme", name)
