"""All keys of a screen, from the table of actions; a click does what the key does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from reflect_tui.i18n import _
from reflect_tui.tui.actions import EVERYWHERE, MOVES, Action
from reflect_tui.tui.keys import explanation, key_names
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views.lines import EMPTY, Line, hanging, heading, line, pad, paragraph, span, width


class KeysScreen(Page):
    """What every key does on the screen one came from."""

    def __init__(self, of: Sequence[Action], explained: str = "") -> None:
        """Show these actions of a screen, and what its figures stand on."""
        super().__init__()
        self._of = of
        self._figures = explained

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("All keys of this screen"), "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """List the screen's own actions, then those of every screen."""
        shared = {action.name for action in (*MOVES, *EVERYWHERE)}
        own = [action for action in self._of if action.name not in shared]
        others = [action for action in self._of if action.name in shared]
        own = _merged(own)
        written = {action.keys: self.host.written(key_names(action.keys)) for action in (*own, *others)}
        return [
            *_rows(own, written, columns - 1),
            EMPTY,
            line("  ", span(_("On every screen"), "title")),
            *_rows(others, written, columns - 1),
            *self._explained(columns),
        ]

    def _explained(self, columns: int) -> list[Line]:
        if not self._figures:
            return []
        return [EMPTY, heading(_("What the figures stand on")), *paragraph(self._figures, min(columns, 96), indent=4)]

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Return to the screen one came from and do what was clicked there."""
        self.action_back()
        self.app.call_later(self._perform, message.target)

    async def _perform(self, name: str) -> None:
        await self.app.run_action(name, default_namespace=self.app.screen)

    def action_keys(self) -> None:
        """Close on the key that opened it."""
        self.action_back()


def _merged(actions: list[Action]) -> list[Action]:
    """Put keys with the same explanation on one row, each with its first key: those that score."""
    rows: dict[str, list[Action]] = {}
    for action in actions:
        rows.setdefault(action.help, []).append(action)
    return [same[0] if len(same) == 1 else _together(same) for same in rows.values()]


def _together(same: list[Action]) -> Action:
    keys = ",".join(action.keys.split(",", maxsplit=1)[0] for action in same)
    return structs.replace(same[0], keys=keys, name="")


def _rows(actions: list[Action], written: Mapping[str, str], columns: int) -> list[Line]:
    """Set the keys as they are written, and beside them what they do."""
    room = 2 + max(map(width, written.values()))
    lines: list[Line] = []
    for action in actions:
        label = line("    ", span(pad(written[action.keys], room), "accent"), target=action.name)
        lines += hanging(label, explanation(action), min(columns, 96))
    return lines
