"""Sends what is drawn to the terminal, in a thread: no key waits for a slow line, no closed window hangs the app."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import select
import termios
import threading
from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from itertools import zip_longest
from typing import NamedTuple

from reflect_tui import text as glyphs
from reflect_tui.tui import theme

# Leaves out of what is sent to the terminal what it shows already: signs that stay, and what a style has in common.
#
# Textual sends a whole row when one sign of it changes, and each piece of it with all of its style before it and a
# reset behind it. Over a slow line that is most of what a key costs. Here the signs that differ are sent one style
# after the other: to go to a place is shorter than to name colours again. A frame is shown as a whole, so nobody sees
# the order.


# What can be followed: a style, a place to go on at, the marks around a frame. Before a place the end of a row is
# idle: Textual sends none behind the last row, where it would scroll.
_SEQUENCE = re.compile(
    r"\x1b\[(?P<style>[0-9;]*)m|(?:\r?\n)*\x1b\[(?P<row>\d+);(?P<column>\d+)H|(?P<mark>\x1b\[\?2026[hl])"
)
_ONE_COLUMN = re.compile(r"[ -~\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2713\u270e\u2800-\u28ff]+")
_NEAR = 4  # signs: to send as many again is as short as to go over them

Place = tuple[int, int]
Cell = tuple[str, str]


class Run(NamedTuple):
    """Signs of one style that stand together; of blanks alone the style is what is behind them."""

    row: int
    column: int
    signs: str
    style: str


class Shown:
    """What one terminal shows, as far as it is known: nothing at first, and after what can't be followed."""

    def __init__(self) -> None:
        """Know nothing."""
        self._rows: dict[int, list[Cell | None]] = {}
        self._at: Place | None = None  # where the terminal goes on
        self._wanted: Place | None = None  # where it should
        self._before: dict[int, list[Cell | None]] = {}  # rows as the terminal has them, where others are wanted
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
                self._send_changed()
                self._sent.append(found["mark"])
            elif found["row"]:
                self._wanted = (int(found["row"]), int(found["column"]))
            else:
                style = _joined(style, found["style"])
        self._put(text[position:], style)
        self._send_changed()
        self._go()
        return "".join(self._sent) + (theme.RESET if self._has else "")

    def _put(self, piece: str, style: str) -> None:
        """Show a piece of text in a style where the terminal should go on."""
        if not piece:
            return
        if self._wanted is None or not _ONE_COLUMN.fullmatch(piece):
            self._send_changed()
            self._put_unfollowed(piece, style)
            return
        row, column = self._wanted
        known = self._rows.setdefault(row, [])
        if row not in self._before:
            self._before[row] = known.copy()
        known += [None] * (column + len(piece) - len(known))
        known[column : column + len(piece)] = _cells(piece, style)
        self._wanted = (row, column + len(piece))

    def _put_unfollowed(self, piece: str, style: str) -> None:
        """Send what may take any number of columns, or do anything."""
        self._send(piece, style)
        if piece.isprintable() and self._wanted:
            self._rows.pop(self._wanted[0], None)
            self._at = self._wanted = None
        else:
            self.forget()

    def _send_changed(self) -> None:
        """Send the signs that differ, and go on where the terminal should."""
        runs = [run for row, old in self._before.items() for run in _runs(row, old, self._rows[row])]
        self._before.clear()
        wanted = self._wanted
        for run in _by_style(runs):
            self._wanted = (run.row, run.column)
            self._send(run.signs, run.style)
            self._at = (run.row, run.column + len(run.signs))
        self._wanted = wanted

    def _send(self, piece: str, style: str) -> None:
        self._go()
        if not (piece.isspace() and theme.same_blank(self._has, style)):
            self._sent.append(theme.change(self._has, style))
            self._has = style
        self._sent.append(piece)

    def _go(self) -> None:
        """Go where the terminal should go on."""
        if self._wanted and self._at != self._wanted:
            self._sent.append(_way(self._at, self._wanted))
            self._at = self._wanted


def _way(here: Place | None, there: Place) -> str:
    """Give what goes from one place to another: in a row, over as many signs."""
    if here and here[0] == there[0] and here[1] < there[1]:
        return f"\x1b[{there[1] - here[1]}C"
    return f"\x1b[{there[0]};{there[1]}H"


def _joined(style: str, more: str) -> str:
    """Add to a style; nothing and 0 reset it."""
    if more in ("", "0"):
        return ""
    return f"{style};{more}" if style else more


