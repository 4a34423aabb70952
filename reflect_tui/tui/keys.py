"""From the table of actions: bindings, and keys and words for the bottom line, the help and the palette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import ClassVar, cast

from msgspec import structs
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from reflect_tui.errors import Fault
from reflect_tui.i18n import _, pgettext
from reflect_tui.settings import Entry
from reflect_tui.text import display
from reflect_tui.tui import theme
from reflect_tui.tui.actions import EVERYWHERE, MOVES, SCREENS, Action
from reflect_tui.tui.host import Host

_KEY_NAMES = {
    "slash": "/",
    "comma": ",",
    "question_mark": "?",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "ampersand": "&",
    "quotation_mark": '"',
    "apostrophe": "'",
    "left_parenthesis": "(",
    "underscore": "_",
    "section_sign": "§",
    "exclamation_mark": "!",
    "semicolon": ";",
    "backspace": "⌫",
    "enter": "⏎",
    "ctrl+p": "^p",
    "ctrl+r": "^r",
    "ctrl+e": "^e",
    "ctrl+s": "^s",
    "ctrl+c": "^c",
    "ctrl+l": "^l",
    "ctrl+z": "^z",
    "ctrl+u": "^u",
    "ctrl+y": "^y",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "delete": "del",
    "shift+up": "⇧↑",
    "shift+down": "⇧↓",
}

_IN_WORDS = {
    "⇧↑": "shift+up",
    "⇧↓": "shift+down",
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "⏎": "enter",
    "⌫": "backspace",
}


def bindings(screen: str) -> list[Binding]:
    """Make the bindings of a screen; ids let settings.toml give an action other keys."""
    return [
        Binding(action.keys, action.name, action.label, show=False, id=binding_id(screen, action))
        for action in SCREENS[screen]
    ]


def binding_id(screen: str, action: Action) -> str:
    """Name an action of a screen as settings.toml does: "assessing.note", "home.new"; the same everywhere: "quit"."""
    name = action.name.removeprefix("app.").replace("(", ".").replace(")", "").replace("-1", "back").replace("_", "-")
    return name if action in EVERYWHERE or action in MOVES else f"{screen}.{name}"


def chosen(screen: str, keymap: Mapping[str, str]) -> tuple[Action, ...]:
    """Return the actions of a screen with the keys that the settings give them."""
    return tuple(
        structs.replace(action, keys=keymap.get(binding_id(screen, action), action.keys)) for action in SCREENS[screen]
    )


def key_of(name: str, keymap: Mapping[str, str]) -> str:
    """Write the first key of an action by its name in settings.toml, for a sentence: "home.new" gives "n"."""
    for screen, actions in SCREENS.items():
        for action in actions:
            if binding_id(screen, action) == name:
                return first_key(keymap.get(name, action.keys))
    raise KeyError(name)


def key_names(keys: str) -> str:
    """Write keys as they stand on a keyboard: "⏎", "0 -"."""
    space = pgettext("key", "space")
    return " ".join(space if key == "space" else _KEY_NAMES.get(key, key) for key in keys.split(","))


def first_key(keys: str) -> str:
    """Write the first of an action's keys."""
    return key_names(keys.split(",", maxsplit=1)[0])


def in_words(names: str) -> str:
    """Write the names of keys in ASCII, where each sign would become another one: "< open", and "< previous"."""
    for sign, word in _IN_WORDS.items():
        names = names.replace(sign, word)
    return names


def label(action: Action) -> str:
    """Return the word of an action, in the user's language."""
    return _(action.label)


def explanation(action: Action) -> str:
    """Return the sentence of an action, in the user's language."""
    return _(action.help)


# Which keys score: the digits, the digit row of an AZERTY keyboard, or the home row. Part of the table of actions.
#
# A scheme names the keys of the actions it changes, as settings.toml does. The digits score in each of them, since a
# keypad sends nothing else. What the home row takes away has another key: finishing is F, and moving is left to the
# arrows, on every screen.


Keys = Mapping[str, str]

