"""Many programs at once, ours and the user's git: every session is kept, and every commit of everyone."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from reflect_tui.disk import files
from reflect_tui.git import run
from reflect_tui.git.run import GitOutput
from reflect_tui.store.journal import Journal
from tests.faults.attack import ROOT
from tests.faults.counting import Tried
from tests.faults.owner import git
from tests.faults.promises import assert_promises
from tests.faults.worlds import World, Worlds, save

_SAVE = (
    "import sys; from pathlib import Path; from reflect_tui.store.journal import Journal;"
    "from tests.faults import worlds;"
    "journal = Journal(Path(sys.argv[1]), Path(sys.argv[2])); worlds.save(journal, int(sys.argv[3]));"
    "told = journal.record().obstacle; print(f'{told.kind} {told.detail}' if told else '')"
)


def _start(journal: Journal, base: Path, day: int) -> subprocess.Popen[str]:
    arguments = [str(journal.root), str(base / f"state-{day}"), str(day)]
    return subprocess.Popen(
        [sys.executable, "-c", _SAVE, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_twenty_programs_save_and_record_into_a_new_journal(tmp_path: Path, tried: Tried) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    running = [_start(journal, tmp_path, day) for day in range(1, 21)]
    for program in running:
        out, complaint = program.communicate(timeout=120)
        assert not complaint, complaint
        assert out.strip() in ("", "busy")  # who had to wait too long says so; the next one records it
    assert len(journal.entries()) == 20
    assert journal.record().pending == ()
    assert len(git(journal.root, "log", "--format=%H", "--", "sessions").split()) == 20
    assert_promises(World(journal, {}, ()))
    tried("programs at once", 20)


@pytest.mark.parametrize("state", ["first", "ready"])
def test_the_user_commits_between_any_two_git_commands_of_ours(
    worlds: Worlds, tried: Tried, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """B03: what one command told of HEAD holds no more when the next one runs; in a new journal there was none."""
    for moment in itertools.count(1):
        world = worlds(state)
        saved = save(world.journal, 7)
        world.journal.repository.initialise()
        with monkeypatch.context() as patch:
            patch.setattr(run, "execute", asked := _Meddled(world.journal.root, moment))
            recorded = Journal(world.journal.root, world.journal.state).record()
        if asked.count < moment:
            break
        assert recorded.obstacle is None, (moment, recorded.obstacle.sentence)
        assert recorded.pending in ((), (saved.stem,))  # they may have committed what they had before our commit
        assert ("theirs" in git(world.journal.root, "log", "--format=%s").splitlines()) is not asked.locked
        assert_promises(world)
        tried("races with git")
    assert moment > len(("read-tree", "update-index", "write-tree", "commit-tree", "update-ref", "ls-files", "ls-tree"))


class _Meddled:
    """Runs git commands for us, and one of the user's own before the so manieth; git refuses that while we lock it."""

    def __init__(self, root: Path, moment: int) -> None:
        self._root, self._moment = root, moment
        self._run = run.execute
        self.count = 0
        self.locked = False

    def __call__(self, command: Sequence[str], *rest: Any) -> GitOutput | None:
        self.count += 1
        if self.count == self._moment:
            self.locked = (self._root / ".git" / "index.lock").exists()
            git(self._root, "commit", "--quiet", "--allow-empty", "-m", "theirs", check=not self.locked)
        return self._run(command, *rest)


def test_two_programs_begin_a_journal_at_the_same_moment(
    tmp_path: Path, tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    real = files.write_new

    def theirs_first(path: Path, data: bytes) -> None:
        if path.name == "journal.toml" and not path.exists():
            path.write_bytes(b'format = 1\nid = "theirs"\n')
        real(path, data)

    monkeypatch.setattr(files, "write_new", theirs_first)
    assert save(journal, 7).exists()
    assert b"theirs" in (journal.root / "journal.toml").read_bytes()
    assert_promises(World(journal, {}, ()))
    tried("programs at once", 2)


def test_the_users_own_commits_race_with_ours(worlds: Worlds, tried: Tried) -> None:
    world = worlds("ready")
    root = world.journal.root
    stop = threading.Event()
    theirs: list[str] = []

    def commit_always() -> None:
        while not stop.is_set():
            done = subprocess.run(
                ["git", "-c", "user.name=S", "-c", "user.email=s@example.org", "commit", "--quiet", "--allow-empty",
                 "-m", f"theirs {len(theirs)}"],
                cwd=root, capture_output=True, check=False, text=True,
            )  # fmt: skip
            if not done.returncode:
                theirs.append(f"theirs {len(theirs)}")
            stop.wait(0.02)

    thread = threading.Thread(target=commit_always)
    thread.start()
    try:
        for day in range(7, 15):
            save(world.journal, day)
            world.journal.record()
    finally:
        stop.set()
        thread.join()
    subjects = git(root, "log", "--format=%s").splitlines()
    assert theirs
    assert [subject for subject in theirs if subject not in subjects] == []
    assert_promises(world)
    tried("races with git", 8)


def test_pruning_races_with_our_objects(worlds: Worlds, tried: Tried) -> None:
    world = worlds("ready")
    root = world.journal.root
    stop = threading.Event()

    def prune_always() -> None:
        while not stop.is_set():
            subprocess.run(["git", "gc", "--quiet", "--prune=now"], cwd=root, capture_output=True, check=False)

    thread = threading.Thread(target=prune_always)
    thread.start()
    try:
        for day in range(7, 15):
            save(world.journal, day)
            recorded = world.journal.record()
            assert recorded.obstacle is None or recorded.obstacle.sentence
    finally:
        stop.set()
        thread.join()
    git(root, "rev-list", "--objects", "--quiet", "HEAD")  # fails when anything is missing
    git(root, "gc", "--quiet", "--prune=now")  # what fsck finds wrong with garbage is no news
    assert_promises(world)
    tried("races with git", 8)
