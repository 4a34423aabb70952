"""What makes plain git show sessions as sentences: a diff driver in the repository's own configuration.

Written only when asked for, and never run by this program: our own commands read and compare objects, and ask git for
no textual diff. The driver is one line in which only the program's place differs, so that anything else under its name
can be told from it.
"""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, NotFoundError
from reflect_tui.git.repository import Repository
from reflect_tui.toml.formats import read_bytes

DRIVER = "reflect-tui"
TEXTCONV = f"diff.{DRIVER}.textconv"
OUTDATED = "reflect-tui textconv"
"""What earlier versions wrote as TEXTCONV: where the program is not found, git log -p stops with an error."""


_BEFORE, _BEHIND = "f() { ", ' textconv "$1" 2>/dev/null || cat "$1"; }; f'


def settings(program: str) -> dict[str, str]:
    """Everything that git-setup writes, for a program by its name or path.

    What git runs (where that fails, a session is shown as it is), what heads a hunk (the title of a domain), and no
    copy of notes.
    """
    run = f"{_BEFORE}{shlex.quote(program)}{_BEHIND}"
    return {TEXTCONV: run, f"diff.{DRIVER}.xfuncname": "^[^ ].*$", f"diff.{DRIVER}.cachetextconv": "false"}


_BEGIN, _END = "# begin of reflect-tui git-setup", "# end of reflect-tui git-setup"
_BLOCK = f"{_BEGIN}\n/sessions/** diff={DRIVER}\n{_END}\n"


def write(repository: Repository, program: str) -> None:
    """Let plain git use the driver for sessions, by this program; a second time changes nothing.

    Raises:
        ObstacleError: git can't be used on the journal.
        JournalError: the settings can't be written.
    """
    git, common = repository.git, repository.transaction().common
    git.attempt("config", "--local", "--remove-section", f"diff.{DRIVER}")  # nothing else may stand under its name
    for name, value in settings(program).items():
        git.run("config", "--local", "--replace-all", name, value)
    path = _attributes(common)
    files.make_folder(path.parent)
    files.replace(path, (_without_block(path) + _BLOCK).encode())


def remove(repository: Repository) -> None:
    """Take the driver away, and leave all else; fine when it isn't there. See write()."""
    git, common = repository.git, repository.transaction().common
    git.attempt("config", "--local", "--remove-section", f"diff.{DRIVER}")
    path = _attributes(common)
    rest = _without_block(path)
    if rest:
        files.replace(path, rest.encode())
    else:
        files.remove(path)


def written(repository: Repository) -> dict[str, str]:
    """The settings that stand under the driver's name, whoever wrote them. See write()."""
    repository.transaction()
    git = repository.git
    listed = git.attempt("config", "--local", "--includes", "--null", "--get-regexp", rf"^diff\.{DRIVER}\.")
    pairs = (entry.partition("\n") for entry in listed.out.decode("utf-8", "replace").split("\0") if entry)
    return {name: value for name, _line, value in pairs}


def foreign(repository: Repository, programs: Iterable[str]) -> dict[str, str]:
    """The settings under the driver's name that write() would not write for one of these programs. See write()."""
    known = {(TEXTCONV, OUTDATED), *(item for program in programs for item in settings(program).items())}
    return {name: value for name, value in written(repository).items() if (name, value) not in known}


def other_program(found: Mapping[str, str]) -> str:
    """The program of another installation, when nothing else stands here than what git-setup wrote for it; else ""."""
    quoted = found.get(TEXTCONV, "").removeprefix(_BEFORE).partition(_BEHIND)[0]
    try:
        words = shlex.split(quoted)
    except ValueError:
        return ""
    program = words[0] if len(words) == 1 else ""
    written = {TEXTCONV: settings(program)[TEXTCONV]}
    return program if found == written and Path(program).is_absolute() and Path(program).name == DRIVER else ""


def _attributes(common: Path) -> Path:
    return common / "info" / "attributes"


def _without_block(path: Path) -> str:
    """Read the file as the user wrote it, without our lines."""
    text = ""
    with contextlib.suppress(NotFoundError):
        try:
            text = read_bytes(path).decode()
        except UnicodeDecodeError as error:
            raise BadFileError(path, ()) from error
    before, begin, rest = text.partition(f"{_BEGIN}\n")
    return before + (rest.partition(f"{_END}\n")[2] if begin else "")
