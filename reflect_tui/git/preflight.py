"""What can be told of a repository by its files alone, before git is asked: it would wait, or say no more than that."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.errors import ReflectError
from reflect_tui.toml import formats

_READ_FIRST = (
    "", "HEAD", "config", "config.worktree", "commondir", "index", "packed-refs", "shallow", "info/attributes",
    "info/exclude", "info/grafts", "objects/info/alternates",
)  # fmt: skip
_ALL_BELOW = ("refs", "logs")  # git reads every branch when it looks for one commit, and adds to logs that are there
_BRANCH = re.compile(rb"ref: (refs/heads/[!-~]+)\n?")
_LEADS = b"gitdir:"
_OLD = 10 * 60.0  # seconds; git itself holds a lock for milliseconds, a commit as long as its editor is open
_PROCESSES = Path("/proc")
_NOTHING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


def special_file(folder: Path) -> Path | None:
    """A pipe or device among the files that git reads first: it would wait there for ever."""
    for path in _read_first(str(folder)):
        with contextlib.suppress(OSError):
            mode = os.stat(path).st_mode  # noqa: PTH116 -- asked of twenty files before every look at history
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                return Path(path)
    return None


def _read_first(folder: str) -> Iterator[str]:
    yield from (f"{folder}/{name}" for name in _READ_FIRST)
    for name in _ALL_BELOW:
        for within, _folders, names in os.walk(f"{folder}/{name}"):
            yield from (f"{within}/{name}" for name in names)


def leads_nowhere(folder: Path) -> bool:
    """Check whether a `.git` is a link to nothing, or a file that names no folder: there is no repository to it.

    A file that does name one is left to stand, even if that isn't there: it is part of a work tree elsewhere.
    """
    try:
        mode = folder.stat().st_mode
    except OSError as error:
        return error.errno in _NOTHING and folder.is_symlink()
    if folder.is_symlink() or not stat.S_ISREG(mode):
        return False
    return not (_read(folder) or b"").startswith(_LEADS) and os.access(folder, os.R_OK)


def branch_folder(folder: Path) -> Path | None:
    """The folder that stands where the file of the branch belongs; None when none does."""
    named = _BRANCH.fullmatch(_read(folder / "HEAD") or b"")
    path = folder / os.fsdecode(named[1]) if named else folder
    return path if named and files.is_real(path) else None


def holds_no_file(folder: Path) -> bool:
    """Check whether no file is in a folder, nor in those within: git puts a branch in the place of such a one."""
    return not any(names for _folder, _folders, names in os.walk(folder))


def spoiled_settings(folder: Path) -> Path | None:
    """The file of git's settings in a repository when they hold zeros, as after a power cut; None when they don't."""
    path = folder / "config"
    return path if files.is_real(folder) and b"\0" in (_read(path) or b"") else None


def _read(path: Path) -> bytes | None:
    try:
        return formats.read_bytes(path)
    except ReflectError:
        return None


# Lock files that dead programs left in a repository, by a strict rule: old, and nobody there who could have it.


class LockFile(Struct, frozen=True, kw_only=True):
    """A lock file of git's: how long it has been there, and which process has to do with it (None: nobody).

    `certain` is off where the system doesn't tell what processes have open; then nothing is stale.
    """

    path: Path
    age: float
    process: int | None = None
    certain: bool = True

    @property
    def stale(self) -> bool:
        """Whether it may be taken away, by one who holds the journal's own Lock."""
        return self.age > _OLD and self.process is None and self.certain


def lock_files(root: Path, folder: Path) -> tuple[LockFile, ...]:
    """List the lock files of git's in the repository of the journal in `root`; none where that is no real folder."""
    paths = sorted(_lock_paths(folder)) if files.is_real(folder) else []
    return tuple(lock for path in paths if (lock := _lock_file(path, root)))


def _lock_paths(folder: Path) -> Iterator[Path]:
    """List every lock that git has in a repository: on single files, and on branches."""
    yield from folder.glob("*.lock")
    for top, _folders, names in os.walk(folder / "refs"):
        yield from (Path(top, name) for name in names if name.endswith(".lock"))


def _lock_file(path: Path, root: Path) -> LockFile | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    certain = (_PROCESSES / "self" / "fd").is_dir()
    process = next(_users(status, root), None) if certain else None
    return LockFile(path=path, age=time.time() - status.st_mtime, process=process, certain=certain)


def _users(status: os.stat_result, root: Path) -> Iterator[int]:
    """Find the processes that have a file open, and every git at work in the folder: it may have closed its lock."""
    for folder in _PROCESSES.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):  # it has ended, or belongs to someone else
            if _works_in(folder, root) or any(_is_same(link, status) for link in (folder / "fd").iterdir()):
                yield int(folder.name)


def _works_in(process: Path, root: Path) -> bool:
    with contextlib.suppress(OSError):
        if (process / "comm").read_bytes().startswith(b"git"):
            where = Path(os.readlink(process / "cwd"))  # noqa: PTH115 -- Path.readlink() is the same, and slower
            return where.is_relative_to(os.path.realpath(root))
    return False


def _is_same(link: Path, status: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(link.stat(), status)
    return False
