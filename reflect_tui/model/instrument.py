"""The questionnaire: scale, domains and items, read from one TOML file and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeGuard

import msgspec
from msgspec import Meta, Struct

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.model import instrument_changes
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path

IDENTIFIER = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$(?!\n)"
MAX_IDENTIFIER = 64
Identifier = Annotated[str, Meta(pattern=IDENTIFIER, max_length=MAX_IDENTIFIER)]
Version = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+){0,2}$(?!\n)", max_length=20)]
NonEmptyText = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S")]
OldValue = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]?)$(?!\n)")]
Focus = Literal["attitude", "knowledge", "skill"]
_MAX_UNDER = 8
NAME = "{name}"
"""What stands for the person in an `other` wording."""

FOCUSES: tuple[Focus, ...] = ("attitude", "knowledge", "skill")


class ScalePoint(Struct, frozen=True, forbid_unknown_fields=True):
    """One score of the scale and its word: 1 slecht."""

    value: Annotated[int, Meta(ge=0, le=9)]
    label: NonEmptyText


@lru_cache(maxsize=64)
def _exact(number: str) -> Fraction:
    """Return a number exactly as a file writes it; kept, because every mean is held against it."""
    return Fraction(number)


class Scale(Struct, frozen=True, forbid_unknown_fields=True):
    """The scores one may give; a mean is high when strictly above `high_above`."""

    points: tuple[ScalePoint, ...]
    high_above: int | float
    min_coverage: int | float = 0.5

    @property
    def lowest(self) -> int:
        """The lowest score."""
        return self.points[0].value

    @property
    def highest(self) -> int:
        """The highest score."""
        return self.points[-1].value

    @property
    def threshold(self) -> Fraction:
        """`high_above` exactly as the file writes it, so that 3.3 is 33/10."""
        return _exact(str(self.high_above))

    @property
    def coverage(self) -> Fraction:
        """`min_coverage` exactly as the file writes it."""
        return _exact(str(self.min_coverage))

    def label(self, value: int) -> str:
        """Return the word of a score."""
        return next(point.label for point in self.points if point.value == value)

    def allows(self, value: int) -> bool:
        """Whether a score is one of the scale."""
        return any(point.value == value for point in self.points)


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """One scored statement; `stem` is the half sentence above it, `under` the item it continues."""

    id: Identifier
    text: NonEmptyText
    focus: Focus
    other: NonEmptyText
    stem: str = ""
    under: str = ""


class Domain(Struct, frozen=True, forbid_unknown_fields=True, rename={"items": "item"}):
    """One heading and its items; `short` is its title for narrow columns."""

    id: Identifier
    title: NonEmptyText
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]
    short: str = ""
    optional: bool = False

    @property
    def label(self) -> str:
        """The shortest title there is."""
        return self.short or self.title


class SourceDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose words the statements are."""

    publisher: NonEmptyText
    document: NonEmptyText
    rights: NonEmptyText


class InstrumentChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What happened in version `since` to an item, to the `items` that were merged, to a domain or to the scale.

    `into` are the new ids, `same_meaning` whether the line of an item goes on. Of a scale, `values` gives the new value
    of every old one, as TOML keys.
    """

    kind: Literal["renamed", "reworded", "split", "merged", "moved", "retired", "added", "domain_renamed", "rescaled"]
    since: Version
    item: Identifier = ""
    items: tuple[Identifier, ...] = ()
    domain: Identifier = ""
    into: tuple[Identifier, ...] = ()
    same_meaning: bool | None = None
    values: dict[OldValue, int] = {}


class InstrumentFile(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"domains": "domain", "changes": "change"}
):
    """What stands in an instrument file."""

    format: Literal[1]
    id: Identifier
    version: Version
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}$(?!\n)")]
    title: NonEmptyText
    short: str = ""
    source: SourceDocument
    scale: Scale
    domains: Annotated[tuple[Domain, ...], Meta(min_length=1)]
    changes: tuple[InstrumentChange, ...] = ()


class Instrument(InstrumentFile, frozen=True, kw_only=True, dict=True):
    """An instrument that passed every check; `digest` is "sha256:" and the hash of its file.

    One in translation has the `original`: versions are told apart by the words of their files.
    """

    digest: str
    original: Instrument | None = None

    @property
    def label(self) -> str:
        """The shortest title there is."""
        return self.short or self.title

    @property
    def as_written(self) -> Instrument:
        """The instrument in the words of its file."""
        return self.original or self

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items in the order of the file."""
        return tuple(item for domain in self.domains for item in domain.items)

    @cached_property
    def positions(self) -> dict[str, int]:
        """The place of every item id in `items`, counted from 0."""
        return {item.id: position for position, item in enumerate(self.items)}

    @cached_property
    def domain_of(self) -> dict[str, Domain]:
        """The domain of every item id."""
        return {item.id: domain for domain in self.domains for item in domain.items}

    @cached_property
    def ids_of(self) -> dict[str, frozenset[str]]:
        """The item ids of every domain, by its id: to count without going through the items."""
        return {domain.id: frozenset(item.id for item in domain.items) for domain in self.domains}

    def item(self, item_id: str) -> Item:
        """Return the item with this id; KeyError when there is none."""
        return self.items[self.positions[item_id]]

    def lead(self, item: Item) -> str:
        """Return what comes before the item's own words to make it a whole sentence; "" when it is one.

        That is its stem (a lone subject loses its colon: "Ik" and "kan samenwerken") or the statement it continues.
        """
        if item.under:
            return f"{self.sentence(self.item(item.under)).rstrip('.')};"
        last = item.stem.rsplit(". ", 1)[-1]
        return item.stem if " " in last else item.stem.removesuffix(":")

    def sentence(self, item: Item) -> str:
        """Return the item as a whole sentence, after its stem or the statement it continues."""
        return f"{self.lead(item)} {item.text}".lstrip()


