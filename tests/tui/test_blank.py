"""While the screen is blank, what is typed does nothing but show it again."""

from __future__ import annotations

from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from tests.tui.conftest import opened


async def test_a_key_ends_it_and_does_nothing_else(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("ctrl+l")
        assert seat.app.is_blank
        await seat.press("n")
        assert (seat.app.is_blank, seat.screen) == (False, "HomeScreen")


async def test_the_help_has_it_and_another_key_can_be_chosen(journal: Journal) -> None:
    async with opened(journal, (120, 60), Settings(keys={"lock": "f9"})) as seat:
        await seat.press("question_mark")
        assert "Blank the screen and the scrollback" in seat.words()
        await seat.press("ctrl+l")
        assert not seat.app.is_blank
        await seat.press("f9")
        assert seat.app.is_blank
