"""Scores that may be somebody else's: asked about before they come in."""

from __future__ import annotations

from pathlib import Path

from reflect_tui.store.journal import Journal
from tests.tui.conftest import opened
from tests.unit.spreadsheet_examples import DIGCOMP, Row, content, csv


async def test_scores_beside_a_name_come_in_only_when_all_are_said_to_be_ones_own(
    journal: Journal, tmp_path: Path
) -> None:
    rows: list[Row] = [["id", "2023-11-14"], *([item.id, 3] for item in content(DIGCOMP).items)]
    file = tmp_path / "past.csv"
    file.write_text(csv([["Ingevuld", "A. Bos"], *rows]), encoding="utf-8")
    async with opened(journal) as seat:
        await seat.press("i")
        seat.app.screen.query_one("#path").value = str(file)  # type: ignore[attr-defined]
        await seat.press("enter")
        assert "Are these scores your own? Beside them stands: row 1 (Ingevuld A. Bos)" in seat.words()
        await seat.press("enter")
        assert "Whose scores are these?" in seat.text()
        await seat.press("escape")
        assert journal.all_entries() == ()
        await seat.press("enter", "enter")
        assert len(journal.all_entries()) == 1
