"""Files that the user asked for: their names, never in the place of another, opened or printed on request."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.store.journal import Journal
from reflect_tui.text import display
from reflect_tui.text import slug as text_slug

_LONGEST = 40
_COMPLAINT = 300  # bytes of what a program says is wrong
_PATIENCE = 10.0  # seconds; a viewer that still runs then is doing its work
Handling = Literal["open", "print"]


class ExistsError(ReflectError):
    """There is a file of that name already; it was left alone."""

    def __init__(self, path: Path) -> None:
        super().__init__(_("{path} exists already; it was left as it is.").format(path=path))
        self.path = path


class OutputFile(Struct, frozen=True):
    """One file to write: what its name ends in, and its bytes."""

    ending: str
    data: bytes


def suggested_name(title: str, day: date, ending: str) -> str:
    """Suggest a name for a file: small letters, digits and dashes, whatever is in the title."""
    stamp = f"{day:%Y-%m-%d}"
    return f"{slug(title, _LONGEST - len(stamp) - 1)}-{stamp}{ending}"


def slug(text: str, longest: int = _LONGEST) -> str:
    """Return the letters and digits of a text, without accents, joined by dashes; never empty."""
    return text_slug(text)[:longest].strip("-") or "reflection"


def write_files(
    journal: Journal, path: Path, sheets: Sequence[OutputFile], *, replace: bool = False
) -> tuple[Path, ...]:
    """Write what was made to a whole path, private to the user and whole or not at all; return the paths.

    The first sheet gets the path itself, further ones the same name with their own ending.

    Raises:
        ExistsError: one of the files is there already, and was not to be replaced; nothing is written.
        ReflectError: the place is within the journal, or can't be written to.
    """
    targets = [path, *(path.with_name(path.stem + sheet.ending) for sheet in sheets[1:])]
    for target in targets:
        check_target(journal, target, replace=replace)
    for target, sheet in zip(targets, sheets, strict=True):
        if replace:
            files.replace(target, sheet.data)
        else:
            _write_new(target, sheet.data)
    return tuple(targets)


def _write_new(target: Path, content: bytes) -> None:
    try:
        files.write_new(target, content)
    except files.TakenError:
        raise ExistsError(target) from None


def programs_for(journal: Journal, path: Path) -> Mapping[Handling, str]:
    """Find the programs that can open a file, and print it; only those that nobody else can have planted.

    Opening takes a desktop; printing is offered for a PDF, which every printer's queue takes.
    """
    from reflect_tui.git.run import find_program  # noqa: PLC0415 -- only when a file was written

    mac = sys.platform == "darwin"
    desktop = mac or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    wanted: dict[Handling, str] = {"open": "open" if mac else "xdg-open"} if desktop else {}
    if path.suffix.lower() == ".pdf":
        wanted["print"] = "lp"
    found = {act: find_program(name, journal.root).program for act, name in wanted.items()}
    return {act: program for act, program in found.items() if program}


def hand_to(program: str, path: Path) -> None:
    """Hand a file to a program; the terminal is none of its business. Blocking: for a thread.

    Raises:
        ReflectError: it can't be started, or ends with an error.
    """
    with tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(  # noqa: S603 -- found by programs_for()
                [program, str(path.absolute())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                start_new_session=True,
            )
            status = process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            return
        except OSError as error:
            text = _("{program} can't be started: {reason}.")
            raise ReflectError(text.format(program=program, reason=error.strerror or error)) from None
        if status:
            complaints.seek(0)
            said = display(complaints.read(_COMPLAINT).decode("utf-8", "replace").strip())
            text = _("{program} ended with error {n}. {complaint}")
            raise ReflectError(text.format(program=program, n=status, complaint=said).strip())


def check_target(journal: Journal, path: Path, *, replace: bool = False) -> None:
    """Refuse a place where a file would be in the way, or would be lost.

    Raises:
        ExistsError: there is a file already, and it was not to be replaced.
        ReflectError: the place is within the journal, or there can't be a file.
    """
    for folder in (journal.root, journal.state):
        if path.resolve().is_relative_to(folder.resolve()):
            raise ReflectError(_("{path} is within the journal; choose a place outside it.").format(path=path))
    if path.is_dir():
        raise ReflectError(_("{path} is a folder; give the name of a file.").format(path=path))
    if not path.parent.is_dir():
        raise ReflectError(_("There is no folder {path}.").format(path=path.parent))
    if path.exists() and not path.is_file():
        raise ReflectError(_("{path} is no ordinary file; choose another name.").format(path=path))
    if not replace and (path.is_symlink() or path.exists()):
        raise ExistsError(path)
