"""The change entries of a new version: what is told by comparing two documents, and by what their author answered."""

from __future__ import annotations

from collections.abc import Mapping

from reflect_tui.toml import formats
from reflect_tui.toml.formats import Document


def homes(document: Document) -> dict[str, str]:
    """Return the domain of every statement, by id."""
    domains = formats.tables(document, "domain")
    return {str(item.get("id")): str(domain.get("id")) for domain in domains for item in formats.tables(domain, "item")}


def gone_and_new(base: Document, document: Document) -> tuple[list[str], list[str]]:
    """Return the ids of statements that only the base has, and of those that only the new version has."""
    before, after = homes(base), homes(document)
    return [name for name in before if name not in after], [name for name in after if name not in before]


def told_changes(
    base: Document, document: Document, became: Mapping[str, str], judged: Mapping[str, bool]
) -> list[Document]:
    """Tell which statements and domains came, went, moved, were merged and got another id.

    `became` gives the new statement that one which is gone turned into, as its author says, "" for none; `judged` says
    whether it means the same. What became of a statement with other words is told elsewhere.
    """
    before, after = homes(base), homes(document)
    gone, new = gone_and_new(base, document)
    sources: dict[str, list[str]] = {}
    for old in gone:
        if became.get(old):
            sources.setdefault(became[old], []).append(old)
    told: list[Document] = [{"kind": "retired", "item": name} for name in gone if not became.get(name)]
    for name, olds in sources.items():
        if len(olds) == 1:
            same = judged.get(olds[0], False)
            told.append({"kind": "renamed", "item": olds[0], "into": [name], "same_meaning": same})
        else:
            told.append({"kind": "merged", "items": olds, "into": [name]})
    told += [{"kind": "added", "item": name} for name in new if name not in sources]
    renamed = _renamed_domains(base, document, became)
    told += [{"kind": "domain_renamed", "domain": old, "into": [now]} for old, now in renamed.items()]
    now_called = {name: name for name in before} | {olds[0]: name for name, olds in sources.items() if len(olds) == 1}
    for old, name in now_called.items():
        if name in after and renamed.get(before[old], before[old]) != after[name]:
            told.append({"kind": "moved", "item": name, "domain": after[name]})
    return [{"kind": one.pop("kind"), "since": document["version"], **one} for one in told]


def _renamed_domains(base: Document, document: Document, became: Mapping[str, str]) -> dict[str, str]:
    """Return the new id of each domain that is gone and whose statements, as far as they are left, are all in one."""
    after = homes(document)
    present = {str(domain.get("id")) for domain in formats.tables(document, "domain")}
    known = {str(domain.get("id")) for domain in formats.tables(base, "domain")}
    renamed: dict[str, str] = {}
    for domain in formats.tables(base, "domain"):
        items = [str(item.get("id")) for item in formats.tables(domain, "item")]
        targets = {after[name] for item in items if (name := became.get(item) or item) in after}
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
