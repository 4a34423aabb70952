"""What a page of results shows: one session, what it adds up to, and what changed since the one before."""

from __future__ import annotations

from msgspec import Struct

from reflect_tui.analysis.diff import Diff, diff
from reflect_tui.analysis.summary import Summary, summarize
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session


class Results(Struct, frozen=True, kw_only=True):
    """One session on its instrument; `previous` and `change` are None when there is nothing to compare it with."""

    instrument: Instrument
    session: Session
    summary: Summary
    previous: Session | None = None
    change: Diff | None = None


def results(instrument: Instrument, session: Session, previous: Session | None = None) -> Results:
    """Add a session up; one before it on another version of the instrument is left out."""
    comparable = previous if previous and previous.digest == session.digest else None
    return Results(
        instrument=instrument,
        session=session,
        summary=summarize(instrument, session.scores),
        previous=comparable,
        change=diff(instrument, comparable, session) if comparable else None,
    )
