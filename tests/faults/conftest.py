"""What the fault tests share: a journal with a draft that is ready to finish."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reflect_tui.model import instrument, library, session
from reflect_tui.model.assessment import Answer
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.bundled import bundled_bytes
from tests.faults import promises
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.journal_state import saved_session
from tests.faults.worlds import Worlds

MakeJournal = Callable[..., Journal]


@pytest.fixture(autouse=True)
def signals(usual_signals: None) -> None:
    """Let the programs that a test starts see every signal."""


@pytest.fixture(scope="session")
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.fail("the fault tests need strace; install it (apt-get install strace)")
    return found


@pytest.fixture(scope="session")
def victim(strace: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    """Give a program to attack, with everything loaded."""
    victim = Victim(strace, tmp_path_factory.mktemp("victim"))
    yield victim
    victim.close()


@pytest.fixture
def worlds(memory: Path) -> Worlds:
    return Worlds(memory)


@pytest.fixture
def memory() -> Iterator[Path]:
    """Give a folder in memory: hundreds of states need hundreds of thousands of fsyncs."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Iterator[Tried]:
    """Give what counts the states that a test tries."""
    tried, before = Tried(), promises.different()
    yield tried
    tried.keep(request.node)
    tried.keep_different(request.node, promises.different() - before)


@pytest.fixture
def make_journal(tmp_path: Path) -> MakeJournal:
    """Give a maker of journals: each the copy of one, in a folder of its own."""
    made: dict[bool, Path] = {}
    data = bundled_bytes(library.DEFAULT)
    answered_on = instrument.parse(data, "instrument")

    def draft(day: int) -> Draft:
        started = datetime(2026, 1, day, 10, tzinfo=UTC)
        return Draft(
            id=session.new_id(started, "self", f"{day:06x}"),
            instrument=answered_on.id,
            version=answered_on.version,
            digest=answered_on.digest,
            role="self",
            started=started,
            acts=tuple(Answer(item.id, number % 4 + 1) for number, item in enumerate(answered_on.items)),
            pauses=(1.0,) * len(answered_on.items),
        )

    def model(*, earlier: bool) -> Path:
        base = tmp_path / f"model-{earlier}"
        journal = Journal(base / "journal", base / "state")
        if earlier:
            journal.save(saved_session(journal, draft(1), data), data)
            assert journal.record().obstacle is None
        journal.drafts.create(draft(2), data).close()
        return base

    def make(name: str, *, earlier: bool) -> Journal:
        made.setdefault(earlier, made.get(earlier) or model(earlier=earlier))
        target = tmp_path / name
        shutil.copytree(made[earlier], target, symlinks=True)
        return Journal(target / "journal", target / "state")

    return make
