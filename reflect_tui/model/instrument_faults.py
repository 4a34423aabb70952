"""What the shape of an instrument file can't say: the order of a scale, ids used twice, what leads nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import TypeGuard

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.model import instrument_changes
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path, with_meant

NAME = "{name}"
"""What stands for the person in an `other` wording."""
HIGHEST = 10
"""The highest score there can be."""
FOCUSES = ("attitude", "knowledge", "skill")
"""The values of the second axis, unless an instrument names its own."""
_MAX_UNDER = 8


def instrument_faults(document: formats.Document) -> Iterator[Fault]:
    """List all of it."""
    scale = formats.table(document, "scale")
    yield from _scale_faults(scale)
    words = formats.table(document, "scales")
    for called, named in words.items():
        yield from _word_faults(f"scales.{called}", named, _values(scale))
    yield from _direction_faults(document)
    axis = [value.get("id") for value in formats.tables(document, "axis")]
    focuses = [name for name in axis if isinstance(name, str)] or list(FOCUSES)
    own: dict[object, str] = {}
    for number, name in enumerate(axis):
        yield from _duplicate_id_faults(own, name, key_path(["axis", number]))
    domains: dict[object, str] = {}
    taken = focus_ids(document)
    items: dict[object, str] = {}
    for number, domain in enumerate(formats.tables(document, "domain")):
        place = key_path(["domain", number])
        yield from _duplicate_id_faults(domains, domain.get("id"), place)
        if domain.get("id") in taken:
            problem = _('"{id}" is a focus of the statements as well: give the domain another id')
            yield Fault(f"{place}.id", problem.format(id=domain["id"]))
        yield from _threshold_faults(f"{place}.high_above", domain.get("high_above"), _values(scale))
        yield from _band_faults(domain, place, _values(scale))
        yield from _named_scale_faults(domain, place, words)
        earlier: dict[object, int] = {}
        for position, item in enumerate(formats.tables(domain, "item")):
            item_place = key_path(["domain", number, "item", position])
            yield from _duplicate_id_faults(items, item.get("id"), item_place)
            yield from _item_faults(item, item_place, earlier)
            if isinstance(item.get("focus"), str) and item["focus"] not in focuses:
                problem = _("must be one of: {choices}").format(choices=", ".join(focuses))
                yield Fault(f"{item_place}.focus", with_meant(problem, item["focus"], focuses))
            yield from _named_scale_faults(item, item_place, words)
            yield from _level_faults(item, item_place, len(formats.tables(scale, "points")))
            under = item.get("under")
            earlier[str(item.get("id"))] = earlier.get(under, 0) + 1 if isinstance(under, str) else 0
    yield from _group_faults(formats.tables(document, "domain"))
    yield from _profile_faults(document, domains, _values(scale))
    yield from instrument_changes.change_faults(document)


def focus_ids(document: formats.Document) -> set[str]:
    """Return the ids of the own axis, and of what statements name as focus: figures go by these, as by domains."""
    items = (item for domain in formats.tables(document, "domain") for item in formats.tables(domain, "item"))
    ids = (*(value.get("id") for value in formats.tables(document, "axis")), *(item.get("focus") for item in items))
    return {name for name in ids if isinstance(name, str)}


def _values(scale: formats.Document) -> list[int]:
    """The values of the points; none where the shape says that one is missing."""
    points = formats.tables(scale, "points")
    values = [point["value"] for point in points if type(point.get("value")) is int]
    return values if len(values) == len(points) else []


def _scale_faults(scale: formats.Document) -> Iterator[Fault]:
    values, coverage = _values(scale), scale.get("min_coverage", 0)
    if len(values) < 2:  # noqa: PLR2004 -- a scale of one point measures nothing
        if len(values) == len(formats.tables(scale, "points")):
            yield Fault("scale.points", _("needs at least two points"))
        return
    if values != list(range(values[0], values[0] + len(values))):
        yield Fault(
            "scale.points", _("must go up by ones, from 0 or more to at most {highest}").format(highest=HIGHEST)
        )
    yield from _threshold_faults("scale.high_above", scale.get("high_above"), values)
    if _is_number(coverage) and not 0 <= coverage <= 1:
        yield Fault("scale.min_coverage", _("must lie between 0 and 1"))


def _group_faults(domains: Sequence[formats.Document]) -> Iterator[Fault]:
    """Find domains outside of all groups where others are in one, and groups that are torn apart."""
    titles = [domain.get("group") or "" for domain in domains]
    for number, title in enumerate(titles):
        place = key_path(["domain", number, "group"])
        if not title and any(titles):
            yield Fault(place, _("is missing; other domains have one"))
        elif title and title in titles[:number] and titles[number - 1] != title:
            yield Fault(place, _("stands apart from the other domains of this group"))


def _profile_faults(document: formats.Document, domains: Collection[object], values: list[int]) -> Iterator[Fault]:
    """Find profiles with one id, and targets of no domain or beyond the scale."""
    seen: dict[object, str] = {}
    for number, profile in enumerate(formats.tables(document, "profile")):
        place = key_path(["profile", number])
        yield from _duplicate_id_faults(seen, profile.get("id"), place)
        for name, target in formats.table(profile, "targets").items():
            if name not in domains:
                yield Fault(
                    f"{place}.targets.{name}", with_meant(_("is no domain of this instrument"), name, [*domains])
                )
            elif values and _is_number(target) and not values[0] <= target <= values[-1]:
                yield Fault(f"{place}.targets.{name}", _("must lie on the scale"))


def _word_faults(place: str, named: object, values: list[int]) -> Iterator[Fault]:
    """Find other values than those of the scale: all means are drawn, compared and converted on one."""
    own = _values(named) if isinstance(named, dict) else []
    if own and values and own != values:
        problem = _("must have the values of [scale], {values}: only the words of answers can differ")
        yield Fault(f"{place}.points", problem.format(values=", ".join(map(str, values))))


def _named_scale_faults(part: formats.Document, place: str, words: formats.Document) -> Iterator[Fault]:
    name = part.get("scale")
    if isinstance(name, str) and name and name not in words:
        problem = _('names "{name}", and there is no [scales.{name}]').format(name=name)
        yield Fault(f"{place}.scale", with_meant(problem, name, list(words)))


def _threshold_faults(place: str, threshold: object, values: list[int]) -> Iterator[Fault]:
    if values and _is_number(threshold) and not values[0] <= threshold < values[-1]:
        yield Fault(place, _("must lie on the scale, below its highest point"))


def _direction_faults(document: formats.Document) -> Iterator[Fault]:
    """Find a focus that would add up statements of which higher is better with others of which lower is."""
    usual = formats.table(document, "scale").get("better", "higher")
    first: dict[str, object] = {}
    for number, domain in enumerate(formats.tables(document, "domain")):
        better = domain.get("better", usual)
        for position, item in enumerate(formats.tables(domain, "item")):
            focus = item.get("focus")
            if isinstance(focus, str) and first.setdefault(focus, better) != better:
                problem = _('adds up with statements for which another direction is better: leave "focus" out')
                yield Fault(key_path(["domain", number, "item", position, "focus"]), problem)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _duplicate_id_faults(seen: dict[object, str], identifier: object, place: str) -> Iterator[Fault]:
    if not isinstance(identifier, str):
        return
    if identifier in seen:
        problem = _('the id "{id}" is used already, by {place}').format(id=identifier, place=seen[identifier])
        yield Fault(f"{place}.id", problem)
    seen.setdefault(identifier, place)


def _band_faults(domain: formats.Document, place: str, values: list[int]) -> Iterator[Fault]:
    """Find bands out of order, or beyond what the domain can reach; the first begins where its figures do."""
    each = len(formats.tables(domain, "item")) if domain.get("score") == "sum" else 1
    starts = [band.get("from") for band in formats.tables(domain, "band")]
    if not values or not starts or not all(map(_is_number, starts)):
        return
    numbers = [start for start in starts if _is_number(start)]
    low, high = values[0] * each, values[-1] * each
    if numbers[0] != low:
        yield Fault(f"{place}.band[1].from", _("must be {low}, where the figures of the domain begin").format(low=low))
    for number, (before, start) in enumerate(pairwise(numbers), start=2):
        if not before < start <= high:
            problem = _("must be above the band before, and at most {high}").format(high=high)
            yield Fault(f"{place}.band[{number}].from", problem)


def _level_faults(item: formats.Document, place: str, points: int) -> Iterator[Fault]:
    levels = item.get("levels", [])
    if isinstance(levels, list) and len(levels) not in (0, points):
        yield Fault(f"{place}.levels", _("needs a text for each of the {n} points of the scale").format(n=points))


def _item_faults(item: formats.Document, place: str, earlier: dict[object, int]) -> Iterator[Fault]:
    under, other = item.get("under", ""), item.get("other")
    if under and item.get("stem"):
        yield Fault(place, _("has both a stem and a statement it continues; only one can lead its sentence"))
    if isinstance(under, str) and under and under not in earlier:
        problem = _('continues "{id}", which is no earlier statement of this domain').format(id=under)
        yield Fault(f"{place}.under", with_meant(problem, under, earlier))
    elif isinstance(under, str) and earlier.get(under, 0) >= _MAX_UNDER:
        yield Fault(f"{place}.under", _("continues too long a row of statements"))
    if isinstance(other, str) and other and NAME not in other:
        yield Fault(f"{place}.other", _("must name the person as {name}").format(name=NAME))
