"""Untrusted text: clean() on the way in, display() on the way out."""

from __future__ import annotations

import re

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?")
# Marks that reorder text on the screen: they can make a line read as what it is not (Unicode UAX #9).
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SHOWN = (
    {code: chr(0x2400 + code) for code in range(0x20)}
    | {0x7F: "\N{SYMBOL FOR DELETE}"}
    | dict.fromkeys([*range(0x80, 0xA0), *map(ord, _BIDI), 0x2028, 0x2029, *range(0xD800, 0xE000)], _REPLACEMENT)
)

# Emoji that are joined to one sign ("woman + rocket") take other numbers of columns in other terminals.
_JOINER = "(?<=[\U0001f1e6-\U0001faff\u2190-\u2bff\ufe0f])\u200d"  # made ready when the first one comes


def clean(text: str, *, multiline: bool = True) -> str:
    r"""Make text from outside fit to keep: no control characters but \n and \t, no lone surrogates.

    Line ends become \n. With `multiline` off, line ends and tabs become one space.
    Nothing else changes: letters stay as they were typed.
    """
    text = _SURROGATE.sub(_REPLACEMENT, text)
    text = _DROPPED.sub("", _LINE_END.sub("\n", text))
    return text if multiline else re.sub(r"[\n\t]+", " ", text).strip()


def dropped(text: str) -> int:
    """Count the characters that clean() leaves out, line ends aside."""
    return len(_DROPPED.findall(_LINE_END.sub("\n", text)))


def display(text: str) -> str:
    """Make any text safe to print in one line: what a terminal would obey becomes a visible sign."""
    if text.isprintable():  # none of those below is
        return text
    return text.replace("\n", " ").replace("\t", " ").translate(_SHOWN)


def in_columns(text: str) -> str:
    """Make any text safe to print, and as wide in every terminal: joined emoji stand beside one another."""
    shown = display(text)
    return re.sub(_JOINER, "", shown) if "\u200d" in shown else shown
