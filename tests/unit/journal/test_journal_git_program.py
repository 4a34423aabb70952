"""Which git is run, and what a git that hangs or is broken may cost."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from reflect_tui import system
from reflect_tui.git import plumbing, run
from reflect_tui.git.plumbing import Plumbing
from reflect_tui.git.problems import ObstacleError
from reflect_tui.git.run import GitOutput, ProgramSearch, find_git
from reflect_tui.model.session import Session
from reflect_tui.store.journal import Journal


@pytest.fixture
def patient() -> None:
    """Leave git as long as users do: that is what these tests are about."""


def planted(folder: Path, script: str = "echo git version 2.50.0") -> Path:
    """Put a program called git into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    return folder


def path_of(*folders: str | Path) -> str:
    return os.pathsep.join(map(str, folders))


def test_a_git_that_others_may_have_planted_is_passed_over_for_the_first_safe_one(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.root.mkdir()
    here = planted(tmp_path / "here")
    monkeypatch.chdir(here)
    opened = planted(tmp_path / "open")
    opened.chmod(0o777)
    sticky = planted(tmp_path / "sticky")
    sticky.chmod(0o1777)
    written = planted(tmp_path / "written")
    (written / "git").chmod(0o757)
    below = planted(tmp_path / "above" / "below")
    below.parent.chmod(0o777)
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "git").symlink_to(opened / "git")
    chain = tmp_path / "chain"
    chain.mkdir()
    (opened / "on").symlink_to(planted(tmp_path / "real") / "git")
    (chain / "git").symlink_to(opened / "on")  # what anyone can point elsewhere lies between
    within = planted(journal.root / "tools")
    data = planted(tmp_path / "data" / "reflect-tui" / "bin")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    safe, later = planted(tmp_path / "safe"), planted(tmp_path / "later")
    unsafe = (opened, sticky, written, below, linked, chain, within, data)
    monkeypatch.setenv("PATH", path_of("", ".", "../here", *unsafe, tmp_path / "none", safe, later))
    names = ("git", "./git", "../here/git", *(str(folder / "git") for folder in unsafe))
    assert find_git(journal.root) == ProgramSearch(str(safe / "git"), names)
    assert journal.repository.git.version() == "2.50.0"
    monkeypatch.setenv("PATH", path_of(opened))
    with pytest.raises(ObstacleError, match="is not run") as raised:
        Plumbing(journal.root, run.execute).check()
    assert raised.value.obstacle.kind == "no_git"
    assert str(opened / "git") in raised.value.obstacle.sentence


