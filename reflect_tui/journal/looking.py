"""A look at all session files of a journal: their names, and what tells whether one changed. None is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.journal import files

FOLDER = "sessions"
_YEAR = re.compile(r"\d{4}")
Seen = tuple[int, ...]


class Found(Struct, frozen=True, gc=False):
    """Something among the sessions, by its path within the journal; `seen` is files.signature() of it."""

    name: str
    path: str
    seen: Seen
    is_folder: bool


Look = tuple[Found, ...]


def packed(seen: Seen) -> bytes:
    """Give what tells whether a file changed in a third of the memory, for thousands of files."""
    return b" ".join(b"%d" % part for part in seen)


def unpacked(seen: bytes) -> Seen:
    """Give what was packed."""
    return tuple(map(int, seen.split()))


def look(root: Path) -> Look:
    """Look at every file once, for all who want to know of it; the newest names first.

    Raises:
        BadFileError: the folder can't be read.
    """
    found = [Found(file.name, path, files.signature(file), file.is_dir()) for path, file in listed(root)]
    return tuple(sorted(found, key=attrgetter("name"), reverse=True))


def listed(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """List all in the folder and its year folders but hidden files; what stands in its place, if it is none.

    Raises:
        BadFileError: the folder can't be read.
    """
    top = next((found for found in _listing(root) if found.name == FOLDER), None)
    if top and not top.is_dir():
        yield FOLDER, top
        return
    for year in _listing(root / FOLDER):
        if not is_folder(year):
            yield f"{FOLDER}/{year.name}", year
            continue
        for file in _listing(Path(year.path)):
            yield f"{FOLDER}/{year.name}/{file.name}", file


def is_folder(found: os.DirEntry[str]) -> bool:
    """Tell whether sessions can lie in something among the sessions: a folder, or a year that lies elsewhere.

    A session of that year is written there, so it must be read there; where any other link leads is not our business.
    """
    return found.is_dir(follow_symlinks=_YEAR.fullmatch(found.name) is not None)


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return [found for found in listing if not found.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = Fault("", _("can't be read: {reason}").format(reason=error.strerror or str(error)))
        raise BadFileError(folder, (reason,)) from None
