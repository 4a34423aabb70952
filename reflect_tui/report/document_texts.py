"""What a document says in words: of its rows, and the whole as lines to look through before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.trend import FEW, Point
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, format_date, ngettext
from reflect_tui.model.instrument import Scale
from reflect_tui.report.document import (
    ComparisonTable,
    DocumentPoint,
    GoalLine,
    GroupRow,
    Headings,
    LowestItems,
    MovedItem,
    RaterChart,
    Report,
    headings,
    mark_glyph,
)
from reflect_tui.text import more_text
from reflect_tui.views.change_sentences import change_sign, few_before, verdict_sign
from reflect_tui.views.instrument_words import threshold_text
from reflect_tui.views.labels import DOWN, UP, delta_text, figure_text, scores_text, table, verdict
from reflect_tui.views.lines import EMPTY, Line, hanging, heading, line, paragraph, paragraphs, span
from reflect_tui.views.trend_text import means_in_words


def more_low_text(low: LowestItems, count: int, scale: Scale) -> str:
    """Say how many more items stand below the threshold; "" when all are listed."""
    if not low.all_below:
        return more_text(count)
    text = ngettext("{n} more statement below {threshold}.", "{n} more statements below {threshold}.", count)
    return text.format(n=count, threshold=threshold_text(scale)) if count > 0 else ""


def figure_heads(report: Report, first: str) -> tuple[str, ...]:
    """Name the columns of `figure_cells()`; `first` names the rows."""
    said = headings()
    before = (said.before, said.delta) if report.changes else ()
    day = first_day(report.domains)
    course = (f"{said.first}, {day}", said.course_delta) if shows_first(report) else ()
    return (first, said.mean, said.count, said.verdict, *before, *course)


def figure_cells(report: Report, row: GroupRow, name: str) -> tuple[str, ...]:
    """Write the figures of a row: now, then the session before and the first of the course, where there are any."""
    before = (before_text(row), change_text(row)) if report.changes else ()
    day = first_day(report.domains)
    course = (first_text(row, day), course_change(row)) if shows_first(report) else ()
    return (name, figure_text(row.now), count_text(row), verdict_text(row), *before, *course)


def verdict_text(row: GroupRow) -> str:
    """Say the verdict of a row, and a crossing of the threshold."""
    change = row.change.verdict_change if row.change else None
    if change == "up":
        return _("now high")
    if change == "down":
        return _("no longer high")
    return verdict(row.now) + verdict_sign(row.change)


def count_text(row: GroupRow) -> str:
    """Write the n of a row: how many of its items have a score, of those that apply."""
    return f"{row.now.scored}/{row.now.applicable}"


def before_text(row: GroupRow) -> str:
    """Write the mean of the session before, with its n where that was another, or a score; a dash without one."""
    before = row.change.shown[0] if row.change else None
    text = figure_text(before)
    if before and before.scored and before.scored != row.now.scored:
        text = _("{mean} (n={n})").format(mean=text, n=before.scored)
    return ", ".join(filter(None, (text, few_before(row.change) if row.change else "")))


def change_text(row: GroupRow) -> str:
    """Write the change of the mean since the session before."""
    return _written(row.change)


def course_change(row: GroupRow) -> str:
    """Write the change of the mean since the first session of the course."""
    return _written(row.course_change)


def _written(change: GroupChange | None) -> str:
    """Write a change, with a sign when it is no clear one; a dash when one of the two is missing.

    Of a single item both scores are written: they are no mean, and no test can tell of one step.
    """
    if change is None or change.delta is None:
        return "–"
    if change.scores:
        return scores_text(change.scores)
    text = f"{change_sign(change)} {delta_text(change.a.mean, change.b.mean)}".lstrip()
    return _("{change} (n={n})").format(change=text, n=change.b.scored) if change.is_partial else text


def first_day(rows: Sequence[GroupRow]) -> str:
    """Write the day on which most courses begin; "" where no row has a course."""
    days = Counter(_day_text(row.course[0]) for row in rows if is_followed(row))
    return days.most_common(1)[0][0] if days else ""


def shows_first(report: Report) -> bool:
    """Whether courses begin elsewhere than at the session compared with: else their first would stand there twice."""
    return begins_elsewhere((*report.domains, *report.focuses), compared=report.changes is not None)


def begins_elsewhere(rows: Iterable[GroupRow], *, compared: bool) -> bool:
    """Whether any of these rows has a course that begins at another session than the one compared with."""
    return any(not compared or row.change != row.course_change for row in rows if is_followed(row))


def first_text(row: GroupRow, usual: str) -> str:
    """Write where a course begins: its n where that was another, and its day where that is not the usual one."""
    if not is_followed(row):
        return "–"
    first = row.course[0]
    text = figure_text(first.group)
    if first.group.scored != row.now.scored:
        text = _("{mean} (n={n})").format(mean=text, n=first.group.scored)
    day = _day_text(first)
    return text if day == usual else _("{mean} on {date}").format(mean=text, date=day)


def is_followed(row: GroupRow) -> bool:
    """Whether a row has a course: more than one session."""
    return len(row.course) > 1


def is_drawn(row: GroupRow) -> bool:
    """Whether a row has statements enough for its course to be drawn, as in the trends."""
    return is_followed(row) and row.now.total > FEW


def course_means(row: GroupRow) -> str:
    """Write the means of a course that is not drawn; "" for one that is, and where there is none."""
    return means_in_words(row.course, row.now.total) if is_followed(row) and not is_drawn(row) else ""


def last_day(rows: Sequence[GroupRow]) -> str:
    """Write the day on which the courses that are drawn end; "" where none is."""
    ends = [row.course[-1] for row in rows if is_drawn(row)]
    return _day_text(max(ends, key=lambda moment: moment.when)) if ends else ""


def course_words(row: GroupRow) -> str:
    """Write a course in words, for those who can't see its line: every date with its mean and n."""
    return "; ".join(_moment_words(moment, first=not place) for place, moment in enumerate(row.course))


