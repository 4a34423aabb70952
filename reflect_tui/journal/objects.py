"""Git's objects as bytes, and as durable files of their own: a file's content, a folder, a commit.

Written here and not by git, since `hash-object`, `write-tree` and `commit-tree` are a program each, read the whole list
of files and leave the names unsafe; the libraries that could (gitdb, dulwich) don't wait for the disk. The format of a
loose object has not changed since git began; the tests compare with what git itself makes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

from reflect_tui.journal import files

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
        files.sync_folder(parent)
    files.sync_folder(folder)
    return paths


def _write(folder: Path, one: Object) -> Path:
    path = folder / one.id[:2] / one.id[2:]
    path.parent.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    temporary = path.with_name(f"{_TEMPORARY}{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
        try:
            files.write_all(descriptor, zlib.compress(one.stored, zlib.Z_BEST_SPEED))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return path
