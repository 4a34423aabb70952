"""What can be told of a repository by its files alone, before git is asked: it would wait, or say no more than that."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

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
_NOTHING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


def odd_file(folder: Path) -> Path | None:
    """Find a pipe or device among the files that git reads first: it would wait there for ever."""
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
    """Tell whether a `.git` is a link to nothing, or a file that names no folder: there is no repository to it.

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
    """Give the folder that stands where the file of the branch belongs; None when none does."""
    named = _BRANCH.fullmatch(_read(folder / "HEAD") or b"")
    path = folder / os.fsdecode(named[1]) if named else folder
    return path if named and files.is_real(path) else None


def is_hollow(folder: Path) -> bool:
    """Tell whether no file is in a folder, nor in those within: git puts a branch in the place of such a one."""
    return not any(names for _folder, _folders, names in os.walk(folder))


def spoiled_settings(folder: Path) -> Path | None:
    """Give git's settings in a repository when they hold zeros, as after a power cut; None when they don't."""
    path = folder / "config"
    return path if files.is_real(folder) and b"\0" in (_read(path) or b"") else None


def _read(path: Path) -> bytes | None:
    try:
        return formats.read_bytes(path)
    except ReflectError:
        return None
