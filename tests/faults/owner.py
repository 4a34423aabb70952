"""The journal's owner, who uses git in its folder as anyone would."""

from __future__ import annotations

import subprocess
from pathlib import Path

HOOKS = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update",
    "proc-receive", "post-receive", "post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc",
    "post-rewrite", "sendemail-validate", "fsmonitor-watchman", "post-index-change",
)  # fmt: skip
"""Every hook that git knows."""


def git(root: Path, *command: str, check: bool = True) -> str:
    """Run git as the journal's owner would."""
    identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    done = subprocess.run(["git", *identity, *command], cwd=root, check=False, capture_output=True, text=True)
    assert not check or not done.returncode, done.stderr
    return done.stdout
