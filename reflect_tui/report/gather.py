"""Gathers what a document says: one session, what changed since another, the agenda, the goals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from reflect_tui.agenda import Agenda
from reflect_tui.analysis.compare import Comparison
from reflect_tui.analysis.diff import Diff, compare
from reflect_tui.analysis.summary import Summary, summarize
from reflect_tui.analysis.trend import NONE, Instruments, Trend, trend
from reflect_tui.goals import Goal
from reflect_tui.i18n import _, current, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.goals import in_order
from reflect_tui.pages.words import clock, day, day_beside, role_name
from reflect_tui.report import points, small_print
from reflect_tui.report.beside import beside
from reflect_tui.report.changed import changes, since
from reflect_tui.report.plain import one_line, paragraphs
from reflect_tui.report.rows import rows
from reflect_tui.report.values import Fact, Low, LowItem, Note, Report, Total
from reflect_tui.session import Session

LOWEST = 6
_COMMIT = 12  # digits that name a commit beyond doubt in a journal


class Wishes(Struct, frozen=True, kw_only=True):
    """What the user wants in the document: their name, and what they wrote to items and to the session.

    With what they wrote it takes as many sheets as it needs.
    """

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
    tables = rows(instrument, summary, change, _followed(material))
    return Report(
        language=current(),
        title=one_line(instrument.title),
        subtitle=_subtitle(session),
        facts=tuple(_facts(material, wishes)),
        totals=tuple(_totals(summary, change)),
        when=day_beside(session.started, material.previous.started) if material.previous else day(session.started),
        changes=changes(shared, change) if change else None,
        strengths=spoken.strengths,
        agenda=spoken.agenda,
        domains=tables.domains,
        focuses=tables.focuses,
        low=_low(instrument, session, summary, wishes),
        goals=tuple(
            points.goal_line(instrument, goal, material.now, notes=wishes.notes)
            for goal in in_order(_current(material))
        ),
        remark=paragraphs(session.remark) if wishes.notes else "",
        notes=_notes(instrument, session) if wishes.notes else (),
        signatures=(_("Professional"), _("Team leader")),
        legend=tuple(small_print.legend(instrument, compared=change is not None)),
        signs=tuple(small_print.signs(instrument, tables, compared=change is not None)),
        colophon=tuple(small_print.colophon(instrument, session, material.now, notes=wishes.notes)),
        scale=instrument.scale,
        beside=beside(material.comparison, instrument),
        whole=wishes.notes,
    )


def _compared(material: Material) -> tuple[Instrument, Diff] | None:
    """Compare with the earlier session, on what both versions of the instrument share."""
    previous = material.previous
    on = material.instrument if previous and previous.digest == material.instrument.digest else None
    on = on or (material.instruments.get(previous.digest) if previous else None)
    return compare(previous, on, material.session, material.instrument) if previous and on else None


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


def _facts(material: Material, wishes: Wishes) -> Iterable[Fact]:
    session = material.session
    if wishes.name.strip():
        yield Fact(_("Name"), one_line(wishes.name))
    yield Fact(_("Date"), f"{day(session.started)}, {clock(session.started)}")
    yield Fact(_("Filled in by"), role_name(session.role))
    if material.previous:
        yield Fact(_("Compared with"), since(material.previous, session))
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
        yield Total(str(change.up), ngettext("item up", "items up", change.up))
        yield Total(str(change.down), ngettext("item down", "items down", change.down))
        yield Total(str(change.same), _("the same"))


def _low(instrument: Instrument, session: Session, summary: Summary, wishes: Wishes) -> Low:
    """Give the lowest items, those of the lowest domains first, and say how many more stand as low."""
    means = {group.id: group.mean or 0 for group in summary.domains}
    scored = [(item, session.scores.get(item.id)) for item in instrument.items]
    low = [(item, score) for item, score in scored if isinstance(score, int) and score < instrument.scale.threshold]
    low.sort(key=lambda pair: (pair[1], means[instrument.domain_of[pair[0].id].id]))
    shown = tuple(
        LowItem(
            text=one_line(instrument.sentence(item)),
            domain=one_line(instrument.domain_of[item.id].label),
            score=f"{score} {one_line(instrument.scale.label(score))}",
            note=paragraphs(session.notes.get(item.id, "")) if wishes.notes else "",
        )
        for item, score in low[:LOWEST]
    )
    return Low(shown, len(low) - len(shown))


def _notes(instrument: Instrument, session: Session) -> tuple[Note, ...]:
    return tuple(
        Note(one_line(instrument.sentence(item)), paragraphs(session.notes[item.id]))
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
