"""The list of sessions and the versions of one, a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reflect_tui.analysis.summary import Figures
from reflect_tui.i18n import _
from reflect_tui.journal import Version
from reflect_tui.pages.history import what
from reflect_tui.pages.lines import Line
from reflect_tui.pages.words import clock, day, role_name
from reflect_tui.plain.console import folded
from reflect_tui.session import Session


def listed(rows: Iterable[tuple[str, Session, Figures]], columns: int) -> list[Line]:
    """Name every session: what to type for it, when, by whom, how much is answered and high."""
    text = _(
        "{reference}: {date}, {time}, {role}, {instrument}, {n} of {total} answered, {high} of {domains} domains high."
    )
    return [
        part
        for reference, session, figures in rows
        for part in folded(
            text.format(
                reference=reference,
                date=day(session.started),
                time=clock(session.started),
                role=role_name(session.role),
                instrument=session.instrument,
                n=figures.answered,
                total=figures.total,
                high=figures.high,
                domains=figures.domains,
            ),
            columns,
        )
    ]


def versions(found: Sequence[Version], columns: int) -> list[Line]:
    """Name every version, newest first; one that isn't in history yet has none."""
    if not found:
        return folded(_("Saved, not yet in history: its first version will stand here."), columns)
    text = _("{date}, {time}, commit {commit}: {what}.")
    return [
        part
        for version in found
        for part in folded(
            text.format(
                date=day(version.when),
                time=clock(version.when),
                commit=version.commit[:8],
                what=what(version).rstrip("."),
            ),
            columns,
        )
    ]
