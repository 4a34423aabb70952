"""From an empty journal to a finished session, by keys alone."""

from __future__ import annotations

import subprocess
import tomllib

from msgspec import structs

from reflect_tui.model.session import dumps, relative_path
from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.assess import AssessScreen
from tests.settling import settle
from tests.tui.conftest import opened

ITEMS = 92


def scores(journal: Journal) -> dict[str, object]:
    (path,) = (journal.root / "sessions").rglob("*.toml")
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))["scores"])


def commits(journal: Journal) -> list[str]:
    command = ["git", "-C", str(journal.root), "log", "--format=%s"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[:-1]


async def test_a_first_time_user_is_told_what_to_press(journal: Journal) -> None:
    async with opened(journal) as seat:
        assert "Welcome" in seat.text()
        assert "begin your first session" in seat.text()
        assert "i   import earlier years from a spreadsheet" in seat.text()


async def test_92_digits_then_f_and_enter_make_one_commit_with_one_file(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.type(*"3" * ITEMS)
        assert seat.screen == "ReviewScreen"
        await seat.press("escape", "f", "enter")
        assert seat.screen == "ResultsScreen"
        assert "0 of 8 domains high" in seat.text()
        assert "all in history" in seat.text()
    assert list(scores(journal).values()) == [3] * ITEMS
    assert commits(journal) == ["session 2026-11-23 self: 92/92 scored, 0 of 8 high"]


async def test_a_finish_names_a_date_that_can_not_be(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.type(*"3" * ITEMS, "enter")
        assert seat.screen == "ResultsScreen"
    (made,) = journal.own()
    ahead = structs.replace(
        made,
        id=made.id.replace("2026", "2062"),
        started=made.started.replace(year=2062),
        finished=made.finished.replace(year=2062),
    )
    path = journal.root / relative_path(ahead.id)
    path.parent.mkdir()
    path.write_bytes(dumps(ahead))
    async with opened(journal) as seat:
        await seat.begin()
        await seat.type(*"3" * ITEMS, "enter")
        assert seat.screen == "MessageScreen"
        assert "Is the date right?" in seat.text()
        assert "is dated 23 Nov 2062" in seat.words()
        await seat.press("escape")
        assert seat.screen == "ResultsScreen"


async def test_the_last_answer_opens_the_review_and_never_finishes(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.type("end", "4")
        assert seat.screen == "ReviewScreen"
        assert "91 statements are still open" in seat.text()
    assert not (journal.root / "sessions").exists()


async def test_the_review_tells_that_the_last_answer_is_saved(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.press(*"3" * ITEMS)
        await settle(seat.app)
        assert seat.screen == "ReviewScreen"
        assert "92/92  ● saved" in seat.text()


async def test_what_is_typed_while_a_session_is_saved_is_for_its_results(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.type(*"3" * ITEMS)
        await seat.type("enter", "u", "h")
        assert seat.screen == "HistoryScreen"
        await seat.press("escape")
        assert seat.screen == "ResultsScreen"
    (session,) = journal.own()
    assert len(session.scores) == ITEMS


async def test_finishing_with_gaps_is_asked_first(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.press("3", "f", "enter")
        assert "Finish with open statements?" in seat.text()
        await seat.press("escape", "enter", "enter")
        assert seat.screen == "ResultsScreen"
    assert scores(journal) == {"toegankelijk": 3}


async def test_the_review_leads_back_to_the_item_one_was_at_while_that_is_open(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("3", "f", "n")
        assert screen.assessment.position == 1
        await seat.press("3", "up", "f", "n")
        assert screen.assessment.position == 2


async def test_every_key_of_entry(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("3", "0", "minus", "up", "x")
        assert dict(screen.assessment.scores) == {"toegankelijk": 3, "vertrouwensrelatie": "n/a"}
        await seat.press("u")
        assert screen.assessment.scores["neutrale-houding"] == "n/a"
        assert "Undone" in seat.text()
        await seat.press("ctrl+r")
        assert "neutrale-houding" not in screen.assessment.scores
        await seat.press("right_square_bracket")
        assert screen.assessment.domain.id == "signaleren"
        await seat.press("left_square_bracket", "n")
        assert screen.assessment.current.id == "neutrale-houding"
        await seat.press("j", "k", "backspace", "N")
        assert screen.assessment.position == ITEMS - 1
        await seat.press("9")
        assert "The scale goes from 1 to 4" in seat.text()


async def test_a_note_is_kept_on_escape_and_shown_by_a_glyph(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("e", *"goed", "enter", *"zo", "escape")
        assert dict(screen.assessment.notes) == {"toegankelijk": "goed\nzo"}
        assert "✎ goed" in seat.text()


async def test_find_goes_to_an_item_by_word_and_by_number(journal: Journal) -> None:
    async with opened(journal) as seat:
        screen = await seat.begin()
        await seat.press("slash", *"summarise", "enter")
        assert screen.assessment.current.id == "samenvatten"
        await seat.press("slash", *"92", "enter")
        assert screen.assessment.position == ITEMS - 1


async def test_an_unfinished_session_is_offered_and_goes_on_at_the_next_gap(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.begin()
        await seat.type(*"3" * 57)
    async with opened(journal) as seat:
        assert "57 of 92 — go on?" in seat.text()
        await seat.press("enter")
        screen = seat.app.screen
        assert isinstance(screen, AssessScreen)
        assert screen.assessment.position == 57
        await seat.press("u")
        assert screen.assessment.position == 56
        assert len(screen.assessment.scores) == 56


async def test_previous_scores_are_hidden_until_asked_for(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.begin()
        assert "previous:" not in seat.text()
        await seat.press("p")
        assert "previous: 3" in seat.text()
