"""Items found by a word, a number or an id; each keeps its own number, accents and case don't matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from reflect_tui.assessment import Assessment
from reflect_tui.instrument import Instrument
from reflect_tui.pages.lines import Line, line, pad, shorten, span
from reflect_tui.pages.words import score_glyph

Index = tuple[str, ...]


def fold(text: str) -> str:
    """Give a text without accents and case, as it is compared: "Één" and "een" are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def index(instrument: Instrument) -> Index:
    """Give the folded sentence and id of every item: made once, searched at every key."""
    return tuple(fold(f"{instrument.sentence(item)} {item.id}") for item in instrument.items)


def find(instrument: Instrument, texts: Index, query: str) -> list[int]:
    """Find the positions of the items that have every word, in their order.

    An item whose number or id is just what was typed comes first.
    """
    words = fold(query).split()
    exact = [place for place, item in enumerate(instrument.items) if words in ([str(place + 1)], [item.id])]
    having = [place for place, text in enumerate(texts) if all(word in text for word in words)]
    return exact + [place for place in having if place not in exact]


def rows(assessment: Assessment, places: Sequence[int], columns: int) -> list[Line]:
    """List the items at some positions: number, score, own words."""
    items = assessment.instrument.items
    digits = len(str(len(items)))
    lines = []
    for place in places:
        item = items[place]
        number = pad(str(place + 1), digits, right=True)
        own = shorten(item.text, columns - digits - 8)
        score = score_glyph(assessment.scores.get(item.id))
        lines.append(line("  ", span(number, "muted"), f"  {score}  ", own, target=item.id))
    return lines
