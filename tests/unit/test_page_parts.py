"""What a narrow screen keeps: what is saved in its first words, a lead once above the statements that share it."""

from __future__ import annotations

import pytest

from reflect_tui.model import assessment, library
from reflect_tui.tui.screens.page import top_line
from reflect_tui.views.lines import Line, line, span
from reflect_tui.views.review import render_review
from tests.bundled import bundled

CONTENT = bundled(library.DEFAULT, "en")


def standing(text: str) -> Line:
    return line(span("✓ ", "accent"), span(text, "muted"))


@pytest.mark.parametrize(("columns", "shown"), [(60, "✓ saved, all in history"), (40, "✓ saved"), (28, "✓")])
def test_what_is_saved_is_said_in_as_many_words_as_there_is_room_for(columns: int, shown: str) -> None:
    text = top_line(line("Agenda · 19 Nov 2026"), standing("saved, all in history"), columns).text
    assert text.split("2026")[1].strip() == shown
    assert len(text) == columns


def test_what_waits_keeps_its_sign() -> None:
    text = top_line(line("Agenda · 19 Nov 2026"), standing("saved; 2 not yet in history"), 40).text
    assert text.endswith("✓ saved ")


@pytest.mark.parametrize("columns", [59, 79, 119])
def test_statements_with_the_same_lead_are_named_alike(columns: int) -> None:
    begun = assessment.replay(CONTENT, ())
    rows = [row.text for row in render_review(begun, columns)]
    own = [item.text for item in CONTENT.items[:7]]  # all with one stem, too long to stand before each
    stem = CONTENT.items[0].stem
    shown = [row for row in rows if any(text[:20] in row for text in own)]
    assert len({item.stem for item in CONTENT.items[:7]}) == 1
    assert len(shown) == len(own)
    assert len({row.index(text[:20]) for row, text in zip(shown, own, strict=True)}) == 1
    assert sum(stem[:30] in row for row in rows) <= 1 or columns == 119
