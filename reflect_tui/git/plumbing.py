"""Git commands on the repository of one journal.

Every command runs without hooks, helpers, prompts, network and the user's git variables, and for a limited time.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic

from reflect_tui.disk import files
from reflect_tui.git import history
from reflect_tui.git.problems import Obstacle, ObstacleError, ObstacleKind, from_failure
from reflect_tui.git.run import NOT_STARTED, Execute, GitOutput, find_git

_OLDEST = (2, 31)  # the first with GIT_CONFIG_COUNT
_VERSION = re.compile(rb"git version (\d+(?:\.\d+)*)")
_PATIENCE = 15.0  # seconds for one command; a git that needs more hangs
_USUAL = 1.0  # seconds for a command in an act; what it needs beyond that, it is late
_LATEST = 8.0  # seconds by which all commands of an act together may be late; then git hangs as well
LONG_PATIENCE = 120.0  # seconds for a command that looks at every object
_REST = 60.0  # seconds in which a git that hung is not asked again; twice as long after each time
_LONGEST_REST = 900.0
_CLOSING_PATIENCE = 2.0  # seconds for one command once the program is closing
_CLOSING = 10.0  # seconds for all of them by then
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
    "core.quotePath": "false",
    "fastimport.unpackLimit": "1",  # always one pack, which is synced as a whole
}
# git 2.36 and newer; an index is ours for one commit, or synced by us before it takes the place of the user's
_DURABLE = {"core.fsync": "objects,derived-metadata,reference", "core.fsyncMethod": "fsync"}
_DURABLE_BEFORE = {"core.fsyncObjectFiles": "true"}
_SINCE = (2, 36)


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


def transport_settings(more: dict[str, str]) -> dict[str, str]:
    """The variables for a command that speaks to another repository: our settings, with these as well."""
    ours = {name: value for name, value in (_SETTINGS | _DURABLE).items() if name != "core.sshCommand"}
    return _config_variables(ours | more)


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


class Plumbing:
    """Commands on the repository of one journal."""

    def __init__(self, root: Path, execute: Execute) -> None:
        self.root = root
        self._execute = execute
        self._program = ""
        self._version: tuple[int, ...] = ()
        self._signature: tuple[int, ...] = ()
        self._rest = _REST
        self._rests_until = 0.0
        self._closing = math.inf
        self._acts = threading.local()
        self._settings: tuple[tuple[str, str], ...] | None = None
        self._files: dict[str, Mapping[str, str]] = {}

    def obstacle_error(self, kind: ObstacleKind, detail: str = "") -> ObstacleError:
        """The error for an obstacle on this journal."""
        return ObstacleError(Obstacle(kind, str(self.root), detail))

    def check(self) -> None:
        """Find git and its version; once, as long as the same program is there.

        Raises:
            ObstacleError: there is none, it is too old, or it hangs.
        """
        if self._version >= _OLDEST and files.signature(self._program) == self._signature:
            return
        self._version = ()
        self._program, passed_over = find_git(self.root)
        if not self._program:
            raise self.obstacle_error("no_git", ", ".join(passed_over))
        self._signature = files.signature(self._program)
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}  # a broken ~/.gitconfig stops even this
        status, answer, complaint = self._call(["version"], b"", alone)
        if status == NOT_STARTED:
            raise ObstacleError(from_failure(self.root, complaint))
        match = _VERSION.match(answer)
        version = tuple(map(int, match[1].split(b"."))) if match else ()
        if version < _OLDEST:
            raise self.obstacle_error("git_too_old", answer.decode("utf-8", "replace").strip() or self._program)
        self._version = version

    @contextlib.contextmanager
    def act(self, *, anew: bool = False) -> Iterator[None]:
        """Let the commands that this thread runs within share one time: a slow git costs no more than one that hangs.

        An act within an act shares its time, unless it is to begin `anew`. Commands with a patience of their own don't
        count.
        """
        before = self._late
        if before is None or anew:
            self._acts.late = 0.0
        try:
            yield
        finally:
            if before is None or anew:
                self._acts.late = before

    @property
    def _late(self) -> float | None:
        """The seconds by which the commands of this thread's act are late together; None outside any."""
        late: float | None = getattr(self._acts, "late", None)
        return late

    def close(self) -> None:
        """Leave little time for every command from now on, and for all of them: the program is closing."""
        self._closing = min(self._closing, monotonic())

    @property
    def is_closing(self) -> bool:
        """Whether the program is closing."""
        return self._closing < math.inf

    def time_left(self, seconds: float) -> float:
        """So many seconds, or as many of them as a closing program has."""
        return max(0.0, min(seconds, self._closing + _CLOSING - monotonic()))

    def know_like(self, other: Plumbing) -> None:
        """Take over which git there is, for commands on another repository; see check() for the errors."""
        other.check()
        self._program, self._version, self._signature = other._program, other._version, other._signature

    def rest_like(self, other: Plumbing) -> None:
        """Leave a git alone that hung a moment ago, for another one on the same journal."""
        self._rests_until = other._rests_until

    def version(self) -> str:
        """The version of git as it writes it; see check()."""
        self.check()
        return ".".join(map(str, self._version))

    def run(
        self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None, patience: float = _PATIENCE
    ) -> bytes:
        """Run one command, and return its output; it has `patience` seconds.

        Raises:
            ObstacleError: it failed.
        """
        output = self.attempt(*command, given=given, variables=variables, patience=patience)
        if output.status:
            raise ObstacleError(from_failure(self.root, output.complaint))
        return output.out

    def line(self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None) -> str:
        """Run one command, and return its one line of output; see run()."""
        return os.fsdecode(self.run(*command, given=given, variables=variables)).removesuffix("\n")

    def attempt(
        self, *command: str, given: bytes = b"", variables: Mapping[str, str] | None = None, patience: float = _PATIENCE
    ) -> GitOutput:
        """Run one command that may fail; ObstacleError only when there is no git, or it hangs.

        A variable "" is left out. A command has `patience` seconds.
        """
        self.check()
        wanted = environment(self.root, self._version) | dict(variables or {})
        return self._call(command, given, {name: value for name, value in wanted.items() if value}, patience)

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

    def init(self, folder: Path, kind: str = "") -> None:
        """Make an empty repository in a folder, without hooks, with ids of a kind; ObstacleError when that fails."""
        of_kind = (f"--object-format={kind}",) if kind else ()
        self.run(
            "init", "--quiet", "--template=", "--initial-branch=main", *of_kind, "--", str(folder),
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

    def _call(
        self, command: Sequence[str], given: bytes, variables: Mapping[str, str], patience: float = _PATIENCE
    ) -> GitOutput:
        started = monotonic()
        if started < self._rests_until or started > self._closing + _CLOSING:
            raise self.obstacle_error("hangs")
        late = self._late if patience == _PATIENCE else None
        if late is not None:
            patience = _USUAL + _LATEST - late
        try:
            output = self._execute(
                [self._program, *command], given, variables, lambda: self._is_over(started, patience)
            )
        except TimeoutError:
            if monotonic() >= self._rests_until:
                self._rests_until, self._rest = monotonic() + self._rest, min(self._rest * 2, _LONGEST_REST)
            raise self.obstacle_error("hangs") from None
        if output is None:
            self._version = ()
            there = os.path.lexists(self._program)  # but broken
            raise self.obstacle_error("git_too_old", self._program) if there else self.obstacle_error("no_git")
        took = monotonic() - started
        if late is not None:
            self._acts.late = late + max(0.0, took - _USUAL)
        if took < patience / 2:
            self._rest = _REST
        return output

    def _is_over(self, started: float, patience: float) -> bool:
        """Check whether a command that began then had all the time it is given, or another one hung meanwhile."""
        now = monotonic()
        closes = min(max(started, self._closing) + _CLOSING_PATIENCE, self._closing + _CLOSING)
        return now > min(started + patience, closes) or now < self._rests_until
