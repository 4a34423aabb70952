"""Linux, macOS and their kin: flock, fsync, owners and modes, and /proc where there is one."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import grp
import os
import pwd
import shutil
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform == "win32":
    raise ImportError(sys.platform)

OPEN = os.O_CLOEXEC
"""For every file that is opened: not inherited by programs that are started."""
NO_LINK = os.O_NOFOLLOW
"""A symbolic link is not followed: OSError."""
NO_WAIT = os.O_NONBLOCK
"""A pipe is not waited for."""
ENDS = (signal.SIGTERM, signal.SIGHUP)
"""What tells a program to end."""
INTERRUPTS = (signal.SIGINT, signal.SIGQUIT)
"""What keys send to every program of a terminal."""
EXECUTABLE = ""
"""What the file name of a program ends in."""
TERMINAL = ""
"""What kind a terminal is that tells nothing of itself in TERM."""
NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
"""How a disk without hard links refuses one."""
# On macOS fsync leaves the bytes in the disk's own memory, which a power cut empties; this waits for the disk itself.
_FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)
_NO_FULL_SYNC = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOTTY}
_PROCESSES = Path("/proc")


def lock(descriptor: int) -> bool:
    """Lock an open file for this program, until it ends; False when another has it, OSError when it can't be."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def close_lock(descriptor: int) -> None:
    """Close a locked file, which unlocks it."""
    os.close(descriptor)


def hold_folder(folder: Path) -> int:
    """Lock a folder and return its descriptor, for close_lock(); OSError when another program has it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | NO_LINK | OPEN)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def sync(descriptor: int) -> None:
    """Wait until an open file is on the disk; OSError when it can't be."""
    if _FULL_SYNC is not None:
        try:
            fcntl.fcntl(descriptor, _FULL_SYNC)
        except OSError as error:
            if error.errno not in _NO_FULL_SYNC:  # a network disk may know only fsync
                raise
        else:
            return
    os.fsync(descriptor)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk; OSError when it can't be."""
    _sync_path(path, NO_WAIT)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk; OSError when they can't be."""
    _sync_path(path, os.O_DIRECTORY)


def _sync_path(path: Path, flag: int) -> None:
    descriptor = os.open(path, os.O_RDONLY | flag | OPEN)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def give_name(temporary: Path, path: Path) -> None:
    """Name a temporary file, unless that is taken (FileExistsError).

    A hard link does both at once. Where there are none (FAT, some network disks) our own programs take turns by a
    lock on the folder, and a rename, atomic as well, follows the look at the name.
    """
    try:
        os.link(temporary, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        _rename_in_turn(temporary, path)


def _rename_in_turn(temporary: Path, path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | OPEN)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        temporary.replace(path)
    finally:
        os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Rename a file, in the place of another or of none, at once."""
    source.replace(target)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it; OSError when something can't be."""
    shutil.rmtree(folder)


def write_at(descriptor: int, data: bytes | memoryview, offset: int) -> int:
    """Write at one place of a file; return how many bytes were taken."""
    return os.pwrite(descriptor, data, offset)


def is_mine(status: os.stat_result) -> bool:
    """Check whether a file belongs to this user."""
    return status.st_uid == os.geteuid()


def open_to_others(status: os.stat_result) -> int:
    """Return the bits of a mode that let other users in: 0 when none do."""
    return status.st_mode & 0o077


def changed_by_others(status: os.stat_result) -> bool:
    """Check whether others may write in a file or folder: everyone, or a group other than root's and the user's own.

    A group is the user's own when it is their first one, bears their name, and has nobody else in it.
    """
    if status.st_mode & stat.S_IWOTH:
        return True
    return bool(status.st_mode & stat.S_IWGRP) and status.st_gid != 0 and not _is_own_group(status.st_gid)


def _is_own_group(number: int) -> bool:
    try:
        user, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(number)
    except KeyError:
        return False
    return user.pw_gid == number and group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}


def is_sealed(path: Path) -> bool:
    """Check whether a disk can only be read."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def is_full(path: Path, little: int) -> bool:
    """Check whether a disk has less room than `little` bytes, or none for another file."""
    room = os.statvfs(path)
    return room.f_bavail * room.f_frsize < little or (room.f_files > 0 and not room.f_favail)


def language() -> str:
    """Return the user's language as the system itself has it, such as nl_NL: here only the environment tells."""
    return ""


def kill_group(process: int) -> None:
    """Kill a process that leads a group, and all in the group; ProcessLookupError when there is none."""
    os.killpg(process, signal.SIGKILL)


def work_done(group: int) -> int | None:
    """Measure what a group of processes has done until now: while it grows or shrinks, they do something.

    That is bytes read and written, and a thousand for each hundredth of a second of the processor; ssh is left out,
    which keeps in touch with a server that does nothing. None where the system doesn't tell.
    """
    if not (_PROCESSES / "self" / "io").exists():
        return None
    done = 0
    for process in _PROCESSES.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):  # it has ended, or belongs to someone else
            name, _bracket, rest = (process / "stat").read_text(errors="replace").rpartition(")")
            fields = rest.split()
            if int(fields[2]) == group and not name.endswith("(ssh"):
                counts = (line.split()[1] for line in (process / "io").read_text().splitlines())
                done += 1000 * (int(fields[11]) + int(fields[12])) + sum(map(int, counts))
    return done


def users(status: os.stat_result, folder: Path) -> Iterator[int] | None:
    """Find the processes that have a file open, and every git at work in a folder: it may have closed its lock.

    None where the system doesn't tell.
    """
    return _users(status, folder) if (_PROCESSES / "self" / "fd").is_dir() else None


def _users(status: os.stat_result, folder: Path) -> Iterator[int]:
    for process in _PROCESSES.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):  # it has ended, or belongs to someone else
            if _works_in(process, folder) or any(_is_same(link, status) for link in (process / "fd").iterdir()):
                yield int(process.name)


def _works_in(process: Path, folder: Path) -> bool:
    with contextlib.suppress(OSError):
        if (process / "comm").read_bytes().startswith(b"git"):
            where = Path(os.readlink(process / "cwd"))  # noqa: PTH115 -- Path.readlink() is the same, and slower
            return where.is_relative_to(os.path.realpath(folder))
    return False


def _is_same(link: Path, status: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(link.stat(), status)
    return False
