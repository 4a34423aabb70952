"""Gathers what a document says: one session, what changed since another, the agenda, the goals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from reflect_tui import __version__
from reflect_tui.agenda import Agenda
from reflect_tui.analysis.compare import Comparison
from reflect_tui.analysis.diff import Diff, GroupChange, ItemChange, compare
from reflect_tui.analysis.summary import Summary, summarize
from reflect_tui.analysis.trend import NONE, Instruments, Series, trend
from reflect_tui.goals import Goal
from reflect_tui.i18n import _, current, format_date, ngettext
from reflect_tui.instrument import Instrument, Item
from reflect_tui.pages.diff import test_sentence, verdict_sentence
from reflect_tui.pages.diff_header import ground_sentence
from reflect_tui.pages.goals import in_order
from reflect_tui.pages.words import clock, day, group_name, role_name, score_text
from reflect_tui.report import points
from reflect_tui.report.beside import beside
from reflect_tui.report.plain import one_line, paragraphs
from reflect_tui.report.values import (
    Changes,
    Fact,
    Low,
    LowItem,
    Moment,
    Move,
    Note,
    Report,
    Row,
    Total,
)
from reflect_tui.report.words import threshold_text
from reflect_tui.session import Session

MOVES = 6
LOWEST = 6
_COMMIT = 12  # digits that name a commit beyond doubt in a journal


class Wishes(Struct, frozen=True, kw_only=True):
    """What the user wants in the document: their name, and what they wrote to items and to the session."""

    name: str = ""
    notes: bool = False


class Material(Struct, frozen=True, kw_only=True):
    """What a document is made from.

    `previous` is the session to compare with, `own` are all one's own sessions, `instruments` gives the instrument of
    each digest among them. `commit` is the newest commit about
    the session, `amended` the moments at which it was changed, oldest first; both come from history, and `commit` is
    None while that has none. `agenda` is what was put together for the talk, if anything,
    `comparison` what others say.
    """

    instrument: Instrument
    session: Session
    previous: Session | None = None
    own: tuple[Session, ...] = ()
    instruments: Instruments = NONE
    commit: str | None = None
    amended: tuple[datetime, ...] = ()
    agenda: Agenda | None = None
    goals: tuple[Goal, ...] = ()
    comparison: Comparison | None = None
    now: datetime


def report(material: Material, wishes: Wishes | None = None) -> Report:
    """Make the document's content, in the user's language."""
    wishes = wishes or Wishes()
    instrument, session = material.instrument, material.session
    summary = summarize(instrument, session.scores)
    shared, change = _compared(material) or (instrument, None)
    spoken = points.spoken(instrument, material.agenda, material.goals)
    return Report(
        language=current(),
        title=one_line(instrument.title),
        subtitle=_subtitle(session),
        facts=tuple(_facts(material, wishes)),
        totals=tuple(_totals(summary, change)),
        when=day(session.started),
        changes=_changes(shared, change) if change else None,
        strengths=spoken.strengths,
        agenda=spoken.agenda,
        domains=_rows(instrument, summary, change, material, "domain"),
        focuses=_rows(instrument, summary, change, material, "focus"),
        low=_low(instrument, session, summary, wishes),
        goals=tuple(
            points.goal_line(instrument, goal, material.now, notes=wishes.notes)
            for goal in in_order(_current(material))
        ),
        remark=paragraphs(session.remark) if wishes.notes else "",
        notes=_notes(instrument, session) if wishes.notes else (),
        signatures=(_("Professional"), _("Team leader")),
        legend=_legend(instrument),
        colophon=tuple(_colophon(material, wishes)),
        scale=instrument.scale,
        beside=beside(material.comparison, instrument),
    )


def _compared(material: Material) -> tuple[Instrument, Diff] | None:
    """Compare with the earlier session, on what both versions of the instrument share."""
    previous = material.previous
    on = material.instrument if previous and previous.digest == material.instrument.digest else None
    on = on or (material.instruments.get(previous.digest) if previous else None)
    return compare(previous, on, material.session, material.instrument) if previous and on else None


def _subtitle(session: Session) -> str:
    if session.role == "self":
        return _("Self-reflection of {date}").format(date=day(session.started))
    return _("Filled in on {date} by: {role}").format(date=day(session.started), role=role_name(session.role))


def _facts(material: Material, wishes: Wishes) -> Iterable[Fact]:
    session = material.session
    if wishes.name.strip():
        yield Fact(_("Name"), one_line(wishes.name))
    yield Fact(_("Date"), f"{day(session.started)}, {clock(session.started)}")
    yield Fact(_("Filled in by"), role_name(session.role))
    if material.previous:
        yield Fact(_("Compared with"), day(material.previous.started))
    yield Fact(_("Version"), _version(material))


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


def _totals(summary: Summary, change: Diff | None) -> Iterable[Total]:
    yield Total(f"{summary.answered}/{summary.total}", _("answered"))
    yield Total(str(summary.not_applicable), _("not applicable"))
    yield Total(f"{summary.high}/{len(summary.domains)}", _("domains high"))
    if change:
        yield Total(str(change.up), _("items up"))
        yield Total(str(change.down), _("items down"))
        yield Total(str(change.same), _("the same"))


def _changes(instrument: Instrument, change: Diff) -> Changes:
    steps = sorted((item for item in change.items if item.step), key=lambda item: -abs(item.step or 0))
    up, down = [item for item in steps if (item.step or 0) > 0], [item for item in steps if (item.step or 0) < 0]
    others = [item for item in change.items if item.step is None]
    return Changes(
        since=day(change.a.started),
        sentences=tuple(_change_sentences(instrument, change)),
        up=_moves(instrument, up),
        down=_moves(instrument, down),
        others=_moves(instrument, others),
        more_up=_more(len(up) - MOVES),
        more_down=_more(len(down) - MOVES),
        more_others=_more(len(others) - MOVES),
    )


def _change_sentences(instrument: Instrument, change: Diff) -> Iterable[str]:
    """Say how the items moved and what the test makes of it, then which domains crossed the threshold."""
    if shared := ground_sentence(change):
        yield shared
    yield _("Since {date}: {sentence}").format(date=day(change.a.started), sentence=verdict_sentence(change))
    if change.up + change.down:
        yield test_sentence(change)
    for crossing, text in (("up", _("Became high: {domains}.")), ("down", _("No longer high: {domains}."))):
        names = [_short(instrument, part) for part in change.domains if part.crossed == crossing]
        if names:
            yield text.format(domains=", ".join(names))
    if not any(part.crossed for part in change.domains):
        yield _("No domain crossed the threshold.")


def _short(instrument: Instrument, part: GroupChange) -> str:
    return one_line(group_name(instrument, part.id, short=True))


def _moves(instrument: Instrument, items: Sequence[ItemChange]) -> tuple[Move, ...]:
    return tuple(
        Move(
            text=_statement(instrument, instrument.item(item.id)),
            before=score_text(item.a),
            now=score_text(item.b),
            step=item.step,
        )
        for item in items[:MOVES]
    )


def _statement(instrument: Instrument, item: Item) -> str:
    return one_line(instrument.sentence(item))


def _more(count: int) -> str:
    """Say how many are not listed; "" when all are."""
    return ngettext("and {n} more", "and {n} more", count).format(n=count) if count > 0 else ""


def _rows(
    instrument: Instrument, summary: Summary, change: Diff | None, material: Material, axis: str
) -> tuple[Row, ...]:
    """Give the rows of one axis in the order of the instrument."""
    until = [one for one in material.own if (one.started, one.id) < (material.session.started, material.session.id)]
    course = (
        trend(instrument, [*until, material.session], material.instruments) if material.session.role == "self" else None
    )
    series = {one.id: one for one in ((course.domains if axis == "domain" else course.focuses) if course else ())}
    changes = {part.id: part for part in ((change.domains if axis == "domain" else change.focuses) if change else ())}
    groups = summary.domains if axis == "domain" else summary.focuses
    return tuple(
        Row(
            name=one_line(group_name(instrument, group.id)),
            short=one_line(group_name(instrument, group.id, short=True)),
            now=group,
            before=changes[group.id].a if group.id in changes else None,
            delta=changes[group.id].delta if group.id in changes else None,
            crossed=changes[group.id].crossed if group.id in changes else None,
            clear=_clear(change, changes.get(group.id)),
            course=_course(series.get(group.id)),
        )
        for group in groups
    )


def _clear(change: Diff | None, part: GroupChange | None) -> bool | None:
    """Tell whether a mean moved more than noise; between two versions of one session chance has no part."""
    if change is None or part is None or not part.delta or change.a.id == change.b.id:
        return None
    return part.clear


def _course(series: Series | None) -> tuple[Moment, ...]:
    if series is None:
        return ()
    return tuple(Moment(point.when, point.mean, point.group.scored, point.covered) for point in series.points)


def _low(instrument: Instrument, session: Session, summary: Summary, wishes: Wishes) -> Low:
    """Give the lowest items, those of the lowest domains first, and say how many more stand as low."""
    means = {group.id: group.mean or 0 for group in summary.domains}
    scored = [(item, session.scores.get(item.id)) for item in instrument.items]
    low = [(item, score) for item, score in scored if isinstance(score, int) and score < instrument.scale.threshold]
    low.sort(key=lambda pair: (pair[1], means[instrument.domain_of[pair[0].id].id]))
    shown = tuple(
        LowItem(
            text=_statement(instrument, item),
            domain=one_line(instrument.domain_of[item.id].label),
            score=f"{score} {one_line(instrument.scale.label(score))}",
            note=paragraphs(session.notes.get(item.id, "")) if wishes.notes else "",
        )
        for item, score in low[:LOWEST]
    )
    rest = len(low) - len(shown)
    more = ngettext("{n} more item below {threshold}.", "{n} more items below {threshold}.", rest)
    return Low(shown, more.format(n=rest, threshold=threshold_text(instrument.scale)) if rest > 0 else "")


def _notes(instrument: Instrument, session: Session) -> tuple[Note, ...]:
    return tuple(
        Note(_statement(instrument, item), paragraphs(session.notes[item.id]))
        for item in instrument.items
        if session.notes.get(item.id, "").strip()
    )


def _current(material: Material) -> Iterable[Goal]:
    """Give the goals of this instrument that go on, and those closed since the session compared with."""
    since = material.previous.started if material.previous else None
    for goal in material.goals:
        closed = goal.closed
        if goal.instrument == material.instrument.id and (closed is None or (since and closed > since)):
            yield goal


def _legend(instrument: Instrument) -> tuple[str, ...]:
    scale = instrument.scale
    words = ", ".join(f"{point.value} {one_line(point.label)}" for point in scale.points)
    high = _("High is a mean above {threshold}; exactly {threshold} is not high.")
    return (
        _("The scale: {words}.").format(words=words),
        high.format(threshold=threshold_text(scale)),
        _("n counts the items with a score; below half of them there is no verdict.")
        if scale.min_coverage == 0.5  # noqa: PLR2004 -- the usual rule reads best in words
        else _("n counts the items with a score; where too few have one there is no verdict."),
        _("Changes are taken from the exact means, then rounded; ≈ is no clear change, chance alone does that often."),
    )


def _colophon(material: Material, wishes: Wishes) -> Iterable[str]:
    instrument = material.instrument
    yield _("{title}, version {version}. {publisher}: {document}.").format(
        title=one_line(instrument.title),
        version=instrument.version,
        publisher=one_line(instrument.source.publisher),
        document=one_line(instrument.source.document),
    )
    yield _("Session {id}.").format(id=material.session.id)
    if not wishes.notes and (material.session.notes or material.session.remark):
        yield _("Notes and remark are left out.")
    yield _("Made on {date} with reflect-tui {version}.").format(
        date=format_date(material.now.date()), version=__version__
    )
