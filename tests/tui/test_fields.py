"""A field shows where one writes, and the beginning of its text when one writes elsewhere."""

from __future__ import annotations

from textual.widgets import Input, TextArea

from reflect_tui.store.journal import Journal
from reflect_tui.tui.terminal.input_parser import InputParser
from tests.settling import settle
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


async def test_alt_and_a_letter_moves_by_words_in_a_text_and_is_an_escape_and_a_key_elsewhere(journal: Journal) -> None:
    async with opened(journal) as seat:

        async def send(data: bytes) -> None:
            for event in InputParser("utf-8").feed(data):
                seat.app.post_message(event)
            await settle(seat.app)

        await seat.press("n", "enter", "3", "e", *"two words")
        text = seat.app.screen.query_one(TextArea)
        await send(b"\x1bb")
        assert text.cursor_location == (0, 4)
        await send(b"\x1bf\x1b\x7f")
        assert (seat.screen, text.text) == ("NoteScreen", "two ")
        await send(b"\x1b3\x1bf")  # leaves the note, scores, leaves the session; there f means nothing
        assert seat.screen == "HomeScreen"
        await seat.press("enter")
        assert seat.screen == "AssessScreen"
        await send(b"\x1b\x7f")
        assert seat.screen == "HomeScreen"
