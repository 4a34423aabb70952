"""What the journal's tests share: a journal, sessions and drafts for it, and git as its user."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reflect_tui.model import instrument, library
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Role, Session, new_id
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.bundled import bundled_bytes
from tests.unit.journal.sync_examples import Device, Pair, Three, remote

Git = Callable[..., str]
MakeSession = Callable[..., Session]
Save = Callable[..., Session]


@pytest.fixture(scope="session")
def instrument_bytes() -> bytes:
    return bundled_bytes(library.DEFAULT)


@pytest.fixture(scope="session")
def answered_on(instrument_bytes: bytes) -> Instrument:
    return instrument.parse(instrument_bytes, "instrument")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "my journal", tmp_path / "state")


@pytest.fixture
def git(journal: Journal) -> Git:
    def run(*command: str) -> str:
        identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
        done = subprocess.run(
            ["git", *identity, *command], cwd=journal.root, check=True, capture_output=True, text=True
        )
        return done.stdout

    return run


@pytest.fixture
def make_session(answered_on: Instrument) -> MakeSession:
    def make(number: int = 0, role: Role = "self", **fields: object) -> Session:
        started = datetime(2026, 1, 1, 10, tzinfo=UTC) + timedelta(days=number)
        given: dict[str, object] = {
            "id": new_id(started, role, f"{number:06x}"),
            "instrument": answered_on.id,
            "version": answered_on.version,
            "digest": answered_on.digest,
            "role": role,
            "started": started,
            "finished": started + timedelta(minutes=5),
            "scores": {item.id: (at + number) % 4 + 1 for at, item in enumerate(answered_on.items)},
        }
        return Session(**(given | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_draft(answered_on: Instrument) -> Callable[..., Draft]:
    def make(number: int = 0) -> Draft:
        started = datetime(2026, 1, 1, 10, tzinfo=UTC) + timedelta(days=number)
        return Draft(
            id=new_id(started, "self", f"{number:06x}"),
            instrument=answered_on.id,
            version=answered_on.version,
            digest=answered_on.digest,
            role="self",
            started=started,
        )

    return make


@pytest.fixture
def save(journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Save:
    """Give what saves a session, by its number."""

    def do(number: int = 0, **fields: object) -> Session:
        session = make_session(number, **fields)
        journal.save(session, instrument_bytes)
        return session

    return do


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give an empty repository between two devices."""
    return remote(tmp_path / "place" / "journal.git")


@pytest.fixture
def devices(tmp_path: Path, place: Path) -> Pair:
    """Give two devices of one person, which sync with that repository."""
    return Device(tmp_path / "laptop", place), Device(tmp_path / "home", place)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


@pytest.fixture
def three(tmp_path: Path, folder: Path) -> Three:
    laptop, home, work = (Device(tmp_path / name, folder) for name in ("laptop", "home", "work"))
    return laptop, home, work
