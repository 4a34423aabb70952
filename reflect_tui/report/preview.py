"""A document as lines to look through before it is made: titles and lines of each part, in the order of the sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reflect_tui.report.document import (
    ComparisonTable,
    DocumentPoint,
    GoalLine,
    GroupRow,
    Headings,
    MovedItem,
    RaterChart,
    Report,
    headings,
    mark_glyph,
)
from reflect_tui.report.document_texts import figure_cells, figure_heads
from reflect_tui.views.labels import DOWN, UP, table
from reflect_tui.views.lines import EMPTY, Line, hanging, heading, line, paragraph, span

_WIDEST = 100
_BLANK = "…"


def render_preview(report: Report, columns: int) -> list[Line]:
    """Set every part of a document below its title; charts are the figures that they show."""
    room = min(columns, _WIDEST) - 2
    said = headings()
    lines = [
        *paragraph(report.title, room, "muted", indent=2),
        *paragraph(report.subtitle, room, "title", indent=2),
        *(part for fact in report.facts for part in paragraph(f"{fact.label}: {fact.text}", room, indent=2)),
    ]
    for title, body in _sections(report, said, room):
        lines += [EMPTY, heading(title), *body]
    return [*lines, EMPTY, *_texts(report.colophon, room)]


def _sections(report: Report, said: Headings, room: int) -> Iterator[tuple[str, list[Line]]]:
    totals = " · ".join(f"{total.figure} {total.label}" for total in report.totals)
    yield said.overview, _texts([" ".join(report.opening), totals], room)
    if report.changes:
        yield said.change, _texts(report.changes.sentences, room)
    if report.strengths:
        yield said.strengths, _points(report.strengths, said, room)
    agenda = _points(report.agenda, said, room, numbered=True)
    yield said.agenda, agenda or _texts([said.no_agenda], room)
    goals = [part for goal in report.goals for part in _goal(goal, said, room)]
    yield said.goals, goals or _texts([said.no_goals], room)
    if changes := report.changes:
        lists = ((said.moves, ((UP, changes.up), (DOWN, changes.down))), (said.once, (("", changes.others),)))
        yield from ((title, rows) for title, kinds in lists if (rows := _texts(_moves(kinds), room)))
    yield from _figures(report, said, room)
    yield from _closing(report, said, room)


def _figures(report: Report, said: Headings, room: int) -> Iterator[tuple[str, list[Line]]]:
    if report.low.items:
        yield (
            report.low.title,
            _texts((f"{item.score}: {item.text} ({item.domain})" for item in report.low.items), room),
        )
    yield said.domains, _rows(report.domains, said.domain, report, room)
    if report.focuses:
        yield report.focuses_title, _rows(report.focuses, said.focus, report, room)
    if report.beside and report.raters:
        yield report.beside.title, _beside(report.beside, report.raters, room)


def _closing(report: Report, said: Headings, room: int) -> Iterator[tuple[str, list[Line]]]:
    if report.remark:
        yield said.remark, _texts(report.remark.split("\n"), room)
    if report.notes:
        yield said.notes, _texts((f"{note.item}: {note.text}" for note in report.notes), room)
    yield said.signatures, _texts([" · ".join(f"{who}, {said.date} {_BLANK}" for who in report.signatures)], room)


def _texts(texts: Iterable[str], room: int) -> list[Line]:
    return [part for text in texts if text for part in paragraph(text, room, indent=2)]


def _points(points: Sequence[DocumentPoint], said: Headings, room: int, *, numbered: bool = False) -> list[Line]:
    lines: list[Line] = []
    for number, point in enumerate(points, start=1):
        lines += hanging(line("  ", span(f"{number}. " if numbered else "", "muted")), point.title, room, "strong")
        lines += [part for text in point.evidence for part in paragraph(text, room, "muted", indent=5)]
        if point.remark:
            lines += paragraph(f"{said.remark_to} {point.remark}", room, "accent", indent=5)
        if numbered:
            blanks = (said.agreements, said.who, said.due)
            lines += paragraph(" · ".join(f"{label} {_BLANK}" for label in blanks), room, "faint", indent=5)
    return lines


def _rows(rows: Sequence[GroupRow], first: str, report: Report, room: int) -> list[Line]:
    named = ((row, f"{row.head}: {row.short}" if row.head else row.short) for row in rows)
    return table(figure_heads(report, first), [figure_cells(report, row, name) for row, name in named], room)


def _beside(found: ComparisonTable, chart: RaterChart, room: int) -> list[Line]:
    legend = " · ".join(f"{mark_glyph(role)} {name}" if role else name for role, name in chart.legend)
    return [*table(found.heads[:-2], [row[:-2] for row in found.rows], room), *_texts([legend], room)]


def _moves(kinds: Iterable[tuple[str, Sequence[MovedItem]]]) -> Iterator[str]:
    for sign, moves in kinds:
        yield from (f"{sign} {move.before} → {move.now}: {move.text}".strip() for move in moves)


def _goal(goal: GoalLine, said: Headings, room: int) -> list[Line]:
    late = f" ({said.late})" if goal.late else ""
    facts = " · ".join(f"{fact.label} {fact.text}" for fact in goal.facts)
    return [*paragraph(goal.title + late, room, "strong", indent=2), *_texts([facts, *goal.looks], room)]
