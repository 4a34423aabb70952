"""A note in a file for the user's own editor: private, removed afterwards, and judged when the editor is done.

Whatever the editor does to the file, the text that was there before is only replaced by one that was saved whole;
where there is any doubt, the user is asked.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from reflect_tui import formats
from reflect_tui.errors import BadFileError, NotFoundError
from reflect_tui.i18n import _, ngettext
from reflect_tui.session import MAX_NOTE
from reflect_tui.text import clean

MAX_BYTES = 10 * MAX_NOTE  # no note comes near; the pane would take many seconds to show more
_NAME = "reflect-tui-note-"
_LONG = 10 * 60.0  # seconds since the last change; an editor that outlived the app may still be at work before
_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of ours with mode 0700 is made in it
_BOM = b"\xef\xbb\xbf"
_REPLACED = "\N{REPLACEMENT CHARACTER}"


class Found(Struct, frozen=True, kw_only=True):
    """What an editor left: a new text or None, and a sentence; with `doubt` the user decides whether to take it."""

    text: str | None = None
    said: str = ""
    doubt: bool = False


class NoteFile:
    """One file with a note, in a folder of its own that only the user can enter."""

    def __init__(self, text: str, fallback: Path) -> None:
        """Write the text; `fallback` is a private folder on disk, for where there is none in memory.

        Raises:
            OSError: it can be written nowhere.
        """
        self._before = tidy(text)
        self.folder = Path(tempfile.mkdtemp(prefix=_NAME, dir=_parent(fallback)))
        self.path = self.folder / "note.txt"
        self._lock = -1
        try:
            # Held as long as this program lives, however it ends; the editor does not inherit it.
            self._lock = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self.path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(f"{self._before}\n" if self._before else "")
            self.path.chmod(0o600)
        except OSError:
            self.remove()
            raise

    def remove(self) -> None:
        """Remove the file and whatever the editor left beside it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def found(self, code: int) -> Found:
        """Judge what the editor left; `code` is how it ended."""
        ended = _ended(code)
        try:
            data = formats.read_bytes(self.path, MAX_BYTES)
        except NotFoundError:
            return Found(said=_joined(ended, _("The file is gone. The text is as it was.")))
        except BadFileError as error:
            reason = error.faults[0].problem
            return Found(said=_joined(ended, _("The file {reason}. The text is as it was.").format(reason=reason)))
        text, spoiled = _decoded(data)
        if text == self._before:
            return Found(said=_joined(ended, _("Nothing new was saved. The text is as it was.")))
        doubts = _joined(ended, "" if text else _("The editor left no text."), _spoiled(spoiled))
        return Found(text=text, said=doubts, doubt=bool(doubts))


def sweep(fallback: Path) -> None:
    """Remove the notes that were open in an editor when the program was killed; their text is in the draft.

    Only folders of ours, that nobody else can enter, whose program is gone, and in which nothing happens any more.
    """
    for parent in {*_candidates(), fallback}:
        with contextlib.suppress(OSError):
            for folder in parent.glob(f"{_NAME}*"):
                _remove_if_left(folder)


def _remove_if_left(folder: Path) -> None:
    with contextlib.suppress(OSError):  # in use, gone, or not ours to judge
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            found = os.fstat(descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours = found.st_uid == os.getuid() and not found.st_mode & 0o077
            last = max(status.st_mtime for status in (found, *map(os.lstat, folder.iterdir())))
            if ours and time.time() - last > _LONG:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)


def tidy(text: str) -> str:
    """Give a text as it is kept: clean, without line ends around it."""
    return clean(text).strip("\n")


def _parent(fallback: Path) -> Path:
    """Choose the folder to make ours in: in memory where possible, never one that others could swap it in."""
    for folder in _candidates():
        if _is_private(folder):
            return folder
    fallback.mkdir(parents=True, exist_ok=True, mode=0o700)
    return fallback


def _candidates() -> Iterator[Path]:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/"):
        yield Path(runtime)
    yield _MEMORY


def _is_private(folder: Path) -> bool:
    """Tell whether a folder is ours alone, or one for all whose sticky bit keeps others from ours; and can be used."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or not os.access(folder, os.W_OK | os.X_OK):
        return False
    ours = found.st_uid == os.getuid() and not found.st_mode & 0o077
    return ours or bool(found.st_mode & stat.S_ISVTX)


def _decoded(data: bytes) -> tuple[str, int]:
    """Give the text of a file, and in how many places it is not UTF-8; a mark at its start and CR are no text."""
    text = data.removeprefix(_BOM).decode("utf-8", errors="replace")
    spoiled = text.count(_REPLACED) - data.count(_REPLACED.encode())
    return tidy(text), spoiled


def _spoiled(places: int) -> str:
    if not places:
        return ""
    return ngettext(
        "{n} place is not UTF-8 and would become “\ufffd”.",
        "{n} places are not UTF-8 and would become “\ufffd”.",
        places,
    ).format(n=places)


def _ended(code: int) -> str:
    """Say how the editor ended, if not well."""
    if code < 0:
        return _("The editor was stopped by signal {n}.").format(n=-code)
    return _("The editor ended with error {n}.").format(n=code) if code else ""


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
