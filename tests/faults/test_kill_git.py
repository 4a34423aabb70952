"""A git command killed at any point that makes something durable only delays history."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.journal import Journal
from tests.faults import journal_child
from tests.faults.journal_state import assert_whole_again, earlier_files

MakeJournal = Callable[..., Journal]
_COMMANDS = ("init", "hash-object", "update-index", "write-tree", "commit-tree", "update-ref", "read-tree")
_SHIM = """#!/bin/sh
if [ "$1" = "{command}" ]; then
  exec {strace} -f -qqq -o /dev/null --trace={call} --inject={call}:signal=SIGKILL:when={when} {git} "$@"
fi
exec {git} "$@"
"""


@pytest.mark.parametrize("command", _COMMANDS)
def test_a_killed_git_command_only_delays_history(
    strace: str, make_journal: MakeJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    git, path = shutil.which("git"), os.environ["PATH"]
    for call in ("write", "fsync", "rename", "unlink"):
        for when in (1, 2):
            journal = make_journal(f"{call}-{when}", earlier=command != "init")
            before = earlier_files(journal)
            shims = tmp_path / f"shims-{call}-{when}"
            shims.mkdir()
            shim = shims / "git"
            shim.write_text(_SHIM.format(command=command, strace=strace, call=call, when=when, git=git))
            shim.chmod(0o755)
            monkeypatch.setenv("PATH", f"{shims}:{path}")
            (draft,) = journal.drafts.all()
            journal_child.finish(journal)
            assert (journal.root / "sessions" / "2026" / "2026-01-02T1000-self-000002.toml").exists()
            monkeypatch.setenv("PATH", path)
            assert_whole_again(Journal(journal.root, journal.state), before)
            assert draft
