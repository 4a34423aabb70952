"""An instrument being made: its outline with every fault below its line, and beside it what will be filled in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.assessment import Assessment
from reflect_tui.model.editing import row_of
from reflect_tui.model.instrument import Instrument, about_person
from reflect_tui.model.making import HEAD, THRESHOLD, Making
from reflect_tui.model.translation import Translating
from reflect_tui.toml import formats
from reflect_tui.toml.formats import Document
from reflect_tui.views.assessing import Hints, render_items
from reflect_tui.views.instrument_words import direction_sentences, word_sentences
from reflect_tui.views.lines import EMPTY, Line, Style, heading, joined, line, pad, paragraph, paragraphs, span, wrap

_NAMES = 13  # columns for what a line is


def line_names() -> dict[str, str]:
    """Name the lines above the domains, by their places."""
    return {
        "title": _("Title"),
        "source.publisher": _("Publisher"),
        "source.document": _("Source"),
        "source.rights": _("Rights"),
        "instructions": _("Instructions"),
        THRESHOLD: _("High above"),
    }


def render_outline(making: Making, faults: Mapping[str, Sequence[str]], columns: int) -> list[Line]:
    """List every line that can be written, each with its faults below it, and where in the file these are."""
    lines: list[Line] = []
    marks = making.marks(faults) if faults else {}
    for place, label, text, left in _rows(making):
        if place == "scale.points[1]" or (left == 0 and place.startswith("domain")):
            lines.append(EMPTY)
        words = wrap(text, max(8, columns - 3 - left - len(label))) if text else [""]
        lines.append(line(" " * (3 + left), span(label, "muted"), span(words[0], _style(place)), target=place))
        more = " " * (3 + left + len(label))
        lines += [line(more, span(part, _style(place)), target="") for part in words[1:]]
        lines += [row for problem in faults.get(place, ()) for row in _fault(problem, columns, 3 + left, marks[place])]
    if not making.document["domain"]:
        lines += [EMPTY, *paragraph(_("A domain is a heading with statements below it."), columns, "muted", 3)]
    return [*lines, *(row for problem in faults.get("", ()) for row in _fault(problem, columns, 3))]


def _style(place: str) -> Style:
    return "strong" if place.startswith("domain") and "item" not in place and place == row_of(place) else "text"


def _fault(problem: str, columns: int, left: int, mark: str = "") -> list[Line]:
    text = _("{problem} ({mark})").format(problem=problem, mark=mark) if mark else problem
    return paragraph(f"! {text}", columns, "warning", left)


def _rows(making: Making) -> Iterator[tuple[str, str, str, int]]:
    """Go through the lines: place, what it is, what stands there, and how far it is indented."""
    names = line_names()
    for place in HEAD:
        yield place, pad(names[place], _NAMES), making.text(place), 0
    scale = making.document["scale"]
    for number, point in enumerate(formats.tables(scale, "points"), 1):
        yield f"scale.points[{number}]", pad(f"{point.get('value')}", 3), str(point.get("label", "")), 0
    lower = " · " + _("lower is better") if scale.get("better") == "lower" else ""
    yield THRESHOLD, pad(names[THRESHOLD], _NAMES), f"{scale.get('high_above', '')}{lower}", 0
    for place in making.editor_lines():
        yield place, *_editor_line(making.document, place), 0
    for number, domain in enumerate(formats.tables(making.document, "domain"), 1):
        yield f"domain[{number}]", f"{number}  ", str(domain.get("title", "")), 0
        yield from _details(making, f"domain[{number}]", 3)
        for position, item in enumerate(formats.tables(domain, "item"), 1):
            text = str(item.get("text", ""))
            text = _("{sentence} (reversed)").format(sentence=text) if item.get("reversed") else text
            yield f"domain[{number}].item[{position}]", pad(f"{position}", 4), text, 2
            yield from _details(making, f"domain[{number}].item[{position}]", 6)


def _editor_line(document: Document, place: str) -> tuple[str, str]:
    """Say what a named scale or a profile is called, and what is in it."""
    if place.startswith("scales."):
        name = place.removeprefix("scales.")
        points = formats.tables(formats.table(formats.table(document, "scales"), name), "points")
        words = " · ".join(f"{point.get('value', '')} {point.get('label', '')}" for point in points)
        return pad(_("Words"), _NAMES), f"{name}: {words}"
    profile = formats.tables(document, "profile")[int(place.removeprefix("profile[").rstrip("]")) - 1]
    titles = {domain.get("id"): domain.get("title", "") for domain in formats.tables(document, "domain")}
    targets = formats.table(profile, "targets")
    words = " · ".join(f"{titles.get(name, name)} {_aim(target)}" for name, target in targets.items())
    return pad(_("Profile"), _NAMES), f"{profile.get('title', '')}: {words}"


def _aim(target: object) -> str:
    """Write a target as people do; what an editor left instead of a number stays as it is, beside its fault."""
    if isinstance(target, int | float) and not isinstance(target, bool) and math.isfinite(target):
        return target_text(target)
    return str(target)


def _details(making: Making, row: str, left: int) -> Iterator[tuple[str, str, str, int]]:
    for place in making.details(row):
        yield place, f"{detail_name(place)}: ", making.text(place), left


def detail_name(place: str) -> str:
    """Say what a line below a statement or domain is."""
    name = place.removeprefix(row_of(place)).strip(".")
    number = "".join(filter(str.isdigit, name))
    names = {
        "stem": _("Lead"),
        "focus": _("Axis"),
        "help": _("Help"),
        "levels": _("Level {n}").format(n=number),
        "short": _("Short title"),
        "group": _("Group of domains"),
        "scale": _("Answers in the words of"),
        "high_above": _("High above"),
        "label": _("Band {n}").format(n=number),
        "from": _("Band {n} from").format(n=number),
        "advice": _("Advice of band {n}").format(n=number),
    }
    return names[name.rpartition(".")[2].partition("[")[0]]


def render_preview(content: Instrument | None, item_id: str, columns: int, *, others: bool) -> list[Line]:
    """Show the domain of a statement as it will be filled in, or as the form asks others about somebody."""
    if content is None:
        return paragraph(
            _("Here you will see it as it will be filled in, from the first statement on."), columns, "muted", 1
        )
    position = content.positions.get(item_id, 0)
    title = _("As others are asked, about Noor") if others else _("As it will be filled in")
    domain = content.domain_of[content.items[position].id]
    lines = [line(" ", span(title, "muted")), EMPTY, line(" ", span(content.title, "title"))]
    lines += [EMPTY, heading(domain.title)]
    if others:
        lines += _asked(content, domain.id, columns)
    else:
        lines += render_items(Assessment(instrument=content, position=position), columns, Hints()).lines
    points = joined((f"{point.value} {point.label}" for point in content.scale.points), columns - 1)
    said = [*points, *direction_sentences(content), *word_sentences(content)]
    return [*lines, EMPTY, *paragraphs(said, columns, "muted", 1)]


def _asked(content: Instrument, domain_id: str, columns: int) -> list[Line]:
    """List what others are asked of a domain, then how many statements they are not."""
    about = about_person(content, _("Noor"))
    domain = next(one for one in about.domains if one.id == domain_id)
    own = {item.id: item.other for item in content.items}
    asked = [item for item in domain.items if own[item.id]]
    lines = paragraphs((f"· {item.text}" for item in asked), columns, indent=1)
    silent = len(domain.items) - len(asked)
    text = ngettext(
        "{n} statement has no words about someone else, and is not asked.",
        "{n} statements have no words about someone else, and are not asked.",
        silent,
    ).format(n=silent)
    return lines + (paragraph(text, columns, "muted", 1) if silent else [])


def values_text(older: Instrument, newer: Instrument, values: Mapping[int, int]) -> str:
    """Say, line by line, what each earlier score counts as."""
    rows = (f"{old} {older.scale.label(old)} → {new} {newer.scale.label(new)}" for old, new in values.items())
    return "\n".join(rows)


BESIDE = 96
"""Columns from which on original and translation stand beside each other."""
_KINDS = 14  # columns for what a text is


def render_translation(now: Translating, columns: int) -> list[Line]:
    """List every text: the original, and what is written for it, with its faults below."""
    lines: list[Line] = []
    faults, missing, names = now.faults(), {*now.missing()}, _names()
    layout = _beside if columns >= BESIDE else _below
    for place, original in now.originals.items():
        name, text = names.get(place.partition(".")[0], ""), now.text(place)
        lines += [EMPTY] if place.startswith("domains.") else []
        lines += layout(_Row(name, original, text or ("…" if place in missing else "–"), place), columns)
        lines += paragraphs((f"! {fault}" for fault in faults.pop(place, ())), columns, "warning", 5)
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
    half = (columns - _KINDS - 4) // 2
    texts = zip_longest(wrap(row.original, half - 2), wrap(row.written, half - 1), fillvalue="")
    for number, (left, right) in enumerate(texts):
        label = pad("" if number else row.name, _KINDS)
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
