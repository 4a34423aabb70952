"""The table of actions by itself: what takes something away says how it comes back; one action has one key."""

from __future__ import annotations

from collections import defaultdict

from reflect_tui.text import to_ascii
from reflect_tui.tui.actions import SCREENS
from reflect_tui.tui.keys import binding_id, in_words, key_names, key_of

TAKES_AWAY = {"delete", "drop", "clear", "withdraw", "close", "bring_back", "renew", "score", "not_applicable"}
"""What an action is called that takes something away or puts something else in its place."""
OTHERWISE = {"open": {"enter", "enter,space", "b,enter"}}
"""A setting is opened by the space bar as a box is ticked; what was removed is opened by bringing it back."""
IN_TWO_STEPS = {"finish": {"f", "enter"}}
"""From the questions one goes on to look it over, and from there to the end."""


def test_whatever_takes_something_away_says_how_it_comes_back() -> None:
    named = {
        (screen, action.name): action.safe
        for screen, actions in SCREENS.items()
        for action in actions
        if action.name.split("(")[0] in TAKES_AWAY
    }
    assert {screen for screen, _name in named} >= {"home", "assessing", "goals", "rounds", "agenda", "events"}
    assert [name for name, safe in named.items() if not safe] == []


TYPED_IN = {"note"}
"""Where letters are text, so that no action can have one."""


def test_what_is_undone_is_undone_by_a_key_of_the_same_screen() -> None:
    for screen, actions in SCREENS.items():
        if any(action.safe == "undo" for action in actions):
            key = "ctrl+u" if screen in TYPED_IN else "u"
            assert [action.keys for action in actions if action.name == "undo"] == [key], screen


def test_the_same_action_has_the_same_key_on_every_screen() -> None:
    found = defaultdict(set)
    for actions in (actions for screen, actions in SCREENS.items() if screen not in TYPED_IN):
        for action in actions:
            found[action.name].add(action.keys)
    assert {name: keys for name, keys in found.items() if len(keys) > 1} == OTHERWISE


def test_the_same_word_of_the_bottom_line_has_the_same_key_on_every_screen() -> None:
    found = defaultdict(set)
    for actions in (actions for screen, actions in SCREENS.items() if screen not in TYPED_IN):
        for action in actions:
            if action.footer:
                found[action.label].add(action.keys.split(",")[0])
    assert {label: keys for label, keys in found.items() if len(keys) > 1} == IN_TWO_STEPS


def test_in_ascii_no_two_keys_of_a_screen_are_written_alike() -> None:
    for screen, actions in SCREENS.items():
        written: dict[str, str] = {}
        for name in {name for action in actions for name in action.keys.split(",")}:
            shown = in_words(key_names(name))
            assert to_ascii(shown) == shown, (screen, name)
            assert written.setdefault(shown, name) == name, screen


def test_a_sentence_names_the_key_that_the_settings_give() -> None:
    names = {binding_id(screen, action) for screen, actions in SCREENS.items() for action in actions}
    for name in names:
        assert key_of(name, {})
        assert key_of(name, {name: "f9,f8"}) == "f9"
