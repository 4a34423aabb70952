"""Durable, atomic files: what a function here wrote survives a kill and a power cut, or was never there.

The order is always the same: a temporary file in the same folder, its bytes, fsync, the final name, fsync of the
folder. So a name never shows a file that isn't whole, and no name shown as saved can vanish.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import re
import secrets
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from reflect_tui import system
from reflect_tui.errors import JournalError
from reflect_tui.i18n import _

FULL = {errno.ENOSPC, errno.EDQUOT}
_LITTLE = 65_536  # bytes: less than the smallest commit may need
_TEMPORARY = re.compile(r"\..+\.(?:[0-9a-f]+-)?[0-9a-f]{8}\.tmp", re.DOTALL)
_STALE = 24 * 60 * 60.0  # seconds: no write takes that long
_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_AT_ONCE = 16  # files that wait for the disk
_COARSEST_CLOCK = 2_000_000_000  # nanoseconds, of a disk (FAT)


class TakenError(JournalError):
    """The name is in use, by a file with other content."""


class ChangedOutsideError(JournalError):
    """Another program changed the file since it was read."""


def write_new(path: Path, data: bytes) -> None:
    """Write a file that wasn't there; a file with the very same bytes is fine.

    When this returns, file and name are on the disk.

    Raises:
        TakenError: there is a file of that name with other content; it is untouched.
        JournalError: the file could not be written; nothing is left behind.
    """
    with _sentences(path):
        _add(path, data)
        sync_folder(path.parent)


def write_all_new(contents: Mapping[Path, bytes]) -> None:
    """Write many files that weren't there, in folders that exist, as write_new() does each.

    Of many some are waited for at once: a disk takes these in in hardly more time than one. When it fails, some may be
    there, each of them whole.

    Raises:
        TakenError, JournalError: see write_new().
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- few commands write many files

    def write(path: Path) -> None:
        with _sentences(path):
            _add(path, contents[path])

    if len(contents) > _AT_ONCE:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(write, contents))
    else:
        list(map(write, contents))
    for folder in dict.fromkeys(path.parent for path in contents):
        with _sentences(folder):
            sync_folder(folder)


def replace(path: Path, data: bytes, expected: bytes | None = None) -> None:
    """Put a file in the place of another (or of none) at once.

    Args:
        path: the file to replace.
        data: its new content.
        expected: what must be there now; None when that does not matter.

    Raises:
        ChangedOutsideError: something else than `expected` is there; it is untouched.
        JournalError: the file could not be written; the old one is untouched.
    """
    with _sentences(path), _temporary(path, data) as temporary:
        if expected is not None and not _holds(path, expected):
            raise ChangedOutsideError(
                _("{path} was changed by another program. It is left as it is; look at it first.").format(path=path)
            )
        system.replace(temporary, path)
        sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file for good; fine when it is gone already.

    Raises:
        JournalError: it could not be removed.
    """
    with _sentences(path):
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and the folders above it that are missing, for this user only; their names are on the disk.

    Raises:
        JournalError: one could not be made.
    """
    if path.is_dir():
        with contextlib.suppress(OSError):  # a run killed right after it made the folder has left the name unsafe
            sync_folder(path.parent)
        return
    make_folder(path.parent)
    with _sentences(path):
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=_FOLDER_MODE)
        sync_folder(path.parent)


def move(path: Path, target: Path) -> None:
    """Rename a file, into a folder that exists; fine when it is gone already.

    Raises:
        JournalError: it could not be moved.
    """
    with _sentences(path):
        with contextlib.suppress(FileNotFoundError):
            system.replace(path, target)
        sync_folder(target.parent)
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk; OSError when it can't be."""
    system.sync_file(path)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk; OSError when they can't be."""
    system.sync_folder(path)


def sync_tree(top: Path) -> None:
    """Wait until all files and names below a folder are on the disk; OSError when they can't be."""
    for folder, _folders, names in os.walk(top):
        for path in (Path(folder, name) for name in names):
            if path.is_file():  # git tries out symbolic links, and may leave one that leads nowhere
                sync_file(path)
        sync_folder(Path(folder))


def temporary_name(name: str) -> str:
    """Make the name of a file or folder that is written beside `name`; it tells whose it is."""
    return f".{name}.{os.getpid():x}-{secrets.token_hex(4)}.tmp"


def is_free(folder: Path) -> bool:
    """Check whether nothing stands where a folder is to be made."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def disk_number(path: Path) -> int:
    """Return the system's number of the disk that a path is on, or would be."""
    while True:
        try:
            return path.stat().st_dev
        except OSError:
            if path == path.parent:
                raise
            path = path.parent


def is_real(folder: Path) -> bool:
    """Check whether a folder is there, and no link to one elsewhere."""
    try:
        return stat.S_ISDIR(folder.lstat().st_mode)
    except OSError:
        return False


def signature(path: str | Path | os.DirEntry[str]) -> tuple[int, ...]:
    """Return what changes when a file does: inode, size, times of its content and of all about it; () if gone."""
    try:
        status = path.stat(follow_symlinks=False) if isinstance(path, os.DirEntry) else os.lstat(path)
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def is_settled(signature: tuple[int, ...]) -> bool:
    """Check whether a file changed long enough ago that its next version will have other times on any disk."""
    return max(signature[2:], default=0) < time.time_ns() - _COARSEST_CLOCK


def is_temporary(name: str) -> bool:
    """Check whether a file name is one that `temporary_name` gives, in this program or another.

    Programs that keep folders alike have names of the same kind for what they are still receiving: not ours.
    """
    return _TEMPORARY.fullmatch(name) is not None


