"""Which instruments there are: shipped ones, those of the user's folder, the copies of a journal, and a file named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from glob import escape
from itertools import combinations, groupby
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec import Struct, structs

from reflect_tui import paths
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.i18n import _, current_language
from reflect_tui.model import instrument, shared_instrument, translation
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.session import Session
from reflect_tui.model.shared_instrument import SharedInstrument
from reflect_tui.toml import formats
from reflect_tui.toml.places import located

DEFAULT = "jgz-opvoedingsondersteuning"
Place = Literal["program", "file", "user", "journal"]


class Translated(Struct, frozen=True):
    """An instrument in another language, and the file that has its words."""

    path: Path
    data: bytes
    instrument: Instrument


class Entry(Struct, frozen=True, kw_only=True):
    """An instrument in its own language, the bytes of its file, and where that is; its translations by language.

    `licence` is what came along with it in one file.
    """

    place: Place
    path: Path
    data: bytes
    instrument: Instrument
    translations: Mapping[str, Translated] = {}
    licence: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be read in, its own first."""
        return (self.instrument.language, *sorted(self.translations))

    def read(self, language: str) -> Instrument:
        """Return the instrument in a language, or in its own where it has no such translation."""
        return self.translations[language].instrument if language in self.translations else self.instrument


class FaultyFile(Struct, frozen=True):
    """A file that can't be used, and why: a sentence that names it."""

    path: Path
    reason: str


class Listing(Struct, frozen=True):
    """The newest version of every instrument, the usual one first; and the files that can't be used."""

    entries: tuple[Entry, ...] = ()
    faulty: tuple[FaultyFile, ...] = ()


def bundled_folder() -> Path:
    """Return the folder of the shipped instruments: in the installed package, else beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "instruments"
    return installed if installed.is_dir() else package.parent / "instruments"


def bundled_ids() -> tuple[str, ...]:
    """List the ids of the shipped instruments; the default one comes first."""
    names = {path.name.split(".")[0] for path in bundled_folder().glob("*.toml")}
    return tuple(sorted(names, key=_usual_first))


def _usual_first(identifier: str) -> tuple[bool, str]:
    return identifier != DEFAULT, identifier


@cache
def _bundled(identifier: str) -> Entry:
    if identifier not in bundled_ids():
        raise _unknown(identifier, bundled_ids())
    read = _read("program", sorted(bundled_folder().glob(f"{identifier}.*toml")))
    entries, faulty = _with_translations(read)
    if faulty:
        raise ReflectError(faulty[0].reason)
    return entries[0]


def _unknown(identifier: str, known: Sequence[str]) -> NotFoundError:
    text = _('There is no instrument "{id}"; there are: {known}.')
    return NotFoundError(text.format(id=identifier, known=", ".join(known)))


def copy_name(identifier: str, version: str) -> str:
    """Return the name of an instrument's copy in a journal's `instruments` folder."""
    return f"{identifier}@{version}.toml"


def usual(own: Iterable[Session], preferred: str = "") -> str:
    """Return the id of the instrument to begin on, or to ask others about: that of the newest session of one's own."""
    return next((session.instrument for session in own), preferred or DEFAULT)


def is_path(asked: str) -> bool:
    """Whether what was typed for an instrument is a file, not an id."""
    return asked.endswith(".toml") or os.sep in asked


