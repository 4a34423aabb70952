"""`T`: the page of a team for its leader; closing asks first, and a document is written where it says."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli_w

from reflect_tui.errors import ReflectError
from reflect_tui.store.journal import Journal
from reflect_tui.store.team_engines import NoEngineError
from reflect_tui.store.team_folder import TeamFolder
from reflect_tui.usecases import team as usecases
from tests.tui.conftest import Seat, opened
from tests.unit import examples
from tests.unit.test_team_rules import closed, share


@pytest.fixture
def folder(tmp_path: Path) -> TeamFolder:
    """Give a team with a closed period, and six shares of the next."""
    made = TeamFolder(tmp_path / "team")
    made.create(usecases.new_team(examples.small(), "north", 5), tomli_w.dumps(examples.document()).encode())
    made.close(closed("2026-Q2"))
    for number in range(6):
        made.add(f"{number}.toml", share(number, "2026-Q3"))
    return made


async def look(seat: Seat, folder: TeamFolder) -> None:
    await seat.press("T")
    seat.app.screen.query_one("#line").value = str(folder.root)  # type: ignore[attr-defined] # the field of the window
    await seat.press("enter")


async def test_a_leader_sees_what_may_be_told(demo: Journal, folder: TeamFolder) -> None:
    async with opened(demo) as seat:
        await look(seat, folder)
        assert seat.screen == "TeamScreen"
        text = seat.words()
        assert "Looking 4 of 6 3.25 ├ · ╋━●━━ ┤" in text
        assert "6 people have shared" in text
        await seat.press("escape")
        assert seat.screen == "HomeScreen"


async def test_closing_asks_first_and_says_what_it_takes(
    demo: Journal, folder: TeamFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_engine(name: str) -> None:
        raise NoEngineError("duckdb")

    monkeypatch.setattr(usecases, "open_engine", no_engine)
    before = sorted(path.name for path in folder.root.rglob("*.toml"))
    async with opened(demo) as seat:
        await look(seat, folder)
        await seat.press("f")
        assert seat.screen == "Question"
        assert "quarter 3 of 2026 are computed once" in seat.words()
        await seat.press("enter")
        assert seat.screen == "MessageScreen"
        assert "reflect-tui[team]" in seat.words()
    assert sorted(path.name for path in folder.root.rglob("*.toml")) == before


async def test_a_document_is_written_where_it_says(
    demo: Journal, folder: TeamFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reflect_tui.report.pdf.is_available", lambda: False)
    async with opened(demo) as seat:
        await look(seat, folder)
        await seat.press("x", "enter")
        assert seat.screen == "MessageScreen"
        await seat.press("enter", "x", "enter")
        assert seat.screen == "Question"
    assert "Going well" in (folder.root.parent / "north-2026-q2.html").read_text()


async def test_a_folder_that_is_none_of_a_team_is_told(demo: Journal, tmp_path: Path) -> None:
    async with opened(demo) as seat:
        await look(seat, TeamFolder(tmp_path))
        assert "is no folder of a team" in seat.words()


async def test_a_path_that_is_none_is_told(demo: Journal, folder: TeamFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_text: str) -> Path:
        raise ReflectError("HOME is not set")

    monkeypatch.setattr("reflect_tui.paths.typed", refused)
    async with opened(demo) as seat:
        await look(seat, folder)
        assert seat.screen == "MessageScreen"
        assert "HOME is not set" in seat.text()
