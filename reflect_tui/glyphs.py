"""Signs for an output that has no Unicode: each becomes ASCII of the same width, so columns stay columns."""

from __future__ import annotations

import codecs
import unicodedata

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
