"""A document as lines to look through before it is made: titles and lines of each part, in the order of the sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reflect_tui.report.document import (
    Changes,
    ComparisonTable,
    DocumentPoint,
    GoalLine,
    GroupRow,
    Headings,
    MovedItem,
    RaterChart,
    Report,
    before_text,
    change_text,
    count_text,
    course_change,
    headings,
    moment_text,
    more_low_text,
    more_text,
    verdict_text,
)
from reflect_tui.views.labels import ROLE_MARKS, mean_text, table
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
    yield from _figures(report, said, room)
    yield from _closing(report, said, room)


def _figures(report: Report, said: Headings, room: int) -> Iterator[tuple[str, list[Line]]]:
    yield said.domains, _rows(report.domains, said, said.domain, report, room)
    if any(len(row.course) > 1 for row in report.domains):
        yield said.course, _courses(report.domains, said, room)
    yield said.focuses, _rows(report.focuses, said, said.focus, report, room)
    if report.low.items:
        more = more_low_text(report.low.more, report.scale)
        listed = [f"{item.score}: {item.text} ({item.domain})" for item in report.low.items]
        yield said.low, _texts([*listed, more], room)
    if report.beside and report.raters:
        yield report.beside.title, _beside(report.beside, report.raters, room)
    if report.changes:
        yield said.moves, list(_moves(report.changes, said, room))


def _closing(report: Report, said: Headings, room: int) -> Iterator[tuple[str, list[Line]]]:
    goals = [part for goal in report.goals for part in _goal(goal, said, room)]
    yield said.goals, goals or _texts([said.no_goals], room)
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


def _rows(rows: Sequence[GroupRow], said: Headings, first: str, report: Report, room: int) -> list[Line]:
    count = 6 if report.changes else 4
    heads = (first, said.mean, said.count, said.verdict, said.before, said.delta)[:count]
    cells = [
        (row.short, mean_text(row.now.mean), count_text(row), verdict_text(row), before_text(row), change_text(row))
        for row in rows
    ]
    return table(heads, [row[:count] for row in cells], room)


def _courses(rows: Sequence[GroupRow], said: Headings, room: int) -> list[Line]:
    heads = (said.domain, said.first, said.last, said.course_delta)
    followed = [row for row in rows if len(row.course) > 1]
    cells = [(row.short, *map(moment_text, (row.course[0], row.course[-1])), course_change(row)) for row in followed]
    return table(heads, cells, room)


def _beside(found: ComparisonTable, chart: RaterChart, room: int) -> list[Line]:
    legend = " · ".join(f"{ROLE_MARKS[role]} {name}" if role else name for role, name in chart.legend)
    return [*table(found.heads[:-2], [row[:-2] for row in found.rows], room), *_texts([legend], room)]


def _moves(changes: Changes, said: Headings, room: int) -> Iterator[Line]:
    kinds: list[tuple[str, tuple[MovedItem, ...], int]] = [
        (said.up, changes.up, changes.more_up),
        (said.down, changes.down, changes.more_down),
        (said.others, changes.others, changes.more_others),
    ]
    for title, moves, more in kinds:
        if moves or title != said.others:
            listed = [f"{move.before} → {move.now}: {move.text}" for move in moves] or [said.none]
            yield from paragraph(title, room, "strong", indent=2)
            yield from _texts([*listed, more_text(more)], room)


def _goal(goal: GoalLine, said: Headings, room: int) -> list[Line]:
    late = f" ({said.late})" if goal.late else ""
    facts = " · ".join(f"{fact.label} {fact.text}" for fact in goal.facts)
    return [*paragraph(goal.title + late, room, "strong", indent=2), *_texts([facts, *goal.looks], room)]
