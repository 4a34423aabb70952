"""Completes a path that is being typed, as shells do: as far as it is certain."""

from __future__ import annotations

import os
from pathlib import Path

from reflect_tui.text import display

_MOST = 2000  # names looked at: a larger folder is completed from these


def complete_path(text: str) -> tuple[str, list[str]]:
    """Give the path completed as far as it is certain, and the names that fit; of files, only TOML ones."""
    folder, _slash, begun = text.rpartition("/")
    top = Path(os.path.expanduser(f"{folder}/" if _slash else "."))  # noqa: PTH111 -- leaves an unknown ~name alone
    names = sorted(_names(top, begun))
    common = os.path.commonprefix(names)  # noqa: RUF071 -- names within one folder, letter by letter
    done = f"{folder}{_slash}{common}" if names else text
    return done, names


def _names(folder: Path, begun: str) -> list[str]:
    found = []
    try:
        with os.scandir(folder) as listing:
            for number, entry in enumerate(listing):
                if number >= _MOST:
                    break
                hidden = entry.name.startswith(".") and not begun.startswith(".")
                if entry.name.startswith(begun) and not hidden and entry.name == display(entry.name):
                    if entry.is_dir():
                        found.append(f"{entry.name}/")
                    elif entry.name.endswith(".toml"):
                        found.append(entry.name)
    except (OSError, ValueError):
        return []
    return found
