"""The questionnaire: scale, domains and items, read from one TOML file and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.instrument_faults import FOCUSES, HIGHEST, NAME, instrument_faults
from reflect_tui.toml import formats

IDENTIFIER = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$(?!\n)"
MAX_IDENTIFIER = 64
Identifier = Annotated[str, Meta(pattern=IDENTIFIER, max_length=MAX_IDENTIFIER)]
VERSION = r"^[0-9]+(\.[0-9]+){0,2}$(?!\n)"
Version = Annotated[str, Meta(pattern=VERSION, max_length=20)]
HelpText = Annotated[str, Meta(max_length=4000)]
Licence = Annotated[str, Meta(pattern=r"^([A-Za-z0-9.+() -]+)?$(?!\n)", max_length=100)]
OtherText = Annotated[str, Meta(max_length=2000)]
NonEmptyText = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S")]
OldValue = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]?)$(?!\n)")]
Better = Literal["higher", "lower"]
"""Whether a higher mean is better, or a lower one: of complaints, of strain."""


Answer = TypeVar("Answer")
Figure = TypeVar("Figure", int, float, Fraction)


class ScalePoint(Struct, frozen=True, forbid_unknown_fields=True):
    """One score of the scale and its word: 1 slecht."""

    value: Annotated[int, Meta(ge=0, le=HIGHEST)]
    label: NonEmptyText


@lru_cache(maxsize=64)
def exact(number: str) -> Fraction:
    """Return a number exactly as a file writes it; kept, because every mean is held against it."""
    return Fraction(number)


class Scale(Struct, frozen=True, forbid_unknown_fields=True):
    """The scores one may give; a mean is high when strictly above `high_above`: good, unless lower is `better`."""

    points: tuple[ScalePoint, ...]
    high_above: int | float
    min_coverage: int | float = 0.5
    better: Better = "higher"

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
        return exact(str(self.high_above))

    @property
    def coverage(self) -> Fraction:
        """`min_coverage` exactly as the file writes it."""
        return exact(str(self.min_coverage))

    @property
    def has_zero(self) -> bool:
        """Whether 0 is a score, so that it can't stand for n/a where one types."""
        return self.lowest == 0

    @property
    def is_digits(self) -> bool:
        """Whether each score is one digit, so that scores can be typed one after the other."""
        return self.highest < 10  # noqa: PLR2004 -- the first of two digits

    @property
    def skip_sign(self) -> str:
        """What one types for n/a: 0, or - where 0 is a score."""
        return "-" if self.has_zero else "0"

    def worth(self, figure: Figure) -> Figure:
        """Return a mean, a score or a difference so that more of it is better: itself, or with the other sign."""
        return figure if self.better == "higher" else -figure

    def label(self, value: int) -> str:
        """Return the word of a score."""
        return next(point.label for point in self.points if point.value == value)

    def allows(self, value: int) -> bool:
        """Whether a score is one of the scale."""
        return any(point.value == value for point in self.points)


class AnswerWords(Struct, frozen=True, forbid_unknown_fields=True):
    """Other words for the same values as the scale: never to always, where that has disagree to agree."""

    points: tuple[ScalePoint, ...]


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """One scored statement; `stem` is the half sentence above it, `under` the item it continues.

    Of a `reversed` one figures count lowest + highest - score: it says the opposite of what its domain measures. One
    without words about someone else (`other` is "") is not asked of others.

    `help` explains it; `levels` say what each point of the scale means for it, in their order. `scale` names the words
    of its answers, where they are not those of its domain; see Instrument.item_scale().
    """

    id: Identifier
    text: NonEmptyText
    focus: Identifier | None = None
    other: OtherText = ""
    stem: str = ""
    under: str = ""
    reversed: bool = False
    help: HelpText = ""
    levels: tuple[NonEmptyText, ...] = ()
    scale: str = ""


