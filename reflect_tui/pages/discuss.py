"""One difference at a time: how far apart, what others wrote, one's own note, and whether it is on the agenda."""

from __future__ import annotations

from msgspec import Struct

from reflect_tui.agenda import Agenda
from reflect_tui.analysis.compare import Compared, Comparison
from reflect_tui.analysis.discussion import is_marked, point_of
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.pages.bars import even, scale_row
from reflect_tui.pages.compare import WIDEST, axis_spans, legend
from reflect_tui.pages.compare_words import field_meaning, field_name, gap_text, row_name, row_sentences
from reflect_tui.pages.lines import EMPTY, Line, heading, line, paragraph, span
from reflect_tui.pages.words import DONE

_AXIS = 60


class Step(Struct, frozen=True):
    """A difference: which it is, and of how many."""

    row: Compared
    number: int
    total: int


def page(comparison: Comparison, instrument: Instrument, step: Step, agenda: Agenda, columns: int) -> list[Line]:
    """Show a difference."""
    row = step.row
    room = min(columns - 2, WIDEST)
    gap = f"  {gap_text(row)}"
    width = even(min(_AXIS, room - 4 - len(gap)), instrument.scale)
    title = row_name(instrument, row, short=False)
    state = _("on the agenda") if is_marked(agenda, row) else _("not on the agenda")
    state = f"{DONE} {state}" if is_marked(agenda, row) else state
    field = f"{field_name(row.field)}: {field_meaning(row.field)}" if row.field else ""
    return [
        line(
            "  ",
            span(_("Difference {n} of {total}").format(n=step.number, total=step.total), "muted"),
            span(f" · {state}", "muted"),
        ),
        EMPTY,
        *paragraph(title, room, "title", indent=2),
        *paragraph(field, room, "muted", indent=2),
        EMPTY,
        line("    ", span(scale_row(instrument.scale, width), "muted")),
        line("    ", *axis_spans(row, instrument.scale, width), span(gap, "strong")),
        EMPTY,
        *legend(comparison, room),
        *(part for text in row_sentences(row) for part in paragraph(text, room, indent=2)),
        *_written(comparison, row, room),
        *_note(agenda, row, room),
    ]


def _written(comparison: Comparison, row: Compared, room: int) -> list[Line]:
    texts = [comment.text for comment in comparison.comments if comment.domain == row.id]
    if not texts:
        return []
    lines = [EMPTY, heading(_("What others wrote"))]
    for text in texts:
        first, *rest = paragraph(text, room, indent=6)
        lines += [line("    ", span("· ", "muted"), *first.spans[1:]), *rest]
    return lines


def _note(agenda: Agenda, row: Compared, room: int) -> list[Line]:
    point = point_of(agenda, row)
    if point is None or not point.remark:
        return []
    return [EMPTY, heading(_("Your note")), *paragraph(point.remark, room, "accent", indent=4)]