class Library:
    """The instruments that may be filled in now, and those that the sessions of one journal were answered on."""

    def __init__(self, journal: Path | None) -> None:
        """Look, beside the shipped instruments and the user's own, in the folder of this journal, if any."""
        self._folder = journal / "instruments" if journal else None
        self._loaded: dict[tuple[str, str, str, str], Instrument] = {}
        self._found: dict[tuple[str, str, str], Entry] = {}
        self._named: Entry | None = None
        self._profile = ""

    def aim_at(self, profile: str) -> None:
        """Let the instruments that have a profile of this id show its targets."""
        if profile != self._profile:
            self._profile = profile
            self._loaded.clear()

    def forget(self) -> None:
        """Read every file anew from now on: the user's folder was changed."""
        self._loaded.clear()
        self._found.clear()

    def resolve(self, asked: str) -> str:
        """Return the id of what was asked for: an id, or the path of a file, which is the one used from now on.

        Raises:
            NotFoundError: there is none with this id, or no such file.
            BadFileError: the file is no instrument.
            ReflectError: another file has the same id and version, and says something else.
        """
        if not is_path(asked):
            return self.newest(asked).instrument.id
        self._named = entry = self.open(paths.typed(asked))[0]
        return entry.instrument.id

    def open(self, path: Path) -> tuple[Entry, list[FaultyFile]]:
        """Read an instrument at a path, with the translations in it or beside it; see resolve().

        Also gives the translations that can't be used.
        """
        data = formats.read_bytes(path)
        if not _shared(data, path):
            _parsed(data, path)  # tells every fault
        entries, faulty = _with_translations(_read("file", [path, *_files(path.parent, f"{escape(path.stem)}.*.toml")]))
        entry = next((one for one in entries if one.path == path), None)
        if not entry:
            raise ReflectError(next(one.reason for one in faulty if one.path == path))
        self.refuse_other_text(entry)
        return entry, faulty

    def refuse_other_text(self, entry: Entry) -> None:
        """Check that nothing else here has the id and version of an instrument, with another text.

        Raises:
            ReflectError: something has; both places are named.
        """
        for other in self.versions(entry.instrument.id):
            if _same_version(other, entry) and other.instrument.digest != entry.instrument.digest:
                raise _other_text(other, entry)

    def newest(self, identifier: str) -> Entry:
        """Return the highest version of an instrument; the file that was named goes before any.

        Raises:
            NotFoundError: there is none with this id.
            ReflectError: two files have the same version, and say different things.
        """
        if self._named and self._named.instrument.id == identifier:
            return self._named
        entries = self.versions(identifier)
        if not entries:
            raise _unknown(identifier, self.ids())
        return _newest(entries)

    def new(self, identifier: str, language: str = "") -> Instrument:
        """Return an instrument to fill in now, in a language, else that of the user; see newest()."""
        language = language or current_language()
        return self._with_former(self.newest(identifier).read(language), language)

    def ids(self) -> tuple[str, ...]:
        """List the ids of the instruments that may be filled in now, the usual one first."""
        return tuple(entry.instrument.id for entry in self.listing().entries)

    def profiles(self) -> tuple[str, ...]:
        """List the ids of the profiles that these instruments have, each once."""
        entries = self.listing().entries
        return tuple(dict.fromkeys(profile.id for entry in entries for profile in entry.instrument.profiles))

    def listing(self) -> Listing:
        """List every instrument that may be filled in now; a file that can't be used takes none of the others down."""
        entries, faulty = self._entries()
        chosen: list[Entry] = []
        ordered = sorted(entries, key=lambda entry: _usual_first(entry.instrument.id))
        for _id, group in groupby(ordered, key=lambda entry: entry.instrument.id):
            same = [*group]
            try:
                chosen.append(_newest(same))
            except ReflectError as error:
                faulty.append(FaultyFile(same[0].path, str(error)))
                continue
            faulty += [
                FaultyFile(other.path if other.place == "user" else one.path, str(_other_text(one, other)))
                for one, other in combinations(same, 2)
                if "user" in (one.place, other.place)
                and _same_version(one, other)
                and one.instrument.digest != other.instrument.digest
            ]
        return Listing(tuple(chosen), tuple(faulty))

    def find(self, identifier: str, version: str, digest: str, language: str = "") -> Instrument:
        """Return the very instrument that a session was answered on, in a language, else the user's, where it has it.

        Raises:
            NotFoundError: it is nowhere.
        """
        key = (identifier, version, digest, language or current_language())
        if key not in self._loaded:
            found = self.entry(identifier, version, digest).read(key[-1])
            self._loaded[key] = self._with_former(found, key[-1])
        return self._loaded[key]

    def entry(self, identifier: str, version: str, digest: str) -> Entry:
        """Return the very instrument that a session was answered on, with its file; read once; see find()."""
        key = (identifier, version, digest)
        if key not in self._found:
            self._found[key] = self._entry(*key)
        return self._found[key]

    def _entry(self, identifier: str, version: str, digest: str) -> Entry:
        known = self.versions(identifier)
        for entry in known:
            same = entry.instrument.version == version or entry.place == "program"  # a wrong version is told by itself
            if same and entry.instrument.digest == digest:
                return entry
        message = _('The instrument "{id}" {version} is neither installed nor in the journal.')
        other = next((entry for entry in known if entry.instrument.digest == digest), None)
        if other:
            message = _(
                'The digest is that of "{id}" {other}, but the version is said to be {version}: one of the two was '
                "changed."
            )
        elif any(entry.instrument.version == version for entry in known):
            message = _(
                'The instrument "{id}" {version} is here with another text only: no file of it has this digest.'
            )
        there = other.instrument.version if other else ""
        raise NotFoundError(message.format(id=identifier, version=version, other=there))

    def _with_former(self, content: Instrument, language: str) -> Instrument:
        """Add what is gone from an instrument, as its other versions here have it: a goal may still be about that.

        Also adds the profile that was chosen.
        """
        content = structs.replace(content, chosen=self._profile) if self._profile else content
        known = self.versions(content.id)
        others = [entry.read(language) for entry in known]
        scales = {entry.instrument.version: entry.instrument.scale for entry in known}
        scales.pop(content.version, None)
        domains = {domain.id: domain.title for other in others for domain in other.domains}
        items = {item.id: other.sentence(item) for other in others for item in other.items}
        gone = {name: title for name, title in domains.items() if name not in content.ids_of}
        said = {name: text for name, text in items.items() if name not in content.positions}
        if not (gone or said or scales):
            return content
        return structs.replace(content, former_domains=gone, former_items=said, former_scales=scales)

    def versions(self, identifier: str) -> list[Entry]:
        """List every file with an instrument of this id, the best known place first."""
        return self._entries(identifier)[0]

    def _entries(self, identifier: str | None = None) -> tuple[list[Entry], list[FaultyFile]]:
        """Read every instrument, or those of one id, and name the files that are none; the best known place first."""
        entries: list[Entry] = []
        spoiled: list[FaultyFile] = []
        for name in bundled_ids():
            if identifier in (None, name):
                try:
                    entries.append(_bundled(name))
                except ReflectError as error:
                    spoiled.append(FaultyFile(bundled_folder() / f"{name}.toml", str(error)))
        if self._named:
            entries.append(self._named)
        own = _read("user", _files(paths.instruments_folder()))
        copies = _read(
            "journal",
            _files(self._folder, "*.toml" if identifier is None else f"{identifier}@*.toml") if self._folder else [],
        )
        found, faulty = _with_translations(
            _Read([*entries, *own.entries, *copies.entries], own.translations, [*spoiled, *own.faulty, *copies.faulty])
        )
        return [entry for entry in found if identifier in (None, entry.instrument.id)], faulty


