"""What a paste could not bring is told wherever one can type: control characters, and what is far too long."""

from __future__ import annotations

import shutil

import pytest
from textual.events import Paste
from textual.widgets import Input, TextArea

from reflect_tui.model.session import MAX_NOTE
from reflect_tui.store.journal import Journal
from reflect_tui.tui.services.editor import REFUSED
from reflect_tui.tui.widgets.text import Field
from tests.tui.conftest import Seat, opened

# How to come to each place to write from Home, on the demo journal.
PLACES = {
    "Home's filter": ("slash",),
    "a note": ("n", "enter", "escape", "e"),
    "find": ("n", "enter", "escape", "slash"),
    "a reason": ("home", "enter", "a"),
    "a point of the agenda": ("v", "n"),
    "a remark of the agenda": ("v", "e"),
    "a goal": ("g", "e"),
    "what came of a goal": ("g", "enter", "enter"),
    "an event": ("t", "m", "n"),
    "a setting": ("comma", "home", "down", "down", "down", "enter"),
    "a path": ("g", "x"),
}


async def paste(seat: Seat, text: str) -> None:
    field = seat.app.screen.focused
    assert isinstance(field, (Input, TextArea))
    field.post_message(Paste(text))
    await seat.press()


@pytest.mark.parametrize("place", PLACES)
async def test_control_characters_left_out_are_told(demo: Journal, place: str) -> None:
    async with opened(demo) as seat:
        await seat.press(*PLACES[place])
        await paste(seat, "a\x1b[31mb\x07")
        field = seat.app.screen.focused
        written = field.text if isinstance(field, TextArea) else field.value if isinstance(field, Input) else ""
        assert "a[31mb" in written
        assert "2 control characters were left out." in seat.words()


@pytest.mark.parametrize("place", PLACES)
async def test_a_paste_without_end_is_refused_and_kept_in_a_private_file(demo: Journal, place: str) -> None:
    async with opened(demo) as seat:
        await seat.press(*PLACES[place])
        is_note = isinstance(seat.app.screen.focused, TextArea)
        text = "line\n" + "x" * (2 * MAX_NOTE if is_note else Field.LONGEST)
        await paste(seat, text)
        (path,) = (demo.state / "refused").iterdir()
        assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == (text, 0o600)
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert "nothing was pasted. The text is kept in" in seat.words()
        assert str(path) in seat.words().replace(" ", "")
        await seat.press("escape")
        assert isinstance(seat.app.screen.focused, (Input, TextArea)), "one goes on where one was"


async def test_only_the_last_texts_are_kept_and_what_cannot_be_kept_is_told(demo: Journal) -> None:
    folder = demo.state / "refused"
    folder.mkdir(parents=True)
    for number in range(30):
        (folder / f"2026-01-01T0000{number:02}-old.txt").touch()
    async with opened(demo) as seat:
        await seat.press("slash")
        await paste(seat, "x" * (Field.LONGEST + 1))
        assert len([*folder.iterdir()]) == REFUSED
        assert not (folder / "2026-01-01T000010-old.txt").exists()
        await seat.press("escape")
        shutil.rmtree(folder)
        folder.touch()
        await paste(seat, "x" * (Field.LONGEST + 1))
        assert "This could not be done" in seat.words()


async def test_the_filter_tells_it_until_it_is_closed(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("slash")
        await paste(seat, "\x07self")
        assert "1 control character was left out." in seat.text()
        await seat.press("enter")
        assert "left out" not in seat.text()
