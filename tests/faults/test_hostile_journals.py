"""A journal unpacked from elsewhere: nothing that it carries is ever run, whatever is done with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from reflect_tui.cli.main import main
from reflect_tui.errors import ReflectError
from reflect_tui.store.journal import Journal
from tests.faults import operations
from tests.faults.counting import Tried
from tests.faults.owner import HOOKS, git
from tests.faults.worlds import Worlds, save

_RUNS = (
    "core.fsmonitor", "core.sshCommand", "core.gitProxy", "core.pager", "core.editor", "core.askPass",
    "core.alternateRefsCommand", "sequence.editor", "diff.external", "diff.x.command", "diff.x.textconv",
    "filter.x.clean", "filter.x.smudge", "filter.x.process", "merge.x.driver", "gpg.program", "gpg.ssh.program",
    "gpg.x509.program", "gpg.ssh.defaultKeyCommand", "credential.helper", "difftool.x.cmd", "mergetool.x.cmd",
    "interactive.diffFilter", "man.x.cmd", "browser.x.cmd", "web.browser", "help.browser",
    "uploadpack.packObjectsHook", "remote.origin.uploadpack", "remote.origin.receivepack", "remote.origin.vcs",
    "pager.rev-list", "pager.log", "pager.diff-tree", "pager.config", "trailer.x.command", "trailer.x.cmd",
    "alias.rev-parse", "alias.commit-tree", "alias.hash-object", "alias.cat-file", "tar.x.command", "core.hooksPath",
)  # fmt: skip


def _run_always(script: Path, root: Path) -> None:
    """Every setting that names a program, and those that make git look for one."""
    for key in _RUNS:
        value = (
            str(script.parent) if key == "core.hooksPath" else f"!{script}" if key.startswith("alias") else str(script)
        )
        git(root, "config", key, value)
    for key, value in (
        ("commit.gpgSign", "true"), ("log.showSignature", "true"), ("protocol.ext.allow", "always"),
        ("extensions.partialClone", "origin"), ("remote.origin.url", f"ext::{script}"),
        ("remote.origin.promisor", "true"), ("submodule.recurse", "true"), ("gc.auto", "1"),
        ("maintenance.auto", "true"), ("core.fsmonitorHookVersion", "1"), ("url.ext::x.insteadOf", "https"),
        ("filter.x.required", "true"), ("diff.x.cachetextconv", "true"), ("index.threads", "1"),
    ):  # fmt: skip
        git(root, "config", key, value)
    (root / ".gitattributes").write_text("* filter=x diff=x merge=x text=auto\n")
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "attributes").write_text("* filter=x diff=x merge=x\n")


def _hooks(script: Path, root: Path) -> None:
    (root / ".git" / "hooks").mkdir(exist_ok=True)
    for name in HOOKS:
        shutil.copy(script, root / ".git" / "hooks" / name)


def _include(script: Path, root: Path) -> None:
    """The same settings, hidden in a file that the configuration includes."""
    hidden = root.parent / "hidden"
    hidden.write_text(f'[core]\n\tfsmonitor = {script}\n\tpager = {script}\n[filter "x"]\n\tclean = {script}\n')
    git(root, "config", "include.path", str(hidden))
    git(root, "config", f"includeIf.gitdir:{root}/.path", str(hidden))
    git(root, "config", "extensions.worktreeConfig", "true")
    (root / ".git" / "config.worktree").write_text(f"[core]\n\tfsmonitor = {script}\n\thooksPath = {script.parent}\n")


def _elsewhere(script: Path, root: Path) -> None:
    """A configuration that sends git to another work tree, and borrowed objects from a place that runs programs."""
    git(root, "config", "core.worktree", str(root.parent))
    (root / ".git" / "objects" / "info" / "alternates").write_text(f"{root.parent}/alternate\n")
    git(root.parent, "init", "--quiet", "alternate")
    git(root.parent / "alternate", "config", "core.fsmonitor", str(script))


def _embedded(script: Path, root: Path) -> None:
    """A bare repository hidden in the folder, and programs of git's name lying about."""
    git(root, "init", "--quiet", "--bare", "sessions/bare")
    git(root / "sessions" / "bare", "config", "core.fsmonitor", str(script))
    for place in (root, root / ".git", root / "sessions"):
        shutil.copy(script, place / "git")


def _submodule(script: Path, root: Path) -> None:
    (root / ".gitmodules").write_text(f'[submodule "x"]\n\tpath = x\n\turl = ext::{script}\n\tupdate = !{script}\n')


_CARRIED: dict[str, Callable[[Path, Path], None]] = {
    "settings": _run_always,
    "hooks": _hooks,
    "includes": _include,
    "another work tree": _elsewhere,
    "an embedded repository": _embedded,
    "a submodule": _submodule,
}


@pytest.mark.parametrize("name", _CARRIED)
def test_nothing_that_a_journal_carries_is_run(
    worlds: Worlds, tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    world = worlds("ready")
    journal, root = world.journal, world.journal.root
    marker = tmp_path / "marker"
    script = tmp_path / "programs" / "pre-commit"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$0 $*" >> "{marker}"\nexit 1\n')
    script.chmod(0o755)
    _CARRIED[name](script, root)
    marker.unlink(missing_ok=True)  # what making it so may have run
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    before = {path: path.read_bytes() for path in (root / ".git").glob("config*")}
    acts: tuple[Callable[[], object], ...] = (
        journal.entries,
        journal.recover,
        lambda: save(journal, 7),
        journal.record,
        lambda: journal.versions(operations.FIRST_ID),
        lambda: journal.version(operations.FIRST_ID, journal.commit_of(operations.FIRST_ID) or "HEAD"),
        lambda: journal.repository.read("0" * 40, "journal.toml"),
        journal.deleted,
        lambda: journal.delete(operations.FIRST_ID),
        lambda: journal.restore(operations.FIRST_ID),
        Journal(root, journal.state).pending,
        *(
            partial(main, ["--journal", str(root), *command])
            for command in (["list"], ["show", "latest"], ["history", "latest"], ["doctor"], ["doctor", "--fix"])
        ),
    )
    for act in acts:
        try:
            act()
        except (ReflectError, SystemExit):
            continue  # refused in a sentence is fine; run is not
    assert not marker.exists(), marker.read_text()
    assert {path: path.read_bytes() for path in before} == before
    assert (root / next(iter(world.sessions))).read_bytes() == next(iter(world.sessions.values()))
    if name in ("settings", "hooks", "includes"):  # git itself would have run it
        git(root, "commit", "--allow-empty", "--quiet", "-am", "bait", check=False)
        assert marker.exists()
    tried("hostile journals")
