"""One word for one thing: the Dutch texts keep to the glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "reflect_tui/locales/nl/LC_MESSAGES/reflect_tui.po"


LANGUAGES = {"nl": 4, "en": 5}
"""The column of the glossary that names what a language avoids."""


def avoided(language: str) -> list[str]:
    """The words that no text in a language has."""
    rows = [line.split("|") for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()]
    column = LANGUAGES[language]
    cells = [row[column].strip() for row in rows if len(row) > column + 1 and row[1].strip() not in ("English", "---")]
    return [word for cell in cells for word in cell.split(", ") if word]


def texts(language: str) -> dict[str, str]:
    """Every text in a language, and the same without what stands in it for a value."""
    with CATALOGUE.open("rb") as file:
        messages = list(read_po(file, locale="nl"))
    said = [message.string if language == "nl" else message.id for message in messages]
    every = (text for one in said for text in ([one] if isinstance(one, str) else one or ()))
    return {text: re.sub(r"\{[^}]*\}", "", text) for text in every}


def test_the_glossary_names_words_to_avoid() -> None:
    assert {"journaal", "item", "uitspraak", "in geschiedenis"} <= set(avoided("nl"))
    assert {"item", "items", "taken in"} <= set(avoided("en"))


@pytest.mark.parametrize(
    ("language", "word"), [(language, word) for language in LANGUAGES for word in avoided(language)]
)
def test_no_text_has_a_word_that_the_glossary_avoids(language: str, word: str) -> None:
    found = [text for text, bare in texts(language).items() if re.search(rf"\b{word}\b", bare, re.IGNORECASE)]
    assert found == []
