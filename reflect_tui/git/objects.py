"""Git's objects as bytes, and as durable files of their own: a file's content, a folder, a commit.

Written here and not by git, since `hash-object`, `write-tree` and `commit-tree` are a program each, read the whole list
of files and leave the names unsafe; the libraries that could (gitdb, dulwich) don't wait for the disk. The format of a
loose object has not changed since git began; the tests compare with what git itself makes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec import Struct

from reflect_tui.disk import files as disk_files

_SHA256_WIDTH = 64
_FOLDER_MODE = 0o700
_FILE_MODE = 0o400  # as git has it: an object never changes
_TEMPORARY = "tmp_obj_"  # git removes what is called so when it cleans up

Kind = Literal["blob", "tree", "commit"]


class Object(NamedTuple):
    """One object: its id, and its kind, length and content as git stores them."""

    id: str
    stored: bytes


def make(kind: Kind, content: bytes, width: int) -> Object:
    """Make an object for a repository whose ids have this many digits: 40 for SHA-1."""
    stored = b"%b %d\0%b" % (kind.encode(), len(content), content)
    if width == _SHA256_WIDTH:
        return Object(hashlib.sha256(stored).hexdigest(), stored)
    return Object(hashlib.sha1(stored, usedforsecurity=False).hexdigest(), stored)


def blob_id(data: bytes, width: int) -> str:
    """Give the id that git gives a file; see make()."""
    return make("blob", data, width).id


def commit(tree: str, parent: str | None, signature: str, message: str) -> Object:
    """Make a commit of a tree upon a parent, signed by one and the same author and committer."""
    upon = [f"parent {parent}"] if parent else []
    head = "\n".join([f"tree {tree}", *upon, f"author {signature}", f"committer {signature}"])
    return make("commit", f"{head}\n\n{message}".encode("utf-8", "replace"), len(tree))


def keep(folder: Path, objects: Iterable[Object]) -> tuple[Path, ...]:
    """Write objects below the `objects` of a repository; when this returns, they are on the disk. Give their files.

    One that is there is written anew: a power cut may have torn what a program left that doesn't wait for the disk.

    Raises:
        OSError: the disk refuses; no name shows an object that isn't whole.
    """
    paths = tuple(_write(folder, one) for one in objects)
    for parent in sorted({path.parent for path in paths}):
        disk_files.sync_folder(parent)
    disk_files.sync_folder(folder)
    return paths


def _write(folder: Path, one: Object) -> Path:
    path = folder / one.id[:2] / one.id[2:]
    path.parent.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    temporary = path.with_name(f"{_TEMPORARY}{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
        try:
            disk_files.write_all(descriptor, zlib.compress(one.stored, zlib.Z_BEST_SPEED))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return path


# The folders and files of one commit as a value, and what they become when some files change.
#
# Only the folders on the way to a changed file are looked at, so that a save takes as long in a journal of thousands.


_FOLDER = "40000"
_FILE = "100644"


class _Entry(Struct, frozen=True):
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
            made.append(make("tree", _content(self._open[folder]), self._width))
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
