"""An instrument in another language: texts by id, laid over the instrument they belong to; and one being made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.model.editing import Undoable
from reflect_tui.model.instrument import (
    AnswerWords,
    Band,
    Domain,
    Identifier,
    Instrument,
    NonEmptyText,
    ScalePoint,
    Version,
)
from reflect_tui.model.instrument_faults import NAME
from reflect_tui.text import clean
from reflect_tui.toml import formats
from reflect_tui.toml.faults import unknown_key
from reflect_tui.toml.formats import Document


class Translation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in `<id>.<language>.toml`; a stem goes by the id of the first item under it."""

    format: Literal[1]
    instrument: Identifier
    version: Version
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}$(?!\n)")]
    title: NonEmptyText
    short_title: str = ""
    points: dict[str, NonEmptyText]
    domains: dict[str, NonEmptyText]
    items: dict[str, NonEmptyText]
    other: dict[str, NonEmptyText] = {}
    short: dict[str, NonEmptyText] = {}
    stems: dict[str, NonEmptyText] = {}
    instructions: str = ""
    help: dict[str, NonEmptyText] = {}
    levels: dict[str, tuple[NonEmptyText, ...]] = {}
    axes: dict[str, NonEmptyText] = {}
    bands: dict[str, NonEmptyText] = {}
    advice: dict[str, NonEmptyText] = {}
    scales: dict[str, dict[str, NonEmptyText]] = {}
    profiles: dict[str, NonEmptyText] = {}
    groups: dict[str, NonEmptyText] = {}


def parse(data: bytes, path: Path | str, instrument: Instrument) -> Translation:
    """Read the bytes of a translation of this instrument.

    Raises:
        BadFileError: with every fault: of shape, another instrument or version, a text missing or one too many.
    """
    return formats.parse(data, Translation, path, lambda document: _faults(instrument, document))


def apply(instrument: Instrument, translation: Translation) -> Instrument:
    """Return the instrument in the translation's language, with the digest of the original."""
    first = {title: domain_id for domain_id, title in instrument.group_heads.items()}
    return structs.replace(
        instrument,
        language=translation.language,
        title=translation.title,
        short=translation.short_title,
        instructions=translation.instructions,
        axes=tuple(structs.replace(value, title=translation.axes[value.id]) for value in instrument.axes),
        profiles=tuple(structs.replace(one, title=translation.profiles[one.id]) for one in instrument.profiles),
        scale=structs.replace(instrument.scale, points=_points(instrument.scale.points, translation.points)),
        scales={
            name: AnswerWords(_points(words.points, translation.scales[name]))
            for name, words in instrument.scales.items()
        },
        domains=tuple(
            structs.replace(
                _domain(domain, translation), group=translation.groups[first[domain.group]] if domain.group else ""
            )
            for domain in instrument.domains
        ),
        original=instrument.as_written,
    )


def _points(points: tuple[ScalePoint, ...], labels: dict[str, NonEmptyText]) -> tuple[ScalePoint, ...]:
    return tuple(structs.replace(point, label=labels[str(point.value)]) for point in points)


def _domain(domain: Domain, translation: Translation) -> Domain:
    stems = _stem_owners(domain)
    items = tuple(
        structs.replace(
            item,
            text=translation.items[item.id],
            other=translation.other.get(item.id, ""),
            stem=translation.stems[stems[item.id]] if item.stem else "",
            help=translation.help.get(item.id, ""),
            levels=translation.levels.get(item.id, ()),
        )
        for item in domain.items
    )
    return structs.replace(
        domain,
        title=translation.domains[domain.id],
        short=translation.short.get(domain.id, ""),
        bands=tuple(
            structs.replace(band, label=translation.bands[name], advice=translation.advice.get(name, ""))
            for name, band in _bands(domain)
        ),
        items=items,
    )


def _bands(domain: Domain) -> list[tuple[str, Band]]:
    """Name the bands of a domain, as their texts are found: by its id and their place from 1."""
    return [(f"{domain.id}-{number}", band) for number, band in enumerate(domain.bands, start=1)]


def _stem_owners(domain: Domain) -> dict[str, str]:
    """Give, for every item with a stem, the id of the first item of its domain with that stem."""
    first: dict[str, str] = {}
    return {item.id: first.setdefault(item.stem, item.id) for item in domain.items if item.stem}


_TABLES = (
    "points", "scales", "profiles", "axes", "groups", "domains", "short", "bands", "advice", "stems", "items", "other",
    "help", "levels",
)  # fmt: skip


