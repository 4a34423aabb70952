"""What comes next, also as a calendar: the assessment by its rhythm, and the talk that was planned at the last one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import BadFileError, NotFoundError, ReflectError
from reflect_tui.forms.days import date_ahead
from reflect_tui.i18n import _
from reflect_tui.model.goals import Goal
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.report import calendar
from reflect_tui.settings import Rhythm
from reflect_tui.store import base, documents
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal
from reflect_tui.usecases.written_files import OutputFile, write_files

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


def render_calendar(
    journal: Journal,
    goals: Iterable[Goal],
    coming: NextTime | None = None,
    now: datetime | None = None,
    earlier: Path | None = None,
) -> tuple[bytes, int]:
    """Render the calendar file of goals and of what comes next; return also how many entries are in it.

    Goals that were closed or removed are in it as cancelled, and not counted; so is what an `earlier` file of ours has
    and is not planned any more.

    Raises:
        NotFoundError: nothing has a day.
    """
    every = tuple(goals)
    chosen = calendar.dated(every)
    moment = now or datetime.now(UTC)
    gone = calendar.cancelled(every, removed_goals(journal), moment)
    others = []
    if coming and coming.talk and coming.talked:
        others.append(calendar.talk_entry(journal.identity.id, coming.talked, coming.talk))
    if coming and coming.assessment:
        day = max(coming.assessment, moment.astimezone().date())  # one that is overdue is due today
        others.append(calendar.assessment_entry(journal.identity.id, day))
    if earlier:
        planned = (*map(calendar.goal_uid, chosen), *(entry.uid for entry in (*others, *gone)))
        gone += calendar.called_off(earlier, every, planned)
    if not chosen and not others and not gone:
        raise NotFoundError(_("No open goal has a date, so there is nothing for a calendar."))
    return calendar.dumps(chosen, [*others, *gone], moment), len(chosen) + len(others)


def removed_goals(journal: Journal) -> list[Goal]:
    """List the goals that history knows and the journal has no more; none without a history that can be read."""
    found = []
    with contextlib.suppress(ReflectError):  # without git a calendar is written as well
        for name in documents.removed(journal, base.GOALS):
            data = documents.last(journal, base.GOALS.path(name))
            with contextlib.suppress(BadFileError):
                found += [base.GOALS.parse(data, name)] if data else []
    return found


def write_calendar(
    journal: Journal, path: Path, goals: Iterable[Goal], coming: NextTime | None = None, *, replace: bool = False
) -> int:
    """Write the calendar file of goals and of what comes next, also in place of an earlier one; count its entries.

    Raises:
        NotFoundError: nothing has a day.
        ExistsError: something else stands there, and was not to be replaced.
        ReflectError: the place is within the journal, or can't be written to.
    """
    every = tuple(goals)
    known = {calendar.assessment_uid(journal.identity.id), *map(calendar.goal_uid, [*every, *removed_goals(journal)])}
    known |= {calendar.talk_uid(journal.identity.id)} | {
        calendar.old_talk_uid(document.id) for document in journal.talks.all()
    }
    is_ours = calendar.is_calendar(path, known)
    data, count = render_calendar(journal, every, coming, earlier=path if is_ours else None)
    write_files(journal, path, [OutputFile(".ics", data)], replace=replace or is_ours)
    return count
