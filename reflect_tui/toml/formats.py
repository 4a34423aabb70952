"""Our TOML files: bounded reading, strict shapes, and every fault of a file at once."""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import tomli
from msgspec import Struct

from reflect_tui import system
from reflect_tui.errors import BadFileError, Fault, NotFoundError
from reflect_tui.i18n import _
from reflect_tui.text import display
from reflect_tui.toml.faults import schema_faults

MAX_BYTES = 1_000_000
_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_FORMAT = 1
_MAX_DEPTH = 50
# tomli takes quadratic time for a key of many parts: an hour for one of 1 MB. No two branches of this pattern and the
# next begin alike, so trying again costs linear time; no possessive quantifiers, which Python 3.11.2 matches wrongly.
_LONG_KEY = re.compile(rb"""^[ \t]*(?:(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*\.[ \t]*){1000}""", re.MULTILINE)
# Every key and table costs tomli some hundreds of bytes: 1 MB of nothing else takes 300 MB.
MAX_PARTS = 50_000
_PART = re.compile(rb"[=.\[{]")
# A text may lack its end: tomli reads no further than there, and what never fails is never tried again.
TEXT_OR_REMARK = re.compile(
    rb'''
      """[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"{3,5})?  |  "[^"\\\n]*(?:\\.[^"\\\n]*)*"?
    | \'\'\'[^']*(?:'(?!'')[^']*)*(?:'{3,5})?           |  '[^'\n]*'?
    | \#[^\n]*
    ''',
    re.DOTALL | re.VERBOSE,
)

T = TypeVar("T")


def read_bytes(path: Path, limit: int = MAX_BYTES, *, whole: bool = True) -> bytes:
    """Read a regular file of at most `limit` bytes; of a larger one nothing, or one byte more than that unless `whole`.

    A pipe, device, folder or symbolic link is never opened for reading.

    Raises:
        NotFoundError: there is no such file.
        BadFileError: it is something else, too large, or can't be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | system.NO_LINK | system.NO_WAIT | system.OPEN)
    except FileNotFoundError:
        raise NotFoundError(_("There is no file {path}.").format(path=path)) from None
    except (OSError, ValueError) as error:
        is_link = getattr(error, "errno", None) == errno.ELOOP  # "Too many levels of symbolic links", says the system
        reason = _("it is a link; put the file itself there") if is_link else getattr(error, "strerror", None)
        raise _unreadable(path, reason or str(error)) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):  # before open(): that refuses a folder itself, and leaves it open
        os.close(descriptor)
        raise _unreadable(path, _("it is not an ordinary file"))
    with os.fdopen(descriptor, "rb") as file:
        if whole and status.st_size > limit:
            raise _unreadable(path, _("it is larger than {limit} bytes").format(limit=limit))
        try:
            data = file.read(min(status.st_size, limit) + 1)  # not more: so much room is taken before a byte is read
            if len(data) > status.st_size:  # it grew
                data += file.read(limit + 1 - len(data))
        except OSError as error:
            raise _unreadable(path, error.strerror or str(error)) from None
    if whole and len(data) > limit:
        raise _unreadable(path, _("it is larger than {limit} bytes").format(limit=limit))
    return data


def _unreadable(path: Path, reason: str) -> BadFileError:
    return BadFileError(path, (Fault("", _("can't be read: {reason}").format(reason=reason)),))


class NotTomlError(BadFileError):
    """A file that is no TOML, perhaps another text; its one fault says where and why."""


Document = dict[str, Any]
Check = Callable[[Document], Iterator[Fault]]


_LEARNING = threading.Lock()
"""Held while msgspec converts: two threads that meet a type for the first time together crash the interpreter."""


def no_more(_document: Document) -> Iterator[Fault]:
    """Find nothing more: the check of a file whose shape says it all."""
    return iter(())


def format_missing(document: Document) -> Iterator[Fault]:
    """Name the version of the format where a file lacks it, though it has a usual one."""
    if "format" not in document:
        yield Fault("format", _("is missing"))


def parse(data: bytes, shape: type[T], path: Path | str, more: Check = no_more) -> T:
    """Turn the bytes of one TOML file into a value of `shape`, a msgspec struct.

    `more` finds what a shape can't say (an id used twice); it is given the document whatever its shape, so that one
    reading names every fault.

    Raises:
        BadFileError: with every fault that the bytes have, each with its place.
    """
    return convert(parse_document(data, path), shape, path, more)


def convert(document: Document, shape: type[T], path: Path | str, more: Check = no_more) -> T:
    """Turn a document that was parsed into a value of `shape`; see parse()."""
    version = document.get("format")
    if type(version) is int and version > _FORMAT:
        newer = _("it has format {version}, made by a newer reflect-tui than this one").format(version=version)
        raise BadFileError(path, (Fault("format", newer),))
    further = tuple(more(document))
    try:
        with _LEARNING:
            value = msgspec.convert(document, shape, strict=True, builtin_types=(datetime, date, time))
    except msgspec.ValidationError as error:
        shapely = tuple(schema_faults(document, shape)) or (_fallback(str(error)),)
        raise BadFileError(path, shapely + further) from None
    if further:
        raise BadFileError(path, further)
    return value


def schema(shape: type) -> Document:
    """Return the JSON Schema of a shape."""
    with _LEARNING:
        return msgspec.json.schema(shape)


def pack(value: Struct) -> bytes:
    """Write a value for the program's own later use, as JSON."""
    with _LEARNING:
        return msgspec.json.encode(value)


