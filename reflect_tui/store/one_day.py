"""On an instrument a day has scores of one's own or old means, never both: what comes second is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reflect_tui.errors import Fault, ReflectError
from reflect_tui.i18n import _, format_date
from reflect_tui.model.reference import Reference
from reflect_tui.model.session import Session
from reflect_tui.store.base import REFERENCES, Store
from reflect_tui.store.documents import Shelf
from reflect_tui.store.scan import own


def own_days(store: Store) -> Mapping[tuple[str, date], str]:
    """Return the ids of one's own sessions in the journal, by instrument and day."""
    return {(each.instrument, each.started.date()): each.id for each in own(store.sessions.entries())}


def scores_fault(store: Store, session: Session) -> Fault | None:
    """Say why the day of a session that comes in has no room for scores of one's own, and what to do."""
    means = _means_of(store, session.instrument, session.started.date()) if session.role == "self" else ""
    text = _("the journal has old means of that day; to import its scores, first: {command}")
    return Fault("", text.format(command=f"reflect-tui means remove {means}")) if means else None


def refuse_scores(store: Store, instrument: str, day: date) -> None:
    """Raise a ReflectError where a day has old means already."""
    if means := _means_of(store, instrument, day):
        text = _("There are old means of {date}, and a day has scores or means. To keep scores of it, first: {command}")
        raise ReflectError(text.format(date=format_date(day), command=f"reflect-tui means remove {means}"))


def refuse_means(store: Store, means: Reference) -> None:
    """Raise a ReflectError where a day has a session of one's own already."""
    if session := own_days(store).get((means.instrument, means.day)):
        text = _("There is a session of {date}, {id}; the means of that day follow from its scores.")
        raise ReflectError(text.format(date=format_date(means.day), id=session))


def _means_of(store: Store, instrument: str, day: date) -> str:
    known = (document.value for document in Shelf(store, REFERENCES).all())
    return next((one.id for one in known if one and (one.instrument, one.day) == (instrument, day)), "")
