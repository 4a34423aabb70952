r"""The document as Markdown; text from people stays text, whatever signs are in it.

Escaping follows CommonMark 0.31 (a backslash before ASCII punctuation is that sign) and GitHub's extensions: tables,
bare addresses that become links, mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from reflect_tui.i18n import _
from reflect_tui.model.instrument import Scale
from reflect_tui.report.document import (
    AgreementSheet,
    ComparisonTable,
    DocumentPoint,
    GoalLine,
    GroupRow,
    Headings,
    LowItem,
    MovedItem,
    RaterChart,
    Report,
    headings,
    mark_glyph,
)
from reflect_tui.report.document_texts import course_words, figure_cells, figure_heads, is_followed
from reflect_tui.report.team import TeamSheet
from reflect_tui.views import bars
from reflect_tui.views.labels import DOWN, UP
from reflect_tui.views.lines import fit

_SIGNS = re.compile(r"[\\`*_{}\[\]<>|~&$@^]")
_NUMBERED = re.compile(r"^(\d+)([.)])")
_OPENING = re.compile(r"^([#+=:-])")
_NAME, _AXIS = 24, 46  # columns
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp|javascript|data|file)(:)|\b(www)(\.)")


def escape(text: str) -> str:
    """Escape a text so that it reads as itself in the midst of a line; line feeds become blanks."""
    text = _SIGNS.sub(r"\\\g<0>", " ".join(text.split("\n")))
    return _ADDRESS.sub(lambda found: f"{found[1] or found[3]}\\{found[2] or found[4]}", text)


def block(text: str) -> str:
    """Escape a text so that it reads as itself at the start of a line: no heading, list, or rule."""
    text = _NUMBERED.sub(r"\1\\\2", escape(text))
    return _OPENING.sub(r"\\\1", text)


def agreement_markdown(sheet: AgreementSheet) -> str:
    """Set what was agreed as Markdown."""
    lines = [f"# {escape(sheet.title)}", "", block(sheet.subtitle), ""]
    lines += [f"- {escape(fact.label)}: {escape(fact.text)}" for fact in sheet.facts] + [""]
    for number, agreed in enumerate(sheet.agreed, 1):
        lines.append(f"{number}. **{escape(agreed.what)}**")
        lines += [f"   - {escape(fact.label)}: {escape(fact.text)}" for fact in agreed.facts]
        lines += [f"   - {escape(agreed.about)}", ""]
    lines += [block(sheet.nothing), ""] if sheet.nothing else []
    lines += [f"## {escape(sheet.points_title)}", ""] if sheet.points else []
    for point in sheet.points:
        lines += [f"### {escape(point.title)}", ""]
        for remark in point.remarks:
            lines += [f"{escape(remark.label)}: {escape(remark.text)}", ""]
    lines += [f"## {escape(sheet.signed_title)}", ""]
    for signed in sheet.signed:
        lines += [block(signed.who), "", escape(signed.version), ""]
    for sentence in (sheet.unsigned, *sheet.amendments, sheet.colophon):
        lines += [block(sentence), ""] if sentence else []
    return "\n".join(lines)


def team_markdown(sheet: TeamSheet) -> str:
    """Set what may be told of a team as Markdown."""
    parts = [f"# {escape(sheet.title)}", block(sheet.subtitle)]
    parts.append("\n".join(f"- {escape(fact.label)}: {escape(fact.text)}" for fact in sheet.facts))
    for section in sheet.sections:
        parts += [f"## {escape(section.title)}", *map(block, section.sentences)]
        if section.rows:
            rule = "|".join([" --- ", *[" ---: "] * (len(section.heads) - 1)])
            parts.append("\n".join([_row(section.heads), f"|{rule}|", *map(_row, section.rows)]))
    return "\n\n".join(parts) + "\n"


def markdown(report: Report) -> str:
    """Set the document as Markdown."""
    parts = (part for part in _parts(report, headings()) if part)
    return "\n\n".join(parts) + "\n"


def _parts(report: Report, said: Headings) -> Iterator[str]:
    yield f"# {escape(report.title)}"
    yield f"**{escape(report.subtitle)}**"
    yield _list(f"{escape(fact.label)}: {escape(fact.text)}" for fact in report.facts)
    figures = " · ".join(f"**{total.figure}** {escape(total.label)}" for total in report.totals)
    yield _section(said.overview, "\n\n".join([block(" ".join(report.opening)), figures]))
    if report.changes:
        yield _section(said.change, "\n\n".join(map(block, report.changes.sentences)))
    if report.strengths:
        yield _section(said.strengths, _points(report.strengths, said))
    yield _section(said.agenda, _points(report.agenda, said, numbered=True) or escape(said.no_agenda))
    yield _section(said.goals, _goals(report.goals, said) or escape(said.no_goals))
    if changes := report.changes:
        yield from _moves(said.moves, ((UP, changes.up), (DOWN, changes.down)))
        yield from _moves(said.once, (("", changes.others),))
    if report.low.items:
        yield _section(report.low.title, _list(_low(item, said) for item in report.low.items))
    yield _section(said.domains, _table(report, report.domains, said.domain))
    yield _section(report.focuses_title, _table(report, report.focuses, said.focus))
    yield "\n\n".join(map(block, report.legend))
    courses = [f"{block(row.name)}: {escape(course_words(row))}" for row in report.domains if is_followed(row)]
    if courses:
        yield _section(said.course_counts, _list(courses))
    if report.beside:
        yield _section(report.beside.title, _beside(report.beside, report.raters, report.scale))
    yield from _written(report, said)
    if not report.agenda:
        yield _section(said.agreements, "\n\n".join(["_" * 60] * 3))
    yield _section(
        said.signatures,
        _list(f"{escape(who)}: {'_' * 30}  {escape(said.date)}: {'_' * 14}" for who in report.signatures),
    )
    yield "---"
    yield "\n\n".join(map(block, report.colophon))


def _section(heading: str, body: str) -> str:
    return f"## {escape(heading)}\n\n{body}" if body else ""


def _list(entries: Iterable[str]) -> str:
    return "\n".join(f"- {entry}" for entry in entries)


def _points(points: Sequence[DocumentPoint], said: Headings, *, numbered: bool = False) -> str:
    lines: list[str] = []
    for number, point in enumerate(points, start=1):
        sign = f"{number}." if numbered else "-"
        room = " " * (len(sign) + 1)
        lines.append(f"{sign} **{escape(point.title)}**")
        lines += [f"{room}- {block(line)}" for line in point.evidence]
        if point.remark:
            lines.append(f"{room}- {escape(said.remark_to)} {escape(point.remark)}")
        if numbered:
            blanks = ((said.agreements, 40), (said.who, 14), (said.due, 14))
            lines.append(f"{room}- " + " ".join(f"{escape(label)}: {'_' * length}" for label, length in blanks))
    return "\n".join(lines)


def _table(report: Report, rows: Sequence[GroupRow], first: str) -> str:
    if not rows:
        return ""
    heads = figure_heads(report, first)
    rule = "|".join(" --- " if place in {0, 3} else " ---: " for place in range(len(heads)))
    lines = [_row(heads), f"|{rule}|"]
    for row in rows:
        lines += [f"| **{escape(row.head)}** |{' |' * (len(heads) - 1)}"] if row.head else []
        lines.append(_row(figure_cells(report, row, row.name)))
    return "\n".join(lines)


def _beside(found: ComparisonTable, chart: RaterChart | None, scale: Scale) -> str:
    rule = "|".join([" --- ", *[" ---: "] * (len(found.heads) - 2), " --- "])
    table = "\n".join([_row(found.heads), f"|{rule}|", *map(_row, found.rows)])
    drawn = [_axes(found, chart, scale)] if chart else []
    return "\n\n".join([*map(block, found.sentences), *drawn, table])


def _axes(found: ComparisonTable, chart: RaterChart, scale: Scale) -> str:
    """Draw everyone on one axis a row, as a block of code; then say what the marks are."""
    width = bars.even(_AXIS, scale)
    names = [fit(cells[0], _NAME) for cells in found.rows]
    axes = [
        bars.axis(
            [(mark.mean, mark_glyph(mark.role)) for mark in marks], scale.lowest, scale.highest, scale.threshold, width
        )
        for marks in chart.rows
    ]
    lines = [" " * _NAME + "  " + bars.scale_row(scale, width), *map("  ".join, zip(names, axes, strict=True))]
    marks = [f"{mark_glyph(role)} {name}" if role else name for role, name in chart.legend]
    marks.append(f"{bars.MARK} {headings().threshold}")
    if any(bars.SEVERAL in axis for axis in axes):
        marks.append(_("{sign} Overlapping marks.").format(sign=bars.SEVERAL))
    return "\n".join(f"    {line.rstrip()}" for line in lines) + "\n\n" + block(" · ".join(marks))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(escape(cell) for cell in cells)} |"


def _moves(title: str, kinds: Iterable[tuple[str, Sequence[MovedItem]]]) -> Iterator[str]:
    if listed := _list(
        f"{sign} {escape(move.before)} → {escape(move.now)}: {escape(move.text)}".strip()
        for sign, moves in kinds
        for move in moves
    ):
        yield _section(title, listed)


def _low(item: LowItem, said: Headings) -> str:
    line = f"**{escape(item.score)}** {escape(item.text)} ({escape(item.domain)})"
    return f"{line}\n  - {escape(said.note)}: {escape(item.note)}" if item.note else line


def _goals(goals: Sequence[GoalLine], said: Headings) -> str:
    lines: list[str] = []
    for goal in goals:
        lines.append(f"- **{escape(goal.title)}**" + (f" ({escape(said.late)})" if goal.late else ""))
        lines += [f"  - {escape(fact.label)}: {escape(fact.text)}" for fact in goal.facts]
        lines += [f"  - {block(look)}" for look in goal.looks]
    return "\n".join(lines)


def _written(report: Report, said: Headings) -> Iterator[str]:
    """Set what the person wrote, where that is wanted."""
    if report.remark:
        yield _section(said.remark, "\n\n".join(map(block, report.remark.split("\n"))))
    if report.notes:
        yield _section(said.notes, _list(f"{block(note.item)}: {escape(note.text)}" for note in report.notes))
