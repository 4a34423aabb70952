"""Writing a note in the pane: every line and letter arrives, none is cut off, and too much is told."""

from __future__ import annotations

import time

import pytest
from textual import events
from textual.app import ComposeResult
from textual.widgets import TextArea

from reflect_tui.model.assessment import EditNote
from reflect_tui.model.session import MAX_NOTE, MAX_NOTES
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.assess import AssessScreen
from reflect_tui.tui.screens.form import FormScreen
from reflect_tui.tui.screens.note import NoteScreen
from tests.tui.conftest import Seat, opened


async def paste(seat: Seat, text: str) -> None:
    seat.app.post_message(events.Paste(text))
    await seat.press()


async def test_letters_typed_faster_than_the_pane_opens_all_arrive(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        for key in ("e", *"abc", "enter", *"3d"):
            seat.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await seat.press()
        await seat.press("escape")
        assert dict(screen.assessment.notes) == {"toegankelijk": "abc\n3d"}
        assert dict(screen.assessment.scores) == {}


async def test_words_typed_faster_than_the_search_opens_find_the_item(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        for key in ("slash", *"92", "enter"):
            seat.app.post_message(events.Key(key, "/" if key == "slash" else key if len(key) == 1 else None))
        await seat.press()
        await seat.press()
        assert screen.assessment.position == 91


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
async def test_a_paste_of_several_lines_is_kept_whole(journal: Journal, ends: str) -> None:
    lines = ["Één", "  indented\tby a tab", "", "日本語 👩‍⚕️", "q u 3 /"]
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("e")
        await paste(seat, ends.join(lines))
        await seat.press("escape")
        assert dict(screen.assessment.notes) == {"toegankelijk": "\n".join(lines)}
        assert dict(screen.assessment.scores) == {}
    (draft,) = journal.drafts.all()
    assert isinstance(draft, Draft)
    assert draft.acts == (EditNote("toegankelijk", "\n".join(lines)),)


async def test_a_note_that_is_too_long_stays_in_the_pane_whole(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("e", *"old", "escape", "e")
        assert f"3 / {MAX_NOTE}" in seat.text()
        await paste(seat, "é" * (MAX_NOTE // 2))
        assert "3 bytes too many: shorten it" in seat.text()
        await seat.press("escape")
        assert "This is too long" in seat.text()
        await seat.press("escape")
        assert seat.app.screen.query_one(TextArea).text == "old" + "é" * (MAX_NOTE // 2)
        await seat.press(*["backspace"] * 2, "escape")
        assert len(screen.assessment.notes["toegankelijk"].encode()) == MAX_NOTE - 1
        await seat.press("e", "a", "b", "escape", "enter")
        assert isinstance(seat.app.screen, AssessScreen)
        assert len(screen.assessment.notes["toegankelijk"].encode()) == MAX_NOTE - 1


async def test_the_notes_of_a_session_share_their_room(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        for _item in range(MAX_NOTES // MAX_NOTE):
            await seat.press("e")
            seat.app.screen.query_one(TextArea).text = "x" * MAX_NOTE
            await seat.press("escape", "down")
        await seat.press("e")
        assert f"0 / {MAX_NOTES % MAX_NOTE}" in seat.text()
        seat.app.screen.query_one(TextArea).text = "x" * (MAX_NOTES % MAX_NOTE + 1)
        await seat.press("escape")
        assert "This is too long" in seat.text()
        await seat.press("enter")
        assert len(screen.assessment.notes) == MAX_NOTES // MAX_NOTE
        await seat.press("f", "e")
        assert f"0 / {MAX_NOTES % MAX_NOTE}" in seat.text()


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (120, 40)])
async def test_the_pane_shows_its_keys_at_every_size(journal: Journal, size: tuple[int, int]) -> None:
    async with opened(journal, size) as seat:
        await seat.begin()
        await seat.press("e", "a")
        screen = seat.app.screen
        assert isinstance(screen, NoteScreen)
        keys = screen.query_one("#keys").region
        assert keys.bottom <= size[1]
        assert screen.query_one(TextArea).size.height >= 1
        assert "esc" in seat.text()


@pytest.mark.parametrize("slow", [False, True])
async def test_keys_typed_faster_than_a_form_opens_reach_it_in_order(
    journal: Journal, slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = FormScreen.compose

    def compose_late(form: FormScreen[object]) -> ComposeResult:
        time.sleep(0.2)
        return compose(form)

    if slow:
        monkeypatch.setattr(FormScreen, "compose", compose_late)
    async with opened(journal) as seat:
        await seat.press("o")
        for key in ("n", "tab", "w", "escape"):
            seat.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await seat.press()
        await seat.press()
        assert "Make no round?" in seat.text()
        await seat.press("escape")
        form = seat.app.screen
        assert isinstance(form, FormScreen)
        assert form.texts()["manager"] == "w"
        assert form.texts()["about"] == ""


async def test_of_keys_typed_in_one_go_each_goes_to_the_window_that_those_before_it_open(demo: Journal) -> None:
    async with opened(demo) as seat:
        for key in ("g", "n", "enter", "b", "escape", "escape", "c"):
            seat.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await seat.press()
        await seat.press()
        form = seat.app.screen
        assert isinstance(form, FormScreen)
        assert form.texts()["what"] == "bc"
