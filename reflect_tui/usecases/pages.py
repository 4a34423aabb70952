"""What the pages show of a journal, gathered once for screens, line mode, command line and documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from reflect_tui.analysis import trend as analysis_trend
from reflect_tui.analysis.compare import Comparison, compare
from reflect_tui.analysis.diff import Results, change_since, results
from reflect_tui.analysis.rater_groups import answer_moment, nearest_session
from reflect_tui.analysis.summary import SessionFigures, session_figures
from reflect_tui.analysis.talking_points import (
    PossiblePoints,
    goals_until_next_session,
    is_outdated,
    possible_points,
    propose_agenda,
    renew_agenda,
    with_clarity,
)
from reflect_tui.analysis.version_changes import VersionChanges, changes_along, ended_lines, versions_of
from reflect_tui.analysis.versions import seen_from
from reflect_tui.errors import BadFileError, JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _, format_date
from reflect_tui.model import old_means
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.assessment import Progress, replay
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.library import Library
from reflect_tui.model.old_means import Reference
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session, date_fault
from reflect_tui.model.talk import Talk
from reflect_tui.store.documents import Document
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.store.scan import Entry, alone, others, sound
from reflect_tui.usecases import filling

if TYPE_CHECKING:
    from reflect_tui.views.trends import TrendScene


_LONG = timedelta(days=5 * 366)  # between two sessions: the clock may be wrong


class ListedSession(Struct, frozen=True, kw_only=True):
    """A file among the sessions as lists show it: its session with instrument and figures, or what is wrong with it."""

    entry: Entry
    session: Session | None = None
    instrument: Instrument | None = None
    figures: SessionFigures | None = None
    problem: str = ""


class NamedSession(Struct, frozen=True):
    """A session as the command line lists it: after the REF to type for it, with how many versions of it there are."""

    reference: str
    session: Session
    figures: SessionFigures
    instrument: str
    versions: int = 1


class ListedDraft(Struct, frozen=True, kw_only=True):
    """A draft as lists show it: its instrument and how much of it is answered, or why it can't be resumed."""

    draft: Draft
    instrument: Instrument | None = None
    progress: Progress | None = None
    problem: str = ""


class GoalsPage(Struct, frozen=True):
    """All goals that can be read, newest first, the files that can't, and the instruments by id, where known."""

    goals: tuple[Goal, ...]
    unreadable: tuple[Document[Goal], ...]
    instruments: Mapping[str, Instrument]


