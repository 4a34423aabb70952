"""An old paper form by keys: its day, its rows read back, and a draft that keeps every row."""

from __future__ import annotations

from datetime import date

from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.screenshots import fixed_clock
from tests.tui.conftest import opened

DAY = date(2023, 11, 14)


async def test_a_form_is_typed_over_in_rows_that_are_read_back(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("n", "d", *"2027-01-01", "enter")
        assert "1 Jan 2027 is still to come" in seat.text()
        await seat.press(*["backspace"] * 10, *"14-11-2023", "enter")
        assert "[14 Nov 2023, an old paper form]" in seat.text()
        await seat.press("down", "enter")
        assert "14 Nov 2023 · from paper" in seat.text()
        assert "r row" in seat.text()
        number = 0
        domains = [len(domain.items) for domain in journal.library.new("digcomp").domains]
        for count in domains:
            await seat.press("r", *"3" * (count - 1))
            assert "1 more to come." in seat.text()
            await seat.press("enter")  # not yet whole
            assert seat.screen == "RowScreen"
            await seat.press("4", "enter")
            number += count
            (draft,) = journal.drafts.all()
            assert isinstance(draft, Draft)
            if number < sum(domains):
                assert f"{number}/21" in seat.text()
        assert seat.screen == "ReviewScreen"
        await seat.press("enter")
        assert "Entered later, on" in seat.text()
    (session,) = journal.own()
    assert session.started.date() == DAY
    assert session.entered == fixed_clock().now().replace(microsecond=0)
    assert sum(score == 4 for score in session.scores.values()) == len(domains)


async def test_a_row_half_typed_outlives_every_end_and_escape_asks(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("n", "down", "enter", "r", *"33")
        (typed,) = journal.typed.all()  # on the disk: no kill costs it
        assert "33" in typed.fields.values()
    async with opened(journal) as seat:
        await seat.press("enter", "r")
        assert seat.app.screen.query_one("#row").value == "33"  # type: ignore[attr-defined]
        assert "What you typed before is still here." in seat.text()
        await seat.press("escape", "escape")
        assert seat.app.screen.query_one("#row").value == "33"  # type: ignore[attr-defined]
        await seat.press("escape", "enter", "r")
        assert seat.app.screen.query_one("#row").value == ""  # type: ignore[attr-defined]
        await seat.press(*"222", "enter")
        assert journal.typed.all() == ()


async def test_a_row_begins_with_what_is_scored_and_undo_takes_it_back(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("n", "down", "enter", "2", "0", "r")
        assert seat.app.screen.query_one("#row").value == "20"  # type: ignore[attr-defined]
        await seat.press("4", "enter")
        assert "3/21" in seat.text()
        await seat.press("u")
        assert "2/21" in seat.text()
        await seat.press("r", "escape")
        assert "2/21" in seat.text()


async def test_today_takes_the_day_of_a_form_away_again(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("n", "d", *"2023-11-14", "enter", "d")
        await seat.press(*fixed_clock().now().date().isoformat(), "enter")
        assert "[today]" in seat.text()
