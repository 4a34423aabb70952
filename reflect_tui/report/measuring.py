"""How high the two sheets of a document come out, in lines of text.

Measured from what a browser prints on A4 with the style of the page; the PDF takes a little less.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from reflect_tui.pages.lines import width
from reflect_tui.report.values import Beside, Changes, GoalLine, Move, Point, Report, Row

SHEET = 63.0
"""So many lines stand on a sheet."""
ACROSS = 112
"""So many usual letters stand in a line of a sheet."""
_HALF, _NAME, _SMALL = 46, 24, 128  # letters in a line: of half a sheet, of a domain's name, in small print
_HEADING, _ROW, _LITTLE = 1.8, 1.22, 0.91  # heights: a heading with the room above it, a row of a table, smaller text
_CLOSING, _PROFILE = 9.6, 15.8  # the lines to sign with the room for what is agreed; the profile
_WIDER = 0.9  # the widest capital takes so much more than a usual letter


def letters(text: str) -> int:
    """Count the usual letters that would take as much room."""
    return width(text) + round(_WIDER * sum(letter.isupper() or letter in "@%—" for letter in text))


def lines(text: str, across: int) -> int:
    """Count the lines of a text where so many usual letters stand in one."""
    return sum(max(1, ceil(letters(line) / across)) for line in text.split("\n"))


def front(report: Report) -> float:
    """Measure all up to the table of the domains."""
    facts = sum(max(12, letters(fact.text)) + 8 for fact in report.facts)
    sentences = report.changes.sentences if report.changes else ()
    heights = (
        1.8 + lines(report.title, ACROSS) + 2.4 * ceil(facts / ACROSS),
        _HEADING + 2.4,
        _HEADING + lines(sentences[0], ACROSS - 12) + lines(" ".join(sentences[1:]), ACROSS) if sentences else 0,
        _strengths(report.strengths),
        _HEADING + max(1, sum(_point(point, ACROSS) for point in report.agenda)) + bool(report.more_agenda),
        _domains(report.domains) + 0.85 * lines(" ".join((*report.legend, *report.signs)), _SMALL),
    )
    return sum(heights)


def _strengths(points: Sequence[Point]) -> float:
    heights = [_point(point, _HALF) for point in points]
    return _HEADING + sum(max(heights[at : at + 2]) for at in range(0, len(heights), 2)) if heights else 0


def _point(point: Point, across: int) -> float:
    small = sum(lines(text, across) for text in point.evidence)
    small += lines(point.remark, across - 10) if point.remark else 0
    return lines(point.title, across - 8) + _LITTLE * small + 0.3


def _domains(rows: Sequence[Row]) -> float:
    return _HEADING + 1.6 + sum(_ROW + 0.95 * (lines(row.name, _NAME) - 1) for row in rows)


def back(report: Report) -> float:
    """Measure all from the profile on."""
    low = sum(_LITTLE * lines(f"{item.text} {item.domain}", _HALF) + 0.2 for item in report.low.items)
    focuses = _HEADING + 1.2 + _ROW * len(report.focuses) + (_HEADING + low + 1 if report.low.items else 0)
    heights = (
        max(_PROFILE, focuses),
        _beside(report.beside) if report.beside else 0,
        _changes(report.changes) if report.changes else 0,
        _HEADING + 0.2 + max(1, sum(map(_goal, report.goals))) + bool(report.more_goals),
        _CLOSING + 0.8 * lines(" ".join(report.colophon), _SMALL),
    )
    return sum(heights)


def _beside(found: Beside) -> float:
    return _HEADING + 1.2 + _ROW * len(found.rows) + 0.85 * lines(" ".join(found.sentences), _SMALL)


def _changes(changes: Changes) -> float:
    def listed(moves: Sequence[Move], across: int, more: int) -> float:
        return 1.2 + max(1, sum(_LITTLE * lines(move.text, across) + 0.2 for move in moves)) + bool(more)

    pair = max(listed(changes.up, _HALF, changes.more_up), listed(changes.down, _HALF, changes.more_down))
    return _HEADING + pair + (listed(changes.others, ACROSS - 20, changes.more_others) if changes.others else 0)


def _goal(goal: GoalLine) -> float:
    facts = sum(width(fact.label) + letters(fact.text) + 4 for fact in goal.facts)
    looks = sum(lines(look, ACROSS) for look in goal.looks)
    return lines(goal.title, ACROSS - 8) + _LITTLE * (ceil(facts / ACROSS) + looks) + 0.4
