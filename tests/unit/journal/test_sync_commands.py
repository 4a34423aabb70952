"""What a sync asks of git: as little of a journal of many years as of a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from reflect_tui.git import run
from reflect_tui.git.run import GitOutput
from tests.unit.journal.conftest import MakeSession
from tests.unit.journal.sync_examples import Pair, save_and_sync

_YEAR = 365  # days


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the name of each git command that is run from now on."""
    noted: list[str] = []
    execute = run.execute

    def note(
        command: Sequence[str], given: bytes, variables: Mapping[str, str], gives_up: Callable[[], bool]
    ) -> GitOutput | None:
        noted.append(command[1])
        return execute(command, given, variables, gives_up)

    monkeypatch.setattr(run, "execute", note)
    return noted


def test_a_later_sync_asks_git_for_what_changed_alone(
    devices: Pair, make_session: MakeSession, commands: list[str]
) -> None:
    laptop, _home = devices
    save_and_sync(make_session(0), laptop)
    laptop.save(make_session(1))
    commands.clear()
    assert laptop.sync().sent == 1
    assert commands == ["init", "ls-remote", "merge-base", "diff-tree", "push"]
    commands.clear()
    assert laptop.sync().sent == 0
    assert commands == ["init", "ls-remote"]


def test_a_first_sync_of_many_years_asks_no_more_than_one_of_a_year(
    devices: Pair, make_session: MakeSession, commands: list[str]
) -> None:
    laptop, home = devices
    for number in range(4):
        laptop.save(make_session(number * _YEAR))
    laptop.sync()
    commands.clear()
    assert home.sync().received == 4
    assert (commands.count("ls-tree"), commands.count("cat-file")) == (
        3,
        2,
    )  # folders by their depth; all files at once
    assert len(commands) <= 20
    assert home.tree() == laptop.tree()
    assert home.is_whole()
