"""What changed between two sessions: how items moved, then domains, items and notes; the unchanged folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from reflect_tui.analysis.diff import CHANCE_LIMIT, FEWEST_MOVED, Diff, GroupChange, ItemChange, Judgement
from reflect_tui.git.history import Version
from reflect_tui.i18n import _, format_number, ngettext
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.views.history import render_rewritten
from reflect_tui.views.labels import (
    DOWN,
    SAME,
    UP,
    day,
    delta_text,
    focus_name,
    group_name,
    mean_text,
    score_text,
    session_name,
    step_span,
    threshold_text,
)
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    cut,
    fit,
    hanging,
    heading,
    line,
    pad,
    paragraph,
    shorten,
    span,
    width,
)
from reflect_tui.views.lines import width as columns_of

# The means of a diff, a row for every domain or focus: from, to, how far, on how many items, and whether clearly.


_FEW = 10
"""With fewer items that changed, one or two of them decide which way most went."""

UNCLEAR, OTHER = "≈", "≠"
"""A change that is not clear, and one of a mean on other items than before."""
_WIDE = 76  # columns; below it a name and its figures stand on two rows
_FIGURES = 31  # columns of means, delta, glyph and n
_WORDS = 18


def render_groups(instrument: Instrument, change: Diff, width: int, axis: str, order: str) -> list[Line]:
    """Show all domains, or all foci, in an order: crossings apart, the largest change first, or as they come."""
    parts = change.domains if axis == "domain" else change.focuses
    title = _("Domains") if axis == "domain" else _("Attitude, knowledge, skill")
    if order != "crossing":
        return _section(instrument, title, parts if order == "domain" else sorted(parts, key=_size), width, change)
    across = _across(instrument)
    crossed = _section(instrument, across, [part for part in parts if part.crossed], width, change)
    others = _section(instrument, title, [part for part in parts if not part.crossed], width, change)
    return [*crossed, *([EMPTY] if crossed and others else []), *others]


def _size(part: GroupChange) -> tuple[bool, float]:
    return part.delta is None, -abs(float(part.delta or 0))


def _section(instrument: Instrument, title: str, parts: Sequence[GroupChange], width: int, change: Diff) -> list[Line]:
    """Set rows below a heading; of two versions of one session chance is no question."""
    if not parts:
        return []
    judged = change.a.id != change.b.id
    return [heading(title), *(row for part in parts for row in _rows(instrument, part, width, judged=judged))]


def _rows(instrument: Instrument, part: GroupChange, width: int, *, judged: bool) -> list[Line]:
    room = width - 4 if width < _WIDE else min(52, width - 4 - _FIGURES - _WORDS)
    short = any(columns_of(domain.title) > room for domain in instrument.domains)
    name = group_name(instrument, part.id, short=short)
    style: Style = "strong" if part.verdict_change or (judged and part.clear) else "text"
    figures = [*_figures(part, judged=judged), span(_words(part, judged=judged), _words_style(part))]
    if width < _WIDE:
        return [line("  ", span(shorten(name, room), style), target=part.id), cut(line("  ", *figures), width)]
    return [line("  ", span(fit(name, room), style), *figures, target=part.id)]


def _figures(part: GroupChange, *, judged: bool) -> list[Span]:
    if part.a.total == part.b.total == 1:
        return [*_one_score(part), span(pad("", 9))]
    return [
        span(pad(mean_text(part.a.mean), 6, right=True), "muted"),
        span(" → ", "muted"),
        span(pad(mean_text(part.b.mean), 5), "strong"),
        span(pad(delta_text(part.delta), 6, right=True), _direction_style(part, judged=judged)),
        span(" "),
        _direction(part, judged=judged),
        span(pad(f" n={_count(part)}", 9), "muted"),
    ]


def _one_score(part: GroupChange) -> list[Span]:
    """The two scores of a domain of one item: neither is a mean, and their step no change of one."""
    scores = [str(group.sum) if group.scored else "–" for group in (part.a, part.b)]
    step = part.b.sum - part.a.sum if part.shared else None
    return [
        span(pad(scores[0], 6, right=True), "muted"),
        span(" → ", "muted"),
        span(pad(scores[1], 5), "strong"),
        span(" " * 7),
        step_span(step) if step else span(SAME if step == 0 else " ", "muted"),
    ]


def _count(part: GroupChange) -> str:
    """Count the items that the means stand on: one number when it is the same both times."""
    a, b = part.a.scored, part.b.scored
    return f"{a}" if a == b else f"{a}→{b}"


def _direction(part: GroupChange, *, judged: bool) -> Span:
    if not part.delta:
        return span(SAME if part.delta == 0 else " ", "muted")
    if judged and not part.clear:
        return span(change_sign(part.judgement), "muted")
    return span(UP, "high") if part.delta > 0 else span(DOWN, "low")


def _direction_style(part: GroupChange, *, judged: bool) -> Style:
    if not part.delta or (judged and not part.clear):
        return "muted"
    return "high" if part.delta > 0 else "low"


def _words(part: GroupChange, *, judged: bool) -> str:
    """Say what there is to say: across the threshold, clear or not."""
    if part.verdict_change:
        return _("now high") if part.verdict_change == "up" else _("no longer high")
    return clarity(part) if judged else ""


def clarity(part: GroupChange) -> str:
    """Say how a mean changed; "" when it did not move, or is the score of one item."""
    if not part.delta or part.a.total == 1:
        return ""
    words = {"other statements": _("other items"), "too few": _("too few changed"), "no": _("no clear change")}
    return words.get(part.judgement) or _("clear change")


def other_items_sentence(instrument: Instrument, part: GroupChange) -> str:
    """Say of a mean that moved since other items were scored how those moved that were scored both times."""
    up, down = part.counts
    text = _("{name}: other items were scored (n {before} → {now}); {shared}.")
    if not part.shared:
        shared = _("none was scored both times")
    elif part.shared in (up, down):
        told = (
            ngettext("the {n} scored both times went up", "the {n} scored both times went up", up)
            if up
            else ngettext("the {n} scored both times went down", "the {n} scored both times went down", down)
        )
        shared = told.format(n=part.shared)
    elif not up + down:
        shared = ngettext(
            "the {n} scored both times is the same", "the {n} scored both times are the same", part.shared
        )
        shared = shared.format(n=part.shared)
    else:
        shared = _("of the {n} scored both times {up} went up and {down} down").format(n=part.shared, up=up, down=down)
    return text.format(name=group_name(instrument, part.id), before=part.a.scored, now=part.b.scored, shared=shared)


def _words_style(part: GroupChange) -> Style:
    if part.verdict_change:
        return "high" if part.verdict_change == "up" else "low"
    return "text" if part.clear else "muted"


# The items of a diff: those answered differently as sentences, grouped or in one row, the unchanged folded.


_WIDEST = 108  # columns; longer lines are hard to read


def render_items(
    instrument: Instrument, change: Diff, width: int, axis: str, order: str, *, unfolded: bool
) -> list[Line]:
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
        yield from _item_rows(instrument, shown if order == "domain" else sorted(shown, key=_item_size), width)
        yield from _same_rows(instrument, change, same, width)
        yield EMPTY


def _one_row(instrument: Instrument, change: Diff, width: int, order: str, *, unfolded: bool) -> Iterator[Line]:
    """Show all items in one row: the largest steps first, or those that went across the threshold before the others."""
    by_size = sorted(change.items, key=_item_size)
    crossed = [item for item in by_size if order == "crossing" and _crosses(instrument, item)]
    others = [item for item in by_size if item not in crossed]
    if crossed:
        yield line("  ", span(_across(instrument), "accent"))
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


def _across(instrument: Instrument) -> str:
    return _("Across the threshold of {threshold}").format(threshold=threshold_text(instrument.scale))


def _crosses(instrument: Instrument, item: ItemChange) -> bool:
    """Whether a score went from not above the threshold to above it, or back."""
    threshold = instrument.scale.threshold
    return isinstance(item.a, int) and isinstance(item.b, int) and (item.a > threshold) != (item.b > threshold)


def _members(instrument: Instrument, axis: str) -> list[tuple[str, list[str]]]:
    if axis != "focus":
        return [(domain.id, [item.id for item in domain.items]) for domain in instrument.domains]
    names = dict.fromkeys(item.focus for item in instrument.items)
    return [(name, [item.id for item in instrument.items if item.focus == name]) for name in names]


def _item_size(item: ItemChange) -> int:
    """Order by the largest step; answers that came or went after them."""
    return -abs(item.step) if item.step else 1


def _item_rows(instrument: Instrument, changes: Sequence[ItemChange], width: int) -> Iterator[Line]:
    for item in changes:
        sentence = instrument.sentence(instrument.item(item.id))
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
        yield from hanging(opening, sentence, min(width - 2, _WIDEST))


def _same_rows(instrument: Instrument, change: Diff, same: Sequence[str], width: int) -> Iterator[Line]:
    for key in same:
        sentence = instrument.sentence(instrument.item(key))
        opening = line("  ", span(pad(score_text(change.b.scores[key]), 14, right=True), "muted"), " " * 4, target=key)
        yield from hanging(opening, sentence, min(width - 2, _WIDEST), "muted")


DiffAxis = Literal["domain", "focus", "item"]
AXES: tuple[DiffAxis, ...] = ("domain", "focus", "item")
Order = Literal["crossing", "size", "domain"]
ORDERS: tuple[Order, ...] = ("crossing", "size", "domain")
_SMALLEST = Fraction(1, 1000)  # as small as is told


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
        *_view_lines(view, width),
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
    texts = [other_items_sentence(instrument, part) for part in parts if part.by_other_items and part.delta]
    rows = [row for text in texts for row in paragraph(f"{OTHER} {text}", min(width - 2, 108), "muted", indent=2)]
    return [EMPTY, *rows] if rows else []


def verdict_sentence(change: Diff) -> str:
    """Say in words how the items moved, and whether they show a direction."""
    if not change.up + change.down + change.same:
        return _("No item was scored both times.")
    moved = change.up + change.down
    total = moved + change.same
    if not moved or _versions(change):
        counted = _("{up} up, {down} down, {same} the same")
        return _("{counted}.").format(counted=counted.format(up=change.up, down=change.down, same=change.same))
    if change.chance < CHANCE_LIMIT:
        return _direction_sentence(change.up, change.down)
    return _without_direction(change, total)


def _direction_sentence(up: int, down: int) -> str:
    if up > down:
        text = _("More items went up than down: {n} of {moved} that changed.")
        warning = _("A better day can do that too; look at which ones.")
    else:
        text = _("More items went down than up: {n} of {moved} that changed.")
        warning = _("A worse day can do that too; look at which ones.")
    return f"{text.format(n=max(up, down), moved=up + down)} {warning}"


def _without_direction(change: Diff, total: int) -> str:
    moved = change.up + change.down
    same = _("Mostly the same: {same} of {total}.") if change.same > moved else _("The same: {same} of {total}.")
    if moved == 1:
        text = _("1 changed: too few to tell a direction.")
    elif moved < _FEW:
        text = _("Of the {n} that changed {up} went up: too few to tell a direction.")
    else:
        text = _("Of the {n} that changed {up} went up: no clear direction.")
    return f"{same.format(same=change.same, total=total)} {text.format(n=moved, up=change.up)}"


def change_sign(judgement: Judgement | None) -> str:
    """The sign before a change that is no clear one."""
    return {"other statements": OTHER, "too few": UNCLEAR, "no": UNCLEAR}.get(judgement or "", "")


def rule_sentence(change: Diff | None) -> str:
    """Name the tests behind "direction" and "clear change" and what they assume; with the p of a comparison."""
    text = _(
        "A direction: an exact sign test over the items scored both times gives p below 0.05{figure}. "
        "A clear change of a mean: an exact randomization test over its items gives p below 0.05. "
        "Both assume that each item moves by itself, but one good or bad day moves many at once. "
        "With fewer than {n} changed items neither test can tell."
    )
    figure = "" if change is None or not change.up + change.down else f" ({_p_text(change.chance)})"
    return text.format(n=FEWEST_MOVED, figure=figure)


def _p_text(chance: Fraction) -> str:
    if chance < _SMALLEST:
        return _("here p < {p}").format(p=format_number(_SMALLEST, 3))
    return _("here p = {p}").format(p=format_number(chance, 3))


def render_opening(change: Diff, width: int) -> list[Line]:
    """Say first how the items moved."""
    return paragraph(verdict_sentence(change), width - 2, "strong", indent=2)


def _view_lines(view: DiffView, width: int) -> list[Line]:
    axes = {"domain": _("per domain"), "focus": _("per attitude, knowledge, skill"), "item": _("per item")}
    orders = {
        "crossing": _("threshold crossed first"),
        "size": _("largest change first"),
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
    if not _versions(change) or change.a.remark == change.b.remark:
        return []
    above = [EMPTY] if change.notes else []
    return [*above, heading(_("Remark")), *render_rewritten(change.a.remark, change.b.remark, min(width - 2, 108))]


def _versions(change: Diff) -> bool:
    """Whether these are two versions of one session: chance has no part in how they differ."""
    return change.a.id == change.b.id


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


def render_header(change: Diff, origins: tuple[Origin, Origin], columns: int) -> list[Line]:
    """Name both sessions, one below the other; then what they could be compared on, if not on everything."""
    before, after = session_name(change.a, change.b), session_name(change.b, change.a)
    room = max(26, width(before) + 2, width(after) + 2)
    lines = [
        _row("    ", pad(before, room), change.a, origins[0], columns),
        _row("  → ", pad(after, room), change.b, origins[1], columns),
    ]
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


def caveats(change: Diff) -> list[str]:
    """Say what to bear in mind with a comparison: other versions of the instrument, another person."""
    said = [ground_sentence(change)] if change.common else []
    if change.a.role != change.b.role:
        said.append(_("Two people filled these in: what differs is between them, not a change in time."))
    return said


def ground_sentence(change: Diff) -> str:
    """Say on how many items sessions of different versions are compared; "" for those of one version."""
    if change.common is None:
        return ""
    shared = len(change.common.newer_id)
    text = ngettext(
        "Versions {older} and {newer} differ: compared on the {n} item that means the same in both, of {total} now.",
        "Versions {older} and {newer} differ: compared on the {n} items that mean the same in both, of {total} now.",
        shared,
    )
    newer, older = change.common.newer, change.common.older
    return text.format(older=older.version, newer=newer.version, n=shared, total=len(newer.items))
