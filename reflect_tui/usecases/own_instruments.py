"""The instruments of the user's folder: added after every check, removed, and written to one file to share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui import paths
from reflect_tui.disk import files
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import instrument, shared_instrument, translation
from reflect_tui.model import library as instruments
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.library import Entry, Library
from reflect_tui.model.translation import Translating
from reflect_tui.toml import formats


class Added(Struct, frozen=True):
    """An instrument as it is now, and the files that were written for it: none when all were there."""

    entry: Entry
    written: tuple[Path, ...]


def add(library: Library, path: Path) -> Added:
    """Copy an instrument into the user's folder, with its translations and licence; or a translation by itself.

    Raises:
        ReflectError: something is wrong with a file, or another one has its id and version and says something else;
            nothing is written then.
    """
    data = formats.read_bytes(path)
    document = formats.parse_document(data, path)
    if "instrument" in document:
        entry, parts = _translated_entry(library, path, data)
    else:
        entry, faulty = library.open(path)
        if faulty:
            raise ReflectError(faulty[0].reason)
        parts = _parts(entry)
    return _added(library, entry, parts)


def add_made(library: Library, parts: Mapping[str, bytes], path: Path) -> Added:
    """Write an instrument that was made of another file to the user's folder: its files by their endings; see add()."""
    data = parts[".toml"]
    entry = Entry(place="file", path=path, data=data, instrument=instrument.parse(data, path))
    library.refuse_other_text(entry)
    return _added(library, entry, parts)


def _added(library: Library, entry: Entry, parts: Mapping[str, bytes]) -> Added:
    content = entry.instrument
    same = [one for one in library.versions(content.id) if one.instrument.digest == content.digest]
    own = next((one for one in same if one.place == "user"), None)
    name = own.path.stem if own else f"{content.id}@{content.version}"  # a licence is looked for beside its instrument
    known = {part for one in same if one.place in ("program", "user") for part in _parts(one).values()}
    targets = {
        paths.instruments_folder() / f"{name}{ending}": part for ending, part in parts.items() if part not in known
    }
    missing = {target: part for target, part in targets.items() if not _is_there(target, part)}
    files.make_folder(paths.instruments_folder())
    for target, part in missing.items():
        files.write_new(target, part)
    library.forget()
    return Added(library.entry(entry.instrument.id, entry.instrument.version, entry.instrument.digest), (*missing,))


def _translated_entry(library: Library, path: Path, data: bytes) -> tuple[Entry, dict[str, bytes]]:
    """Find the instrument that a translation is of, and check it against that."""
    document = formats.parse_document(data, path)
    identifier, version = str(document.get("instrument")), str(document.get("version"))
    owner = next((one for one in library.versions(identifier) if one.instrument.version == version), None)
    if owner is None:
        text = _("{path} is a translation of {id} {version}, which is not here: add that one first.")
        raise NotFoundError(text.format(path=path, id=identifier, version=version))
    language = translation.parse(data, path, owner.instrument).language
    instruments.refuse_second(owner, language, path, data)
    return owner, {f".{language}.toml": data}


def _parts(entry: Entry) -> dict[str, bytes]:
    """Return the files of an instrument, by how their names end."""
    parts = {".toml": entry.data} | {f".{code}.toml": words.data for code, words in entry.translations.items()}
    licence = licence_of(entry)
    return parts | {".LICENSE": licence.encode()} if licence else parts


def _is_there(path: Path, data: bytes) -> bool:
    """Check whether a file is there already; ReflectError when it is, and has something else in it."""
    try:
        there = formats.read_bytes(path)
    except NotFoundError:
        return False
    if there != data:
        raise ReflectError(_("{path} has something else in it; nothing was added.").format(path=path))
    return True


def editable(library: Library, identifier: str) -> Entry:
    """Return the newest version of an instrument that a new one may be made of.

    Raises:
        ReflectError: there is none, or it comes with the program.
    """
    entry = library.newest(identifier)
    if entry.place == "program":
        text = _("{id} comes with the program, and stays as it is.")
        raise ReflectError(text.format(id=identifier))
    return entry


def keep(library: Library, data: bytes, output: Path | None = None) -> Path:
    """Write an instrument that was made into the user's folder, or to a file; give its path.

    Raises:
        ReflectError: it has a fault, another file has its id and version, or there is a file with other content.
    """
    content = instrument.parse(data, output or "")
    target = output or paths.instruments_folder() / f"{content.id}@{content.version}.toml"
    library.refuse_other_text(Entry(place="user", path=target, data=data, instrument=content))
    if output is None:
        files.make_folder(target.parent)
    files.write_new(target, data)
    library.forget()
    return target


