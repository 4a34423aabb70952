"""Text from people, made safe to set in a document: nothing in it steers a terminal, a browser or a reader's eye."""

from __future__ import annotations

import re

from reflect_tui.text import display

# Code points that are no characters (Unicode 23.7): HTML and PDF can't hold them.
_LAST_TWO = "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_NO_CHARACTER = re.compile(f"[\ufdd0-\ufdef{_LAST_TWO}]")
_BREAK = re.compile(r"\r\n?|\n")


def one_line(text: str) -> str:
    """Give a text in one line, control characters and marks that reorder text made visible."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", display(text)).strip()


def paragraphs(text: str) -> str:
    """Give a text whose lines stay lines, otherwise as one_line()."""
    return "\n".join(one_line(line) for line in _BREAK.split(text.strip()))
