"""Changes settings.toml one key at a time; comments, order and layout stay as the user wrote them."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from reflect_tui import formats
from reflect_tui.errors import BadFileError, Fault, NotFoundError
from reflect_tui.i18n import _
from reflect_tui.journal import files
from reflect_tui.settings import Settings, parse

Value = str | bool


def change(path: Path, name: str, value: Value) -> Settings:
    """Give one setting another value in the file, made if it isn't there; what this returns is on the disk.

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
    """Give the file with another value; None when it is written in a way that can't be followed."""
    import tomlkit  # noqa: PLC0415 -- only those who change a setting pay for it
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 -- as above

    try:
        document = tomlkit.parse(text)
        document[name] = value
        return tomlkit.dumps(document).encode()
    except TOMLKitError:
        return None
