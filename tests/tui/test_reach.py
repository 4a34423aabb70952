"""Every action can be done by key and by mouse; none takes anything away without undo or a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from textual.screen import Screen

from reflect_tui.model import assessment, library
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.tui.actions import EVERYWHERE, MOVES, SCREENS, Action
from reflect_tui.tui.keys import commands, key_names
from reflect_tui.tui.screens.dialog import Dialog
from reflect_tui.tui.screens.goals import GoalReviewScreen
from reflect_tui.tui.screens.page import Page, bottom_line
from reflect_tui.tui.widgets.lines import Lines
from tests.bundled import bundled
from tests.snapshots.journals import IN, journal_of
from tests.tui.conftest import Seat, opened

# How to come to each screen of the table from Home, on a journal with all there is and a draft on top of it.
WAYS: Mapping[str, tuple[str, ...]] = {
    "home": ("home", "down"),
    "assessing": ("home", "enter", "home", "down", "down"),
    "review": ("home", "enter", "f"),
    "results": ("down", "enter"),
    "trends": ("t",),
    "diff": ("d",),
    "history": ("down", "h"),
    "removed": ("r",),
    "unreadable": ("home", "down", "enter"),
    "goals": ("g",),
    "agenda": ("v",),
    "talk": ("v", "w", "right"),
    "events": ("t", "m"),
    "settings": ("comma",),
    "rounds": ("o",),
    "import": ("i", *IN, "enter"),
    "compare": ("home", "down", "c"),
    "discuss": ("home", "down", "c", "w"),
    "translating": ("n", "t", *"de", "enter", "enter", "x", "enter", "escape"),
    "making": ("I", "d", "x", "enter", "y", "enter", "escape"),
}
BAD = "sessions/2026/2026-11-21T1000-self-0bad00.toml"
# What the mouse may choose at once where keys go there by steps, by the keys that do.
BY_MOUSE = dict.fromkeys(("settings", "trends"), tuple(f"choose({number})" for number in range(20)))
# What has nothing to do where one comes in: nothing was done yet that could be taken back, or nothing is there to move.
IDLE = {"undo", "redo", "walk(1)", "step(-1)", "assessing gap(-1)", "removed open", "removed erase", "talk amend"}
IDLE |= {"import combine", "translating missing"}  # the latter moves the cursor only, which text() has not
LEAVES = ("app.quit", "app.command_palette")
Content = Mapping[str, object]


@pytest.fixture
def full(tmp_path: Path, own_home: Path) -> Journal:
    """Give a journal with everything in it, an open round as well; files to take in lie in the home folder."""
    journal = journal_of("others", tmp_path, "en")
    (tmp_path / IN).rename(own_home / IN)
    return journal


async def begin(seat: Seat) -> None:
    """Make a draft with two answers and a note; where there are goals, the look back on them comes before it."""
    await seat.press("n", "enter")
    if isinstance(seat.app.screen, GoalReviewScreen):
        await seat.press("escape")
    await seat.press("3", "e", *"so", "escape", "2", "escape")


async def come_to(seat: Seat, screen: str) -> None:
    """Make a draft with two answers and a note, return to Home, and walk to a screen."""
    await begin(seat)
    if screen == "unreadable":
        (seat.app.journal.root / BAD).write_text("nothing = [", encoding="utf-8")
        seat.app.journal_service.load()
        await seat.press()
    await seat.press(*WAYS[screen])
    assert isinstance(seat.app.screen, Page)
    assert seat.app.screen.keys == screen


def kept(journal: Journal) -> Content:
    """Give what is on disk: every answer by session or draft, the state of rounds, and the files of the rest."""
    sessions = {s.id: (s.scores, s.notes, s.remark) for s in journal.own()}
    content = bundled(library.DEFAULT, "en")
    drafts = {}
    for draft in journal.drafts.all():
        assert isinstance(draft, Draft)
        replayed = assessment.replay(content, draft.acts, draft.given)
        drafts[draft.id] = (replayed.ordered_scores(), replayed.ordered_notes(), replayed.remark)
    rounds = {found.id: found.value and found.value.state for found in journal.rounds.all()}
    folders = (journal.root / name for name in ("agendas", "events", "goals"))
    files = {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*.toml")}
    talks = {found.id: found.value and found.value.points for found in journal.talks.all()}
    return {**sessions, **drafts, **rounds, **files, **talks}


def lost(before: Content, after: Content) -> list[str]:
    """Name the sessions that are gone or say something else."""
    return [name for name, content in before.items() if after.get(name) != content]


def own_actions(screen: str, safe: Sequence[str]) -> list[Action]:
    return [action for action in SCREENS[screen] if action.safe in safe and action.name not in LEAVES]


@pytest.mark.parametrize("screen", WAYS)
async def test_no_key_takes_anything_away_without_undo_or_a_question(full: Journal, screen: str) -> None:
    async with opened(full) as seat:
        await come_to(seat, screen)
        page, before, entered = seat.app.screen, kept(full), seen(seat)
        # the cursor first: from wherever one move leaves it, the next goes on
        for action in sorted(own_actions(screen, ("", "asks")), key=lambda action: action not in MOVES):
            if seat.app.screen is not page or (seen(seat) != entered and action not in MOVES):
                await come_anew(seat, screen)
                page = seat.app.screen
            shown = seen(seat)
            await seat.press(action.keys.split(",")[0])
            idle = action in (*MOVES, *EVERYWHERE) or IDLE & {action.name, f"{screen} {action.name}"}
            assert isinstance(seat.app.screen, Dialog) or action.safe != "asks" or idle, action.name
            assert seen(seat)[:2] != shown[:2] or idle, action.name
            while seat.app.screen is not page and seat.screen != "HomeScreen":
                await seat.press("escape")
            assert lost(before, kept(full)) == [], action.name


async def come_anew(seat: Seat, screen: str) -> None:
    """Return to Home and walk to a screen again: a key left it, or it looks otherwise now."""
    while seat.screen != "HomeScreen":
        await seat.press("escape")
    await seat.press("escape", "home", *WAYS[screen])
    assert getattr(seat.app.screen, "keys", "") == screen


def seen(seat: Seat) -> tuple[object, ...]:
    """Give what a screen shows, what has the focus, and where the cursors stand."""
    cursors = tuple(lines.cursor for lines in seat.app.screen.query(Lines))
    return seat.text(), seat.app.focused, cursors


@pytest.mark.parametrize("screen", ["assessing", "review"])
async def test_what_an_action_with_undo_does_is_undone_by_one_key(journal: Journal, screen: str) -> None:
    async with opened(journal) as seat:
        await come_to(seat, screen)
        before = kept(journal)
        for action in own_actions(screen, ("undo",)):
            if action.name in ("undo", "redo"):
                continue
            await seat.press("home", action.keys.split(",")[0])
            changed = lost(before, kept(journal))
            scale = re.fullmatch(r"score\((\d+)\)", action.name)
            same = scale and int(scale[1]) in (3, *range(5, 11))
            assert bool(changed) is not bool(same), action.name
            if changed:
                await seat.press("u")
            assert lost(before, kept(journal)) == [], action.name
        await seat.press("u")
        assert lost(before, kept(journal)) != []
        await seat.press("ctrl+r")
        assert lost(before, kept(journal)) == []


def test_every_screen_that_takes_anything_away_is_walked() -> None:
    taking = {screen for screen, actions in SCREENS.items() if any(action.safe for action in actions)}
    taking -= {"note"}  # a text; what undo does there is in test_entry_comforts.py
    taking -= {"talk"}  # each key opens a form first; what undo does there is in test_talk_on_screen.py
    taking -= {
        "making",
        "translating",
    }  # nothing of the journal; what undo does there is in test_making.py, test_translating.py
    taking -= {"means", "team"}  # see test_old_means_on_screen.py and test_team_on_screen.py
    assert taking <= WAYS.keys()
    assert {screen for screen in taking if own_actions(screen, ("undo",))} == {"assessing", "review", *UNDOING}


UNDOING = ("agenda", "events", "discuss")


@pytest.mark.parametrize("screen", UNDOING)
async def test_what_an_action_does_to_a_list_is_undone_by_one_key(full: Journal, screen: str) -> None:
    async with opened(full) as seat:
        await come_to(seat, screen)
        await seat.press(*{"agenda": ("space", "u"), "discuss": ("space", "u")}.get(screen, ()))
        before = kept(full)
        for action in own_actions(screen, ("undo",)):
            await seat.press(*(("end",) if action.name == "shift(-1)" else ("home",)), action.keys.split(",")[0])
            assert lost(before, kept(full)) or action.name == "renew", action.name
            await seat.press("u")
            assert kept(full) == before, action.name


@pytest.mark.parametrize("screen", WAYS)
async def test_what_can_be_clicked_on_a_screen_and_what_its_keys_do_is_the_same(full: Journal, screen: str) -> None:
    async with opened(full) as seat:
        await come_to(seat, screen)
        page = seat.app.screen
        assert isinstance(page, Page)
        every_word_of_the_bottom_line_does_its_action(seat, page)
        await every_click_is_an_action_of_the_table(seat, page, screen)
        await every_action_is_among_all_keys_and_in_the_palette(seat, page)


def every_word_of_the_bottom_line_does_its_action(seat: Seat, page: Page) -> None:
    footer = page.footer()
    shown = bottom_line(footer, 400)
    assert {part.action for part in shown.spans if part.text.strip()} == {action.name for action in footer}
    for action in page.actions:
        target = seat.app if action.name.startswith("app.") else page
        name = action.name.removeprefix("app.").split("(")[0]
        assert callable(getattr(target, f"action_{name}", None)), action.name


async def every_click_is_an_action_of_the_table(seat: Seat, page: Page, screen: str) -> None:
    """A row that does something at a click can be reached by the cursor; a word that does something has a key."""
    known = {action.name for action in page.actions}
    for lines in page.query(Lines):
        for row in lines.shown:
            assert {part.action for part in row.spans} <= {"", *known, *BY_MOUSE.get(screen, ())}
        if hasattr(page, "on_lines_picked") and lines.id == "page" and not page.points:
            before = seat.text()
            await seat.press("down")
            assert seat.text() != before


async def every_action_is_among_all_keys_and_in_the_palette(seat: Seat, page: Page) -> None:
    names = {action.name for action in page.actions if not action.name.startswith("score(")}
    offered = " ".join(command.title for command in commands(seat.app, cast("Screen[object]", page)))
    await seat.press("question_mark")
    keys = seat.app.screen.query_one("#page", Lines)
    assert {row.target for row in keys.shown if row.target} == names
    for action in page.actions:
        if action.name in names - {"app.command_palette"}:
            assert f"({key_names(action.keys)})" in offered


async def test_a_bottom_line_that_has_room_for_one_more_key_names_quit_before_blank(full: Journal) -> None:
    async with opened(full) as seat:
        page = seat.app.screen
        assert isinstance(page, Page)
        shown = [{part.action for part in bottom_line(page.footer(), columns).spans} for columns in range(40, 260)]
        assert {"app.quit", "app.lock"} <= shown[-1]
        assert all("app.quit" in actions for actions in shown if "app.lock" in actions)


async def test_a_click_on_the_bottom_line_is_the_key(journal: Journal) -> None:
    async with opened(journal) as seat:
        await come_to(seat, "assessing")
        bottom = seat.app.screen.query_one("#bottom", Lines)
        await seat.pilot.click(bottom, offset=(bottom.shown[0].text.index("finish") + 1, 0))
        await seat.press()
        assert seat.screen == "ReviewScreen"


async def test_a_click_among_all_keys_does_what_the_key_does(journal: Journal) -> None:
    async with opened(journal) as seat:
        await come_to(seat, "assessing")
        await seat.press("question_mark")
        keys = seat.app.screen.query_one("#page", Lines)
        row = next(n for n, line in enumerate(keys.shown) if line.target == "order")
        keys.scroll_to(y=max(0, row - 3), animate=False, immediate=True)
        await seat.pilot.pause()
        await seat.pilot.click(keys, offset=(10, row - keys.scroll_offset.y))
        await seat.press()
        assert "statement 3 of 92" in seat.text()


DIALOGS = {
    "a reason": (("home", "down", "enter", "a"), {"answer", "cancel"}),
    "look back": (("n", "enter"), {"choose", "cancel"}),
    "look back, its note": (("n", "enter", "enter"), {"note", "cancel"}),
    "a goal": (("g", "e"), {"next", "keep", "cancel"}),
    "export": (("x",), {"choose", "notes", "cancel"}),
    "a path": (("g", "x"), {"answer", "cancel"}),
    "new": (("n", "escape", "escape", "n"), {"choose", "role(1)", "cancel"}),
    "remove": (("home", "delete"), {"yes", "cancel"}),
}


@pytest.mark.parametrize("dialog", DIALOGS)
async def test_the_keys_of_a_dialog_can_be_clicked(demo: Journal, dialog: str) -> None:
    keys, words = DIALOGS[dialog]
    async with opened(demo) as seat:
        await seat.press(*keys)
        screen = seat.app.screen
        assert isinstance(screen, Dialog)
        shown = {part.action for lines in screen.query(Lines) for row in lines.shown for part in row.spans} - {""}
        assert words <= shown
        for action in shown:
            assert callable(getattr(screen, f"action_{action.split('(')[0]}", None)), action
