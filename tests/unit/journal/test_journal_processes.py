"""How many git commands a save and a look ask for: a number that a change must not raise unnoticed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from reflect_tui.git import run
from reflect_tui.git.run import GitOutput
from reflect_tui.store.journal import Journal
from tests.unit.journal.conftest import Git, MakeSession

SAVE = [
    "hash-object", "read-tree", "update-index", "write-tree", "commit-tree", "update-ref", "ls-files", "update-index",
]  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the list that every git command is written to, by its name."""
    real, found = run.execute, list[str]()

    def execute(command: Sequence[str], *rest: Any) -> GitOutput | None:
        found.append(command[1])
        return real(command, *rest)

    monkeypatch.setattr(run, "execute", execute)
    return found


@pytest.fixture
def kept(asked: list[str], journal: Journal, make_session: MakeSession, instrument_bytes: bytes) -> Journal:
    """Give a journal with one session in history, as a program has it that has been at work for a while."""
    journal = Journal(journal.root, journal.state)
    journal.save(make_session(), instrument_bytes)
    assert journal.record().obstacle is None
    asked.clear()
    return journal


def test_a_save_asks_git_eight_times(
    asked: list[str], kept: Journal, make_session: MakeSession, instrument_bytes: bytes
) -> None:
    for number in (1, 2):
        kept.save(make_session(number), instrument_bytes)
        assert len(kept.record().commits) == 1
        assert asked == SAVE
        asked.clear()


def test_a_look_at_what_has_not_changed_asks_nothing(asked: list[str], kept: Journal) -> None:
    kept.pending()
    asked.clear()
    assert (kept.pending(), kept.changed(), kept.record().commits) == ((), (), ())
    assert kept.repository.obstacle() is None
    assert asked == []


def test_what_someone_else_does_is_seen_at_the_next_look(kept: Journal, git: Git, asked: list[str]) -> None:
    repository = kept.repository
    first = repository.head()
    git("commit", "--quiet", "--allow-empty", "-m", "theirs")
    second = repository.head()
    assert second == git("rev-parse", "HEAD").strip() != first
    git("pack-refs", "--all")
    assert repository.head() == second
    git("commit", "--quiet", "--allow-empty", "-m", "theirs again")
    assert repository.head() == git("rev-parse", "HEAD").strip()
    git("switch", "--quiet", "-c", "other")
    assert (obstacle := repository.obstacle())
    assert obstacle.kind == "other_branch"
    git("checkout", "--quiet", "--detach")
    assert (obstacle := repository.obstacle())
    assert obstacle.kind == "detached"
    git("switch", "--quiet", "main")
    assert repository.obstacle() is None
    git("config", "core.bare", "true")
    assert (obstacle := repository.obstacle())
    assert obstacle.kind == "bare"
    git("config", "core.bare", "false")
    assert repository.obstacle() is None
