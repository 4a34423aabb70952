"""Cells of an Excel workbook whose formula has no result; what reads workbooks leaves them empty; pure."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping

_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_CELL = re.compile(r"<(?:\w+:)?c(\s[^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(r"<(?:\w+:)?v>([^<]+)</")
_FORMULA = re.compile(r"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)</)")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def formula_errors(data: bytes) -> Mapping[str, Mapping[tuple[int, int], str]]:
    """Find them by the name of their sheet, then by row and column from 0: the error, or a formula never worked out."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = set(packed.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}  # no .xlsx: the errors of an .ods are texts
        files = {
            entry["Id"]: entry["Target"]
            for entry in _entries(_RELATION, _text(packed, "xl/_rels/workbook.xml.rels"))
            if {"Id", "Target"} <= entry.keys()
        }
        found = {}
        for sheet in _entries(_SHEET, _text(packed, "xl/workbook.xml")):
            relation = next((value for key, value in sheet.items() if key.endswith(":id")), "")
            target = files.get(relation, "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if path in names:
                found[html.unescape(sheet.get("name", ""))] = dict(_errors(_text(packed, path)))
        return found


def _text(packed: zipfile.ZipFile, name: str) -> str:
    return packed.read(name).decode("utf-8", "replace")


def _entries(pattern: re.Pattern[str], text: str) -> Iterator[dict[str, str]]:
    return (dict(_ATTRIBUTE.findall(match[0])) for match in pattern.finditer(text))


def _errors(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    for match in _CELL.finditer(text):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        kind, value, formula = attributes.get("t", "n"), _VALUE.search(match[2]), _FORMULA.search(match[2])
        place = _PLACE.fullmatch(attributes.get("r", ""))
        if place and kind == "e":
            yield _numbered(place), value[1] if value else "#"
        elif place and formula and not value and kind != "str":
            yield _numbered(place), f"={html.unescape(formula[1] or '')}"


def _numbered(place: re.Match[str]) -> tuple[int, int]:
    column = 0
    for letter in place[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(place[2]) - 1, column - 1
