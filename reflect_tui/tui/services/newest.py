"""Documents that are being changed by keys: the newest version of each is written, whichever thread comes first."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from reflect_tui.disk.files import ChangedOutsideError, TakenError
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
            ReflectError: what is still to be written could not be. Where that can never be, since another program
                changed the file or both have signed it, it is given up: the next call reads what stands there.
        """
        try:
            self.write_pending(name)
        except ReflectError as error:
            from reflect_tui.usecases.talking import FinishedTalkError  # noqa: PLC0415 -- after the first paint

            if isinstance(error, (ChangedOutsideError, TakenError, FinishedTalkError)):
                self._values.pop(name, None)
            raise
        with self._saving:
            document = _read(shelf, name)
            self._written[name] = document.data if document else None
            self._values.pop(name, None)
            return document

    def take(self, name: str, value: T) -> None:
        """Note what a document is to be."""
        self._values[name] = value

    @property
    def taken(self) -> dict[str, T]:
        """What documents are to be, by name, since take() and until forget()."""
        return dict(self._values)

    def forget(self, name: str) -> None:
        """Give up what is still to be written of a document, once what is being written is done."""
        with self._saving:
            self._values.pop(name, None)

    def write_pending(self, name: str) -> None:
        """Write a document as it is to be; nothing where read() did so meanwhile."""
        with self._saving:
            value = self._values.get(name)
            if value is not None:
                self._write(name, value)

    def write_changed(self, name: str, value: T, change: Callable[[T, bytes], T]) -> T:
        """Write a document, then have `change` write it in a way of its own; return what it became."""
        with self._saving:
            self._values[name] = value
            self._values[name] = changed = change(value, self._write(name, value))
            self._written[name] = self._dumps(changed)
            return changed

    def _write(self, name: str, value: T) -> bytes:
        self._save(value, self._written.get(name))
        self._written[name] = data = self._dumps(value)
        return data

    def is_saved(self, name: str, value: T) -> bool:
        """Whether a document stands in the folder as it is now."""
        return self._written.get(name) == self._dumps(value)

    def write_late(self) -> None:
        """Write what is not in the folder yet; what fails was told on the screen when it failed first."""
        for name, value in list(self._values.items()):
            if not self.is_saved(name, value):
                with contextlib.suppress(ReflectError):
                    self.write_pending(name)

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
