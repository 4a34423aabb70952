"""A screen that opens is painted once, and again for what is read behind it; one that is in front again, once."""

from __future__ import annotations

import pytest

from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.services.journal import JournalRead
from tests.tui.conftest import Seat, opened

READ_BEHIND = 1
OPENED = {
    "question_mark": 0,
    "g": 0,
    "o": 0,
    "t": READ_BEHIND,  # events
    "d": READ_BEHIND,  # where both sessions come from
    "h": READ_BEHIND,  # the versions
    "c": READ_BEHIND,  # the agenda
    "v": READ_BEHIND,  # the agenda
    "comma": READ_BEHIND,  # the file of the settings
}


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of the screens that were painted, in turn."""
    names: list[str] = []
    paint = Page.paint

    def counted(page: Page) -> None:
        if page.is_laid_out:
            names.append(type(page).__name__)
        paint(page)

    monkeypatch.setattr(Page, "paint", counted)
    return names


async def test_a_screen_is_painted_once_when_it_opens_and_once_when_it_is_in_front_again(
    demo: Journal, painted: list[str]
) -> None:
    async with opened(demo) as seat:
        for key, behind in OPENED.items():
            painted.clear()
            await seat.press(key)
            front = seat.screen
            assert front != "HomeScreen"
            assert painted == [front] * len(painted)
            assert 1 <= len(painted) <= 1 + behind, (key, painted)
            painted.clear()
            await seat.press("escape")
            assert painted == ["HomeScreen"]


async def test_a_window_of_another_size_is_painted_once(demo: Journal, painted: list[str]) -> None:
    async with opened(demo) as seat:
        await seat.press("d")
        painted.clear()
        await seat.pilot.resize_terminal(100, 30)
        while "DiffScreen" not in painted:  # the change of size is told a moment later
            await seat.pilot.pause(0.01)
        await seat.press()
        assert painted.count("DiffScreen") == 1


async def test_a_finished_session_paints_its_results_and_no_page_that_closes_or_lies_below(
    journal: Journal, painted: list[str]
) -> None:
    async with opened(journal) as seat:
        await seat.press("n", "enter", "3", "f", "enter")
        painted.clear()
        await seat.press("enter")
        assert seat.screen == "ResultsScreen"
        assert {*painted} == {"ReviewScreen", "ResultsScreen"}
        painted.clear()
        await seat.press("escape")
        assert painted == ["HomeScreen"]


async def test_what_changes_behind_a_question_is_seen_after_it(demo: Journal, painted: list[str]) -> None:
    async with opened(demo) as seat:
        await seat.press("ctrl+c")
        await _painted_while_covered(seat)
        painted.clear()
        await seat.press("escape")
        assert painted == ["HomeScreen"]


async def _painted_while_covered(seat: Seat) -> None:
    assert seat.screen == "QuitQuestion"
    seat.app.post_message(JournalRead(seat.app.state))
    await seat.press()
