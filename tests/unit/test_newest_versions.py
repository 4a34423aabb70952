"""Documents that are being changed by keys: what was written already, and what can never be, hinders nothing."""

from __future__ import annotations

import pytest

from reflect_tui.disk.files import ChangedOutsideError, TakenError
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.store.documents import Document, Shelf
from reflect_tui.tui.services.documents import NewestVersions
from reflect_tui.usecases.talking import FinishedTalkError


class OneFile(Shelf[str]):
    """A shelf with one file, and what saving it does."""

    def __init__(self) -> None:
        self.text = "theirs"
        self.saved: list[str] = []
        self.error: ReflectError | None = None

    def get(self, name: str) -> Document[str]:
        return Document(name, self.text, self.text.encode())

    def save_text(self, value: str, known: bytes | None) -> None:
        if self.error:
            raise self.error
        assert known == self.text.encode()
        self.text = value
        self.saved.append(value)


def changed(shelf: OneFile) -> NewestVersions[str]:
    """Give versions with one change that is not written yet."""
    versions = NewestVersions[str](str.encode, shelf.save_text)
    versions.read("a", shelf)
    versions.take("a", "mine")
    return versions


def test_what_reading_wrote_is_not_written_again() -> None:
    shelf = OneFile()
    versions = changed(shelf)
    found = versions.read("a", shelf)
    versions.write_pending("a")
    versions.write_late()
    assert found
    assert found.value == "mine"
    assert shelf.saved == ["mine"]


def test_what_is_signed_is_the_value_that_was_seen_whatever_was_read_meanwhile() -> None:
    shelf = OneFile()
    versions = changed(shelf)
    versions.read("a", shelf)

    def sign(value: str, known: bytes) -> str:
        shelf.save_text(f"{value}, signed", known)
        return shelf.text

    assert versions.write_changed("a", "mine", sign) == "mine, signed"
    assert versions.is_saved("a", "mine, signed")


def test_what_failed_to_be_signed_can_be_changed_on() -> None:
    shelf = OneFile()
    versions = changed(shelf)

    def sign(value: str, known: bytes) -> str:
        raise JournalError(f"{value}, {known!r}: the disk is full")

    with pytest.raises(JournalError):
        versions.write_changed("a", "seen", sign)
    versions.take("a", "later")
    versions.write_pending("a")
    assert shelf.saved == ["seen", "later"]


@pytest.mark.parametrize("error", [ChangedOutsideError("changed"), TakenError("taken"), FinishedTalkError()])
def test_what_can_never_be_written_is_told_once_and_then_the_file_is_read(error: ReflectError) -> None:
    shelf = OneFile()
    versions = changed(shelf)
    shelf.error = error
    with pytest.raises(type(error)):
        versions.read("a", shelf)
    found = versions.read("a", shelf)
    assert found
    assert found.value == "theirs"


def test_what_may_be_written_later_is_kept() -> None:
    shelf = OneFile()
    versions = changed(shelf)
    shelf.error = JournalError("the disk is full")
    with pytest.raises(JournalError):
        versions.read("a", shelf)
    shelf.error = None
    found = versions.read("a", shelf)
    assert found
    assert found.value == "mine"
