"""An instrument being made: its document as far as it is written, and the acts that change it. Pure: no disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from msgspec import field

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.model import instrument
from reflect_tui.model.editing import (
    LEVEL,
    Identifiers,
    Undoable,
    number_typed,
    parts,
    row_list,
    row_of,
    slot,
    write_detail,
)
from reflect_tui.model.instrument import Instrument, InstrumentFile
from reflect_tui.model.instrument_changes import gone_and_new, told_changes, version_key
from reflect_tui.model.instrument_faults import focus_ids
from reflect_tui.text import clean
from reflect_tui.toml import formats, places
from reflect_tui.toml.formats import Document

HEAD = ("title", "source.publisher", "source.document", "source.rights", "instructions")
"""The lines above the scale, by their places."""
THRESHOLD = "scale.high_above"
_UNKNOWN = "…"  # stands in a preview where nothing is written yet
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)])\s+")
_OPTIONAL = ("instructions", "other")


class Making(Undoable, frozen=True, kw_only=True):
    """What is written so far, the document of the version it goes on from (none: it is new), and what can be undone.

    A place is what faults call it: "title", "scale.points[1]", "domain[1]", "domain[1].item[2]", from 1.
    """

    base: Document = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to save: what is new always differs."""
        return self.document != self.base

    def text(self, place: str) -> str:
        """Return what stands on a line."""
        holder, key = slot(self.document, place)
        if level := LEVEL.match(key):
            texts = holder.get("levels", [])
            return str(texts[int(level[1]) - 1]) if len(texts) >= int(level[1]) else ""
        return str(holder.get(key, ""))

    def details(self, row: str) -> list[str]:
        """Name the lines below a statement or domain that are there: its lead, help, levels, bands, and so on."""
        return [place for place in self.possible_details(row) if self.text(place)]

    def possible_details(self, row: str) -> list[str]:
        """Name the lines that may stand below a statement or domain, one band more than there are as well."""
        place = parts(row)
        if "item" in place:
            levels = [f"levels[{n}]" for n, _point in enumerate(self.document["scale"]["points"], 1)]
            return [f"{row_of(row)}.{name}" for name in ("stem", "focus", "help", *levels, "scale")]
        if "domain" not in place:
            return []
        bands = len(formats.tables(self.document["domain"][place["domain"]], "band"))
        names = [f"band[{n}].{key}" for n in range(1, bands + 1) for key in ("from", "label", "advice")]
        names = ["short", "high_above", *names, f"band[{bands + 1}].label", "group", "scale"]
        return [f"{row_of(row)}.{name}" for name in names]

    def editor_lines(self) -> list[str]:
        """Name the named scales and the profiles, by their places: they are shown, and changed in an editor."""
        scales = [f"scales.{name}" for name in formats.table(self.document, "scales")]
        return [*scales, *(f"profile[{n}]" for n, _one in enumerate(formats.tables(self.document, "profile"), 1))]

    def item_id(self, place: str) -> str:
        """Return the id of the statement at a place, of the first one of a domain, or ""."""
        row = parts(place)
        domain = row.get("domain")
        if domain is None:
            return ""
        items = self.document["domain"][domain].get("item", [])
        return str(items[row.get("item", 0)].get("id", "")) if items else ""

    def write(self, place: str, text: str) -> Making:
        """Write a line; what has no id of an earlier version is called by its words."""
        document = deepcopy(self.document)
        if place != row_of(place) and not place.endswith(".other"):
            write_detail(document, place, _tidy(text))
            return self.changed(document)
        holder, key = slot(document, place)
        holder[key] = number_typed(text) if place == THRESHOLD else _tidy(text)
        if key in _OPTIONAL and not holder[key]:
            del holder[key]
        elif key in ("text", "title") and "id" in holder and place != "title":
            self._call(document, holder, str(holder[key]))
        return self.changed(document)

    def _call(self, document: Document, holder: Document, words: str) -> None:
        """Give a new statement or domain an id made of its words; one that an earlier version had keeps its own."""
        if holder["id"] in _ids(self.base):
            return
        old, holder["id"] = holder["id"], ""
        focuses = focus_ids(document) if "title" in holder else set()
        holder["id"] = Identifiers().make("", words, _ids(document) | _ids(self.base) | focuses)
        for item in _items(document):
            if item.get("under") == old and old:
                item["under"] = holder["id"]
        for profile in formats.tables(document, "profile") if "title" in holder else ():
            targets = formats.table(profile, "targets")
            if old in targets:
                targets[holder["id"]] = targets.pop(old)

    def add_statements(self, place: str, texts: Sequence[str]) -> tuple[Making, str]:
        """Add statements below a line, each of a text; also gives the place of the last one."""
        document, row = deepcopy(self.document), parts(place)
        if not document["domain"] or not any(map(_tidy, texts)):
            return self, place
        number = row.get("domain", len(document["domain"]) - 1)
        items = document["domain"][number].setdefault("item", [])
        position = row["item"] + 1 if "item" in row else len(items)
        for text in filter(None, map(_tidy, texts)):
            items.insert(position, {"id": "", "text": text})
            self._call(document, items[position], text)
            position += 1
        return self.changed(document), f"domain[{number + 1}].item[{position}]"

    def add_domain(self, place: str, title: str) -> tuple[Making, str]:
        """Add a domain below the one of a line, at the end where the line is of none; also gives its place."""
        document = deepcopy(self.document)
        number = parts(place).get("domain", len(document["domain"]) - 1) + 1
        document["domain"].insert(number, {"id": "", "title": _tidy(title), "item": []})
        self._call(document, document["domain"][number], title)
        return self.changed(document), f"domain[{number + 1}]"

    def add_point(self, label: str) -> tuple[Making, str]:
        """Add a point above the highest of the scale; also gives its place."""
        document = deepcopy(self.document)
        points = document["scale"]["points"]
        points.append({"value": points[-1]["value"] + 1 if points else 1, "label": _tidy(label)})
        return self.changed(document), f"scale.points[{len(points)}]"

    def move(self, place: str, steps: int) -> tuple[Making, str]:
        """Move a statement (past the edge of its domain into the next), a domain or the label of a point, by one."""
        document, row = deepcopy(self.document), parts(place)
        if "item" in row:
            return self._move_item(document, row["domain"], row["item"], steps)
        rows, number = row_list(document, row)
        if not rows or not 0 <= number + steps < len(rows):
            return self, place
        rows[number], rows[number + steps] = rows[number + steps], rows[number]
        _renumber(document, self.document)
        return self.changed(document), f"{row_of(place).rpartition('[')[0]}[{number + steps + 1}]"

    def _move_item(self, document: Document, domain: int, item: int, steps: int) -> tuple[Making, str]:
        domains = document["domain"]
        target, position = domain, item + steps
        if not 0 <= position < len(domains[domain]["item"]):
            target = domain + steps
            if not 0 <= target < len(domains):
                return self, f"domain[{domain + 1}].item[{item + 1}]"
            position = 0 if steps > 0 else len(domains[target].setdefault("item", []))
        moved = domains[domain]["item"].pop(item)
        domains[target].setdefault("item", []).insert(position, moved)
        return self.changed(document), f"domain[{target + 1}].item[{position + 1}]"

    def remove(self, place: str) -> Making:
        """Remove a statement, a domain with all of its statements, or a point of the scale; undo brings it back."""
        if place != row_of(place):
            return self.write(place, "")
        document, row = deepcopy(self.document), parts(place)
        rows, number = row_list(document, row)
        if not rows:
            return self
        del rows[number]
        _renumber(document, self.document)
        return self.changed(document)

    def turn(self, place: str) -> Making:
        """Let figures count a statement the other way round, or as it is answered; of the scale, what is better."""
        document, row = deepcopy(self.document), parts(place)
        if "item" in row:
            item = document["domain"][row["domain"]]["item"][row["item"]]
            item["reversed"] = not item.pop("reversed", False)
            if not item["reversed"]:
                del item["reversed"]
        elif place == THRESHOLD:
            scale = document["scale"]
            scale["better"] = "higher" if scale.get("better") == "lower" else "lower"
        else:
            return self
        return self.changed(document)

    def read(self, data: bytes, path: str) -> Making:
        """Take over the file of it that was changed in an editor, as one act.

        Raises:
            BadFileError: it is no TOML, lacks what the outline is made of, or is another instrument.
        """
        document = {"domain": [], **formats.parse_document(data, path)}
        if self.base and document.get("id") != self.base["id"]:
            problem = _("must stay {id}: this is a new version of it").format(id=self.base["id"])
            raise BadFileError(path, (Fault("id", problem),))
        lists = [document["domain"], formats.table(document, "scale").get("points")]
        lists += [domain.get("item", []) for domain in formats.tables(document, "domain")]
        if (
            not isinstance(document.get("source"), dict)
            or not all(map(_is_tables, lists))
            or not all(type(point.get("value")) is int for point in document["scale"]["points"])
        ):
            raise BadFileError(path, (Fault("", _("lacks source, scale or domains as an instrument has them")),))
        for part in (*document["domain"], *_items(document)):
            if not isinstance(part.get("id"), str):
                part["id"] = ""
                self._call(document, part, str(part.get("text", part.get("title", ""))))
        return self.changed(document)

    def go_on_from(self, data: bytes) -> Making:
        """Go on with what is written as a version after the one that was saved meanwhile; its acts can't be undone."""
        base = formats.parse_document(data, "")
        same: Document = {key: base[key] for key in ("id", "version", "change") if key in base}
        return Making(document={**self.document, **same}, base=base)

    # -- what comes of it

    def whole(
        self,
        taken: Sequence[str] = (),
        judged: Mapping[str, bool] | None = None,
        became: Mapping[str, str] | None = None,
        values: Mapping[int, int] | None = None,
        parted: Mapping[str, Sequence[str]] | None = None,
    ) -> Document:
        """Return the document as it will be saved: a new one under an id that is not `taken`, else a higher version.

        `judged` says of statements with other words, by id, whether they mean the same; else they get another id. Of
        `became` and `parted` see told_changes(); `values` gives what earlier scores count as on another scale.
        """
        document = deepcopy(self.document)
        if self.base:
            document["version"] = self._version
            gone, _new = gone_and_new(self.base, document)
            reworded = {name: same for name, same in (judged or {}).items() if name not in gone}
            ended = {name for name, same in reworded.items() if not same}
            told = told_changes(self.base, document, became or {}, judged or {}, parted or {})
            told = [one for one in told if one.get("item") not in ended]
            told += [self._judge(document, name, same=same) for name, same in reworded.items()]
            if values:
                points = {str(old): new for old, new in values.items()}
                told.append({"kind": "rescaled", "since": document["version"], "values": points})
            if changes := [*self.document.get("change", []), *told]:
                document["change"] = changes
        else:
            document["id"] = Identifiers().make(str(document.get("id", "")), str(document.get("title", "")), taken)
        source = formats.table(document, "source")
        if not source.get("document"):
            source["document"] = document.get("title", "")
        return document

    @property
    def _version(self) -> str:
        """The version as written where it is higher than that of the base, or no version at all; else the next one."""
        before, written = str(self.base["version"]), str(self.document.get("version", ""))
        try:
            is_higher = version_key(written) > version_key(before)
        except ValueError:
            return written
        return written if is_higher else next_version(before)

    def _judge(self, document: Document, name: str, *, same: bool) -> Document:
        """Tell what became of a statement with other words; one with another meaning is called by them."""
        told = {"kind": "reworded", "since": document["version"], "item": name, "same_meaning": same}
        if same:
            return told
        item = next(item for item in _items(document) if item.get("id") == name)
        item["id"] = Identifiers().make("", str(item["text"]), _ids(document) | _ids(self.base))
        for other in _items(document):
            if other.get("under") == name:
                other["under"] = item["id"]
        return {**told, "into": [item["id"]]}

    def faults(self) -> dict[str, list[str]]:
        """Name every fault by the line that it belongs to, "" where it is on none."""
        found: dict[str, list[str]] = {}
        rows = [*self.rows()]
        lines = {*HEAD, THRESHOLD, *self.editor_lines(), *rows, *(place for row in rows for place in self.details(row))}
        try:
            instrument.parse(dumps(self.whole()), "")
        except BadFileError as error:
            for fault in error.faults:
                if fault.place == "source.document" and not self.text("title"):
                    continue  # it is what the title says, once there is one
                inside = [place for place in lines if f"{fault.place}.".startswith(f"{place}.")]
                place = max(inside, key=len, default="")
                rest = fault.place.removeprefix(place).strip(".")
                problem = _("has no statement yet") if rest == "item" else fault.problem
                problem = _("has no domain yet") if fault.place == "domain" else problem
                is_named = rest in ("", "item", "text", "title", "label", "domain")
                found.setdefault(place, []).append(problem if is_named else f"{rest}: {problem}")
        return found

    def marks(self, wanted: Iterable[str]) -> dict[str, str]:
        """Return, for lines by their places, where they stand in the file: its line there, and the id if it has one."""
        found = places.lines(dumps(self.document))
        marked = {}
        for place in wanted:
            name, number = places.id_at(self.document, place), places.nearest(found, place)
            text = _("{id}, line {n} of the file") if name else _("line {n} of the file")
            marked[place] = text.format(id=name, n=number) if number else ""
        return marked

    def rows(self) -> Iterator[str]:
        """Name the places of points, domains and statements."""
        yield from (
            f"scale.points[{n}]" for n, _point in enumerate(formats.tables(self.document["scale"], "points"), 1)
        )
        for number, domain in enumerate(formats.tables(self.document, "domain"), 1):
            yield f"domain[{number}]"
            yield from (f"domain[{number}].item[{n}]" for n, _item in enumerate(formats.tables(domain, "item"), 1))

    def preview(self) -> Instrument | None:
        """Return the instrument as far as there is anything to fill in; None while there is not."""
        document = self.whole()
        document["domain"] = [part for part in formats.tables(document, "domain") if part.get("item")]
        try:
            shown = formats.convert(_filled(document), InstrumentFile, "")
        except BadFileError:
            return None
        fields = {name: getattr(shown, name) for name in shown.__struct_fields__}
        return Instrument(**fields, digest="")


