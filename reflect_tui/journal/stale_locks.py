"""Lock files that dead programs left in a repository, by a strict rule: old, and nobody there who could have it."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

_OLD = 10 * 60.0  # seconds; git itself holds these for milliseconds, a commit as long as its editor is open
_PROCESSES = Path("/proc")


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


def find(root: Path, folders: Iterable[Path]) -> tuple[LockFile, ...]:
    """List the lock files in the folders of a journal's repository."""
    paths = sorted({path for folder in folders for path in _paths(folder)})
    return tuple(found for path in paths if (found := _look(path, root)))


def _paths(folder: Path) -> Iterator[Path]:
    """List every lock that git has in a repository: on single files, and on branches."""
    yield from folder.glob("*.lock")
    for top, _folders, names in os.walk(folder / "refs"):
        yield from (Path(top, name) for name in names if name.endswith(".lock"))


def _look(path: Path, root: Path) -> LockFile | None:
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
