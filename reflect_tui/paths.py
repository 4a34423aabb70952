"""Where journals, drafts, settings and downloads live; nothing is created."""

from __future__ import annotations

import hashlib
import os
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
        try:
            return Path(os.path.expanduser(chosen)).absolute()  # noqa: PTH111 -- leaves an unknown ~name alone
        except FileNotFoundError:
            raise ReflectError(_("The folder you are in is gone; name the journal by its whole path.")) from None
    return _platform().user_data_path / "journal"


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
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def downloads_folder() -> Path | None:
    """Return where browsers and mail programs put files, as the system has it; None when there is no such folder."""
    folder = _platform().user_downloads_path
    return folder if os.path.isdir(folder) else None  # noqa: PTH112 -- Path.is_dir() raises for one closed to us


def _platform() -> PlatformDirs:
    import platformdirs  # noqa: PLC0415 -- not needed before a path is

    return platformdirs.PlatformDirs(_NAME, appauthor=False)
