"""A spreadsheet of past years by keys: shown before anything is written, and what is wrong with it by name."""

from __future__ import annotations

from pathlib import Path

from reflect_tui.store.journal import Journal
from reflect_tui.usecases import export
from tests.screenshots import demo_journal
from tests.tui.conftest import opened
from tests.unit.spreadsheet_examples import dutch_rows, put, workbook


async def test_three_years_are_shown_before_they_are_taken_in(journal: Journal, tmp_path: Path) -> None:
    put(tmp_path / "zelf.xlsx", workbook({"Scores": dutch_rows()}, ["C1:E1", "A1:A2"]))
    async with opened(journal) as seat:
        await seat.press("i", *["backspace"] * 2)
        await seat.type(*str(tmp_path / "z"))
        await seat.press("tab", "enter")
        said = seat.text()
        assert "3 sessions of past years can be imported" in said
        assert "14 Nov 2023 · self · jgz-opvoedingsondersteuning · 92 scores" in said
        assert "means are worked out from those alone" in " ".join(said.split())
        assert journal.own() == ()
        await seat.press("enter")
        assert "3 sessions of past years were imported" in seat.text()
    assert [session.started.year for session in journal.own()] == [2025, 2024, 2023]


async def test_a_table_with_a_fault_is_refused_as_a_whole(journal: Journal, tmp_path: Path) -> None:
    rows = dutch_rows()
    rows[3][2] = "5,0"
    put(tmp_path / "zelf.xlsx", workbook({"Scores": rows}))
    async with opened(journal) as seat:
        await seat.press("i", *["backspace"] * 2)
        await seat.type(*str(tmp_path / "z"))
        await seat.press("tab", "enter")
        assert "Refused" in seat.text()
        assert 'Scores!C4: "5,0" is no score' in seat.text()
        await seat.press("enter")
    assert journal.own() == ()


async def test_an_exported_journal_is_shown_document_by_document(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    demo = demo_journal(tmp_path / "demo", "nl")
    (written,) = export.export_data(demo, demo.entries(), "json", "long", notes=True)
    put(tmp_path / "whole.json", written.data)
    async with opened(journal) as seat:
        await seat.press("i", *["backspace"] * 2)
        await seat.type(*str(tmp_path / "w"))
        await seat.press("tab", "enter")
        said = seat.text()
        assert "1 file can be imported" in said
        for part in ("goal of ", "agenda of ", "event of ", "round of 2", " · self"):
            assert part in said
        await seat.press("enter")
        assert "1 file was imported" in seat.text()
    assert len(journal.own()) == len(demo.own())
    assert [one.value for one in journal.goals.all()] == [one.value for one in demo.goals.all()]
    assert [one.value for one in journal.rounds.all()] == [one.value for one in demo.rounds.all()]
