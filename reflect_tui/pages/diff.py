"""What changed between two sessions: crossings first, then domains, items and notes; the unchanged folded."""

from __future__ import annotations

from fractions import Fraction

from reflect_tui.analysis.diff import Diff, GroupChange, ItemChange
from reflect_tui.analysis.summary import Axis
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.lines import EMPTY, Line, Style, fit, heading, line, pad, paragraph, span
from reflect_tui.pages.words import (
    SAME,
    delta_text,
    focus_name,
    group_name,
    mean_text,
    score_text,
    session_name,
    step_span,
)

LIKELY = Fraction(1, 20)  # below this the split of up and down is called unlikely to be chance


def differences(
    instrument: Instrument, change: Diff, width: int, axis: Axis = "domain", *, unfolded: bool = False
) -> list[Line]:
    """Show two sessions side by side."""
    return [
        *_opening(change, width),
        EMPTY,
        *_groups(instrument, change, width, axis),
        EMPTY,
        *_items(instrument, change, width, axis, unfolded=unfolded),
        *_notes(instrument, change, width),
        *_remarks(change, width),
    ]


def verdict_sentence(change: Diff) -> str:
    """Say in words how items moved and whether chance alone would often do that."""
    counted = _("{up} up, {down} down, {same} the same").format(up=change.up, down=change.down, same=change.same)
    if not change.up + change.down or _versions(change):
        return _("{counted}.").format(counted=counted)
    if change.chance < LIKELY:
        return _("{counted}: unlikely to be chance.").format(counted=counted)
    return _("{counted}: chance alone could do that.").format(counted=counted)


def test_sentence(change: Diff) -> str:
    """Name the test and its figure."""
    figure = format_number(change.chance, 3)
    return _("Exact sign test over the items scored both times: p = {p}.").format(p=figure)


def _opening(change: Diff, width: int) -> list[Line]:
    lines = paragraph(verdict_sentence(change), width - 2, "strong", indent=2)
    if change.up + change.down and not _versions(change):
        lines += paragraph(test_sentence(change), width - 2, "muted", indent=2)
    return lines


def _groups(instrument: Instrument, change: Diff, width: int, axis: Axis) -> list[Line]:
    groups = change.domains if axis == "domain" else change.focuses
    crossed = [part for part in groups if part.crossed]
    others = [part for part in groups if not part.crossed]
    threshold = format_number(instrument.scale.threshold, 0 if instrument.scale.threshold.denominator == 1 else 1)
    lines: list[Line] = []
    if crossed:
        lines += [heading(_("Across {threshold}").format(threshold=threshold))]
        lines += [_group_row(instrument, part, width) for part in crossed] + [EMPTY]
    title = _("Domains") if axis == "domain" else _("Attitude, knowledge, skill")
    return [*lines, heading(title), *(_group_row(instrument, part, width) for part in others)]


def _group_row(instrument: Instrument, part: GroupChange, width: int) -> Line:
    title = fit(group_name(instrument, part.id), max(16, min(52, width - 44)))
    style: Style = "high" if (part.delta or 0) > 0 else "low" if (part.delta or 0) < 0 else "muted"
    crossing = {"up": _("now high"), "down": _("no longer high"), None: ""}[part.crossed]
    return line(
        "  ",
        span(title, "strong" if part.crossed else "text"),
        span(pad(mean_text(part.a.mean), 7, right=True), "muted"),
        span(" → ", "muted"),
        span(pad(mean_text(part.b.mean), 5), "strong"),
        span(pad(delta_text(part.delta), 7, right=True), style),
        " ",
        step_span(part.delta),
        " ",
        span(crossing, "high" if part.crossed == "up" else "low"),
        target=part.id,
    )


def _items(instrument: Instrument, change: Diff, width: int, axis: Axis, *, unfolded: bool) -> list[Line]:
    lines = [heading(_("Items"))]
    changed = {item.id: item for item in change.items}
    for name, members in _members(instrument, axis):
        shown = [changed[key] for key in members if key in changed]
        same = [key for key in members if key not in changed and key in change.b.scores]
        if not shown and not unfolded:
            continue
        title = group_name(instrument, name) if axis == "domain" else focus_name(name)
        lines += [line("  ", span(title, "accent"))]
        lines += [row for item in sorted(shown, key=_order) for row in _item_rows(instrument, item, width)]
        if unfolded:
            lines += [row for key in same for row in _same_rows(instrument, change, key, width)]
        lines += [EMPTY]
    if not unfolded and change.same:
        folded = ngettext("{n} item scored the same is folded.", "{n} items scored the same are folded.", change.same)
        lines += [line("  ", span(f"{SAME} " + folded.format(n=change.same), "muted")), EMPTY]
    return lines


def _members(instrument: Instrument, axis: Axis) -> list[tuple[str, list[str]]]:
    if axis == "domain":
        return [(domain.id, [item.id for item in domain.items]) for domain in instrument.domains]
    names = dict.fromkeys(item.focus for item in instrument.items)
    return [(name, [item.id for item in instrument.items if item.focus == name]) for name in names]


def _order(item: ItemChange) -> int:
    """Largest steps first; answers that came or went after them."""
    return -abs(item.step) if item.step else 1


def _item_rows(instrument: Instrument, item: ItemChange, width: int) -> list[Line]:
    sentence = instrument.sentence(instrument.item(item.id))
    first, *rest = paragraph(sentence, min(width - 2, 108), indent=20)
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
    return [opening + Line(first.spans[1:]), *rest]


def _same_rows(instrument: Instrument, change: Diff, key: str, width: int) -> list[Line]:
    sentence = instrument.sentence(instrument.item(key))
    first, *rest = paragraph(sentence, min(width - 2, 108), "muted", indent=20)
    opening = line("  ", span(pad(score_text(change.b.scores[key]), 14, right=True), "muted"), " " * 4, target=key)
    return [opening + Line(first.spans[1:]), *rest]


def _notes(instrument: Instrument, change: Diff, width: int) -> list[Line]:
    if not change.notes:
        return []
    room = min(width - 2, 108)
    lines = [heading(_("Notes"))]
    for note in change.notes:
        lines += paragraph(instrument.sentence(instrument.item(note.id)), room, indent=4)
        lines += [*_texts(note.a, note.b, room), EMPTY]
    return lines[:-1]


def _texts(before: str, after: str, room: int) -> list[Line]:
    lines: list[Line] = []
    for text, mark, style in ((before, "-", "low"), (after, "+", "high")):
        if text:
            first, *rest = paragraph(text, room, indent=6)
            lines += [line("    ", span(mark, "low" if style == "low" else "high"), " ", *first.spans[1:]), *rest]
    return lines


def _remarks(change: Diff, width: int) -> list[Line]:
    """Show how the remark of a session was amended; those of two sessions are about different moments."""
    if not _versions(change) or change.a.remark == change.b.remark:
        return []
    above = [EMPTY] if change.notes else []
    return [*above, heading(_("Remark")), *_texts(change.a.remark, change.b.remark, min(width - 2, 108))]


def _versions(change: Diff) -> bool:
    """Tell whether these are two versions of one session: chance has no part in how they differ."""
    return change.a.id == change.b.id


def sides(change: Diff) -> str:
    """Name both sessions, for the top line."""
    return f"{session_name(change.a)}  →  {session_name(change.b)}"
