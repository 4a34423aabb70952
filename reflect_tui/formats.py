"""Our TOML files: bounded reading, strict shapes, and every fault of a file at once."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.text import display

MAX_BYTES = 1_000_000
_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_FORMAT = 1

T = TypeVar("T")


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Read a regular file of at most `limit` bytes.

    Nothing is read of a larger file, and a pipe, device, folder or symbolic link is never opened for reading.

    Raises:
        NotFoundError: there is no such file.
        BadFileError: it is something else, too large, or can't be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFoundError(_("There is no file {path}.").format(path=path)) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, getattr(error, "strerror", None) or str(error)) from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _unreadable(path, _("it is not an ordinary file"))
        if status.st_size > limit:
            raise _unreadable(path, _("it is larger than {limit} bytes").format(limit=limit))
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise _unreadable(path, error.strerror or str(error)) from None
    if len(data) > limit:
        raise _unreadable(path, _("it is larger than {limit} bytes").format(limit=limit))
    return data


def _unreadable(path: Path, reason: str) -> BadFileError:
    return BadFileError(path, (Fault("", _("can't be read: {reason}").format(reason=reason)),))


Document = dict[str, Any]
Check = Callable[[Document], Iterator[Fault]]


def no_more(_document: Document) -> Iterator[Fault]:
    """Find nothing more: the check of a file whose shape says it all."""
    return iter(())


def parse(data: bytes, shape: type[T], path: Path | str, more: Check = no_more) -> T:
    """Turn the bytes of one TOML file into a value of `shape`, a msgspec struct.

    `more` finds what a shape can't say (an id used twice); it is given the document whatever its shape, so that one
    reading names every fault.

    Raises:
        BadFileError: with every fault that the bytes have, each with its place.
    """
    document = parse_document(data, path)
    version = document.get("format")
    if type(version) is int and version > _FORMAT:
        newer = _("it has format {version}, made by a newer reflect-tui than this one").format(version=version)
        raise BadFileError(path, (Fault("format", newer),))
    further = tuple(more(document))
    try:
        value = msgspec.convert(document, shape, strict=True)
    except msgspec.ValidationError as error:
        shapely = tuple(_faults(document, shape)) or (Fault("", str(error)),)
        raise BadFileError(path, shapely + further) from None
    if further:
        raise BadFileError(path, further)
    return value


def tables(document: object, key: str) -> list[Document]:
    """Give the tables under a key, whatever else stands there: for checks that meet any shape."""
    found = document.get(key) if isinstance(document, dict) else None
    return [part if isinstance(part, dict) else {} for part in found] if isinstance(found, list) else []


def table(document: Document, key: str) -> Document:
    """Give the table under a key, or an empty one."""
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def parse_document(data: bytes, path: Path | str) -> Document:
    """Turn the bytes of one TOML file into a plain dictionary.

    Raises:
        BadFileError: not UTF-8, not TOML, or nested beyond reason.
    """
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        fault = Fault(_("byte {n}").format(n=error.start + 1), _("not UTF-8 text"))
    except tomllib.TOMLDecodeError as error:
        fault = _toml_fault(str(error))
    except (RecursionError, ValueError):
        fault = Fault("", _("nested too deep, or a number too long, to be one of our files"))
    raise BadFileError(path, (fault,))


def _toml_fault(message: str) -> Fault:
    found = _TOML_PLACE.search(message)
    reason = display(_TOML_PLACE.sub("", message))
    problem = _("not valid TOML ({reason})").format(reason=reason)
    if found and found[1]:
        return Fault(_("line {line}, column {column}").format(line=found[1], column=found[2]), problem)
    return Fault(_("end of the file") if found else "", problem)


def key_path(parts: object) -> str:
    """Write where in a file something stands: `domain[2].item[3].text`, counted from 1 as people do."""
    path = ""
    for part in parts if isinstance(parts, tuple | list) else list(parts):  # type: ignore[call-overload] # a deque
        path += f"[{part + 1}]" if isinstance(part, int) else f".{display(str(part))}"
    return path.removeprefix(".")


def _faults(document: Document, shape: type) -> Iterator[Fault]:
    """List every place where a document departs from the shape, by the JSON Schema of that shape."""
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 -- only a faulty file pays for it

    checker = FormatChecker(formats=())
    checker.checks("date-time")(_is_moment)
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
    strict = _extended(Draft202012Validator, types)
    validator = strict(msgspec.json.schema(shape), format_checker=checker)
    try:
        problems = sorted(validator.iter_errors(_plain(document)), key=lambda problem: key_path(problem.absolute_path))
    except RecursionError:
        yield Fault("", _("nested too deep, or a number too long, to be one of our files"))
        return
    for problem in problems:
        for key, sentence in _sentences(problem):
            yield Fault(key_path([*problem.absolute_path, *([key] if key else [])]), sentence)


def _extended(base: Any, types: Any) -> Any:
    from jsonschema.validators import extend  # noqa: PLC0415 -- see above

    return extend(base, type_checker=types)  # type: ignore[no-untyped-call] # its stubs leave this one out


def _is_moment(value: object) -> bool:
    return isinstance(value, str) and value.startswith("\x00") and value.endswith("+")


def _plain(value: object) -> object:
    """Give a TOML value as JSON has it; a moment becomes a marked text, so that a mere text isn't taken for one."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return "\x00+" if value.tzinfo else "\x00-"
    return value


def _sentences(problem: Any) -> Iterator[tuple[str, str]]:
    """Say what is wrong as (key below the place, sentence)."""
    rule, wanted, found = problem.validator, problem.validator_value, problem.instance
    if rule == "required":
        yield from ((key, _("is missing")) for key in wanted if key not in found)
    elif rule == "additionalProperties":
        known = problem.schema.get("properties", {})
        yield from ((str(key), _("unknown key")) for key in found if key not in known)
    elif rule in _RULES:
        yield "", _RULES[rule](wanted)
    else:
        yield "", _("has a wrong value")


def _kind(wanted: object) -> str:
    names = {
        "string": _("must be a text between quotes"),
        "integer": _("must be a whole number"),
        "number": _("must be a number"),
        "boolean": _("must be true or false"),
        "array": _("must be a list"),
        "object": _("must be a table"),
    }
    return names.get(str(wanted), _("has a wrong value"))


def _any_of(choices: Any) -> str:
    if any("enum" in choice for choice in choices):
        return _('must be a whole number or "n/a"')
    return _kind(choices[-1].get("type"))


_RULES: dict[str, Callable[[Any], str]] = {
    "type": _kind,
    "anyOf": _any_of,
    "enum": lambda choices: _("must be one of: {choices}").format(choices=", ".join(map(str, choices))),
    "const": lambda choice: _("must be one of: {choices}").format(choices=choice),
    "pattern": lambda _pattern: _("must be written as docs/formats.md says: lower-case letters, digits and hyphens"),
    "minLength": lambda _length: _("must not be empty"),
    "minItems": lambda _length: _("must not be empty"),
    "minimum": lambda bound: _("must be at least {bound}").format(bound=bound),
    "maximum": lambda bound: _("must be at most {bound}").format(bound=bound),
    "format": lambda _format: _("must be a date and time with a time zone, as 2026-11-23T14:05:00+01:00"),
}


def one_sentence(error: ReflectError) -> str:
    """Give the sentence of an error fit to print."""
    return display(str(error))
