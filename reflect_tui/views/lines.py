"""Styled text that is safe to show: spans, lines, and fitting them to columns.

Every text of a page passes in_columns() here, so nothing from a file can reach a terminal or a widget as a command.
A style is a role ("muted", "accent"); the screen gives it a colour, plain output leaves it out.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal

from msgspec import Struct

from reflect_tui.text import in_columns

Style = Literal["text", "muted", "faint", "strong", "accent", "high", "low", "warning", "title", "key"]
ELLIPSIS = "…"
_TOGETHER = (  # made ready by the first text that is wrapped
    r"\b\d{1,2} [^\W\d_]{3,9} \d{4}\b|\bp [<=] [\d.,]*\d|[●◆■△▽◇] \d+ \w+"  # a date, a chance, a sign and whose it is
    r"|\d \(n=\d+\)|\(\d+ \w+\)"  # a mean and its n, how many people
    r"|(?<![\d.,])\d{1,3} [^\W\d_]{2,3} \d{1,3}\b(?! [^\W\d_]{3,9} \d{4}|[.,]\d)"  # a range or a part, no date
)
_JOINT = chr(0xFDD0)  # no character, so no text has it; it takes one column
# Latin letters, punctuation, arrows, keys, lines and blocks take one column each: counted without tables.
_ONE_COLUMN = re.compile(r"[ -~\xa0-\u02ff\u2010-\u2027\u2190-\u21ff\u232b\u23ce\u2500-\u25fc\u270c-\u2727]*")


class Span(Struct, frozen=True):
    """A piece of a line in one style; `action` is what a click on it does."""

    text: str
    style: Style = "text"
    action: str = ""


class Line(Struct, frozen=True):
    """One row of the screen; `target` says what the row is about, for the cursor and the mouse."""

    spans: tuple[Span, ...] = ()
    target: str = ""

    @property
    def text(self) -> str:
        """The line without its styles."""
        return "".join(span.text for span in self.spans)

    @property
    def width(self) -> int:
        """The columns that the line takes."""
        return width(self.text)

    def __add__(self, other: Line) -> Line:
        """Join two lines; the first target that says something stays."""
        return Line(self.spans + other.spans, self.target or other.target)


EMPTY = Line()


def span(text: str, style: Style = "text", action: str = "") -> Span:
    """Make a span of any text, safe to show."""
    return Span(in_columns(text), style, action)


def line(*parts: Span | str, target: str = "") -> Line:
    """Make a line of spans and plain texts."""
    return Line(tuple(part if isinstance(part, Span) else span(part) for part in parts), target)


def width(text: str) -> int:
    """Count the columns that a text takes."""
    if _ONE_COLUMN.fullmatch(text):
        return len(text)
    import wcwidth  # noqa: PLC0415 -- its tables take time to load, and the first paint has no need of them

    return wcwidth.width(text)


def fit(text: str, columns: int) -> str:
    """Make a text exactly `columns` wide: padded, or cut after a whole word with an ellipsis."""
    return pad(shorten(text, columns), columns)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill a text up with blanks, on its left side when `right`."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def shorten(text: str, columns: int) -> str:
    """Cut a text that is too wide after a whole word, and say so with an ellipsis."""
    text = in_columns(text)
    if width(text) <= columns:
        return text
    if columns <= 1:
        return ELLIPSIS[:columns]
    room = columns - 1
    kept = ""
    for word in re.findall(r" *[^ ]+", text):
        if width(kept + word) > room:
            break
        kept += word
    if width(kept) < columns // 3:  # one very long word: better half of it than nothing
        import wcwidth  # noqa: PLC0415 -- as above

        kept = wcwidth.clip(text, 0, room)
    return kept.rstrip(" ,;:") + ELLIPSIS


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most `columns`, between words; its own line ends stay.

    A word is broken only when it is too long for a line, then after a slash, not at its hyphens: a path or a command
    is copied as it is.
    A date stays on one line, as do a sign with its number, a mean with its n, and a range.
    """
    return list(_wrapped(text, max(1, columns)))


@lru_cache(maxsize=256)  # stems and statements are set anew for every key
def _wrapped(text: str, columns: int) -> tuple[str, ...]:
    broken: list[str] = []
    for paragraph in map(in_columns, text.split("\n")):
        joined = re.sub(
            _TOGETHER,
            lambda found: found[0].replace(" ", _JOINT) if width(found[0]) <= columns else found[0],
            paragraph,
        )
        plain_letters = _ONE_COLUMN.fullmatch(paragraph) and "\xa0" not in paragraph
        broken.extend((_broken_simply(joined, columns) if plain_letters else None) or _broken(joined, columns) or [""])
    return tuple(row.replace(_JOINT, " ") for row in broken)


