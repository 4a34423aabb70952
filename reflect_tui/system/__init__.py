"""What operating systems do differently: opening, locking and syncing files, whose they are, signals that end us.

Both modules here have the same names, and `windows.py` says what it can't do. Nothing else asks which system this is,
but the terminal, which Textual has for Windows (`tui/shutdown.py`).
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

if sys.platform == "win32":
    from reflect_tui.system.windows import *  # noqa: F403 -- one interface
else:
    from reflect_tui.system.posix import *  # noqa: F403 -- the same one

SIGNALS = (signal.SIGINT, *ENDS)  # noqa: F405 -- of the system


class Stopped(BaseException):
    """The program is told to end, which nothing but the end may catch; `code` is what shells expect then."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise Stopped in the block when a signal tells the program to end; one is enough, more are ignored.

    A signal that is ignored already stays so: that is what nohup does.
    """
    minded = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, _stop) for number in minded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)  # until the block is left
    raise Stopped(number)
