"""Our own folder in a repository, `.git/reflect-tui`, in which one program at a time prepares what git shall take over.

New objects wait in quarantine until all of a commit are there. Before a branch moves, an intent is written: where it
goes, and which entries of the user's index must follow. After a kill the next transaction reads it, takes away the
lock files that only the killed command can have left, and brings the index up to date; without it `git status` would
show the new sessions as removed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from reflect_tui import system
from reflect_tui.disk import files, lock
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.git.problems import Obstacle, ObstacleError
from reflect_tui.toml import formats

WAIT = 10.0
"""Seconds for another program's transaction, or a `git gc`."""
_LINGER = 0.5  # seconds that a command outlives the program that was killed
_TRIES = 20
_LARGEST_INTENT = 100_000_000
_MARK = b"reflect-tui\n"
_UNFINISHED = "tmp_obj_"  # git removes what is called so when it cleans up
_OURS = f"{_UNFINISHED}reflect-tui-"


class Intent(Struct, frozen=True):
    """A branch about to move to `commit`; `entries` are the blobs an index may have of each path, the new one last."""

    branch: str
    commit: str
    entries: dict[str, tuple[str | None, ...]]


class Transaction:
    """The files of a change to one repository; all but reading a hint needs begin()."""

    def __init__(self, root: Path, repository: Path, common: Path) -> None:
        """Name the files; nothing is touched.

        Args:
            root: the journal's folder.
            repository: the folder of its repository.
            common: the folder that the repository shares with its other work trees.
        """
        self._root = root
        self._repository = repository
        self.common = common
        self._folder = repository / "reflect-tui"
        self._intent = self._folder / "intent.json"
        self._branches = self._folder / "branches"
        self._mark = self._folder / "mark"
        self._quarantine = self._folder / "objects"
        self.index = self._folder / "index"
        self.user_index = repository / "index"
        self._index_lock = repository / "index.lock"

    @contextlib.contextmanager
    def begin(self, wait: float = WAIT) -> Iterator[None]:
        """Acquire our lock on the repository (waits so many seconds), with an empty folder to work in.

        Raises:
            ObstacleError: another program holds it.
            JournalError: the folder can't be written.
        """
        path = self._folder / "lock"
        try:
            self._move_strangers_aside()
            files.make_folder(self._folder)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | system.NO_LINK | system.OPEN, 0o600)
        except OSError as error:
            raise JournalError(files.explain(error, path)) from error
        try:
            if not lock.take(descriptor, wait):
                raise ObstacleError(Obstacle("busy", str(self._root)))
            self._remove_unfinished()
            self._tidy()
            self._quarantine.mkdir()
            try:
                yield
            finally:
                with contextlib.suppress(OSError):  # the next one does it
                    self._tidy()
        except OSError as error:
            raise JournalError(files.explain(error, Path(error.filename or self._folder))) from error
        finally:
            os.close(descriptor)

    def _move_strangers_aside(self) -> None:
        """Move aside what is no folder of ours, and a lock that is no file; a link may lead to anything."""
        for path, is_right in ((self._folder, stat.S_ISDIR), (self._folder / "lock", stat.S_ISREG)):
            with contextlib.suppress(FileNotFoundError):
                if not is_right(path.lstat().st_mode):
                    path.rename(self._repository / f"{self._folder.name}-aside-{secrets.token_hex(4)}")
                    files.sync_folder(self._repository)

    def _tidy(self) -> None:
        """Remove what this transaction, or one that was killed, no longer needs."""
        for path in self._folder.iterdir():
            if path.name in ("lock", self._intent.name, self._branches.name) or self._is_our_mark(path):
                continue
            if stat.S_ISDIR(path.lstat().st_mode):
                system.remove_tree(path)
            else:
                path.unlink(missing_ok=True)

    def was_cut_off(self) -> bool:
        """Check whether a transaction was killed, and left what it was preparing; outside begin() only a hint."""
        return self._quarantine.exists()

    def _remove_unfinished(self) -> None:
        """Remove what a transaction that was killed was moving into the repository."""
        if self.was_cut_off():
            for path in (self.common / "objects").glob(f"*/{_OURS}*"):
                path.unlink(missing_ok=True)

    def _is_our_mark(self, path: Path) -> bool:
        """Check whether this is the mark as we write it; it stays, as it takes longer to write than to link."""
        with contextlib.suppress(ReflectError):
            return path == self._mark and formats.read_bytes(path, len(_MARK)) == _MARK
        return False

    # New objects

    def stage(self, contents: Iterable[bytes]) -> list[Path]:
        """Write contents to files from which `git hash-object` can read them."""
        folder = self._folder / "contents"
        folder.mkdir(exist_ok=True)
        paths = []
        for number, content in enumerate(contents):
            paths.append(folder / str(number))
            paths[-1].write_bytes(content)
        return paths

    def quarantine(self, *, known: bool = True) -> dict[str, str]:
        """Variables that let git write new objects where nothing refers to them yet, and use an index of our own.

        Args:
            known: whether git also sees the objects that the repository has; it writes none of these again.
        """
        quoted = str(self.common / "objects").replace("\\", "\\\\").replace('"', '\\"')
        return {
            "GIT_INDEX_FILE": str(self.index),
            "GIT_OBJECT_DIRECTORY": str(self._quarantine),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{quoted}"' if known else "",
        }

    def take(self, packs: Iterable[Path]) -> None:
        """Take packs into quarantine that were fetched elsewhere; they appear with all other new objects."""
        folder = self._quarantine / "pack"
        folder.mkdir()
        for path in packs:
            _link_or_copy(path, folder / path.name)

    def publish(self) -> None:
        """Move every object out of quarantine into the repository; when this returns, they are on the disk.

        One that is there already is replaced: a power cut may have torn what a program left that doesn't wait for the
        disk.

        A `git gc` at the same time takes away folders in between, which are made again.

        Raises:
            OSError: the disk refuses; no name shows an object that isn't whole.
        """
        files.sync_folder(self._folder)  # after a power cut too was_cut_off() tells that something may be half moved
        for _attempt in range(_TRIES):
            with contextlib.suppress(FileNotFoundError):
                self._publish()
                return
        self._publish()

    def _publish(self) -> None:
        targets = [(path, self.common / "objects" / path.parent.name / path.name) for path in self._objects()]
        for path, target in targets:
            target.parent.mkdir(mode=0o700, exist_ok=True)
            temporary = target.with_name(f"{_OURS}{secrets.token_hex(3)}")
            try:
                _link_or_copy(path, temporary)
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)  # which is still there when both names led to one file
        for folder in sorted({target.parent for _path, target in targets}):
            files.sync_folder(folder)
        files.sync_folder(self.common / "objects")

    def wait_for_gc(self, wait: float) -> None:
        """Wait until no `git gc` is at work in the repository, so many seconds at most."""
        deadline = time.monotonic() + wait
        while self._gc_runs() and time.monotonic() < deadline:
            time.sleep(_LINGER / 20)

    def _gc_runs(self) -> bool:
        try:
            pid = int(formats.read_bytes(self.common / "gc.pid").split()[0])
            os.kill(pid, 0)
        except PermissionError:
            return True
        except (ReflectError, OSError, ValueError, IndexError, OverflowError):  # the number is not one of a process
            return False
        return pid > 0

    def is_published(self) -> bool:
        """Check whether every object that publish() moved is still a file of its own in the repository."""
        return all((self.common / "objects" / path.parent.name / path.name).exists() for path in self._objects())

    def _objects(self) -> list[Path]:
        packs = sorted(self._quarantine.glob("pack/*"), key=lambda path: path.suffix == ".idx")  # which shows the pack
        loose = (path for path in self._quarantine.glob("??/*") if not path.name.startswith(_UNFINISHED))
        return [*packs, *loose]

    # What is about to happen, and which branches have commits of ours

    def intent(self) -> Intent | None:
        """Read the intent that stands; None when there is none or it can't be read (it is only a convenience)."""
        try:
            return formats.unpack(formats.read_bytes(self._intent, _LARGEST_INTENT), Intent, self._intent)
        except ReflectError:
            return None

    def write_intent(self, intent: Intent) -> None:
        """Write down what is about to happen; JournalError when that fails."""
        files.replace(self._intent, formats.pack(intent))

    def clear_intent(self) -> None:
        """Remove the intent: it is fulfilled, or no longer possible."""
        files.remove(self._intent)

    def noted_branches(self) -> tuple[str, ...]:
        """The branches that commits of ours are on, the journal's own first: if it names none now, it has lost them.

        After a branch was renamed, its old name comes later.
        """
        try:
            return tuple(formats.read_bytes(self._branches).decode("utf-8", "surrogateescape").splitlines())
        except ReflectError:
            return ()

    def note_branch(self, branch: str) -> None:
        """Write down that a commit of ours is on a branch; when that fails, the next commit does it."""
        before = self.noted_branches()
        if branch in before[:1]:
            return
        with contextlib.suppress(ReflectError):
            names = (branch, *(name for name in before if name != branch))
            files.replace(self._branches, "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"))

    def folder_of(self, branch: str) -> Path:
        """Return the folder in which git writes down where a branch stands."""
        tables = self.common / "reftable"
        return tables if tables.is_dir() else (self.common / branch).parent

    # Lock files of git's

    def branch_is_locked(self, branch: str) -> bool:
        """Check whether a lock stands on HEAD or a branch, for longer than a git at work needs it."""
        return any(map(os.path.lexists, self._wait_for_locks(branch)))

    def _wait_for_locks(self, branch: str) -> tuple[Path, ...]:
        locks = (self._repository / "HEAD.lock", self.common / f"{branch}.lock")
        deadline = time.monotonic() + _LINGER
        while any(map(os.path.lexists, locks)) and time.monotonic() < deadline:
            time.sleep(_LINGER / 20)
        return locks

    def clear_locks(self, intent: Intent) -> bool:
        """Take away the lock files that a killed command of ours left on a branch; tell whether there were any.

        A lock is ours when it is younger than the intent, has no more than a part of our own commit in it (or the
        zeros that a power cut leaves), and stays for half a second: git itself holds these for milliseconds.
        """
        self.clear_index_lock()
        left = [path for path in self._wait_for_locks(intent.branch) if self._is_ours(path, intent)]
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
            if not self._is_our_mark(self._mark):  # one that is there was on the disk before it had its name
                files.write_new(self._mark, _MARK)
            _link_or_write(self._mark, self._index_lock)
        except (JournalError, OSError):
            yield False
            return
        try:
            yield True
        finally:
            self._index_lock.unlink(missing_ok=True)
            files.sync_folder(self._repository)  # else a power cut brings the lock back, and git would wait for it

    def has_left_lock(self) -> bool:
        """Check whether a dead program of ours left its lock on the user's index; outside begin() only a hint."""
        try:
            return formats.read_bytes(self._index_lock, len(_MARK)) == _MARK
        except ReflectError:
            return False

    def clear_index_lock(self) -> None:
        """Take away the lock on the user's index that a dead program of ours left: only we write this mark."""
        if self.has_left_lock():
            self._index_lock.unlink(missing_ok=True)


def _link_or_write(mark: Path, lock_file: Path) -> None:
    """Make a lock file with the mark in it, by which a dead one is known as ours; FileExistsError when it is taken.

    A hard link appears with the mark in it. Where there are none, a kill in between leaves an empty lock to doctor.
    """
    try:
        os.link(mark, lock_file)
    except OSError as error:
        if error.errno not in system.NO_HARD_LINKS:
            raise
        descriptor = os.open(lock_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | system.OPEN, 0o600)
        try:
            files.write_all(descriptor, _MARK)
        finally:
            os.close(descriptor)


def _link_or_copy(path: Path, target: Path) -> None:
    """Let a file have a second name; where there are no hard links, copy it, and wait for the disk."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copy(path, target)
        files.sync_file(target)
