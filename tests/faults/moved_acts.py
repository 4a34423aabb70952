"""What a program under attack does with what was kept beside a journal before its folder was moved."""

from __future__ import annotations

from pathlib import Path

from reflect_tui.store import moved
from reflect_tui.store.journal import Journal
from tests.faults.erase_acts import keep_two_sessions

KEPT = {"drafts/one.toml": b"a draft", "drafts/two.toml": b"another draft", "sync.toml": b"where it is synced"}


def before(journal: Journal) -> Path:
    """Give the state folder of where it was."""
    return journal.state.with_name("before")


def move_a_journal(journal: Journal) -> None:
    """Leave a journal that was in another folder before."""
    keep_two_sessions(journal)
    for name, data in KEPT.items():
        path = before(journal) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    disk = Path("/").stat().st_dev
    place = f'format = 1\njournal = "{journal.identity.id}"\npath = "/nowhere/journal"\ndisk = {disk}\n'
    (before(journal) / "place.toml").write_text(place)


def take_along(journal: Journal) -> None:
    """Move what was kept there along."""
    moved.take_along(journal)
