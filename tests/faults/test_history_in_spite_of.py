"""History is written in spite of much that a repository may hold, and nothing of it runs or is changed.

Each is made by the real git, as its user would.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.counting import Tried
from tests.faults.owner import HOOKS, git
from tests.faults.promises import assert_promises
from tests.faults.worlds import Worlds, save

Change = Callable[[Path], object]


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


def _renamed_branch(root: Path) -> None:
    git(root, "branch", "--move", "my/own-branch")


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
    "renamed branch": (_renamed_branch, str),
    "C14 separate git folder": (_linked_away, str),
    "C17 shallow": (_shallow, str),
    "C18 sparse": (_sparse, lambda root: git(root, "sparse-checkout", "disable")),
    "C19 C20 attributes and line ends": (_attributes, lambda root: (root / ".git" / "info" / "attributes").unlink()),
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
