"""The keys that settings.toml gives to actions, checked: a wrong one is named and left out, never obeyed half."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.settings import Entry
from reflect_tui.tui.actions import SCREENS
from reflect_tui.tui.keys import binding_id, chosen
from reflect_tui.tui.schemes import SCHEMES

Keymap = dict[str, str]
TYPED_IN = ("note",)  # screens where a letter is text
_SCORES = {str(digit): f"assessing.score.{digit}" for digit in range(1, 10)} | {"0": "assessing.not-applicable"}


def read(settings: Mapping[str, str | list[str]], entry: Entry = "digits") -> tuple[Keymap, tuple[Fault, ...]]:
    """Give the keys by the name of their action, in a scheme of entry, and what is wrong with the settings."""
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
