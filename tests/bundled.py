"""The shipped instruments, as their files have them."""

from __future__ import annotations

from functools import cache

from reflect_tui.model import instrument, translation
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.library import bundled_folder


def bundled_bytes(identifier: str) -> bytes:
    """Give the file of an instrument."""
    return (bundled_folder() / f"{identifier}.toml").read_bytes()


@cache
def bundled(identifier: str, language: str) -> Instrument:
    """Give an instrument in a language, or in its own where it has no such translation."""
    original = instrument.parse(bundled_bytes(identifier), identifier)
    path = bundled_folder() / f"{identifier}.{language}.toml"
    if not path.exists():
        return original
    return translation.apply(original, translation.parse(path.read_bytes(), path, original))
