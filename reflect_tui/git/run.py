"""Runs git commands on one journal; the only place that knows GitPython.

Every command runs without hooks, helpers, prompts, network and the user's git variables, and for a limited time.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import re
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import IO, NamedTuple, cast

from reflect_tui import paths, system
from reflect_tui.disk import files
from reflect_tui.git import history
from reflect_tui.git.problems import ENDED, Obstacle, ObstacleError, ObstacleKind, from_failure

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
_NOT_STARTED = -1  # the status of a command that the system could not start
_PIPE = 4096  # bytes that the smallest pipe holds
_POLL = 0.1  # seconds between two looks whether to go on waiting
_LOOK = 1.0  # seconds between two looks whether a command still does anything
_STALL = 30.0  # seconds in which a command that does nothing at all hangs, whatever its patience
_FAR_STALL = 120.0  # seconds of the same while it waits for a server, whose work can't be seen
_TOLD_AFTER = 3.0  # seconds of waiting after which it is said
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


class GitOutput(NamedTuple):
    """What a command left: its exit status, its output, and what it wrote to stderr."""

    status: int
    out: bytes
    complaint: str


Execute = Callable[[Sequence[str], bytes, Mapping[str, str], Callable[[], bool]], GitOutput | None]
"""Runs a command with this input and these extra variables; None when that program can't be run.

