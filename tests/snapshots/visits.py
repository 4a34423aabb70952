"""The screens to look at: on which journal, by which keys, and in which order; each leads on from the one before."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path

from msgspec import Struct, structs
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from reflect_tui import demo, library
from reflect_tui.errors import Fault
from reflect_tui.journal import Changed, Journal, Lost, Version
from reflect_tui.settings import Settings
from reflect_tui.tui.app import ReflectApp
from reflect_tui.tui.screens.message import MessageScreen
from reflect_tui.tui.screens.outside import open_change
from reflect_tui.tui.screens.unreadable import UnreadableScreen
from tests.screenshots import NOW, fixed_clock, settle

SIZES = ((60, 20), (80, 24), (120, 40))
TINY = (30, 8)


class Visit(Struct, frozen=True):
    """A screen: its name, and the keys that lead there from the one before."""

    name: str
    keys: Sequence[str] = ()
    open: Callable[[ReflectApp], object] | None = None


def _unreadable(app: ReflectApp) -> None:
    path = Path("/home/anna/.local/share/reflect-tui/journal/sessions/2026/2026-03-02T0915-self-1b9e00.toml")
    faults = (Fault("scores.toegankelijk", "must be a whole number"), Fault("line 12, column 4", "not valid TOML"))
    app.push_screen(UnreadableScreen(path, faults, "2026-03-02T0915-self-1b9e00"))


def _outside(app: ReflectApp) -> None:
    open_change(app, Changed(id="2026-11-19T1405-self-4f2a9c", path="sessions/2026/2026-11-19T1405-self-4f2a9c.toml"))


def _message(app: ReflectApp) -> None:
    sentence = (
        "/home/anna/.local/share/reflect-tui/journal can't be written: the disk is full. Make room, then try again."
    )
    app.push_screen(MessageScreen("This could not be done", sentence))


VISITS: dict[str, tuple[Visit, ...]] = {
    "empty": (
        Visit("home-empty"),
        Visit("trends-empty", ("t",)),
        Visit("diff-empty", ("escape", "d")),
        Visit("removed-empty", ("escape", "r")),
        Visit("new", ("escape", "n")),
        Visit("settings", ("escape", "comma", "down")),
        Visit("settings-text", ("down", "down", "enter")),
    ),
    "one": (
        Visit("home-one"),
        Visit("trends-one", ("t",)),
        Visit("diff-one", ("escape", "d")),
        Visit("results-one", ("escape", "enter")),
    ),
    "talk": (
        Visit("home-goals", ("down",)),
        Visit("goals", ("g",)),
        Visit("goal-form", ("e",)),
        Visit("goal-domain", ("escape", "n")),
        Visit("results-goals", ("escape", "escape", "enter", "end")),
        Visit("agenda", ("v",)),
        Visit("agenda-dropped", ("space", "end")),
        Visit("take-along", ("x",)),
        Visit("events", ("escape", "escape", "escape", "t", "m")),
        Visit("event-new", ("n", *"training")),
        Visit("look-back", ("escape", "escape", "escape", "n", "enter")),
        Visit("look-back-note", ("down", "enter", *"Twice")),
    ),
    "tiny": (Visit("too-small"), Visit("too-small-assessing", ("n", "enter"))),
    "demo": (
        Visit("home", ("down",)),
        Visit("keys", ("question_mark",)),
        Visit("palette", ("escape", "ctrl+p")),
        Visit("home-marked", ("escape", "space", "down", "space")),
        Visit("home-filter", ("slash", *"manager")),
        Visit("home-filter-none", (*"zzz", "enter")),
        Visit("results", ("escape", "home", "down", "enter")),
        Visit("results-focus", ("s",)),
        Visit("trends", ("escape", "t")),
        Visit("trends-enlarged", ("enter",)),
        Visit("trends-table", ("escape", "T")),
        Visit("diff", ("escape", "escape", "d")),
        Visit("diff-focus", ("s",)),
        Visit("history", ("escape", "home", "down", "h")),
        Visit("question", ("escape", "delete")),
        Visit("removed", ("enter", "r")),
        Visit("unreadable", ("escape",), open=_unreadable),
        Visit("outside", ("escape",), open=_outside),
        Visit("message", ("escape",), open=_message),
        Visit("assessing", ("escape", "n", "enter", *"33432433340334", *"34333", *"334")),
        Visit("assessing-previous", ("p",)),
        Visit("note", ("p", "e", *"Twijfel")),
        Visit("find", ("escape", "slash", *"gezin")),
        Visit("review", ("escape", "f")),
        Visit("home-draft", ("escape", "escape")),
    ),
}


class StillJournal(Journal):
    """A journal whose history tells the same commits and moments in every run."""

    def versions(self, session_id: str) -> tuple[Version, ...]:
        """Give the versions with numbers for commits."""
        return tuple(_still(version, number) for number, version in enumerate(super().versions(session_id)))

    def deleted(self) -> tuple[Lost, ...]:
        """Give the lost sessions with numbers for commits."""
        return tuple(
            structs.replace(lost, last=_still(lost.last, number)) for number, lost in enumerate(super().deleted())
        )


def _still(version: Version, number: int) -> Version:
    return structs.replace(version, commit=f"{number:040d}", when=NOW - timedelta(hours=number))


def journal_of(kind: str, folder: Path, language: str) -> Journal:
    """Make a journal: empty, with one session, with the demo's sessions, or with its goals and agenda as well."""
    journal = StillJournal(folder / "journal", folder / "state")
    if kind == "talk":
        demo.fill(journal, library.DEFAULT, NOW.date(), language)
    content = library.bundled(library.DEFAULT, language)
    sessions = demo.sessions(content, NOW.date(), language)
    own = [session for session in sessions if session.role == "self"]
    for session in {"one": own[-1:], "demo": sessions}.get(kind, ()):
        journal.save(session, library.bundled_bytes(library.DEFAULT))
    journal.record()
    return journal


@contextlib.asynccontextmanager
async def opened(journal: Journal, size: tuple[int, int]) -> AsyncIterator[tuple[ReflectApp, Pilot[None]]]:
    """Run the app on a journal."""
    app = ReflectApp(journal, Settings(), fixed_clock())
    async with app.run_test(size=size) as pilot:
        await settle(app)
        yield app, pilot
        app.exit()


async def go(app: ReflectApp, pilot: Pilot[None], visit: Visit) -> None:
    """Go to a screen from the one before; what is typed goes in one go."""
    keys = [*visit.keys]
    for number, key in enumerate(keys):
        await pilot.press(key)
        if any(len(near) > 1 for near in keys[number : number + 2]) or number + 1 == len(keys):
            await settle(app)
    if visit.open:
        visit.open(app)
        await settle(app)
    for field in [*app.screen.query(Input), *app.screen.query(TextArea)]:
        field.cursor_blink = False
    await pilot.pause()
