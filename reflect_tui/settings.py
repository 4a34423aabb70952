"""settings.toml: language, theme, keys and journal, with every wrong value named."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui import formats
from reflect_tui.errors import NotFoundError


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the user chose; an empty text means: decide for me. `keys` gives an action other keys."""

    language: Literal["", "nl", "en"] = ""
    theme: str = "reflect-dark"
    journal: str = ""
    instrument: str = ""
    keys: dict[str, str | list[str]] = {}


def load(path: Path) -> Settings:
    """Read the settings; without a file they are the defaults.

    Raises:
        BadFileError: with every wrong value.
    """
    try:
        return formats.parse(formats.read_bytes(path), Settings, path)
    except NotFoundError:
        return Settings()