def about_person(content: Instrument, name: str) -> Instrument:
    """Return an instrument as others fill it in: every statement a whole sentence about `name`."""
    domains = tuple(
        msgspec.structs.replace(domain, items=tuple(_about(item, name) for item in domain.items))
        for domain in content.domains
    )
    return msgspec.structs.replace(content, domains=domains)


def _about(item: Item, name: str) -> Item:
    text = item.other.replace(NAME, name)
    return msgspec.structs.replace(item, text=text[:1].upper() + text[1:], stem="", under="")


def load(path: Path) -> Instrument:
    """Read and check one instrument file.

    Raises:
        NotFoundError: there is no such file.
        BadFileError: with every fault in it.
    """
    return parse(formats.read_bytes(path), path)


def parse(data: bytes, path: Path | str) -> Instrument:
    """Check the bytes of an instrument file; see load()."""
    content = formats.parse(data, InstrumentFile, path, _faults)
    fields = {name: getattr(content, name) for name in content.__struct_fields__}
    return Instrument(**fields, digest=digest(data))


def digest(data: bytes) -> str:
    """Return the fingerprint of a file's bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _faults(document: formats.Document) -> Iterator[Fault]:
    """List what a shape can't say: order of the scale, ids used twice, `under` that leads nowhere."""
    yield from _scale_faults(formats.table(document, "scale"))
    domains: dict[object, str] = {}
    items: dict[object, str] = {}
    for number, domain in enumerate(formats.tables(document, "domain")):
        place = key_path(["domain", number])
        yield from _duplicate_id_faults(domains, domain.get("id"), place)
        earlier: dict[object, int] = {}
        for position, item in enumerate(formats.tables(domain, "item")):
            item_place = key_path(["domain", number, "item", position])
            yield from _duplicate_id_faults(items, item.get("id"), item_place)
            yield from _item_faults(item, item_place, earlier)
            under = item.get("under")
            earlier[str(item.get("id"))] = earlier.get(under, 0) + 1 if isinstance(under, str) else 0
    yield from instrument_changes.change_faults(document)


def _scale_faults(scale: formats.Document) -> Iterator[Fault]:
    points = formats.tables(scale, "points")
    values = [point["value"] for point in points if type(point.get("value")) is int]
    if len(values) < len(points):
        return  # the shape says so
    if len(values) < 2:  # noqa: PLR2004 -- a scale of one point measures nothing
        yield Fault("scale.points", _("needs at least two points"))
        return
    if values != list(range(values[0], values[0] + len(values))) or values[0] < 1:
        yield Fault("scale.points", _("must go up from 1 or more by ones, at most to 9"))
    threshold, coverage = scale.get("high_above"), scale.get("min_coverage", 0)
    if _is_number(threshold) and not values[0] <= threshold < values[-1]:
        yield Fault("scale.high_above", _("must lie on the scale, below its highest point"))
    if _is_number(coverage) and not 0 <= coverage <= 1:
        yield Fault("scale.min_coverage", _("must lie between 0 and 1"))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _duplicate_id_faults(seen: dict[object, str], identifier: object, place: str) -> Iterator[Fault]:
    if not isinstance(identifier, str):
        return
    if identifier in seen:
        problem = _('the id "{id}" is used already, by {place}').format(id=identifier, place=seen[identifier])
        yield Fault(f"{place}.id", problem)
    seen.setdefault(identifier, place)


def _item_faults(item: formats.Document, place: str, earlier: dict[object, int]) -> Iterator[Fault]:
    under, other = item.get("under", ""), item.get("other")
    if under and item.get("stem"):
        yield Fault(place, _("has both a stem and a statement it continues; only one can lead its sentence"))
    if isinstance(under, str) and under and under not in earlier:
        problem = _('continues "{id}", which is no earlier statement of this domain').format(id=under)
        yield Fault(f"{place}.under", problem)
    elif isinstance(under, str) and earlier.get(under, 0) >= _MAX_UNDER:
        yield Fault(f"{place}.under", _("continues too long a row of statements"))
    if isinstance(other, str) and NAME not in other:
        yield Fault(f"{place}.other", _("must name the person as {name}").format(name=NAME))