def _cells(piece: str, style: str) -> list[Cell | None]:
    """Give what each column shows; of a blank only what is behind it can be seen."""
    ground = theme.ground(style)
    return [(sign, ground if sign == " " else style) for sign in piece]


def _runs(row: int, old: Sequence[Cell | None], new: Sequence[Cell | None]) -> Iterator[Run]:
    """Give the parts of a row that differ; those of one style that are near one another as one."""
    if old == new:
        return
    start = end = 0
    style = ""
    for column, (cell, other) in enumerate(zip_longest(new, old)):
        if cell is None or cell == other:
            continue
        if column == end and cell[1] == style and start < end:
            end += 1
            continue
        joined = _style_of(style, new[end : column + 1]) if start < end and column - end <= _NEAR else None
        if joined is None:
            if start < end:
                yield _run(row, start, new[start:end], style)
            start, joined = column, cell[1]
        style, end = joined, column + 1
    if start < end:
        yield _run(row, start, new[start:end], style)


def _style_of(style: str, more: Sequence[Cell | None]) -> str | None:
    """Give the style in which signs look right behind those of another style; None when there is none."""
    for cell in more:
        if cell is None:
            return None
        sign, look = cell
        if look == style or (sign == " " and look == theme.ground(style)):
            continue
        if sign == " " or theme.ground(look) != style:
            return None
        style = look  # till now there were but blanks
    return style


def _run(row: int, column: int, cells: Sequence[Cell | None], style: str) -> Run:
    return Run(row, column, "".join(cell[0] for cell in cells if cell), style)


def _by_style(runs: Sequence[Run]) -> Iterator[Run]:
    """Put runs of one style together, and blanks where a style comes that has the same behind it."""
    styles = dict.fromkeys(run.style for run in runs if not run.signs.isspace())
    grounds = {theme.ground(style): style for style in reversed(styles)}
    groups: dict[str, list[Run]] = {style: [] for style in styles}
    for run in runs:
        style = grounds.get(run.style, run.style) if run.signs.isspace() else run.style
        groups.setdefault(style, []).append(run)
    for group in groups.values():
        yield from sorted(group)


_FRAME_BEGINS, _FRAME_ENDS = "\x1b[?2026h", "\x1b[?2026l"
_PATIENCE = 2.0  # seconds to wait for a terminal that takes nothing, at the end


class _Order(Enum):
    """What is asked of the thread between two texts."""

    FORGET = auto()
    CLOSE = auto()


class Painter(threading.Thread):
    """Writes to one terminal, until closed."""

    def __init__(self, descriptor: int, encoding: str) -> None:
        """Write in an encoding; signs that it has not become ASCII of the same width."""
        super().__init__(name="terminal-output", daemon=True)
        self._descriptor = descriptor
        self._encoding = encoding
        # Without a bound: a bounded queue blocks the app, signals included, when the terminal takes nothing.
        self._queue: queue.SimpleQueue[str | _Order | Callable[[], None]] = queue.SimpleQueue()
        self._shown = Shown()
        self._frame = ""  # what is written of a frame that has not ended yet
        self.start()

    def write(self, text: str) -> None:
        """Send text; returns at once. A frame waits for its end: so the thread is woken once for it."""
        self._frame += text
        if not self._frame.startswith(_FRAME_BEGINS) or _FRAME_ENDS in text:
            self._queue.put(self._frame)
            self._frame = ""

    def forget(self) -> None:
        """Send all of what is drawn from here on: what the terminal shows may have changed."""
        self._queue.put(_Order.FORGET)

    def after(self, act: Callable[[], None]) -> None:
        """Act, in this thread, as soon as all that was written till now is sent."""
        self._queue.put(act)

    def close(self) -> None:
        """Wait until all is sent; throw away what a terminal that hangs does not take."""
        self._queue.put(_Order.CLOSE)
        self.join(_PATIENCE)
        if self.is_alive():
            with contextlib.suppress(termios.error):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            self.join(_PATIENCE)

    def run(self) -> None:
        """Send until closed; once the terminal is gone there is nobody to draw for, and nothing to say about it."""
        gone = False
        while (text := self._queue.get()) is not _Order.CLOSE:
            if text is _Order.FORGET:
                self._shown.forget()
            elif isinstance(text, str):
                gone = gone or not self._send(self._shown.lacking(text).encode(self._encoding, errors=glyphs.NAME))
            elif callable(text):
                text()

    def _send(self, data: bytes) -> bool:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # another program with the same terminal made it so
                select.select((), (self._descriptor,), ())
            except OSError:
                return False
        return True
