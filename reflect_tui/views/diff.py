"""What changed between two sessions: how items moved, then domains, items and notes; the unchanged folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Literal

from msgspec import Struct

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.diff import Diff, ItemChange
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.instrument import Instrument
from reflect_tui.views import bars
from reflect_tui.views.bars import even, scale_row
from reflect_tui.views.change_sentences import (
    OTHER,
    clarity,
    direction_sign,
    direction_style,
    few_before,
    is_too_few,
    moves_sentence,
    on_common_words,
    other_items_sentences,
    verdict_sign,
)
from reflect_tui.views.history import NEW, OLD, render_rewritten
from reflect_tui.views.instrument_words import band_changes, direction_sentences, marked_sentence, thresholds_text
from reflect_tui.views.labels import (
    SAME,
    delta_text,
    focus_name,
    focuses_title,
    group_name,
    mean_text,
    score_text,
    step_span,
    verdict,
)
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    cut,
    hanging,
    heading,
    in_runs,
    line,
    pad,
    paragraph,
    paragraphs,
    span,
    wrap,
)
from reflect_tui.views.lines import width as columns_of

DiffAxis = Literal["domain", "focus", "item"]
AXES: tuple[DiffAxis, ...] = ("domain", "focus", "item")
Order = Literal["crossing", "size", "domain"]
ORDERS: tuple[Order, ...] = ("crossing", "size", "domain")
_WIDEST = 108  # columns; longer lines are hard to read


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
        *paragraphs(band_changes(instrument, change), width - 2, indent=2),
        *paragraphs(direction_sentences(instrument), width - 2, "muted", indent=2),
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
    rows = paragraphs(texts, min(width - 2, _WIDEST), "muted", indent=2)
    return [EMPTY, *rows] if rows else []


def render_opening(change: Diff, width: int) -> list[Line]:
    """Say first how the items moved."""
    return paragraph(moves_sentence(change), width - 2, "strong", indent=2)


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
    room = min(width - 2, _WIDEST)
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
    return [*above, heading(_("Remark")), *render_rewritten(change.a.remark, change.b.remark, min(width - 2, _WIDEST))]


# The means: a row for every domain or focus: from, to, how far, both on one bar, and whether clearly.


_LEAST_BAR, _WIDEST_BAR = 16, 42  # columns

_WIDE = 76  # columns; below it a name and its bar stand above their figures
_FIGURES = 23  # columns of both means, delta and sign
_WORDS = 19  # columns of the words at least; more go on in a second row


class _Columns(Struct, frozen=True):
    title: int
    bar: int
    wide: bool


def _columns(instrument: Instrument, width: int) -> _Columns:
    """Share a width out: whole titles as far as they leave a bar."""
    names = [
        *(domain.title for domain in instrument.domains),
        *(focus_name(instrument, one) for one in instrument.focuses),
    ]
    longest = max(map(columns_of, names))
    wide = width >= _WIDE
    room = min(width, 140) - 4 - (_FIGURES + 4 + _WORDS if wide else 2)
    bar = max(_LEAST_BAR, min(_WIDEST_BAR, room - longest))
    return _Columns(title=max(8, min(longest, room - bar)), bar=even(bar, instrument.scale), wide=wide)


def render_groups(instrument: Instrument, change: Diff, width: int, axis: str, order: str) -> list[Line]:
    """Show all domains, or all foci, in an order: crossings apart, the largest change first, or as they come."""
    parts = change.domains if axis == "domain" else change.focuses
    title = _("Domains") if axis == "domain" else focuses_title(instrument)
    if order != "crossing":
        return _section(instrument, title, parts if order == "domain" else sorted(parts, key=_size), width)
    across = crossing_title(instrument)
    apart = [part for part in parts if part.crossed]
    crossed = _section(instrument, across, apart, width)
    others = _section(instrument, title, [part for part in parts if part not in apart], width)
    return [*crossed, *([EMPTY] if crossed and others else []), *others]


def _size(part: GroupChange) -> tuple[bool, float]:
    return part.delta is None, -abs(float(part.delta or 0))


def _section(instrument: Instrument, title: str, parts: Sequence[GroupChange], width: int) -> list[Line]:
    """Set a heading with the scale beside it, and the parts below."""
    if not parts:
        return []
    shape = _columns(instrument, width)
    left = 2 + shape.title + 2 + (_FIGURES if shape.wide else 0)
    figures = _figure_names(parts)
    named = " " * (shape.title + 2) + figures if shape.wide else " " * (left - 1)
    has_room = columns_of(title) + 2 < columns_of(named) - columns_of(named.lstrip())
    head = heading(title) if has_room else line("  ")
    above = pad(named[head.width :], left - head.width)
    names = span(above + scale_row(instrument.scale, shape.bar), "muted")
    below = [] if shape.wide else [line("  ", span(figures, "muted"))]
    above_all = [] if has_room else [heading(title)]
    return [
        *above_all,
        head + line(names),
        *below,
        *(row for part in parts for row in _rows(instrument, part, shape, width)),
    ]


def _figure_names(parts: Sequence[GroupChange]) -> str:
    names = [_("before"), _("now"), _("change")]
    if not all(part.in_time for part in parts):
        names = [OLD, NEW, _("difference")]
    before, now, change = names
    return f"{pad(before, 6, right=True)}   {pad(now, 3)}{pad(change, 9, right=True)}"


def _rows(instrument: Instrument, part: GroupChange, shape: _Columns, width: int) -> list[Line]:
    short = any(columns_of(domain.title) > shape.title for domain in instrument.domains)
    style: Style = "strong" if part.verdict_change or part.clear else "text"
    called = group_name(instrument, part.id, short=short)
    name, *rest = [span(pad(text, shape.title), style) for text in wrap(called, shape.title)]
    marks = [(group.mean, sign) for group, sign in zip(part.shown, (OLD, NEW), strict=True) if group.mean is not None]
    scale = instrument.scale_of(part.id)
    drawn = bars.axis(marks, scale.lowest, scale.highest, scale.threshold, shape.bar)
    bar = in_runs(drawn, _bar_style)
    head = line("  ", name, "  ", *bar, target=part.id)
    opening = line("  ", *_figures(part), "  ")
    if shape.wide:
        opening = line("  ", name, *_figures(part), "  ", *bar, "  ", target=part.id)
    room = width - opening.width
    first, *more = [text for said in _words(part, room) for text in wrap(said, room)] or [""]
    rows = [opening + line(span(first, _words_style(part)))]
    named = [line("  ", text) for text in rest]
    for below, text in zip_longest(named if shape.wide else (), more):
        left = below or EMPTY
        rows.append(left + line(" " * (opening.width - left.width), span(text or "", "muted")))
    return [*([] if shape.wide else [head, *named]), *(cut(row, width) for row in rows)]


def _bar_style(glyph: str) -> Style:
    if glyph in {NEW, bars.SEVERAL}:
        return "accent"
    return "strong" if glyph == OLD else "muted" if glyph == bars.MARK else "faint"


def _figures(part: GroupChange) -> list[Span]:
    """Both means or scores, how far apart, and a sign."""
    if part.is_single:
        return _one_score(part)
    before, now = part.shown
    return [
        span(pad(mean_text(before.mean), 6, right=True), "muted"),
        span(" → ", "muted"),
        span(pad(mean_text(now.mean), 5), "strong"),
        span(pad(delta_text(part.a.mean, part.b.mean), 7, right=True), direction_style(part)),
        span(" "),
        direction_sign(part),
    ]


def _one_score(part: GroupChange) -> list[Span]:
    """The two scores of a domain of one item: neither is a mean, and their step no change of one, so without a sign."""
    scores = [str(group.sum) if group.scored else "–" for group in (part.a, part.b)]
    same = bool(part.scores) and not part.delta
    return [
        span(pad(scores[0], 6, right=True), "muted"),
        span(" → ", "muted"),
        span(pad(scores[1], 5), "strong"),
        span(" " * 8),
        span(SAME if same else " ", "muted"),
    ]


def _words(part: GroupChange, room: int) -> list[str]:
    """Say what there is to say, in rows: across the threshold, clear or not, and another n where it has room."""
    said = _verdict_words(part)
    together = "; ".join(said)
    rows = [together] if together and columns_of(together) <= room else said
    if part.is_partial:
        return [*rows, on_common_words(part)]
    if part.a.scored == part.b.scored or part.by_other_items:
        return rows
    *above, last = rows or [""]
    counts = f"n={part.a.scored}→{part.b.scored}"
    both = f"{last}, {counts}" if last else counts
    return [*above, both] if columns_of(both) <= room else rows


def _verdict_words(part: GroupChange) -> list[str]:
    if part.shown[1].verdict is None or (is_too_few(part) and not part.in_time):
        return [_("too few")]
    if few := few_before(part):
        return [text for text in (few, clarity(part)) if text]
    if part.crossed_by_other_items and not part.by_other_items:  # the number beside it is on the shared ones alone
        return [f"{verdict(part.shown[1])}{verdict_sign(part)}", *filter(None, [clarity(part)])]
    verdicts = {"up": _("now high"), "down": _("no longer high")}
    if not part.in_time:
        verdicts = {"up": _("only {sign} high").format(sign=NEW), "down": _("only {sign} high").format(sign=OLD)}
    return [text for text in (verdicts.get(part.verdict_change or ""), clarity(part)) if text]


def _words_style(part: GroupChange) -> Style:
    if part.verdict_change:
        return "high" if part.is_improved else "low"
    return "text" if part.clear else "muted"


def crossing_title(instrument: Instrument) -> str:
    """Name the part with what crossed the threshold."""
    if not instrument.has_one_threshold:
        return _("Across the threshold")
    return _("Across the threshold of {threshold}").format(threshold=thresholds_text(instrument))


# The items of a diff: those answered differently as sentences, grouped or in one row, the unchanged folded.


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
    return [(name, [item.id for item in items]) for name, items in instrument.items_of_focus.items()]


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