def _files(folder: Path, pattern: str = "*.toml") -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except (OSError, ValueError, NotImplementedError):  # no folder, closed to us, or an id that no file can have
        return []


def _newest(entries: Sequence[Entry]) -> Entry:
    """Choose among instruments of one id."""
    highest = max(version_key(entry.instrument.version) for entry in entries)
    first, *others = [entry for entry in entries if version_key(entry.instrument.version) == highest]
    if first.place != "program":
        for other in others:
            if other.instrument.digest != first.instrument.digest:
                raise _other_text(first, other)
    return first


def _same_version(one: Entry, other: Entry) -> bool:
    return version_key(one.instrument.version) == version_key(other.instrument.version)


def _other_text(one: Entry, other: Entry) -> ReflectError:
    text = _(
        "{path} and {other} are both {id} {version}, and say different things. Give the one that you changed a higher "
        "version, or remove one of them."
    )
    about = other.instrument
    return ReflectError(text.format(path=other.path, other=one.path, id=about.id, version=about.version))


class _Read(NamedTuple):
    entries: list[Entry]
    translations: list[tuple[Path, bytes]]
    faulty: list[FaultyFile]


def _read(place: Place, files: Sequence[Path]) -> _Read:
    """Read files of instruments and of translations; which is which is told by what stands in them, not by a name."""
    read = _Read([], [], [])
    for path in files:
        try:
            data = formats.read_bytes(path)
            shared = _shared(data, path)
            for name, part in shared.documents() if shared else [("", data)]:
                label = path / name if name else path
                if _about(part, label):
                    read.translations.append((label, part))
                else:
                    licence = shared.licence if shared else ""
                    found = _parsed(part, label)
                    read.entries.append(Entry(place=place, path=path, data=part, instrument=found, licence=licence))
        except ReflectError as error:
            read.faulty.append(FaultyFile(path, str(error)))
    return read


