"""One file to share an instrument in: its own file, its translations and its licence, each to the letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from reflect_tui.errors import Fault, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Identifier, Instrument, Version
from reflect_tui.text import clean
from reflect_tui.toml import formats

KEY = "shared"
"""The key that only such a file has."""
_LICENCE = "LICENSE"


class IncludedFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it was, with its name."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*(\.[a-z]{2})?\.(toml|LICENSE)$(?!\n)", max_length=80)]
    text: str


class SharedInstrument(Struct, frozen=True, forbid_unknown_fields=True, rename={"files": "file"}):
    """What stands in such a file."""

    format: Literal[1]
    shared: Identifier
    version: Version
    files: tuple[IncludedFile, ...]

    def documents(self) -> list[tuple[str, bytes]]:
        """Return the files of the instrument and its translations by name."""
        return [(file.name, file.text.encode()) for file in self.files if file.name.endswith(".toml")]

    @property
    def licence(self) -> str:
        """The text of the licence, "" when none came along."""
        return next((file.text for file in self.files if file.name.endswith(_LICENCE)), "")


def parse(document: formats.Document, path: str) -> SharedInstrument:
    """Check such a file.

    Raises:
        BadFileError: with every fault of shape; what is wrong inside the files is for their own parsers.
    """
    return formats.convert(document, SharedInstrument, path, _faults)


def dumps(content: Instrument, data: bytes, translations: Mapping[str, bytes], licence: str) -> bytes:
    """Render a file to share: `data` is the instrument's own file, `translations` are those of other languages."""
    name = content.id
    texts = {f"{name}.toml": data.decode()}
    texts |= {f"{name}.{language}.toml": file.decode() for language, file in sorted(translations.items())}
    if licence:
        texts[f"{name}.{_LICENCE}"] = licence
    files = [{"name": file, "text": text} for file, text in texts.items()]
    document = {"format": 1, KEY: name, "version": content.version, "file": files}
    about = (
        f"{content.title} ({name} {content.version})",
        f"{content.source.publisher}, {content.source.document}. {content.source.rights}",
        content.source.terms,
        f"reflect-tui instruments add {name}.toml",
    )
    head = "".join(f"# {clean(text, multiline=False)}\n" for text in about if text)
    to_the_letter = not any("\r" in text for text in texts.values())  # else a line end would not stay as it is
    return f"{head}\n{formats.toml(document, multiline_strings=to_the_letter)}".encode()


def _faults(document: formats.Document) -> Iterator[Fault]:
    files = formats.tables(document, "file")
    names = [str(file.get("name")) for file in files]
    about = document.get(KEY), document.get("version")
    if f"{about[0]}.toml" not in names:
        yield Fault("file", _("the file of the instrument itself is missing"))
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault("file", _("{name} is there twice").format(name=name))
    for name, file in zip(names, files, strict=True):
        if not name.endswith(".toml"):
            continue
        try:
            part = formats.parse_document(str(file.get("text")).encode(), name)
        except ReflectError:
            continue  # told by its own parser
        key = "id" if name == f"{about[0]}.toml" else "instrument"
        if (part.get(key), part.get("version")) != about:
            text = _("{name} is not of {id} {version}, which this file says to have; share every instrument by itself")
            yield Fault("file", text.format(name=name, id=about[0], version=about[1]))
