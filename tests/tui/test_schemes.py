"""Keys that score: digits, keypad, AZERTY and home row, all from one table; nothing else ever scores or is lost."""

from __future__ import annotations

import json

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from reflect_tui.errors import Fault
from reflect_tui.settings import Entry, Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui import keys as keymap
from reflect_tui.tui.actions import SCREENS
from reflect_tui.tui.keys import SCHEMES, binding_id, chosen, key_names
from reflect_tui.tui.screens.assess import AssessScreen
from tests import keys_page
from tests.tui.conftest import opened

AZERTY = ("ampersand", "é", "quotation_mark", "apostrophe")
ENTRIES: dict[Entry, tuple[str, ...]] = {"digits": tuple("1234"), "azerty": AZERTY, "home-row": tuple("asdf")}
SKIPS: dict[Entry, str] = {"digits": "0", "azerty": "à", "home-row": "semicolon"}


@pytest.mark.parametrize("entry", SCHEMES)
def test_no_scheme_gives_two_actions_of_a_screen_one_key(entry: Entry) -> None:
    assert list(keymap.conflicts({}, SCHEMES[entry])) == []
    known = {binding_id(screen, action) for screen, actions in SCREENS.items() for action in actions}
    assert set(SCHEMES[entry]) <= known


@pytest.mark.parametrize("entry", SCHEMES)
def test_every_action_keeps_a_key_in_every_scheme_and_every_digit_its_score(entry: Entry) -> None:
    for screen, actions in SCREENS.items():
        for action, default in zip(chosen(screen, SCHEMES[entry]), actions, strict=True):
            assert action.keys, (screen, action.name)
            digits = [key for key in default.keys.split(",") if key.isdecimal()]
            assert all(digit in action.keys.split(",") for digit in digits)
            if action.name.startswith("score(") and action.name != "score(10)":
                assert f"score({digits[0]})" == action.name


@pytest.mark.parametrize("entry", SCHEMES)
async def test_each_scheme_scores_and_the_screen_names_its_keys(entry: Entry, journal: Journal) -> None:
    async with opened(journal, settings=Settings(entry=entry)) as seat:
        await seat.press("n", "enter")
        shown = [key_names(key) for key in ENTRIES[entry]]
        named = f"{shown[0]}-{shown[-1]} score" if entry == "digits" else f"{''.join(shown)} score"
        assert named in seat.text()
        caps = seat.words()
        assert all(f"{key} {value} " in caps for value, key in enumerate(shown, 1) if entry != "digits")
        await seat.type(*ENTRIES[entry], SKIPS[entry], *"1234", "0")
        screen = seat.app.screen
        assert isinstance(screen, AssessScreen)
        assert list(screen.assessment.scores.values()) == [1, 2, 3, 4, "n/a"] * 2
        await seat.press("question_mark")
        assert " ".join(shown) in seat.text()


async def test_what_the_home_row_displaces_has_another_key(journal: Journal) -> None:
    async with opened(journal, settings=Settings(entry="home-row")) as seat:
        await seat.press("n", "enter", "down", "down", "up")
        screen = seat.app.screen
        assert isinstance(screen, AssessScreen)
        assert (screen.assessment.position, dict(screen.assessment.scores)) == (1, {})
        await seat.press("F")
        assert seat.screen == "ReviewScreen"


@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        *((f"\x1bO{chr(ord('p') + digit)}", str(digit)) for digit in range(10)),
        *((f"\x1b[{57399 + digit}u", str(digit)) for digit in range(10)),
        ("\x1bOm", "minus"),
    ],
)
def test_a_key_of_the_keypad_is_the_digit_on_it_in_either_protocol(sequence: str, key: str) -> None:
    assert [event.key for event in XTermParser().feed(sequence) if isinstance(event, Key)] == [key]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("assessing.find", "3"),
        ("assessing.score.3", "4"),
        ("assessing.not-applicable", "9"),
        ("assessing.score.1", "a,0"),
        ("quit", "5"),
        ("move.1", "down,2"),
    ],
)
def test_no_setting_makes_a_digit_anything_but_its_own_score(name: str, keys: str) -> None:
    found, faults = keymap.read({name: keys})
    assert found == {}
    assert faults == (Fault(f"keys.{name}", "a digit is always its own score while filling in"),)


def test_a_digit_may_mean_something_where_nothing_is_scored() -> None:
    assert keymap.read({"home.filter": "1"}) == ({"home.filter": "1"}, ())


def test_a_letter_is_no_key_where_letters_are_typed() -> None:
    found, faults = keymap.read({"note.editor": "e", "note.keep": "f2"})
    assert found == {"note.keep": "f2"}
    assert [fault.place for fault in faults] == ["keys.note.editor"]


def test_the_settings_go_before_the_scheme_and_are_checked_with_it() -> None:
    assert keymap.read({"assessing.review": "w"}, "home-row")[0]["assessing.review"] == "w"
    found, faults = keymap.read({"assessing.find": "s"}, "home-row")
    assert found == SCHEMES["home-row"]
    assert faults == (Fault("keys.assessing.find", 'the key "s" is also that of assessing.score.2'),)


def test_a_setting_whose_key_comes_free_by_another_wrong_one_is_checked_again() -> None:
    """`new` takes the key of `diff`, which was to get one that is taken: then neither stands."""
    found, faults = keymap.read({"home.new": "d", "home.diff": "t"})
    assert found == {}
    assert {fault.place for fault in faults} == {"keys.home.new", "keys.home.diff"}


def test_the_page_of_keys_has_every_key_of_every_scheme() -> None:
    page = keys_page.page()
    for scheme in SCHEMES.values():
        for keys in scheme.values():
            assert all(f"`{name}`" in page for name in key_names(keys).split(" ")), json.dumps(keys)