class Pages(Struct, frozen=True, kw_only=True):
    """The sound sessions of a journal, newest first, and what they are looked at with.

    Each of `sessions` may be seen by itself; those `given` by others are compared in groups only. `instruments` has the
    instrument of every digest among them, and of the rounds where it is known; `library` all others.
    """

    sessions: tuple[Session, ...]
    given: tuple[Session, ...]
    rounds: Mapping[str, Round]
    instruments: Mapping[str, Instrument]
    goals: tuple[Goal, ...]
    references: tuple[Reference, ...] = ()
    library: Library = Library(None)

    def own(self, instrument: str | None = None) -> tuple[Session, ...]:
        """One's own sessions on an instrument, or on any; newest first."""
        mine = (session for session in self.sessions if session.role == "self")
        return tuple(session for session in mine if instrument in (None, session.instrument))

    def previous(self, session: Session | Draft) -> Session | None:
        """One's own session before this one of one's own, on the same instrument."""
        return previous(self.own(), session)

    def own_beside(self, session: Session | None) -> Session | None:
        """A session if it is one's own; else the one of one's own that someone's answers are compared with.

        Without either, one's newest.
        """
        if session and session.role == "self":
            return session
        own = self.own(session.instrument if session else None)
        if session and own:
            return nearest_session(answer_moment(session, self.rounds), own, session.digest)
        return next(iter(own), None)

    def newest_pair(self, instrument: str) -> tuple[Session, Session] | None:
        """One's own newest session on an instrument with the one before it, the earlier one first."""
        return pair_with_previous(self.own(instrument))

    def goals_page(self, documents: Iterable[Document[Goal]]) -> GoalsPage:
        """What the page of goals shows of the documents there are."""
        every = tuple(documents)
        goals = tuple(document.value for document in every if document.value)
        contents = {name: self.instrument(name) for name in {goal.instrument: goal for goal in goals}}
        return GoalsPage(
            goals=goals,
            unreadable=tuple(document for document in every if document.value is None),
            instruments={name: content for name, content in contents.items() if content},
        )

    def results(self, instrument: Instrument, session: Session) -> Results:
        """What a session adds up to, and what changed since the one before."""
        before = self.previous(session)
        return results(instrument, session, before, self._version_of(before))

    def comparison(self, instrument: Instrument, session: Session) -> Comparison:
        """A session of one's own beside what others said."""
        return compare(instrument, session, self.own(), self.given, self.rounds, instruments=self.instruments)

    def agenda(self, instrument: Instrument, session: Session, before: Session | None) -> Agenda:
        """The points that a session of one's own gives for a talk, when compared with the one `before`."""
        goals, comparison = self._agenda_sources(instrument, session)
        return propose_agenda(instrument, session, before, goals, comparison, previous_on=self._version_of(before))

    def current_agenda(
        self, instrument: Instrument, session: Session, before: Session | None, saved: Agenda | None
    ) -> Agenda:
        """The agenda `saved` with a session of one's own, or the points that it gives now, compared with `before`.

        One that is outdated, or compares with another session, is brought up to date; its remarks and own points stay.
        """
        fresh = self.agenda(instrument, session, before)
        if saved is None:
            return fresh
        possible = self.possible_points(instrument, session, fresh.since)
        if saved.since == fresh.since and not self.is_outdated(instrument, session, saved):
            return with_clarity(saved, possible)
        return renew_agenda(saved, fresh, instrument, possible)

    def possible_points(self, instrument: Instrument, session: Session, since: str) -> PossiblePoints:
        """All points that a session of one's own could give now, when compared with the one whose id is `since`."""
        before = next((other for other in self.own() if other.id == since), None)
        goals, comparison = self._agenda_sources(instrument, session)
        return possible_points(instrument, session, before, goals, comparison, previous_on=self._version_of(before))

    def is_outdated(self, instrument: Instrument, session: Session, agenda: Agenda) -> bool:
        """Whether answers changed since an agenda was made, so that its points would be other ones now."""
        before = next((other for other in self.own() if other.id == agenda.since), None)
        possible = self.possible_points(instrument, session, agenda.since)
        return is_outdated(agenda, possible, self.agenda(instrument, session, before))

    def agenda_ground(self, instrument: Instrument, session: Session, agenda: Agenda) -> str:
        """Say on how many items an agenda compares with a session on another version; "" for those of one."""
        from reflect_tui.views.version_sentences import ground_sentence  # noqa: PLC0415 -- the first list is fast

        before = next((other for other in self.own() if other.id == agenda.since), None)
        change = change_since(instrument, session, before, self._version_of(before))
        return ground_sentence(change) if change else ""

    def _agenda_sources(self, instrument: Instrument, session: Session) -> tuple[tuple[Goal, ...], Comparison]:
        return goals_until_next_session(self.goals, session, self.own()), self.comparison(instrument, session)

    def _version_of(self, session: Session | None) -> Instrument | None:
        return self.instruments.get(session.digest) if session else None

    def trend(self, instrument: str, newest: int, events: Sequence[Event]) -> TrendScene | None:
        """All that charts of an instrument show of so many of one's newest sessions, or of all with 0; None if none.

        It is on the version of the newest one.
        """
        from reflect_tui.views.trends import TrendScene, elsewhere, targets_of  # noqa: PLC0415 -- the first list is fast

        own = self.own(instrument)
        content = self.instruments.get(own[0].digest) if own else None
        if content is None:
            return None
        sessions = [session for session in self.sessions if session.instrument == instrument]
        whole = analysis_trend.trend(content, sessions, self.instruments)
        shown = analysis_trend.newest_sessions(whole, newest)
        references = old_means.fitting(self.references, content, [each.started.date() for each in own])
        if len(shown.sessions) < len(whole.sessions):  # then those before have no place on the axis of time
            references = tuple(old for old in references if old.day >= shown.sessions[0].started.date())
        groups = analysis_trend.group_points(own, self.given, self.rounds, instruments=self.instruments)
        versions = changes_along(versions_of(own, self.instruments))
        return TrendScene(
            instrument=content,
            trend=shown,
            groups=analysis_trend.points_beside(groups, shown.sessions),
            events=tuple(events),
            references=references,
            targets=targets_of(self.goals, content),
            total=len(whole.sessions),
            apart=elsewhere(self.sessions, whole, content),
            versions=versions,
            ended=tuple(ended_lines(own, self.instruments, versions)),
        )

    def with_items(self, scene: TrendScene) -> TrendScene:
        """A scene with a row for every item as well."""
        if scene.rows:
            return scene
        rows = analysis_trend.item_trends(scene.instrument, scene.trend.sessions, self.instruments)
        return structs.replace(scene, rows=rows)

    def course(self, instrument: Instrument, session: Session, most: int) -> analysis_trend.Trend:
        """How the domains went in the newest of one's own sessions up to this one, `most` of them."""
        mine = (one for one in self.own(instrument.id) if (one.started, one.id) <= (session.started, session.id))
        return analysis_trend.trend(instrument, tuple(islice(mine, most)), self.instruments)

    def instrument(self, identifier: str) -> Instrument | None:
        """An instrument as the newest session was answered on it, else its newest version; None when it is nowhere."""
        newest = next((session for session in self.sessions if session.instrument == identifier), None)
        if newest and newest.digest in self.instruments:
            return self.instruments[newest.digest]
        try:
            return self.library.new(identifier)
        except ReflectError:
            return None


