"""What comes next: the assessment by its rhythm, and the talk that was planned at the last one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from reflect_tui.forms.days import date_ahead
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.settings import Rhythm
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal

_MONTHS: Mapping[Rhythm, int] = {"monthly": 1, "quarterly": 3, "twice-a-year": 6, "yearly": 12}


class NextTime(Struct, frozen=True, kw_only=True):
    """The days to come: of the assessment after `last`, and of the talk after `talked`; None where none is known."""

    assessment: date | None = None
    last: Session | None = None
    talk: date | None = None
    talked: Talk | None = None


def next_time(own: Iterable[Session], talks: Iterable[Document[Talk]], rhythm: Rhythm) -> NextTime:
    """Find what comes next; `own` are one's own sessions and `talks` the talks, both the newest first.

    Only the newest talk that was signed can plan one.
    """
    last = next(iter(own), None)
    months = _MONTHS.get(rhythm)
    signed = (document.value for document in talks if document.value and document.value.finished)
    talked = next(signed, None)
    return NextTime(
        assessment=date_ahead(last.started.date(), months, "m") if last and months else None,
        last=last,
        talk=talked.next_talk if talked else None,
        talked=talked,
    )


def of_journal(journal: Journal, rhythm: Rhythm) -> NextTime:
    """Find what comes next in a journal."""
    return next_time(journal.own(), journal.talks.all(), rhythm)
