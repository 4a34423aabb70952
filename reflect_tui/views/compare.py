"""Oneself beside others: each a glyph on one axis, gaps beside them; the four fields, and what was written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct

from reflect_tui.analysis.compare import QUADRANTS, SMALLEST_GAP, Comparison, ComparisonRow, by_gap, by_size
from reflect_tui.analysis.summary import Axis
from reflect_tui.i18n import _, pgettext
from reflect_tui.model.instrument import Instrument, Scale
from reflect_tui.views import bars, labels
from reflect_tui.views import comparison_sentences as words
from reflect_tui.views.bars import even, scale_row
from reflect_tui.views.instrument_words import direction_sentences
from reflect_tui.views.labels import Key, group_name, mean_text, role_name
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    fit,
    hanging,
    heading,
    in_runs,
    joined,
    line,
    nothing_yet,
    pad,
    paragraph,
    paragraphs,
    shorten,
    span,
    width,
)

Order = Literal["gap", "size", "instrument"]
ORDERS: tuple[Order, ...] = ("gap", "size", "instrument")
Along = Axis | Literal["item"]
WIDEST = 108
_WIDE, _NARROW = 104, 72
_LEAST_NAME = 12  # columns that a name takes at least beside its figures
_GAP = 11
_LEAST_AXIS = 13
_WIDEST_TABLE = 200


class ComparisonView(Struct, frozen=True, kw_only=True):
    """What is looked at: the rows of an axis, or the items of one `domain`; in which order."""

    axis: Along = "domain"
    domain: str = ""
    order: Order = "gap"


class _ComparisonColumns(Struct, frozen=True):
    title: int
    axis: int
    figures: bool
    field: int
    count: int


def comparison_rows(comparison: Comparison, instrument: Instrument, view: ComparisonView) -> tuple[ComparisonRow, ...]:
    """Choose the rows of a view and put them in its order."""
    found: Sequence[ComparisonRow] = comparison.rows("item" if view.domain else view.axis)
    if view.domain:
        found = [row for row in found if instrument.domain_of[row.id].id == view.domain]
    if view.order == "instrument":
        return tuple(found)
    if view.order == "gap":
        return by_gap(found)
    return tuple(sorted(found, key=lambda row: (row.gap is None, -abs(row.gap or 0))))  # as the column says, not ranked


def render_signs(comparison: Comparison, columns: int) -> list[Line]:
    """Name everyone's sign; a sign, a name and its date stay together."""
    rows = joined(words.participants(comparison), columns - 2)
    return paragraphs(rows, columns, "muted", indent=2)


def render_opening(comparison: Comparison, columns: int) -> list[Line]:
    """Say who is compared, who is not and why."""
    room = min(columns - 2, WIDEST)
    lines = render_signs(comparison, room) if comparison.has_others else []
    sentences = [*map(words.hidden_sentence, comparison.raters.hidden), *words.across_sentences(comparison)]
    if comparison.raters.elsewhere:
        sentences.append(words.elsewhere_sentence(comparison.raters))
    return [*lines, *paragraphs(sentences, room, "muted", indent=2)]


def render_nobody(comparison: Comparison, columns: int, key: Key | None = None) -> list[Line]:
    """Say that there is nothing to compare with, and how to get it: in the app by a `key`, else by a command."""
    text = _(
        "Nobody's answers stand beside this session. Ask colleagues, your manager or clients in a round of"
        " feedback; their answers are compared when it is closed."
    )
    if key:
        how = _("On the list of sessions, {ask} asks them, and {take_in} imports what they send back.")
        how = how.format(ask=key("home.rounds"), take_in=key("home.import"))
    else:
        how = _(
            "From a terminal: reflect-tui invite. A session of theirs can also be imported: reflect-tui import FILE."
        )
    return [*render_opening(comparison, columns), *nothing_yet(_("Nobody to compare with yet"), (text, how), columns)]


def render_comparison(comparison: Comparison, instrument: Instrument, view: ComparisonView, columns: int) -> list[Line]:
    """Show all rows of a view on one axis, and explain the marks that stand there."""
    rows = comparison_rows(comparison, instrument, view)
    lines = [*render_opening(comparison, columns), EMPTY, *render_table(comparison, instrument, view, columns)]
    if not rows:
        lines += paragraph(_("There is no statement here that both sides scored."), columns - 2, "muted", indent=4)
    return [*lines, EMPTY, *_notes(comparison, instrument, rows, lines, columns)]


