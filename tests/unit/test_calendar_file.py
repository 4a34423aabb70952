from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar, Component
from msgspec import structs

from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.report import calendar as calendar_file
from reflect_tui.store.journal import Journal
from reflect_tui.usecases.export import ExistsError, write_calendar

NOWHERE = Path("/nonexistent")
MADE = datetime(2026, 4, 20, 16, 5, tzinfo=UTC)
GOAL = Goal(
    id="2026-04-20T1605-goal-0a1b2c",
    instrument="small",
    what="Zeggen; wat, ik\\zie 👍",
    first_step="Bij één gezin",
    helper="de teamleider",
    by=date(2026, 10, 1),
    made=MADE,
)


def test_a_goal_becomes_an_all_day_entry_that_reads_back() -> None:
    calendar = Calendar.from_ical(calendar_file.dumps([GOAL], NOWHERE))
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == f"Goal: {GOAL.what}"
    assert str(event["description"]) == "First step: Bij één gezin\nWho helps: de teamleider"
    assert event.decoded("dtstart") == date(2026, 10, 1)
    assert str(event["uid"]) == f"{GOAL.id}@reflect-tui"
    (alarm,) = calendar.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-7)


def test_lines_are_folded_and_end_as_calendars_want() -> None:
    data = calendar_file.dumps([structs.replace(GOAL, what="é" * 400)], NOWHERE)
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_only_goals_that_go_on_and_have_a_day_are_in_it() -> None:
    closed = GOAL.looked_back(LookBack(at=MADE, outcome="reached"))
    assert calendar_file.dated([closed, structs.replace(GOAL, by=None), GOAL]) == [GOAL]
    assert calendar_file.dumps([GOAL], NOWHERE) == calendar_file.dumps([GOAL], NOWHERE)


def test_a_calendar_takes_over_the_day_that_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "goals" / f"{GOAL.id}.toml"
    path.parent.mkdir()
    path.write_text("")

    def exported(goal: Goal, written: datetime) -> Component:
        os.utime(path, (written.timestamp(), written.timestamp()))
        (event,) = Calendar.from_ical(calendar_file.dumps([goal], tmp_path)).walk("VEVENT")
        return event

    first = exported(GOAL, MADE)
    assert (first["sequence"], first.decoded("dtstamp"), first.decoded("created")) == (0, MADE, MADE)
    changed = MADE + timedelta(days=2, seconds=7)
    later = exported(structs.replace(GOAL, by=date(2026, 11, 1)), changed)
    assert later["uid"] == first["uid"]
    assert later["sequence"] == 2 * 86400 + 7
    assert later.decoded("dtstamp") == later.decoded("last-modified") == changed
    assert later.decoded("dtstart") == date(2026, 11, 1)
    looked_back = GOAL.looked_back(LookBack(at=changed + timedelta(days=1), outcome="partly"))
    assert exported(looked_back, changed).decoded("last-modified") == changed + timedelta(days=1)
    assert exported(GOAL, MADE + timedelta(days=36525))["sequence"] == 2**31 - 1


def test_only_a_calendar_of_ours_is_replaced(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    path = tmp_path / "goals.ics"
    assert write_calendar(journal, path, [GOAL]) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert write_calendar(journal, path, [GOAL]) == 1
    path.write_bytes(b"my own")
    with pytest.raises(ExistsError, match="exists already"):
        write_calendar(journal, path, [GOAL])
    assert path.read_bytes() == b"my own"
    assert write_calendar(journal, path, [GOAL], replace=True) == 1
    assert calendar_file.is_calendar(path)
    with pytest.raises(ReflectError, match="no folder"):
        write_calendar(journal, tmp_path / "none" / "goals.ics", [GOAL])
    with pytest.raises(ReflectError, match="within the journal"):
        write_calendar(journal, journal.root / "goals.ics", [GOAL], replace=True)
    with pytest.raises(NotFoundError):
        write_calendar(journal, tmp_path / "new.ics", [])
    assert not (tmp_path / "new.ics").exists()