The last argument tells, whenever it is asked, whether to give up; then the command is ended, and TimeoutError raised.
"""


class ProgramSearch(NamedTuple):
    """The program to run, "" when none is safe, and those on the PATH before it that others could have put there."""

    program: str
    passed_over: tuple[str, ...] = ()


def find_git(root: Path) -> ProgramSearch:
    """Search the PATH for git."""
    return find_program("git", root)


def find_program(name: str, root: Path) -> ProgramSearch:
    """Search the PATH for a program that nobody else can have planted.

    So it is named by its whole path, is in no journal's folder, and neither it nor a folder above it belongs to
    another user or may be changed by others: by everyone, or by a group that is not root's or the user's own.
    """
    own = [Path(os.path.realpath(folder)) for folder in (root, *paths.own_folders())]
    passed_over: list[str] = []
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = os.path.join(folder, f"{name}{system.EXECUTABLE}")  # noqa: PTH118 -- an empty or relative entry stays as it is
        if not os.path.isfile(program) or not os.access(program, os.X_OK):  # noqa: PTH113 -- as above
            continue
        real = Path(os.path.realpath(program))
        planted = any(place.is_relative_to(folder) for place in (Path(program), real) for folder in own)
        if not os.path.isabs(folder) or planted or any(map(_is_open, _links(Path(program)))):  # noqa: PTH117 -- as above
            passed_over.append(program)
        else:
            return ProgramSearch(program, tuple(passed_over))
    return ProgramSearch("", tuple(passed_over))


def _links(program: Path) -> Iterator[Path]:
    """Yield a program, every place that it is linked to on the way, and where it really is."""
    yield program
    while program.is_symlink():
        program = program.parent / program.readlink()
        yield program
    yield Path(os.path.realpath(program))


def _is_open(program: Path) -> bool:
    """Check whether a user but root and this one owns a file or a folder above it, or others may replace it."""
    below: os.stat_result | None = None
    trusted = (0, Path(program.anchor).stat().st_uid)  # in a container, root outside may bear another number
    for place in (program, *program.parents):
        status = place.stat()
        if any(one.st_uid not in trusted and not system.is_mine(one) for one in (status, place.lstat())):
            return True
        kept = below is not None and stat.S_ISDIR(below.st_mode) and (below.st_uid == 0 or system.is_mine(below))
        if system.changed_by_others(status) and not (kept and status.st_mode & stat.S_ISVTX):
            return True
        below = status
    return False


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
        if status == _NOT_STARTED:
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

    def rest_like(self, other: Plumbing) -> None:
        """Leave a git alone that hung a moment ago, for another one on the same journal."""
        self._rests_until = other._rests_until

    def version(self) -> str:
        """The version of git as it writes it; see check()."""
        self.check()
        return ".".join(map(str, self._version))

    def run(
        self,
        *command: str,
        given: bytes = b"",
        variables: Mapping[str, str] | None = None,
        patience: float = _PATIENCE,
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
        self,
        *command: str,
        given: bytes = b"",
        variables: Mapping[str, str] | None = None,
        patience: float = _PATIENCE,
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


_waiting: list[Callable[[str], None]] = []


def tell_waiting(tell: Callable[[str], None]) -> None:
    """Tell, from now on, the name of each git command that was waited for for a few seconds, of whatever repository."""
    _waiting[:] = [tell]


class _Watch:
    """Watches one command that runs: says that it is waited for, and knows when it does nothing any more."""

    def __init__(self, group: int, name: str, protocol: str) -> None:
        self._group, self._name = group, name
        self._stall = _STALL if protocol in ("none", "file") else _FAR_STALL
        self._began = self._changed = self._looked = monotonic()
        self._done: int | None = None
        self._told = False

    def is_stalled(self) -> bool:
        """Check whether the command, and all that it started, did nothing for so long that it hangs."""
        now = monotonic()
        if now - self._began > _TOLD_AFTER and not self._told:
            self._told = True
            for tell in _waiting:
                tell(self._name)
        if now - self._looked < _LOOK:
            return False
        self._looked, before = now, self._done
        self._done = system.work_done(self._group)
        if self._done is None or self._done != before:
            self._changed = now
        return now - self._changed > self._stall


def execute(
    command: Sequence[str], given: bytes, variables: Mapping[str, str], gives_up: Callable[[], bool]
) -> GitOutput | None:
    """Run one command by GitPython, in a process group of its own; see Execute."""
    forget_inherited()
    # Importing GitPython must not raise where there is no git, or something else by that name: let it find none.
    os.environ |= {"GIT_PYTHON_REFRESH": "quiet", "GIT_PYTHON_GIT_EXECUTABLE": "/nonexistent/git"}
    import git  # noqa: PLC0415 -- slow to import, and only a history needs it

    runner = git.Git(os.sep)  # the journal's own folder may be gone, and must not be where programs are looked for
    try:
        running = runner.execute(
            command, istream=subprocess.PIPE, as_process=True, env=variables, umask=0o077, process_group=0
        )
    except (git.GitCommandNotFound, PermissionError):
        return None
    except OSError as error:
        return None if error.errno == errno.ENOEXEC else GitOutput(_NOT_STARTED, b"", str(error))
    process = cast("subprocess.Popen[bytes]", running.proc)  # dropping `running` would end it
    watch = _Watch(process.pid, next(iter(command[1:]), ""), variables.get("GIT_ALLOW_PROTOCOL", "none"))
    rest = _left_to_write(process, given)
    while True:
        try:
            out, complaint = process.communicate(rest, timeout=_POLL)
        except subprocess.TimeoutExpired:
            rest = None  # it has that
            if gives_up() or watch.is_stalled():
                _end(process)
                running.proc = None  # GitPython would wait for it
                raise TimeoutError from None
        except BaseException:  # such as Ctrl+C
            _end(process)
            running.proc = None
            raise
        else:
            return GitOutput(
                process.returncode, out, complaint.decode("utf-8", "replace") + _end_of(process.returncode)
            )


def _left_to_write(process: subprocess.Popen[bytes], given: bytes) -> bytes | None:
    """Return the input of a command; a large one is written by a thread: communicate() stops with it at a timeout."""
    if len(given) <= _PIPE or process.stdin is None:
        return given
    threading.Thread(target=_feed, args=(process.stdin, given), daemon=True).start()
    process.stdin = None
    return None


def _feed(stdin: IO[bytes], given: bytes) -> None:
    """Write all input of a command; one that has ended reads no more."""
    with contextlib.suppress(OSError), stdin:
        stdin.write(given)


def _end_of(status: int) -> str:
    """Say for a command that a signal ended what it could not say itself; "" for any other."""
    return f"\nfatal: {ENDED}: {signal.strsignal(-status)}" if status < 0 else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command, and whatever it started; one that the kernel doesn't let die is left behind."""
    with contextlib.suppress(ProcessLookupError):
        system.kill_group(process.pid)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=1)
    for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
        with contextlib.suppress(OSError):  # what it did not read
            pipe.close()
