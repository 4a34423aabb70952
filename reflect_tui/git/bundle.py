"""A whole history as one file of git's own, a bundle, and a repository made of one."""

from __future__ import annotations

import re

from reflect_tui.disk import files
from reflect_tui.errors import JournalError
from reflect_tui.git import complaints
from reflect_tui.git.plumbing import LONG_PATIENCE
from reflect_tui.git.repository import Repository
from reflect_tui.git.set_aside import rebuild_index
from reflect_tui.i18n import _

_REF = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (refs/(?:heads|tags)/[^\s\0]+|HEAD)")


def create(repository: Repository) -> bytes:
    """Return all branches and tags as one bundle; b"" while there is no commit.

    Raises:
        ObstacleError: the history can't be read.
    """
    if not repository.exists() or repository.head() is None:
        return b""
    return repository.git.run("bundle", "create", "-q", "-", "--branches", "--tags", "HEAD", patience=LONG_PATIENCE)


def branch(repository: Repository) -> str:
    """Return the whole name of the branch that is checked out; "" for none."""
    if not repository.exists():
        return ""
    return repository.git.attempt("symbolic-ref", "--quiet", "HEAD").out.decode("utf-8", "replace").strip()


def unpack(repository: Repository, data: bytes, on: str) -> None:
    """Make a new repository of a bundle, with the branch `on` checked out; its objects are all checked.

    Raises:
        JournalError: it is no whole bundle, or has no such branch.
        ObstacleError: git can't be used.
    """
    head, _blank, _objects = data.partition(b"\n\n")
    repository.initialise("sha256" if b"\n@object-format=sha256\n" in head else "sha1")
    git = repository.git
    path = repository.root / ".git" / "bundle"
    files.write_new(path, data)
    refs = dict(reversed(pair) for pair in _REF.findall(_tried(repository, "bundle", "unbundle", str(path))))
    lines = [b"create %b %b\n" % pair for pair in refs.items() if pair[0] != b"HEAD"]
    if on.encode() not in refs:
        raise JournalError(_("The history in this file has no branch {name}.").format(name=on))
    git.run("update-ref", "--stdin", given=b"".join(lines), patience=LONG_PATIENCE)
    git.run("symbolic-ref", "HEAD", on)
    files.remove(path)
    _tried(repository, "fsck", "--full", "--strict", "--no-dangling", "--no-progress")
    transaction = repository.transaction()
    with transaction.begin():
        rebuild_index(git, transaction)
        transaction.note_branch(on)


def _tried(repository: Repository, *command: str) -> bytes:
    """Run a command that fails when the history in the file is damaged."""
    done = repository.git.attempt(*command, patience=LONG_PATIENCE)
    if done.status:
        raise JournalError(
            _("The history in this file is damaged: {reason}").format(reason=complaints.reason_line(done.complaint))
        )
    return done.out
