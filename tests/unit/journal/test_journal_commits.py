"""Commits hold what was asked for, in repositories of both kinds of ids, and are whole to git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from reflect_tui.git.commit import CommitStep
from reflect_tui.git.history import blob_id
from reflect_tui.git.repository import Repository

NAMES = some.sampled_from(["a", "a.b", "a-b", "b", "é", "sessions", "2026.toml", '"quoted"'])
PATHS = some.lists(NAMES, min_size=1, max_size=3).map("/".join)
STEPS = some.lists(some.dictionaries(PATHS, some.none() | some.binary(max_size=8), min_size=1, max_size=5), max_size=5)


def git(folder: Path, *command: str) -> str:
    return subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(params=["sha1", "sha256"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    git(tmp_path, "init", "--quiet", "--initial-branch=main", f"--object-format={request.param}")
    (tmp_path / ".git").chmod(0o700)
    return Repository(tmp_path)


def _after(there: dict[str, bytes], path: str, data: bytes | None) -> dict[str, bytes]:
    """Put a file at a path or take it away, as git does: what stands in its way goes."""
    if data is None:
        return {name: content for name, content in there.items() if name != path}
    kept = {n: content for n, content in there.items() if not n.startswith(f"{path}/") and not path.startswith(f"{n}/")}
    return kept | {path: data}


def _conflict(step: dict[str, bytes | None]) -> bool:
    """Tell whether a step wants a file and a folder of one name: which of the two it gets is not promised."""
    added = [path for path, data in step.items() if data is not None]
    return any(other.startswith(f"{path}/") for path in added for other in added)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(steps=STEPS)
def test_what_was_asked_for_is_in_history(
    steps: list[dict[str, bytes | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    for kind in ("sha1", "sha256"):
        folder = tmp_path_factory.mktemp(kind)
        git(folder, "init", "--quiet", "--initial-branch=main", f"--object-format={kind}")
        repository = Repository(folder)
        wanted = [step for step in steps if not _conflict(step)]
        there = dict[str, bytes]()
        changing = 0
        for step in wanted:
            before = there
            for path, data in step.items():
                there = _after(there, path, data)
            changing += there != before
        commits = repository.commit_all([CommitStep(step, "één\n") for step in wanted])
        assert len(commits) == changing
        width = len(commits[0]) if commits else 40
        assert repository.tracked() == Repository(folder).tracked()
        assert repository.tracked() == {path: blob_id(data, width) for path, data in there.items()}
        assert {path: repository.read("HEAD", path) for path in there} == there
        git(folder, "fsck", "--strict", "--full")
        assert git(folder, "ls-files").count("\n") == max(0, len(there) - 1)


def test_a_commit_replaces_a_torn_object_of_its_own_content(repository: Repository) -> None:
    """A power cut may have torn what the user's own `git add` wrote, and git would take that for the object."""
    (repository.root / "a").write_bytes(b"content")
    git(repository.root, "add", "a")
    name = git(repository.root, "rev-parse", ":a")
    torn = repository.root / ".git" / "objects" / name[:2] / name[2:]
    torn.chmod(0o600)
    torn.write_bytes(b"")
    repository.commit({"a": b"content"}, "a\n")
    assert repository.read("HEAD", "a") == b"content"
    assert git(repository.root, "fsck", "--strict", "--full") == ""


def test_a_lock_on_the_branch_leaves_no_commit_that_nothing_leads_to(repository: Repository) -> None:
    repository.commit({"a": b"1"}, "a\n")
    lock = repository.root / ".git" / "refs" / "heads" / "main.lock"
    lock.touch()
    os.utime(lock, (1, 1))
    before = sorted((repository.root / ".git" / "objects").rglob("*"))
    with pytest.raises(Exception, match="Another git is at work"):
        repository.commit({"a": b"2"}, "a\n")
    assert sorted((repository.root / ".git" / "objects").rglob("*")) == before
    lock.unlink()
    repository.commit({"a": b"2"}, "a\n")
    assert git(repository.root, "fsck", "--strict", "--full") == ""


@pytest.mark.parametrize("name", ['with : and \\ and "quotes"', "-leading", "%d $HOME ~", "é\u0301"])
def test_the_name_of_the_folder_does_not_matter(tmp_path: Path, name: str) -> None:
    repository = Repository(tmp_path / name)
    repository.initialise()
    for number in range(2):
        repository.commit({"a/b": b"%d" % number, "c": b"1"}, "a\n")
    assert repository.read("HEAD", "a/b") == b"1"
    assert git(repository.root, "fsck", "--strict", "--full") == git(repository.root, "diff", "--cached") == ""


@pytest.mark.parametrize(
    ("name", "mail", "line"),
    [
        ("Ann", "a@b", "Ann <a@b>"),
        (" Ann<x>, ", "<a@b>", "Annx <a@b>"),
        ("...", "a@b", "reflect-tui <reflect-tui@localhost>"),
        ("Ann", " ", "reflect-tui <reflect-tui@localhost>"),
    ],
)
def test_a_name_that_git_does_not_take_signs_nothing(repository: Repository, name: str, mail: str, line: str) -> None:
    git(repository.root, "config", "--global", "user.name", name)
    git(repository.root, "config", "--global", "user.email", mail)
    repository.commit({"a": b"1"}, "a\n")
    assert git(repository.root, "log", "--format=%an <%ae>|%cn <%ce>") == f"{line}|{line}"
