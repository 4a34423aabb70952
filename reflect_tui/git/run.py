"""Finds git, runs one command of it, and gives that up when it hangs; the only place that knows GitPython."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import IO, NamedTuple, cast

from reflect_tui import paths, system
from reflect_tui.git.complaints import ENDED

NOT_STARTED = -1  # the status of a command that the system could not start
_PIPE = 4096  # bytes that the smallest pipe holds
_POLL = 0.1  # seconds between two looks whether to go on waiting
_LOOK = 1.0  # seconds between two looks whether a command still does anything
_STALL = 30.0  # seconds in which a command that does nothing at all hangs, whatever its patience
# The same while it waits for a server, whose work can't be seen, and what it must have done in that time (in the unit
# of system.work_done()): a byte now and then is nothing. For https curl has that rule (http.lowSpeedTime), and what it
# sends can't be seen here.
_FAR_STALL = {"ssh": (50.0, 50_000), "https": (120.0, 1)}
_TOLD_AFTER = 3.0  # seconds of waiting after which it is said


class GitOutput(NamedTuple):
    """What a command left: its exit status, its output, and what it wrote to stderr."""

    status: int
    out: bytes
    complaint: str


Execute = Callable[[Sequence[str], bytes, Mapping[str, str], Callable[[], bool]], GitOutput | None]
"""Runs a command with this input and these extra variables; None when that program can't be run.

The last argument tells, whenever it is asked, whether to give up; then the command is ended, and TimeoutError raised.
"""


_waiting: list[Callable[[str], None]] = []


def tell_waiting(tell: Callable[[str], None]) -> None:
    """Tell, from now on, the name of each git command that was waited for for a few seconds, of whatever repository."""
    _waiting[:] = [tell]


class _Watch:
    """Watches one command that runs: says that it is waited for, and knows when it does nothing any more."""

    def __init__(self, group: int, name: str, protocol: str) -> None:
        self._group, self._name = group, name
        self._stall, self._least = _FAR_STALL.get(protocol, (_STALL, 1))
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
        self._looked = now
        done = system.work_done(self._group)
        if done is None or self._done is None or abs(done - self._done) >= self._least:
            self._changed, self._done = now, done
        return now - self._changed > self._stall


def forget_inherited() -> None:
    """Drop every GIT_… variable of this process, since GitPython hands its environment on to every command.

    They may point to another repository (a hook or an editor started us), or make git trace to a file.
    """
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]


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
        return None if error.errno == errno.ENOEXEC else GitOutput(NOT_STARTED, b"", str(error))
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


# The programs to run: none that others may have put in the way of the user's own


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
