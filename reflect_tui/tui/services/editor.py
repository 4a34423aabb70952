"""Runs the user's own editor on a file, with the terminal handed over to it."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from msgspec import Struct
from textual.app import SuspendNotSupported

from reflect_tui import system
from reflect_tui.clock import SYSTEM
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.git.run import find_program
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.session import MAX_NOTE
from reflect_tui.paths import NOTE_FOLDER, note_folders
from reflect_tui.text import clean
from reflect_tui.toml import formats
from reflect_tui.tui.host import Host
from reflect_tui.tui.terminal.input_parser import LARGEST

_PATIENCE = 2.0  # seconds that an editor gets to end when the app is told to


class EditorError(ReflectError):
    """There is no editor to run; the sentence says why."""


def run(host: Host, path: Path) -> int:
    """Open a file in the user's editor and wait; give its exit code, negative when a signal ended it.

    A program told to end meanwhile ends its editor and then itself; that is no failure of the editor's: 0.

    Raises:
        EditorError: none is set, it can't be started, or there is no terminal to hand over.
    """
    wanted = command(host.journal.root)
    told: list[int] = []
    try:
        with host.suspend():
            code = start(wanted, path, told)
    except SuspendNotSupported:
        raise EditorError(_("No editor can be opened in this terminal.")) from None
    if told:
        signal.raise_signal(told[0])  # to the app, which listens again
    return 0 if told else code


def command(root: Path) -> list[str]:
    """Return the command of the user's editor, as $VISUAL or $EDITOR has it, for a journal in this folder.

    A name without a path is looked up as every program is; see find_program().

    Raises:
        EditorError: none is set, or only one that others may have planted is found.
    """
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(name) or "")
        except ValueError:  # a quote without its other half
            words = []
        if words:
            return [_program(words[0], root), *words[1:]]
    raise EditorError(_("No editor is set. Name yours in the variable EDITOR, as in: export EDITOR=nano"))


def _program(name: str, root: Path) -> str:
    if os.path.basename(name) != name:  # noqa: PTH119 -- a name with a slash is the user's own choice, as it stands
        return name
    search = find_program(name, root)
    if search.passed_over and not search.program:
        text = _(
            "The editor {path} is not run: others may have put that program there. If you trust it, name it by its "
            "whole path in the variable EDITOR."
        )
        raise EditorError(text.format(path=search.passed_over[0]))
    return search.program or name


def start(wanted: Sequence[str], path: Path, told: list[int]) -> int:
    """Run an editor on a file and wait until it ends; the keys that interrupt or quit are its own affair.

    A signal that tells this program to end is passed on, and added to `told`.

    Raises:
        EditorError: it can't be started.
    """
    running: list[subprocess.Popen[bytes]] = []

    def end(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        for process in running:
            _end(process, number)

    try:
        with _handled(system.INTERRUPTS, lambda _number, _frame: None), _handled(system.ENDS, end):
            running.append(subprocess.Popen([*wanted, str(path.absolute())]))  # noqa: S603 -- the user's own choice
            if told:  # in the moment before it ran
                _end(running[0], told[0])
            return running[0].wait()
    except (OSError, ValueError):
        raise EditorError(_("The editor {command} can't be started.").format(command=wanted[0])) from None


def _end(process: subprocess.Popen[bytes], number: int) -> None:
    """Let an editor end by a signal, and end it when it doesn't."""
    process.send_signal(number)
    timer = threading.Timer(_PATIENCE, process.kill)
    timer.daemon = True
    timer.start()


