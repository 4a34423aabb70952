"""A session with a fault stands in the list with its reason, and changes nothing that any other screen shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.history import HistoryScreen
from reflect_tui.tui.screens.results import ResultsScreen
from tests.tui.conftest import Seat, opened
from tests.unit import sound_examples
from tests.unit.sound_examples import FAULTS, JGZ

SCREENS = {
    "diff": ("d",),
    "trends": ("t",),
    "trends as a table": ("t", "T"),
    "compare": ("c",),
    "agenda": ("v",),
    "a new goal": ("g", "n"),
    "export": ("x",),
    "results": ("RESULTS",),
    "results as a table": ("RESULTS", "T"),
    "the change in results": ("RESULTS", "d"),
    "previous scores": ("n", "enter", "p"),
}


@pytest.fixture
def journals(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Journal, Journal]:
    """Give a journal of sound sessions, and the same with a fault in two more files."""
    without, spoiled = (sound_examples.sound(tmp_path / name) for name in ("without", "with"))
    sound_examples.spoil(spoiled, request.param)
    return without, spoiled


@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
@pytest.mark.parametrize("journals", FAULTS, indirect=True)
async def test_a_faulty_session_changes_nothing_on_other_screens(
    journals: tuple[Journal, Journal], keys: tuple[str, ...]
) -> None:
    without, spoiled = [await _shown(journal, *keys) for journal in journals]
    assert spoiled == without


async def _shown(journal: Journal, *keys: str) -> str:
    async with opened(journal) as seat:
        for key in keys:
            if key == "RESULTS":
                await seat.app.push_screen(ResultsScreen(_newest(seat)))
            else:
                await seat.press(key)
        await seat.press()
        assert seat.screen != "HomeScreen"
        body = seat.text().split("\n", 1)[1]  # the first row says what is saved, of the faulty ones too
        return re.sub(r"\b[0-9a-f]{7,8}\b", "COMMIT", body)


def _newest(seat: Seat) -> Session:
    return seat.app.state.pages.own(JGZ)[0]


@pytest.mark.parametrize("journals", FAULTS, indirect=True)
async def test_the_list_has_a_faulty_session_and_its_reason(journals: tuple[Journal, Journal]) -> None:
    async with opened(journals[1]) as seat:
        rows = [row for row in seat.app.state.rows if row.problem]
        assert len(rows) == 2
        await seat.press("home", "enter")
        assert seat.screen == "UnreadableScreen"


@pytest.mark.parametrize("journals", ["off the scale"], indirect=True)
async def test_an_earlier_version_with_a_fault_is_not_counted_either(journals: tuple[Journal, Journal]) -> None:
    spoiled = journals[1]
    async with opened(spoiled) as seat:
        entry = seat.app.state.entries[0]
        assert entry.session
        assert not entry.is_sound
        path = spoiled.root / entry.path
        assert spoiled.versions(entry.id)
        path.write_text(re.sub(r"= 7$", "= 3", path.read_text(), flags=re.MULTILINE))
        spoiled.keep(entry.id, "mended")
        await seat.app.push_screen(HistoryScreen(entry.session))
        await seat.press()
        await seat.press("d")
        assert seat.screen == "HistoryScreen"
        assert "must be a whole number from 1 to 4" in seat.text()