def _broken_simply(text: str, columns: int) -> list[str] | None:
    """Break a text between words that take a column a letter; None when a word is too long for a line."""
    if any(len(word) > columns for word in text.split()):
        return None
    return textwrap.wrap(text, columns, break_on_hyphens=False)


def _broken(text: str, columns: int) -> list[str]:
    import wcwidth  # noqa: PLC0415 -- as above

    words = (part for word in text.split(" ") for part in by_slashes(word, columns))
    return wcwidth.wrap(" ".join(words), columns, break_on_hyphens=False)


def by_slashes(word: str, columns: int) -> list[str]:
    """Part a path that is too long for a line after its slashes, each part as long as a line takes."""
    if width(word) <= columns:
        return [word]
    parts = [""]
    for step in re.findall("[^/]*/|[^/]+$", word):
        if parts[-1] and width(parts[-1] + step) > columns:
            parts.append("")
        parts[-1] += step
    return parts


def paragraph(text: str, columns: int, style: Style = "text", indent: int = 0) -> list[Line]:
    """Set a text as indented lines of one style."""
    return [line(" " * indent, span(part, style)) for part in wrap(text, columns - indent)]


def paragraphs(texts: Iterable[str], columns: int, style: Style = "text", indent: int = 0) -> list[Line]:
    """Set texts below each other, each as a paragraph."""
    return [row for text in texts for row in paragraph(text, columns, style, indent)]


def hanging(label: Line, text: str, columns: int, style: Style = "text") -> list[Line]:
    """Set a text behind a label, each further line below its first word; the label's target stays with the first."""
    first, *rest = paragraph(text, columns, style, label.width)
    return [label + Line(first.spans[1:]), *rest]


def in_runs(glyphs: Iterable[str], style_of: Callable[[str], Style]) -> tuple[Span, ...]:
    """Make spans of glyphs, one for as many neighbours as have the same style."""
    return tuple(span("".join(run), style) for style, run in groupby(glyphs, style_of))


def joined(parts: Iterable[str], columns: int, between: str = " · ") -> list[str]:
    """Set parts side by side with a dot between them, in rows that are broken between parts only."""
    rows: list[str] = []
    for part in parts:
        if rows and width(f"{rows[-1]}{between}{part}") <= columns:
            rows[-1] += f"{between}{part}"
        else:
            rows.append(part)
    return rows


def between(left: Line, right: Line, columns: int) -> Line:
    """Put two lines on one row, left and right; the left one gives way."""
    room = columns - right.width
    shown = cut(left, room - 1)
    return shown + line(" " * (room - shown.width)) + right


def cut(whole: Line, columns: int) -> Line:
    """Cut a line to a width, within the span where it gets too wide."""
    if whole.width <= columns:
        return whole
    kept: list[Span] = []
    room = columns
    for part in whole.spans:
        size = width(part.text)
        if size > room:
            kept.append(Span(shorten(part.text, room), part.style, part.action))
            break
        kept.append(part)
        room -= size
    return Line(tuple(kept), whole.target)


def rule(columns: int) -> Line:
    """Draw a thin line across."""
    return line(span("─" * columns, "faint"))


def titled_rule(title: str, columns: int) -> Line:
    """Draw a thin line across with a title in it."""
    if not title:
        return rule(columns)
    title = shorten(title, max(0, columns - 6))
    return line(
        span("─ ", "faint"), span(title, "title"), span(" " + "─" * max(0, columns - 3 - width(title)), "faint")
    )


def heading(text: str) -> Line:
    """Set a heading within a page."""
    return line("  ", span(text, "title"))


def nothing_yet(title: str, texts: Iterable[str], columns: int) -> list[Line]:
    """Fill a page that has nothing to show: what is not there, and how to get it."""
    lines = [EMPTY, line("    ", span(title, "title"))]
    for text in texts:
        lines += [EMPTY, *paragraph(text, min(columns - 4, 76), indent=4)]
    return lines


def plain(lines: Sequence[Line]) -> str:
    """Join lines as text for a pipe or a log."""
    return "\n".join(row.text.rstrip() for row in lines)
