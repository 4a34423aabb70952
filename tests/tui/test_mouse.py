"""The mouse on every screen: a row is pointed at, a word of the bottom line does its action, the wheel scrolls."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from tests.snapshots.journals import IN, journal_of
from tests.tui.conftest import Seat, opened

SIZE = (80, 14)
# How to come there from Home, a word of its bottom line, and the screen that this word opens.
SCREENS = {
    "agenda": (("v",), "remark", "NoteScreen"),
    "goals": (("g",), "new", "Menu"),
    "events": (("t", "m"), "new", "EventPrompt"),
    "settings": (("comma",), "adjust", "SettingsScreen"),
    "rounds": (("o",), "new", "RoundForm"),
    "compare": (("c",), "four fields", "CompareScreen"),
    "discuss": (("c", "w"), "note", "NoteScreen"),
    "import": (("i", *IN, "enter"), "import them", "ImportScreen"),
}
ROWS = ("agenda", "settings", "compare")
LONG = ("agenda", "goals", "rounds", "compare", "discuss", "import")


@pytest.fixture
def full(tmp_path: Path, own_home: Path) -> Journal:
    """Give a journal with everything in it; files to take in lie in the home folder."""
    journal = journal_of("others", tmp_path, "en")
    (tmp_path / IN).rename(own_home / IN)
    return journal


async def click(seat: Seat, lines: Lines, row: int, column: int) -> None:
    """Click within what is in sight of a widget."""
    await seat.pilot.click(lines, offset=(column, row - lines.scroll_offset.y))
    await seat.press()


@pytest.mark.parametrize("name", SCREENS)
async def test_rows_the_bottom_line_and_the_wheel(full: Journal, name: str) -> None:
    keys, word, opens = SCREENS[name]
    async with opened(full, size=SIZE) as seat:
        await seat.press(*keys)
        screen = seat.app.screen
        assert isinstance(screen, Page)
        page, bottom = screen.page, screen.query_one("#bottom", Lines)
        if name in ROWS:
            top, end = page.scroll_offset.y, page.scroll_offset.y + page.size.height
            rows = range(top, min(end, len(page.shown)))
            other = next(n for n in rows if page.shown[n].target not in ("", page.target))
            target = page.shown[other].target
            await click(seat, page, other, 4)
            assert page.target == target
        if name in LONG:
            page.scroll_to(y=0, animate=False, immediate=True)
            await seat.pilot.pause()
            wheel = events.MouseScrollDown(page, 4, 2, 0, 1, 0, shift=False, meta=False, ctrl=False)
            page.post_message(wheel)
            await seat.press()
            assert page.scroll_offset.y > 0
        before = seat.text()
        await click(seat, bottom, 0, bottom.shown[0].text.index(f" {word}") + 1)
        assert seat.screen == opens
        assert seat.text() != before


async def test_a_panel_is_chosen_by_a_click_and_enlarged_by_another(full: Journal) -> None:
    async with opened(full) as seat:
        await seat.press("t")
        screen = seat.app.screen
        assert isinstance(screen, Page)
        row = next(n for n, line in enumerate(screen.page.shown) if "Coordinating" in line.text)
        column = screen.page.shown[row].text.index("Coordinating")
        await click(seat, screen.page, row + 3, column + 6)
        assert "▸Coordinating" in seat.text()
        assert "Support" in seat.text()
        await click(seat, screen.page, row, column + 1)
        assert "Coordinating care (if applicable): from" in seat.text()


async def double_click(seat: Seat, row: int) -> None:
    """Click twice on a row of the choice in front."""
    await seat.pilot.click(seat.app.screen.query_one("#rows", Lines), offset=(6, row), times=2)
    await seat.press()


async def test_a_form_to_export_is_chosen_by_a_double_click(full: Journal) -> None:
    async with opened(full) as seat:
        await seat.press("x")
        await double_click(seat, 0)
        assert seat.screen == "PathScreen"


async def test_an_outcome_is_chosen_by_a_double_click_and_kept_with_its_note(full: Journal) -> None:
    async with opened(full) as seat:
        await seat.press("g", "enter")
        await double_click(seat, 1)
        assert seat.screen == "GoalReviewScreen"
        await seat.press(*"Twice", "enter")
        assert seat.screen == "GoalsScreen"
        assert "Twice" in seat.text()


async def click_word(seat: Seat, part: str, word: str) -> None:
    """Click on a word in a part of the window in front."""
    lines = seat.app.screen.query_one(part, Lines)
    row = next(n for n, line in enumerate(lines.shown) if word in line.text)
    await click(seat, lines, row, lines.shown[row].text.index(word) + 1)


async def test_who_fills_in_a_new_session_is_chosen_by_a_click(full: Journal) -> None:
    async with opened(full) as seat:
        await seat.press("n")
        for role in ("colleague", "manager", "client", "self"):
            await click_word(seat, "#keys", role)
            assert f"[{role}]" in seat.text()


async def test_a_click_on_the_name_of_a_field_goes_there(full: Journal) -> None:
    async with opened(full) as seat:
        await seat.press("o", "n")
        for name, field in (("Manager", "manager"), ("Clients", "client"), ("Colleagues", "colleague")):
            await click_word(seat, f"#name-{field}", name)
            assert seat.app.screen.focused is seat.app.screen.query_one(f"#{field}")
        await seat.press(*"Sanne")
        assert seat.app.screen.query_one("#colleague", Input).value == "Sanne"