@contextmanager
def _handled(numbers: Sequence[signal.Signals], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Take some signals for a while; by a handler also where nothing is done: SIG_IGN the editor would inherit."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


# A note in a file for the user's own editor: private, removed afterwards, and judged when the editor is done.
#
# Whatever the editor does to the file, the text that was there before is only replaced by one that was saved whole;
# where there is any doubt, the user is asked.


MAX_BYTES = 10 * MAX_NOTE  # no note comes near; the pane would take many seconds to show more
REFUSED = 20  # texts that are kept
_LONG = 10 * 60.0  # seconds since the last change; an editor that outlived the app may still be at work before
_BOM = b"\xef\xbb\xbf"
_REPLACED = "\N{REPLACEMENT CHARACTER}"


class EditedNote(Struct, frozen=True, kw_only=True):
    """What an editor left: a new text or None, and a sentence; with `doubt` the user decides whether to take it."""

    text: str | None = None
    said: str = ""
    doubt: bool = False


class NoteFile:
    """One file with a note, in a folder of its own that only the user can enter."""

    def __init__(self, text: str, fallback: Path, name: str = "note.txt", limit: int = MAX_BYTES) -> None:
        """Write the text; `fallback` is a private folder on disk, for where there is none in memory.

        What the editor left is read up to `limit` bytes.

        Raises:
            OSError: it can be written nowhere.
        """
        self._before = tidy(text)
        self._fallback = fallback
        self.folder = Path(tempfile.mkdtemp(prefix=NOTE_FOLDER, dir=_parent(fallback)))
        self.path = self.folder / name
        self._limit = limit
        self._lock = -1
        try:
            # Held as long as this program lives, however it ends; the editor does not inherit it.
            self._lock = system.hold_folder(self.folder)
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
            system.close_lock(self._lock)
            self._lock = -1

    def found(self, code: int) -> EditedNote:
        """Judge what the editor left; `code` is how it ended."""
        ended = _ended(code)
        try:
            data = formats.read_bytes(self.path, self._limit)
        except NotFoundError:
            return EditedNote(said=_joined(ended, _("The file is gone. The text is as it was.")))
        except BadFileError as error:
            sentence = _("The file {reason}. The text is as it was.").format(reason=error.faults[0].problem)
            return EditedNote(said=_joined(ended, sentence, self._kept()))
        text, spoiled = _decoded(data)
        if text == self._before:
            return EditedNote(said=_joined(ended, _("Nothing new was saved. The text is as it was.")))
        doubts = _joined(ended, "" if text else _("The editor left no text."), _spoiled(spoiled))
        return EditedNote(text=text, said=doubts, doubt=bool(doubts))

    def _kept(self) -> str:
        """Keep what is too large for a note, and say where; of a link, a pipe or a file without end nothing is kept."""
        with contextlib.suppress(OSError, ReflectError):
            if stat.S_ISREG(self.path.lstat().st_mode):
                path = keep_refused(formats.read_bytes(self.path, LARGEST), self._fallback)
                return _("What the editor saved is kept in {path}").format(path=path)
        return ""


def keep_refused(data: bytes, state: Path) -> Path:
    """Keep a text that no note can hold in a private file of the state folder; the last 20 of them stay.

    Raises:
        JournalError: it can't be written.
    """
    folder = state / "refused"
    files.make_folder(folder)
    path = folder / f"{SYSTEM.now():%Y-%m-%dT%H%M%S}-{SYSTEM.token()}.txt"
    files.write_new(path, data)
    for old in sorted(folder.glob("*.txt"))[:-REFUSED]:
        files.remove(old)
    return path


def sweep(fallback: Path) -> None:
    """Remove the notes that were open in an editor when the program was killed; their text is in the draft.

    Only folders of ours, that nobody else can enter, whose program is gone, and in which nothing happens any more.
    """
    for parent in {*note_folders(), fallback}:
        with contextlib.suppress(OSError):
            for folder in parent.glob(f"{NOTE_FOLDER}*"):
                _remove_if_left(folder)


def _remove_if_left(folder: Path) -> None:
    with contextlib.suppress(OSError):  # in use, gone, or not ours to judge
        descriptor = system.hold_folder(folder)
        try:
            found = os.fstat(descriptor)
            ours = system.is_mine(found) and not system.open_to_others(found)
            last = max(status.st_mtime for status in (found, *map(os.lstat, folder.iterdir())))
            if ours and time.time() - last > _LONG:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            system.close_lock(descriptor)


def tidy(text: str) -> str:
    """Return a text as it is kept: clean, without line ends around it."""
    return clean(text).strip("\n")


def _parent(fallback: Path) -> Path:
    """Choose the folder to make ours in: in memory where possible, never one that others could swap it in."""
    for folder in note_folders():
        if _is_private(folder):
            return folder
    fallback.mkdir(parents=True, exist_ok=True, mode=0o700)
    return fallback


def _is_private(folder: Path) -> bool:
    """Whether a folder is ours alone, or one for all whose sticky bit keeps others from ours; and can be used."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or not os.access(folder, os.W_OK | os.X_OK):
        return False
    ours = system.is_mine(found) and not system.open_to_others(found)
    return ours or bool(found.st_mode & stat.S_ISVTX)


def _decoded(data: bytes) -> tuple[str, int]:
    """Return the text of a file, and in how many places it is not UTF-8; a mark at its start and CR are no text."""
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
