"""Leaves out of what is sent to the terminal what it shows already: signs that stay, and what a style has in common.

Textual sends a whole row when one sign of it changes, and each piece of it with all of its style before it and a reset
behind it. Over a slow line that is most of what a key costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reflect_tui.tui import styling

# What can be followed: a style, a place to go on at, the marks around a frame. Before a place the end of a row is idle:
# Textual sends none behind the last row, where it would scroll.
_SEQUENCE = re.compile(
    r"\x1b\[(?P<style>[0-9;]*)m|(?:\r?\n)*\x1b\[(?P<row>\d+);(?P<column>\d+)H|(?P<mark>\x1b\[\?2026[hl])"
)
_ONE_COLUMN = re.compile(r"[ -~\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2800-\u28ff]+")
_NEAR = 6  # signs: to send as many again is shorter than to go to the next place

Place = tuple[int, int]
Cell = tuple[str, str]


class Shown:
    """What one terminal shows, as far as it is known: nothing at first, and after what can't be followed."""

    def __init__(self) -> None:
        """Know nothing."""
        self._rows: dict[int, list[Cell | None]] = {}
        self._at: Place | None = None  # where the terminal goes on
        self._wanted: Place | None = None  # where it should
        self._sent: list[str] = []
        self._has = ""

    def forget(self) -> None:
        """Know nothing any more: somebody else may have drawn."""
        self._rows.clear()
        self._at = self._wanted = None

    def lacking(self, text: str) -> str:
        """Give what is to be sent, so that the terminal shows what it would after `text`.

        Before and after, the terminal has no style.
        """
        self._sent, self._has = [], ""
        style = ""
        position = 0
        for found in _SEQUENCE.finditer(text):
            self._put(text[position : found.start()], style)
            position = found.end()
            if found["mark"]:
                self._sent.append(found["mark"])
            elif found["row"]:
                self._wanted = (int(found["row"]), int(found["column"]))
            else:
                style = _joined(style, found["style"])
        self._put(text[position:], style)
        self._go()
        return "".join(self._sent) + (styling.RESET if self._has else "")

    def _put(self, piece: str, style: str) -> None:
        """Show a piece of text in a style where the terminal should go on."""
        if not piece:
            return
        if self._wanted is None or not _ONE_COLUMN.fullmatch(piece):
            self._put_unfollowed(piece, style)
            return
        row, column = self._wanted
        new: Sequence[Cell | None] = _cells(piece, style)
        known = self._rows.setdefault(row, [])
        known += [None] * (column + len(piece) - len(known))
        old = known[column : column + len(piece)]
        for start, end in _changed(old, new) if old != new else ():
            self._wanted = (row, column + start)
            self._send(piece[start:end], style)
            self._at = (row, column + end)
        known[column : column + len(piece)] = new
        self._wanted = (row, column + len(piece))

    def _put_unfollowed(self, piece: str, style: str) -> None:
        """Send what may take any number of columns, or do anything."""
        self._send(piece, style)
        if piece.isprintable() and self._wanted:
            self._rows.pop(self._wanted[0], None)
            self._at = self._wanted = None
        else:
            self.forget()

    def _send(self, piece: str, style: str) -> None:
        self._go()
        if not (piece.isspace() and styling.same_blank(self._has, style)):
            self._sent.append(styling.change(self._has, style))
            self._has = style
        self._sent.append(piece)

    def _go(self) -> None:
        """Go where the terminal should go on."""
        if self._wanted and self._at != self._wanted:
            self._at = self._wanted
            self._sent.append("\x1b[{};{}H".format(*self._wanted))


def _joined(style: str, more: str) -> str:
    """Add to a style; nothing and 0 reset it."""
    if more in ("", "0"):
        return ""
    return f"{style};{more}" if style else more


def _cells(piece: str, style: str) -> list[Cell | None]:
    """Give what each column shows; of a blank only what is behind it can be seen."""
    ground = styling.ground(style)
    return [(sign, ground if sign == " " else style) for sign in piece]


def _changed(old: Sequence[Cell | None], new: Sequence[Cell | None]) -> Iterator[Place]:
    """Give the parts, from and to, that differ; those that are near one another as one."""
    start = end = -1
    for column, (one, other) in enumerate(zip(old, new, strict=True)):
        if one == other:
            continue
        if start >= 0 and column - end >= _NEAR:
            yield start, end
            start = column
        start = column if start < 0 else start
        end = column + 1
    if start >= 0:
        yield start, end
