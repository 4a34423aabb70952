"""Glyphs for an output that has no Unicode: each becomes one ASCII character, so columns stay columns."""

from __future__ import annotations

import codecs
import unicodedata

NAME = "reflect_tui.ascii"
_GLYPHS = {
    "●": "*", "○": "o", "◆": "#", "◇": "+", "┄": "-", "─": "-", "━": "=", "╋": "|", "┼": "+", "·": ".",
    "├": "|", "┤": "|", "│": "|", "└": "+", "┬": "+", "▲": "^", "▼": "v", "✓": "+", "✎": "n", "▸": ">",
    "–": "-", "—": "-", "…": "~", "→": ">", "←": "<", "‘": "'", "’": "'", "“": '"', "”": '"', "•": "*",
}  # fmt: skip


def register() -> None:
    """Make the error handler known to Python's codecs under NAME."""
    codecs.register_error(NAME, _replace)


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_ascii, error.object[error.start : error.end])), error.end


def _ascii(character: str) -> str:
    if character in _GLYPHS:
        return _GLYPHS[character]
    plain = unicodedata.normalize("NFKD", character)[0]  # é without its accent
    return plain if plain.isascii() else "?"
