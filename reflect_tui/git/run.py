"""Runs git commands on one journal; the only place that knows GitPython.

Every command runs without hooks, helpers, prompts, network and the user's git variables, and for a limited time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from reflect_tui.git import history
from reflect_tui.git.problems import Obstacle, ObstacleError, ObstacleKind, from_failure

_OLDEST = (2, 31)  # the first with GIT_CONFIG_COUNT
_VERSION = re.compile(rb"git version (\d+(?:\.\d+)*)")
_TIMEOUT = 120.0  # seconds for one command
FALLBACK_IDENTITY = ("reflect-tui", "reflect-tui@localhost")
_CRUD = "".join(map(chr, range(33))) + ".,:;<>\"\\'"  # what git strips from names
# Every setting through which a repository could run a program, or change what we write. Settings given through
# GIT_CONFIG_COUNT win over those of any file.
_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.splitIndex": "false",
    "core.sparseCheckout": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "core.pager": "cat",
    "core.editor": "true",
    "core.sshCommand": "false",
    "core.gitProxy": "false",
    "core.askPass": "false",
    "core.alternateRefsCommand": "false",
    "core.autocrlf": "false",
    "core.sharedRepository": "umask",
    "core.logAllRefUpdates": "false",  # a log that no fsync covers would be torn by a power cut
    "core.filesRefLockTimeout": "1000",
    "core.packedRefsTimeout": "1000",
    "commit.gpgSign": "false",
    "log.showSignature": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "protocol.ext.allow": "never",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "advice.detachedHead": "false",
}
# git 2.36 and newer; an index is ours for one commit, or synced by us before it takes the place of the user's
_DURABLE = {"core.fsync": "objects,derived-metadata,reference", "core.fsyncMethod": "fsync"}
_DURABLE_BEFORE = {"core.fsyncObjectFiles": "true"}
_SINCE = (2, 36)


def forget_inherited() -> None:
    """Drop every GIT_… variable of this process, since GitPython hands its environment on to every command.

    They may point to another repository (a hook or an editor started us), or make git trace to a file.
    """
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]


def environment(root: Path, version: tuple[int, ...]) -> dict[str, str]:
    """The variables for a command on the repository of a journal, with a git of this version."""
    return _config_variables(_SETTINGS | (_DURABLE if version >= _SINCE else _DURABLE_BEFORE)) | {
        "GIT_DIR": str(root / ".git"),
        "GIT_WORK_TREE": str(root),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_PAGER": "cat",
        "GIT_EDITOR": "true",
        "PAGER": "cat",
        "LC_ALL": "C",
    }


def _config_variables(settings: Mapping[str, str]) -> dict[str, str]:
    given = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        given |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return given


def identity(name: str, mail: str) -> dict[str, str]:
    """The variables that sign a commit now: by the user's own name and mail when git can use both, else by ours."""
    if not name.strip(_CRUD) or not mail.strip(_CRUD):
        name, mail = FALLBACK_IDENTITY
    # git can't read a moment before 1970, which a clock with an empty battery may show
    date = f"@{max(0, int(time.time()))} {time.strftime('%z') or '+0000'}"
    fields = {"NAME": name, "EMAIL": mail, "DATE": date}
    return {f"GIT_{role}_{field}": value for role in ("AUTHOR", "COMMITTER") for field, value in fields.items()}


class GitOutput(NamedTuple):
    """What a command left: its exit status, its output, and what it wrote to stderr."""

    status: int
    out: bytes
    complaint: str


Execute = Callable[[Sequence[str], bytes, Mapping[str, str]], GitOutput | None]
"""Runs a command with this input and these extra variables; None when there is no such program."""


