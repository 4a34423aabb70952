"""An instrument in another language: texts by id, laid over the instrument they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
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
from reflect_tui.toml import formats
from reflect_tui.toml.faults import unknown_key


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


def own_texts(instrument: Instrument) -> formats.Document:
    """Return the texts of an instrument in its own words, as its translation has them; only those that are there."""
    domains, items = instrument.domains, instrument.items
    texts: formats.Document = {
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


def _faults(instrument: Instrument, document: formats.Document) -> Iterator[Fault]:
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
