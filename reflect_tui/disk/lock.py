"""One writer at a time: a lock on a journal's state folder that the kernel lets go of when its holder dies."""

from __future__ import annotations

import contextlib
import os
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

from msgspec import Meta, Struct

from reflect_tui import system
from reflect_tui.disk import files
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.toml import formats

_NAME = "lock"
_POLL = 0.05  # seconds between two tries


class Holder(Struct, frozen=True):
    """Who has the lock: the process, and since when."""

    pid: int
    since: Annotated[datetime, Meta(tz=True)]


class Lock:
    """A lock that is held; let go of it with release() or by leaving its `with` block."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, state: Path, wait: float = 0.0) -> Lock | None:
        """Take the lock of a journal's state folder; None when another program still has it after `wait` seconds.

        Raises:
            JournalError: the state folder can't be written.
        """
        files.make_folder(state)
        path = state / _NAME
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | system.NO_LINK | system.OPEN, 0o600)
            if not take(descriptor, wait):
                os.close(descriptor)
                return None
            _sign(descriptor)
        except OSError as error:
            raise JournalError(files.explain(error, path)) from error
        return cls(descriptor)

    def release(self) -> None:
        """Let go of the lock; more than once is fine."""
        if self._descriptor >= 0:
            system.close_lock(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def holder(state: Path) -> Holder | None:
    """Return who took the lock last, for a message; None when that can't be read. It may have let go since."""
    path = state / _NAME
    try:
        return formats.parse(formats.read_bytes(path), Holder, path)
    except ReflectError:
        return None


def take(descriptor: int, wait: float) -> bool:
    """Lock an open file, trying for at most `wait` seconds; OSError when its disk knows no locks."""
    deadline = time.monotonic() + wait
    while not (taken := system.lock(descriptor)) and time.monotonic() < deadline:
        time.sleep(_POLL)
    return taken


def _sign(descriptor: int) -> None:
    """Write who holds the lock. Only a message is made of it, so a torn one does no harm."""
    document = {"pid": os.getpid(), "since": datetime.now().astimezone().replace(microsecond=0)}
    with contextlib.suppress(OSError):  # a full disk: the lock itself holds all the same
        os.ftruncate(descriptor, 0)
        system.write_at(descriptor, formats.toml(document).encode(), 0)