class Translatable(Struct, frozen=True):
    """A translation to go on with: where its file is or will be, and the bytes that are there, if any."""

    begun: Translating
    path: Path
    before: bytes | None


def translatable(library: Library, identifier: str, language: str) -> Translatable:
    """Find the translation of an instrument into a language, or begin one with what an earlier version had.

    Raises:
        ReflectError: it is no other language, there is no such instrument, or the words come from somewhere else.
    """
    entry = library.newest(identifier)
    content = entry.instrument
    if not re.fullmatch("[a-z]{2}", language) or language == content.language:
        text = _("A translation is into another language than {own}, in two letters, such as nl or de.")
        raise ReflectError(text.format(own=content.language))
    begun, known = translation.begin(content, language), entry.translations.get(language)
    if known:
        if known.path.parent not in (paths.instruments_folder(), entry.path.parent) or entry.place == "program":
            text = _("These words are there already in this language: {path}. They stay as they are.")
            raise ReflectError(text.format(path=known.path))
        document = formats.parse_document(known.data, known.path)
        return Translatable(structs.replace(begun, document=document), known.path, known.data)
    earlier = [one for one in library.versions(identifier) if language in one.translations]
    for older in sorted(earlier, key=lambda one: version_key(one.instrument.version)):
        document = formats.parse_document(older.translations[language].data, "")
        begun = translation.carry_over(begun, older.instrument, document)
    beside = entry.path.parent if entry.place in ("user", "file") else paths.instruments_folder()
    name = entry.path.stem if entry.place in ("user", "file") else f"{content.id}@{content.version}"
    return Translatable(begun, beside / f"{name}.{language}.toml", None)


def keep_translation(library: Library, made: Translatable, data: bytes) -> Path:
    """Write a translation to its file, over the one it goes on from; give its path.

    Raises:
        ReflectError: it has a fault, or the file was changed meanwhile.
    """
    translation.parse(data, made.path, made.begun.content)
    files.make_folder(made.path.parent)
    if made.before is None:
        files.write_new(made.path, data)
    elif formats.read_bytes(made.path) != made.before:
        raise ReflectError(
            _("{path} was changed by another program meanwhile; nothing was saved.").format(path=made.path)
        )
    else:
        files.replace(made.path, data)
    library.forget()
    return made.path


def remove(library: Library, asked: str, *, force: bool = False) -> tuple[Path, ...]:
    """Remove an instrument, such as small, or one version, such as small@1.0.0, from the user's folder; give its files.

    Raises:
        ReflectError: there is nothing of it in that folder; or, unless `force`, the journal has no copy of it.
    """
    identifier, _mark, version = asked.partition("@")
    folder = paths.instruments_folder()
    entries = [entry for entry in library.versions(identifier) if version in ("", entry.instrument.version)]
    every = [path for entry in entries for path in (entry.path, *(one.path for one in entry.translations.values()))]
    found = dict.fromkeys(path for path in every if path.parent == folder)
    if not found:
        raise _not_own(entries, asked)
    licences = [beside for path in found if (beside := path.with_suffix(".LICENSE")).exists()]
    files_of_it = (*found, *licences)
    copied = {entry.instrument.digest for entry in entries if entry.place == "journal"}
    if not force and any(entry.path in found and entry.instrument.digest not in copied for entry in entries):
        text = _("The journal has no copy of {id}: what you remove is gone. Add --force to remove {files}.")
        raise ReflectError(text.format(id=asked, files=", ".join(map(str, files_of_it))))
    for path in files_of_it:
        files.remove(path)
    library.forget()
    return files_of_it


def _not_own(entries: list[Entry], asked: str) -> ReflectError:
    places = {entry.place for entry in entries}
    if "program" in places:
        return ReflectError(_("{id} comes with the program, and stays.").format(id=asked))
    if "journal" in places:
        text = _("{id} is in the journal only, which keeps a copy of what it was answered on.")
        return ReflectError(text.format(id=asked))
    text = _('There is no instrument "{id}" in {folder}.')
    return NotFoundError(text.format(id=asked, folder=paths.instruments_folder()))


def share(entry: Entry) -> bytes:
    """Render one file with an instrument, its translations and its licence, which add() takes apart again."""
    words = {language: translated.data for language, translated in entry.translations.items()}
    return shared_instrument.dumps(entry.instrument, entry.data, words, licence_of(entry))


def licence_of(entry: Entry) -> str:
    """Return the text of an instrument's licence: what came along with it, else the file beside it, else ""."""
    try:
        return entry.licence or formats.read_bytes(entry.path.with_suffix(".LICENSE")).decode()
    except (ReflectError, UnicodeDecodeError):
        return ""
