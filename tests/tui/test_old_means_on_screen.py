"""Old means by keys: corrected, removed, and brought back."""

from __future__ import annotations

from pathlib import Path

from reflect_tui.store import importing
from reflect_tui.store.journal import Journal
from tests.tui.conftest import opened
from tests.unit.spreadsheet_examples import means_rows, put, workbook


async def test_without_old_means_their_page_says_how_they_come_in(demo: Journal) -> None:
    async with opened(demo) as seat:
        await seat.press("t", "M")
        shown = seat.words()
        assert "They come in with a spreadsheet: i on the list of sessions, or reflect-tui import FILE." in shown


async def test_old_means_are_corrected_and_removed_by_keys(journal: Journal, tmp_path: Path) -> None:
    for candidate in importing.examine(journal, [put(tmp_path / "past.xlsx", workbook({"a": means_rows()}))]):
        importing.save(journal, candidate)
    journal.record()
    async with opened(journal) as seat:
        await seat.press("t", "M")
        assert "14 Nov 2019: Conditions 2.75 · Identifying 2.75" in seat.words()
        await seat.press("a", "down", "enter", *["backspace"] * 4, "3", ",", "5", "enter")
        assert "Conditions 2.75 · Identifying 3.50" in seat.words()
        await seat.press("u")
        assert "Conditions 2.75 · Identifying 2.75" in seat.words()
        await seat.press("delete")
        assert journal.references.all() == ()
        assert "No old means yet" in seat.text()
        await seat.press("u")
        assert "14 Nov 2019" in seat.text()
    (document,) = journal.references.all()
    assert document.value
    assert set(document.value.means.values()) == {2.75}
