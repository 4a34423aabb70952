"""On which line of a TOML file something stands, so that who wrote the file finds a fault.

No TOML library that reads it tells where its values stood: lines are found by the shape of tables and keys, in a file
that was read without a fault before, and a line that is missed only leaves its number out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate, pairwise
from pathlib import Path

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path

_HEADING = re.compile(rb"[ \t]*\[(\[?)([^\[\]]+)\]")
_KEY = re.compile(rb"[ \t]*([^\s=\[\]{}][^=\[\]{}]*?)[ \t]*=")
_STEP = re.compile(r"\.?[^.\[]+$|\[\d+\]$")


def lines(data: bytes) -> dict[str, int]:
    """Number the lines, from 1, on which the tables and keys of a TOML file begin, by their places.

    A place is what faults call it: `domain[2].item[1].text`. Of what stands in a list, only its tables are named.
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = place = ""
    depth = 0  # of brackets that are open
    blanked = formats.TEXT_OR_REMARK.sub(_blank, data).split(b"\n")
    for number, (row, signs) in enumerate(zip(data.split(b"\n"), blanked, strict=True), 1):
        rest = signs
        if depth == 0 and (heading := _HEADING.match(signs)):
            *owners, name = _names(row, signs, heading.start(2), heading.end(2))
            table = _joined("", owners, counts)
            if heading[1]:
                key = key_path([*([table] if table else []), name])
                counts[key] = counts.get(key, 0) + 1
            table = place = _joined(table, [name], counts)
            found.setdefault(place, number)
            continue
        if depth == 0 and (key_of := _KEY.match(signs)):
            place = _joined(table, _names(row, signs, key_of.start(1), key_of.end(1)), {})
            found.setdefault(place, number)
            rest, element = signs[key_of.end() :], 0
        for sign in re.findall(rb"[\[\]{}]", rest):
            if sign == b"{" and depth == 1:
                element += 1
                found[f"{place}[{element}]"] = number
            depth += 1 if sign in b"[{" else -1
    return found


def _blank(text: re.Match[bytes]) -> bytes:
    """Return a text or remark without its signs, as long as before."""
    return re.sub(rb"[^\n]", b" " if text[0].startswith(b"#") else b"_", text[0])


def _names(row: bytes, signs: bytes, start: int, end: int) -> list[str]:
    """Take the dotted name of a table or key apart; a dot between quotes parts nothing."""
    parts = signs[start:end].split(b".")
    ends = [*accumulate(parts, lambda before, part: before + 1 + len(part), initial=start - 1)]
    return [row[after + 1 : upto].decode(errors="replace").strip().strip("\"'") for after, upto in pairwise(ends)]


def _joined(table: str, names: list[str], counts: dict[str, int]) -> str:
    """Return the place below a table; of a list of tables it is the last one so far."""
    for name in names:
        table = key_path([*([table] if table else []), name])
        table += f"[{counts[table]}]" if table in counts else ""
    return table


def nearest(found: dict[str, int], place: str) -> int:
    """Return the line of a place, or of the closest thing around it; 0 where there is none."""
    while place and place not in found:
        place = _STEP.sub("", place)
    return found.get(place, 0)


@contextmanager
def located(data: bytes) -> Iterator[None]:
    """Name, with each fault that is found meanwhile in these bytes, its line and the id of what it is about.

    Raises:
        BadFileError: the one that was raised, with places such as `line 31, domain[2].item[1].text (thanks)`.
    """
    try:
        yield
    except BadFileError as error:
        try:
            document = formats.parse_document(data, "")
        except BadFileError:
            raise error from None  # what keeps it from being read has its line already
        found = lines(data) if Path(error.path).is_file() else {}  # not of a part of a shared file
        raise BadFileError(error.path, tuple(_located(fault, found, document) for fault in error.faults)) from None


def _located(fault: Fault, found: dict[str, int], document: formats.Document) -> Fault:
    line = nearest(found, fault.place)
    if not line:
        return fault
    name = id_at(document, fault.place)
    text = _("line {line}, {place} ({id})") if name else _("line {line}, {place}")
    return Fault(text.format(line=line, place=fault.place, id=name), fault.problem)


def id_at(document: formats.Document, place: str) -> str:
    """Return the id of the innermost thing that a place is in, or "" where nothing there has one."""
    part: object = document
    name = ""
    for key, number in re.findall(r"([^.\[\]]+)(?:\[(\d+)\])?", place):
        part = part.get(key) if isinstance(part, dict) else None
        if number:
            part = part[int(number) - 1] if isinstance(part, list) and int(number) <= len(part) else None
        own = part.get("id") if isinstance(part, dict) else None
        name = own if isinstance(own, str) else name
    return name
