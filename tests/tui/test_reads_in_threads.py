"""The thread that draws reads no file: however slow the disk is, keys and drawing do not wait for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from reflect_tui.model.library import Entry, Library, Listing
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal
from tests.tui.conftest import opened

ASKING = [
    ["n"],
    ["n", "a"],
    ["n", "e"],
    ["g", "n"],
    ["o", "n", *"Noor", "enter", *"Bo", "enter", "enter", "enter", "enter", "down", "down", "enter", "enter"],
    ["V"],
    ["comma", *["down"] * 30, "left"],
]


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[threading.Thread]]:
    """Note which threads read the files of instruments."""
    found: list[threading.Thread] = []
    listing, versions = Library.listing, Library.versions

    def listed(library: Library) -> Listing:
        found.append(threading.current_thread())
        return listing(library)

    def found_versions(library: Library, identifier: str) -> list[Entry]:
        found.append(threading.current_thread())
        return versions(library, identifier)

    monkeypatch.setattr(Library, "listing", listed)
    monkeypatch.setattr(Library, "versions", found_versions)
    yield found
    assert found, "nothing was read at all"
    assert threading.main_thread() not in found


@pytest.mark.parametrize("keys", ASKING, ids=" ".join)
async def test_instruments_are_not_read_by_the_thread_that_draws(
    journal: Journal, readers: list[threading.Thread], keys: list[str]
) -> None:
    async with opened(journal) as seat:
        readers.clear()
        await seat.press(*keys)


async def test_settings_are_not_checked_by_the_thread_that_draws(
    journal: Journal, readers: list[threading.Thread]
) -> None:
    async with opened(journal, settings=Settings(instrument="unknown")) as seat:
        assert "unknown" not in seat.text()
        assert "must be one of: jgz-opvoedingsondersteuning" in seat.text()
    assert readers


async def test_keys_typed_ahead_of_the_list_of_instruments_are_for_it(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, listing = threading.Event(), Library.listing

    def slow(library: Library) -> Listing:
        if threading.current_thread() is not threading.main_thread():
            go_on.wait(60)
        return listing(library)

    async with opened(journal) as seat:
        monkeypatch.setattr(Library, "listing", slow)
        await seat.pilot.press("n", "down", "right", "enter")
        assert seat.screen == "HomeScreen"
        go_on.set()
        await seat.press()
        assert seat.screen == "AssessScreen"
        assert seat.app.guest, "the key to the right chose another role"
    assert [path.name for path in journal.drafts.folder.iterdir()]
