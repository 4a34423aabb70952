"""What versions of one instrument share: which items go on, on which scale, and what became of the others.

One place for all pages: diff, trend, comparison and the page about an instrument's versions follow items through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.model.instrument import Instrument, InstrumentChange, Scale
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.session import Score, Session
from reflect_tui.text import folded

ScaleBreak = Literal["values", "labels"]
"""Why scores on two versions can't be compared: other values, or the same ones under words that changed places."""


class CommonItems(Struct, frozen=True):
    """What two versions share: `newer_id` gives the newer id of every older item that means the same.

    `newer_value` gives the value on the newer scale of every older one.
    """

    older: Instrument
    newer: Instrument
    newer_id: dict[str, str]
    newer_value: Mapping[int, int]

    @property
    def is_rescaled(self) -> bool:
        """Whether older scores are converted."""
        return any(old != new for old, new in self.newer_value.items())

    @property
    def shared_instrument(self) -> Instrument:
        """The newer instrument with the shared items alone."""
        common = set(self.newer_id.values())
        cut = [
            structs.replace(domain, items=tuple(item for item in domain.items if item.id in common))
            for domain in self.newer.domains
        ]
        return structs.replace(self.newer, domains=tuple(domain for domain in cut if domain.items))

    @property
    def shared_as_before(self) -> Instrument:
        """The shared instrument with all that the older version judges by: its scale, and what it says of domains."""
        shared, domains = self.shared_instrument, {domain.id: domain for domain in self.older.domains}
        before = {new: domains[old] for old, new in newer_domains(self.older, self.newer).items()}
        judged = (structs.replace(before.get(one.id, one), id=one.id, items=one.items) for one in shared.domains)
        return structs.replace(shared, scale=self.older.scale, domains=tuple(judged))

    def with_newer_ids(self, session: Session, *, converted: bool = True) -> Session:
        """Return a session with its answers and notes under the newer ids; those of items not shared are left out.

        Scores are `converted` to the newer scale, unless they are to be judged on the older one.
        """
        is_older = session.digest == self.older.digest
        kept = self.newer_id if is_older else {new: new for new in self.newer_id.values()}
        values = self.newer_value if is_older and converted else {}
        return structs.replace(
            session,
            scores={kept[name]: convert(score, values) for name, score in session.scores.items() if name in kept},
            notes={kept[name]: note for name, note in session.notes.items() if name in kept},
        )


def convert(score: Score, values: Mapping[int, int]) -> Score:
    """Return a score on another scale; n/a stays what it is."""
    return values.get(score, score) if isinstance(score, int) else score


def common_items(a: Instrument, b: Instrument) -> CommonItems | None:
    """Find what two instruments share; None when they are not versions of one, or their scales can't be compared."""
    if a.id != b.id:
        return None
    older, newer = in_order(a, b)
    values = newer_values(older, newer)
    return None if values is None else CommonItems(older, newer, newer_ids(older, newer), values)


class Bridge(Struct, frozen=True):
    """From one version to another, older or newer: the ids there of the items and domains that go on, and the values.

    `values` gives the value there of every value of the scale here.
    """

    items: dict[str, str]
    domains: dict[str, str]
    values: Mapping[int, int]

    @property
    def is_rescaled(self) -> bool:
        """Whether scores are converted on the way."""
        return any(here != there for here, there in self.values.items())

    def scores(self, scores: Mapping[str, Score]) -> dict[str, Score]:
        """Return scores as the other version has them; those of items that do not go on are left out."""
        return {self.items[name]: convert(score, self.values) for name, score in scores.items() if name in self.items}


def bridge(source: Instrument, target: Instrument) -> Bridge | None:
    """Find what goes on from one version in another; None where scores on it can't be compared with those there."""
    if source.digest == target.digest:
        return Bridge({item.id: item.id for item in source.items}, {one.id: one.id for one in source.domains}, {})
    common = common_items(source, target)
    if common is None:
        return None
    domains = newer_domains(common.older, common.newer)
    if common.older is source:
        return Bridge(common.newer_id, domains, common.newer_value)
    values = {new: old for old, new in common.newer_value.items()}
    if len(values) < len(common.newer_value) or any(point.value not in values for point in source.scale.points):
        return None
    items = {new: old for old, new in common.newer_id.items()}
    return Bridge(items, {new: old for old, new in domains.items()}, values)


def seen_from(session: Session, source: Instrument, target: Instrument) -> Session | None:
    """Return a session on one version with the answers it has on another; None where scores can't be compared."""
    there = bridge(source, target)
    return structs.replace(session, scores=there.scores(session.scores)) if there else None


def in_order(a: Instrument, b: Instrument) -> tuple[Instrument, Instrument]:
    """Put the older of two versions first; of one version with two texts the first stays first."""
    older, newer = sorted((a, b), key=lambda content: version_key(content.version))
    return older, newer


def is_same_version(a: Instrument, b: Instrument) -> bool:
    """Whether two instruments say that they are the same version and yet are two files."""
    return a.digest != b.digest and version_key(a.version) == version_key(b.version)


def newer_ids(older: Instrument, newer: Instrument) -> dict[str, str]:
    """Return the newer id of every older item that still means the same, in the order of the older version.

    An item of which no change tells is the same under its id, since an id never changes meaning. Of two files that say
    they are the same version only items with the same words are. What one version alone turns round counts the other
    way there, and is not the same; nor is what is answered in other words of its own.
    """
    ended = turned_round(older, newer) | answered_otherwise(older, newer)
    shared = {old: new for old, new in followed_ids(older, newer).items() if old not in ended}
    if is_same_version(older, newer):
        a, b = older.as_written, newer.as_written
        return {old: new for old, new in shared.items() if a.sentence(a.item(old)) == b.sentence(b.item(new))}
    return shared


