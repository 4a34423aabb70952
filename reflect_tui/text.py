"""Untrusted text: clean() on the way in, display() on the way out."""

from __future__ import annotations

import codecs
import re
import unicodedata

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


# Signs for an output that has no Unicode: each becomes ASCII of the same width, so columns stay columns.


NAME = "reflect_tui.ascii"
"""The error handler under which Python's codecs know this module, once register() was called."""

_GLYPHS = {
    "●": "*", "○": "o", "◆": "#", "◇": "+", "┄": "-", "─": "-", "━": "=", "╋": "|", "┼": "+", "·": ".",
    "├": "|", "┤": "|", "│": "|", "└": "+", "┬": "+", "┴": "+", "▲": "^", "▼": "v", "✓": "+", "✎": "n", "▸": ">",
    "–": "-", "—": "-", "…": "~", "→": ">", "←": "<", "↑": "^", "↓": "v", "‘": "'", "’": "'", "“": '"', "”": '"',
    "•": "*", "⏎": "<", "⌫": "<", "▕": "|", "▏": "|", "▎": "|",
    "◌": "o", "◉": "@", "■": "M", "◐": "%", "∅": "0", "▾": "v", "≈": "~", "×": "x", "□": "=", "△": "A",
    "⇧": "^", "§": "S", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
}  # fmt: skip
_BLOCKS = range(0x2500, 0x25A0)  # lines and blocks: scrollbars, borders, charts
_BRAILLE = range(0x2800, 0x2900)


def register() -> None:
    """Make the error handler known to Python's codecs under NAME."""
    codecs.register_error(NAME, _replace)


def charset(wish: str, own: str) -> str:
    """Give the encoding to write in: what the user wishes ("unicode", "ascii"), else the output's own."""
    if wish:
        return "utf-8" if wish == "unicode" else "ascii"
    try:
        return codecs.lookup(own).name
    except LookupError:
        return "ascii"


def is_unicode(encoding: str) -> bool:
    """Tell whether an encoding has every sign."""
    return encoding.lower().replace("_", "-").startswith("utf")


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return ascii_of(error.object[error.start : error.end]), error.end


def ascii_of(text: str) -> str:
    """Write a text in ASCII that takes as many columns: an emoji of two columns becomes "??"."""
    import wcwidth  # noqa: PLC0415 -- only for an output that needs it: its tables take time to load

    return "".join(_sign(sign, wcwidth.width(sign)) for sign in wcwidth.iter_graphemes(text))


def _sign(grapheme: str, columns: int) -> str:
    """Write one sign, which may be several characters: é without its accent, a family of emoji as one."""
    if not columns:
        return ""
    first = grapheme[0]
    plain = _GLYPHS.get(first) or unicodedata.normalize("NFKD", first)[0]
    if not (plain.isascii() and plain.isprintable()):
        plain = "#" if ord(first) in _BLOCKS else "." if ord(first) in _BRAILLE else "?"
    return plain * columns
