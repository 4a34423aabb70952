"""What the pages show of a journal, gathered once for screens, line mode, command line and documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, structs

from reflect_tui.analysis import trend as analysis_trend
from reflect_tui.analysis.compare import Comparison, compare
from reflect_tui.analysis.results import Results, results
from reflect_tui.analysis.talking_points import goals_until_next_session, propose_agenda
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from reflect_tui.store.scan import alone, others, sound
from reflect_tui.views.trends import TrendScene, elsewhere, targets_of


class Pages(Struct, frozen=True, kw_only=True):
    """The sound sessions of a journal, newest first, and what they are looked at with.

    Each of `sessions` may be seen by itself; those `given` by others are compared in groups only. `instruments` has the
    instrument of every digest among them.
    """

    sessions: tuple[Session, ...]
    given: tuple[Session, ...]
    rounds: Mapping[str, Round]
    instruments: Mapping[str, Instrument]
    goals: tuple[Goal, ...]

    def own(self, instrument: str | None = None) -> tuple[Session, ...]:
        """One's own sessions on an instrument, or on any; newest first."""
        mine = (session for session in self.sessions if session.role == "self")
        return tuple(session for session in mine if instrument in (None, session.instrument))

    def previous(self, session: Session | Draft) -> Session | None:
        """One's own session before this one of one's own, on the same instrument."""
        return previous(self.own(), session)

    def results(self, instrument: Instrument, session: Session) -> Results:
        """What a session adds up to, and what changed since the one before."""
        return results(instrument, session, self.previous(session))

    def comparison(self, instrument: Instrument, session: Session) -> Comparison:
        """A session of one's own beside what others said."""
        return compare(instrument, session, self.own(), self.given, self.rounds)

    def agenda(self, instrument: Instrument, session: Session, before: Session | None) -> Agenda:
        """The points that a session of one's own gives for a talk, when compared with the one `before`."""
        comparable = before if before and before.digest == session.digest else None
        goals = goals_until_next_session(self.goals, session, self.own())
        return propose_agenda(instrument, session, comparable, goals, self.comparison(instrument, session))

    def trend(self, instrument: str, newest: int, events: Sequence[Event]) -> TrendScene | None:
        """All that charts of an instrument show of so many of one's newest sessions, or of all with 0; None if none.

        It is on the version of the newest one.
        """
        own = self.own(instrument)
        content = self.instruments.get(own[0].digest) if own else None
        if content is None:
            return None
        sessions = [session for session in self.sessions if session.instrument == instrument]
        whole = analysis_trend.trend(content, sessions, self.instruments)
        shown = analysis_trend.newest_sessions(whole, newest)
        groups = analysis_trend.group_points(own, self.given, self.rounds, self.instruments)
        return TrendScene(
            instrument=content,
            trend=shown,
            groups=analysis_trend.points_beside(groups, shown.sessions),
            events=tuple(events),
            targets=targets_of(self.goals, content),
            total=len(whole.sessions),
            apart=elsewhere(self.sessions, whole, content),
        )

    def with_items(self, scene: TrendScene) -> TrendScene:
        """A scene with a row for every item as well."""
        rows = analysis_trend.item_trends(scene.instrument, scene.trend.sessions, self.instruments)
        return scene if scene.rows else structs.replace(scene, rows=rows)

    def instrument(self, identifier: str) -> Instrument | None:
        """An instrument as the newest session was answered on it; None without any."""
        newest = next((session for session in self.sessions if session.instrument == identifier), None)
        return self.instruments.get(newest.digest) if newest else None


def pages_of(journal: Journal) -> Pages:
    """Read what the pages of a journal show.

    Raises:
        BadFileError: the folder of sessions can't be read.
    """
    entries = journal.all_entries()
    rounds = journal.known_rounds()
    sessions = tuple(sound(alone(entries, lambda: rounds)))
    different = {session.digest: session for session in sessions}
    return Pages(
        sessions=sessions,
        given=others(entries),
        rounds=rounds,
        instruments={
            digest: journal.library.find(session.instrument, session.version, digest)
            for digest, session in different.items()
        },
        goals=tuple(document.value for document in journal.goals.all() if document.value),
    )


def previous(own: Iterable[Session], session: Session | Draft) -> Session | None:
    """Find one's own session before this one of one's own on the same instrument; `own` are the newest first.

    Someone else's answers have none: the ones before may be another person's.
    """
    if session.role != "self":
        return None
    earlier = (one for one in own if one.instrument == session.instrument)
    return next((one for one in earlier if (one.started, one.id) < (session.started, session.id)), None)
