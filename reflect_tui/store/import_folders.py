"""The files that somebody means by naming a folder: those in it that look like a session or an answer."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reflect_tui import paths
from reflect_tui.errors import BadFileError
from reflect_tui.feedback import answer_code, mail
from reflect_tui.i18n import _
from reflect_tui.store import base
from reflect_tui.store.candidates import Candidate, refused

MAX_FILES = 500
_MARKS = (b"token", b"check", answer_code.MARK.lower().encode())
"""One of these stands in every text with an answer."""
_PAGES = {".html", ".htm"}
_LARGEST_MAIL = 1_000_000  # bytes: an answer with long comments, and a mail around it
MAX_SEEN = 20_000  # names: a folder with more is not one of sessions


def files_of(given: Iterable[Path]) -> list[Path]:
    """List the files that paths stand for: themselves, or the TOML files of folders.

    Raises:
        BadFileError: a folder holds none, or too many.
    """
    entries = [entry for path in given for entry in files(path)]
    for entry in entries:
        if isinstance(entry, Candidate):
            raise BadFileError(entry.path, entry.faults)
    return [entry for entry in entries if isinstance(entry, Path)]


def files(given: Path) -> Sequence[Path | Candidate]:
    """List the files that a path stands for: itself, or those in a folder; of a journal, its sessions.

    Those in a folder are TOML files, and texts with an answer in them, such as a mail that was saved.
    """
    if not os.path.isdir(given):  # noqa: PTH112 -- Path.is_dir() raises for a folder above that is closed to us
        return [given]
    is_journal = (given / base.IDENTITY).is_file()
    home = paths.home()
    if home and home.is_relative_to(given.resolve()) and not is_journal:
        return [refused(given, _("is your home folder, or above it; name a folder in it, such as Downloads"))]
    folder = given / "sessions" if is_journal else given
    found: list[Path] = []
    for seen, path in enumerate(all_files(folder)):
        if path.suffix == ".toml" or may_hold_answer(path):
            found.append(path)
        if len(found) > MAX_FILES or seen > MAX_SEEN:
            return [refused(given, _("holds more than {n} files; import it in parts").format(n=MAX_FILES))]
    nothing = _("holds no answer and no session; name a spreadsheet or an exported journal by itself")
    return found or [refused(given, nothing)]


def all_files(folder: Path) -> Iterator[Path]:
    """Name every file in a folder and the folders in it, but hidden ones; nothing when it is no folder."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(top, name) for name in sorted(names) if not name.startswith("."))


def may_hold_answer(path: Path) -> bool:
    """Check whether a file that is no TOML looks like a text with an answer in it."""
    if path.suffix.lower() in _PAGES:
        return False
    try:
        data = path.read_bytes() if path.is_file() and path.stat().st_size <= _LARGEST_MAIL else b""
    except OSError:  # what can't be read is none of these; whoever names it by itself is told so
        return False
    encoded = mail.is_mail(data) or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not encoded and (b"\0" in data or not any(mark in data.lower() for mark in _MARKS)):  # quickly, of many files
        return False
    return any(mail.find_answers(text) or answer_code.find_codes(text) for text in mail.texts(data))
