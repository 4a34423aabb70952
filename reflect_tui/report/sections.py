"""The sections of a document: oneself beside others, what changed, the points of an agenda, goals, rows of tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from reflect_tui.analysis.change import Crossing, GroupChange
from reflect_tui.analysis.compare import Comparison, ComparisonRow, by_gap
from reflect_tui.analysis.diff import Diff, ItemChange, diff_across_versions
from reflect_tui.analysis.summary import ScoreGroup, Summary
from reflect_tui.analysis.trend import Instruments, Trend, newest_sessions
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, format_date, pgettext
from reflect_tui.model.agenda import Agenda, AgendaPoint
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Score, Session
from reflect_tui.report.document import (
    Changes,
    ComparisonTable,
    DocumentPoint,
    Fact,
    GoalLine,
    GroupRow,
    MarkName,
    MovedItem,
    RaterChart,
    RaterMark,
    one_line,
    paragraphs,
)
from reflect_tui.views import comparison_sentences as words
from reflect_tui.views.agenda import more_as_good, moved_score, point_evidence, point_title
from reflect_tui.views.change_sentences import crossed_names, moves_sentence, other_items_sentences, single_sentences
from reflect_tui.views.compare import ComparisonView, column_names, row_cells
from reflect_tui.views.goals import age, domain_name, outcome_name
from reflect_tui.views.instrument_words import band_changes, marked_sentence, thresholds_text
from reflect_tui.views.labels import day, day_beside, group_name, score_text
from reflect_tui.views.version_sentences import ground_sentence

# Oneself beside others as a table of texts: everyone's mean with its n, the gap, and the field of the four.


APART = "†"
"""What stands behind the mean of a group that does not count as others, on other items than these."""


def beside(comparison: Comparison | None, instrument: Instrument) -> tuple[ComparisonTable, RaterChart] | None:
    """Set all domains that were compared, where others are highest above oneself first; None without anyone else."""
    if comparison is None or not comparison.has_others:
        return None
    rows = by_gap(row for row in comparison.domains if row.gap is not None)
    table = ComparisonTable(
        title=_("Beside others"),
        sentences=tuple(map(one_line, _sentences(comparison, instrument, rows))),
        heads=(*column_names(comparison, ComparisonView()), _("field")),
        rows=tuple(
            (
                one_line(words.row_name(instrument, row)),
                *map(one_line, _cells(comparison, instrument, row)),
                words.field_text(row),
            )
            for row in rows
        ),
    )
    return table, _rater_chart(comparison, instrument, rows)


def _cells(comparison: Comparison, instrument: Instrument, row: ComparisonRow) -> Iterator[str]:
    """Write the figures of a row, those of a group that does not count as others marked."""
    few = {group.role for group in row.beside if not group.apart}
    roles = [None, *(None if group.apart else group.role for group in comparison.raters.groups)]
    for place, cell in enumerate(row_cells(comparison, instrument, row, "")[1:]):
        yield f"{cell} {APART}" if place < len(roles) and roles[place] in few else cell


def _rater_chart(comparison: Comparison, instrument: Instrument, rows: Sequence[ComparisonRow]) -> RaterChart:
    marks = tuple(tuple(_marks(row)) for row in rows)
    drawn = {mark.role for row in marks for mark in row}
    whose: list[MarkName] = ["self", *("named" if each.apart else each.role for each in comparison.raters.groups)]
    names = words.participants(comparison, signs=False)
    notes = [_("Dashes stand at {threshold}.").format(threshold=thresholds_text(instrument))]
    if any(mark.least < mark.most for row in marks for mark in row):
        notes.append(_("A thin line from a mark: the mean lies at least, at most or about there."))
    return RaterChart(
        legend=tuple((mark if mark in drawn else "", name) for mark, name in zip(whose, names, strict=True)),
        rows=marks,
        high_above=tuple(row.scale.high_above for row in rows),
        notes=tuple(notes),
    )


def _marks(row: ComparisonRow) -> Iterator[RaterMark]:
    if row.own:
        yield RaterMark("self", row.own.mean, row.own.mean, row.own.mean)
    for group in row.shown:
        yield RaterMark("named" if group.apart else group.role, group.mean, group.least, group.most)


def _sentences(comparison: Comparison, instrument: Instrument, rows: Sequence[ComparisonRow]) -> Iterator[str]:
    yield " · ".join(words.participants(comparison, signs=False)) + "."
    yield from (words.hidden_sentence(hidden) for hidden in comparison.raters.hidden)
    yield from words.across_sentences(comparison)
    if any(group.apart for group in comparison.raters.groups):
        yield words.apart_sentence()
    yield _(
        "Others is the mean of the group means, without yourself, on the statements that both sides scored. "
        "Your verdict stays that of the whole session."
    )
    if fields := dict.fromkeys(row.quadrant for row in rows if row.quadrant):
        inside = {field: [words.row_name(instrument, row) for row in rows if row.quadrant == field] for field in fields}
        told = "; ".join(
            f"{words.quadrant_name(f)} ({words.quadrant_meaning(f, instrument)}): {', '.join(inside[f])}"
            for f in fields
        )
        yield f"{told[0].upper()}{told[1:]}."
    if divided := [words.row_name(instrument, row) for row in rows if row.is_divided]:
        yield _("Others differ, one is high and another is not: {names}.").format(names=", ".join(divided))
    if any(not group.apart for row in rows for group in row.beside):
        text = _("{sign} on statements other than those of its row: not counted among the others.")
        yield text.format(sign=APART)
    if not all(row.is_exact for row in rows):
        yield words.not_exact_sentence()


# What became different since an earlier session: the sign test in words, crossings, and the items that moved.


def changes(instrument: Instrument, change: Diff) -> Changes:
    """Set the changes out: sentences first, then the items, largest steps first."""
    steps = sorted((item for item in change.items if item.step), key=lambda item: -abs(item.step or 0))
    return Changes(
        since=since(change.a, change.b),
        sentences=tuple(_change_sentences(instrument, change)),
        up=_moves(instrument, (item for item in steps if (item.step or 0) > 0)),
        down=_moves(instrument, (item for item in steps if (item.step or 0) < 0)),
        others=_moves(instrument, (item for item in change.items if item.step is None)),
        chance=change.chance if change.judged else None,
        judgement=change.judged_in_time,
        shared=change.shared,
    )


def since(before: Session, session: Session) -> str:
    """Name the session compared with; one of the same day by its time, an earlier version of the same one as that."""
    if before.id == session.id:
        return _("the earlier version")
    return day_beside(before.started, session.started)


def _change_sentences(instrument: Instrument, change: Diff) -> Iterable[str]:
    """Say how the items moved and what the test makes of it, then which domains crossed the threshold."""
    if shared := ground_sentence(change):
        yield shared
    if not change.shared:
        yield _("Since {date}: no statement was scored both times.").format(date=since(change.a, change.b))
        return
    compared = _("Compared with {date}.").format(date=since(change.a, change.b))
    yield f"{compared} {moves_sentence(change)}"
    yield from _crossings(instrument, change)
    yield from map(one_line, band_changes(instrument, change))


def _crossings(instrument: Instrument, change: Diff) -> Iterable[str]:
    texts: dict[Crossing, str] = {"up": _("Became high: {domains}."), "down": _("No longer high: {domains}.")}
    for crossing, text in texts.items():
        if names := one_line(crossed_names(instrument, change.domains, crossing)):
            yield text.format(domains=names)
    if not any(part.crossed for part in change.domains):
        yield _("No domain crossed the threshold.")
    yield from map(one_line, single_sentences(instrument, change.domains))
    yield from other_items_sentences(instrument, change.domains)


def _told(score: Score | None) -> str:
    """Write a score so that it needs no key: a dot for no answer says nothing to who reads it first."""
    return _("no answer") if score is None else score_text(score)


def _moves(instrument: Instrument, items: Iterable[ItemChange]) -> tuple[MovedItem, ...]:
    return tuple(
        MovedItem(
            text=one_line(marked_sentence(instrument, item.id)), before=_told(item.a), now=_told(item.b), gain=item.gain
        )
        for item in items
    )


# Puts the points of an agenda and the goals in words, as the screens do: what, and the figures that show it.


def spoken(
    instrument: Instrument, agenda: Agenda | None, goals: Sequence[Goal], *, notes: bool
) -> tuple[tuple[DocumentPoint, ...], tuple[DocumentPoint, ...]]:
    """Put the points that were kept in words, with one's remarks or not: the strengths, and the others as chosen."""
    known = {goal.id: goal for goal in goals}
    strengths: list[DocumentPoint] = []
    others: list[DocumentPoint] = []
    for point in agenda.kept if agenda else ():
        told = DocumentPoint(
            title=one_line(point_title(point, instrument)),
            evidence=(*map(one_line, point_evidence(point, instrument, known)), *_items(instrument, point)),
            remark=paragraphs(point.remark) if notes else "",
        )
        (strengths if point.kind == "strength" else others).append(told)
    return tuple(strengths), tuple(others)


