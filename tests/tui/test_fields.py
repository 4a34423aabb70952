"""A field shows where one writes, and the beginning of its text when one writes elsewhere."""

from __future__ import annotations

from textual.widgets import Input

from reflect_tui.store.journal import Journal
from tests.tui.conftest import opened

LONG = "a sentence that is a good deal longer than a field of the form is at eighty columns"


def _is_shown(field: Input) -> bool:
    """Tell whether one sees where one writes: at most in the blank column that ends a field."""
    return field.content_region.x <= field.cursor_screen_offset.x <= field.content_region.right


async def test_of_a_long_text_the_end_is_shown_while_one_writes_there(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("g", "x")
        field = seat.app.screen.focused
        assert isinstance(field, Input)
        assert len(field.value) < field.content_region.width
        assert field.scroll_x == 0
        field.insert_text_at_cursor(LONG)
        await seat.press()
        assert _is_shown(field)


async def test_a_long_suggestion_shows_its_end_first_and_its_beginning_once_left(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("g", "n", "enter")
        what, *_rest = seat.app.screen.query(Input)
        assert seat.app.screen.focused is what
        what.value = LONG
        await seat.press("tab", "shift+tab")
        assert what.scroll_x > 0
        assert _is_shown(what)
        await seat.press("tab")
        assert what.scroll_x == 0
