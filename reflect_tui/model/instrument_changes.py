"""How an instrument came from its earlier versions: checks what its `[[change]]` entries tell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.toml import formats
from reflect_tui.toml.faults import key_path

_NUMBERS = 3
_JUDGED = ("renamed", "reworded")
"""Changes of which the writer has to say whether the item still means the same."""

_Change = formats.Document


def version_key(version: str) -> tuple[int, ...]:
    """Return what orders versions: 1.2 is 1.2.0, and 1.10 comes after it. ValueError for anything else."""
    numbers = [int(number) for number in version.split(".")]
    return tuple(numbers + [0] * (_NUMBERS - len(numbers)))


def change_faults(document: formats.Document) -> Iterator[Fault]:
    """List what is wrong with the changes of an instrument file beyond their shape.

    Walks from the items of the file back through the versions: after each change its new items must be there, and
    what it took away must never come back, since an id never changes meaning.
    """
    changes = [
        (key_path(["change", number]), change) for number, change in enumerate(formats.tables(document, "change"))
    ]
    sound = []
    for place, change in changes:
        faults = [*_form_faults(change, place), *_since_faults(document, change, place)]
        yield from faults
        if not faults and isinstance(change.get("item"), str):
            sound.append((place, change))
    yield from _walk(document, sound)


def _form_faults(change: _Change, place: str) -> Iterator[Fault]:
    """Check that a change has the keys of its kind, and no others."""
    kind, into, same = change.get("kind"), change.get("into", []), change.get("same_meaning")
    if not isinstance(into, list):
        return  # the shape says so
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
        return "" if count > 1 else _("must name at least two statements that it was split into")
    if kind == "renamed" or (kind == "reworded" and not same):
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


def _walk(document: formats.Document, changes: list[tuple[str, _Change]]) -> Iterator[Fault]:
    items = {
        str(item.get("id")) for domain in formats.tables(document, "domain") for item in formats.tables(domain, "item")
    }
    ever = set(items)
    ordered = sorted(changes, key=lambda pair: _version_key(pair[1].get("since")), reverse=True)
    for _since, group in groupby(ordered, lambda pair: _version_key(pair[1].get("since"))):
        together = list(group)
        yield from _duplicate_faults(together)
        for place, change in together:
            missing = [name for name in _ids_after(change) if name not in items]
            yield from (Fault(place, _('"{id}" is no statement of that version').format(id=name)) for name in missing)
            if _loses_its_id(change) and change["item"] in ever:
                problem = _('"{id}" is gone since this change, but a later version has it').format(id=change["item"])
                yield Fault(place, problem)
        items = items - {name for _place, change in together for name in _ids_after(change)}
        items |= {change["item"] for _place, change in together if change.get("kind") != "added"}
        ever |= items


def _ids_after(change: _Change) -> list[str]:
    """Return the items that a change leaves in its version."""
    if change.get("kind") == "retired":
        return []
    return [str(name) for name in change.get("into", [])] or [change["item"]]


def _loses_its_id(change: _Change) -> bool:
    return change.get("kind") == "retired" or bool(change.get("into"))


def _duplicate_faults(changes: list[tuple[str, _Change]]) -> Iterator[Fault]:
    """Refuse two stories about one item in one version."""
    for names_of in (lambda change: [change["item"]], _ids_after):
        seen: dict[str, str] = {}
        for place, change in changes:
            for name in names_of(change):
                if seen.setdefault(name, place) != place:
                    problem = _('tells of "{id}" in the same version as {place}').format(id=name, place=seen[name])
                    yield Fault(place, problem)
