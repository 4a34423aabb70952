"""In a low window a box gives up rows of what scrolls; the keys below it are always seen, and no text is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui import i18n
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.screens.dialog import Dialog, MessageScreen, fitted
from reflect_tui.tui.widgets.lines import Lines
from tests.snapshots.grid import capture
from tests.snapshots.journals import journal_of
from tests.tui.conftest import Seat, opened

FORM = ("o", "n", *"Noor", "enter", "enter", *"Ann, Bea, Cas", "enter", "enter", "ctrl+s")
# How to come to a window with much to read from Home, and the action of the last key that it names.
WINDOWS = {
    "a promise": (("empty", (*FORM,)), "cancel"),
    "statements to ask": (("empty", (*FORM, "enter")), "count(1)"),
    "a question": (("empty", (*FORM, "enter", "enter", "enter")), "cancel"),
    "a form on paper": (("others", ("o", "y", "enter", "3", "3")), "cancel"),
    "a reminder": (("others", ("o", "m")), "cancel"),
    "a goal": (("talk", ("g", "e")), "cancel"),
    "a look back": (("talk", ("n", "enter")), "cancel"),
}


def seen(seat: Seat) -> list[str]:
    return list(capture(seat.app).texts)


@pytest.mark.parametrize("size", [(60, 20), (40, 12)])
@pytest.mark.parametrize("window", WINDOWS)
async def test_the_keys_of_a_window_are_seen(tmp_path: Path, window: str, size: tuple[int, int]) -> None:
    (kind, keys), last = WINDOWS[window]
    i18n.use_language("nl")
    async with opened(journal_of(kind, tmp_path, "nl"), size, Settings(theme="reflect-mono")) as seat:
        await seat.press(*keys)
        screen = seat.app.screen
        assert isinstance(screen, Dialog)
        named = screen.query_one("#keys", Lines)
        assert named.shown[-1].spans[-1].action == last
        bottom = named.content_region
        assert bottom.bottom == size[1]
        assert seen(seat)[bottom.bottom - 1].strip("│ ").startswith(named.shown[-1].text.strip()[: size[0] - 12])


@pytest.mark.parametrize("theme", ["reflect-dark", "reflect-mono"])
@pytest.mark.parametrize("columns", [40, 60, 80])
async def test_no_line_of_a_window_is_cut_off(journal: Journal, columns: int, theme: str) -> None:
    async with opened(journal, (columns, 20), Settings(theme=theme)) as seat:
        words = " ".join(f"word{number}" for number in range(30))
        seat.app.push_screen(MessageScreen("A title", words))
        await seat.press()
        assert all(f"word{number}" in "".join(seen(seat)) for number in range(30))


async def test_what_a_low_window_has_no_room_for_is_scrolled_to(journal: Journal) -> None:
    async with opened(journal, (40, 12)) as seat:
        seat.app.push_screen(MessageScreen("A title", " ".join(f"word{number}" for number in range(60))))
        await seat.press()
        assert "word59" not in "".join(seen(seat))
        await seat.press(*["down"] * 20)
        assert "word59" in "".join(seen(seat))


def test_parts_give_way_in_their_order_and_never_the_keys() -> None:
    assert fitted({"said": 4, "rows": 8, "keys": 2}, 20) == {"said": 4, "rows": 8, "keys": 2}
    assert fitted({"said": 4, "rows": 8, "keys": 2}, 10) == {"said": 4, "rows": 4, "keys": 2}
    assert fitted({"said": 9, "rows": 8, "keys": 2}, 10) == {"said": 5, "rows": 3, "keys": 2}
    assert fitted({"said": 2, "keys": 2}, 1) == {"said": 1, "keys": 2}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("kind", "keys"), [("empty", ("o", "n")), ("talk", ("g", "e"))])
async def test_the_names_of_fields_do_not_touch_the_fields(
    tmp_path: Path, language: str, kind: str, keys: tuple[str, ...]
) -> None:
    i18n.use_language(language)
    async with opened(journal_of(kind, tmp_path, language)) as seat:
        await seat.press(*keys)
        names = [lines for lines in seat.app.screen.query(Lines) if (lines.id or "").startswith("name-")]
        assert names
        assert all(lines.shown[0].width < lines.size.width for lines in names)
