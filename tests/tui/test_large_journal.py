"""A journal of many sessions shows the newest first, says how far it is, and lets no key wait."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from reflect_tui.analysis import trend
from reflect_tui.model.library import Library, Listing
from reflect_tui.store.journal import Journal
from reflect_tui.store.scan import FileList
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.services import journal
from reflect_tui.views import charts, home
from tests.screenshots import fixed_clock
from tests.settling import settle
from tests.tui.conftest import Seat


class SlowJournal(Journal):
    """A journal that reads no further than it is let go."""

    def __init__(self, like: Journal) -> None:
        super().__init__(like.root, like.state)
        self.go_on = threading.Semaphore(0)
        self.told: list[int] = []

    def read_ahead(self, step: int, listed: FileList) -> Iterator[int]:
        for number in super().read_ahead(step, listed):
            self.told.append(number)
            yield number
            self.go_on.acquire(timeout=30)  # a test that failed must not wait for ever


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call a journal of thirteen sessions large."""
    monkeypatch.setattr(journal, "MANY", 5)
    monkeypatch.setattr(journal, "FIRST", 3)
    monkeypatch.setattr(journal, "STEP", 4)


async def wait_for(seat: Seat, words: str) -> None:
    for _round in range(200):
        await seat.pilot.pause(0.01)
        if words in seat.text():
            return
    raise AssertionError(f"{words!r} never came: {seat.text()}")


@pytest.mark.usefixtures("few")
async def test_the_newest_come_first_with_progress_and_keys_work_meanwhile(demo: Journal) -> None:
    slow = SlowJournal(demo)
    app = ReflectApp(slow, clock=fixed_clock())
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot)
        await wait_for(seat, "reading 4 of 13")
        assert len(app.state.sessions) == 3
        assert "20 Nov 2026" in seat.text()
        assert "Mar 2026" not in seat.text()
        await pilot.press("n")
        await wait_for(seat, "New session")
        await pilot.press("escape")
        for count in (8, 12):
            slow.go_on.release()
            await wait_for(seat, f"reading {count} of 13")
        slow.go_on.release(20)
        await settle(app)
        assert len(app.state.sessions) == 13
        assert "reading" not in seat.text()
        app.exit()


@pytest.mark.usefixtures("few")
async def test_closing_the_app_ends_the_reading(demo: Journal) -> None:
    slow = SlowJournal(demo)
    app = ReflectApp(slow, clock=fixed_clock())
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(Seat(app, pilot), "reading 4 of 13")
        app.workers.cancel_all()
        slow.go_on.release()
        await pilot.pause(0.1)
        app.exit()
    assert slow.told == [4, 8]


async def test_what_a_key_may_ask_for_is_ready_before_it_is_asked(
    demo: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "plotext", raising=False)
    listed: list[Library] = []

    def listing(library: Library) -> Listing:
        listed.append(library)
        return Listing()

    monkeypatch.setattr(Library, "listing", listing)
    app = ReflectApp(demo, clock=fixed_clock())
    async with app.run_test(size=(80, 24)):
        await settle(app)
        assert "plotext" in sys.modules
        assert listed == [demo.library]
        app.exit()


async def test_what_stands_on_the_screen_already_is_not_set_or_drawn_again(demo: Journal) -> None:
    app = ReflectApp(demo, clock=fixed_clock())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app)
        with (
            patch.object(home, "render_rows", wraps=home.render_rows) as rows,
            patch.object(charts, "draw", wraps=charts.draw) as panel,
            patch.object(trend, "trend", wraps=trend.trend) as followed,
        ):
            await pilot.press("t")
            await settle(app)
            assert panel.call_count == 7 * 2  # the eighth is told in words; once more when the events are read
            assert followed.call_count == 1
            await pilot.press("escape")
            await settle(app)
            assert rows.call_count == 0
            await pilot.press("space")
            await settle(app)
            assert rows.call_count == 1
        app.exit()
