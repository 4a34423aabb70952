"""Gathers what a document says: one session, what changed since another, the agenda, the goals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from reflect_tui import __version__
from reflect_tui.analysis.compare import NO_INSTRUMENTS, Comparison
from reflect_tui.analysis.diff import Diff, diff_across_versions
from reflect_tui.analysis.summary import Summary, lowest_items, summarize
from reflect_tui.analysis.trend import Instruments, Trend, trend
from reflect_tui.analysis.version_changes import changes_along, versions_of
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, current_language, format_date, ngettext
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.old_means import Reference
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.report.charts import course_frame
from reflect_tui.report.document import (
    Fact,
    GroupRow,
    HeadlineFigure,
    ItemNote,
    LowestItems,
    LowItem,
    Report,
    one_line,
    paragraphs,
)
from reflect_tui.report.document_texts import begins_elsewhere, is_followed
from reflect_tui.report.sections import GroupRows, beside, changes, goal_line, rows, since, spoken
from reflect_tui.views import instrument_words
from reflect_tui.views.change_sentences import rule_sentence
from reflect_tui.views.goals import in_order
from reflect_tui.views.labels import day, day_and_time, day_beside, focuses_title, group_name, role_name
from reflect_tui.views.results import not_applicable_sentences, threshold_sentences
from reflect_tui.views.talk import day_and_agreed
from reflect_tui.views.trends import reference_sentences
from reflect_tui.views.version_sentences import told_sentences

# What stands below: how to read the tables and charts, and what the document was made from.


def legend(instrument: Instrument, tables: GroupRows, *, compared: bool, lowest: bool) -> Iterable[str]:
    """Explain the scale, the verdict, n, and the changes and the list of the lowest items where there are any."""
    followed = [row for row in tables.domains if is_followed(row)]
    scale = instrument.scale
    words = ", ".join(f"{point.value} {one_line(point.label)}" for point in scale.points)
    high = _("A mean above {threshold} is high; exactly {threshold} is not.")
    yield _("The scale: {words}.").format(words=words)
    yield high.format(threshold=instrument_words.thresholds_text(instrument))
    yield (
        _("n counts the statements with a score; below half of those that apply there is no verdict.")
        if scale.min_coverage == 0.5  # noqa: PLR2004 -- the usual rule reads best in words
        else _("n counts the statements with a score; where too few have one there is no verdict.")
    )
    yield from not_applicable_sentences(instrument, (row.now for row in tables.domains))
    if lowest:
        yield instrument_words.lowest_rule(instrument)
    yield from instrument_words.direction_sentences(instrument)
    yield from instrument_words.word_sentences(instrument)
    if compared or followed:
        both = (*tables.domains, *tables.focuses)
        text = _(
            "A change is the difference between the means shown here; ≈ means no clear change, "
            "≠ that not the same statements have a score."
        )
        if any(change and change.is_partial for row in both for change in (row.change, row.course_change)):
            text = _(
                "A change is the difference between the means shown here, but with (n=…) it is on the statements of "
                "both versions only; ≈ means no clear change, ≠ that not the same statements have a score."
            )
        yield text
        others = [row for row in both if is_followed(row) and row.course_change and row.course_change.by_other_items]
        if others and begins_elsewhere(both, compared=compared):
            text = _("≠ since the first session: other statements were scored in {domains}.")
            yield text.format(domains=", ".join(map(_other_statements, others)))
        yield rule_sentence(None)


def _other_statements(row: GroupRow) -> str:
    text = _("{name} (n {before} → {now})")
    return text.format(name=row.short, before=row.course[0].group.scored, now=row.now.scored)


def signs(instrument: Instrument, tables: GroupRows, *, compared: bool) -> Iterable[str]:
    """Explain the signs of the courses, or of the bars where there is no course."""
    scale, threshold = instrument.scale, instrument_words.thresholds_text(instrument)
    followed = [row for row in tables.domains if is_followed(row)]
    if not followed:
        bars = _("Bars: the dot is this session, dashes stand at {threshold}.")
        if compared:
            bars = _("Bars: the dot is this session, the upright line the one before, dashes stand at {threshold}.")
        yield bars.format(threshold=threshold)
    if any(row.now.target is not None for row in tables.domains) and instrument.profile:
        text = _("Dotted: the target for “{profile}”.") if followed else _("A triangle: the target for “{profile}”.")
        yield text.format(profile=one_line(instrument.profile.title))
    if not followed:
        return
    text = _(
        "Course: the last {n} sessions by date, on the part of the scale from {low} to {high}; a mean above the dashes "
        "at {threshold} is high (blue)."
    )
    if not instrument.higher_is_better:
        text = _(
            "Course: the last {n} sessions by date, on the part of the scale from {low} to {high}; the dashes stand at "
            "{threshold}, the better side is blue."
        )
    frame = course_frame((*tables.domains, *tables.focuses), scale)
    low, high = target_text(float(frame.low)), target_text(float(frame.high))
    yield text.format(n=max(len(row.course) for row in followed), low=low, high=high, threshold=threshold)
    if any(not moment.covered for row in tables.domains for moment in row.course):
        yield _("A hollow dot: too few scores for a verdict.")
    if any(moment.starts for row in tables.domains for moment in row.course[1:]):
        yield _("A gap in a course: other statements from there on.")


def colophon(material: Material, *, notes: bool) -> Iterable[str]:
    """Name the instrument, the session and its version, what is left out, and the day."""
    instrument, session = material.instrument, material.session
    remarks = any(point.remark for point in material.agenda.kept) if material.agenda else False
    yield _("{title}, version {version}. {publisher}: {document}.").format(
        title=one_line(instrument.title),
        version=instrument.version,
        publisher=one_line(instrument.source.publisher),
        document=one_line(instrument.source.document),
    )
    if terms := instrument.source.terms:
        yield f"{one_line(terms)}."
    yield _("Session {id}; version: {version}.").format(id=session.id, version=_version(material))
    if not notes and (session.notes or session.remark or remarks):
        yield _("Notes and remark are left out.")
    yield _("Made on {date} with reflect-tui {version}.").format(
        date=format_date(material.now.date()), version=__version__
    )


_COMMIT = 12  # digits that name a commit beyond doubt in a journal


class ReportOptions(Struct, frozen=True, kw_only=True):
    """What the user wants in the document: their name, and what they wrote to items and to the session."""

    name: str = ""
    notes: bool = False


def _old_means(material: Material) -> Iterable[str]:
    """Tell the means that are left of old years, below how the figures are read: no figure counts with them."""
    if material.session.role == "self" and material.references:
        days = " ".join(reference_sentences(material.references, material.instrument))
        yield _("Old means of which the scores are gone, counted nowhere: {days}").format(days=days)


class Material(Struct, frozen=True, kw_only=True):
    """What a document is made from.

    `previous` is the session to compare with, `own` are all one's own sessions, `instruments` gives the instrument of
    each digest among them. `commit` is the newest commit about
    the session, `amended` the moments at which it was changed, oldest first; both come from history, and `commit` is
    None while that has none. `agenda` is what was put together for the talk, if anything; `agenda_renewed` says that
    the saved one was outdated. `comparison` is what others say, `talk` the newest
    talk about this session or the one before.
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
    references: tuple[Reference, ...] = ()
    comparison: Comparison | None = None
    talk: Talk | None = None
    now: datetime