def _items(instrument: Instrument, point: AgendaPoint) -> Iterator[str]:
    """List the statements that a point rests on, each with its score, and the one before if that was another."""
    for item_id, score in point.items.items():
        text = one_line(marked_sentence(instrument, item_id))
        yield f"{moved_score(point.items_before.get(item_id), score)}: {text}"
    if more := more_as_good(point):
        yield more


def goal_line(instrument: Instrument, goal: Goal, now: datetime, *, notes: bool) -> GoalLine:
    """Put a goal in words: its first step, helper, day and target, its age, and every look back, with notes or not."""
    return GoalLine(
        title=one_line(goal.what),
        facts=tuple(_goal_facts(instrument, goal, now)),
        looks=tuple(_look(back, notes=notes) for back in goal.look_backs),
        late=goal.is_late(now.date()),
    )


def _goal_facts(instrument: Instrument, goal: Goal, now: datetime) -> Iterable[Fact]:
    if goal.domain:
        yield Fact(_("Domain"), one_line(domain_name(goal, instrument)))
    if goal.first_step:
        yield Fact(_("First step"), one_line(goal.first_step))
    if goal.helper:
        yield Fact(_("With"), one_line(goal.helper))
    if goal.by:
        yield Fact(_("Due"), format_date(goal.by))
    if goal.target is not None:
        yield Fact(_("Target"), target_text(goal.target))
    yield Fact(pgettext("goal", "Made"), f"{day(goal.made)} ({age(goal.made, now)})")


