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

from reflect_tui.journal import Journal
from tests.faults.counting import Tried
from tests.faults.owner import HOOKS, git
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
    "C29 read-only .git": (
        "read_only",
        _read_only,
        lambda root: subprocess.run(["umount", root / ".git"], check=True),
    ),
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


def _hooks(root: Path) -> None:
    for name in HOOKS:
        hook = root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{root.parent}/marker'\nexit 1\n")
        hook.chmod(0o755)


def _attributes(root: Path) -> None:
    (root / ".gitattributes").write_text("* text eol=crlf ident working-tree-encoding=UTF-16\n")
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "attributes").write_text("* text=auto eol=crlf filter=x\n")
    for key, value in (("autocrlf", "true"), ("eol", "crlf"), ("safecrlf", "true")):
        git(root, "config", f"core.{key}", value)


def _signing(root: Path) -> None:
    git(root, "config", "commit.gpgSign", "true")
    git(root, "config", "gpg.program", "/bin/false")
    git(root, "config", "gpg.format", "ssh")


def _locks(root: Path) -> None:
    for name in ("index.lock", "packed-refs.lock", "config.lock", "shallow.lock", "gc.pid"):
        (root / ".git" / name).touch()


def _unlock(root: Path) -> None:
    for path in (root / ".git").glob("*.lock"):
        path.unlink()


def _ignoring(root: Path) -> None:
    (root / ".gitignore").write_text("*\n")
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_text("*\n")


def _sparse(root: Path) -> None:
    git(root, "update-index", "--skip-worktree", "journal.toml")
    git(root, "sparse-checkout", "set", "--no-cone", "/goals")


def _aliases(root: Path) -> None:
    evil = f"!touch {root.parent}/marker"
    for name in ("commit-tree", "update-ref", "rev-parse", "hash-object", "update-index"):
        git(root, "config", f"alias.{name}", evil)
    for key in ("core.pager", "core.editor", "sequence.editor", "pager.rev-list", "pager.cat-file"):
        git(root, "config", key, f"touch {root.parent}/marker")


def _packed(root: Path) -> None:
    git(root, "gc", "--quiet", "--prune=now")


def _shallow(root: Path) -> None:
    (root / ".git" / "shallow").write_text(git(root, "rev-parse", "HEAD"))


def _garbage_index(root: Path) -> None:
    (root / ".git" / "index").write_bytes(b"garbage")


def _without_index(root: Path) -> None:
    (root / ".git" / "index").unlink()
    git(root, "reset", "-q")


def _linked_away(root: Path) -> None:
    (root / ".git").rename(root.parent / "elsewhere")
    (root / ".git").write_text(f"gitdir: {root.parent}/elsewhere\n")


def _conflicts(root: Path) -> None:
    git(root, "config", "core.ignoreCase", "true")
    git(root, "config", "core.precomposeUnicode", "true")
    git(root, "config", "core.quotePath", "true")
    git(root, "config", "core.fileMode", "false")
    git(root, "config", "core.protectNTFS", "true")


def _other_branch(root: Path) -> None:
    git(root, "switch", "--quiet", "-c", "my/own-branch")


def _worktree_settings(root: Path) -> None:
    git(root, "config", "core.repositoryFormatVersion", "1")
    git(root, "config", "extensions.worktreeConfig", "true")
    git(root, "config", "--worktree", "core.sparseCheckout", "true")


def _replaced_and_grafted(root: Path) -> None:
    git(root, "commit", "--quiet", "--allow-empty", "-m", "their own")
    git(root, "replace", "HEAD", "HEAD~1")
    git(root, "tag", "-a", "-m", "tag", "v1")
    git(root, "stash", "list")


def _split(root: Path) -> None:
    git(root, "config", "core.splitIndex", "true")
    git(root, "update-index", "--split-index")


def _index_of_version_4(root: Path) -> None:
    git(root, "update-index", "--index-version", "4")
    git(root, "config", "index.version", "4")
    git(root, "config", "feature.manyFiles", "true")


# what history is written in spite of -> how it comes about, and what must be put away before git finds all well
_HARMLESS: dict[str, tuple[Change, Change]] = {
    "C04 every hook fails": (_hooks, lambda root: shutil.rmtree(root / ".git" / "hooks")),
    "C05 signing fails": (_signing, str),
    "C06 C08 stale locks": (_locks, _unlock),
    "other branch": (_other_branch, str),
    "C14 separate git folder": (_linked_away, str),
    "C17 shallow": (_shallow, str),
    "C18 sparse": (_sparse, lambda root: git(root, "sparse-checkout", "disable")),
    "C19 C20 attributes and line ends": (
        _attributes,
        lambda root: (root / ".git" / "info" / "attributes").unlink(),
    ),
    "C21 everything ignored": (_ignoring, str),
    "C22 C23 case and spelling": (_conflicts, str),
    "C26 packed": (_packed, str),
    "C28 garbage index": (_garbage_index, _without_index),
    "C31 settings of a work tree": (_worktree_settings, str),
    "C34 aliases, pagers and editors": (_aliases, str),
    "replaced objects and tags": (_replaced_and_grafted, lambda root: git(root, "replace", "-d", "HEAD", check=False)),
    "split index": (_split, str),
    "index of version 4": (_index_of_version_4, str),
    "no index": (lambda root: (root / ".git" / "index").unlink(), lambda root: git(root, "reset", "-q")),
}


@pytest.mark.parametrize("name", _HARMLESS)
def test_history_is_written_in_spite_of(worlds: Worlds, tried: Tried, name: str) -> None:
    prepare, clean = _HARMLESS[name]
    world = worlds("ready")
    root = world.journal.root
    prepare(root)
    config = (root / ".git" / "config").read_bytes() if (root / ".git").is_dir() else b""
    branch = git(root, "symbolic-ref", "HEAD", check=False)
    saved = save(world.journal, 7)
    recorded = world.journal.record()
    assert recorded.obstacle is None, recorded.obstacle.sentence
    assert len(recorded.commits) == 1
    assert git(root, "symbolic-ref", "HEAD", check=False) == branch
    if config:
        assert (root / ".git" / "config").read_bytes() == config
    raw = subprocess.run(
        ["git", "cat-file", "blob", f"HEAD:sessions/2026/{saved.name}"], cwd=root, capture_output=True, check=True
    )
    assert raw.stdout == saved.read_bytes()
    assert not (root.parent / "marker").exists()
    clean(root)
    for path in (root / ".gitignore", root / ".gitattributes"):
        path.unlink(missing_ok=True)
    assert_promises(world)
    tried("odd repositories")
