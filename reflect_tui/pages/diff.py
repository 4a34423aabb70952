"""What changed between two sessions: how items moved, then domains, items and notes; the unchanged folded."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from msgspec import Struct

from reflect_tui.analysis.chance import FEWEST, LIKELY
from reflect_tui.analysis.diff import Diff
from reflect_tui.i18n import _, format_number
from reflect_tui.instrument import Instrument
from reflect_tui.pages import diff_groups, diff_items
from reflect_tui.pages.lines import EMPTY, Line, cut, heading, line, paragraph, span
from reflect_tui.pages.word_diff import rewritten
from reflect_tui.pages.words import session_name

DiffAxis = Literal["domain", "focus", "item"]
AXES: tuple[DiffAxis, ...] = ("domain", "focus", "item")
Order = Literal["crossing", "size", "domain"]
ORDERS: tuple[Order, ...] = ("crossing", "size", "domain")
_SMALLEST = Fraction(1, 1000)  # as small as is told


class View(Struct, frozen=True):
    """How the differences are shown: along which axis, in which order, with the unchanged items or without."""

    axis: DiffAxis = "domain"
    order: Order = "crossing"
    unfolded: bool = False


def differences(instrument: Instrument, change: Diff, width: int, view: View = View()) -> list[Line]:  # noqa: B008 -- frozen
    """Show two sessions side by side."""
    groups = [] if view.axis == "item" else diff_groups.groups(instrument, change, width, view.axis, view.order)
    return [
        *opening(change, width),
        *_view_lines(view, width),
        EMPTY,
        *groups,
        *(clear_rule(width) if _is_ruled(change, view) else []),
        *([EMPTY] if groups else []),
        *diff_items.items(instrument, change, width, view.axis, view.order, unfolded=view.unfolded),
        *_notes(instrument, change, width),
        *_remarks(change, width),
    ]


def _is_ruled(change: Diff, view: View) -> bool:
    """Tell whether a mean is shown that moved, and that chance could have moved."""
    parts = {"domain": change.domains, "focus": change.focuses, "item": ()}[view.axis]
    return not _versions(change) and any(part.delta for part in parts)


def verdict_sentence(change: Diff) -> str:
    """Say in words how items moved and whether chance alone would often do that."""
    if not change.up + change.down + change.same:
        return _("No item was scored both times.")
    counted = _("{up} up, {down} down, {same} the same").format(up=change.up, down=change.down, same=change.same)
    if not change.up + change.down or _versions(change):
        return _("{counted}.").format(counted=counted)
    if change.chance < LIKELY:
        return _("{counted}: unlikely to be chance.").format(counted=counted)
    return _("{counted}: chance alone could do that.").format(counted=counted)


def test_sentence(change: Diff) -> str:
    """Name the test and its figure."""
    if change.chance < _SMALLEST:
        text = _("Exact sign test over the items scored both times: p < {p}.")
        return text.format(p=format_number(_SMALLEST, 3))
    figure = format_number(change.chance, 3)
    return _("Exact sign test over the items scored both times: p = {p}.").format(p=figure)


def opening(change: Diff, width: int) -> list[Line]:
    """Say first how the items moved."""
    lines = paragraph(verdict_sentence(change), width - 2, "strong", indent=2)
    if change.up + change.down and not _versions(change):
        lines += paragraph(test_sentence(change), width - 2, "muted", indent=2)
    return lines


def _view_lines(view: View, width: int) -> list[Line]:
    axes = {"domain": _("per domain"), "focus": _("per attitude, knowledge, skill"), "item": _("per item")}
    orders = {
        "crossing": _("threshold crossed first"),
        "size": _("largest change first"),
        "domain": _("in the order of the instrument"),
    }
    return paragraph(f"{axes[view.axis]} · {orders[view.order]}", width - 2, "muted", indent=2)


def clear_rule(width: int) -> list[Line]:
    """Set that rule below the means."""
    return [EMPTY, *paragraph(clear_sentence(), min(width - 2, 108), "muted", indent=2)]


def clear_sentence() -> str:
    """Name the rule by which a change of a mean is called clear, and what it assumes."""
    text = _(
        "≈ no clear change: were each moved item as likely to go up as down, chance alone would move the mean as far "
        "more than 1 time in 20. With fewer than {n} moved items that can never be ruled out. See docs/numbers.md."
    )
    return text.format(n=FEWEST)


def _notes(instrument: Instrument, change: Diff, width: int) -> list[Line]:
    if not change.notes:
        return []
    room = min(width - 2, 108)
    lines = [heading(_("Notes")), *([cut(_signs(), width)] if any(note.a and note.b for note in change.notes) else [])]
    for note in change.notes:
        lines += paragraph(instrument.sentence(instrument.item(note.id)), room, "strong", indent=2)
        lines += [*rewritten(note.a, note.b, room), EMPTY]
    return lines[:-1]


def _signs() -> Line:
    return line(
        "  ",
        span(_("-[gone]"), "low"),
        " ",
        span(_("+[new]"), "high"),
        span(" · " + _("the rest is the same"), "muted"),
    )


def _remarks(change: Diff, width: int) -> list[Line]:
    """Show how the remark of a session was amended; those of two sessions are about different moments."""
    if not _versions(change) or change.a.remark == change.b.remark:
        return []
    above = [EMPTY] if change.notes else []
    return [*above, heading(_("Remark")), *rewritten(change.a.remark, change.b.remark, min(width - 2, 108))]


def _versions(change: Diff) -> bool:
    """Tell whether these are two versions of one session: chance has no part in how they differ."""
    return change.a.id == change.b.id


def sides(change: Diff) -> str:
    """Name both sessions, for the top line."""
    return f"{session_name(change.a, change.b)}  →  {session_name(change.b, change.a)}"
