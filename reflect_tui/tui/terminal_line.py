"""The settings of a terminal line: read, made raw, and put back, from the background too."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
from typing import Any


def attributes(descriptor: int) -> list[Any] | None:
    """Give the settings of a terminal; None when it is gone."""
    try:
        return termios.tcgetattr(descriptor)
    except termios.error:
        return None


def raw(found: list[Any] | None) -> list[Any] | None:
    """Have every key given at once and unchanged: Control+C, Control+S and Control+Z are keys as well."""
    if found is None:
        return None
    iflag, oflag, cflag, lflag, ispeed, ospeed, signs = found
    iflag &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP)
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    signs = [*signs]
    signs[termios.VMIN], signs[termios.VTIME] = 1, 0
    return [iflag, oflag, cflag, lflag, ispeed, ospeed, signs]


def set_attributes(descriptor: int, wanted: list[Any] | None) -> None:
    """Set them, also from the background, where the system would otherwise stop the process for it."""
    if wanted is None:
        return
    previous = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with contextlib.suppress(termios.error):
        termios.tcsetattr(descriptor, termios.TCSANOW, wanted)
    signal.signal(signal.SIGTTOU, previous)


def some(descriptor: int) -> bytes:
    """Read what is there; nothing when the terminal is gone."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def in_background(descriptor: int) -> bool:
    """Tell whether another job of the shell has the terminal."""
    try:
        return os.tcgetpgrp(descriptor) != os.getpgrp()
    except OSError:
        return False