def begin(language: str) -> Making:
    """Return a new instrument with a scale of four points, to be changed."""
    labels = (_("never"), _("sometimes"), _("often"), _("always"))
    points = [{"value": value, "label": label} for value, label in enumerate(labels, 1)]
    rights = _("unknown; ask its publisher before you share it")
    return Making(document={
        "format": 1, "id": "", "version": "1.0.0", "language": language, "title": "",
        "source": {"publisher": "", "document": "", "rights": rights},
        "scale": {"high_above": 3, "points": points}, "domain": [],
    })  # fmt: skip


def change(data: bytes) -> Making:
    """Return an instrument to make a new version of, from the bytes of its file."""
    document = formats.parse_document(data, "")
    return Making(document=document, base=document)


def dumps(document: Document) -> bytes:
    """Write a document as the shipped files are written; what is still empty is left out, so that it can be added."""
    domains = [
        {key: value for key, value in domain.items() if (key, value) != ("item", [])}
        for domain in formats.tables(document, "domain")
    ]
    rest = {key: value for key, value in document.items() if key not in ("domain", "change")}
    told = {"change": document["change"]} if document.get("change") else {}
    return formats.dumps({**rest, **({"domain": domains} if domains else {}), **told})


def listed(text: str) -> list[str]:
    """Take a pasted list apart: a text a line, without the signs and numbers that a list begins its lines with."""
    return [words for row in text.splitlines() if (words := _BULLET.sub("", row).strip())]


