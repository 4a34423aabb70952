"""Which instruments exist: those shipped with the program, and the copies a journal holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.i18n import _, current_language
from reflect_tui.model import instrument, translation
from reflect_tui.model.instrument import Instrument
from reflect_tui.toml import formats

DEFAULT = "jgz-opvoedingsondersteuning"


def bundled_folder() -> Path:
    """Return the folder of the shipped instruments: in the installed package, else beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "instruments"
    return installed if installed.is_dir() else package.parent / "instruments"


def bundled_ids() -> tuple[str, ...]:
    """List the ids of the shipped instruments; the default one comes first."""
    names = {path.name.split(".")[0] for path in bundled_folder().glob("*.toml")}
    return tuple(sorted(names, key=lambda name: (name != DEFAULT, name)))


def bundled_bytes(identifier: str) -> bytes:
    """Return the file of a shipped instrument.

    Raises:
        NotFoundError: there is none with this id.
    """
    if identifier not in bundled_ids():
        known = ", ".join(bundled_ids())
        raise NotFoundError(_('There is no instrument "{id}"; there are: {known}.').format(id=identifier, known=known))
    return (bundled_folder() / f"{identifier}.toml").read_bytes()


@cache
def bundled(identifier: str, language: str) -> Instrument:
    """Return a shipped instrument in a language, or in its own where it has no such translation.

    Raises:
        NotFoundError: there is none with this id.
    """
    path = bundled_folder() / f"{identifier}.toml"
    original = instrument.parse(bundled_bytes(identifier), path)
    translated = bundled_folder() / f"{identifier}.{language}.toml"
    if language == original.language or not translated.is_file():
        return original
    return translation.apply(original, translation.parse(translated.read_bytes(), translated, original))


def copy_name(identifier: str, version: str) -> str:
    """Return the name of an instrument's copy in a journal's `instruments` folder."""
    return f"{identifier}@{version}.toml"


class Library:
    """The instruments that the sessions of one journal were answered on."""

    def __init__(self, journal: Path | None) -> None:
        """Look beside the shipped instruments in the folder of this journal, if any."""
        self._folder = journal / "instruments" if journal else None
        self._loaded: dict[tuple[str, str, str, str], Instrument] = {}

    def new(self, identifier: str) -> Instrument:
        """Return an instrument to fill in now.

        Raises:
            NotFoundError: there is none with this id.
        """
        return bundled(identifier, current_language())

    def find(self, identifier: str, version: str, digest: str) -> Instrument:
        """Return the very instrument that a session was answered on, in the user's language where there is one.

        Raises:
            NotFoundError: neither shipped nor in the journal.
        """
        key = (identifier, version, digest, current_language())
        if key not in self._loaded:
            self._loaded[key] = next(self._candidates(identifier, version, digest), None) or self._missing(
                identifier, version
            )
        return self._loaded[key]

    def _candidates(self, identifier: str, version: str, digest: str) -> Iterator[Instrument]:
        if identifier in bundled_ids():
            shipped = bundled(identifier, current_language())
            if shipped.digest == digest:
                yield shipped
        for path in sorted(self._folder.glob(f"{identifier}@{version}*.toml")) if self._folder else ():
            try:
                copy = instrument.parse(formats.read_bytes(path), path)
            except ReflectError:
                continue  # doctor names a copy that can't be read; another one may still fit
            if copy.digest == digest:
                yield copy

    @staticmethod
    def _missing(identifier: str, version: str) -> Instrument:
        message = _('The instrument "{id}" {version} is neither installed nor in the journal.')
        raise NotFoundError(message.format(id=identifier, version=version))
