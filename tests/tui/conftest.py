"""The app on a journal of its own, at a fixed moment, driven by keys."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.screens.assess import AssessScreen
from reflect_tui.tui.widgets.lines import Lines
from tests.screenshots import demo_journal, fixed_clock
from tests.settling import settle, swift_keys, threads


class Seat:
    """A running app and the keys to press."""

    def __init__(self, app: ReflectApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, each waited for."""
        for key in keys:
            await self.pilot.press(key)
            await settle(self.app)
        if not keys:
            await settle(self.app)

    async def type(self, *keys: str) -> None:
        """Press keys as fast as they go."""
        await self.pilot.press(*keys)
        await settle(self.app)

    async def begin(self) -> AssessScreen:
        """Open a new session, past the look back on the goals where there are any."""
        await self.press("n", "enter")
        if self.screen == "GoalReviewScreen":
            await self.press("escape")
        assert isinstance(self.app.screen, AssessScreen)
        return self.app.screen

    def text(self) -> str:
        """Give what the front screen's widgets show, row by row."""
        return "\n".join(row.text for lines in self.app.screen.query(Lines) if lines.display for row in lines.shown)

    def words(self) -> str:
        """Give what the front screen's widgets show as one line of words."""
        return " ".join(self.text().split())

    @property
    def screen(self) -> str:
        """Name the screen in front."""
        return type(self.app.screen).__name__


@pytest.fixture(autouse=True)
def swift() -> Iterator[None]:
    """Wait for what the app does, and not for the machine to rest."""
    with swift_keys():
        yield


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Give an empty journal."""
    return Journal(tmp_path / "empty", tmp_path / "empty-state")


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a journal with three years of sessions once."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        demo_journal(folder, "en")
    return folder


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Journal:
    """Give a journal with three years of sessions."""
    shutil.copytree(demo_template / "journal", tmp_path / "journal")
    return Journal(tmp_path / "journal", tmp_path / "state")


@asynccontextmanager
async def opened(
    journal: Journal, size: tuple[int, int] = (80, 24), settings: Settings | None = None
) -> AsyncIterator[Seat]:
    """Run the app until the block ends."""
    app = ReflectApp(journal, settings, fixed_clock())
    async with app.run_test(size=size) as pilot:
        await settle(app)
        await pilot.pause()
        yield Seat(app, pilot)
        app.exit()
        await threads(app)
