"""From the table of actions: bindings, and keys and words for the bottom line, the help and the palette."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec import structs
from textual.binding import Binding

from reflect_tui.i18n import _, current, pgettext
from reflect_tui.tui.actions import EVERYWHERE, MOVES, SCREENS, Action

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
    "ctrl+z": "^z",
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
    """Give the actions of a screen with the keys that the settings give them."""
    return _chosen(screen, tuple(keymap.items()))


@lru_cache(maxsize=64)  # every paint asks a few times, and the settings hardly ever change
def _chosen(screen: str, keymap: tuple[tuple[str, str], ...]) -> tuple[Action, ...]:
    keys = dict(keymap)
    return tuple(
        structs.replace(action, keys=keys.get(binding_id(screen, action), action.keys)) for action in SCREENS[screen]
    )


def first_keys(screen: str, keymap: Mapping[str, str]) -> Mapping[str, str]:
    """Write the first key of every action of a screen, by the action's name."""
    return _first_keys(screen, tuple(keymap.items()), current())


@lru_cache(maxsize=64)
def _first_keys(screen: str, keymap: tuple[tuple[str, str], ...], _language: str) -> Mapping[str, str]:
    return {action.name: first_key(action.keys) for action in reversed(_chosen(screen, keymap))}


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
    """Give the word of an action, in the user's language."""
    return _(action.label)


def explanation(action: Action) -> str:
    """Give the sentence of an action, in the user's language."""
    return _(action.help)
