"""The calendar file as another program reads it: every entry once, and a later file moves entries without doubles."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import vobject
from msgspec import structs

from reflect_tui.model import goals
from reflect_tui.model import talk as talks
from reflect_tui.model.goals import LookBack
from reflect_tui.store.journal import Journal
from reflect_tui.usecases.next_time import NextTime, write_calendar
from tests.screenshots import demo_journal
from tests.unit.test_agreement_document import signed

Kept = dict[str, vobject.base.Component]


def imported(calendar: Kept, path: Path) -> Kept:
    """Import a file as RFC 5546 wants: an entry replaces the one of its UID when its SEQUENCE is not lower."""
    read = vobject.readOne(path.read_text(encoding="utf-8"))
    assert (read.name, read.version.value) == ("VCALENDAR", "2.0")
    merged = dict(calendar)
    for event in read.vevent_list:
        before = merged.get(event.uid.value)
        if before is None or int(event.sequence.value) >= int(before.sequence.value):
            merged[event.uid.value] = event
    return merged


def test_another_parser_imports_a_later_file_without_doubles(tmp_path: Path) -> None:
    journal: Journal = demo_journal(tmp_path, "nl")
    talk = signed()
    journal.talks.save(talk.id, talks.dumps(talk), "signed")
    journal.record()
    path = tmp_path / "doelen.ics"
    listed = [document.value for document in journal.goals.all() if document.value and document.value.by]
    planned = NextTime(assessment=date(2097, 5, 23), talk=date(2097, 6, 1), talked=talk)
    count = write_calendar(journal, path, listed, planned)
    once = imported({}, path)
    going_on = [event for event in once.values() if not hasattr(event, "status")]
    assert len(going_on) == count > 2  # goals, the assessment and the talk
    assert all(event.dtstamp.value.tzinfo for event in once.values())
    again = imported(once, path)
    assert again.keys() == once.keys()

    goal = next(each for each in listed if each.is_open)
    moved = structs.replace(goal, by=date(2098, 1, 1), what="Ander doel; met, tekens \\ en 👍")
    journal.goals.save(goal.id, goals.dumps(moved), "edited", goals.dumps(goal))
    journal.record()
    rest = [each for each in listed if each.id != goal.id]
    write_calendar(journal, path, [moved, *rest], structs.replace(planned, assessment=date(2097, 11, 23)))
    later = imported(again, path)
    assert later.keys() == once.keys()
    (changed,) = [event for event in later.values() if event.dtstart.value == date(2098, 1, 1)]
    assert "Ander doel; met, tekens \\ en 👍" in changed.summary.value
    days = {event.dtstart.value for event in later.values()}
    assert date(2097, 11, 23) in days
    assert date(2097, 5, 23) not in days
    assert datetime.now(UTC) >= changed.dtstamp.value

    reached = moved.looked_back(LookBack(at=datetime.now(UTC), outcome="reached"))
    write_calendar(journal, path, [reached, *rest], planned)
    at_last = imported(later, path)
    assert at_last.keys() == later.keys()
    called_off = [event for event in at_last.values() if hasattr(event, "status")]
    assert [event.dtstart.value for event in called_off].count(date(2098, 1, 1)) == 1
    assert {event.status.value for event in called_off} == {"CANCELLED"}
