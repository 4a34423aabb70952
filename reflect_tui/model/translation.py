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


def parse(data: bytes, path: Path | str, instrument: Instrument) -> Translation:
    """Read the bytes of a translation of this instrument.

    Raises:
        BadFileError: with every fault: of shape, another instrument or version, a text missing or one too many.
    """
    return formats.parse(data, Translation, path, lambda document: _faults(instrument, document))


def apply(instrument: Instrument, translation: Translation) -> Instrument:
    """Return the instrument in the translation's language, with the digest of the original."""
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
        domains=tuple(_domain(domain, translation) for domain in instrument.domains),
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


def _faults(instrument: Instrument, document: formats.Document) -> Iterator[Fault]:
    if (document.get("instrument"), document.get("version")) != (instrument.id, instrument.version):
        yield Fault("instrument", _("is a translation of another instrument or version"))
    items = {item.id for item in instrument.items}
    titles = {domain.id for domain in instrument.domains}
    values = {str(point.value) for point in instrument.scale.points}
    wanted = {
        "points": values,
        "scales": set(instrument.scales),
        "domains": titles,
        "short": titles if "short" in document else set(),
        "stems": {owner for domain in instrument.domains for owner in _stem_owners(domain).values()},
        "items": items,
        "other": {item.id for item in instrument.items if item.other},
        "help": {item.id for item in instrument.items if item.help},
        "levels": {item.id for item in instrument.items if item.levels},
        "profiles": {profile.id for profile in instrument.profiles},
        "axes": {value.id for value in instrument.axes},
        "bands": {name for domain in instrument.domains for name, _band in _bands(domain)},
        "advice": {name for domain in instrument.domains for name, band in _bands(domain) if band.advice},
    }
    named = formats.table(document, "scales")
    words = [
        (f"scales.{name}", formats.table(named, name).keys(), values) for name in instrument.scales if name in named
    ]
    for name, present, keys in [
        *((name, formats.table(document, name).keys(), keys) for name, keys in wanted.items()),
        *words,
    ]:
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
