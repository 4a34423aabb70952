"""Documents that are being changed by keys: the newest version of each is written, whichever thread comes first."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.store.documents import Document, Shelf

T = TypeVar("T")


class NewestVersions(Generic[T]):
    """The documents of one kind that are being changed: as they are to be, and as they stand in the folder.

    Each writing names the bytes that the one before wrote.
    """

    def __init__(self, dumps: Callable[[T], bytes], save: Callable[[T, bytes | None], object]) -> None:
        """Render documents with `dumps`; `save` writes one in the place of the bytes that stand there."""
        self._dumps = dumps
        self._save = save
        self._values: dict[str, T] = {}
        self._written: dict[str, bytes | None] = {}
        self._saving = threading.Lock()

    def read(self, name: str, shelf: Shelf[T]) -> Document[T] | None:
        """Read a document to change it, after what is still to be written of it; None when there is none.

        Raises:
            BadFileError: it can't be read.
        """
        if name in self._values and not self.is_saved(name, self._values[name]):
            self.write(name)
        with self._saving:
            document = _read(shelf, name)
            self._written[name] = document.data if document else None
            self._values.pop(name, None)
            return document

    def take(self, name: str, value: T) -> None:
        """Note what a document is to be."""
        self._values[name] = value

    def write(self, name: str, change: Callable[[T, bytes | None], T] | None = None) -> T:
        """Write a document as it is to be; `change` writes it in a way of its own, and returns what it became."""
        with self._saving:
            value, known = self._values[name], self._written.get(name)
            if change:
                self._values[name] = value = change(value, known)
            else:
                self._save(value, known)
            self._written[name] = self._dumps(value)
            return value

    def is_saved(self, name: str, value: T) -> bool:
        """Whether a document stands in the folder as it is now."""
        return self._written.get(name) == self._dumps(value)

    def write_late(self) -> None:
        """Write what is not in the folder yet; what fails was told on the screen when it failed first."""
        for name, value in list(self._values.items()):
            if not self.is_saved(name, value):
                with contextlib.suppress(ReflectError):
                    self.write(name)

    @property
    def is_late(self) -> bool:
        """Whether anything is not in the folder yet."""
        return any(not self.is_saved(name, value) for name, value in self._values.items())


def _read(shelf: Shelf[T], name: str) -> Document[T] | None:
    try:
        document = shelf.get(name)
    except NotFoundError:
        return None
    if document.value is None:
        raise BadFileError(document.path, document.faults)
    return document