def own_texts(instrument: Instrument) -> Document:
    """Return the texts of an instrument in its own words, as its translation has them; only those that are there."""
    domains, items = instrument.domains, instrument.items
    texts: Document = {
        "title": instrument.title,
        "short_title": instrument.short,
        "instructions": instrument.instructions,
        "points": {str(point.value): point.label for point in instrument.scale.points},
        "scales": {
            name: {str(point.value): point.label for point in words.points} for name, words in instrument.scales.items()
        },
        "profiles": {profile.id: profile.title for profile in instrument.profiles},
        "axes": {value.id: value.title for value in instrument.axes},
        "groups": instrument.group_heads,
        "domains": {domain.id: domain.title for domain in domains},
        "short": {domain.id: domain.label for domain in domains} if any(domain.short for domain in domains) else {},
        "bands": {name: band.label for domain in domains for name, band in _bands(domain)},
        "advice": {name: band.advice for domain in domains for name, band in _bands(domain) if band.advice},
        "stems": {owner: instrument.item(owner).stem for one in domains for owner in _stem_owners(one).values()},
        "items": {item.id: item.text for item in items},
        "other": {item.id: item.other for item in items if item.other},
        "help": {item.id: item.help for item in items if item.help},
        "levels": {item.id: list(item.levels) for item in items if item.levels},
    }
    return {key: value for key, value in texts.items() if value}


def _faults(instrument: Instrument, document: Document) -> Iterator[Fault]:
    if (document.get("instrument"), document.get("version")) != (instrument.id, instrument.version):
        yield Fault("instrument", _("is a translation of another instrument or version"))
    own = own_texts(instrument)
    wanted = {name: formats.table(own, name) for name in _TABLES}
    wanted["short"] = {domain.id: "" for domain in instrument.domains} if "short" in document else {}
    tables = [(name, formats.table(document, name), table) for name, table in wanted.items()]
    named = formats.table(document, "scales")
    tables += [
        (f"scales.{name}", formats.table(named, name), wanted["scales"][name])
        for name in wanted["scales"]
        if name in named
    ]
    for name, texts, table in tables:
        keys, present = table.keys(), texts.keys()
        yield from (Fault(f"{name}.{key}", _("is missing")) for key in sorted(keys - present))
        yield from (Fault(f"{name}.{key}", unknown_key(key, sorted(keys - present))) for key in sorted(present - keys))
    if bool(instrument.instructions) != bool(document.get("instructions")):
        yield Fault("instructions", _("is missing") if instrument.instructions else _("unknown key"))
    for item_id, levels in formats.table(document, "levels").items():
        points = len(instrument.scale.points)
        if isinstance(levels, list) and len(levels) != points:
            yield Fault(f"levels.{item_id}", _("needs a text for each of the {n} points of the scale").format(n=points))
    for item_id, words in formats.table(document, "other").items():
        if NAME not in str(words):
            yield Fault(f"other.{item_id}", _("must name the person as {name}").format(name=NAME))


# A translation being made: its document as far as it is written, and what is missing.

_HEAD = ("format", "instrument", "version", "language")
_OPTIONAL = ("short_title", "short.")  # the original will do in narrow columns
_LEVEL = re.compile(r"\[(\d+)\]$")


class Translating(Undoable, frozen=True, kw_only=True):
    """An instrument in the words of its file, its translation as far as it is written, and what can be undone.

    A place is what faults call it: "title", "points.1", "items.thanks", and "levels.thanks[1]" for a text of a list.
    """

    content: Instrument

    @property
    def language(self) -> str:
        """The language that it is translated into."""
        return str(self.document["language"])

    @property
    def originals(self) -> dict[str, str]:
        """Return every text there is to translate, by its place, in the order in which they are read."""
        found = dict(_texts(own_texts(self.content)))
        return {place: found[place] for place in dict.fromkeys([*_reading_order(self.content, found), *found])}

    def text(self, place: str) -> str:
        """Return the translation of a text, "" where there is none yet."""
        return dict(_texts(self.document)).get(place, "")

    def write(self, place: str, text: str) -> Translating:
        """Write the translation of a text; an empty one is missing again."""
        document = deepcopy(self.document)
        _put(document, place, " ".join(clean(text, multiline=False).split()))
        return self._changed(document)

    @property
    def wanted(self) -> list[str]:
        """The places that a translation must have a text for: all but shorter titles."""
        return [place for place in self.originals if not place.startswith(_OPTIONAL)]

    def missing(self) -> list[str]:
        """Name the places that still want a text."""
        known = dict(_texts(self.document))
        return [place for place in self.wanted if not known.get(place)]

    def faults(self) -> dict[str, list[str]]:
        """Name every fault by its place, but for texts that are missing."""
        found: dict[str, list[str]] = {}
        unfinished = {
            part
            for place in self.missing()
            for part in accumulate(_LEVEL.sub("", place).split("."), lambda table, key: f"{table}.{key}")
        }
        try:
            parse(dumps(self.document), "", self.content)
        except BadFileError as error:
            for fault in error.faults:
                if _LEVEL.sub("", fault.place) not in unfinished:
                    found.setdefault(fault.place, []).append(fault.problem)
        return found

    def read(self, data: bytes, path: str) -> Translating:
        """Take over the file of it that was changed in an editor, as one act.

        Raises:
            BadFileError: it is no TOML, or the translation of something else.
        """
        document = formats.parse_document(data, path)
        for key in ("instrument", "version", "language"):
            if document.get(key) != self.document[key]:
                raise BadFileError(path, (Fault(key, _("must stay {value}").format(value=self.document[key])),))
        return self._changed(document)

    def _changed(self, document: Document) -> Translating:
        return self.changed(_tidied(document, own_texts(self.content)))


