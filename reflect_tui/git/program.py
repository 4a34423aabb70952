"""Finds the programs to run: none that others may have put in the way of the user's own."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from reflect_tui import paths, system


class ProgramSearch(NamedTuple):
    """The program to run, "" when none is safe, and those on the PATH before it that others could have put there."""

    program: str
    passed_over: tuple[str, ...] = ()


def find_git(root: Path) -> ProgramSearch:
    """Search the PATH for git."""
    return find_program("git", root)


def find_program(name: str, root: Path) -> ProgramSearch:
    """Search the PATH for a program that nobody else can have planted.

    So it is named by its whole path, is in no journal's folder, and neither it nor a folder above it belongs to
    another user or may be changed by others: by everyone, or by a group that is not root's or the user's own.
    """
    own = [Path(os.path.realpath(folder)) for folder in (root, *paths.own_folders())]
    passed_over: list[str] = []
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = os.path.join(folder, f"{name}{system.EXECUTABLE}")  # noqa: PTH118 -- an empty or relative entry stays as it is
        if not os.path.isfile(program) or not os.access(program, os.X_OK):  # noqa: PTH113 -- as above
            continue
        real = Path(os.path.realpath(program))
        planted = any(place.is_relative_to(folder) for place in (Path(program), real) for folder in own)
        if not os.path.isabs(folder) or planted or any(map(_is_open, _links(Path(program)))):  # noqa: PTH117 -- as above
            passed_over.append(program)
        else:
            return ProgramSearch(program, tuple(passed_over))
    return ProgramSearch("", tuple(passed_over))


def _links(program: Path) -> Iterator[Path]:
    """Yield a program, every place that it is linked to on the way, and where it really is."""
    yield program
    while program.is_symlink():
        program = program.parent / program.readlink()
        yield program
    yield Path(os.path.realpath(program))


def _is_open(program: Path) -> bool:
    """Check whether a user but root and this one owns a file or a folder above it, or others may replace it."""
    below: os.stat_result | None = None
    trusted = (0, Path(program.anchor).stat().st_uid)  # in a container, root outside may bear another number
    for place in (program, *program.parents):
        status = place.stat()
        if any(one.st_uid not in trusted and not system.is_mine(one) for one in (status, place.lstat())):
            return True
        kept = below is not None and stat.S_ISDIR(below.st_mode) and (below.st_uid == 0 or system.is_mine(below))
        if system.changed_by_others(status) and not (kept and status.st_mode & stat.S_ISVTX):
            return True
        below = status
    return False
