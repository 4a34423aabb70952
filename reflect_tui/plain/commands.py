"""What a typed line means: the letters of the screens, with what may follow them. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from reflect_tui.instrument import Scale
from reflect_tui.session import NOT_APPLICABLE, Score

Name = Literal[
    "again", "score", "several", "off_scale", "clear", "back", "on", "undo", "redo", "next_gap", "previous_gap",
    "domain_back", "domain_on", "find", "go", "note", "previous", "list", "review", "quit", "help", "example",
    "unknown",
]  # fmt: skip

_LETTERS: dict[str, Name] = {
    "x": "clear", "b": "back", "k": "back", "j": "on", "u": "undo", "r": "redo", "n": "next_gap", "N": "previous_gap",
    "[": "domain_back", "]": "domain_on", "/": "find", "g": "go", "e": "note", "E": "example", "p": "previous",
    "l": "list",
    "f": "review", "q": "quit", "?": "help",
}  # fmt: skip
_WITH_WORDS = frozenset(("find", "go", "note", "example", "undo", "redo"))
_NOT_APPLICABLE = ("0", "-")


class Command(Struct, frozen=True):
    """One line: what to do, the words that follow, and the scores that it gives."""

    name: Name
    words: str = ""
    scores: tuple[Score, ...] = ()


def parse(text: str, scale: Scale) -> Command:
    """Read a line; several digits are several scores only when all of them are on the scale."""
    line = text.strip()
    if not line:
        return Command("again")
    if line in _NOT_APPLICABLE:
        return Command("score", scores=(NOT_APPLICABLE,))
    if line.isascii() and line.isdigit():
        return _digits(line, scale)
    name = _LETTERS.get(line[0])
    words = line[1:].strip()
    if name is None or (words and not _may_follow(name, line)):
        return Command("unknown", line)
    return Command(name, words)


def _digits(line: str, scale: Scale) -> Command:
    if not all(scale.allows(int(digit)) for digit in line):
        return Command("off_scale", line)
    scores: tuple[Score, ...] = tuple(int(digit) for digit in line)
    return Command("several" if len(scores) > 1 else "score", line, scores)


def _may_follow(name: Name, line: str) -> bool:
    """Tell whether words may follow a letter: after a blank, so that a word is not taken for a command."""
    return name in _WITH_WORDS and (line[0] == "/" or line[1].isspace())
