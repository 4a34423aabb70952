"""Two versions of a text, word by word: what went stands in -[ ], what came in +[ ], readable without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from reflect_tui.pages.lines import Line, Span, Style, line, paragraph, span, width

_ALIKE = 0.4  # texts with fewer words in common are shown one below the other
_TOO_MANY = 1_000_000  # pairs of words: more would take seconds to compare


def rewritten(before: str, after: str, columns: int, indent: int = 4) -> list[Line]:
    """Show how a text changed, in lines of at most `columns`: merged where the versions are alike."""
    old, new = before.split(), after.split()
    if old and new and len(old) * len(new) <= _TOO_MANY:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        if matcher.ratio() >= _ALIKE:
            return _set(list(_merged(matcher, old, new)), columns, indent)
    return [*_whole(before, "-", "low", columns, indent), *_whole(after, "+", "high", columns, indent)]


def _merged(matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            yield from (span(word) for word in old[start:end])
        else:
            yield from _marked(old[start:end], "-", "low")
            yield from _marked(new[other_start:other_end], "+", "high")


def _marked(words: Sequence[str], sign: str, style: Style) -> Iterator[Span]:
    for place, word in enumerate(words):
        opening = f"{sign}[" if place == 0 else ""
        yield span(f"{opening}{word}{']' if place == len(words) - 1 else ''}", style)


def _set(words: Sequence[Span], columns: int, indent: int) -> list[Line]:
    """Set words as lines."""
    rows: list[list[Span | str]] = [[" " * indent]]
    room = columns - indent
    for word in words:
        size = width(word.text)
        if len(rows[-1]) > 1 and size + 1 > room:
            rows.append([" " * indent])
            room = columns - indent
        if len(rows[-1]) > 1:
            rows[-1].append(" ")
            room -= 1
        rows[-1].append(word)
        room -= size
    return [line(*row) for row in rows]


def _whole(text: str, sign: str, style: Style, columns: int, indent: int) -> list[Line]:
    if not text:
        return []
    first, *rest = paragraph(text, columns, indent=indent + 2)
    return [line(" " * indent, span(sign, style), " ", *first.spans[1:]), *rest]