def is_ours(name: str) -> bool:
    """Check whether a temporary file is this very program's: another thread may be writing it now."""
    return is_temporary(name) and f".{os.getpid():x}-" in name


def explain(error: OSError, path: Path) -> str:
    """Say in one sentence which file could not be written, why, and what to do."""
    reasons = {
        errno.EROFS: _("{path} can't be written: that disk is read-only."),
        errno.EACCES: _("{path} can't be written: you have no permission. Check who owns its folder."),
        errno.EPERM: _("{path} can't be written: you have no permission. Check who owns its folder."),
        errno.ENOENT: _("{path} can't be written: its folder takes no new files.")
        if path.parent.is_dir()
        else _("{path} can't be written: its folder is gone."),
        errno.ENOTDIR: _("{path} can't be written: a file stands where its folder should be."),
        errno.EFBIG: _("{path} can't be written: it is larger than a file may be here (ulimit -f)."),
        errno.EIO: _("{path} can't be written: the disk reports an error. Copy your journal to another disk soon."),
    } | dict.fromkeys(FULL, _("{path} can't be written: the disk is full. Make room, then try again."))
    sentence = reasons.get(error.errno or 0, _("{path} can't be written: {reason}."))
    return sentence.format(path=path, reason=error.strerror or str(error))


@contextlib.contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise JournalError(explain(error, path)) from error


@contextlib.contextmanager
def _temporary(path: Path, data: bytes) -> Iterator[Path]:
    """Return a file beside `path` with these bytes, all on the disk; it is gone afterwards."""
    temporary = path.with_name(temporary_name(path.name))
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | system.OPEN, _FILE_MODE)
        try:
            write_all(descriptor, data)
            system.sync(descriptor)
        finally:
            os.close(descriptor)
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes, however many calls that takes; OSError when some can't be written."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _add(path: Path, data: bytes) -> None:
    """Write a new file, whose name is not on the disk yet; one with the very same bytes is fine."""
    if _is_there(path, data):
        sync_file(path)  # it may have been written by a program that doesn't wait for the disk
        return
    with _temporary(path, data) as temporary:
        try:
            system.give_name(temporary, path)
        except FileExistsError:
            if not _is_there(path, data):  # a link that leads nowhere
                raise TakenError(_taken(path)) from None
            sync_file(path)


def _taken(path: Path) -> str:
    return _("{path} exists already, with other content.").format(path=path)


def _is_there(path: Path, data: bytes) -> bool:
    """Check whether a file is there with these bytes; TakenError when it has others."""
    holds = _holds(path, data)
    if holds is False:
        raise TakenError(_taken(path))
    return holds is not None


def _holds(path: Path, data: bytes) -> bool | None:
    """Check whether a file holds these bytes; None when there is none.

    Anything but a file does not: a pipe would be waited for, and a device read, for ever.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | system.NO_WAIT | system.OPEN)
    except FileNotFoundError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(data):
            return False
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(len(data) + 1) == data
    finally:
        os.close(descriptor)


def files_below(top: Path) -> Iterator[Path]:
    """Yield every ordinary file below a folder, without the repository's own."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != ".git"]
        yield from (path for path in (Path(folder, name) for name in names) if path.is_file() and not path.is_symlink())


def tidy(folders: Iterable[Path], *, any_age: bool) -> tuple[Path, ...]:
    """Remove our own temporary files that a killed program left, older than a day or of any age; give their paths.

    A folder made aside for a repository is one of those. What this program writes at the same time, in another thread,
    stays.
    """
    removed = []
    for folder in folders:
        for path in _temporaries(folder):
            with contextlib.suppress(OSError):
                if (any_age and not is_ours(path.name)) or _is_stale(path):
                    _remove_any(path)
                    removed.append(path)
    return tuple(removed)


def tidy_beside(path: Path, *, own: bool = False) -> None:
    """Remove what killed programs left of writing a file, or making a folder, whose name only one writes at a time.

    What bears this program's number stays for a day, unless with `own`: when nothing of the kind is being written here.
    """
    for left in left_beside(path):
        with contextlib.suppress(OSError):  # the next one does it
            if own or not is_ours(left.name) or _is_stale(left):
                _remove_any(left)


def left_beside(path: Path) -> list[Path]:
    """List the temporary files and folders that stand beside `path` under its name."""
    return sorted(left for left in path.parent.glob(f".{glob.escape(path.name)}.*") if is_temporary(left.name))


def _is_stale(path: Path) -> bool:
    """Check whether a temporary file is too old for any program to be writing it; one may have had our number."""
    return time.time() - path.lstat().st_mtime > _STALE


def _temporaries(top: Path) -> Iterator[Path]:
    for folder, names, others in os.walk(top):
        temporary = [Path(folder, name) for name in (*names, *others) if is_temporary(name)]
        names[:] = [name for name in names if not name.startswith(".")]
        yield from temporary


def _remove_any(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        system.remove_tree(path)
    else:
        path.unlink()


def is_full(folder: Path) -> bool:
    """Check whether hardly anything can be written in a folder."""
    with contextlib.suppress(OSError):
        return system.is_full(folder, _LITTLE) or _is_quota_reached(folder)
    return False


def _is_quota_reached(folder: Path) -> bool:
    """Try whether so much can be written: of a quota the system tells nothing before."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_LITTLE))
            file.flush()
            system.sync(file.fileno())
    except OSError as error:
        return error.errno in FULL
    return False
