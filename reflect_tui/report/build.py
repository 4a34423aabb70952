"""Gathers what a document says: one session, what changed since another, the agenda, the goals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from reflect_tui import __version__
from reflect_tui.analysis.compare import Comparison, ComparisonRow, by_gap, by_size
from reflect_tui.analysis.diff import Diff, GroupChange, ItemChange, diff_across_versions
from reflect_tui.analysis.summary import LOWEST, ScoreGroup, Summary, lowest_items, summarize
from reflect_tui.analysis.trend import NO_INSTRUMENTS, Instruments, Point, Trend, newest_sessions, trend
from reflect_tui.forms.goal import target_text
from reflect_tui.i18n import _, current_language, format_date, ngettext, pgettext
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
    HeadlineFigure,
    ItemNote,
    LowestItems,
    LowItem,
    MovedItem,
    Report,
    one_line,
    paragraphs,
)
from reflect_tui.views.agenda import point_evidence, point_title
from reflect_tui.views.change_sentences import ground_sentence, other_items_sentence, rule_sentence, verdict_sentence
from reflect_tui.views.compare import (
    ComparisonView,
    basis_sentence,
    column_names,
    hidden_sentence,
    participants,
    quadrant_meaning,
    quadrant_name,
    row_cells,
    row_name,
)
from reflect_tui.views.goals import age, domain_name, in_order, outcome_name
from reflect_tui.views.labels import (
    clock,
    day,
    day_beside,
    group_name,
    lowest_rule,
    mean_text,
    role_name,
    score_text,
    threshold_text,
)

# Oneself beside others as a table of texts: everyone's mean with its n, the gap, and the field of the four.


ROWS = 4
"""So many domains are compared, those with the largest gaps, and the rest counted."""

NOT_EXACT = "*"
"""What stands behind a gap that is not exact: in a document ≈ says of a change that it is no clear one."""


def beside(comparison: Comparison | None, instrument: Instrument) -> ComparisonTable | None:
    """Set the domains with the largest gaps, where others are highest above oneself first; None without anyone else."""
    if comparison is None or not comparison.has_others:
        return None
    known = [row for row in by_size(comparison.domains) if row.gap is not None]
    rows = by_gap(known[:ROWS])
    return ComparisonTable(
        title=_("Beside others"),
        sentences=tuple(map(one_line, _sentences(comparison, rows, len(known) - len(rows)))),
        heads=(*column_names(comparison, ComparisonView()), _("field")),
        rows=tuple(
            (
                one_line(row_name(instrument, row)),
                *map(one_line, row_cells(comparison, instrument, row, NOT_EXACT)[1:]),
                quadrant_name(row.quadrant) if row.quadrant else "",
            )
            for row in rows
        ),
    )


def _sentences(comparison: Comparison, rows: Sequence[ComparisonRow], more: int) -> Iterator[str]:
    yield " · ".join(participants(comparison, signs=False)) + "."
    yield from (hidden_sentence(hidden) for hidden in comparison.raters.hidden)
    yield basis_sentence()
    if fields := dict.fromkeys(row.quadrant for row in rows if row.quadrant):
        yield "; ".join(f"{quadrant_name(field)}: {quadrant_meaning(field)}" for field in fields) + "."
    if not all(row.is_exact for row in rows):
        yield _("A gap with {sign} is not exact: who gave a score in confidence is not to be worked out.").format(
            sign=NOT_EXACT
        )
    if more > 0:
        text = ngettext(
            "{n} domain with a smaller gap is left out.", "{n} domains with smaller gaps are left out.", more
        )
        yield text.format(n=more)


# What became different since an earlier session: the sign test in words, crossings, and the items that moved.


MOVES = 4
"""So many items of a kind are listed, and the rest counted: most documents are then two pages."""


def changes(instrument: Instrument, change: Diff) -> Changes:
    """Set the changes out: sentences first, then the items, largest steps first, and how many are not listed."""
    steps = sorted((item for item in change.items if item.step), key=lambda item: -abs(item.step or 0))
    up, down = [item for item in steps if (item.step or 0) > 0], [item for item in steps if (item.step or 0) < 0]
    others = [item for item in change.items if item.step is None]
    return Changes(
        since=since(change.a, change.b),
        sentences=tuple(_change_sentences(instrument, change)),
        up=_moves(instrument, up),
        down=_moves(instrument, down),
        others=_moves(instrument, others),
        more_up=max(0, len(up) - MOVES),
        more_down=max(0, len(down) - MOVES),
        more_others=max(0, len(others) - MOVES),
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
    if change.up + change.down + change.same == 0:
        yield _("Since {date}: no item was scored both times.").format(date=since(change.a, change.b))
        return
    yield _("Since {date}: {sentence}").format(date=since(change.a, change.b), sentence=verdict_sentence(change))
    yield from _crossings(instrument, change)


def _crossings(instrument: Instrument, change: Diff) -> Iterable[str]:
    for crossing, text in (("up", _("Became high: {domains}.")), ("down", _("No longer high: {domains}."))):
        names = [_short(instrument, part) for part in change.domains if part.verdict_change == crossing]
        if names:
            yield text.format(domains=", ".join(names))
    if not any(part.crossed for part in change.domains):
        yield _("No domain crossed the threshold.")
    yield from (other_items_sentence(instrument, part) for part in change.domains if part.by_other_items and part.delta)


def _short(instrument: Instrument, part: GroupChange) -> str:
    return one_line(group_name(instrument, part.id, short=True))


def _told(score: Score | None) -> str:
    """Write a score so that it needs no key: a dot for no answer says nothing to who reads it first."""
    return _("no answer") if score is None else score_text(score)


def _moves(instrument: Instrument, items: Sequence[ItemChange]) -> tuple[MovedItem, ...]:
    return tuple(
        MovedItem(
            text=one_line(instrument.sentence(instrument.item(item.id))),
            before=_told(item.a),
            now=_told(item.b),
            step=item.step,
        )
        for item in items[:MOVES]
    )


# Puts the points of an agenda and the goals in words, as the screens do: what, and the figures that show it.


class PointTexts(Struct, frozen=True):
    """The points of a talk in words, strengths apart."""

    strengths: tuple[DocumentPoint, ...] = ()
    agenda: tuple[DocumentPoint, ...] = ()


def spoken(instrument: Instrument, agenda: Agenda | None, goals: Sequence[Goal]) -> PointTexts:
    """Put the points that were kept in words; the strengths stand apart, the others in the order chosen."""
    kept = agenda.kept if agenda else ()
    return PointTexts(
        tuple(_point(instrument, point, goals) for point in kept if point.kind == "strength"),
        tuple(_point(instrument, point, goals) for point in kept if point.kind != "strength"),
    )


def _point(instrument: Instrument, point: AgendaPoint, goals: Sequence[Goal]) -> DocumentPoint:
    known = {goal.id: goal for goal in goals}
    said = (one_line(text) for text in point_evidence(point, instrument, known))
    return DocumentPoint(
        title=one_line(point_title(point, instrument)),
        evidence=(*said, *_items(instrument, point)),
        remark=paragraphs(point.remark),
    )


def _items(instrument: Instrument, point: AgendaPoint) -> Iterator[str]:
    """List the statements that a point rests on, each with its score, and the one before if that was another."""
    for item_id, score in point.items.items():
        known = item_id in instrument.positions
        text = one_line(instrument.sentence(instrument.item(item_id))) if known else item_id
        before = point.items_before.get(item_id)
        scores = str(score) if before in (None, score) else f"{before} → {score}"
        yield f"{scores}: {text}"


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


def rows(instrument: Instrument, summary: Summary, change: Diff | None, followed: Trend | None) -> GroupRows:
    """Set out what the scores add up to, what they did before, and their course where there is one."""
    course = newest_sessions(followed, LATEST) if followed else None
    courses = {series.id: series.points for series in ((*course.domains, *course.focuses) if course else ())}
    changes = {part.id: part for part in ((*change.domains, *change.focuses) if change else ())}

    def of(groups: tuple[ScoreGroup, ...]) -> tuple[GroupRow, ...]:
        return tuple(_row(instrument, group, changes, courses) for group in groups)

    return GroupRows(of(summary.domains), of(summary.focuses))


def _row(
    instrument: Instrument,
    group: ScoreGroup,
    changes: Mapping[str, GroupChange],
    courses: Mapping[str, tuple[Point, ...]],
) -> GroupRow:
    change = changes.get(group.id)
    return GroupRow(
        name=one_line(group_name(instrument, group.id)),
        short=one_line(group_name(instrument, group.id, short=True)),
        now=group,
        before=change.a if change else None,
        delta=change.delta if change else None,
        crossed=change.crossed if change else None,
        verdict_change=change.verdict_change if change else None,
        judgement=change.judgement if change and change.judged else None,
        chance=change.chance if change and change.judged else None,
        shared=change.shared if change else None,
        course=courses.get(group.id, ()),
    )


# What stands below: how to read the tables and charts, and what the document was made from.


def legend(instrument: Instrument, *, compared: bool) -> Iterable[str]:
    """Explain the scale, the verdict, n, and the changes where there are any."""
    scale = instrument.scale
    words = ", ".join(f"{point.value} {one_line(point.label)}" for point in scale.points)
    high = _("High is a mean above {threshold}; exactly {threshold} is not high.")
    yield _("The scale: {words}.").format(words=words)
    yield high.format(threshold=threshold_text(scale))
    yield (
        _("n counts the items with a score; below half of them there is no verdict.")
        if scale.min_coverage == 0.5  # noqa: PLR2004 -- the usual rule reads best in words
        else _("n counts the items with a score; where too few have one there is no verdict.")
    )
    yield lowest_rule(scale)
    if compared:
        yield _(
            "Changes are taken from the exact means, then rounded; ≈ is no clear change, ≠ other items were scored."
        )
        yield rule_sentence(None)


def signs(instrument: Instrument, tables: GroupRows, *, compared: bool) -> Iterable[str]:
    """Explain the signs of the bars and of the courses, where there are any."""
    threshold = threshold_text(instrument.scale)
    bars = _("Bars: the dot is this session, dashes stand at {threshold}.")
    if compared:
        bars = _("Bars: the dot is this session, the upright line the one before, dashes stand at {threshold}.")
    yield bars.format(threshold=threshold)
    longest = max((len(row.course) for row in tables.domains), default=0)
    if longest > 1:
        text = ngettext("Course: the last {n} session.", "Course: the last {n} sessions, oldest first.", longest)
        yield text.format(n=longest)
    if any(not moment.covered for row in tables.domains for moment in row.course):
        yield _("A hollow dot: too few scores for a verdict.")
    if any(moment.starts for row in tables.domains for moment in row.course[1:]):
        yield _("A gap in a course: other items from there on.")


def colophon(instrument: Instrument, session: Session, version: str, now: datetime, *, notes: bool) -> Iterable[str]:
    """Name the instrument, the session and its version, what is left out, and the day."""
    yield _("{title}, version {version}. {publisher}: {document}.").format(
        title=one_line(instrument.title),
        version=instrument.version,
        publisher=one_line(instrument.source.publisher),
        document=one_line(instrument.source.document),
    )
    yield _("Session {id}; version: {version}.").format(id=session.id, version=version)
    if not notes and (session.notes or session.remark):
        yield _("Notes and remark are left out.")
    yield _("Made on {date} with reflect-tui {version}.").format(date=format_date(now.date()), version=__version__)


_COMMIT = 12  # digits that name a commit beyond doubt in a journal


class ReportOptions(Struct, frozen=True, kw_only=True):
    """What the user wants in the document: their name, and what they wrote to items and to the session."""

    name: str = ""
    notes: bool = False


class Material(Struct, frozen=True, kw_only=True):
    """What a document is made from.

    `previous` is the session to compare with, `own` are all one's own sessions, `instruments` gives the instrument of
    each digest among them. `commit` is the newest commit about
    the session, `amended` the moments at which it was changed, oldest first; both come from history, and `commit` is
    None while that has none. `agenda` is what was put together for the talk, if anything; `agenda_renewed` says that
    the saved one was older than the session. `comparison` is what others say.
    """

    instrument: Instrument
    session: Session
    previous: Session | None = None
    own: tuple[Session, ...] = ()
    instruments: Instruments = NO_INSTRUMENTS
    commit: str | None = None
    amended: tuple[datetime, ...] = ()
    agenda: Agenda | None = None
    agenda_renewed: bool = False
    goals: tuple[Goal, ...] = ()
    comparison: Comparison | None = None
    now: datetime


def build_report(material: Material, wishes: ReportOptions | None = None) -> Report:
    """Make the document's content, in the user's language."""
    wishes = wishes or ReportOptions()
    instrument, session = material.instrument, material.session
    summary = summarize(instrument, session.scores)
    shared, change = _compared(material) or (instrument, None)
    points = spoken(instrument, material.agenda, material.goals)
    tables = rows(instrument, summary, change, _followed(material))
    return Report(
        language=current_language(),
        title=one_line(instrument.title),
        subtitle=_subtitle(session),
        facts=tuple(_facts(material, wishes)),
        opening=tuple(_opening(instrument, summary)),
        totals=tuple(_totals(summary, change)),
        when=day_beside(session.started, material.previous.started) if material.previous else day(session.started),
        changes=changes(shared, change) if change else None,
        strengths=points.strengths,
        agenda=points.agenda,
        domains=tables.domains,
        focuses=tables.focuses,
        low=_low(instrument, session, wishes),
        goals=tuple(
            goal_line(instrument, goal, material.now, notes=wishes.notes) for goal in in_order(_current(material))
        ),
        remark=paragraphs(session.remark) if wishes.notes else "",
        notes=_notes(instrument, session) if wishes.notes else (),
        signatures=(_("Professional"), _("Team leader")),
        legend=tuple(legend(instrument, compared=change is not None)),
        signs=tuple(signs(instrument, tables, compared=change is not None)),
        colophon=tuple(colophon(instrument, session, _version(material), material.now, notes=wishes.notes)),
        scale=instrument.scale,
        beside=beside(material.comparison, instrument),
    )


def _compared(material: Material) -> tuple[Instrument, Diff] | None:
    """Compare with the earlier session, on what both versions of the instrument share."""
    previous = material.previous
    on = material.instrument if previous and previous.digest == material.instrument.digest else None
    on = on or (material.instruments.get(previous.digest) if previous else None)
    return diff_across_versions(previous, on, material.session, material.instrument) if previous and on else None


def _followed(material: Material) -> Trend | None:
    """Follow one's own sessions up to this one; someone else's answers have no course."""
    session = material.session
    if session.role != "self":
        return None
    until = [one for one in material.own if (one.started, one.id) < (session.started, session.id)]
    return trend(material.instrument, [*until, session], material.instruments)


def _subtitle(session: Session) -> str:
    if session.role == "self":
        return _("Self-reflection of {date}").format(date=day(session.started))
    return _("Filled in on {date} by: {role}").format(date=day(session.started), role=role_name(session.role))


def _facts(material: Material, wishes: ReportOptions) -> Iterable[Fact]:
    session = material.session
    if wishes.name.strip():
        yield Fact(_("Name"), one_line(wishes.name))
    yield Fact(_("Date"), f"{day(session.started)}, {clock(session.started)}")
    yield Fact(_("Filled in by"), role_name(session.role))
    if material.previous:
        yield Fact(_("Compared with"), since(material.previous, session))
    if material.agenda_renewed:
        yield Fact(_("Agenda"), _("renewed, since the session was changed after it was made"))


def _version(material: Material) -> str:
    """Say which version of the session this is: its commit, and whether it was amended."""
    if material.commit is None:
        return _("not in history")
    commit = material.commit[:_COMMIT]
    if not material.amended:
        return _("{commit}, not amended").format(commit=commit)
    amended = ngettext(
        "{commit}, amended on {date}", "{commit}, amended {n} times, last on {date}", len(material.amended)
    )
    return amended.format(commit=commit, n=len(material.amended), date=day(material.amended[-1]))


def _opening(instrument: Instrument, summary: Summary) -> Iterable[str]:
    """Say in two sentences how many domains are high, and which is highest and lowest."""
    text = ngettext(
        "{high} of {n} domains is high: its mean is above {threshold}.",
        "{high} of {n} domains are high: their means are above {threshold}.",
        summary.high,
    )
    yield text.format(high=summary.high, n=len(summary.domains), threshold=threshold_text(instrument.scale))
    ranked = sorted((group for group in summary.domains if group.verdict), key=lambda group: -(group.mean or 0))
    if ranked and ranked[0].mean != ranked[-1].mean:
        yield _("Highest is {highest} ({high}), lowest {lowest} ({low}).").format(
            highest=one_line(group_name(instrument, ranked[0].id)),
            high=mean_text(ranked[0].mean),
            lowest=one_line(group_name(instrument, ranked[-1].id)),
            low=mean_text(ranked[-1].mean),
        )


def _totals(summary: Summary, change: Diff | None) -> Iterable[HeadlineFigure]:
    yield HeadlineFigure(f"{summary.answered}/{summary.total}", _("answered"))
    yield HeadlineFigure(str(summary.not_applicable), _("not applicable"))
    yield HeadlineFigure(f"{summary.high}/{len(summary.domains)}", _("domains high"))
    if change:
        yield HeadlineFigure(str(change.up), ngettext("item up", "items up", change.up))
        yield HeadlineFigure(str(change.down), ngettext("item down", "items down", change.down))
        yield HeadlineFigure(str(change.same), _("the same"))


def _low(instrument: Instrument, session: Session, wishes: ReportOptions) -> LowestItems:
    """List the lowest items, and count those that are not listed."""
    low = lowest_items(instrument, session)
    shown = tuple(
        LowItem(
            text=one_line(instrument.sentence(item)),
            domain=one_line(instrument.domain_of[item.id].label),
            score=f"{score} {one_line(instrument.scale.label(score))}",
            note=paragraphs(session.notes.get(item.id, "")) if wishes.notes else "",
        )
        for item, score in low[:LOWEST]
    )
    return LowestItems(shown, len(low) - len(shown))


def _notes(instrument: Instrument, session: Session) -> tuple[ItemNote, ...]:
    return tuple(
        ItemNote(one_line(instrument.sentence(item)), paragraphs(session.notes[item.id]))
        for item in instrument.items
        if session.notes.get(item.id, "").strip()
    )


def _current(material: Material) -> Iterable[Goal]:
    """List the goals of this instrument that go on, and those closed since the session compared with."""
    since = material.previous.started if material.previous else None
    for goal in material.goals:
        closed = goal.closed
        if goal.instrument == material.instrument.id and (closed is None or (since and closed > since)):
            yield goal
