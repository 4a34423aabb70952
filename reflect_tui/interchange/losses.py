"""What of an instrument another format can't hold, told in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reflect_tui.i18n import _, ngettext
from reflect_tui.interchange.document import Document


def losses(document: Document, returned: Document) -> tuple[str, ...]:
    """List what a document lost on its way through another format, by reading it back: each key, and how often."""
    before, after = dict(_leaves(document)), dict(_leaves(returned))
    lost = Counter(
        ".".join(part for part in _unnamed(path) if isinstance(part, str))
        for path, value in before.items()
        if after.get(path) != value and not _is_written_out(path, before)
    )
    words = key_words()
    return tuple(_lost(words.get(key, key), key, count) for key, count in lost.items())


def _unnamed(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return a path without the name of the words of answers, or the domain of a target, which are the author's own."""
    return path[:-1] if path[-2:-1] == ("targets",) else (path[0], *path[2:]) if path[0] == "scales" else path


def _lost(word: str, key: str, count: int) -> str:
    named = word if word == key else f"{word} ({key})"
    return named if count == 1 else ngettext("{name}, {n} time", "{name}, {n} times", count).format(name=named, n=count)


def _is_written_out(path: tuple[str | int, ...], before: Mapping[tuple[str | int, ...], Any]) -> bool:
    """Whether it is the text of a statement that continues another: written as a whole sentence instead."""
    return path[-1] == "text" and (*path[:-1], "under") in before


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if parts is None:
        yield path, value
        return
    for key, part in parts:
        yield from _leaves(part, (*path, key))


def key_words() -> dict[str, str]:
    """Return in words what stands under the keys of an instrument."""
    return {
        "short": _("the short title"),
        "source.publisher": _("the publisher"),
        "source.document": _("the document it comes from"),
        "source.rights": _("the rights"),
        "scale.high_above": _("the threshold above which a mean is high"),
        "scale.min_coverage": _("how much must be scored for a verdict"),
        "scale.better": _("that lower is better"),
        "domain.id": _("the ids of domains"),
        "domain.short": _("the short titles of domains"),
        "domain.optional": _("which domains are optional"),
        "domain.item.text": _("the wording of statements"),
        "domain.item.focus": _("whether a statement is about attitude, knowledge or skill"),
        "domain.item.other": _("the wording for others"),
        "domain.item.under": _("which statement one continues; it is written out as a whole sentence"),
        "domain.item.stem": _("the half sentences above statements"),
        "domain.item.reversed": _("which statements are reversed"),
        "domain.item.levels": _("what each score means for a statement"),
        "domain.score": _("which domains have a sum"),
        "domain.better": _("where lower is better"),
        "domain.band.label": _("the bands of domains"),
        "domain.band.from": _("from which figure bands begin"),
        "domain.band.advice": _("the advice of bands"),
        "domain.high_above": _("thresholds of domains"),
        "domain.item.help": _("what explains statements"),
        "axis.id": _("an axis of its own"),
        "axis.title": _("the titles of an axis of its own"),
        "instructions": _("the instructions"),
        "source.licence": _("the licence"),
        "source.attribution": _("the words that the licence asks for"),
        "scales.points.value": _("what other words of answers are called"),
        "scales.points.label": _("other words of answers"),
        "domain.group": _("the groups of domains"),
        "domain.scale": _("which domains have other words of answers"),
        "domain.item.scale": _("which statements have other words of answers"),
        "profile.id": _("the profiles"),
        "profile.title": _("the titles of profiles"),
        "profile.targets": _("the targets of profiles"),
        "change.item": _("what changed since earlier versions"),
    }
