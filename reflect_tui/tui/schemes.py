"""Which keys score: the digits, the digit row of an AZERTY keyboard, or the home row. Part of the table of actions.

A scheme names the keys of the actions it changes, as settings.toml does. The digits score in each of them, since a
keypad sends nothing else. What the home row takes away has another key: finishing is F, and moving is left to the
arrows, on every screen.
"""

from __future__ import annotations

from collections.abc import Mapping

from reflect_tui.settings import Entry

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
    | {
        "assessing.not-applicable": "semicolon,0,minus",
        "assessing.review": "F",
        "move.1": "down",
        "move.back": "up",
    },
}
