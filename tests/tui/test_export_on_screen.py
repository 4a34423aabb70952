"""`x` makes a document or data, asks where to, replaces nothing unasked, and says where the file is."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from textual.widgets import Input

from reflect_tui import paths, settings
from reflect_tui.git.run import find_git
from reflect_tui.model import session as sessions
from reflect_tui.report import pdf
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import export
from reflect_tui.usecases.export import Order
from reflect_tui.usecases.written_files import OutputFile
from tests.bundled import bundled_bytes
from tests.tui.conftest import Seat, opened

STALE = Path(__file__).parents[1] / "data" / "cases" / "stale-agenda"

NAME = "parenting-support-2026-11-19"
COMPARED = "parenting-support-comparison-2026-11-19"


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
        assert "Notes and remark are left out; goals and points of your own keep their words." in " ".join(
            seat.text().replace("│", " ").split()
        )
        await seat.press("down", "enter")
        assert seat.app.screen.query_one(Input).value == str(home / f"{NAME}.html")
        await seat.press("enter")
        assert seat.screen == "WrittenScreen"
        assert f"{NAME}.html" in seat.text().replace("\n", "")
    assert names_in(home) == [f"{NAME}.html"]
    assert stat.S_IMODE((home / f"{NAME}.html").stat().st_mode) == 0o600
    assert "Compared with" in (home / f"{NAME}.html").read_text()


@pytest.mark.parametrize("row", [1, 2])
async def test_a_window_closed_too_early_loses_no_document(
    demo: Journal, home: Path, monkeypatch: pytest.MonkeyPatch, row: int
) -> None:
    made = export.files_of

    async with opened(demo) as seat:

        def closed_meanwhile(journal: Journal, order: Order) -> tuple[tuple[OutputFile, ...], tuple[str, ...]]:
            files = made(journal, order)
            screen = seat.app.screen
            seat.app.call_later(screen.run_action, "cancel")
            while screen.is_attached:
                time.sleep(0.01)
            return files

        monkeypatch.setattr(export, "files_of", closed_meanwhile)
        for told in ("WrittenScreen", "MessageScreen"):  # the second time the file exists
            await take(seat, row)
            while seat.screen != told:  # nothing waits for the thread of a window that is gone
                await seat.pilot.pause(0.01)
            await seat.press()
            assert names_in(home)[0] in "".join(seat.text().replace("│", "").split())
            await seat.press("enter")
            assert seat.screen == "HomeScreen"
    assert len(names_in(home)) == 1


async def test_notes_go_in_only_when_asked_for(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await take(seat, 2)
        plain = (home / f"{NAME}.md").read_text()
        await seat.press("enter", "x", "n")
        assert "Notes and remark are in it." in seat.text()
        await seat.press("down", "down", "enter", "enter")
        assert seat.screen == "Question"
        await seat.press("enter")
        assert seat.screen == "WrittenScreen"
    assert "## Notes" not in plain
    assert "## Notes" in (home / f"{NAME}.md").read_text()


async def test_a_file_that_is_there_is_kept_unless_it_is_replaced_on_purpose(demo: Journal, home: Path) -> None:
    (home / f"{NAME}.md").write_text("mine")
    async with opened(demo) as seat:
        await take(seat, 2)
        assert "exists already." in seat.words()  # where a line ends depends on the folder's name
        await seat.press("escape")
        assert seat.screen == "ExportScreen"
        assert (home / f"{NAME}.md").read_text() == "mine"
        await seat.press("enter", "enter", "enter")
    assert "Self-reflection" in (home / f"{NAME}.md").read_text()


@pytest.mark.parametrize(
    ("row", "names"),
    [*((row, {".csv", ".schema.json"}) for row in (3, 4, 5, 6)), *((row, {".xlsx"}) for row in (7, 8)), (9, {".json"})],
)
async def test_all_sessions_come_out_as_data(demo: Journal, home: Path, row: int, names: set[str]) -> None:
    async with opened(demo) as seat:
        await take(seat, row)
        assert seat.screen == "WrittenScreen"
    assert {name.removeprefix(NAME) for name in names_in(home)} == names
    if row in (3, 4, 5, 6):
        is_dutch = row in (5, 6)
        assert (home / f"{NAME}.csv").read_bytes().startswith(b"\xef\xbb\xbf") == is_dutch
        assert (";" in (home / f"{NAME}.csv").read_text().splitlines()[0]) == is_dutch


async def test_without_its_library_a_pdf_is_refused_with_the_command_before_a_path_is_asked(
    demo: Journal, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    async with opened(demo) as seat:
        await seat.press("x", "down", "down", "enter")
        assert seat.screen == "MessageScreen"
        assert "reflect-tui[pdf]" in seat.text()
        await seat.press("enter")
        assert seat.screen == "ExportScreen"
    assert names_in(home) == []


@pytest.mark.parametrize(
    ("row", "names", "part"),
    [
        (1, {f"{COMPARED}.csv", f"{COMPARED}.schema.json"}, b",domain,"),
        (2, {f"{COMPARED}.csv", f"{COMPARED}.schema.json"}, b";domain;"),
        (3, {f"{COMPARED}.json"}, b'"groups"'),
        (0, {f"{COMPARED}.xlsx"}, b"PK"),
    ],
)
async def test_a_comparison_comes_out_as_data(
    demo: Journal, home: Path, row: int, names: set[str], part: bytes
) -> None:
    async with opened(demo) as seat:
        await seat.press("c")
        await take(seat, row)
        assert "What others wrote is left out." in seat.words()
    assert set(names_in(home)) == names
    assert part in (home / min(names)).read_bytes()


async def test_a_wrong_place_is_told_and_another_can_be_given(demo: Journal, home: Path) -> None:
    async with opened(demo) as seat:
        await seat.press("x", "down", "down", "enter")
        seat.app.screen.query_one(Input).value = str(demo.root / "a.md")
        await seat.press("enter")
        assert "within the journal" in seat.words()
        await seat.press("enter", "enter", "enter")
        assert seat.screen == "WrittenScreen"
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
        said = seat.words()
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
        assert "Name on the document: Ann Other." in seat.words()
        await seat.press("m", "enter", "down", "down", "enter", "enter")
    assert "- Name: Ann Other" in (home / f"{NAME}.md").read_text()


# The name of the settings stands in the field; only the user puts it there.


async def test_the_name_of_the_settings_is_in_the_field_and_another_is_not_kept(demo: Journal, home: Path) -> None:
    async with opened(demo, settings=Settings(name="Ann Other")) as seat:
        await seat.press("x")
        assert "Name on the document: Ann Other." in seat.words()
        await seat.press("m")
        assert seat.app.screen.query_one(Input).value == "Ann Other"
        seat.app.screen.query_one(Input).value = ""
        await seat.press("enter")
        assert "No name is on the document." in seat.words()
        assert seat.app.settings.name == "Ann Other"
        await seat.press("down", "down", "enter", "enter")
    assert "Ann Other" not in (home / f"{NAME}.md").read_text()


async def test_a_name_is_kept_in_the_settings_when_the_user_says_so(demo: Journal, home: Path) -> None:
    assert not paths.settings_file().exists()
    async with opened(demo) as seat:
        await seat.press("x", "m", *"Ann", "enter")
        assert not paths.settings_file().exists()
        await seat.press("m", "ctrl+s")
        assert seat.screen == "ExportScreen"
        await seat.press("escape")
    assert settings.load(paths.settings_file()).name == "Ann"
    assert names_in(home) == []


# A preview has what the document has.


async def test_a_preview_shows_what_stands_on_the_sheets_and_leads_back(demo: Journal, home: Path) -> None:
    async with opened(demo, size=(80, 200)) as seat:
        await seat.press("x", "n", "p")
        assert seat.screen == "PreviewScreen"
        shown = seat.words()
        await seat.press("escape")
        assert seat.screen == "ExportScreen"
        await seat.press("down", "down", "enter", "enter")
    written = (home / f"{NAME}.md").read_text()
    titles = [row.removeprefix("## ") for row in written.splitlines() if row.startswith("## ")]
    assert len(titles) >= 10
    assert [title for title in titles if title not in shown and title != "Course, with n"] == []
    assert "Notes" in titles


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_windows_and_preview_fit(demo: Journal, home: Path, size: tuple[int, int]) -> None:
    async with opened(demo, size=size) as seat:
        await seat.press("x")
        shown = seat.text()
        assert all(word in shown for word in ("Export", "Document: PDF", "JSON", "choose", "preview", "name", "back"))
        await seat.press("m")
        assert all(word in seat.text() for word in ("keep", "also for next time", "back"))
        await seat.press("escape", "p")
        assert "Self-reflection of 19 Nov 2026" in seat.text()
        await seat.press("end")
        assert "Made on" in seat.words()
    assert names_in(home) == []


# Opening and printing: on request, by a program of the system that nobody else can have planted.


def programs(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> Path:
    """Put programs on the PATH that note what they were given; of the real ones only git."""
    git = folder / "real"
    git.mkdir(mode=0o755)
    (git / "git").symlink_to(find_git(folder / "nothing").program)
    place = folder / "programs"
    place.mkdir(mode=0o755)
    for name, more in scripts.items():
        program = place / name.replace("_", "-")
        program.write_text(f'#!/bin/sh\necho "$0 $@" >> {folder}/calls\n{more}\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{git}")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(pdf, "pdf", lambda _report: b"%PDF-1.7\n")  # the library is an extra
    return folder / "calls"


async def test_a_document_is_opened_and_printed_only_on_request(
    demo: Journal, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = programs(tmp_path, monkeypatch, xdg_open="", lp="")
    async with opened(demo) as seat:
        await take(seat, 0)
        assert {"open", "print"} <= set(seat.text().split())
        assert not calls.exists()
        await seat.press("o")
        assert "Opened." in seat.text()
        await seat.press("p")
        assert "Sent to the printer." in seat.text()
    target = home / f"{NAME}.pdf"
    place = tmp_path / "programs"
    assert calls.read_text().splitlines() == [f"{place / name} {target}" for name in ("xdg-open", "lp")]


async def test_without_the_programs_neither_is_offered_and_only_a_pdf_is_printed(
    demo: Journal, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = programs(tmp_path, monkeypatch, xdg_open="", lp="")
    async with opened(demo) as seat:
        await take(seat, 2)
        assert "open" in seat.text().split()
        assert "print" not in seat.text().split()
        await seat.press("p", "enter")
        (tmp_path / "programs").chmod(0o777)  # anybody may put a program there
        await take(seat, 0)
        assert not {"open", "print"} & set(seat.text().split())
        await seat.press("o", "p")
    assert not calls.exists()
    assert f"{NAME}.pdf" in names_in(home)


async def test_a_printer_that_refuses_is_told_in_its_words(
    demo: Journal, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(tmp_path, monkeypatch, lp="echo no default destination >&2; exit 1")
    async with opened(demo) as seat:
        await take(seat, 0)
        await seat.press("p")
        assert "ended with error 1. no default destination" in seat.words()
    assert names_in(home) == [f"{NAME}.pdf"]


async def test_it_says_when_the_saved_agenda_is_older_than_the_answers(demo: Journal, tmp_path: Path) -> None:
    said = "the document has the agenda renewed"
    journal = Journal(tmp_path / "stale", tmp_path / "stale-state")
    for path in sorted(STALE.glob("2026-*.toml")):
        session = sessions.parse(path.read_bytes(), path.name)
        journal.save(session, bundled_bytes(session.instrument))
    journal.agendas.save(session.id, (STALE / "agenda.toml").read_bytes(), "saved")
    for kept, expected in ((journal, True), (demo, False)):
        async with opened(kept) as seat:
            await seat.press("x")
            assert (said in seat.words()) == expected