def render_table(comparison: Comparison, instrument: Instrument, view: ComparisonView, columns: int) -> list[Line]:
    """Draw a row after another, the scale above them."""
    along_items = view.axis == "item" or bool(view.domain)
    rows = comparison_rows(comparison, instrument, view)
    names = 0 if along_items else max((width(words.row_name(instrument, row)) for row in rows), default=0)
    shape = _columns(columns, instrument.scale, names, items=along_items)
    return [_head(instrument.scale, shape, view), *(_row(instrument, row, shape) for row in rows)]


def _columns(columns: int, scale: Scale, names: int, *, items: bool) -> _ComparisonColumns:
    """Share a width out; `names` so wide have room before the axis, which items, without a count, get less of."""
    count = 0 if items else max(7, width(_("statements")) + 2)
    if columns < _NARROW:
        room = columns - 2 - count - 2 - 2 - _GAP - 2
        axis = even(room // 3 if items else min(room * 3 // 5, max(room - names, _LEAST_AXIS)), scale)
        return _ComparisonColumns(title=room - axis, axis=axis, figures=False, field=0, count=count)
    field = 27 if columns >= _WIDE and not items else 0
    room = min(columns, _WIDEST_TABLE) - 2 - count - 2 - 2 - 6 - 9 - _GAP - 2 - field
    widest = max(46, columns // 2)  # in a wide window half of it
    axis = even(min(25, room * 2 // 5) if items else min(widest, room * 2 // 3, max(room - names, _LEAST_AXIS)), scale)
    title = room - axis if items else min(30, room - axis)
    return _ComparisonColumns(title=title, axis=axis, figures=True, field=field, count=count)


def _head(scale: Scale, shape: _ComparisonColumns, view: ComparisonView) -> Line:
    orders: dict[Order, str] = {"gap": _("gap ↓"), "size": _("size ↓"), "instrument": _("gap")}
    figures = [pad(_("own"), 6, right=True), pad(_("others"), 9, right=True)] if shape.figures else []
    return line(
        "  ",
        span(pad("", shape.title), "muted"),
        span(pad(_("statements"), shape.count, right=True) if shape.count else "", "muted"),
        "  ",
        span(scale_row(scale, shape.axis), "muted"),
        "  ",
        *(span(text, "muted") for text in figures),
        span(pad(orders[view.order], _GAP, right=True), "muted"),
    )


def _row(instrument: Instrument, row: ComparisonRow, shape: _ComparisonColumns) -> Line:
    figures = [
        span(pad(words.own_text(row), 6, right=True), "strong"),
        span(pad(words.others_text(row), 9, right=True), "text"),
    ]
    field = words.field_text(row) if row.session and shape.field else ""
    return line(
        "  ",
        span(_fit_name(instrument, row, shape.title), "text" if row.groups else "muted"),
        span(pad(f"{len(row.items)}/{row.total}", shape.count, right=True) if shape.count else "", "muted"),
        "  ",
        *axis_spans(row, shape.axis),
        "  ",
        *(figures if shape.figures else []),
        span(pad(words.gap_text(row, "") or "–", _GAP, right=True), "strong"),
        span(" " if row.is_exact else words.NEARLY, "muted"),
        span(words.DIVIDED if row.is_divided else " ", "strong"),
        span(f" {field}" if field else "", "muted"),
        target=row.id,
    )


def _fit_name(instrument: Instrument, row: ComparisonRow, columns: int) -> str:
    """Fit the name of a row to its column; of a reversed statement its words are cut, never the mark."""
    name = words.row_name(instrument, row)
    if row.id not in instrument.reversed_ids:
        return fit(name, columns)
    text = instrument.item(row.id).text
    return pad(name.replace(text, shorten(text, columns - width(name) + width(text)), 1), columns)


def axis_spans(row: ComparisonRow, width: int) -> tuple[Span, ...]:
    """Draw everyone on one axis over the whole scale; the accent is on oneself, also among several in one cell."""
    scale = row.scale
    own = [(row.own.mean, words.OWN)] if row.own else []
    others = [(group.mean, words.group_sign(group)) for group in row.shown]
    drawn, alone = (
        bars.axis(marks, scale.lowest, scale.highest, scale.threshold, width) for marks in ([*own, *others], own)
    )
    here = alone.find(words.OWN)
    if here < 0:
        return in_runs(drawn, _style)
    return (*in_runs(drawn[:here], _style), span(drawn[here], "accent"), *in_runs(drawn[here + 1 :], _style))


def _style(glyph: str) -> Style:
    if glyph in {*words.SIGNS.values(), words.BY_NAME, bars.SEVERAL}:
        return "strong"
    return "muted" if glyph == bars.MARK else "faint"


def render_detail(instrument: Instrument, row: ComparisonRow, columns: int) -> list[Line]:
    """Set the figures of one row below each other: oneself, each group, others with the gap and the field."""
    room = min(columns - 4, WIDEST)
    lines = paragraph(words.row_name(instrument, row, short=False), room, "strong", indent=2)
    if not row.own or not row.groups:
        return [*lines, *paragraph(_("There is no statement here that both sides scored."), room, "muted", indent=2)]
    rows = list(zip(words.detail_rows(row), words.detail_rows(row, short=True), strict=True))
    names, means = max(width(long[1]) for long, _short in rows), max(width(long[2]) for long, _short in rows)
    for (sign, who, mean, scored, about), (*_same, in_short) in rows:
        figures = [span(pad(mean, means + 2), "strong"), span(pad(scored, 7), "muted")]
        text = line("  ", span(f"{sign} ", "accent"), span(pad(who, names + 2)), *figures)
        lines += hanging(text, about if text.width + width(about) <= room else in_short, room, "muted")
    end = [_("others {mean}").format(mean=words.others_text(row)), _("gap {gap}").format(gap=words.gap_text(row))]
    if row.total > 1:
        end.append(_("{n} of {total} statements").format(n=len(row.items), total=row.total))
    if row.session and words.field_text(row):
        end.append(words.field_text(row))
    end.append(words.counted_sentence(row))
    return [*lines, *paragraph(" · ".join(filter(None, end)), room, indent=2)]


def _notes(
    comparison: Comparison, instrument: Instrument, rows: Sequence[ComparisonRow], drawn: Sequence[Line], columns: int
) -> list[Line]:
    """Explain the marks that stand on the page, and what is better where that isn't higher."""
    sentences = [*direction_sentences(instrument, counted=True), *words.own_band_sentences(instrument, rows)]
    if any(bars.SEVERAL in row.text for row in drawn):
        sentences.append(_("{sign} Overlapping marks.").format(sign=bars.SEVERAL))
    if any(not row.is_exact for row in rows):
        sentences.append(words.not_exact_sentence())
    if any(group.apart for group in comparison.raters.groups):
        sentences.append(words.apart_sentence())
    if any(row.is_divided for row in rows):
        sentences.append(words.divided_sentence())
    sentences.append(words.left_out_sentence(instrument, rows))
    if any(0 < len(row.shown) < len(comparison.raters.groups) for row in rows):
        sentences.append(_("No mark: too few answers, or one person could be recognised."))
    return paragraphs(filter(None, sentences), min(columns - 2, WIDEST), "muted", indent=2)


def render_quadrants(comparison: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    """Show who is compared, and the four fields."""
    return [*render_opening(comparison, columns), EMPTY, *render_quadrant_list(comparison, instrument, columns)]


def render_quadrant_list(
    comparison: Comparison, instrument: Instrument, columns: int, *, below_rows: bool = False
) -> list[Line]:
    """Set the four fields, strengths first, each domain under the one it falls in.

    `below_rows` that say already where lower is better and what is reversed, it isn't said again.
    """
    room = min(columns - 2, WIDEST)
    lines = paragraph(words.verdict_basis(instrument, directions=not below_rows), room, "muted", indent=2)
    for field in QUADRANTS:
        name = words.quadrant_name(field)
        lines += [EMPTY, heading(name[0].upper() + name[1:])]
        lines += paragraph(words.quadrant_meaning(field, instrument), room, "muted", indent=4)
        inside = [row for row in by_size(comparison.domains) if row.quadrant == field]
        lines += [part for row in inside for part in _in_field(instrument, row, room)] or [
            line("    ", span("–", "muted"))
        ]
    outside = [row for row in comparison.domains if row.quadrant is None]
    told = (
        (
            _("Exactly at the threshold, for you or in the mean of others, so in none of the four: {domains}."),
            [row for row in outside if row.is_at_threshold and not row.is_divided],
        ),
        (_("Others differ, one is high and another is not: {names}."), [row for row in outside if row.is_divided]),
        (
            _(
                "In none of the four (too few statements scored by both sides, a rounded figure, "
                "or a gap below {gap}): {domains}."
            ),
            [row for row in outside if not (row.is_at_threshold or row.is_divided)],
        ),
    )
    for text, rows in told:
        names = ", ".join(group_name(instrument, row.id, short=True) for row in rows)
        said = text.format(domains=names, names=names, gap=mean_text(SMALLEST_GAP))
        lines += [EMPTY, *paragraph(said, room, "muted", indent=2)] if rows else []
    return lines


def _in_field(instrument: Instrument, row: ComparisonRow, room: int) -> list[Line]:
    text = _("own {own} · others {others} · {gap}")
    own = here = words.own_text(row)
    if row.own and row.session and row.session.scored != row.own.scored:
        own = _("{whole}, here {own} (n={n})").format(whole=mean_text(row.session.mean), own=here, n=row.own.scored)
    written = [text.format(own=each, others=words.others_text(row), gap=words.gap_text(row)) for each in (own, here)]
    figures = next((each for each in written if width(each) <= room - 6 - _LEAST_NAME), written[-1])
    title = fit(words.row_name(instrument, row), max(_LEAST_NAME, min(34, room - 6 - width(figures))))
    figured = span(shorten(figures, room - 6 - width(title)), "muted")
    return [line("    ", span(title), "  ", figured, target=row.id)]


def render_comments(comparison: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    """Show who is compared, and what they wrote."""
    room = min(columns - 2, WIDEST)
    nothing = [] if comparison.comments else [EMPTY, *paragraph(_("Nobody wrote anything."), room, indent=4)]
    return [*render_opening(comparison, columns), *(nothing or render_comment_list(comparison, instrument, columns))]


def render_comment_list(comparison: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    """Set what others wrote, by domain; nothing when there is nothing."""
    room = min(columns - 2, WIDEST)
    text = words.comments_sentence(comparison.comments)
    lines = [EMPTY, *paragraph(text, room, "muted", indent=2)] if comparison.comments else []
    for domain, together in groupby(comparison.comments, lambda comment: comment.domain):
        lines += [EMPTY, heading(group_name(instrument, domain, short=True) if domain else _("General"))]
        for comment in together:
            lines += render_comment(words.comment_text(comment), room)
    return lines


def render_comment(text: str, room: int) -> list[Line]:
    """Set one comment as an entry of a list."""
    return hanging(line("    ", span("· ", "muted")), text, room)


# The same as a table: for those who hear the screen, and for logs.


def render_text_table(comparison: Comparison, instrument: Instrument, view: ComparisonView, columns: int) -> list[Line]:
    """Write the rows of a view as one sentence and a table: every mean with its n."""
    rows = comparison_rows(comparison, instrument, view)
    room = columns - 2
    return [
        *render_opening(comparison, columns),
        EMPTY,
        *paragraph(words.gap_summary(instrument, rows), room, indent=2),
        *paragraph(words.basis_sentence(), room, "muted", indent=2),
        EMPTY,
        *labels.table(
            column_names(comparison, view), [row_cells(comparison, instrument, row) for row in rows], columns
        ),
        *render_table_notes(instrument, rows, columns),
    ]


def render_table_notes(instrument: Instrument, rows: Sequence[ComparisonRow], columns: int) -> list[Line]:
    """Say below a table who counts not among the others, and explain the mark where others differ; nothing if none."""
    said = [
        words.left_out_sentence(instrument, rows),
        words.divided_sentence() if any(row.is_divided for row in rows) else "",
    ]
    said.append("" if all(row.is_exact for row in rows) else words.not_exact_sentence())
    lines = paragraphs(filter(None, said), min(columns - 2, WIDEST), "muted", indent=2)
    return [EMPTY, *lines] if lines else []


def column_names(comparison: Comparison, view: ComparisonView) -> list[str]:
    """Name the columns."""
    first = _("Statement") if view.domain or view.axis == "item" else labels.axis_name(view.axis)
    groups = [
        _("{role}, by name").format(role=role_name(group.role)) if group.apart else role_name(group.role)
        for group in comparison.raters.groups
    ]
    return [first, _("own"), *groups, _("others"), _("gap"), pgettext("column, number of scores", "n")]


def row_cells(
    comparison: Comparison, instrument: Instrument, row: ComparisonRow, divided: str = f" {words.DIVIDED}"
) -> list[str]:
    """Write one row: means with n, the gap with marks where it is not exact and where groups differ, how many items."""
    shown = {(group.role, group.apart): group for group in row.shown}
    columns = [shown.get((group.role, group.apart)) for group in comparison.raters.groups]
    groups = [f"{words.group_text(row, group)} ({group.scored})" if group else "–" for group in columns]
    own = f"{words.own_text(row)} ({row.own.scored})" if row.own else "–"
    counted = _("{n} of {total}").format(n=len(row.items), total=row.total)
    return [
        words.row_name(instrument, row, short=False),
        own,
        *groups,
        words.others_text(row),
        (words.gap_text(row) or "–") + (divided if row.is_divided else ""),
        counted,
    ]