class Band(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """What a domain's figure says from a value on, up to the next band."""

    start: int | float
    label: NonEmptyText
    advice: HelpText = ""


class Domain(Struct, frozen=True, forbid_unknown_fields=True, rename={"items": "item", "bands": "band"}):
    """One heading and its items; `short` is its title for narrow columns.

    `better` and `high_above` say where it departs from the scale; see Instrument.scale_of(). `bands` are of the mean,
    or of the sum where that is its `score`. `scale` names the words of its answers, `group` is the heading above it.
    """

    id: Identifier
    title: NonEmptyText
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]
    short: str = ""
    optional: bool = False
    better: Better | None = None
    high_above: int | float | None = None
    score: Literal["mean", "sum"] = "mean"
    bands: tuple[Band, ...] = ()
    scale: str = ""
    group: OtherText = ""

    @property
    def is_sum(self) -> bool:
        """Whether its bands are of the sum of its items, which is told beside the mean."""
        return self.score == "sum"

    @property
    def label(self) -> str:
        """The shortest title there is."""
        return self.short or self.title


class AxisValue(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the values that statements name as their focus, instead of attitude, knowledge and skill."""

    id: Identifier
    title: NonEmptyText


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """The means that someone of a role or level aims at, by domain."""

    id: Identifier
    title: NonEmptyText
    targets: Annotated[dict[Identifier, int | float], Meta(min_length=1)]


class SourceDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose words the statements are; `licence` is an SPDX expression, `attribution` what it asks to be shown."""

    publisher: NonEmptyText
    document: NonEmptyText
    rights: NonEmptyText
    licence: Licence = ""
    attribution: OtherText = ""

    @property
    def terms(self) -> str:
        """The licence and the words that it asks for; "" where neither is told."""
        return ". ".join(text.rstrip(".") for text in (self.licence, self.attribution) if text)


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
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    rename={"domains": "domain", "changes": "change", "axes": "axis", "profiles": "profile"},
):
    """What stands in an instrument file."""

    format: Literal[1]
    id: Identifier
    version: Version
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}$(?!\n)")]
    title: NonEmptyText
    short: str = ""
    instructions: HelpText = ""
    source: SourceDocument
    scale: Scale
    scales: dict[Identifier, AnswerWords] = {}
    axes: tuple[AxisValue, ...] = ()
    profiles: tuple[Profile, ...] = ()
    domains: Annotated[tuple[Domain, ...], Meta(min_length=1)]
    changes: tuple[InstrumentChange, ...] = ()