# Unshifted, as in France; "§" and "!" are the 6 and 8 of a Belgian keyboard and of a Mac.
_AZERTY = (
    "ampersand",
    "é",
    "quotation_mark",
    "apostrophe",
    "left_parenthesis",
    "minus,section_sign",
    "è",
    "underscore,exclamation_mark",
    "ç",
)
_HOME_ROW = tuple("asdfghjkl")


def _scores(keys: tuple[str, ...]) -> dict[str, str]:
    return {f"assessing.score.{digit}": f"{name},{digit}" for digit, name in enumerate(keys, start=1)}


SCHEMES: Mapping[Entry, Keys] = {
    "digits": {},
    "azerty": _scores(_AZERTY) | {"assessing.not-applicable": "à,0"},
    "home-row": _scores(_HOME_ROW)
    | {"assessing.not-applicable": "semicolon,0,minus", "assessing.review": "F", "move.1": "down", "move.back": "up"},
}


# The keys that settings.toml gives to actions, checked: a wrong one is named and left out, never obeyed half.


Keymap = dict[str, str]
TYPED_IN = ("note",)  # screens where a letter is text
_SCORES = {str(digit): f"assessing.score.{digit}" for digit in range(1, 10)} | {"0": "assessing.not-applicable"}


def read(settings: Mapping[str, str | list[str]], entry: Entry = "digits") -> tuple[Keymap, tuple[Fault, ...]]:
    """Return the keys by the name of their action, in a scheme of entry, and what is wrong with the settings."""
    if not settings:  # as for most people: nothing of it can be wrong, and a start need not wait for a look
        return {**SCHEMES[entry]}, ()
    wanted = {name: _joined(keys) for name, keys in settings.items()}
    faults = tuple(sorted(_misfits(wanted), key=str))
    spoiled = {fault.place for fault in faults}
    kept = {name: keys for name, keys in wanted.items() if f"keys.{name}" not in spoiled}
    scheme = SCHEMES[entry]
    while taken := tuple(fault for fault in conflicts(kept, scheme) if fault.place.removeprefix("keys.") in kept):
        faults += taken  # and again: one left out gets its own key back, which another may have
        kept = {name: keys for name, keys in kept.items() if f"keys.{name}" not in {fault.place for fault in taken}}
    return {**scheme, **kept}, faults


def _joined(keys: str | list[str]) -> str:
    names = keys.split(",") if isinstance(keys, str) else keys
    return ",".join(name.strip() for name in names if name.strip())


def _misfits(wanted: Keymap) -> Iterator[Fault]:
    """Find what is wrong with one setting by itself."""
    screens: dict[str, set[str]] = {}
    for screen, actions in SCREENS.items():
        for action in actions:
            screens.setdefault(binding_id(screen, action), set()).add(screen)
    for name, keys in wanted.items():
        if name not in screens:
            yield Fault(f"keys.{name}", _("there is no action of this name"))
        elif not keys:
            yield Fault(f"keys.{name}", _("names no key"))
        elif name.startswith(TYPED_IN) and any(len(key) == 1 for key in keys.split(",")):
            yield Fault(f"keys.{name}", _("a letter is part of the text there: take a key with ctrl, or f2"))
        elif "assessing" in screens[name] and any(_SCORES.get(key, name) != name for key in keys.split(",")):
            yield Fault(f"keys.{name}", _("a digit is always its own score while filling in"))


def conflicts(keymap: Keymap, scheme: Mapping[str, str]) -> Iterator[Fault]:
    """Find a key that two actions of one screen would have; the one that the settings name gives way."""
    found: dict[str, Fault] = {}
    for screen in SCREENS:
        owners: dict[str, str] = {}
        actions = chosen(screen, {**scheme, **keymap})
        for action in sorted(actions, key=lambda action: binding_id(screen, action) in keymap):
            name = binding_id(screen, action)
            for key in action.keys.split(","):
                owner = owners.setdefault(key, name)
                if owner != name:
                    problem = _('the key "{key}" is also that of {name}').format(key=key, name=owner)
                    found.setdefault(name, Fault(f"keys.{name}", problem))
    yield from found.values()


# What the palette offers: every action of the screen, and the themes.


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
