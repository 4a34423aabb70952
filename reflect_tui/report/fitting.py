"""Cuts a document to two sheets of A4 and says so; one that may take more is left whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil

from msgspec import Struct, structs

from reflect_tui.i18n import _
from reflect_tui.report.values import Beside, Changes, Fact, GoalLine, Low, Move, Point, Report, Row
from reflect_tui.views.lines import shorten, width

# How high the two sheets of a document come out, in lines of text.
#
# Measured from what a browser prints on A4 with the style of the page; the PDF takes a little less.


SHEET = 63.0
"""So many lines stand on a sheet."""
ACROSS = 112
"""So many usual letters stand in a line of a sheet."""
_HALF, _MEASURED_NAME, _SMALL = 46, 24, 128  # letters in a line: of half a sheet, of a domain's name, in small print
_HEADING, _ROW, _LITTLE = 1.8, 1.22, 0.91  # heights: a heading with the room above it, a row of a table, smaller text
_CLOSING, _PROFILE = 9.6, 15.8  # the lines to sign with the room for what is agreed; the profile
_WIDER = 0.9  # the widest capital takes so much more than a usual letter


def count_letters(text: str) -> int:
    """Count the usual letters that would take as much room."""
    return width(text) + round(_WIDER * sum(letter.isupper() or letter in "@%—" for letter in text))


def lines(text: str, across: int) -> int:
    """Count the lines of a text where so many usual letters stand in one."""
    return sum(max(1, ceil(count_letters(line) / across)) for line in text.split("\n"))


def front(report: Report) -> float:
    """Measure all up to the table of the domains."""
    facts = sum(max(12, count_letters(fact.text)) + 8 for fact in report.facts)
    sentences = report.changes.sentences if report.changes else ()
    heights = (
        1.8 + lines(report.title, ACROSS) + 2.4 * ceil(facts / ACROSS),
        _HEADING + 2.4,
        _HEADING + lines(sentences[0], ACROSS - 12) + lines(" ".join(sentences[1:]), ACROSS) if sentences else 0,
        _strengths(report.strengths),
        _HEADING + max(1, sum(_measuring_point(point, ACROSS) for point in report.agenda)) + bool(report.more_agenda),
        _domains(report.domains) + 0.85 * lines(" ".join((*report.legend, *report.signs)), _SMALL),
    )
    return sum(heights)


def _strengths(points: Sequence[Point]) -> float:
    heights = [_measuring_point(point, _HALF) for point in points]
    return _HEADING + sum(max(heights[at : at + 2]) for at in range(0, len(heights), 2)) if heights else 0


def _measuring_point(point: Point, across: int) -> float:
    small = sum(lines(text, across) for text in point.evidence)
    small += lines(point.remark, across - 10) if point.remark else 0
    return lines(point.title, across - 8) + _LITTLE * small + 0.3


def _domains(rows: Sequence[Row]) -> float:
    return _HEADING + 1.6 + sum(_ROW + 0.95 * (lines(row.name, _MEASURED_NAME) - 1) for row in rows)


def back(report: Report) -> float:
    """Measure all from the profile on."""
    low = sum(_LITTLE * lines(f"{item.text} {item.domain}", _HALF) + 0.2 for item in report.low.items)
    focuses = _HEADING + 1.2 + _ROW * len(report.focuses) + (_HEADING + low + 1 if report.low.items else 0)
    heights = (
        max(_PROFILE, focuses),
        _beside(report.beside) if report.beside else 0,
        _measuring_changes(report.changes) if report.changes else 0,
        _HEADING + 0.2 + max(1, sum(map(_measuring_goal, report.goals))) + bool(report.more_goals),
        _CLOSING + 0.8 * lines(" ".join(report.colophon), _SMALL),
    )
    return sum(heights)


def _beside(found: Beside) -> float:
    return _HEADING + 1.2 + _ROW * len(found.rows) + 0.85 * lines(" ".join(found.sentences), _SMALL)


def _measuring_changes(changes: Changes) -> float:
    def listed(moves: Sequence[Move], across: int, more: int) -> float:
        return 1.2 + max(1, sum(_LITTLE * lines(move.text, across) + 0.2 for move in moves)) + bool(more)

    pair = max(listed(changes.up, _HALF, changes.more_up), listed(changes.down, _HALF, changes.more_down))
    return _HEADING + pair + (listed(changes.others, ACROSS - 20, changes.more_others) if changes.others else 0)


def _measuring_goal(goal: GoalLine) -> float:
    facts = sum(width(fact.label) + count_letters(fact.text) + 4 for fact in goal.facts)
    looks = sum(lines(look, ACROSS) for look in goal.looks)
    return lines(goal.title, ACROSS - 8) + _LITTLE * (ceil(facts / ACROSS) + looks) + 0.4


# Letters, at most: the name of a domain, a label of the scale, a short name, a sentence of the small print.
_NAME, _LABEL, _SHORT, _PRINT = 160, 24, 60, 260


class Room(Struct, frozen=True, kw_only=True):
    """What is let in: letters of a text, lines of evidence to a point, points, moves, low items, goals, looks back."""

    letters: int = 2000
    evidence: int = 99
    points: int = 99
    moves: int = 99
    low: int = 99
    goals: int = 99
    looks: int = 99


_FRONT = (
    Room(),
    Room(letters=400, evidence=4),
    Room(letters=400, evidence=3),
    Room(letters=300, evidence=2, points=12),
    Room(letters=200, evidence=1, points=9),
    Room(letters=150, evidence=1, points=7),
    Room(letters=100, evidence=1, points=6),
    Room(letters=80, evidence=0, points=5),
)
_BACK = (
    Room(),
    Room(moves=5, low=5),
    Room(moves=4, low=4),
    Room(letters=400, moves=4, low=4, looks=4),
    Room(letters=250, moves=3, low=4, looks=2, goals=7),
    Room(letters=160, moves=3, low=3, looks=1, goals=5),
    Room(letters=110, moves=2, low=3, looks=1, goals=4),
    Room(letters=80, moves=1, low=2, looks=1, goals=3),
)


def fitted(report: Report) -> Report:
    """Cut a document as little as two sheets ask for; where even the most would not do, nothing is cut."""
    if report.whole:
        return report
    first = _least(report, _FRONT, _front, front)
    made = _least(first, _BACK, _back, _height_of_back) if first else None
    if made is None:
        return report
    return structs.replace(made, colophon=(*made.colophon, shortened())) if _lost(report, made) else made


def shortened() -> str:
    """Say that it was cut, and where the whole is."""
    return _("Shortened to two sheets; the app and the Markdown form have all of it.")


def _height_of_back(report: Report) -> float:
    return back(structs.replace(report, colophon=(*report.colophon, shortened())))


def _least(
    report: Report, ladder: Iterable[Room], cut: Callable[[Report, Room], Report], lines: Callable[[Report], float]
) -> Report | None:
    tried = (cut(report, room) for room in ladder)
    return next((one for one in tried if lines(one) <= SHEET), None)


def _lost(report: Report, made: Report) -> bool:
    """Tell whether anything was cut that no count beside it tells of: words, evidence, looks back."""
    listed = zip(_told(report), _told(made), strict=True)
    return any(was[: len(now)] != now for was, now in listed)


def _told(report: Report) -> tuple[Sequence[object], ...]:
    changes = report.changes
    moves = (changes.up, changes.down, changes.others) if changes else ((), (), ())
    names = tuple(row.name for row in report.domains)
    return (
        *((report.title,), report.facts, names, report.strengths, report.agenda, report.goals, report.low.items),
        *(*moves, report.legend, report.colophon),
    )


def _text(text: str, letters: int) -> str:
    """Cut a text that takes more lines than so many letters fill, or that has more of them in it."""
    if lines(text, ACROSS) <= max(1, letters // ACROSS) and count_letters(text) <= letters:
        return text
    joined = " ".join(text.split())
    usual = len(joined) / max(1, count_letters(joined))  # capitals take more room than a usual letter
    return shorten(joined, max(1, int(letters * min(1, usual))))


def _front(report: Report, room: Room) -> Report:
    return structs.replace(
        report,
        title=_text(report.title, room.letters),
        facts=tuple(Fact(fact.label, _text(fact.text, min(room.letters, ACROSS))) for fact in report.facts),
        strengths=tuple(_point(point, room, half=True) for point in report.strengths),
        agenda=tuple(_point(point, room) for point in report.agenda[: room.points]),
        more_agenda=max(0, len(report.agenda) - room.points),
        domains=tuple(structs.replace(row, name=_text(row.name, min(room.letters, _NAME))) for row in report.domains),
        legend=tuple(_text(text, max(room.letters, _PRINT)) for text in report.legend),
    )


def _point(point: Point, room: Room, *, half: bool = False) -> Point:
    letters = room.letters // 2 if half else room.letters
    return Point(
        title=_text(point.title, letters),
        evidence=tuple(_text(text, letters) for text in point.evidence[: room.evidence]),
        remark=_text(point.remark, letters),
    )


def _back(report: Report, room: Room) -> Report:
    return structs.replace(
        report,
        low=_low(report.low, room),
        changes=_changes(report.changes, room) if report.changes else None,
        goals=tuple(_goal(goal, room) for goal in report.goals[: room.goals]),
        more_goals=max(0, len(report.goals) - room.goals),
        colophon=tuple(_text(text, max(room.letters, _PRINT)) for text in report.colophon),
    )


def _low(low: Low, room: Room) -> Low:
    kept = tuple(
        structs.replace(
            item,
            text=_text(item.text, room.letters),
            domain=_text(item.domain, _SHORT),
            score=_text(item.score, _LABEL),
        )
        for item in low.items[: room.low]
    )
    return Low(kept, low.more + len(low.items) - len(kept))


def _changes(changes: Changes, room: Room) -> Changes:
    def kept(moves: Sequence[Move]) -> tuple[Move, ...]:
        return tuple(structs.replace(move, text=_text(move.text, room.letters)) for move in moves[: room.moves])

    def more(moves: Sequence[Move], already: int) -> int:
        return already + max(0, len(moves) - room.moves)

    return structs.replace(
        changes,
        up=kept(changes.up),
        down=kept(changes.down),
        others=kept(changes.others),
        more_up=more(changes.up, changes.more_up),
        more_down=more(changes.down, changes.more_down),
        more_others=more(changes.others, changes.more_others),
    )


def _goal(goal: GoalLine, room: Room) -> GoalLine:
    return structs.replace(
        goal,
        title=_text(goal.title, room.letters),
        facts=tuple(Fact(fact.label, _text(fact.text, room.letters)) for fact in goal.facts),
        looks=tuple(_text(look, room.letters) for look in goal.looks[-room.looks :]),
    )