def test_a_folder_of_ones_own_below_an_open_sticky_one_is_safe(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe = planted(tmp_path / "shared" / "mine")
    safe.parent.chmod(0o1777)
    monkeypatch.setenv("PATH", str(safe))
    assert find_git(journal.root) == ProgramSearch(str(safe / "git"))


def test_a_git_that_is_replaced_is_looked_at_again_and_the_reason_is_the_true_one(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = planted(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(programs))
    repository = journal.repository
    assert repository.git.version() == "2.50.0"
    planted(programs, "echo git version 2.25.1")
    with pytest.raises(ObstacleError, match=r"needs git 2.31 or newer; this is git version 2.25.1"):
        repository.git.version()
    for broken in ("#!/nonexistent/sh\n", "\0\1\2\3", ""):
        (programs / "git").write_text(broken)
        with pytest.raises(ObstacleError) as raised:
            repository.git.version()
        assert raised.value.obstacle.kind == "git_too_old", broken
        assert f"The program {programs / 'git'} does not answer as git does" in raised.value.obstacle.sentence
    (programs / "git").unlink()
    with pytest.raises(ObstacleError, match="was not found"):
        repository.git.version()


def test_a_git_that_hangs_is_asked_once_and_then_left_alone(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def hang(command: Sequence[str], _given: bytes, _variables: object, gives_up: Callable[[], bool]) -> GitOutput:
        asked.append(command[1])
        assert not gives_up()
        raise TimeoutError

    now = 1000.0
    monkeypatch.setattr(plumbing, "monotonic", lambda: now)
    git = Plumbing(journal.root, hang)
    times: list[float] = []
    for second in range(0, 4000, 5):
        now = 1000.0 + second
        with pytest.raises(ObstacleError, match="git does not answer"):
            git.check()
        if len(asked) > len(times):
            times.append(second)
    assert times == [0, 60, 180, 420, 900, 1800, 2700, 3600]


def test_a_command_that_is_given_up_ends_with_all_that_it_started(tmp_path: Path) -> None:
    planted(tmp_path, f"sleep 6542 & echo $! > {tmp_path}/child; wait")
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        run.execute([str(tmp_path / "git")], b"x" * 1_000_000, {}, lambda: time.monotonic() > began + 0.5)
    assert time.monotonic() - began < 3
    child = Path("/proc", (tmp_path / "child").read_text().strip(), "stat")
    until = time.monotonic() + 5
    while child.exists() and ") Z" not in child.read_text() and time.monotonic() < until:
        time.sleep(0.02)
    assert not child.exists() or ") Z" in child.read_text()


class Slow:
    """A git that needs so many seconds for each command, and its clock."""

    def __init__(self, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.seconds = seconds
        self.commands = 0
        monkeypatch.setattr(plumbing, "monotonic", lambda: self.now)

    def __call__(
        self, _command: Sequence[str], _given: bytes, _variables: object, gives_up: Callable[[], bool]
    ) -> GitOutput:
        self.commands += 1
        for _step in range(round(self.seconds * 100)):
            self.now += 0.01
            if gives_up():
                raise TimeoutError
        return GitOutput(0, b"git version 2.50.0", "")


@pytest.mark.parametrize("seconds", [1.1, 1.5, 7.0, 14.0, 100.0])
def test_the_commands_of_one_act_have_one_time_together(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    slow = Slow(seconds, monkeypatch)
    git = Plumbing(journal.root, slow)

    def act(commands: int) -> None:
        with git.act():
            for _command in range(commands):
                git.attempt("rev-parse")

    with pytest.raises(ObstacleError, match="git does not answer"):
        act(100)
    assert slow.now - 1000 < 8 + slow.commands + 1
    assert seconds > 1.2 or slow.commands > 50
    slow.now += 1000
    slow.seconds = 0.9
    act(200)  # nothing that is quick enough is late
    slow.seconds = 10
    git.attempt("rev-parse")
    git.attempt("rev-parse")  # outside an act each has its own time


def test_a_command_that_hangs_ends_those_of_other_threads_as_well(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked = 1000.0, list[bool]()

    def hang(_command: Sequence[str], _given: bytes, _variables: object, gives_up: Callable[[], bool]) -> GitOutput:
        nonlocal now
        if not asked:
            asked.append(gives_up())
            with contextlib.suppress(ObstacleError):  # as in another thread
                git.check()
            asked.append(gives_up())
        raise TimeoutError

    monkeypatch.setattr(plumbing, "monotonic", lambda: now)
    git = Plumbing(journal.root, hang)
    with pytest.raises(ObstacleError, match="git does not answer"):
        git.check()
    assert asked == [False, True]
    now += 61
    asked.clear()
    with contextlib.suppress(ObstacleError):
        git.check()
    assert asked == [False, True]  # both together were one time


def test_a_closing_program_ends_within_ten_seconds_however_many_commands_follow(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(1.5, monkeypatch)
    git = Plumbing(journal.root, slow)
    git.close()
    for _command in range(100):
        with contextlib.suppress(ObstacleError):
            git.attempt("rev-parse")
    assert 5 <= slow.commands <= 7
    assert slow.now - 1000 < 10.5
    assert git.time_left(10) == 0


def test_a_closing_program_leaves_each_command_two_seconds(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    given_up: list[bool] = []
    now = 1000.0

    def work(_command: Sequence[str], _given: bytes, _variables: object, gives_up: Callable[[], bool]) -> GitOutput:
        nonlocal now
        for _second in range(4):
            given_up.append(gives_up())
            now += 1
            git.close()
        return GitOutput(0, b"git version 2.50.0", "")

    monkeypatch.setattr(plumbing, "monotonic", lambda: now)
    git = Plumbing(journal.root, work)
    git.check()
    assert given_up == [False, False, False, False]  # it closed a second after the command began
    given_up.clear()
    git.attempt("rev-parse")
    assert given_up == [False, False, False, True]


@pytest.mark.slow
def test_while_a_lock_stands_nothing_is_made_that_no_branch_knows(
    journal: Journal, make_session: Callable[..., Session], instrument_bytes: bytes
) -> None:
    journal.save(make_session(), instrument_bytes)
    journal.record()
    journal.save(make_session(1), instrument_bytes)
    before = sorted((journal.root / ".git").rglob("*"))
    for name in ("HEAD.lock", "refs/heads/main.lock"):
        lock = journal.root / ".git" / name
        lock.touch()
        for _attempt in range(3):
            recorded = journal.record()
            assert recorded.obstacle is not None
            assert recorded.obstacle.kind == "locked"
        lock.unlink()
        assert sorted((journal.root / ".git").rglob("*")) == before
    assert len(journal.record().commits) == 1


def test_a_large_input_is_written_whole_while_a_slow_command_is_waited_for(tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nsleep 0.3\ncat\n")
    program.chmod(0o755)
    given = b"0123456789abcde\n" * 100_000
    began = time.monotonic()
    output = run.execute([str(program)], given, {}, lambda: time.monotonic() > began + 60)
    assert output is not None
    assert output.out == given


@pytest.mark.parametrize(("protocol", "patience"), [("none", 30), ("file", 30), ("ssh", 50), ("https", 120)])
def test_a_git_that_does_nothing_hangs_sooner_than_one_that_a_server_works_for(
    monkeypatch: pytest.MonkeyPatch, protocol: str, patience: int
) -> None:
    clock = itertools.count(1000, 2)
    monkeypatch.setattr(run, "monotonic", lambda: next(clock))
    monkeypatch.setattr(system, "work_done", lambda _group: 7)
    watch = run._Watch(1, "push", protocol)
    looks = next(number for number in range(100) if watch.is_stalled())
    assert looks * 2 == patience + 2  # the first look has nothing to compare with


@pytest.mark.parametrize(("speed", "hangs"), [(1, True), (900, True), (1100, False)])
def test_a_server_that_sends_a_byte_a_second_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, speed: int, hangs: bool
) -> None:
    clock, done = itertools.count(1000), itertools.count(0, speed)
    monkeypatch.setattr(run, "monotonic", lambda: next(clock))
    monkeypatch.setattr(system, "work_done", lambda _group: next(done))
    watch = run._Watch(1, "fetch", "ssh")
    stalled = [number for number in range(500) if watch.is_stalled()]
    assert bool(stalled) is hangs
    assert stalled[:1] == ([51] if hangs else [])