def build_report(material: Material, wishes: ReportOptions | None = None) -> Report:
    """Make the document's content, in the user's language."""
    wishes = wishes or ReportOptions()
    instrument, session = material.instrument, material.session
    summary = summarize(instrument, session.scores)
    shared, change = _compared(material) or (instrument, None)
    strengths, agenda = spoken(instrument, material.agenda, material.goals, notes=wishes.notes)
    table, chart = beside(material.comparison, instrument) or (None, None)
    low = _low(instrument, session, wishes)
    tables = rows(instrument, summary, change, _followed(material), material.instruments)
    return Report(
        language=current_language(),
        title=one_line(instrument.title),
        short_title=one_line(instrument.label),
        subtitle=_subtitle(session),
        facts=tuple(_facts(material, wishes)),
        opening=tuple(opening(instrument, session)),
        totals=tuple(_totals(instrument, summary, change)),
        when=day_beside(session.started, material.previous.started) if material.previous else day(session.started),
        changes=changes(shared, change) if change else None,
        strengths=strengths,
        agenda=agenda,
        domains=tables.domains,
        focuses=tables.focuses,
        focuses_title=one_line(focuses_title(instrument)),
        low=low,
        goals=tuple(
            goal_line(instrument, goal, material.now, notes=wishes.notes) for goal in in_order(_current(material))
        ),
        remark=paragraphs(session.remark) if wishes.notes else "",
        notes=_notes(instrument, session) if wishes.notes else (),
        signatures=(_("Professional"), _("Team leader")),
        legend=(
            *legend(instrument, tables, compared=change is not None, lowest=bool(low.items)),
            *_versions(material, change),
            *_old_means(material),
        ),
        signs=tuple(signs(instrument, tables, compared=change is not None)),
        colophon=tuple(colophon(material, notes=wishes.notes)),
        scale=instrument.scale,
        beside=table,
        raters=chart,
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
    return trend(material.instrument, [*_earlier(material), session], material.instruments)


def _versions(material: Material, change: Diff | None) -> Iterable[str]:
    """Say what changed in the instrument over the sessions that are followed, but for what the comparison says."""
    if followed := _followed(material):
        versions = versions_of([*followed.sessions, *_earlier(material)], material.instruments)
        said = (
            {version.digest for version in (change.common.older, change.common.newer)}
            if change and change.common
            else ()
        )
        for changes in changes_along(versions):
            if {changes.older.digest, changes.newer.digest} != said:
                yield from told_sentences(changes)


def _earlier(material: Material) -> list[Session]:
    """Return one's own earlier sessions on any version of the instrument."""
    session = material.session
    own = (one for one in material.own if one.instrument == session.instrument)
    return [one for one in own if (one.started, one.id) < (session.started, session.id)]


def _subtitle(session: Session) -> str:
    if session.role == "self":
        return _("Self-reflection of {date}").format(date=day(session.started))
    return _("Filled in on {date} by: {role}").format(date=day(session.started), role=role_name(session.role))


def _facts(material: Material, wishes: ReportOptions) -> Iterable[Fact]:
    session = material.session
    if wishes.name.strip():
        yield Fact(_("Name"), one_line(wishes.name))
    yield Fact(_("Date"), day_and_time(session))
    yield Fact(_("Filled in by"), role_name(session.role))
    if material.previous:
        yield Fact(_("Compared with"), since(material.previous, session))
    if material.talk:
        yield Fact(_("Last talk"), day_and_agreed(material.talk))
    if material.agenda_renewed:
        yield Fact(_("Agenda"), _("renewed, since answers changed after it was made"))


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


def opening(instrument: Instrument, session: Session) -> Iterable[str]:
    """Say in two sentences how many domains are high, and which is highest and lowest."""
    summary = summarize(instrument, session.scores)
    if not summary.high:
        none = _("None of the {n} domains is high: no mean is above {threshold}.")
        yield none.format(n=len(summary.domains), threshold=instrument_words.thresholds_text(instrument))
        yield from map(one_line, threshold_sentences(instrument, session))
    text = ngettext(
        "{high} of {n} domains is high: its mean is above {threshold}.",
        "{high} of {n} domains are high: their means are above {threshold}.",
        summary.high,
    )
    if summary.high:
        yield text.format(
            high=summary.high, n=len(summary.domains), threshold=instrument_words.thresholds_text(instrument)
        )
    if not instrument.higher_is_better:
        yield one_line(instrument_words.lower_sentence(instrument))
        if good := [group_name(instrument, group.id, short=True) for group in summary.domains if group.good]:
            yield one_line(_("Good: {names}.").format(names=", ".join(good)))
    yield from map(
        one_line,
        (
            *instrument_words.band_sentences(instrument, summary),
            *instrument_words.target_sentences(instrument, summary),
        ),
    )
    if ends := instrument_words.ends_sentence(instrument, summary.domains):
        yield one_line(ends)


def _totals(instrument: Instrument, summary: Summary, change: Diff | None) -> Iterable[HeadlineFigure]:
    yield HeadlineFigure(f"{summary.answered}/{summary.total}", _("answered"))
    yield HeadlineFigure(str(summary.not_applicable), _("not applicable"))
    word = _("domains high") if instrument.higher_is_better else _("domains good")
    yield HeadlineFigure(f"{summary.good}/{len(summary.domains)}", word)
    if change and change.is_mixed:
        yield HeadlineFigure(str(change.moved), ngettext("statement changed", "statements changed", change.moved))
    elif change:
        yield HeadlineFigure(str(change.up), ngettext("statement up", "statements up", change.up))
        yield HeadlineFigure(str(change.down), ngettext("statement down", "statements down", change.down))
    if change:
        yield HeadlineFigure(str(change.same), _("the same"))


def _low(instrument: Instrument, session: Session, wishes: ReportOptions) -> LowestItems:
    return LowestItems(
        tuple(
            LowItem(
                text=one_line(instrument_words.marked_sentence(instrument, item.id)),
                domain=one_line(instrument.domain_of[item.id].label),
                score=f"{score} {one_line(instrument.item_scale(item.id).label(score))}",
                note=paragraphs(session.notes.get(item.id, "")) if wishes.notes else "",
            )
            for item, score in lowest_items(instrument, session)
        ),
        title=instrument_words.lowest_title(instrument),
        all_below=instrument_words.is_lowest_worst(instrument) and instrument.has_one_threshold,
    )


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