def unpack(data: bytes, shape: type[T], path: Path | str) -> T:
    """Read what pack() wrote.

    Raises:
        BadFileError: it is something else.
    """
    try:
        with _LEARNING:
            return msgspec.json.decode(data, type=shape)
    except msgspec.MsgspecError as error:
        raise BadFileError(path, (_fallback(str(error)),)) from None


def parse_json(data: bytes) -> object:
    """Read JSON that another program may have written.

    Raises:
        msgspec.DecodeError, RecursionError: it is none.
    """
    with _LEARNING:
        return msgspec.json.decode(data)


def from_json(document: object, shape: type[T]) -> T:
    """Turn a part of a JSON document into a value; moments and days are texts there.

    Raises:
        msgspec.ValidationError: it has another shape.
    """
    with _LEARNING:
        return msgspec.convert(document, shape)


def from_text(text: str, kind: Any) -> Any:
    """Read a text as a value of a type: "3" as a number, "true" as a truth.

    Raises:
        msgspec.ValidationError: it is no such value.
    """
    with _LEARNING:
        return msgspec.convert(text, kind, strict=False)


def _fallback(message: str) -> Fault:
    """Say what msgspec refuses and the schema lets pass, as 1.0 for 1."""
    match = re.search(r"at `\$\.([^`]*)`", message)
    return Fault(match[1] if match else "", _("has a wrong value"))


def tables(document: object, key: str) -> list[Document]:
    """Return the tables under a key, whatever else stands there: for checks that meet any shape."""
    value = document.get(key) if isinstance(document, dict) else None
    return [part if isinstance(part, dict) else {} for part in value] if isinstance(value, list) else []