@lru_cache(maxsize=64)
def _shared(data: bytes, path: Path) -> SharedInstrument | None:
    """Read a file that has an instrument with all that belongs to it; None for any other."""
    document = formats.parse_document(data, path)
    return shared_instrument.parse(document, str(path)) if shared_instrument.KEY in document else None


@lru_cache(maxsize=64)
def _about(data: bytes, path: Path) -> tuple[str, str, str] | None:
    """Return the id and version that a translation is of, and its language; None for an instrument."""
    document = formats.parse_document(data, path)
    names = ("instrument", "version", "language")
    return tuple(str(document.get(name)) for name in names) if "instrument" in document else None  # type: ignore[return-value]


@lru_cache(maxsize=64)
def _parsed(data: bytes, path: Path) -> Instrument:
    with located(data):
        return instrument.parse(data, path)


@lru_cache(maxsize=64)
def _translated(entry_data: bytes, entry_path: Path, data: bytes, path: Path) -> Instrument:
    original = _parsed(entry_data, entry_path)
    with located(data):
        return translation.apply(original, translation.parse(data, path, original))


def _with_translations(read: _Read) -> tuple[list[Entry], list[FaultyFile]]:
    """Lay translations over the instruments of their id and version, wherever these were found."""
    entries, faulty = read.entries, read.faulty
    for path, data in read.translations:
        try:
            entries = _translate(entries, path, data)
        except ReflectError as error:
            faulty.append(FaultyFile(path, str(error)))
    return entries, faulty


def _translate(entries: Sequence[Entry], path: Path, data: bytes) -> list[Entry]:
    """Return the entries with a translation laid over those that it fits; BadFileError when it fits none."""
    identifier, version, language = _about(data, path) or ("", "", "")
    fault: ReflectError = BadFileError(
        path, (Fault("instrument", _("there is no instrument of this id and version here")),)
    )
    after, fits = [*entries], False
    for number, owner in enumerate(entries):
        if (owner.instrument.id, owner.instrument.version) != (identifier, version):
            continue
        try:
            refuse_second(owner, language, path, data)
            translated = _translated(owner.data, owner.path, data, path)
        except ReflectError as error:
            fault = error
        else:
            fits = True
            words = Translated(path, data, translated)
            after[number] = structs.replace(owner, translations={language: words, **owner.translations})
    if not fits:
        raise fault
    return after


def refuse_second(owner: Entry, language: str, path: Path, data: bytes) -> None:
    """Check that an instrument has no other words in a language yet; BadFileError names them."""
    known = owner.translations.get(language, owner if language == owner.instrument.language else None)
    if known and known.data != data:
        problem = _("these words are there already in this language: {path}").format(path=known.path)
        raise BadFileError(path, (Fault("language", problem),))
