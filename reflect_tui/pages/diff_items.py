"""The items of a diff: those answered differently as sentences, grouped or in one row, the unchanged folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reflect_tui.analysis.diff import Diff, ItemChange
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.lines import EMPTY, Line, Style, heading, line, pad, paragraph, span
from reflect_tui.pages.words import SAME, focus_name, group_name, score_text, step_span

_WIDEST = 108  # columns; longer lines are hard to read


def items(instrument: Instrument, change: Diff, width: int, axis: str, order: str, *, unfolded: bool) -> list[Line]:
    """Show the items below the heading of their domain or focus, or all in one row."""
    lines = [heading(_("Items"))]
    if not change.items and not change.same:
        return [*lines, line("  ", span(_("No item has a score."), "muted"))]
    if axis == "item" and order != "domain":
        lines += _one_row(instrument, change, width, order, unfolded=unfolded)
    else:
        lines += _grouped(instrument, change, width, axis, order, unfolded=unfolded)
    if not unfolded and change.same:
        folded = ngettext("{n} item scored the same is folded.", "{n} items scored the same are folded.", change.same)
        lines += [*paragraph(f"{SAME} " + folded.format(n=change.same), width - 2, "muted", indent=2), EMPTY]
    return lines


def _grouped(
    instrument: Instrument, change: Diff, width: int, axis: str, order: str, *, unfolded: bool
) -> Iterator[Line]:
    changed = {item.id: item for item in change.items}
    for name, members in _members(instrument, axis):
        shown = [changed[key] for key in members if key in changed]
        same = [key for key in members if key not in changed and key in change.b.scores] if unfolded else []
        if not shown and not same:
            continue
        yield line("  ", span(focus_name(name) if axis == "focus" else group_name(instrument, name), "accent"))
        yield from _rows(instrument, shown if order == "domain" else sorted(shown, key=_size), width)
        yield from _same_rows(instrument, change, same, width)
        yield EMPTY


def _one_row(instrument: Instrument, change: Diff, width: int, order: str, *, unfolded: bool) -> Iterator[Line]:
    """Show all items in one row: the largest steps first, or those that went across the threshold before the others."""
    by_size = sorted(change.items, key=_size)
    crossed = [item for item in by_size if order == "crossing" and _crosses(instrument, item)]
    others = [item for item in by_size if item not in crossed]
    threshold = format_number(instrument.scale.threshold, 0 if instrument.scale.threshold.denominator == 1 else 1)
    if crossed:
        yield line("  ", span(_("Across the threshold of {threshold}").format(threshold=threshold), "accent"))
        yield from _rows(instrument, crossed, width)
        yield EMPTY
    if others:
        if crossed:
            yield line("  ", span(_("The others"), "accent"))
        yield from _rows(instrument, others, width)
        yield EMPTY
    if unfolded:
        changed = {item.id for item in change.items}
        same = [item.id for item in instrument.items if item.id not in changed and item.id in change.b.scores]
        yield line("  ", span(_("The same"), "accent"))
        yield from [*_same_rows(instrument, change, same, width), EMPTY]


def _crosses(instrument: Instrument, item: ItemChange) -> bool:
    """Tell whether a score went from not above the threshold to above it, or back."""
    threshold = instrument.scale.threshold
    return isinstance(item.a, int) and isinstance(item.b, int) and (item.a > threshold) != (item.b > threshold)


def _members(instrument: Instrument, axis: str) -> list[tuple[str, list[str]]]:
    if axis != "focus":
        return [(domain.id, [item.id for item in domain.items]) for domain in instrument.domains]
    names = dict.fromkeys(item.focus for item in instrument.items)
    return [(name, [item.id for item in instrument.items if item.focus == name]) for name in names]


def _size(item: ItemChange) -> int:
    """Order by the largest step; answers that came or went after them."""
    return -abs(item.step) if item.step else 1


def _rows(instrument: Instrument, changes: Sequence[ItemChange], width: int) -> Iterator[Line]:
    for item in changes:
        sentence = instrument.sentence(instrument.item(item.id))
        first, *rest = paragraph(sentence, min(width - 2, _WIDEST), indent=20)
        style: Style = "high" if (item.step or 0) > 0 else "low" if item.step else "muted"
        opening = line(
            "  ",
            step_span(item.step),
            " ",
            span(pad(score_text(item.a), 6, right=True), "muted"),
            span(" → ", "muted"),
            span(pad(score_text(item.b), 6), style),
            " ",
            target=item.id,
        )
        yield opening + Line(first.spans[1:])
        yield from rest


def _same_rows(instrument: Instrument, change: Diff, same: Sequence[str], width: int) -> Iterator[Line]:
    for key in same:
        sentence = instrument.sentence(instrument.item(key))
        first, *rest = paragraph(sentence, min(width - 2, _WIDEST), "muted", indent=20)
        opening = line("  ", span(pad(score_text(change.b.scores[key]), 14, right=True), "muted"), " " * 4, target=key)
        yield opening + Line(first.spans[1:])
        yield from rest