def _look(back: LookBack, *, notes: bool) -> str:
    said = f"{day(back.at)}: {outcome_name(back.outcome)}"
    return f"{said}. {one_line(back.note)}" if notes and back.note.strip() else said


# The rows of the tables: every domain and focus, now and before, and its course through the latest sessions.


LATEST = 24
"""So many sessions stand in a course: more could not be told apart on its width."""


class GroupRows(Struct, frozen=True):
    """The domains and the focuses, each in the order of the instrument."""

    domains: tuple[GroupRow, ...]
    focuses: tuple[GroupRow, ...]


def rows(
    instrument: Instrument, summary: Summary, change: Diff | None, followed: Trend | None, instruments: Instruments
) -> GroupRows:
    """Set out what the scores add up to, what they did before, and their course where there is one."""
    changes = {part.id: part for part in _parts(change)}
    course = newest_sessions(followed, LATEST) if followed else None
    courses = {series.id: series.points for series in ((*course.domains, *course.focuses) if course else ())}
    since_first = _changes_since_first(course, instrument, instruments) if course else {}

    def of(groups: tuple[ScoreGroup, ...]) -> tuple[GroupRow, ...]:
        return tuple(
            GroupRow(
                name=one_line(group_name(instrument, group.id)),
                short=one_line(group_name(instrument, group.id, short=True)),
                now=group,
                change=changes.get(group.id),
                course=courses.get(group.id, ()),
                course_change=since_first.get(group.id),
                head=one_line(instrument.group_heads.get(group.id, "")),
            )
            for group in groups
        )

    return GroupRows(of(summary.domains), of(summary.focuses))


def _parts(change: Diff | None) -> tuple[GroupChange, ...]:
    return (*change.domains, *change.focuses) if change else ()


def _changes_since_first(course: Trend, instrument: Instrument, instruments: Instruments) -> dict[str, GroupChange]:
    """Compare the ends of every course that goes on to the newest session, by the rules of a diff."""
    newest = course.sessions[-1]
    lines = (series for series in (*course.domains, *course.focuses) if len(series.points) > 1)
    begun = {series.id: series.points[0].session for series in lines if series.points[-1].session == newest.id}
    changes: dict[str, GroupChange] = {}
    for first in course.sessions:
        if first.id in begun.values():
            on = instruments.get(first.digest, instrument)
            compared = diff_across_versions(first, on, newest, instrument)
            parts = _parts(compared[1] if compared else None)
            changes |= {part.id: part for part in parts if begun.get(part.id) == first.id}
    return changes
