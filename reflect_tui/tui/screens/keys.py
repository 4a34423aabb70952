"""All keys of a screen, from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence

from reflect_tui.i18n import _
from reflect_tui.pages.lines import EMPTY, Line, line, pad, paragraph, span
from reflect_tui.tui.keys import EVERYWHERE, MOVES, Action, explanation, key_names
from reflect_tui.tui.screens.page import Page


class KeysScreen(Page):
    """What every key does on the screen one came from."""

    def __init__(self, of: Sequence[Action]) -> None:
        """Show these actions of a screen."""
        super().__init__()
        self._of = of

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("All keys of this screen"), "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """List the screen's own actions, then those of every screen."""
        shared = {action.name for action in (*MOVES, *EVERYWHERE)}
        own = [action for action in self._of if action.name not in shared]
        others = [action for action in self._of if action.name in shared]
        return [
            *_rows(_merged(own), columns),
            EMPTY,
            line("  ", span(_("On every screen"), "title")),
            *_rows(others, columns),
        ]

    def action_keys(self) -> None:
        """Close on the key that opened it."""
        self.action_back()


def _merged(actions: list[Action]) -> list[Action]:
    """Put keys with the same explanation on one row: the digits."""
    rows: dict[str, list[Action]] = {}
    for action in actions:
        rows.setdefault(action.help, []).append(action)
    return [
        Action(same[0].name, same[0].keys if len(same) == 1 else "1 … 9", same[0].label, text)
        for text, same in rows.items()
    ]


def _rows(actions: list[Action], columns: int) -> list[Line]:
    lines: list[Line] = []
    for action in actions:
        first, *rest = paragraph(explanation(action), min(columns, 96), indent=18)
        keys = span(pad(key_names(action.keys), 14), "accent")
        lines += [line("    ", keys) + Line(first.spans[1:]), *rest]
    return lines
