"""Our own corner of a repository, `.git/reflect-tui`: whose turn it is, and what a killed program left half done.

Before a branch moves, an intent is written: where it goes, and which entries of the user's index must follow. After
a kill the next turn reads it, takes away the lock files that only the killed command can have left, and brings the
index up to date. Without it `git status` would show the new sessions as removed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from reflect_tui import formats
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.journal import files, lock
from reflect_tui.journal.obstacle import Obstacle, ObstacleError

_WAIT = 10.0  # seconds for another program's turn
_LINGER = 0.5  # seconds that a command outlives the program that was killed
_LARGEST_INTENT = 100_000_000
_MARK = b"reflect-tui\n"


class Intent(Struct, frozen=True):
    """A branch about to move to `commit`; `entries` has the index entry of each path before and after."""

    branch: str
    commit: str
    entries: dict[str, tuple[str | None, str | None]]


class Corner:
    """The folder for our own files within a repository, used by one program at a time."""

    def __init__(self, root: Path, repository: Path, common: Path) -> None:
        """Take the folder of a repository, and the one it shares with its other work trees."""
        self._root = root
        self._repository = repository
        self.common = common
        self._folder = repository / "reflect-tui"
        self._intent = self._folder / "intent.json"
        self._branches = self._folder / "branches"
        self._mark = self._folder / "mark"
        self.index = self._folder / "index"
        self.user_index = repository / "index"
        self._index_lock = repository / "index.lock"

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for our turn, and begin it with a tidy folder.

        Raises:
            ObstacleError: another program has been busy for 10 seconds.
            JournalError: the folder can't be written.
        """
        path = self._folder / "lock"
        try:
            self._make_room()
            files.make_folder(self._folder)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalError(files.explain(error, path)) from error
        try:
            if not lock.take(descriptor, _WAIT):
                raise ObstacleError(Obstacle("busy", str(self._root)))
            self._tidy()
            yield
            self._tidy()
        except OSError as error:
            raise JournalError(files.explain(error, self._folder)) from error
        finally:
            os.close(descriptor)

    def _make_room(self) -> None:
        """Move aside what is no folder of ours, and a lock that is no file; a link may lead to anything."""
        for path, is_right in ((self._folder, stat.S_ISDIR), (self._folder / "lock", stat.S_ISREG)):
            with contextlib.suppress(FileNotFoundError):
                if not is_right(path.lstat().st_mode):
                    path.rename(self._repository / f"{self._folder.name}-aside-{secrets.token_hex(4)}")
                    files.sync_folder(self._repository)

    def _tidy(self) -> None:
        """Remove what a killed program left here; its turn is over."""
        for path in self._folder.iterdir():
            if path.name in ("lock", self._intent.name, self._branches.name) or self._is_our_mark(path):
                continue
            if stat.S_ISDIR(path.lstat().st_mode):
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _is_our_mark(self, path: Path) -> bool:
        """Tell whether this is the mark as we write it; it stays, as it takes longer to write than to link."""
        with contextlib.suppress(ReflectError):
            return path == self._mark and formats.read_bytes(path, len(_MARK)) == _MARK
        return False

    def intent(self) -> Intent | None:
        """Give the intent that stands, None when there is none or it can't be read (it is only a convenience)."""
        try:
            return formats.unpack(formats.read_bytes(self._intent, _LARGEST_INTENT), Intent, self._intent)
        except ReflectError:
            return None

    def intend(self, intent: Intent) -> None:
        """Write down what is about to happen.

        Raises:
            JournalError: it could not be written.
        """
        files.replace(self._intent, formats.pack(intent))

    def forget(self) -> None:
        """Drop the intent: it is fulfilled, or no longer possible."""
        files.remove(self._intent)

    def knows(self, branch: str) -> bool:
        """Tell whether a branch is one that commits of ours were on: without a commit it has lost them."""
        try:
            return branch in formats.read_bytes(self._branches).decode("utf-8", "surrogateescape").split("\n")
        except ReflectError:
            return False

    def note_branch(self, branch: str) -> None:
        """Write down that a commit of ours is on a branch; when that fails, with the next one."""
        if self.knows(branch):
            return
        with contextlib.suppress(ReflectError):
            before = formats.read_bytes(self._branches) if self._branches.exists() else b""
            files.replace(self._branches, before + branch.encode("utf-8", "surrogateescape") + b"\n")

    def clear_locks(self, intent: Intent) -> bool:
        """Take away the lock files that a killed command of ours left on a branch; tell whether there were any.

        A lock is ours when it is younger than the intent, has no more than a part of our own commit in it (or the
        zeros that a power cut leaves), and stays for half a second: git itself holds these for milliseconds.
        """
        self.clear_index_lock()
        locks = [self._repository / "HEAD.lock", self.common / f"{intent.branch}.lock"]
        deadline = time.monotonic() + _LINGER
        while any(map(os.path.lexists, locks)) and time.monotonic() < deadline:
            time.sleep(_LINGER / 20)
        left = [path for path in locks if self._is_ours(path, intent)]
        for path in left:
            path.unlink(missing_ok=True)
            files.sync_folder(path.parent)  # else a power cut brings it back, older than the next intent: not ours
        return bool(left)

    def _is_ours(self, path: Path, intent: Intent) -> bool:
        try:
            younger = path.stat().st_mtime_ns >= self._intent.stat().st_mtime_ns
            return younger and intent.commit.encode().startswith(formats.read_bytes(path).strip(b"\0\n"))
        except (OSError, ReflectError):
            return False

    @contextlib.contextmanager
    def index_lock(self) -> Iterator[bool]:
        """Hold git's own lock on the user's index; False when someone else has it, or it can't be made."""
        try:
            files.write_new(self._mark, _MARK)
            os.link(self._mark, self._index_lock)  # appears with its mark in it, so that a dead one is known as ours
        except (JournalError, OSError):
            yield False
            return
        try:
            yield True
        finally:
            self._index_lock.unlink(missing_ok=True)
            files.sync_folder(self._repository)  # else a power cut brings the lock back, and git would wait for it

    def left_lock(self) -> bool:
        """Tell whether a dead program of ours left its lock on the user's index; asked in our turn, or as a hint."""
        try:
            return formats.read_bytes(self._index_lock, len(_MARK)) == _MARK
        except ReflectError:
            return False

    def clear_index_lock(self) -> None:
        """Take away the lock on the user's index that a dead program of ours left: only we write this mark."""
        if self.left_lock():
            self._index_lock.unlink(missing_ok=True)
