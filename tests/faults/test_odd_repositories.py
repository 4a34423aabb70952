"""Whatever state git is in: the session is safe, the screen says what waits and why, and it is put right afterwards.

Each obstacle is made by the real git, as its user would. What the user began there stays exactly as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.store.journal import Journal
from tests.faults.counting import Tried
from tests.faults.owner import git
from tests.faults.promises import assert_promises
from tests.faults.worlds import Worlds, save

_HEAD_FILES = ("HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "config", "index")


def _diverge(root: Path) -> None:
    """Make a branch `other` that disagrees with main about one file, and a file of the user's own."""
    (root / "mine.txt").write_text("one\n")
    git(root, "add", "mine.txt")
    git(root, "commit", "--quiet", "-m", "mine")
    git(root, "switch", "--quiet", "-c", "other")
    (root / "mine.txt").write_text("other\n")
    git(root, "commit", "--quiet", "-am", "other")
    git(root, "switch", "--quiet", "main")
    (root / "mine.txt").write_text("main\n")
    git(root, "commit", "--quiet", "-am", "main")


def _merging(root: Path) -> None:
    _diverge(root)
    git(root, "merge", "other", check=False)
    assert (root / ".git" / "MERGE_HEAD").exists()


def _rebasing(root: Path) -> None:
    _diverge(root)
    git(root, "rebase", "other", check=False)
    assert (root / ".git" / "rebase-merge").exists()


def _applying(root: Path) -> None:
    _diverge(root)
    git(root, "rebase", "--apply", "other", check=False)
    assert (root / ".git" / "rebase-apply").exists()


def _picking(root: Path) -> None:
    _diverge(root)
    git(root, "cherry-pick", "other", check=False)
    assert (root / ".git" / "CHERRY_PICK_HEAD").exists()


def _reverting(root: Path) -> None:
    _diverge(root)
    git(root, "revert", "--no-edit", "HEAD~1", check=False)
    assert (root / ".git" / "REVERT_HEAD").exists()


def _bisecting(root: Path) -> None:
    _diverge(root)
    git(root, "bisect", "start", "HEAD", "HEAD~1")


def _shim(root: Path, text: str) -> None:
    folder = root.parent / "bin"
    folder.mkdir()
    (folder / "git").write_text(text)
    (folder / "git").chmod(0o755)
    os.environ["PATH"] = str(folder)


def _read_only(root: Path) -> None:
    subprocess.run(["mount", "--bind", root / ".git", root / ".git"], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", root / ".git"], check=True)


def _own_again(root: Path) -> None:
    subprocess.run(["chown", "-R", "0:0", root], check=True)


Change = Callable[[Path], object]
# what is in the way -> the obstacle's kind, how it comes about, how its user takes it away
_OBSTACLES: dict[str, tuple[str, Change, Change]] = {
    "C01 no git": ("no_git", lambda _root: os.environ.update(PATH="/nowhere"), str),
    "C02 old git": ("git_too_old", lambda root: _shim(root, "#!/bin/sh\necho git version 2.25.1\n"), str),
    "C02 no real git": ("git_too_old", lambda root: _shim(root, "#!/bin/sh\nexit 3\n"), str),
    "C09 detached": (
        "detached",
        lambda root: git(root, "checkout", "--quiet", "--detach"),
        lambda root: git(root, "switch", "--quiet", "main"),
    ),
    "C11 merge": ("merging", _merging, lambda root: git(root, "merge", "--abort")),
    "C12 rebase": ("rebasing", _rebasing, lambda root: git(root, "rebase", "--abort")),
    "C12 am": ("rebasing", _applying, lambda root: git(root, "rebase", "--abort")),
    "C12 cherry-pick": ("cherry_picking", _picking, lambda root: git(root, "cherry-pick", "--abort")),
    "C12 revert": ("reverting", _reverting, lambda root: git(root, "revert", "--abort")),
    "C12 bisect": ("bisecting", _bisecting, lambda root: git(root, "bisect", "reset")),
    "C13 bare": (
        "bare",
        lambda root: git(root, "config", "core.bare", "true"),
        lambda root: git(root, "config", "core.bare", "false"),
    ),
    "C16 foreign owner": (
        "foreign_owner",
        lambda root: subprocess.run(["chown", "-R", "1234", root], check=True),
        _own_again,
    ),
    "C29 read-only .git": ("read_only", _read_only, lambda root: subprocess.run(["umount", root / ".git"], check=True)),
    "C31 unknown format": (
        "other",
        lambda root: git(root, "config", "core.repositoryFormatVersion", "9"),
        lambda root: (root / ".git" / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n"),
    ),
    "C31 unknown extension": (
        "other",
        lambda root: (
            git(root, "config", "core.repositoryFormatVersion", "1"),
            git(root, "config", "extensions.fromTheFuture", "true"),
        ),
        lambda root: (root / ".git" / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n"),
    ),
    "broken config": (
        "other",
        lambda root: (root / ".git" / "config").write_text("[core\n"),
        lambda root: (root / ".git" / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n"),
    ),
    "lock on the branch": (
        "locked",
        lambda root: (root / ".git" / "refs" / "heads" / "main.lock").write_text("theirs"),
        lambda root: (root / ".git" / "refs" / "heads" / "main.lock").unlink(),
    ),
    "broken branch": (
        "other",
        lambda root: (
            shutil.copy(root / ".git" / "refs" / "heads" / "main", root.parent / "main")
            and (root / ".git" / "refs" / "heads" / "main").write_text("0123456789")
        ),
        lambda root: shutil.copy(root.parent / "main", root / ".git" / "refs" / "heads" / "main"),
    ),
    "lost branch": (
        "other",
        lambda root: (root / ".git" / "refs" / "heads" / "main").rename(root.parent / "main"),
        lambda root: (root.parent / "main").rename(root / ".git" / "refs" / "heads" / "main"),
    ),
}


@pytest.mark.parametrize("name", _OBSTACLES)
def test_what_is_in_the_way_is_told_and_put_right_afterwards(
    worlds: Worlds, tried: Tried, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kind, obstruct, clear = _OBSTACLES[name]
    world = worlds("ready")
    root = world.journal.root
    with monkeypatch.context() as patch:
        patch.setenv("PATH", os.environ["PATH"])
        obstruct(root)
        before = _git_state(root)
        try:
            saved = save(world.journal, 7)
            recorded = Journal(root, world.journal.state).record()
            assert saved.exists()
            assert recorded.obstacle is not None
            assert recorded.obstacle.kind == kind, recorded.obstacle
            assert recorded.obstacle.sentence
            assert saved.stem in recorded.pending
            assert recorded.commits == ()
            assert {entry.id: entry.faults for entry in world.journal.entries()}[saved.stem] == ()
            assert _git_state(root) == before
        finally:
            patch.undo()
            clear(root)
    assert_promises(world._replace(journal=Journal(root, world.journal.state)))
    tried("odd repositories")


def _git_state(root: Path) -> dict[str, bytes]:
    """Give what belongs to the user in a repository: where HEAD and the branches are, what is staged and under way."""
    found = {name: root / ".git" / name for name in _HEAD_FILES}
    found |= {str(path): path for path in (root / ".git" / "refs").rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if path.is_file()}