def table(document: Document, key: str) -> Document:
    """Return the table under a key, or an empty one."""
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def parse_document(data: bytes, path: Path | str) -> Document:
    """Turn the bytes of one TOML file into a plain dictionary; a byte order mark, as some editors put it, is no fault.

    Raises:
        NotTomlError: not TOML.
        BadFileError: not UTF-8, or larger in parts or depth than any file of ours.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    too_much = Fault("", _("nested too deep, or a number too long, to be one of our files"))
    if _LONG_KEY.search(data):
        raise BadFileError(path, (too_much,))
    if len(data) > MAX_PARTS and count_parts(data) > MAX_PARTS:  # a part is a byte or more
        raise BadFileError(path, (Fault("", _("holds more keys and tables than any of our files")),))
    try:
        document = tomli.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        raise _not_toml(data, path, error) from None
    except (RecursionError, ValueError):
        fault = too_much
    else:
        if _is_bounded(document):
            return document
        fault = too_much
    raise BadFileError(path, (fault,))


def _not_toml(data: bytes, path: Path | str, error: UnicodeDecodeError | tomli.TOMLDecodeError) -> BadFileError:
    if isinstance(error, UnicodeDecodeError):
        return NotTomlError(path, (Fault(_("byte {n}").format(n=error.start + 1), _("not UTF-8 text")),))
    if conflict := conflict_fault(data):
        return BadFileError(path, (conflict,))
    return NotTomlError(path, (_toml_fault(str(error)),))


def count_parts(data: bytes) -> int:
    """Count the signs that make keys, tables and lists, without those in texts and remarks."""
    return sum(1 for _part in _PART.finditer(TEXT_OR_REMARK.sub(b"", data)))


def _is_bounded(document: Document) -> bool:
    """Check whether all numbers fit in the 64 bits that TOML promises, and nothing is nested beyond reason."""
    level: list[Document | list[Any]] = [document]
    for _depth in range(_MAX_DEPTH):
        parts = [part for holder in level for part in (holder.values() if isinstance(holder, dict) else holder)]
        numbers = [part for part in parts if type(part) is int]
        if numbers and (min(numbers) < -(2**63) or max(numbers) >= 2**63):
            return False
        level = [part for part in parts if type(part) in (dict, list)]
        if not level:
            return True
    return not any(level)


def _toml_fault(message: str) -> Fault:
    match = _TOML_PLACE.search(message)
    reason = display(_TOML_PLACE.sub("", message))
    problem = _("not valid TOML ({reason})").format(reason=reason)
    if match and match[1]:
        return Fault(_("line {line}, column {column}").format(line=match[1], column=match[2]), problem)
    return Fault(_("end of the file") if match else "", problem)


def document_of(value: Struct) -> Document:
    """Return a value as a document: its fields by the names that they have in a file, without those that are None."""
    with _LEARNING:
        built = msgspec.to_builtins(value, builtin_types=(datetime, date, time))
    return {key: _plain(part) for key, part in built.items() if part is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return toml_datetime(value) if isinstance(value, datetime) else value


class _TomlDatetime(datetime):
    """A moment that tomli-w writes with the T of the contract; str() alone would put a blank there."""

    def __str__(self) -> str:
        return self.isoformat()


def toml_datetime(moment: datetime) -> datetime:
    """Return a moment as our files write it: 2026-11-23T14:05:00+01:00."""
    return _TomlDatetime.combine(moment.date(), moment.timetz())


def toml(document: Mapping[str, object], *, multiline_strings: bool = False) -> str:
    """Write a document as TOML, as it comes: plain keys first, tables below them, small ones inline."""
    import tomli_w  # noqa: PLC0415 -- who only reads has no need of it

    return tomli_w.dumps(document, multiline_strings=multiline_strings)


def dumps(document: Document) -> bytes:
    """Write a document as our files have it: plain keys first, then each table under its own heading, never inline.

    The same document gives the same bytes.
    """
    return "\n".join(_blocks(document, "", "")).encode("utf-8")


def _blocks(table: Document, heading: str, name: str) -> Iterator[str]:
    below = {key: value for key, value in table.items() if isinstance(value, dict) or _is_tables(value)}
    plain = {key: value for key, value in table.items() if key not in below}
    yield (f"{heading}\n" if heading else "") + toml(plain, multiline_strings=True)
    for key, value in below.items():
        path = f"{name}.{key}" if name else key
        if isinstance(value, dict):
            yield from _blocks(value, f"[{path}]", path)
        else:
            for part in value:
                yield from _blocks(part, f"[[{path}]]", path)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(part, dict) for part in value)


# Two versions that git left side by side in one file: noticed, said, and taken apart.

Side = Literal["upper", "lower"]
# No possessive quantifiers here: in a group that captures, Python before 3.11.5 never matches them.
_MARKED = re.compile(
    rb"^<{7}(?: [^\n]*)?\r?\n(?P<upper>(?:(?![<|=>]{7}).*\n)*)"
    rb"(?:^\|{7}(?: [^\n]*)?\r?\n(?:(?![<|=>]{7}).*\n)*)?"
    rb"^={7}\r?\n(?P<lower>(?:(?![<|=>]{7}).*\n)*)^>{7}(?: [^\n]*)?(?:\r?\n|\Z)",
    re.MULTILINE,
)
_BEGIN = re.compile(rb"^<{7}(?: |\r?$)", re.MULTILINE)


def conflict_fault(data: bytes) -> Fault | None:
    """Say at which line two versions begin to stand side by side; None when the file has no such place."""
    match = _MARKED.search(data)
    if match is None:
        return None
    line = _("line {line}, column {column}").format(line=data.count(b"\n", 0, match.start()) + 1, column=1)
    return Fault(line, conflict_message())


def conflict_message() -> str:
    """Return the sentence for it, in the user's language."""
    return _("git left two versions here, one below the other (an unresolved merge); choose one of them")


def has_conflict(faults: Iterable[Fault]) -> bool:
    """Check whether these are the faults of a file with two versions."""
    return any(fault.problem == conflict_message() for fault in faults)


def resolve_conflict(data: bytes, side: Side) -> bytes:
    """Return the file as it would be with one of the two versions at every such place.

    Raises:
        ValueError: the marks of git do not belong together, so nobody can tell which lines are whose.
    """
    chosen = _MARKED.sub(lambda match: match[side], data)
    if chosen == data or _BEGIN.search(chosen):
        raise ValueError(side)
    return chosen
