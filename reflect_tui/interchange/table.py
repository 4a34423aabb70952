"""An instrument as a spreadsheet: a heading of keys and values, and one row for each statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.interchange.document import Account, Document, Imported, completed, told_ids
from reflect_tui.model.editing import Identifiers, as_identifier
from reflect_tui.model.instrument import Domain, InstrumentFile, Item, Scale, ScalePoint, SourceDocument
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path

POINT = "point"
"""The key of a heading row that is one score of the scale: its value and its word; point.NAME of other words."""
_HEADINGS = {
    "statement": "text", "stelling": "text", "item": "text", "question": "text", "vraag": "text",
    "domein": "domain", "section": "domain", "onderdeel": "domain",
}  # fmt: skip
_YES, _NO = ("yes", "ja", "x", "waar"), ("no", "nee", "onwaar")
_Row = tuple[int, dict[str, str]]


def _fields(shape: type[Struct], without: Sequence[str] = ()) -> dict[str, Any]:
    """Return the keys of a table in our files, with the type of each."""
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(shape)}
    return {key: kind for key, kind in fields.items() if key not in without}


def _is_single(kind: Any) -> bool:
    """Whether a cell holds a value of this type as it is; any other stands there as in the instrument file."""
    return "tuple" not in str(kind)


def _head_fields() -> dict[str, Any]:
    own = _fields(InstrumentFile, ("format", "source", "scale", "scales", "domain"))
    below = {"source": _fields(SourceDocument), "scale": _fields(Scale, ("points",))}
    return own | {f"{name}.{key}": kind for name, fields in below.items() for key, kind in fields.items()}


def _columns() -> dict[str, Any]:
    """Return the columns of a statement: its domain's id, the domain's other keys as domain.title, its own."""
    of_domain = _fields(Domain, ("item",)).items()
    return {"domain" if key == "id" else f"domain.{key}": kind for key, kind in of_domain} | _fields(Item)


# Out.


def sheets(document: Document) -> dict[str, list[list[str]]]:
    """Return an instrument as two sheets: its statements, and what stands above them on paper."""
    columns = [name for name in _columns() if name in ("domain", "domain.title", "id", "text") or _used(document, name)]
    rows = [columns]
    for domain in document["domain"]:
        shared = {"domain" if key == "id" else f"domain.{key}": value for key, value in domain.items()}
        for number, item in enumerate(domain["item"]):
            cells = {**(shared if number == 0 else {"domain": domain["id"]}), **item}
            rows.append([_written(name, cells.get(name, "")) for name in columns])
    return {"statements": rows, "instrument": [["key", "value"], *_head_rows(document)]}


def single_sheet(document: Document) -> list[list[str]]:
    """Return an instrument as the rows of a CSV file: the heading, an empty row, the statements."""
    book = sheets(document)
    return [*book["instrument"][1:], [""], *book["statements"]]


def _used(document: Document, name: str) -> bool:
    key = name.removeprefix("domain.")
    parts = document["domain"] if key != name else [item for domain in document["domain"] for item in domain["item"]]
    return any(key in part for part in parts)


def _head_rows(document: Document) -> Iterator[list[str]]:
    for name in _head_fields():
        table, _dot, key = name.rpartition(".")
        value = document.get(table, {}).get(key) if table else document.get(key)
        if value is not None:
            yield [name, _written(name, value)]
    named = {f"{POINT}.{name}": words for name, words in document.get("scales", {}).items()}
    for name, words in {POINT: document["scale"], **named}.items():
        for point in words["points"]:
            yield [name, *(_written(key, point.get(key, "")) for key in _fields(ScalePoint))]


def _written(name: str, value: object) -> str:
    if isinstance(value, list) and all(isinstance(part, str) and "\n" not in part for part in value):
        return "\n".join(value)
    if isinstance(value, list):
        return formats.toml({name.rpartition(".")[2]: value}).strip()
    return str(value).lower() if isinstance(value, bool) else str(value)


# In.


def imported(book: dict[str, list[list[str]]], account: Account, path: Path) -> Imported:
    """Read the sheets of a file; keys and statements may stand on one sheet or on several.

    Raises:
        BadFileError: with what is missing or wrong, by its row.
    """
    head: Document = {}
    points: list[Document] = []
    statements: list[_Row] = []
    for name, rows in book.items():
        start = next((n for n, row in enumerate(rows) if "text" in _names(row)), len(rows))
        _read_head(rows[:start], head, points, account)
        if start < len(rows):
            if statements:
                account.omit([_("the sheet {name}").format(name=name)])
                continue
            statements = list(_statements(rows, start, account))
    if not statements:
        account.faults.append(Fault("", _('has no row of statements below a heading "text"')))
    if not points:
        account.faults.append(Fault("", _('has no scale; add a row for each score: "point", the score, its word')))
    places: dict[str, str] = {}
    document = {**head, "domain": _domains(statements, head, account, places)}
    document.setdefault("scale", {})["points"] = points
    return completed(document, account, path, places)


def _names(row: Sequence[str]) -> list[str]:
    return [_HEADINGS.get(name, name) for name in (cell.strip().lower() for cell in row)]


def _read_head(rows: Sequence[Sequence[str]], head: Document, points: list[Document], account: Account) -> None:
    known = _head_fields()
    for row in rows:
        key, *values = [cell.strip() for cell in row] or [""]
        filled = [value for value in values if value]
        if key.lower().partition(".")[0] == POINT:
            cells = zip(_fields(ScalePoint).items(), values, strict=False)
            words = key.lower().partition(".")[2]
            kept = head.setdefault("scales", {}).setdefault(words, {"points": []})["points"] if words else points
            kept.append({name: _typed(name, text, kind) for (name, kind), text in cells if text})
        elif key.lower() in known and filled:
            table, _dot, name = key.lower().rpartition(".")
            (head.setdefault(table, {}) if table else head)[name] = _typed(name, filled[0], known[key.lower()])
        elif filled and key.lower() != "key":
            account.omit([_("the row {key}").format(key=key or filled[0])])


def _statements(rows: Sequence[Sequence[str]], start: int, account: Account) -> Iterator[_Row]:
    names, known = _names(rows[start]), _columns()
    for number, row in enumerate(rows[start + 1 :], start=start + 2):
        cells = {name: cell for name, cell in zip(names, row, strict=True) if cell and name in known}
        others = [name for name, cell in zip(names, row, strict=True) if cell and name not in known]
        account.omit(_("the column {name}").format(name=name) for name in others)
        if cells.get("text"):
            yield number, cells
        elif cells:
            account.faults.append(Fault(_("row {n}").format(n=number), _("has no statement in the column text")))


def _domains(rows: Sequence[_Row], head: Document, account: Account, places: dict[str, str]) -> list[Document]:
    """Gather the statements below their domains; a row without one belongs to that of the row before."""
    columns, ids = _columns(), Identifiers()
    domains: dict[str, Document] = {}
    current = str(head.get("title", ""))
    taken = {cells["id"] for _number, cells in rows if "id" in cells}
    for number, cells in rows:
        current = cells.get("domain") or cells.get("domain.title") or current
        identifier = as_identifier(current)
        domain = domains.setdefault(identifier, {"id": identifier, "item": []})
        for name, text in cells.items():
            key = name.removeprefix("domain.")
            value = _typed(key, text, columns[name])
            if key != name and domain.setdefault(key, value) != value:
                problem = _('says "{new}" of its domain, and an earlier row "{old}"').format(new=text, old=domain[key])
                account.faults.append(Fault(_("row {n}, {column}").format(n=number, column=name), problem))
        if current != identifier:
            domain.setdefault("title", current)
        item = {key: _typed(key, cells[key], kind) for key, kind in _fields(Item).items() if key in cells}
        if "id" not in item:
            item = {"id": ids.make("", item["text"], taken), **item}
        places[key_path(["domain", list(domains).index(identifier), "item", len(domain["item"])])] = _(
            "row {n}"
        ).format(n=number)
        domain["item"].append(item)
    account.assumed.extend(told_ids(ids))
    for identifier, domain in domains.items():
        domain.setdefault("title", identifier)
    return [{**domain, "item": domain.pop("item")} for domain in domains.values()]


def _typed(key: str, text: str, kind: Any) -> Any:
    """Return what a cell says as the type that its key has; the text itself where it is no such value."""
    if not _is_single(kind):
        return _several(key, text)
    if kind is bool:
        text = "true" if text.lower() in _YES else "false" if text.lower() in _NO else text
    number = text.replace(",", ".") if text.replace(",", "", 1).lstrip("-").isdecimal() else text
    for wished in (text, number):
        try:
            return formats.from_text(wished, kind)
        except msgspec.ValidationError:
            continue
    return text


def _several(key: str, text: str) -> Any:
    """Return what a cell holds as in the instrument file, else each of its lines."""
    try:
        return formats.parse_document(text.encode(), key)[key]
    except (BadFileError, KeyError):
        return text.splitlines()
