"""A guest at the keyboard sees nothing of the owner's."""

from __future__ import annotations

from reflect_tui.disk.lock import Lock
from reflect_tui.errors import EXIT_ATTENTION
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp, Start
from tests.screenshots import fixed_clock
from tests.settling import settle
from tests.tui.conftest import Seat


async def test_a_guest_sees_nothing_of_the_owner(demo: Journal) -> None:
    app = ReflectApp(demo, None, fixed_clock(), Start("new", "jgz-opvoedingsondersteuning", "colleague"))
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot)
        await settle(app)
        await pilot.pause()
        assert seat.screen == "AssessScreen"
        await seat.press("p")
        assert "not shown to others" in seat.text()
        assert "I am able" not in seat.text()
        await seat.press("3", "f", "enter", "enter")
        assert seat.screen == "ThankYouScreen"
        assert "Thank you" in seat.text()
        assert "in history" not in seat.text()
        for screen in app.screen_stack[:-1]:
            assert not "".join(row.text for lines in screen.query("Lines") for row in lines.shown).strip()  # type: ignore[attr-defined] # our widget
        await seat.press("escape", "d", "t")
        assert seat.screen == "ThankYouScreen"
        await seat.press("enter", "enter")
        assert seat.screen == "HomeScreen"
        assert "colleague" in seat.text()
        app.exit()
        await settle(app)


async def test_a_guest_who_stops_half_way_leaves_a_draft_and_the_journal_hidden(demo: Journal) -> None:
    app = ReflectApp(demo, None, fixed_clock(), Start("new", "jgz-opvoedingsondersteuning", "client"))
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot)
        await settle(app)
        await pilot.pause()
        await seat.press("3", "escape")
        assert seat.screen == "ThankYouScreen"
        assert "Not finished yet" in seat.text()
        await seat.press("enter", "escape")
        assert seat.screen == "ThankYouScreen"
        await seat.press("enter", "enter", "enter")
        assert seat.screen == "AssessScreen"
        assert app.guest
        app.exit()
        await settle(app)


async def test_a_guest_who_can_not_begin_sees_why_and_nothing_else(demo: Journal) -> None:
    app = ReflectApp(demo, None, fixed_clock(), Start("new", "jgz-opvoedingsondersteuning", "colleague"))
    lock = Lock.acquire(demo.state)
    assert lock
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot)
        await settle(app)
        await pilot.pause()
        assert "Another reflect-tui" in seat.text()
        behind = app.screen_stack[0].query("Lines")
        assert not "".join(row.text for lines in behind for row in lines.shown).strip()  # type: ignore[attr-defined] # our widget
        await seat.press("enter")
        await settle(app)
    lock.release()
    assert app.guest
    assert app.return_code == EXIT_ATTENTION
