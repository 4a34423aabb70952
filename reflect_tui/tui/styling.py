"""Shortens what is sent to the terminal: only what changes from one style to the next, not every style in full.

Textual sends each piece of a row with all of its style before it and a reset behind it. Over a slow line that is most
of what a key costs; a terminal remembers the style it has.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

# A style, or what needs none: the end of a row, a place to go on at, the marks around a frame.
_SEQUENCE = re.compile(r"\x1b\[(?P<style>[0-9;]*)m|(?P<move>(?:\r?\n|\x1b\[\d+;\d+H|\x1b\[\?2026[hl])+)")
_RESET = "\x1b[0m"
_COLOUR = {"2": 5, "5": 3}  # numbers in a colour: 38 (text) or 48 (behind it), then 2;red;green;blue or 5;number
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}  # what ends each
_SEEN_IN_BLANKS = frozenset("4579")  # underline, blink, reverse, strike


def shorten(text: str) -> str:
    """Give the same pictures in fewer bytes; before and after, the terminal has no style."""
    sent: list[str] = []
    has = wanted = ""
    position = 0
    for found in _SEQUENCE.finditer(text):
        if found.start() > position:
            piece = text[position : found.start()]
            if not (piece.isspace() and _same_blank(has, wanted)):
                sent.append(_change(has, wanted))
                has = wanted
            sent.append(piece)
        position = found.end()
        style = found["style"]
        if style is None:
            sent.append(found["move"])
        elif style in ("", "0"):
            wanted = ""
        else:
            wanted = f"{wanted};{style}" if wanted else style
    if position < len(text):
        sent += (_change(has, wanted), text[position:])
        has = wanted
    return "".join(sent) + (_RESET if has else "")


@lru_cache(maxsize=4096)
def _change(has: str, wanted: str) -> str:
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
def _same_blank(has: str, wanted: str) -> bool:
    """Tell whether a blank looks the same in both styles: it has no colour but the one behind it."""
    before, after = _parts(has), _parts(wanted)
    if before is None or after is None or (before.attributes | after.attributes) & _SEEN_IN_BLANKS:
        return False
    return before.colours.get("48") == after.colours.get("48")


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
