"""What makes filling in pleasant: pauses, examples, one at a time, undo that goes there, the review as a map."""

from __future__ import annotations

import pytest
from textual.widgets import TextArea

from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.note import NoteScreen
from reflect_tui.tui.widgets.lines import Lines
from tests.tui.conftest import opened


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_complete_domain_is_told_and_costs_no_key(journal: Journal, wanted: bool) -> None:
    async with opened(journal, settings=Settings(pause_between_domains=wanted)) as seat:
        screen = await seat.begin()
        await seat.type(*"3" * 15)
        assert ("1 Conditions is complete. Next: 2 Identifying. 5 statements." in seat.text()) is wanted
        await seat.type("4")
        assert screen.assessment.scores[screen.seat.instrument.items[15].id] == 4
        assert "is complete" not in seat.text()


async def test_an_example_is_asked_for_at_a_low_score_and_typing_on_passes_it_by(journal: Journal) -> None:
    async with opened(journal, settings=Settings(ask_example=True)) as seat:
        screen = await seat.begin()
        await seat.press("3")
        assert "An example" not in seat.text()
        await seat.press("2")
        assert "An example for 2 can build a relationship" in seat.text()
        await seat.press("1", "E")
        assert isinstance(seat.app.screen, NoteScreen)
        await seat.press(*"when", "escape")
        assert dict(screen.assessment.notes) == {"neutrale-houding": "when"}
        assert screen.assessment.position == 3
        await seat.press("3")
        assert list(screen.assessment.scores.values()) == [3, 2, 1, 3]
        await seat.press("f")
        assert "1 low score has no example yet" in seat.text()


async def test_undo_in_a_note_loses_nothing(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("e", *"one", "enter", *"two")
        note = seat.app.screen
        assert isinstance(note, NoteScreen)
        area = note.query_one(TextArea)
        await seat.press("ctrl+z")
        assert area.text == "one\ntwo", "it suspends, where there is a terminal"
        await seat.press("ctrl+u")
        assert area.text == "one\n"
        assert "^r brings it back." in seat.text()
        note.keep_unfinished()
        await seat.press("ctrl+r")
        assert area.text == "one\ntwo"
        await seat.press("ctrl+r")
        assert "Nothing to redo." in seat.text()
        await seat.press("ctrl+u", "ctrl+u", "ctrl+u", "ctrl+u")
        assert area.text == ""
        assert "Nothing to undo." in seat.text()
        await seat.press("ctrl+y", "escape")
        assert dict(screen.assessment.notes) == {"toegankelijk": "one"}
        await seat.press("u")
        assert dict(screen.assessment.notes) == {"toegankelijk": "one\ntwo"}
        await seat.press("ctrl+r")
        assert dict(screen.assessment.notes) == {"toegankelijk": "one"}


async def test_what_can_be_brought_back_is_told_as_long_as_it_can(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.press("e", *"one", "ctrl+u")
        assert "^r brings it back." in seat.text()
        await seat.press("x")
        assert "brings it back" not in seat.text()


async def test_a_note_emptied_by_hand_is_brought_back_by_undo(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        text = "something that was on disk"
        await seat.press("e", *text)
        note = seat.app.screen
        assert isinstance(note, NoteScreen)
        note.keep_unfinished()
        await seat.press("f7", "delete", "escape")  # f7: all of it
        assert dict(screen.assessment.notes) == {}
        await seat.press("u")
        assert dict(screen.assessment.notes) == {"toegankelijk": text}


async def test_no_example_is_asked_for_by_itself(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.press("E")
        assert "Nothing is scored yet" in seat.text()
        await seat.press("1")
        assert "An example" not in seat.text()


async def test_one_at_a_time_on_a_key_shows_the_item_and_scores_as_ever(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("o")
        assert "statement 1 of 92" in seat.text()
        assert "Identifying" not in seat.text()
        await seat.press("3", "4", "backspace")
        assert "statement 2 of 92" in seat.text()
        assert "[4]" in seat.text()
        await seat.press("o")
        assert "Identifying" in seat.text()
        assert list(screen.assessment.scores.values()) == [3, 4]


async def test_the_order_of_the_settings_is_the_one_to_begin_with(journal: Journal) -> None:
    async with opened(journal, settings=Settings(order="single")) as seat:
        await seat.begin()
        assert "statement 1 of 92" in seat.text()
        await seat.press("o", "escape", "enter")
        assert "statement 1 of 92" in seat.text()


@pytest.mark.parametrize("order", ["list", "single"])
async def test_undo_goes_to_the_item_and_says_what_it_undid(journal: Journal, order: str) -> None:
    settings = Settings(order="single" if order == "single" else "list")
    async with opened(journal, settings=settings) as seat:
        screen = await seat.begin()
        await seat.press("3", "0", "4", "up", "x", "e", *"so", "escape", "end")
        for sentence, position in (
            ("note → none", 2),
            ("open → 4", 2),
            ("4 → open", 2),
            ("n/a → open", 1),
            ("3 → open", 0),
        ):
            await seat.press("u")
            assert f"· {sentence}." in seat.text()
            assert screen.assessment.position == position
        await seat.press("u")
        assert "Nothing to undo" in seat.text()
        assert (dict(screen.assessment.scores), dict(screen.assessment.notes)) == ({}, {})
        await seat.press("ctrl+r")
        assert "open → 3" in seat.text()


async def test_undoing_the_remark_goes_to_the_review_where_it_stands(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("3", "f", "e", *"fine", "escape", "escape", "u")
        assert seat.screen == "ReviewScreen"
        assert "Undone: remark → none." in seat.text()
        assert screen.assessment.remark == ""
        await seat.press("ctrl+r")
        assert seat.screen == "ReviewScreen"
        assert "Done again: remark → “fine”." in seat.text()
        await seat.press("u", "u")
        assert seat.screen == "AssessScreen"
        assert "3 → open" in seat.text()
        assert screen.assessment.position == 0


async def test_the_review_leads_to_any_item_it_names_by_key_and_by_mouse(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("f", "down", "down", "g")
        assert (seat.screen, screen.assessment.domain.id) == ("AssessScreen", "informatie")
        await seat.press("f")
        page = seat.app.screen.query_one("#page", Lines)
        row = next(n for n, line in enumerate(page.shown) if line.target == "neutrale-houding")
        page.scroll_to(y=max(0, row - 4), animate=False, immediate=True)
        await seat.pilot.pause()
        await seat.pilot.click(page, offset=(6, row - page.scroll_offset.y), times=2)
        await seat.press()
        assert (seat.screen, screen.assessment.current.id) == ("AssessScreen", "neutrale-houding")


async def test_the_last_gap_in_the_middle_points_to_the_review(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.type("down", *"3" * 91)
        assert "1 statement is still open" in seat.text()
        await seat.press("n", "3")
        assert "Every statement has an answer; f opens the review." in seat.text()
        await seat.press("n")
        assert "No statement is open any more: f opens the review." in seat.text()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (40, 12)])
async def test_find_filters_while_typing_and_reaches_what_is_beyond_the_window(
    journal: Journal, size: tuple[int, int]
) -> None:
    async with opened(journal, size) as seat:
        screen = await seat.begin()
        await seat.press("slash")
        assert "92 statements" in seat.text()
        await seat.press(*["down"] * 30, "enter")
        assert screen.assessment.position == 30
        await seat.press("slash", *"samenv", "enter")
        assert screen.assessment.current.id == "samenvatten"
