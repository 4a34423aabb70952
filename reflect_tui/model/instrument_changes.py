"""How an instrument came from its earlier versions: checks what its `[[change]]` entries tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path
from reflect_tui.toml.formats import Document

_NUMBERS = 3
_JUDGED = ("renamed", "reworded")
"""Changes of which the writer has to say whether the item still means the same."""

_SEVERAL = 2

_KEYS = {
    "renamed": ("item",),
    "reworded": ("item",),
    "split": ("item",),
    "merged": ("items",),
    "moved": ("item", "domain"),
    "retired": ("item",),
    "added": ("item",),
    "domain_renamed": ("domain",),
    "rescaled": ("values",),
}
"""What a change of each kind is about."""

_Change = formats.Document


def version_key(version: str) -> tuple[int, ...]:
    """Return what orders versions: 1.2 is 1.2.0, and 1.10 comes after it. ValueError for anything else."""
    numbers = [int(number) for number in version.split(".")]
    return tuple(numbers + [0] * (_NUMBERS - len(numbers)))


def change_faults(document: formats.Document) -> Iterator[Fault]:
    """List what is wrong with the changes of an instrument file beyond their shape.

    Walks from the items and domains of the file back through the versions: after each change its new ids must be there,
    and what it took away must never come back, since an id never changes meaning.
    """
    changes = [
        (key_path(["change", number]), change) for number, change in enumerate(formats.tables(document, "change"))
    ]
    sound = []
    for place, change in changes:
        faults = [*_form_faults(change, place), *_since_faults(document, change, place)]
        yield from faults
        if not faults and change.get("kind") in _KEYS:
            sound.append((place, change))
    domains = formats.tables(document, "domain")
    items = [item for domain in domains for item in formats.tables(domain, "item")]
    about_domains = [pair for pair in sound if pair[1]["kind"] == "domain_renamed"]
    about_items = [pair for pair in sound if pair[1]["kind"] not in {"domain_renamed", "rescaled"}]
    yield from _walk({str(item.get("id")) for item in items}, about_items, _('"{id}" is no statement of that version'))
    yield from _walk(
        {str(domain.get("id")) for domain in domains}, about_domains, _('"{id}" is no domain of that version')
    )
    yield from _place_faults(domains, about_items, about_domains)
    yield from _rescale_faults(document, [pair for pair in sound if pair[1]["kind"] == "rescaled"])


def _form_faults(change: _Change, place: str) -> Iterator[Fault]:
    """Check that a change has the keys of its kind, and no others."""
    kind, same = change.get("kind"), change.get("same_meaning")
    into, items = change.get("into", []), change.get("items", [])
    if kind not in _KEYS or not (isinstance(into, list) and isinstance(items, list)):
        return  # the shape says so
    wanted = _KEYS[kind]
    yield from (Fault(f"{place}.{key}", _("is missing")) for key in wanted if key not in change)
    known = {*wanted, "kind", "since", "into", "same_meaning"}
    beside = [key for key in change if key in {"item", "items", "domain", "values"} - known]
    yield from (Fault(f"{place}.{key}", _("has no place with this kind of change")) for key in beside)
    if "items" in wanted and "items" in change and len(set(map(str, items))) < _SEVERAL:
        yield Fault(f"{place}.items", _("must name at least two statements that became one"))
    if kind in _JUDGED and same is None:
        yield Fault(f"{place}.same_meaning", _("is missing: does the statement still mean the same?"))
    elif kind not in _JUDGED and same is not None:
        yield Fault(f"{place}.same_meaning", _("has no place with this kind of change"))
    problem = _into_problem(str(kind), len(into), same=same is True)
    if problem:
        yield Fault(f"{place}.into", problem)


def _into_problem(kind: str, count: int, *, same: bool) -> str:
    """Say what is wrong with the number of new ids, "" when nothing is."""
    if kind == "split":
        return "" if count >= _SEVERAL else _("must name at least two statements that it was split into")
    if kind in {"renamed", "merged", "domain_renamed"} or (kind == "reworded" and not same):
        return "" if count == 1 else _("must name the one new id: an id never changes meaning")
    return _("has no place with this kind of change") if count else ""


def _since_faults(document: formats.Document, change: _Change, place: str) -> Iterator[Fault]:
    version, since = _version_key(document.get("version")), _version_key(change.get("since"))
    if version and since and since > version:
        yield Fault(f"{place}.since", _("is later than the version of this file"))


def _version_key(version: object) -> tuple[int, ...]:
    """Return the order of a version, () when it is none."""
    try:
        return version_key(version) if isinstance(version, str) else ()
    except ValueError:
        return ()


def _newest_first(changes: list[tuple[str, _Change]]) -> list[tuple[str, _Change]]:
    return sorted(changes, key=lambda pair: _version_key(pair[1].get("since")), reverse=True)


def _walk(there: set[str], changes: list[tuple[str, _Change]], absent: str) -> Iterator[Fault]:
    """Walk back from the ids that are `there` now; `absent` says that one was not."""
    ever = set(there)
    for _since, group in groupby(_newest_first(changes), lambda pair: _version_key(pair[1].get("since"))):
        together = list(group)
        yield from _duplicate_faults(together)
        for place, change in together:
            missing = [name for name in _ids_after(change) if name not in there]
            yield from (Fault(place, absent.format(id=name)) for name in missing)
            for name in _ids_before(change):
                if (change["kind"] == "retired" or change.get("into")) and name in ever:
                    problem = _('"{id}" is gone since this change, but a later version has it').format(id=name)
                    yield Fault(place, problem)
        stories = [change for _place, change in together if change["kind"] != "moved"]
        there = there - {name for change in stories for name in _ids_after(change)}
        there |= {name for change in stories for name in _ids_before(change)}
        ever |= there


def _ids_before(change: _Change) -> list[str]:
    """Return the ids that a change is about, as the version before it has them."""
    if change["kind"] in {"added", "moved"}:
        return []
    if change["kind"] == "domain_renamed":
        return [change["domain"]]
    return [str(name) for name in change.get("items", [])] or [change["item"]]


def _ids_after(change: _Change) -> list[str]:
    """Return the ids that a change leaves in its version."""
    if change["kind"] == "retired":
        return []
    return [str(name) for name in change.get("into", [])] or [change["item"]]


def _duplicate_faults(changes: list[tuple[str, _Change]]) -> Iterator[Fault]:
    """Refuse two stories about one id in one version; that a statement was moved may come beside what became of it."""
    stories = [pair for pair in changes if pair[1]["kind"] != "moved"]
    for names_of in (lambda change: _ids_before(change) or _ids_after(change), _ids_after):
        seen: dict[str, str] = {}
        for place, change in stories:
            for name in names_of(change):
                if seen.setdefault(name, place) != place:
                    problem = _('tells of "{id}" in the same version as {place}').format(id=name, place=seen[name])
                    yield Fault(place, problem)


def _place_faults(
    domains: list[formats.Document], about_items: list[tuple[str, _Change]], about_domains: list[tuple[str, _Change]]
) -> Iterator[Fault]:
    """Check that a statement of which no later change tells is in the domain that it was moved to."""
    now = {str(item.get("id")): str(domain.get("id")) for domain in domains for item in formats.tables(domain, "item")}
    told: set[str] = set()
    for place, change in _newest_first(about_items):
        item = change.get("item")
        if change["kind"] == "moved" and item not in told and item in now:
            if now[item] != _later_domain(change["domain"], _version_key(change.get("since")), about_domains):
                problem = _('"{id}" is in the domain "{domain}"').format(id=item, domain=now[item])
                yield Fault(f"{place}.domain", problem)
            told.add(item)
        told |= {*_ids_before(change)}


def _later_domain(name: str, since: tuple[int, ...], changes: list[tuple[str, _Change]]) -> str:
    for _place, change in reversed(_newest_first(changes)):
        if _version_key(change.get("since")) > since and change["domain"] == name:
            name = str(change["into"][0])
    return name


def _rescale_faults(document: formats.Document, changes: list[tuple[str, _Change]]) -> Iterator[Fault]:
    """Check that the newest change of the scale leads to its points, and that each keeps their order, or turns it."""
    points = {point.get("value") for point in formats.tables(formats.table(document, "scale"), "points")}
    for number, (place, change) in enumerate(_newest_first(changes)):
        values = change["values"]
        if not isinstance(values, dict) or not all(
            key.isdigit() and type(value) is int for key, value in values.items()
        ):
            continue  # the shape says so
        if not values:
            yield Fault(f"{place}.values", _("must not be empty"))
        off = [value for value in values.values() if value not in points]
        if number == 0 and off:
            yield Fault(f"{place}.values", _("{value} is no point of the scale").format(value=off[0]))
        in_order = [value for _old, value in sorted(values.items(), key=lambda pair: int(pair[0]))]
        if in_order not in (sorted(in_order), sorted(in_order, reverse=True)):
            yield Fault(f"{place}.values", _("must keep the order of the values, or turn it round"))


def homes(document: Document) -> dict[str, str]:
    """Return the domain of every statement, by id."""
    domains = formats.tables(document, "domain")
    return {str(item.get("id")): str(domain.get("id")) for domain in domains for item in formats.tables(domain, "item")}


def gone_and_new(base: Document, document: Document) -> tuple[list[str], list[str]]:
    """Return the ids of statements that only the base has, and of those that only the new version has."""
    before, after = homes(base), homes(document)
    return [name for name in before if name not in after], [name for name in after if name not in before]


def told_changes(
    base: Document,
    document: Document,
    became: Mapping[str, str],
    judged: Mapping[str, bool],
    parted: Mapping[str, Sequence[str]],
) -> list[Document]:
    """Tell which statements and domains came, went, moved, were merged or split and got another id.

    `became` gives the new statement that one which is gone turned into, as its author says, "" for none, and `parted`
    the several that one was split into; `judged` says whether it means the same. What became of a statement with other
    words is told elsewhere.
    """
    before, after = homes(base), homes(document)
    gone, new = gone_and_new(base, document)
    sources: dict[str, list[str]] = {}
    for old in gone:
        if became.get(old):
            sources.setdefault(became[old], []).append(old)
    told: list[Document] = [
        {"kind": "split", "item": name, "into": [*parted[name]]}
        if name in parted
        else {"kind": "retired", "item": name}
        for name in gone
        if not became.get(name)
    ]
    for name, olds in sources.items():
        if len(olds) == 1:
            same = judged.get(olds[0], False)
            told.append({"kind": "renamed", "item": olds[0], "into": [name], "same_meaning": same})
        else:
            told.append({"kind": "merged", "items": olds, "into": [name]})
    known = {*sources, *(name for names in parted.values() for name in names)}
    told += [{"kind": "added", "item": name} for name in new if name not in known]
    renamed = _renamed_domains(base, document, {**parted, **{old: (now,) for old, now in became.items() if now}})
    told += [{"kind": "domain_renamed", "domain": old, "into": [now]} for old, now in renamed.items()]
    now_called = {name: name for name in before} | {olds[0]: name for name, olds in sources.items() if len(olds) == 1}
    for old, name in now_called.items():
        if name in after and renamed.get(before[old], before[old]) != after[name]:
            told.append({"kind": "moved", "item": name, "domain": after[name]})
    return [{"kind": one.pop("kind"), "since": document["version"], **one} for one in told]


def _renamed_domains(base: Document, document: Document, became: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the new id of each domain that is gone and whose statements, as far as they are left, are all in one."""
    after = homes(document)
    present = {str(domain.get("id")) for domain in formats.tables(document, "domain")}
    known = {str(domain.get("id")) for domain in formats.tables(base, "domain")}
    renamed: dict[str, str] = {}
    for domain in formats.tables(base, "domain"):
        items = [str(item.get("id")) for item in formats.tables(domain, "item")]
        targets = {after[name] for item in items for name in became.get(item, (item,)) if name in after}
        if domain.get("id") not in present and len(targets) == 1 and targets.isdisjoint({*known, *renamed.values()}):
            renamed[str(domain["id"])] = targets.pop()
    return renamed


def proposed_values(base: Document, document: Document) -> dict[int, int]:
    """Return what each old score may count as on the new scale: by the same word, else by its place between the ends.

    Empty where a scale has no two points.
    """
    old, new = (
        {point["value"]: str(point.get("label")) for point in formats.tables(formats.table(each, "scale"), "points")}
        for each in (base, document)
    )
    if min(len(old), len(new)) < 2:  # noqa: PLR2004 -- no scale
        return {}
    by_word = {label: value for value, label in new.items()}
    if all(label in by_word for label in old.values()):
        values = {value: by_word[label] for value, label in old.items()}
        if list(values.values()) in (sorted(values.values()), sorted(values.values(), reverse=True)):
            return values
    low, high, first, last = min(old), max(old), min(new), max(new)
    return {value: first + round((value - low) * (last - first) / (high - low)) for value in old}