class Plumbing:
    """Commands on the repository of one journal."""

    def __init__(self, root: Path, execute: Execute) -> None:
        self.root = root
        self._execute = execute
        self._program = ""
        self._version: tuple[int, ...] = ()
        self._settings: tuple[tuple[str, str], ...] | None = None
        self._files: dict[str, Mapping[str, str]] = {}

    def obstacle_error(self, kind: ObstacleKind, detail: str = "") -> ObstacleError:
        """The error for an obstacle on this journal."""
        return ObstacleError(Obstacle(kind, str(self.root), detail))

    def check(self) -> None:
        """Find git and its version, once.

        Raises:
            ObstacleError: there is none, or it is too old.
        """
        if self._version >= _OLDEST:
            return
        program = shutil.which("git")
        if not program or not Path(program).is_absolute():  # a relative PATH would find programs wherever we stand
            raise self.obstacle_error("no_git")
        self._program = program
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}  # a broken ~/.gitconfig stops even this
        answer = self._call(["version"], b"", alone).out
        match = _VERSION.match(answer)
        version = tuple(map(int, match[1].split(b"."))) if match else ()
        if version < _OLDEST:
            raise self.obstacle_error("git_too_old", answer.decode("utf-8", "replace").strip() or program)
        self._version = version

    def version(self) -> str:
        """The version of git as it writes it; see check()."""
        self.check()
        return ".".join(map(str, self._version))

    def run(self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None) -> bytes:
        """Run one command, and return its output.

        Raises:
            ObstacleError: it failed.
        """
        output = self.attempt(*command, given=given, variables=variables)
        if output.status:
            raise ObstacleError(from_failure(self.root, output.complaint))
        return output.out

    def line(self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None) -> str:
        """Run one command, and return its one line of output; see run()."""
        return os.fsdecode(self.run(*command, given=given, variables=variables)).removesuffix("\n")

    def attempt(self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None) -> GitOutput:
        """Run one command that may fail; ObstacleError only when there is no git. A variable "" is left out."""
        self.check()
        wanted = environment(self.root, self._version) | dict(variables or {})
        return self._call(command, given, {name: value for name, value in wanted.items() if value})

    def resolve(self, revision: str) -> str | None:
        """The id that a revision names; None when git knows none."""
        output = self.attempt("rev-parse", "--verify", "--quiet", revision)
        return None if output.status else output.out.decode().strip()

    def head(self) -> str | None:
        """The id of the newest commit; None before the first, or when it can't be read."""
        return self.resolve("HEAD^{commit}")

    def files(self, commit: str | None) -> Mapping[str, str]:
        """The blob id of every path in a commit; none for None. Those of the last two commits are remembered.

        Raises:
            ObstacleError: they can't be read.
        """
        if commit is None:
            return {}
        if commit not in self._files:
            listed = self.run("ls-tree", "-r", "-z", "--full-tree", commit)
            self.remember(commit, history.parse_tree(listed))
        return self._files[commit]

    def remember(self, commit: str, files: Mapping[str, str]) -> None:
        """Keep what files() returns for a commit."""
        self._files = dict([*self._files.items(), (commit, files)][-2:])

    def init(self, folder: Path) -> None:
        """Make an empty repository in a folder, without hooks; ObstacleError when that fails."""
        self.run(
            "init", "--quiet", "--template=", "--initial-branch=main", "--", str(folder),
            variables={"GIT_DIR": str(folder / ".git"), "GIT_WORK_TREE": str(folder)},
        )  # fmt: skip

    def identity(self) -> dict[str, str]:
        """The variables that sign a commit now, as the user or as this program."""
        settings = dict(self._user_settings())
        return identity(settings.get("user.name", ""), settings.get("user.email", ""))

    def trusted_folders(self) -> frozenset[str]:
        """The folders of others that the user trusts."""
        return frozenset(value for name, value in self._user_settings() if name == "safe.directory")

    def _user_settings(self) -> tuple[tuple[str, str], ...]:
        """Read the user's own settings of git, once; never those of the journal."""
        if self._settings is None:
            self.check()
            wanted = r"^(user\.(name|email)|safe\.directory)$"
            command = ["config", "--global", "--includes", "--null", "--get-regexp", wanted]
            listed = self._call(command, b"", {"GIT_DIR": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}).out
            entries = listed.decode("utf-8", "replace").split("\0")
            self._settings = tuple((name, value) for name, _line, value in (e.partition("\n") for e in entries) if name)
        return self._settings

    def _call(self, command: Sequence[str], given: bytes, variables: Mapping[str, str]) -> GitOutput:
        output = self._execute([self._program, *command], given, variables)
        if output is None:
            self._version = ()
            raise self.obstacle_error("no_git")
        return output


def execute(command: Sequence[str], given: bytes, variables: Mapping[str, str]) -> GitOutput | None:
    """Run one command by GitPython; None when there is no such program."""
    forget_inherited()
    # Importing GitPython must not raise where there is no git, or something else by that name: let it find none.
    os.environ |= {"GIT_PYTHON_REFRESH": "quiet", "GIT_PYTHON_GIT_EXECUTABLE": "/nonexistent/git"}
    import git  # noqa: PLC0415 -- slow to import, and only a history needs it

    runner = git.Git(os.sep)  # the journal's own folder may be gone, and must not be where programs are looked for
    try:
        running = runner.execute(command, istream=subprocess.PIPE, as_process=True, env=variables, umask=0o077)
    except git.GitCommandNotFound:
        return None
    process = cast("subprocess.Popen[bytes]", running.proc)  # dropping `running` would end it
    try:
        out, complaint = process.communicate(given, timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return GitOutput(1, b"", f"no answer in {_TIMEOUT:.0f} s")
    return GitOutput(process.returncode, out, complaint.decode("utf-8", "replace"))
