"""Many programs at once, ours and the user's git: every session is kept, and every commit of everyone."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reflect_tui.journal import Journal, files
from tests.faults.attack import ROOT
from tests.faults.counting import Tried
from tests.faults.owner import git
from tests.faults.promises import assert_promises
from tests.faults.worlds import World, Worlds, save

_SAVE = (
    "import sys; from pathlib import Path; from reflect_tui.journal import Journal; from tests.faults import worlds;"
    "journal = Journal(Path(sys.argv[1]), Path(sys.argv[2])); worlds.save(journal, int(sys.argv[3]));"
    "recorded = journal.record(); print(recorded.obstacle.kind if recorded.obstacle else '')"
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