def begin(content: Instrument, language: str) -> Translating:
    """Return a translation in which nothing is written yet."""
    head = {"format": 1, "instrument": content.id, "version": content.version, "language": language}
    return Translating(content=content.as_written, document=head)


def carry_over(now: Translating, older: Instrument, document: Document) -> Translating:
    """Take over the translation of an earlier version wherever the original has the same words under the same id."""
    before, words = Translating(content=older.as_written, document=document).originals, dict(_texts(document))
    carried = deepcopy(now.document)
    for place, text in now.originals.items():
        if before.get(place) == text and place in words:
            _put(carried, place, words[place])
    return structs.replace(now, document=_tidied(carried, own_texts(now.content)))


def dumps(document: Document) -> bytes:
    """Write a translation as the shipped ones are written."""
    return formats.dumps(document)


def template(now: Translating) -> bytes:
    """Write a translation to be filled in with an editor: above every text the original, as a remark."""
    head = {key: value for key, value in now.document.items() if key in _HEAD}
    return (formats.toml(head) + "\n".join(_blanks(own_texts(now.content), now.document, ""))).encode()


def _blanks(own: Document, written: Document, heading: str) -> Iterator[str]:
    """Go through the rows of a table: each text after its original, then the tables in it."""
    yield from [f"\n[{heading}]"] if heading else []
    below = {key: value for key, value in own.items() if isinstance(value, dict)}
    for key, text in own.items():
        if key not in below:
            texts = text if isinstance(text, list) else [text]
            yield from (f"# {row}" for part in texts for row in part.splitlines())
            yield formats.toml(
                {key: written.get(key) or ([""] * len(texts) if isinstance(text, list) else "")}
            ).rstrip()
    for key, table in below.items():
        yield from _blanks(table, formats.table(written, key), f"{heading}.{key}".strip("."))
    yield from [] if heading else [""]


def _texts(document: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Go through the texts of a translation, by their places; what else an editor left as if it were one."""
    if isinstance(document, dict):
        for key, part in document.items():
            if place or key not in _HEAD:
                yield from _texts(part, f"{place}.{key}" if place else str(key))
    elif isinstance(document, list):
        for number, part in enumerate(document, 1):
            yield from _texts(part, f"{place}[{number}]")
    else:
        yield place, str(document)


def _put(document: Document, place: str, text: str) -> None:
    """Put a text at a place; a list is filled up before it."""
    *tables, key = _LEVEL.sub("", place).split(".")
    holder = document
    for name in tables:
        holder[name] = holder = formats.table(holder, name)
    number = _LEVEL.search(place)
    if not number:
        holder[key] = text
        return
    before = holder.get(key)
    texts = before if isinstance(before, list) else []
    position = int(number[1])
    holder[key] = [*texts[: position - 1], *[""] * (position - 1 - len(texts)), text, *texts[position:]]


def _tidied(document: Document, own: Document) -> Document:
    """Return a translation in the order of the original, without what is empty."""
    kept = {
        key: _tidied(value, formats.table(own, key)) if isinstance(value := document[key], dict) else value
        for key in dict.fromkeys([*_HEAD, *own, *document])
        if key in document
    }
    return {key: value for key, value in kept.items() if not isinstance(value, str | dict | list) or any(value)}


def _reading_order(content: Instrument, found: dict[str, str]) -> Iterator[str]:
    """Name places as a reader meets them: what is above all, then each domain with its statements."""
    domains, items = ("domains", "short", "bands", "advice"), ("stems", "items", "other", "help", "levels")
    yield from (place for place in found if place.partition(".")[0] not in (*domains, *items))
    owned: dict[tuple[bool, str], list[str]] = {}
    for place in found:
        table, _dot, name = place.partition(".")
        name = name.rpartition("-")[0] if table in ("bands", "advice") else _LEVEL.sub("", name)
        owned.setdefault((table in domains, name), []).append(place)
    for domain in content.domains:
        for key in ((True, domain.id), *((False, item.id) for item in domain.items)):
            tables = domains if key[0] else items
            yield from sorted(owned.get(key, ()), key=lambda place: tables.index(place.partition(".")[0]))
