"""What changed between two sessions: how items moved, then domains, items and notes; the unchanged folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from reflect_tui.analysis.diff import Diff, ItemChange
from reflect_tui.git.history import Version
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.views.change_sentences import OTHER, caveats, other_items_sentences, verdict_sentence
from reflect_tui.views.diff_means import NEW, OLD, crossing_title, render_groups
from reflect_tui.views.history import render_rewritten
from reflect_tui.views.instrument_words import band_changes, direction_sentences, marked_sentence
from reflect_tui.views.labels import (
    SAME,
    day,
    focus_name,
    focuses_title,
    group_name,
    score_text,
    session_name,
    step_span,
)
from reflect_tui.views.lines import EMPTY, Line, Style, cut, hanging, heading, line, pad, paragraph, span, width

# The items of a diff: those answered differently as sentences, grouped or in one row, the unchanged folded.


_WIDEST = 108  # columns; longer lines are hard to read


def render_items(
    instrument: Instrument, change: Diff, width: int, axis: str, order: str, *, unfolded: bool
) -> list[Line]:
    """Show the items below the heading of their domain or focus, or all in one row."""
    lines = [heading(_("Statements"))]
    if not change.items and not change.same:
        return [*lines, line("  ", span(_("No statement has a score."), "muted"))]
    if axis == "item" and order != "domain":
        lines += _one_row(instrument, change, width, order, unfolded=unfolded)
    else:
        lines += _grouped(instrument, change, width, axis, order, unfolded=unfolded)
    if not unfolded and change.same:
        folded = ngettext(
            "{n} statement with the same score is folded.",
            "{n} statements with the same score are folded.",
            change.same,
        )
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
        yield line(
            "  ", span(focus_name(instrument, name) if axis == "focus" else group_name(instrument, name), "accent")
        )
        yield from _item_rows(instrument, shown if order == "domain" else sorted(shown, key=_item_size), width)
        yield from _same_rows(instrument, change, same, width)
        yield EMPTY


def _one_row(instrument: Instrument, change: Diff, width: int, order: str, *, unfolded: bool) -> Iterator[Line]:
    """Show all items in one row: the largest steps first, or those that went across the threshold before the others."""
    by_size = sorted(change.items, key=_item_size)
    crossed = [item for item in by_size if order == "crossing" and _crosses(instrument, item)]
    others = [item for item in by_size if item not in crossed]
    if crossed:
        yield line("  ", span(crossing_title(instrument), "accent"))
        yield from _item_rows(instrument, crossed, width)
        yield EMPTY
    if others:
        if crossed:
            yield line("  ", span(_("The others"), "accent"))
        yield from _item_rows(instrument, others, width)
        yield EMPTY
    if unfolded:
        changed = {item.id for item in change.items}
        same = [item.id for item in instrument.items if item.id not in changed and item.id in change.b.scores]
        yield line("  ", span(_("The same"), "accent"))
        yield from [*_same_rows(instrument, change, same, width), EMPTY]


def _crosses(instrument: Instrument, item: ItemChange) -> bool:
    """Whether a score went from not above the threshold to above it, or back, as figures count it."""
    if not (isinstance(item.a, int) and isinstance(item.b, int)):
        return False
    before, now = (instrument.figure(item.id, score) for score in (item.a, item.b))
    threshold = instrument.item_scale(item.id).threshold
    return (before > threshold) != (now > threshold)


def _members(instrument: Instrument, axis: str) -> list[tuple[str, list[str]]]:
    if axis != "focus":
        return [(domain.id, [item.id for item in domain.items]) for domain in instrument.domains]
    return [(name, [item.id for item in instrument.items if item.focus == name]) for name in instrument.focuses]


def _item_size(item: ItemChange) -> int:
    """Order by the largest step; answers that came or went after them."""
    return -abs(item.step) if item.step else 1


def _item_rows(instrument: Instrument, changes: Sequence[ItemChange], width: int) -> Iterator[Line]:
    for item in changes:
        sentence = marked_sentence(instrument, item.id)
        style: Style = "high" if item.gain > 0 else "low" if item.step else "muted"
        opening = line(
            "  ",
            step_span(item.step, item.gain),
            " ",
            span(pad(score_text(item.a), 6, right=True), "muted"),
            span(" → ", "muted"),
            span(pad(score_text(item.b), 6), style),
            " ",
            target=item.id,
        )
        yield from hanging(opening, sentence, min(width - 2, _WIDEST))


def _same_rows(instrument: Instrument, change: Diff, same: Sequence[str], width: int) -> Iterator[Line]:
    for key in same:
        sentence = marked_sentence(instrument, key)
        opening = line("  ", span(pad(score_text(change.b.scores[key]), 14, right=True), "muted"), " " * 4, target=key)
        yield from hanging(opening, sentence, min(width - 2, _WIDEST), "muted")


DiffAxis = Literal["domain", "focus", "item"]
AXES: tuple[DiffAxis, ...] = ("domain", "focus", "item")
Order = Literal["crossing", "size", "domain"]
ORDERS: tuple[Order, ...] = ("crossing", "size", "domain")


class DiffView(Struct, frozen=True):
    """How the differences are shown: along which axis, in which order, with the unchanged items or without."""

    axis: DiffAxis = "domain"
    order: Order = "crossing"
    unfolded: bool = False


def render_diff(instrument: Instrument, change: Diff, width: int, view: DiffView = DiffView()) -> list[Line]:  # noqa: B008 -- frozen
    """Show two sessions side by side."""
    rows = [] if view.axis == "item" else render_groups(instrument, change, width, view.axis, view.order)
    return [
        *render_opening(change, width),
        *(row for text in band_changes(instrument, change) for row in paragraph(text, width - 2, indent=2)),
        *(row for text in direction_sentences(instrument) for row in paragraph(text, width - 2, "muted", indent=2)),
        *_view_lines(instrument, change, view, width),
        EMPTY,
        *rows,
        *_other_items(instrument, change, width, view.axis),
        *([EMPTY] if rows else []),
        *render_items(instrument, change, width, view.axis, view.order, unfolded=view.unfolded),
        *_notes(instrument, change, width),
        *_remarks(change, width),
    ]


def _other_items(instrument: Instrument, change: Diff, width: int, axis: str) -> list[Line]:
    """Explain the means that moved since other items were scored."""
    parts = {"domain": change.domains, "focus": change.focuses}.get(axis, ())
    texts = other_items_sentences(instrument, parts, f"{OTHER} ")
    rows = [row for text in texts for row in paragraph(text, min(width - 2, 108), "muted", indent=2)]
    return [EMPTY, *rows] if rows else []


def render_opening(change: Diff, width: int) -> list[Line]:
    """Say first how the items moved."""
    return paragraph(verdict_sentence(change), width - 2, "strong", indent=2)


def _view_lines(instrument: Instrument, change: Diff, view: DiffView, width: int) -> list[Line]:
    axes = {"domain": _("per domain"), "focus": _("per attitude, knowledge, skill"), "item": _("per statement")}
    if instrument.axes:
        axes["focus"] = focuses_title(instrument)
    orders = {
        "crossing": _("threshold crossed first"),
        "size": _("largest change first") if change.in_time else _("largest difference first"),
        "domain": _("in the order of the instrument"),
    }
    return paragraph(f"{axes[view.axis]} · {orders[view.order]}", width - 2, "muted", indent=2)


def _notes(instrument: Instrument, change: Diff, width: int) -> list[Line]:
    if not change.notes:
        return []
    room = min(width - 2, 108)
    lines = [heading(_("Notes")), *([cut(_signs(), width)] if any(note.a and note.b for note in change.notes) else [])]
    for note in change.notes:
        lines += paragraph(instrument.sentence(instrument.item(note.id)), room, "strong", indent=2)
        lines += [*render_rewritten(note.a, note.b, room), EMPTY]
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
    if change.judged or change.a.remark == change.b.remark:
        return []
    above = [EMPTY] if change.notes else []
    return [*above, heading(_("Remark")), *render_rewritten(change.a.remark, change.b.remark, min(width - 2, 108))]


def sides(change: Diff) -> str:
    """Name both sessions, for the top line."""
    return f"{session_name(change.a, change.b)}  →  {session_name(change.b, change.a)}"


# What two sessions are that one compares: when, who, which version of the instrument, which commit, amended or not.


class Origin(Struct, frozen=True):
    """Where a session comes from: its commit ("": not in history) and when it was amended last, if ever.

    `words` say it otherwise: as it is now in the folder.
    """

    commit: str = ""
    amended: datetime | None = None
    known: bool = True
    words: str = ""


UNKNOWN = Origin(known=False)
"""What is not read yet."""


def origin_of(versions: Sequence[Version]) -> Origin:
    """Find where the newest of a session's versions comes from."""
    there = [version for version in versions if not version.deleted]
    if not there:
        return Origin()
    return Origin(there[0].commit, there[0].when if there[0].subject.startswith("amend") else None)


