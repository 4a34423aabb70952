"""Windows, untried: written from its documentation, and held against posix.py with a made-up msvcrt.

What it can't do: sync a folder (NTFS keeps names in its own journal), tell owners and modes (a home folder is closed to
others by its access list), find who has a file open, lock a folder, or refuse a link.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import locale
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

_msvcrt: Any = import_module("msvcrt")

OPEN: int = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)
"""For every file that is opened: bytes as they are, not inherited by programs that are started."""
NO_LINK = 0
NO_WAIT = 0
ENDS: tuple[signal.Signals, ...] = (signal.SIGTERM, getattr(signal, "SIGBREAK", signal.SIGTERM))
"""What tells a program to end."""
INTERRUPTS = (signal.SIGINT,)
"""What keys send to every program of a terminal."""
EXECUTABLE = ".exe"
"""What the file name of a program ends in."""
TERMINAL = "windows"
"""What kind a terminal is that tells nothing of itself in TERM: none does here."""
NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EINVAL}
"""How a disk without hard links refuses one."""
_PLACE = 2**30  # of the byte that is locked: nobody else could read those of the content while they are locked
_TRIES, _MOMENT = 20, 0.05  # seconds; for about as long as a virus scanner or an indexer holds a new file
_TAKEN = {errno.EACCES, errno.EDEADLK, getattr(errno, "EDEADLOCK", errno.EDEADLK)}


def lock(descriptor: int) -> bool:
    """Lock an open file for this program, until it ends; False when another has it, OSError when it can't be."""
    try:
        _at_place(descriptor, _msvcrt.LK_NBLCK)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True


def close_lock(descriptor: int) -> None:
    """Close a locked file, which the system unlocks only some time later by itself."""
    with contextlib.suppress(OSError):
        _at_place(descriptor, _msvcrt.LK_UNLCK)
    os.close(descriptor)


def _at_place(descriptor: int, mode: int) -> None:
    os.lseek(descriptor, _PLACE, os.SEEK_SET)
    try:
        _msvcrt.locking(descriptor, mode, 1)
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)


def hold_folder(folder: Path) -> int:
    """Lock a folder: not possible here (OSError); only a note in an editor needs it, and Textual opens none here."""
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), str(folder))


def sync(descriptor: int) -> None:
    """Wait until an open file is on the disk; OSError when it can't be."""
    os.fsync(descriptor)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk; OSError when it can't be."""
    descriptor = os.open(path, os.O_RDWR | OPEN)  # one that is only read can't be synced
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Check that a folder is there; it can't be synced."""
    path.stat()


def give_name(temporary: Path, path: Path) -> None:
    """Name a temporary file, unless that is taken (FileExistsError): here a rename replaces nothing."""
    _patiently(lambda: temporary.rename(path))


def replace(source: Path, target: Path) -> None:
    """Rename a file, in the place of another or of none, at once."""
    _patiently(lambda: source.replace(target))


def _patiently(act: Callable[[], object]) -> None:
    """Act again while another program, such as a virus scanner, has the file open: PermissionError here."""
    for _try in range(_TRIES - 1):
        try:
            act()
        except PermissionError:
            time.sleep(_MOMENT)
        else:
            return
    act()


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it; OSError when something can't be.

    A file that may only be read, as git's objects, is not removed here before it may be written.
    """

    def make_writable(_act: object, path: str, _error: object) -> None:
        Path(path).chmod(stat.S_IWRITE)
        Path(path).unlink()

    shutil.rmtree(folder, onerror=make_writable)


def write_at(descriptor: int, data: bytes | memoryview, offset: int) -> int:
    """Write at one place of a file; return how many bytes were taken. One thread at a time may write."""
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.write(descriptor, data)


def is_mine(_status: os.stat_result) -> bool:
    """Check whether a file belongs to this user: not known, so it is not doubted."""
    return True


def open_to_others(_status: os.stat_result) -> int:
    """Return the bits of a mode that let other users in: a mode says nothing here."""
    return 0


def changed_by_others(_status: os.stat_result) -> bool:
    """Check whether others may write in a file or folder: a mode says nothing here."""
    return False


def is_sealed(_path: Path) -> bool:
    """Check whether a disk can only be read: not known."""
    return False


def is_full(path: Path, little: int) -> bool:
    """Check whether a disk has less room than `little` bytes."""
    return shutil.disk_usage(path).free < little


def language() -> str:
    """Return the user's language as the system itself has it, such as nl_NL; "" when it doesn't tell."""
    with contextlib.suppress(AttributeError, OSError):
        libraries: Any = ctypes
        return locale.windows_locale.get(libraries.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""


def kill_group(process: int) -> None:
    """Kill a process; what it started goes on."""
    os.kill(process, signal.SIGTERM)


def work_done(_group: int) -> int | None:
    """Measure what a process and those it started have done: the system doesn't tell."""
    return None


def users(_status: os.stat_result, _folder: Path) -> Iterator[int] | None:
    """Find the processes that have a file open: the system doesn't tell."""
    return None