def followed_ids(older: Instrument, newer: Instrument) -> dict[str, str]:
    """Return the newer id of every older item that is still there, by what the changes tell of it."""
    kept = {item.id: item.id for item in older.items}
    for change in changes_between(older, newer):
        kept = _after(kept, change)
    return {old: new for old, new in kept.items() if new in newer.positions}


def turned_round(older: Instrument, newer: Instrument) -> frozenset[str]:
    """Return the older ids of the items that only one of two versions counts turned round."""
    followed = followed_ids(older, newer).items()
    return frozenset(old for old, new in followed if (old in older.reversed_ids) != (new in newer.reversed_ids))


def answered_otherwise(older: Instrument, newer: Instrument) -> frozenset[str]:
    """Return the older ids of the items with other answers: a word of them moved, or none of them stayed.

    Only of those with words of their own in a version; of the scale itself scale_break() tells.
    """
    a, b = older.as_written, newer.as_written
    if not (a.scales or b.scales):
        return frozenset()
    mapped = _mapped(a.scale, _rescales(older, newer))
    pairs = [(old, a.item_scale(old), b.item_scale(new)) for old, new in followed_ids(older, newer).items()]
    own = [pair for pair in pairs if pair[1].points != a.scale.points or pair[2].points != b.scale.points]
    return frozenset(old for old, before, after in own if _are_other_answers(before, after, mapped))


def _are_other_answers(older: Scale, newer: Scale, mapped: Mapping[int, int]) -> bool:
    kept = {folded(point.label) for point in older.points} & {folded(point.label) for point in newer.points}
    return not kept or _labels_moved(older, newer, mapped)


def changes_between(older: Instrument, newer: Instrument) -> list[InstrumentChange]:
    """Return the changes that lead from one version to a newer one, in their order."""
    first, last = version_key(older.version), version_key(newer.version)
    told = [change for change in newer.changes if first < version_key(change.since) <= last]
    return sorted(told, key=lambda change: version_key(change.since))


def _after(kept: dict[str, str], change: InstrumentChange) -> dict[str, str]:
    """Follow the ids through one change."""
    if change.kind in {"moved", "domain_renamed", "rescaled", "added"}:
        return kept
    if change.kind in {"renamed", "reworded"} and change.same_meaning:
        new = change.into[0] if change.into else change.item
        return {old: new if name == change.item else name for old, name in kept.items()}
    return {old: name for old, name in kept.items() if name not in (change.items or (change.item,))}


def newer_domains(older: Instrument, newer: Instrument) -> dict[str, str]:
    """Return the newer id of every older domain that is still there."""
    kept = {domain.id: domain.id for domain in older.domains}
    for change in changes_between(older, newer):
        if change.kind == "domain_renamed":
            kept = {old: change.into[0] if name == change.domain else name for old, name in kept.items()}
    return {old: new for old, new in kept.items() if new in newer.ids_of}


def newer_values(older: Instrument, newer: Instrument) -> dict[int, int] | None:
    """Return the value on the newer scale of every value of the older one; None where scores can't be compared.

    A change of the scale tells how they are converted. Without one the values must be the same, and no word of the
    scale stand at another value than before.
    """
    return None if scale_break(older, newer) else _mapped(older.scale, _rescales(older, newer))


def scale_break(older: Instrument, newer: Instrument) -> ScaleBreak | None:
    """Say why scores on two versions can't be compared; None where they can.

    A change of the scale is about the scale of the version before it. So where there is one, it is followed through the
    versions in between, as far as they are known: none of them may have changed it without a word.
    """
    before, after = older.as_written.scale, newer.as_written.scale
    first, last = version_key(older.version), version_key(newer.version)
    rescales = _rescales(older, newer)
    if not rescales:
        return _step_break(before, after, [])
    between = {version_key(version): scale for version, scale in newer.former_scales.items()}
    path = [(first, before), *((key, between[key]) for key in sorted(between) if first < key < last), (last, after)]
    steps = (
        _step_break(scale, next_scale, [one for one in rescales if key < version_key(one.since) <= next_key])
        for (key, scale), (next_key, next_scale) in pairwise(path)
    )
    return next(filter(None, steps), None)


def _step_break(before: Scale, after: Scale, rescales: Sequence[InstrumentChange]) -> ScaleBreak | None:
    """Say what is in the way from one scale to the next one, which these changes tell of."""
    values = [point.value for point in after.points]
    if rescales:
        mapped = _mapped(before, rescales)
        return None if len(mapped) == len(before.points) and {*mapped.values()} <= {*values} else "values"
    if [point.value for point in before.points] != values:
        return "values"
    return "labels" if _labels_moved(before, after, _mapped(before, [])) else None


def _rescales(older: Instrument, newer: Instrument) -> list[InstrumentChange]:
    return [change for change in changes_between(older, newer) if change.kind == "rescaled"]


def _mapped(scale: Scale, rescales: Iterable[InstrumentChange]) -> dict[int, int]:
    """Follow the values of a scale through its changes; one of which they do not tell is left out."""
    mapped = {point.value: point.value for point in scale.points}
    for change in rescales:
        mapped = {old: change.values[str(value)] for old, value in mapped.items() if str(value) in change.values}
    return mapped


def _labels_moved(older: Scale, newer: Scale, mapped: Mapping[int, int]) -> bool:
    """Whether a word of the scale stands at another value than the one that `mapped` gives for it."""
    before = {folded(point.label): mapped.get(point.value) for point in older.points}
    after = {folded(point.label): point.value for point in newer.points}
    return any(after.get(label, value) != value for label, value in before.items())
