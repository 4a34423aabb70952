"""Writes a draft while it is being filled in: every act at once, by threads, so that no key ever waits for a disk.

One thread writes, so that a kill loses at most the key in hand, even while another thread waits in fsync for the
disk, so that a power cut loses at most about a second. What can't be written stays in memory and is tried again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from reflect_tui.disk import files, lock
from reflect_tui.errors import JournalError
from reflect_tui.i18n import _
from reflect_tui.model.assessment import Act
from reflect_tui.store.draft_file import act_bytes

# A git program that another thread starts has a copy of every open file, locks and all, until it runs.
_INHERITED = 0.5  # seconds; a lock that is still held then is another window's
_RETRY = 1.0  # seconds before what failed is tried again, when no new act asks for it earlier


class DraftState(Struct, frozen=True):
    """How far a draft is kept: counts of acts since it was opened; `failed` is a sentence, "" when all is well.

    `pending` acts are only in memory, `written` ones survive a kill, `synced` ones a power cut.
    """

    pending: int
    written: int
    synced: int
    failed: str = ""

    @property
    def is_safe(self) -> bool:
        """Whether all of it survives a power cut."""
        return not self.failed and not self.pending and self.synced == self.written


OnState = Callable[[DraftState], None]


class DraftWriter:
    """Appends acts to one draft file; made by Drafts. Any thread may call it."""

    def __init__(self, path: Path, content: bytes, on_state: OnState | None = None) -> None:
        """Go on with a file that holds `content`.

        `on_state` is called from the threads after every change; it must return at once (post a message, don't wait
        for the screen) and may call nothing here but `state`.

        Raises:
            JournalError: the file can't be opened, or another program is filling it in.
        """
        self._path = path
        self._blocks = [content]  # everything the file must hold: it can be made anew from this
        self._size = len(content)
        self._written = self._synced = 0
        self._failed = ""
        self._failures = 0
        self._next_try = 0.0
        self._broken = False  # the file can't be trusted any more and must be made anew
        self._stopped = False
        self._on_state = on_state
        self._change = threading.Condition()
        self._telling = threading.Lock()
        self._descriptor = open_alone(path)
        names = (("draft-writer", self._write_always), ("draft-sync", self._sync_always))
        self._threads = [threading.Thread(target=work, name=name, daemon=True) for name, work in names]
        for thread in self._threads:
            thread.start()

    @property
    def path(self) -> Path:
        """The draft's file."""
        return self._path

    @property
    def state(self) -> DraftState:
        """How far the draft is kept now."""
        with self._change:
            return DraftState(self._count() - self._written, self._written, self._synced, self._failed)

    def listen(self, on_state: OnState) -> None:
        """Call `on_state` after every change from now on; see __init__."""
        self._on_state = on_state

    def append(self, act: Act, after: float) -> None:
        """Keep one act, done `after` seconds after the one before; returns at once.

        Raises:
            ValueError: the writer is closed.
        """
        block = act_bytes(act, after)
        with self._change:
            if self._stopped:
                raise ValueError(self._path)
            self._blocks.append(block)
            self._wake()

    def flush(self, timeout: float | None = None) -> None:
        """Wait until everything appended so far is on the disk, at most `timeout` seconds.

        Raises:
            JournalError: it could not be written, or took too long; it stays in memory and will be tried again.
        """
        deadline = time.monotonic() + (threading.TIMEOUT_MAX / 2 if timeout is None else timeout)
        with self._change:
            target, failures = self._count(), self._failures
            if self._synced < target or self._broken:
                self._wake()
            while not self._stopped and (self._synced < target or self._broken):
                left = deadline - time.monotonic()
                if self._failures > failures:
                    raise JournalError(self._failed)
                if left <= 0:
                    slow = _("{path} is not on the disk yet: the disk does not answer.")
                    raise JournalError(slow.format(path=self._path))
                self._change.wait(min(left, _RETRY))

    def close(self, timeout: float | None = None) -> None:
        """Flush and stop; more than once is fine.

        Raises:
            JournalError: something could not be written in time; the writer has stopped all the same.
        """
        if self._stopped:
            return
        try:
            self.flush(timeout)
        finally:
            with self._change:
                self._stopped = True
                self._wake()
            for thread in self._threads:
                thread.join(timeout)
            os.close(self._descriptor)

    def _count(self) -> int:
        """Count the acts appended; the first block is what the file held before."""
        return len(self._blocks) - 1

    def _wake(self) -> None:
        self._next_try = 0.0
        self._change.notify_all()

    def _write_always(self) -> None:
        while True:
            with self._change:
                while not self._stopped and not self._due():
                    self._change.wait(_RETRY if self._failed else None)
                if self._stopped:
                    return
                start, offset, broken = self._written, self._size, self._broken
                end = self._count()
                data = b"".join(self._blocks if broken else self._blocks[start + 1 :])
            self._attempt(data, offset, end, broken=broken)
            self._tell()

    def _due(self) -> bool:
        """Check whether there is something to write, and it is time to."""
        return (self._broken or self._written < self._count()) and time.monotonic() >= self._next_try

    def _attempt(self, data: bytes, offset: int, end: int, *, broken: bool) -> None:
        """Write acts up to the one numbered `end`; a failure is kept for all to see, the acts remain to be written."""
        try:
            if broken:
                self._make_anew(data)
            else:
                _write_at(self._descriptor, data, offset)
        except OSError as error:
            self._fail(files.explain(error, self._path))
        except JournalError as error:
            self._fail(str(error))
        else:
            with self._change:
                self._written, self._failed = end, ""
                self._size = len(data) if broken else offset + len(data)
                if broken:
                    self._synced, self._broken = end, False
                self._change.notify_all()

    def _fail(self, sentence: str) -> None:
        with self._change:
            self._failed = sentence
            self._failures += 1
            self._next_try = time.monotonic() + _RETRY
            self._change.notify_all()

    def _make_anew(self, data: bytes) -> None:
        """Write the whole draft to a new file.

        After a failed fsync the kernel may have thrown away what it could not write and call the next fsync a
        success, so the old file is no longer to be relied upon.
        """
        files.make_folder(self._path.parent)
        files.replace(self._path, data)
        old, self._descriptor = self._descriptor, open_alone(self._path)
        os.close(old)

    def _sync_always(self) -> None:
        while True:
            with self._change:
                while not self._stopped and (self._broken or self._synced >= self._written):
                    self._change.wait()
                if self._stopped:
                    return
                target = self._written
            try:
                os.fsync(self._descriptor)
                if not os.fstat(self._descriptor).st_nlink:
                    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            except OSError as error:
                with self._change:
                    self._broken, self._failed = True, files.explain(error, self._path)
                    self._wake()
            else:
                with self._change:
                    self._synced = max(self._synced, target)
                    self._change.notify_all()
            self._tell()

    def _tell(self) -> None:
        """Report how far things are, each change in its order."""
        if self._on_state is None:
            return
        # A screen that has closed its event loop meanwhile answers with RuntimeError; the draft goes on.
        with self._telling, contextlib.suppress(RuntimeError):
            self._on_state(self.state)


def open_alone(path: Path) -> int:
    """Open a draft for writing, for this program alone.

    Raises:
        JournalError: another program has it open, or it can't be opened.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        if lock.take(descriptor, _INHERITED):
            return descriptor
        os.close(descriptor)
    except OSError as error:
        raise JournalError(files.explain(error, path)) from error
    raise JournalError(_("This draft is being filled in in another window."))


def _write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all bytes at one place: a second try after a failure overwrites what the first one left."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written
