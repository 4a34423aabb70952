"""Compares the session files of a journal with the newest commit, without a git command for each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from reflect_tui.journal import Journal
from reflect_tui.journal.entries import FOLDER
from reflect_tui.journal.recording import read

_SHORT = 40  # digits of an id in a repository that uses SHA-1, as nearly all do


def changed_outside(journal: Journal) -> Iterator[tuple[str, bool]]:
    """List the files below `sessions` that differ from history, and whether each is there at all.

    Raises:
        ObstacleError: the history can't be read.
    """
    for path, blob in sorted(journal.repository.tracked().items()):
        if path.startswith(f"{FOLDER}/"):
            data = read(journal.root, path)
            if data is None or _blob(data, blob) != blob:
                yield path, data is not None


def _blob(data: bytes, like: str) -> str:
    """Give git's name for a content: a hash of its length and bytes, of the kind that the repository uses."""
    kind = "sha1" if len(like) == _SHORT else "sha256"
    return hashlib.new(kind, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
