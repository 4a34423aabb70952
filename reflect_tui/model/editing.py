"""A document being made: acts that can be undone, ids made of words, and where an instrument's lines stand in it."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Self

from msgspec import Struct, structs

from reflect_tui.model.instrument import MAX_IDENTIFIER
from reflect_tui.text import slug
from reflect_tui.toml import formats
from reflect_tui.toml.formats import Document

_ID_WORDS = 6


class Undoable(Struct, frozen=True, kw_only=True):
    """A document now, before each act that was `done`, and after each that was `undone`, from the first on."""

    document: Document
    done: tuple[Document, ...] = ()
    undone: tuple[Document, ...] = ()

    def undo(self) -> Self:
        """Take back the last act."""
        if not self.done:
            return self
        *done, before = self.done
        return structs.replace(self, document=before, done=tuple(done), undone=(self.document, *self.undone))

    def redo(self) -> Self:
        """Do again what was taken back."""
        if not self.undone:
            return self
        after, *undone = self.undone
        return structs.replace(self, document=after, done=(*self.done, self.document), undone=tuple(undone))

    def changed(self, document: Document) -> Self:
        """Return it after an act; what is as it was is no act."""
        if document == self.document:
            return self
        return structs.replace(self, document=document, done=(*self.done, self.document), undone=())


class Identifiers:
    """Makes ids that no other has, each as near as can be to what the file calls it."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self.changed = 0

    def make(self, wished: str, text: str, taken: Container[str] = ()) -> str:
        """Return the wished id where it is one, else one made from it, or from the first words of a text."""
        own = as_identifier(wished or " ".join(text.split()[:_ID_WORDS]))
        name, number = own, 1
        while name in self._used or name in taken:
            number += 1
            name = f"{own[: MAX_IDENTIFIER - 1 - len(str(number))].strip('-')}-{number}"
        self._used.add(name)
        self.changed += name != wished
        return name


def as_identifier(text: str) -> str:
    """Return an id that is as near as can be to a text: small letters, digits and dashes, a letter first."""
    own = slug(text)
    return (own if own[:1].isalpha() else f"s-{own}")[:MAX_IDENTIFIER].strip("-")


# Where the lines of an instrument being made stand in its document, and how each is written there.

_BAND = re.compile(r"^band\[(\d+)\]\.(from|label|advice)$")
LEVEL = re.compile(r"^levels\[(\d+)\]$")
_ROW = re.compile(r"^(?:scale\.points\[(?P<point>\d+)\]|domain\[(?P<domain>\d+)\](?:\.item\[(?P<item>\d+)\])?)")


def row_of(place: str) -> str:
    """Return the place of the statement, domain or point that a line belongs to; other lines are their own."""
    match = _ROW.match(place)
    return match[0] if match else place


def parts(place: str) -> dict[str, int]:
    """Take a place apart: the numbers of point, domain and item, from 0."""
    match = _ROW.match(place)
    return {name: int(number) - 1 for name, number in match.groupdict().items() if number} if match else {}


def row_list(document: Document, row: Mapping[str, int]) -> tuple[list[Document], int]:
    """Return the list that a row stands in, and its number there."""
    if "item" in row:
        return document["domain"][row["domain"]]["item"], row["item"]
    if "domain" in row:
        return document["domain"], row["domain"]
    return (document["scale"]["points"], row["point"]) if "point" in row else ([], 0)


def slot(document: Document, place: str) -> tuple[Document, str]:
    """Return the table that a line stands in, and its key there."""
    row = parts(place)
    rows, number = row_list(document, row)
    if not rows:
        table, _dot, key = place.rpartition(".")
        return (document.setdefault(table, {}) if table else document), key
    holder, detail = rows[number], place.removeprefix(row_of(place)).strip(".")
    if band := _BAND.match(detail):
        bands = formats.tables(holder, "band")
        at = int(band[1]) - 1
        return (bands[at] if at < len(bands) else {}), band[2]
    return holder, detail or ("text" if "item" in row else "title" if "domain" in row else "label")


def write_detail(document: Document, place: str, text: str) -> None:
    """Write a detail of a statement or domain, or remove it where nothing is left of it."""
    rows, number = row_list(document, parts(place))
    holder, detail = rows[number], place.removeprefix(row_of(place)).strip(".")
    if level := LEVEL.match(detail):
        points = len(document["scale"]["points"])
        texts = [str(part) for part in holder.get("levels", [])]
        texts += [""] * (points - len(texts))
        texts[int(level[1]) - 1] = text
        holder["levels"] = texts
        if not any(texts):
            del holder["levels"]
    elif band := _BAND.match(detail):
        _write_band(document, holder, int(band[1]) - 1, band[2], text)
    elif text:
        holder[detail] = number_typed(text) if detail == "high_above" else text
    else:
        holder.pop(detail, None)


def _write_band(document: Document, domain: Document, at: int, key: str, text: str) -> None:
    """Write a part of a band; a new one begins above the one before, and one without a name is removed."""
    bands = domain.setdefault("band", [])
    if at >= len(bands) and text:
        items = len(domain.get("item", [])) if domain.get("score") == "sum" else 1
        lowest = document["scale"]["points"][0]["value"] * items if document["scale"]["points"] else 1
        before = bands[-1].get("from") if bands else lowest - 1
        bands.append({"from": before + 1 if isinstance(before, int | float) else lowest, "label": ""})
    if at < len(bands):
        bands[at][key] = number_typed(text) if key == "from" else text
        if not text and key == "advice":
            del bands[at][key]
        elif not text and key == "label":
            del bands[at]
    if not bands:
        del domain["band"]


def number_typed(text: str) -> int | float | str:
    """Read a number as people type it; a text that is none stays, and is a fault."""
    words = text.strip().replace(",", ".")
    if re.fullmatch(r"\d{1,3}", words):
        return int(words)
    return float(words) if re.fullmatch(r"\d{1,3}\.\d{1,6}", words) else text
