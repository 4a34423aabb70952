"""The folders and files of one commit as a value, and what they become when some files change.

Only the folders on the way to a changed file are looked at, so that a save takes as long in a journal of thousands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from msgspec import Struct

from reflect_tui.journal import objects
from reflect_tui.journal.objects import Object

_FOLDER = "40000"
_FILE = "100644"


class _Entry(Struct, frozen=True, gc=False):
    mode: str
    id: str


_Entries = Mapping[str, _Entry]


class Tree:
    """What a commit holds: the entries of every folder, by its path; the one at the top is ""."""

    def __init__(self, folders: Mapping[str, _Entries] | None = None) -> None:
        """Take the entries; none make the tree of no commit."""
        self._folders = folders or {"": {}}

    @classmethod
    def parse(cls, listed: bytes) -> Tree:
        """Read `git ls-tree -r -t -z`."""
        folders: dict[str, dict[str, _Entry]] = {"": {}}
        for line in listed.split(b"\0"):
            about, _tab, path = line.partition(b"\t")
            if path:
                mode, _kind, name = about.decode().split()
                _put(folders, os.fsdecode(path), _Entry(sys.intern(mode.lstrip("0")), name))
        return cls(folders)

    @property
    def files(self) -> dict[str, str]:
        """The id of every file, by its path."""
        return {
            f"{folder}/{name}" if folder else name: entry.id
            for folder, entries in self._folders.items()
            for name, entry in entries.items()
            if entry.mode != _FOLDER
        }

    def file(self, path: str) -> str | None:
        """Give the id of the file at a path; None when there is none."""
        folder, _slash, name = path.rpartition("/")
        entry = self._folders.get(folder, {}).get(name)
        return entry.id if entry and entry.mode != _FOLDER else None

    def changed(self, blobs: Mapping[str, str | None], width: int) -> tuple[Tree, tuple[Object, ...]]:
        """Give the tree with other files at some paths (None: with none), and its new folders, the one at the top last.

        A file takes the place of a folder of its name, and the other way round. Ids have `width` digits.
        """
        work = _Work(self._folders, width)
        for path, blob in blobs.items():
            if blob:
                work.put(path, blob)
            elif self.file(path):
                work.drop(path)
        made = work.seal()
        return Tree(work.folders), made


class _Work:
    """A tree being changed; folders are copied when they are opened."""

    def __init__(self, folders: Mapping[str, _Entries], width: int) -> None:
        self.folders: dict[str, _Entries] = dict(folders)
        self._open: dict[str, dict[str, _Entry]] = {}
        self._width = width
        self._entries("")

    def _entries(self, folder: str) -> dict[str, _Entry]:
        if folder not in self._open:
            self._open[folder] = dict(self.folders.get(folder, {}))
            self.folders[folder] = self._open[folder]
            if folder:
                self._entries(folder.rpartition("/")[0])
        return self._open[folder]

    def put(self, path: str, blob: str) -> None:
        folder, _slash, name = path.rpartition("/")
        entries = self._entries(folder)
        if path in self.folders:
            for below in [found for found in self.folders if found == path or found.startswith(f"{path}/")]:
                self.folders.pop(below)
                self._open.pop(below, None)
        entries[name] = _Entry(_FILE, blob)

    def drop(self, path: str) -> None:
        folder, _slash, name = path.rpartition("/")
        self._entries(folder).pop(name, None)

    def seal(self) -> tuple[Object, ...]:
        """Make the folders that were opened, the deepest first; an empty one is left out, but not the top."""
        made = []
        for folder in sorted(self._open, key=lambda path: (path != "", path.count("/")), reverse=True):
            above, _slash, name = folder.rpartition("/")
            if folder and not self._open[folder]:
                self.folders.pop(folder)
                self._open[above].pop(name, None)
                continue
            made.append(objects.make("tree", _content(self._open[folder]), self._width))
            if folder:
                self._open[above][name] = _Entry(_FOLDER, made[-1].id)
        return tuple(made)


def _put(folders: dict[str, dict[str, _Entry]], path: str, entry: _Entry) -> None:
    folder, _slash, name = path.rpartition("/")
    folders.setdefault(folder, {})[name] = entry


def _content(entries: _Entries) -> bytes:
    """Write the entries of one folder as git stores them: by name, that of a folder as if it ended in a slash."""
    named = {os.fsencode(name): entry for name, entry in entries.items()}
    order = sorted(named, key=lambda name: name + b"/" if named[name].mode == _FOLDER else name)
    return b"".join(b"%b %b\0%b" % (named[n].mode.encode(), n, bytes.fromhex(named[n].id)) for n in order)