class Instrument(InstrumentFile, frozen=True, kw_only=True, dict=True):
    """An instrument that passed every check; `digest` is "sha256:" and the hash of its file.

    One in translation has the `original`: versions are told apart by the words of their files. `former_domains` and
    `former_items` are the titles and sentences, by id, of what only other versions have, `former_scales` the scales of
    other versions, by version, in the words of their files. `chosen` is the id of the profile that the user aims at.
    """

    digest: str
    original: Instrument | None = None
    former_domains: dict[str, str] = {}
    former_items: dict[str, str] = {}
    former_scales: dict[str, Scale] = {}
    chosen: str = ""

    @property
    def label(self) -> str:
        """The shortest title there is."""
        return self.short or self.title

    @cached_property
    def as_written(self) -> Instrument:
        """The instrument in the words of its file."""
        return msgspec.structs.replace(self.original, former_scales=self.former_scales) if self.original else self

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

    @cached_property
    def group_heads(self) -> dict[str, str]:
        """The headings above groups of domains, by the id of the first domain of each."""
        heads: dict[str, str] = {}
        for domain in self.domains:
            heads.setdefault(domain.group, domain.id)
        return {first: title for title, first in heads.items() if title}

    @cached_property
    def focuses(self) -> tuple[str, ...]:
        """The focuses that its items have, in their own order; none where no item has one."""
        present = {item.focus for item in self.items}
        own = tuple(value.id for value in self.axes)
        return tuple(focus for focus in own or FOCUSES if focus in present)

    @cached_property
    def items_of_focus(self) -> dict[str, tuple[Item, ...]]:
        """The items of every focus, by its id."""
        return {focus: tuple(item for item in self.items if item.focus == focus) for focus in self.focuses}

    @cached_property
    def _scales(self) -> dict[str, Scale]:
        """The scale of every domain and focus, by id."""
        by_domain = {domain.id: _scale_of(self.scale, domain) for domain in self.domains}
        better = {item.focus: by_domain[self.domain_of[item.id].id].better for item in self.items if item.focus}
        by_focus = {focus: msgspec.structs.replace(self.scale, better=way) for focus, way in better.items()}
        return by_focus | by_domain

    @cached_property
    def profile(self) -> Profile | None:
        """The profile that the user aims at, where the instrument has it."""
        return next((profile for profile in self.profiles if profile.id == self.chosen), None)

    def target_of(self, group: str) -> Fraction | None:
        """Return the mean of a domain that the chosen profile aims at; None for a focus, and where it has none."""
        aim = self.profile.targets.get(group) if self.profile else None
        return None if aim is None else exact(str(aim))

    def scale_of(self, group: str) -> Scale:
        """Return the scale of a domain or focus: with the threshold of that domain, and what is better there."""
        return self._scales[group]

    def item_scale(self, item_id: str) -> Scale:
        """Return the scale of an item: that of its domain, with the words of its own answers."""
        return self._item_scales[item_id]

    @cached_property
    def _item_scales(self) -> dict[str, Scale]:
        """The scale of every item, by id."""
        return {
            item.id: self._worded(self._scales[domain.id], item.scale or domain.scale)
            for domain in self.domains
            for item in domain.items
        }

    def _worded(self, scale: Scale, name: str) -> Scale:
        """Return a scale with the words of this name, "" for its own."""
        return msgspec.structs.replace(scale, points=self.scales[name].points) if name else scale

    @cached_property
    def own_thresholds(self) -> dict[str, Fraction]:
        """The thresholds of the domains that have another one than the scale."""
        own = {domain.id: self._scales[domain.id].threshold for domain in self.domains}
        return {name: threshold for name, threshold in own.items() if threshold != self.scale.threshold}

    @property
    def has_one_threshold(self) -> bool:
        """Whether all domains are high above the same mean."""
        return not self.own_thresholds

    @cached_property
    def higher_is_better(self) -> bool:
        """Whether a higher mean is better in every domain."""
        return all(scale.better == "higher" for scale in self._scales.values())

    @cached_property
    def reversed_ids(self) -> frozenset[str]:
        """The ids of the reversed items."""
        return frozenset(item.id for item in self.items if item.reversed)

    def counted(self, scores: Mapping[str, Answer]) -> Mapping[str, Answer]:
        """Return answers as figures count them: those of reversed items turned round, all others as they are."""
        turned = {
            key: self.scale.lowest + self.scale.highest - score
            for key in self.reversed_ids
            if isinstance(score := scores.get(key), int)
        }
        return {**scores, **turned} if turned else scores  # type: ignore[dict-item] # a turned score is a score

    def figure(self, item_id: str, score: int) -> int:
        """Return a score of an item as figures count it."""
        return self.counted({item_id: score})[item_id]

    def newer_id(self, identifier: str) -> str:
        """Return the id that a domain or item of an earlier version has here, if it only got another one."""
        for change in sorted(self.changes, key=lambda change: version_key(change.since)):
            is_same = change.kind == "domain_renamed" or change.same_meaning
            if is_same and change.into and identifier == (change.domain or change.item):
                identifier = change.into[0]
        return identifier

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


def _scale_of(scale: Scale, domain: Domain) -> Scale:
    above = scale.high_above if domain.high_above is None else domain.high_above
    return msgspec.structs.replace(scale, high_above=above, better=domain.better or scale.better)


def about_person(content: Instrument, name: str) -> Instrument:
    """Return an instrument as others fill it in: every statement a whole sentence about `name`, where it has one."""
    domains = tuple(
        msgspec.structs.replace(domain, items=tuple(_about(item, name) for item in domain.items))
        for domain in content.domains
    )
    return msgspec.structs.replace(content, domains=domains)


def _about(item: Item, name: str) -> Item:
    if not item.other:
        return item
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
    content = formats.parse(data, InstrumentFile, path, instrument_faults)
    fields = {name: getattr(content, name) for name in content.__struct_fields__}
    return Instrument(**fields, digest=digest(data))


def digest(data: bytes) -> str:
    """Return the fingerprint of a file's bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
