"""The answers of confidential rounds, kept in the state folder until they come in together; one file a round."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.feedback import pool as pools
from reflect_tui.feedback.pool import Pool
from reflect_tui.model.round import is_id
from reflect_tui.toml import formats

_MAX_BYTES = 60_000_000


class WaitingAnswers:
    """The pools of one journal."""

    def __init__(self, state: Path) -> None:
        """Look in this folder; nothing is touched."""
        self._folder = state / "answers"

    def get(self, round_id: str) -> Pool:
        """Return what waits in a round; an empty pool when nothing does.

        Raises:
            BadFileError: it can't be read; it is never written over then.
        """
        path = self._path(round_id)
        try:
            return pools.parse(formats.read_bytes(path, _MAX_BYTES), path)
        except NotFoundError:
            return Pool(round=round_id)

    def all(self) -> Iterator[Pool]:
        """Return every pool that can be read."""
        for path in sorted(self._folder.glob("*.toml")):
            try:
                found = self.get(path.stem) if is_id(path.stem) else None
            except ReflectError:  # taking in or closing that round says so
                continue
            if found:
                yield found

    def unreadable(self) -> Iterator[BadFileError]:
        """Say what is wrong with each pool that can't be read."""
        for path in sorted(self._folder.glob("*.toml")):
            try:
                self.get(path.stem)
            except BadFileError as error:
                yield error

    def write(self, pool: Pool) -> None:
        """Write a pool down; it is on the disk when this returns, and its time tells nothing of the last answer.

        Raises:
            JournalError: it could not be written; what was there still is.
        """
        files.make_folder(self._folder)
        path = self._path(pool.round)
        files.replace(path, pools.dumps(pool))
        os.utime(path, (0, 0))

    def drop(self, round_id: str) -> None:
        """Remove a pool; fine when there is none.

        Raises:
            JournalError: it could not be removed.
        """
        if self._path(round_id).exists():
            files.remove(self._path(round_id))

    def _path(self, round_id: str) -> Path:
        return self._folder / f"{round_id}.toml"
