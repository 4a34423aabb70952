"""Pipes, links and files where the journal expects something else: nothing waits for them, nothing is lost by them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.errors import JournalError
from reflect_tui.store.journal import Journal
from tests.faults import operations
from tests.faults.attack import ROOT
from tests.faults.counting import Tried
from tests.faults.journal_state import snapshot
from tests.faults.owner import git
from tests.faults.promises import assert_promises
from tests.faults.worlds import Worlds, save

_COPY = "instruments/jgz-opvoedingsondersteuning@1.0.0.toml"
_LATER = "sessions/2026/2026-01-06T1000-self-000006.toml"  # the one that is taken in
_PIPES = (
    "journal.toml", _COPY, _LATER, "sessions/2026/pipe.toml", "goals/pipe.toml", "rounds/pipe.toml",
    ".git/HEAD", ".git/config", ".git/config.worktree", ".git/index", ".git/index.lock", ".git/packed-refs",
    ".git/refs/heads/main", ".git/refs/heads/other", ".git/logs/HEAD", ".git/info/grafts",
    ".git/shallow", ".git/info/attributes", ".git/info/exclude", ".git/objects/info/alternates",
    ".git/reflect-tui/lock", ".git/reflect-tui/intent.json", ".git/reflect-tui/mark",
)  # fmt: skip


@pytest.mark.parametrize("name", _PIPES)
def test_no_pipe_is_waited_for(worlds: Worlds, tried: Tried, name: str) -> None:
    """D11, and its neighbours: a pipe in the place of any file that is read when a session is taken in."""
    world = worlds("elsewhere")
    root = world.journal.root
    path = root / name
    kept = path.read_bytes() if path.exists() else None
    path.parent.mkdir(exist_ok=True, parents=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.carry_out", "take_in", root, world.journal.state],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=100,
    )  # fmt: skip
    said = {line["what"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert not done.stderr
    assert ("saved" in said) is (name != _LATER), said
    if path.is_fifo():
        path.unlink()
        if kept is not None:
            path.write_bytes(kept)
    assert_promises(world)
    tried("strange files")


def _link(root: Path) -> None:
    shutil.rmtree(root / ".git" / "reflect-tui")
    (root / ".git" / "reflect-tui").symlink_to(root.parent / "theirs")


def _file(root: Path) -> None:
    shutil.rmtree(root / ".git" / "reflect-tui")
    (root / ".git" / "reflect-tui").write_text("theirs")


def _link_to_lock(root: Path) -> None:
    (root / ".git" / "reflect-tui" / "lock").unlink()
    (root / ".git" / "reflect-tui" / "lock").symlink_to(root.parent / "theirs" / "intent.json")


def _folder_for_branches(root: Path) -> None:
    (root / ".git" / "reflect-tui" / "branches").unlink()
    (root / ".git" / "reflect-tui" / "branches" / "deep").mkdir(parents=True)


def _folder_within(root: Path) -> None:
    (root / ".git" / "reflect-tui" / "index" / "deep").mkdir(parents=True)
    (root / ".git" / "reflect-tui" / "link").symlink_to(root.parent / "theirs")


@pytest.mark.parametrize("put", [_link, _file, _link_to_lock, _folder_for_branches, _folder_within])
def test_our_corner_of_the_repository_is_made_anew_and_no_link_there_is_followed(
    worlds: Worlds, tried: Tried, put: Callable[[Path], None]
) -> None:
    """G11: what a journal from elsewhere has there may lead to anything; we tidy our own folder, and no other."""
    world = worlds("ready")
    theirs = world.journal.root.parent / "theirs"
    theirs.mkdir()
    for name in ("years of work.txt", "index", "mark", "lock", "intent.json"):
        (theirs / name).write_text("theirs")
    before = snapshot(theirs)
    put(world.journal.root)
    save(world.journal, 7)
    recorded = Journal(world.journal.root, world.journal.state).record()
    assert recorded.obstacle is None, recorded.obstacle.sentence
    assert len(recorded.commits) == 1
    assert snapshot(theirs) == before
    assert_promises(world)
    assert snapshot(theirs) == before
    tried("strange files")


@pytest.mark.parametrize("by", ["a link", "a file"])
def test_sessions_never_end_up_in_the_history_of_something_else(worlds: Worlds, tried: Tried, by: str) -> None:
    """G11: a `.git` that leads to other work of the user, which may well be shared."""
    world = worlds("ready")
    root = world.journal.root
    other = root.parent / "work"
    git(root.parent, "init", "--quiet", "work")
    git(other, "commit", "--quiet", "--allow-empty", "-m", "theirs")
    before = snapshot(other)
    (root / ".git").rename(root.parent / "kept")
    if by == "a link":
        (root / ".git").symlink_to(other / ".git")
    else:
        (root / ".git").write_text(f"gitdir: {other}/.git\n")
    saved = save(world.journal, 7)
    recorded = Journal(root, world.journal.state).record()
    assert recorded.obstacle
    assert recorded.obstacle.kind == "other_work"
    assert saved.stem in recorded.pending
    assert snapshot(other) == before
    (root / ".git").unlink()
    (root.parent / "kept").rename(root / ".git")
    assert_promises(world._replace(journal=Journal(root, world.journal.state)))
    tried("strange files")


def test_sessions_of_a_year_that_lies_elsewhere_are_listed_and_recorded(worlds: Worlds, tried: Tried) -> None:
    world = worlds("ready")
    root = world.journal.root
    (root / "sessions" / "2026").rename(root.parent / "2026")
    (root / "sessions" / "2026").symlink_to(root.parent / "2026")
    (root / "sessions" / "else").symlink_to(root.parent)
    seen = world.journal.signature()
    saved = save(world.journal, 7)
    assert world.journal.signature() != seen
    assert len(world.journal.record().commits) == 1
    assert {entry.id: bool(entry.faults) for entry in world.journal.entries()} == {
        operations.FIRST_ID: False, saved.stem: False, "else": True,
    }  # fmt: skip
    assert world.journal.changed() == ()
    (root / "sessions" / "else").unlink()
    (root / "sessions" / "2026").unlink()
    (root.parent / "2026").rename(root / "sessions" / "2026")
    assert_promises(world)
    tried("strange files")


@pytest.mark.parametrize("place", ["sessions", "sessions/2026"])
def test_a_file_in_the_place_of_a_folder_is_listed_and_nothing_is_lost(
    worlds: Worlds, tried: Tried, place: str
) -> None:
    world = worlds("ready")
    root = world.journal.root
    (root / place).rename(root.parent / "kept")
    (root / place).write_text("no folder")
    with pytest.raises(JournalError, match="a file stands where its folder should be"):
        save(world.journal, 7)
    journal = Journal(root, world.journal.state)
    assert journal.record().obstacle is None
    assert [(entry.path, bool(entry.faults)) for entry in journal.entries()] == [(place, True)]
    assert [(change.id, change.missing) for change in journal.changed()] == [(operations.FIRST_ID, True)]
    assert len(journal.drafts.all()) == 2
    (root / place).unlink()
    (root.parent / "kept").rename(root / place)
    assert_promises(world)
    tried("strange files")


def test_what_other_programs_are_still_receiving_is_not_taken_for_our_own(worlds: Worlds, tried: Tried) -> None:
    """B20: programs that keep folders alike write under such names until a file has arrived."""
    world = worlds("ready")
    folder = world.journal.root / "sessions" / "2026"
    theirs = [folder / f".syncthing.{operations.SECOND_ID}.toml.tmp", folder / ".~notes.tmp", folder / ".x.tmp"]
    ours = [folder / f".{operations.SECOND_ID}.toml.3039-0123abcd.tmp", folder / ".half.0123abcd.tmp"]
    for path in (*theirs, *ours):
        path.write_bytes(b"half")
    assert set(world.journal.recover(locked=True).tidied) == set(ours)
    assert all(path.exists() for path in theirs)
    for path in theirs:
        path.unlink()
    assert_promises(world)
    tried("strange files")


_HEADS = ("refs/heads/HEAD", "refs/tags/HEAD")


def _empty_tree(root: Path) -> str:
    return git(root, "hash-object", "-t", "tree", "-w", "/dev/null").strip()


def _link_head(root: Path) -> None:
    (root / ".git" / "HEAD").unlink()
    (root / ".git" / "HEAD").symlink_to("refs/heads/main")


_NAMED_ALIKE: dict[str, Callable[[Path], object]] = {
    "a branch and a tag named HEAD": lambda root: [git(root, "update-ref", name, "HEAD") for name in _HEADS],
    "a tag named like the branch": lambda root: git(root, "tag", "main"),
    "a tag named like the whole branch": lambda root: git(root, "update-ref", "refs/tags/refs/heads/main", "HEAD"),
    "grafts": lambda root: (root / ".git" / "info" / "grafts").write_text(git(root, "rev-parse", "HEAD")),
    "a tree replaced by an empty one": lambda root: git(root, "replace", "HEAD^{tree}", _empty_tree(root)),
    "borrowed objects that are gone": lambda root: (root / ".git/objects/info/alternates").write_text(
        "/gone/objects\n"
    ),
    "HEAD as a link": _link_head,
    "another work tree": lambda root: git(root, "config", "core.worktree", "/tmp"),
    "a work tree of submodules": lambda root: git(root, "config", "submodule.recurse", "true"),
    "no settings at all": lambda root: (root / ".git" / "config").write_bytes(b""),
    "a repository within": lambda root: git(root, "init", "--quiet", "sessions/within"),
    "a stopped sequence": lambda root: (root / ".git" / "sequencer").mkdir(),
}


@pytest.mark.parametrize("name", _NAMED_ALIKE)
def test_what_leads_git_astray_leads_us_nowhere(worlds: Worlds, tried: Tried, name: str) -> None:
    """Names that mean two things, and links of git's own that pretend another past."""
    world = worlds("ready")
    root = world.journal.root
    git(root, "commit", "--quiet", "--allow-empty", "-m", "theirs")
    (root / ".git" / "info").mkdir(exist_ok=True)
    _NAMED_ALIKE[name](root)
    saved = save(world.journal, 7)
    journal = Journal(root, world.journal.state)
    recorded = journal.record()
    assert recorded.obstacle is None, recorded.obstacle.sentence
    assert len(recorded.commits) == 1
    assert recorded.pending == ()
    assert journal.changed() == ()
    real = {"GIT_DIR": str(root / ".git"), "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": "/dev/null"}
    tip = ["git", "rev-list", "--max-count=2", "--format=%s", "HEAD"]
    said = subprocess.run(tip, env={**os.environ, **real}, capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[1::2][:2] == ["session 2026-01-07 self: 92/92 scored, 1 of 8 high", "theirs"]
    assert recorded.commits[0] in said.split("\n")[0]
    assert [version.commit for version in journal.versions(saved.stem)] == list(recorded.commits)
    tried("odd repositories")
