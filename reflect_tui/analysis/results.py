"""What a page of results shows: a session in figures, and what changed since the one before."""

from __future__ import annotations

from msgspec import Struct

from reflect_tui.analysis.diff import Diff, diff_across_versions
from reflect_tui.analysis.summary import Summary, summarize
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session


class Results(Struct, frozen=True, kw_only=True):
    """One session on its instrument; `previous` and `change` are None when there is nothing to compare it with.

    `on_other_version` is the session before where that is on a version that can't be compared.
    """

    instrument: Instrument
    session: Session
    summary: Summary
    previous: Session | None = None
    change: Diff | None = None
    on_other_version: Session | None = None


def change_since(
    instrument: Instrument, session: Session, previous: Session | None, previous_on: Instrument | None = None
) -> Diff | None:
    """Compare with an earlier session; `previous_on` is the version it was answered on, where that is another one.

    None without one, with nothing in common, and where it was answered on a later version.
    """
    on = instrument if previous and previous.digest == session.digest else previous_on
    compared = diff_across_versions(previous, on, session, instrument) if previous and on else None
    return compared[1] if compared and compared[0].digest == instrument.digest else None


def results(
    instrument: Instrument, session: Session, previous: Session | None = None, previous_on: Instrument | None = None
) -> Results:
    """Add a session up, and compare it with the one before as change_since() does."""
    change = change_since(instrument, session, previous, previous_on)
    return Results(
        instrument=instrument,
        session=session,
        summary=summarize(instrument, session.scores),
        previous=previous if change else None,
        change=change,
        on_other_version=None if change else previous,
    )
