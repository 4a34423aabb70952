"""settings.toml: language, looks, entry, keys and journal, with every wrong value named."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.i18n import _, mark
from reflect_tui.toml import formats

Entry = Literal["digits", "azerty", "home-row"]
Order = Literal["list", "single"]
Rhythm = Literal["twice-a-year", "yearly", "quarterly", "monthly", "none"]
_LANGUAGE = re.compile(rb"""^language\s*=\s*["'](nl|en)["']""", re.MULTILINE)


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the user chose; an empty text means: decide for me. `keys` gives an action other keys."""

    language: Literal["", "nl", "en"] = ""
    theme: str = "reflect-dark"
    glyphs: Literal["", "unicode", "ascii"] = ""
    journal: str = ""
    instrument: str = ""
    profile: str = ""
    name: str = ""
    entry: Entry = "digits"
    order: Order = "list"
    ask_example: bool = False
    pause_between_domains: bool = True
    rhythm: Rhythm = "twice-a-year"
    sync_unasked: bool = False
    keys: dict[str, str | list[str]] = {}


EXPLANATIONS: Mapping[str, str] = {
    "language": mark("The language of the app; defaults to your system's language."),
    "theme": mark("The colours: one of our own or one of Textual's."),
    "glyphs": mark("The signs drawn: all of Unicode, or plain ASCII; defaults to what your system can show."),
    "journal": mark("The folder of the journal; defaults to one in your data folder."),
    "instrument": mark("The id of the instrument for your first session; later ones begin on that of the newest."),
    "profile": mark(
        "The id of a profile of your instrument, such as your role or level: its targets are drawn beside your means."
    ),
    "name": mark("The name on documents; x asks for it each time. Leave it empty for none."),
    "entry": mark(
        "The keys that score: digits (those of the keypad too), the digit row of an AZERTY keyboard without shift, "
        "or letters of the home row."
    ),
    "order": mark("How filling in starts: with the list of statements, or with a single statement at a time."),
    "ask_example": mark("After a low score, an example is asked for; it is never demanded."),
    "pause_between_domains": mark("When a domain is complete, a line says so and which one comes next."),
    "rhythm": mark("How often you take stock; Home and the calendar file say when the next assessment is due."),
    "sync_unasked": mark(
        "At start and quit the app syncs with the place of the last sync, unless a question or a passphrase is needed."
    ),
    "keys": mark("Other keys for an action, by its name."),
}


def load(path: Path) -> Settings:
    """Read the settings; without a file they are the defaults.

    Raises:
        BadFileError: with every wrong value.
    """
    try:
        return parse(formats.read_bytes(path), path)
    except NotFoundError:
        return Settings()


def language_of(path: Path) -> Literal["", "nl", "en"]:
    """Return the language that a file asks for, whatever else is wrong with it; "" when it asks for none of ours."""
    try:
        match = _LANGUAGE.search(formats.read_bytes(path).removeprefix(codecs.BOM_UTF8))
    except ReflectError:
        return ""
    if match is None:
        return ""
    return "nl" if match[1] == b"nl" else "en"


def parse(data: bytes, path: Path) -> Settings:
    """Turn the bytes of settings.toml into the settings.

    Raises:
        BadFileError: with every wrong value.
    """
    return formats.parse(data, Settings, path)


# Changes settings.toml one key at a time; comments, order and layout stay as the user wrote them.


Value = str | bool


def change_setting(path: Path, name: str, value: Value) -> Settings:
    """Change one setting in the file, made if it isn't there; what this returns is on the disk.

    Raises:
        BadFileError: the file has faults: it is left as it is, every fault named.
        JournalError: it could not be written, or another program changed it just now; it is left as it is.
    """
    try:
        before = formats.read_bytes(path)
    except NotFoundError:
        before = None
    wanted = structs.replace(parse(before or b"", path), **{name: value})
    after = _edited(before or b"", name, value)
    if after is None or parse(after, path) != wanted:
        raise BadFileError(path, (Fault(name, _("can't be changed here; edit the file yourself")),))
    if before is None:
        files.make_folder(path.parent)
        files.write_new(path, after)
    else:
        files.replace(path, after, before)
    return wanted


def _edited(text: bytes, name: str, value: Value) -> bytes | None:
    """Return the file with another value; None when it is written in a way that can't be followed."""
    import tomlkit  # noqa: PLC0415 -- only those who change a setting pay for it
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 -- as above

    try:
        document = tomlkit.parse(text.removeprefix(codecs.BOM_UTF8))
        document[name] = value
        return tomlkit.dumps(document).encode()
    except TOMLKitError:
        return None
