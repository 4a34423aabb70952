"""A translation being made: every text of the original beside its translation, or above it where there is less room."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from reflect_tui.i18n import _
from reflect_tui.model.translating import Translating
from reflect_tui.views.lines import EMPTY, Line, Style, line, pad, paragraph, span, wrap

BESIDE = 96
"""Columns from which on original and translation stand beside each other."""
_NAMES = 14  # columns for what a text is


def render_translation(now: Translating, columns: int) -> list[Line]:
    """List every text: the original, and what is written for it, with its faults below."""
    lines: list[Line] = []
    faults, missing, names = now.faults(), {*now.missing()}, _names()
    layout = _beside if columns >= BESIDE else _below
    for place, original in now.originals.items():
        name, text = names.get(place.partition(".")[0], ""), now.text(place)
        lines += [EMPTY] if place.startswith("domains.") else []
        lines += layout(_Row(name, original, text or ("…" if place in missing else "–"), place), columns)
        lines += [row for fault in faults.pop(place, ()) for row in paragraph(f"! {fault}", columns, "warning", 5)]
    left = [f"! {place}: {fault}" for place, problems in faults.items() for fault in problems]
    return [*lines, *(row for text in left for row in (EMPTY, *paragraph(text, columns, "warning", 3)))]


class _Row(NamedTuple):
    """What a text is, its original, its translation or a sign that there is none, and its place."""

    name: str
    original: str
    written: str
    place: str

    @property
    def style(self) -> Style:
        styles: dict[str, Style] = {"…": "warning", "–": "muted"}
        return styles.get(self.written, "text")


def _beside(row: _Row, columns: int) -> Iterator[Line]:
    half = (columns - _NAMES - 4) // 2
    texts = zip_longest(wrap(row.original, half - 2), wrap(row.written, half - 1), fillvalue="")
    for number, (left, right) in enumerate(texts):
        label = pad("" if number else row.name, _NAMES)
        target = "" if number else row.place
        yield line(span(f"   {label}{pad(left, half)} ", "muted"), span(right, row.style), target=target)


def _below(row: _Row, columns: int) -> Iterator[Line]:
    label = f"{row.name}: " if row.name else ""
    yield from (line(span(f"   {text}", "muted")) for text in wrap(label + row.original, columns - 4))
    for number, text in enumerate(wrap(row.written, columns - 6)):
        yield line("     " if number else "   → ", span(text, row.style), target="" if number else row.place)


def _names() -> dict[str, str]:
    """Say what a text is, by the beginning of its place; a statement needs no word."""
    return {
        "title": _("Title"),
        "short_title": _("Short title"),
        "instructions": _("Instructions"),
        "points": _("Point"),
        "scales": _("Point"),
        "profiles": _("Profile"),
        "axes": _("Axis"),
        "groups": _("Group of domains"),
        "domains": _("Domain"),
        "short": _("Short title"),
        "bands": _("Band"),
        "advice": _("Advice"),
        "stems": _("Lead"),
        "other": _("For others"),
        "help": _("Help"),
        "levels": _("Level"),
    }
