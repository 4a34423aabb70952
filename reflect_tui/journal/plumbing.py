"""Runs git plumbing on one journal: which git, in which world, as whom, and what its failures mean."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reflect_tui.journal import environment
from reflect_tui.journal.obstacle import Kind, Obstacle, ObstacleError, from_failure
from reflect_tui.journal.trees import Tree

_OLDEST = (2, 31)  # the first with GIT_CONFIG_COUNT
_WIDTHS = {"sha1": 40, "sha256": 64}
_VERSION = re.compile(rb"git version (\d+(?:\.\d+)*)")


class Output(NamedTuple):
    """What a command left: its exit status, its output, and what it wrote to stderr."""

    status: int
    out: bytes
    complaint: str


Execute = Callable[[Sequence[str], bytes, Mapping[str, str]], Output | None]
"""Runs a command with this input and these extra variables; None when there is no such program."""


class Plumbing:
    """Commands on the repository of one journal."""

    def __init__(self, root: Path, execute: Execute) -> None:
        """Take the journal's folder, and what runs a command."""
        self.root = root
        self._execute = execute
        self._program = ""
        self._version: tuple[int, ...] = ()
        self._settings: tuple[tuple[str, str], ...] | None = None
        self._trees: dict[str, Tree] = {}

    def obstacle(self, kind: Kind, detail: str = "") -> ObstacleError:
        """Make the error for an obstacle on this journal."""
        return ObstacleError(Obstacle(kind, str(self.root), detail))

    def check(self) -> None:
        """Find git and its version, once.

        Raises:
            ObstacleError: there is none, or it is too old.
        """
        if self._version >= _OLDEST:
            return
        found = shutil.which("git")
        if not found or not Path(found).is_absolute():  # a relative PATH would find programs wherever we stand
            raise self.obstacle("no_git")
        self._program = found
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}  # a broken ~/.gitconfig stops even this
        said = self._call(["version"], b"", alone).out
        matched = _VERSION.match(said)
        version = tuple(map(int, matched[1].split(b"."))) if matched else ()
        if version < _OLDEST:
            raise self.obstacle("git_too_old", said.decode("utf-8", "replace").strip() or found)
        self._version = version

    def version(self) -> str:
        """Give the version of git as it writes it; see check()."""
        self.check()
        return ".".join(map(str, self._version))

    def run(self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None) -> bytes:
        """Run one command and give its output.

        Raises:
            ObstacleError: it failed.
        """
        said = self.attempt(*command, given=given, variables=variables)
        if said.status:
            raise ObstacleError(from_failure(self.root, said.complaint))
        return said.out

    def line(self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None) -> str:
        """Run one command and give its one line of output; see run()."""
        return os.fsdecode(self.run(*command, given=given, variables=variables)).removesuffix("\n")

    def attempt(self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None) -> Output:
        """Run one command that may fail; ObstacleError only when there is no git. A variable "" is left out."""
        self.check()
        wanted = environment.variables(self.root, self._version) | dict(variables or {})
        return self._call(command, given, {name: value for name, value in wanted.items() if value})

    def tree(self, commit: str) -> Tree:
        """Give the files of a commit, which never change: those of the last two are remembered.

        Raises:
            ObstacleError: they can't be read.
        """
        if commit not in self._trees:
            self.remember(commit, Tree.parse(self.run("ls-tree", "-r", "-t", "-z", "--full-tree", commit)))
        return self._trees[commit]

    def remember(self, commit: str, tree: Tree) -> None:
        """Keep what tree() gives for a commit."""
        self._trees = dict([*self._trees.items(), (commit, tree)][-2:])

    def width(self) -> int:
        """Give how many digits an id has here."""
        return _WIDTHS.get(self.line("rev-parse", "--show-object-format"), _WIDTHS["sha1"])

    def make(self, folder: Path) -> None:
        """Make an empty repository in a folder, without hooks; ObstacleError when that fails."""
        self.run(
            "init", "--quiet", "--template=", "--initial-branch=main", "--", str(folder),
            variables={"GIT_DIR": str(folder / ".git"), "GIT_WORK_TREE": str(folder)},
        )  # fmt: skip

    def signature(self) -> str:
        """Give the line that signs a commit now."""
        settings = dict(self._user_settings())
        return environment.signature(settings.get("user.name", ""), settings.get("user.email", ""))

    def trusted(self) -> frozenset[str]:
        """List the folders of others that the user trusts."""
        return frozenset(value for name, value in self._user_settings() if name == "safe.directory")

    def _user_settings(self) -> tuple[tuple[str, str], ...]:
        """Read the user's own settings of git, once; never those of the journal."""
        if self._settings is None:
            self.check()
            wanted = r"^(user\.(name|email)|safe\.directory)$"
            command = ["config", "--global", "--includes", "--null", "--get-regexp", wanted]
            said = self._call(command, b"", {"GIT_DIR": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}).out
            entries = said.decode("utf-8", "replace").split("\0")
            self._settings = tuple((name, value) for name, _line, value in (e.partition("\n") for e in entries) if name)
        return self._settings

    def _call(self, command: Sequence[str], given: bytes, variables: Mapping[str, str]) -> Output:
        said = self._execute([self._program, *command], given, variables)
        if said is None:
            self._version = ()
            raise self.obstacle("no_git")
        return said
