"""Where journals, drafts, settings and downloads live; nothing is created."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from platformdirs import PlatformDirs

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _

_NAME = "reflect-tui"


def journal_folder(asked: str | None) -> Path:
    """Return the journal's folder: what was asked for, else REFLECT_TUI_JOURNAL, else the user's data folder."""
    chosen = asked or os.environ.get("REFLECT_TUI_JOURNAL")
    if chosen:
        return typed(chosen)
    return _platform().user_data_path / "journal"


def instruments_folder() -> Path:
    """Return the folder of the user's own instruments."""
    return _platform().user_data_path / "instruments"


def typed(text: str) -> Path:
    """Return the whole path that a user typed, with ~ for their home; an unknown ~name is a name like any other.

    Raises:
        ReflectError: their home is not known, or the folder that they are in is gone.
    """
    path = os.path.expanduser(text)  # noqa: PTH111 -- leaves an unknown ~name alone
    if path == text and (text == "~" or text.startswith("~/")):
        raise ReflectError(_("Your home folder is not known here: HOME is not set. Write the whole path, without ~."))
    try:
        return Path(path).absolute()
    except FileNotFoundError:
        raise ReflectError(_("The folder you are in is gone; write the whole path.")) from None


def home() -> Path | None:
    """Return the user's home; None when the system does not know it."""
    path = Path(os.path.expanduser("~"))  # noqa: PTH111 -- Path.home() raises without one
    return path if path.is_absolute() else None


def state_folder(journal: Path) -> Path:
    """Return the folder for one journal's drafts and lock; every journal has its own, told apart by its path."""
    key = hashlib.sha256(os.fsencode(os.path.realpath(journal))).hexdigest()[:16]
    return _platform().user_state_path / key


def fault_report() -> Path:
    """Return the path of the report on the last fault of ours."""
    return _platform().user_state_path / "last-fault.txt"


def own_folders() -> tuple[Path, Path, Path]:
    """Return the folders of this program's data, drafts and settings."""
    return _platform().user_data_path, _platform().user_state_path, _platform().user_config_path


def settings_file() -> Path:
    """Return the path of settings.toml."""
    return _platform().user_config_path / "settings.toml"


def at_home(path: Path) -> str:
    """Write a path as people do: their home as ~."""
    top = home()
    return f"~/{path.relative_to(top)}" if top and path.is_relative_to(top) else str(path)


def downloads_folder() -> Path | None:
    """Return where browsers and mail programs put files, as the system has it; None when there is no such folder."""
    folder = _platform().user_downloads_path
    return folder if os.path.isdir(folder) else None  # noqa: PTH112 -- Path.is_dir() raises for one closed to us


_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of ours with mode 0700 is made in it
NOTE_FOLDER = "reflect-tui-note-"
"""How the folder of a note begins that is open in the user's own editor; see note_folders()."""


def note_folders() -> Iterator[Path]:
    """Return where such a folder may be in memory, the best place first; see tui.services.editor."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/"):
        yield Path(runtime)
    yield _MEMORY


def _platform() -> PlatformDirs:
    import platformdirs  # noqa: PLC0415 -- not needed before a path is

    return platformdirs.PlatformDirs(_NAME, appauthor=False)
