"""The keys that settings.toml gives to actions, checked: a wrong one is named and left out, never obeyed half."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.tui.keys import SCREENS, binding_id, chosen

Keymap = dict[str, str]


def read(settings: Mapping[str, str | list[str]]) -> tuple[Keymap, tuple[Fault, ...]]:
    """Give the keys by the name of their action, and what is wrong with the settings."""
    known = {binding_id(screen, action) for screen, actions in SCREENS.items() for action in actions}
    keymap = {name: _joined(keys) for name, keys in settings.items()}
    faults = [Fault(f"keys.{name}", _("there is no action of this name")) for name in keymap.keys() - known]
    faults += [Fault(f"keys.{name}", _("names no key")) for name, keys in keymap.items() if not keys]
    usable = {name: keys for name, keys in keymap.items() if name in known and keys}
    taken = tuple(_conflicts(usable))
    spoiled = {fault.place.removeprefix("keys.") for fault in taken}
    kept = {name: keys for name, keys in usable.items() if name not in spoiled}
    return kept, (*sorted(faults, key=str), *taken)


def _joined(keys: str | list[str]) -> str:
    names = keys.split(",") if isinstance(keys, str) else keys
    return ",".join(name.strip() for name in names if name.strip())


def _conflicts(keymap: Keymap) -> Iterator[Fault]:
    """Find a key that two actions of one screen would have; the one that the settings name gives way."""
    found: dict[str, Fault] = {}
    for screen in SCREENS:
        owners: dict[str, str] = {}
        for action in sorted(chosen(screen, keymap), key=lambda action: binding_id(screen, action) in keymap):
            name = binding_id(screen, action)
            for key in action.keys.split(","):
                owner = owners.setdefault(key, name)
                if owner != name:
                    problem = _('the key "{key}" is also that of {name}').format(key=key, name=owner)
                    found.setdefault(name, Fault(f"keys.{name}", problem))
    yield from found.values()