def instrument_history(known: Pages, journal: Journal, identifier: str) -> tuple[VersionChanges, ...]:
    """Find what changed in an instrument: over the versions that one filled in, to the one that is next."""
    versions = versions_of(known.own(identifier), known.instruments)
    try:
        coming = journal.library.new(identifier)
    except ReflectError:  # it is not installed here: there is no next one
        return changes_along(versions)
    is_later = not versions or version_key(coming.version) > version_key(versions[-1].version)
    return changes_along((*versions, coming) if is_later else versions)


def pages_of(journal: Journal) -> Pages:
    """Read what the pages of a journal show.

    Raises:
        BadFileError: the folder of sessions can't be read.
    """
    entries = journal.all_entries()
    rounds = journal.known_rounds()
    sessions, given = tuple(sound(alone(entries, lambda: rounds))), others(entries)
    different = {session.digest: session for session in sessions}
    return Pages(
        sessions=sessions,
        given=given,
        rounds=journal.told_rounds(rounds, given, journal.altered_rounds()),
        instruments={
            digest: journal.library.find(session.instrument, session.version, digest)
            for digest, session in different.items()
        }
        | instruments_of_others(journal, given, rounds.values()),
        goals=tuple(document.value for document in journal.goals.all() if document.value),
        references=tuple(document.value for document in journal.references.all() if document.value),
        library=journal.library,
    )


def instruments_of_others(journal: Journal, given: Iterable[Session], rounds: Iterable[Round]) -> dict[str, Instrument]:
    """Find the instruments that others were asked about, by digest; one that is nowhere is left out."""
    found: dict[str, Instrument] = {}
    asked = {(one.instrument, one.version, one.digest) for one in given}
    for identifier, version, digest in asked | {(one.instrument, one.version, one.digest) for one in rounds}:
        with suppress(NotFoundError):
            found[digest] = journal.library.find(identifier, version, digest)
    return found


def happenings(events: Iterable[Event], talks: Iterable[Document[Talk]]) -> tuple[Event, ...]:
    """Set events and talks side by side for the trends, oldest first."""
    from reflect_tui.views.goals import talk_event  # noqa: PLC0415 -- the first list is fast

    ticks = (talk_event(document.value) for document in talks if document.value)
    return tuple(sorted((*events, *ticks), key=lambda event: (event.moment.timestamp(), event.id)))


def saved_agenda(journal: Journal, session_id: str) -> Agenda | None:
    """Read the agenda that was saved with a session; None when there is none.

    Raises:
        JournalError: it can't be read.
    """
    try:
        document = journal.agendas.get(session_id)
    except NotFoundError:
        return None
    if document.value is None:
        raise JournalError(str(BadFileError(journal.root / document.path, document.faults)))
    return document.value


