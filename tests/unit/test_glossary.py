"""One word for one thing: the Dutch texts keep to the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "reflect_tui/locales/nl/LC_MESSAGES/reflect_tui.po"


def avoided() -> list[str]:
    """The words of the last column."""
    rows = [line.split("|") for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()]
    cells = [row[4].strip() for row in rows if len(row) > 5 and row[1].strip() not in ("English", "---")]
    return [word for cell in cells for word in cell.split(", ") if word]


def dutch() -> dict[str, str]:
    """Every Dutch text without what stands in it for a value, by its English."""
    with CATALOGUE.open("rb") as file:
        messages = list(read_po(file, locale="nl"))
    texts = {}
    for message in messages:
        for text in [message.string] if isinstance(message.string, str) else message.string or ():
            texts[text] = re.sub(r"\{[^}]*\}", "", text)
    return texts


def test_the_glossary_names_words_to_avoid() -> None:
    assert {"journaal", "item", "uitspraak", "in geschiedenis"} <= set(avoided())


@pytest.mark.parametrize("word", avoided())
def test_no_dutch_text_has_a_word_that_the_glossary_avoids(word: str) -> None:
    found = [text for text, bare in dutch().items() if re.search(rf"\b{word}\b", bare, re.IGNORECASE)]
    assert found == []
