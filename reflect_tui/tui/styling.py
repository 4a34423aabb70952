"""What is sent to the terminal from one style to the next: only what changes, not every style in full."""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

RESET = "\x1b[0m"
_COLOUR = {"2": 5, "5": 3}  # numbers in a colour: 38 (text) or 48 (behind it), then 2;red;green;blue or 5;number
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}  # what ends each
_SEEN_IN_BLANKS = frozenset("4579")  # underline, blink, reverse, strike


@lru_cache(maxsize=4096)
def change(has: str, wanted: str) -> str:
    """Give what turns one style into another, each as the numbers between `ESC[` and `m`."""
    if has == wanted:
        return ""
    before, after = _parts(has), _parts(wanted)
    if before is None or after is None or before.colours.keys() - after.colours.keys():
        return f"\x1b[0;{wanted}m" if has and wanted else f"\x1b[{wanted or 0}m"
    off = {_OFF[number] for number in before.attributes - after.attributes}
    on = {n for n in after.attributes if n not in before.attributes or _OFF[n] in off}
    colours = [numbers for name, numbers in after.colours.items() if before.colours.get(name) != numbers]
    return f"\x1b[{';'.join([*sorted(off), *sorted(on), *colours])}m"


@lru_cache(maxsize=4096)
def same_blank(has: str, wanted: str) -> bool:
    """Tell whether a blank looks the same in both styles: it has no colour but the one behind it."""
    before, after = _parts(has), _parts(wanted)
    if before is None or after is None or (before.attributes | after.attributes) & _SEEN_IN_BLANKS:
        return False
    return before.colours.get("48") == after.colours.get("48")


@lru_cache(maxsize=4096)
def ground(style: str) -> str:
    """Give what of a style a blank shows: the colour behind it, or all where a line goes through or below it."""
    parts = _parts(style)
    if parts is None or parts.attributes & _SEEN_IN_BLANKS:
        return style
    return parts.colours.get("48", "")


class _Parts(NamedTuple):
    """A style taken apart: bold and the like, and the colours before and behind the text."""

    attributes: frozenset[str]
    colours: dict[str, str]


def _parts(style: str) -> _Parts | None:
    """Take a style apart; None for one that does not say its colours in full."""
    numbers = style.split(";") if style else []
    attributes = list(takewhile(_OFF.__contains__, numbers))
    rest = numbers[len(attributes) :]
    colours: dict[str, str] = {}
    while rest:
        size = _COLOUR.get(rest[1] if len(rest) > 1 else "", 0)
        if rest[0] not in ("38", "48") or not 0 < size <= len(rest) or rest[0] in colours:
            return None
        colours[rest[0]] = ";".join(rest[:size])
        rest = rest[size:]
    return _Parts(frozenset(attributes), colours)
