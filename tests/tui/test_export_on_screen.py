"""`x` makes a document or data, asks where to, replaces nothing unasked, and says where the file is."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from textual.widgets import Input

from reflect_tui.report import pdf
from reflect_tui.store.journal import Journal
from tests.tui.conftest import Seat, opened

NAME = "parenting-support-2026-11-19"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "at home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setattr(pdf, "is_available", lambda: True)
    return folder


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def take(seat: Seat, row: int) -> None:
    """Choose the row with this number in the menu, counted from 0, and agree to the suggested path."""
    await seat.press("x", *["down"] * row, "enter", "enter")


async def test_a_document_is_written_where_it_says_and_only_there(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("x")
        assert seat.screen == "ExportScreen"
        assert "19 Nov 2026 · self, compared with 19 Jul 2026 · self." in seat.text()
        assert "Notes and remark are left out." in seat.text()
        await seat.press("down", "enter")
        assert seat.app.screen.query_one(Input).value == str(home / f"{NAME}.html")
        await seat.press("enter")
        assert seat.screen == "MessageScreen"
        assert f"{NAME}.html" in seat.text().replace("\n", "")
    assert names_in(home) == [f"{NAME}.html"]
    assert stat.S_IMODE((home / f"{NAME}.html").stat().st_mode) == 0o600
    assert "Compared with" in (home / f"{NAME}.html").read_text()


async def test_notes_go_in_only_when_asked_for(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await take(seat, 2)
        plain = (home / f"{NAME}.md").read_text()
        await seat.press("enter", "x", "n")
        assert "Notes and remark are in it." in seat.text()
        await seat.press("down", "down", "enter", "enter")
        assert seat.screen == "Question"
        await seat.press("enter")
        assert seat.screen == "MessageScreen"
    assert "## Notes" not in plain
    assert "## Notes" in (home / f"{NAME}.md").read_text()


async def test_a_file_that_is_there_is_kept_unless_it_is_replaced_on_purpose(demo: Journal, home: Path) -> None:
    (home / f"{NAME}.md").write_text("mine")
    async with opened(demo) as seat:
        await take(seat, 2)
        assert "is there already" in " ".join(seat.text().split())  # where a line ends depends on the folder's name
        await seat.press("escape")
        assert seat.screen == "ExportScreen"
        assert (home / f"{NAME}.md").read_text() == "mine"
        await seat.press("enter", "enter", "enter")
    assert "Self-reflection" in (home / f"{NAME}.md").read_text()


@pytest.mark.parametrize(
    ("row", "names"),
    [(3, {".csv", ".schema.json"}), (4, {".csv", ".schema.json"}), (5, {".xlsx"}), (6, {".xlsx"}), (7, {".json"})],
)
async def test_all_sessions_come_out_as_data(demo: Journal, home: Path, row: int, names: set[str]) -> None:
    async with opened(demo) as seat:
        await take(seat, row)
        assert seat.screen == "MessageScreen"
    assert {name.removeprefix(NAME) for name in names_in(home)} == names


async def test_a_wrong_place_is_told_and_another_can_be_given(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("x", "down", "down", "enter")
        seat.app.screen.query_one(Input).value = str(demo.root / "a.md")
        await seat.press("enter")
        assert "within the journal" in " ".join(seat.text().split())
        await seat.press("enter", "enter", "enter")
        assert seat.screen == "MessageScreen"
    assert not (demo.root / "a.md").exists()
    assert (home / f"{NAME}.md").exists()


async def test_from_a_comparison_the_document_is_about_those_two(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("d")
        assert seat.screen == "DiffScreen"
        await seat.press("w", "x")
        assert "19 Jul 2026 · self, compared with 19 Nov 2026 · self." in seat.text()
        await seat.press("escape", "escape", "home", "down", "enter")
        assert seat.screen == "ResultsScreen"
        await take(seat, 1)
    assert (home / f"{NAME}.html").exists()


async def test_without_a_session_there_is_nothing_to_take_along(journal: Journal) -> None:
    async with opened(journal) as seat:
        await seat.press("x")
        assert "Nothing to export yet" in seat.text()


async def test_escape_leaves_everything_as_it_was(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("x", "enter", "escape", "escape")
        assert seat.screen == "HomeScreen"
    assert names_in(home) == []


async def test_a_document_never_compares_with_the_answers_of_someone_else(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("home", "space", "down", "space", "d")
        assert seat.screen == "DiffScreen"
        await seat.press("x")
        said = " ".join(seat.text().split())
        assert "A document is about" in said
        assert "compared with" not in said
    assert names_in(home) == []


async def test_pdf_is_not_preselected_where_its_library_is_missing(
    demo: Journal, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    async with opened(demo) as seat:
        await take(seat, 0)
    assert names_in(home) == [f"{NAME}.html"]


async def test_the_document_bears_the_name_that_is_given(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("x", "m")
        await seat.press(*"Ann", "space", *"Other")
        await seat.press("enter")
        assert "Name on the document: Ann Other." in " ".join(seat.text().split())
        await seat.press("m", "enter", "down", "down", "enter", "enter")
    assert "- Name: Ann Other" in (home / f"{NAME}.md").read_text()