def _moment_words(moment: Point, *, first: bool) -> str:
    told = _("{date}: {mean} (n = {n})")
    said = told.format(date=_day_text(moment), mean=figure_text(moment.group), n=moment.group.scored)
    if moment.starts and not first:
        said += ", " + _("other statements than before")
    return said if moment.covered else f"{said}, " + _("too few for a verdict")


def _day_text(moment: Point) -> str:
    return format_date(moment.when.date())


def bar_words(row: GroupRow, scale: Scale) -> str:
    """Write a bar in words."""
    told = _("{mean} on a scale from {low} to {high}, threshold {threshold}; previous: {before}.")
    words = told.format(
        mean=figure_text(row.now),
        low=scale.lowest,
        high=scale.highest,
        threshold=threshold_text(structs.replace(scale, high_above=row.now.high_above)),
        before=before_text(row),
    )
    aim = "" if row.now.target is None else _("Target: {target}.").format(target=target_text(float(row.now.target)))
    return f"{words} {aim}".rstrip()


def rater_words(cells: Sequence[str], heads: Sequence[str], scale: Scale, high_above: float) -> str:
    """Write everyone's means on an axis in words, from a row of the table."""
    means = "; ".join(f"{head}: {cell}" for head, cell in zip(heads[1:-3], cells[1:-3], strict=True))
    text = _("{means}. The scale is {low} to {high}, threshold {threshold}.")
    threshold = threshold_text(structs.replace(scale, high_above=high_above))
    return text.format(means=means, low=scale.lowest, high=scale.highest, threshold=threshold)


# The whole document as lines, to look through before it is made: each part in the order of the sheets.


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
        lines += paragraphs(point.evidence, room, "muted", indent=5)
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
