"""The key caps of the scale: what to press, what it means, and which answer was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from reflect_tui.i18n import _, current
from reflect_tui.instrument import Scale
from reflect_tui.pages.lines import Line, Span, Style, line, shorten, span, width
from reflect_tui.session import NOT_APPLICABLE, Score

LONGEST = 40  # columns: a longer word of a scale is shortened


class Cap(Struct, frozen=True):
    """A key cap: the key, its word, whether it is the answer given, and what it does."""

    key: str
    word: str
    chosen: bool
    action: str

    def spans(self, gap: int, room: int) -> list[Span]:
        """Draw it with at most `room` columns for the word, and a gap behind it."""
        word = f" {shorten(self.word, room)}" if room else ""
        cap = f"[{self.key}]" if self.chosen else f" {self.key} "
        style: Style = "strong" if self.chosen else "text"
        return [span(cap, "key", self.action), span(word, style, self.action), span(" " * gap)]


def caps(
    scale: Scale, score: Score | None, columns: int, keys: Mapping[str, str] | None = None, left: int = 2
) -> list[Line]:
    """Draw the key caps: every point of the scale with its word, and n/a; the chosen one is marked.

    `keys` are those of other actions than the digits, by the action. A long scale takes two rows, so that every
    point keeps its word.
    """
    return list(_caps(scale, score, columns, tuple((keys or {}).items()), left, current()))


@lru_cache(maxsize=32)  # a key asks for one of as many as there are points
def _caps(
    scale: Scale, score: Score | None, columns: int, keys: tuple[tuple[str, str], ...], left: int, _language: str
) -> Sequence[Line]:
    drawn = _drawn(scale, score, dict(keys))
    for gap in (5, 3, 2):
        parts = [part for cap in drawn for part in cap.spans(gap, LONGEST)]
        one = line(" " * left, *parts[:-1])
        if one.width <= columns - 1:
            return [one]
    half = -(-len(drawn) // 2)
    room = max(0, (columns - left) // half - 5)
    return [_row(drawn[:half], room, left), _row(drawn[half:], room, left)]


def _drawn(scale: Scale, score: Score | None, keys: Mapping[str, str]) -> list[Cap]:
    """Give the caps; where the key is no digit, the digit stands before its word."""
    drawn = []
    for point in scale.points:
        value = str(point.value)
        key = keys.get(f"score({value})", value)
        word = point.label if key == value else f"{value} {point.label}"
        drawn.append(Cap(key, word, score == point.value, f"score({value})"))
    key = keys.get("not_applicable", "0")
    return [*drawn, Cap(key, _("n/a"), score == NOT_APPLICABLE, "not_applicable")]


def _row(drawn: Sequence[Cap], room: int, left: int) -> Line:
    """Set caps in columns, so that two rows stand below each other."""
    spans: list[Span] = []
    for cap in drawn:
        parts = cap.spans(0, room)
        spans += [*parts, span(" " * max(1, room + 5 - sum(width(part.text) for part in parts)))]
    return line(" " * left, *spans[:-1])