def next_version(version: str) -> str:
    """Return the version after one: its last number is raised."""
    *before, last = version.split(".")
    return ".".join([*before, str(int(last) + 1)])


def _renumber(document: Document, before: Document) -> None:
    """Let the values of the points go up by ones again, from where they did."""
    first = before["scale"]["points"][0]["value"] if before["scale"]["points"] else 1
    for value, point in enumerate(document["scale"]["points"], first):
        point["value"] = value


def _items(document: Document) -> list[Document]:
    return [item for domain in formats.tables(document, "domain") for item in formats.tables(domain, "item")]


def _ids(document: Document) -> set[str]:
    """Every id that a document has or had."""
    changes = formats.tables(document, "change")
    told = {str(change.get("item")) for change in changes} | {
        str(name) for change in changes for key in ("items", "into") for name in _names(change.get(key))
    }
    return told | {str(part.get("id")) for part in (*formats.tables(document, "domain"), *_items(document))}


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, dict) for part in value)


def _names(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _tidy(text: str) -> str:
    return " ".join(clean(text, multiline=False).split())


def _filled(value: Any) -> Any:
    """Return a document with a sign wherever nothing is written yet."""
    if isinstance(value, dict):
        return {key: _filled(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part) for part in value]
    return _UNKNOWN if value == "" else value
