"""The screens to look at: on which journal, by which keys, and in which order; each leads on from the one before."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from msgspec import Struct
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from reflect_tui.disk.files import explain
from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from reflect_tui.tui.app import ReflectApp, Start
from reflect_tui.tui.screens.begin import ThankYouScreen
from reflect_tui.tui.screens.changed_outside import UnreadableScreen, open_change
from reflect_tui.tui.screens.dialog import MessageScreen
from reflect_tui.tui.screens.events_and_means import EventsScreen
from reflect_tui.tui.screens.import_files import Given, ImportScreen
from tests.screenshots import fixed_clock
from tests.settling import settle
from tests.snapshots.journals import IN, changed

SIZES = ((60, 20), (80, 24), (120, 40))
TINY = (30, 8)
HOME = Path("/home/anna")


class Visit(Struct, frozen=True):
    """A screen: its name, and the keys that lead there from the one before."""

    name: str
    keys: Sequence[str] = ()
    open: Callable[[ReflectApp], object] | None = None


def _unreadable(app: ReflectApp) -> None:
    path = HOME / ".local/share/reflect-tui/journal/sessions/2026/2026-03-02T0915-self-1b9e00.toml"
    faults = (Fault("scores.toegankelijk", _('must be a whole number or "n/a"')), Fault("bereik", _("unknown key")))
    app.push_screen(UnreadableScreen(path, faults, "2026-03-02T0915-self-1b9e00"))


def _outside(app: ReflectApp) -> None:
    open_change(app, changed())


def _message(app: ReflectApp) -> None:
    sentence = explain(OSError(errno.ENOSPC, ""), HOME / ".local/share/reflect-tui/journal")
    app.push_screen(MessageScreen(_("This could not be done"), sentence))


def _import(app: ReflectApp) -> None:
    path = app.journal.root.parent / IN
    app.push_screen(ImportScreen(Given((path,))))


def _hand_over(app: ReflectApp) -> None:
    app.guest = True
    app.push_screen(ThankYouScreen(finished=True))


VISITS: dict[str, tuple[Visit, ...]] = {
    "empty": (
        Visit("home-empty"),
        Visit("trends-empty", ("t",)),
        Visit("diff-empty", ("escape", "d")),
        Visit("removed-empty", ("escape", "r")),
        Visit("goals-empty", ("escape", "g")),
        Visit("agenda-empty", ("escape", "v")),
        Visit("compare-empty", ("escape", "c")),
        Visit("take-along-empty", ("escape", "x")),
        Visit("rounds-empty", ("escape", "o")),
        Visit("round-form", ("n",)),
        Visit("round-form-faults", ("ctrl+s",)),
        Visit("round-form-leave", ("up", "up", *"Noor", "enter", *"Bo", "enter", *"Ann, Bea, Cas", "escape")),
        Visit("round-promise", ("escape", "ctrl+s")),
        Visit("round-items", ("enter", "down", "space")),
        Visit("round-language", ("enter",)),
        Visit("round-sure", ("enter",)),
        Visit("new", (*["escape"] * 5, "enter", "escape", "n")),
        Visit("settings", ("escape", "comma", "down")),
        Visit("settings-text", ("down", "down", "enter")),
        Visit("quit", ("escape", "ctrl+c")),
    ),
    "one": (
        Visit("home-one"),
        Visit("trends-one", ("t",)),
        Visit("events-empty", ("escape",), lambda app: app.push_screen(EventsScreen(""))),
        Visit("diff-one", ("escape", "d")),
        Visit("results-one", ("escape", "enter")),
        Visit("compare-one", ("c",)),
        Visit("agenda-one", ("escape", "v")),
        Visit("amend", ("escape", "a")),
        Visit("history-one", ("escape", "h")),
    ),
    "talk": (
        Visit("home-goals", ()),
        Visit("goals", ("g",)),
        Visit("goal-form", ("e",)),
        Visit("goal-domain", ("escape", "n")),
        Visit("results-goals", ("escape", "escape", "enter", "end")),
        Visit("agenda", ("v",)),
        Visit("agenda-dropped", ("space", "end")),
        Visit("agenda-own", ("n",)),
        Visit("talk-opening", ("escape", "w")),
        Visit("talk-point", ("right",)),
        Visit("talk-agreed", ("f",)),
        Visit("talk-sign", ("f",)),
        Visit("take-along", ("escape", "escape", "x")),
        Visit("events", ("escape", "escape", "escape", "t", "m")),
        Visit("event-new", ("n", *"training")),
        Visit("look-back", ("escape", "escape", "escape", "n", "enter")),
        Visit("look-back-note", ("down", "enter", *"Twice")),
    ),
    "others": (
        Visit("rounds", ("o",)),
        Visit("round-forms", ("x",)),
        Visit("round-paper", ("escape", "y")),
        Visit("round-paper-row", ("enter", *"334")),
        Visit("round-reminder", ("escape", "enter", "m")),
        Visit("round-close", ("escape", "f")),
        Visit("round-withdraw", ("escape", "delete")),
        Visit("import-path", ("escape", "i")),
        Visit("import", ("escape",), open=_import),
        Visit("import-done", ("enter",)),
        Visit("compare", ("escape", "escape", "c")),
        Visit("compare-items", ("enter",)),
        Visit("compare-focus", ("escape", "s")),
        Visit("compare-fields", ("f",)),
        Visit("compare-comments", ("m",)),
        Visit("compare-table", ("T",)),
        Visit("discuss", ("T", "w", "right", "space")),
        Visit("hand-over", ("escape", "escape"), open=_hand_over),
    ),
    "tiny": (Visit("too-small"), Visit("too-small-assessing", ("n", "enter"))),
    "demo": (
        Visit("home", ()),
        Visit("keys", ("question_mark",)),
        Visit("palette", ("escape", "ctrl+p")),
        Visit("home-marked", ("escape", "space", "down", "space")),
        Visit("home-filter", ("slash", *"2025")),
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
        Visit("assessing-one-by-one", ("p", "o")),
        Visit("note", ("o", "e", *"Twijfel")),
        Visit("find", ("escape", "slash", *"gezin")),
        Visit("review", ("escape", "f")),
        Visit("home-draft", ("escape", "escape")),
    ),
}


@contextlib.asynccontextmanager
async def opened(journal: Journal, size: tuple[int, int]) -> AsyncIterator[tuple[ReflectApp, Pilot[None]]]:
    """Run the app on a journal."""
    app = ReflectApp(journal, Settings(), fixed_clock(), Start())
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
    await still(app, pilot)


async def still(app: ReflectApp, pilot: Pilot[None]) -> None:
    """Stop the cursors from blinking."""
    for field in [*app.screen.query(Input), *app.screen.query(TextArea)]:
        field.cursor_blink = False
    await pilot.pause()