def previous(own: Iterable[Session], session: Session | Draft) -> Session | None:
    """Find one's own session before this one of one's own on the same instrument; `own` are the newest first.

    Someone else's answers have none: the ones before may be another person's.
    """
    if session.role != "self":
        return None
    earlier = (other for other in own if other.instrument == session.instrument)
    return next((other for other in earlier if (other.started, other.id) < (session.started, session.id)), None)


def previous_answers(journal: Journal, before: Session | None, content: Instrument) -> Session | None:
    """Return the session before another with the answers it has on the other's version; None where they can't compare.

    Raises:
        NotFoundError: the instrument of the session before is nowhere.
    """
    if before is None or before.digest == content.digest:
        return before
    return seen_from(before, journal.library.find(before.instrument, before.version, before.digest), content)


def version_of(journal: Journal, session: Session | None) -> Instrument | None:
    """Return the version that a session was answered on; None where that is nowhere."""
    try:
        return journal.library.find(session.instrument, session.version, session.digest) if session else None
    except NotFoundError:
        return None


def pair_with_previous(own: Iterable[Session], later: Session | None = None) -> tuple[Session, Session] | None:
    """Pair a session of one's own, or the newest, with the one before it; the earlier one first, None if there is none.

    `own` are the newest first.
    """
    sessions = tuple(own)
    later = later or next(iter(sessions), None)
    earlier = previous(sessions, later) if later else None
    return (earlier, later) if earlier and later else None


def date_doubt(own: Sequence[Session], session: Session, now: datetime) -> str:
    """Say why the date of a session that was finished just now may be wrong, and how it is put right; "" if it is not.

    `own` are all of one's own, the newest first. A clock can only be doubted by what it says of them; the day of a
    paper form was typed.
    """
    if session.entered:
        return ""
    command = _("reflect-tui amend {id} --date DATE")
    said = {"today": format_date(now.date()), "date": format_date(session.started.date())}
    before = previous(own, session)
    if fault := date_fault(session, now):
        text = _("This session is dated {date}, {fault}. To put its date right: {command}")
        return text.format(**said, fault=fault, command=command.format(id=session.id))
    if own and date_fault(own[0], now):
        text = _(
            "The clock of this computer says {today}, and your newest session {id} is dated {date}. One of the two is "
            "wrong. To put the date of a session right: {command}"
        )
        later = {"id": own[0].id, "date": format_date(own[0].started.date())}
        return text.format(**said | later, command=command.format(id=own[0].id))
    if before and session.started - before.started > _LONG:
        text = _(
            "This session is dated {date}, years after the one before. If the clock of this computer is wrong, set it, "
            "and put the date right: {command}"
        )
        return text.format(**said, command=command.format(id=session.id))
    return ""


def list_sessions(
    journal: Journal, entries: Iterable[Entry], missing: Iterable[Entry] = ()
) -> tuple[ListedSession, ...]:
    """Gather what lists show of files, which are the newest first, and of sessions whose file is `missing`."""
    absent = tuple(missing)
    every = (*entries, *absent)
    ordered = sorted(every, key=lambda entry: (entry.started, entry.path), reverse=True) if absent else every
    instruments: dict[str, Instrument] = {}
    return tuple(_listed_session(journal, entry, instruments) for entry in ordered)


def _listed_session(journal: Journal, entry: Entry, instruments: dict[str, Instrument]) -> ListedSession:
    session = entry.session
    if not (session and entry.is_sound):
        problem = "; ".join(map(str, entry.faults)) or _("is missing from the folder")
        return ListedSession(entry=entry, problem=problem)
    content = instruments.get(session.digest)
    if content is None:
        try:
            content = journal.library.find(session.instrument, session.version, session.digest)
        except NotFoundError as error:
            return ListedSession(entry=entry, problem=str(error))
        instruments[session.digest] = content
    figures = entry.figures or session_figures(content, session.scores)
    return ListedSession(entry=entry, session=session, instrument=content, figures=figures)


def list_draft(journal: Journal, draft: Draft) -> ListedDraft:
    """Gather what lists show of a draft."""
    try:
        content = filling.draft_instrument(journal, draft)
    except ReflectError as error:
        return ListedDraft(draft=draft, problem=str(error))
    return ListedDraft(draft=draft, instrument=content, progress=replay(content, draft.acts, draft.given).progress())
