"""Wrong keys in settings.toml are named, and do no harm."""

from __future__ import annotations

from reflect_tui.errors import Fault
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui import keys
from reflect_tui.tui.app import ReflectApp
from tests.screenshots import fixed_clock
from tests.settling import settle
from tests.tui.conftest import Seat


def test_good_keys_are_taken_over() -> None:
    assert keys.read({"home.new": "a", "quit": ["Q", " f10 "]}) == ({"home.new": "a", "quit": "Q,f10"}, ())


def test_an_unknown_action_and_an_empty_key_are_named() -> None:
    found, faults = keys.read({"home.nwe": "a", "home.new": ""})
    assert found == {}
    assert faults == (Fault("keys.home.new", "names no key"), Fault("keys.home.nwe", "there is no action of this name"))


def test_a_key_that_another_action_has_is_named_and_left_out() -> None:
    found, faults = keys.read({"home.new": "d", "home.mark": "m"})
    assert found == {"home.mark": "m"}
    assert faults == (Fault("keys.home.new", 'the key "d" is also that of home.diff'),)


def test_two_actions_may_swap_their_keys() -> None:
    assert keys.read({"home.new": "d", "home.diff": "n"})[1] == ()


async def test_wrong_keys_are_told_at_the_start(journal: Journal) -> None:
    app = ReflectApp(journal, Settings(keys={"home.new": "d"}), fixed_clock())
    async with app.run_test() as pilot:
        await settle(app)
        await pilot.pause()
        seat = Seat(app, pilot)
        assert 'keys.home.new: the key "d" is also that of home.diff' in seat.words()
        await seat.press("enter", "n")
        assert "New session" in seat.text()
        app.exit()