def render_header(change: Diff, origins: tuple[Origin, Origin], columns: int, talks: Sequence[str] = ()) -> list[Line]:
    """Name both sessions, one below the other; then the talks in between, and what they could be compared on."""
    before, after = session_name(change.a, change.b), session_name(change.b, change.a)
    room = max(26, width(before) + 2, width(after) + 2)
    lines = [
        _row(f"  {OLD} ", pad(before, room), change.a, origins[0], columns),
        _row(f"  {NEW} ", pad(after, room), change.b, origins[1], columns),
    ]
    lines += [row for text in talks for row in paragraph(text, columns - 2, "muted", indent=2)]
    return [*lines, *(row for text in caveats(change) for row in paragraph(text, columns - 2, "warning", indent=2))]


def _row(sign: str, name: str, session: Session, origin: Origin, columns: int) -> Line:
    facts = _facts(session, origin)
    named = line(sign, span(name, "title"))
    fitting = (facts[:count] for count in range(len(facts), 0, -1))
    rows = (named + line(span(" · ".join(some), "muted")) for some in fitting)
    return next((row for row in rows if row.width <= columns), cut(named, columns))


def _facts(session: Session, origin: Origin) -> list[str]:
    facts = [_("version {version}").format(version=session.version)]
    if origin.known:
        facts.append(origin.words or origin.commit[:8] or _("not yet in history"))
        if origin.amended:
            facts.append(_("amended {date}").format(date=day(origin.amended)))
        elif origin.commit and not origin.words:
            facts.append(_("not amended"))
    return facts
