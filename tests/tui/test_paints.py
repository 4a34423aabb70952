"""How often a screen is made up: once when it opens, and once more if something was read behind it."""

from __future__ import annotations

from collections import Counter

import pytest

from reflect_tui.journal import Journal
from reflect_tui.tui.screens.page import Page
from tests.tui.conftest import opened


@pytest.fixture
def paints(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the paints of every screen, by its name."""
    found: Counter[str] = Counter()
    real = Page.paint_page

    def paint_page(page: Page, columns: int, rows: int) -> None:
        found[type(page).__name__] += 1
        real(page, columns, rows)

    monkeypatch.setattr(Page, "paint_page", paint_page)
    return found


@pytest.mark.parametrize(
    ("key", "screen", "most"),
    [
        ("question_mark", "KeysScreen", 1),
        ("g", "GoalsScreen", 1),
        ("enter", "ResultsScreen", 1),
        ("c", "CompareScreen", 2),  # the row it points at says more
        ("t", "TrendsScreen", 2),  # what happened meanwhile is read behind it
        ("d", "DiffScreen", 2),  # and so is where the sessions come from
        ("h", "HistoryScreen", 2),
        ("v", "AgendaScreen", 2),
        ("r", "RemovedScreen", 2),
    ],
)
async def test_a_screen_that_opens_is_made_up_once(
    demo: Journal, paints: Counter[str], key: str, screen: str, most: int
) -> None:
    async with opened(demo) as seat:
        await seat.press("escape")
        paints.clear()
        await seat.press(key)
        assert seat.screen == screen
        assert 1 <= paints[screen] <= most, paints
