from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from msgspec import structs

from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.report import calendar as calendar_file

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
    calendar = Calendar.from_ical(calendar_file.dumps([GOAL]))
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == f"Goal: {GOAL.what}"
    assert str(event["description"]) == "First step: Bij één gezin\nWho helps: de teamleider"
    assert event.decoded("dtstart") == date(2026, 10, 1)
    assert str(event["uid"]) == f"{GOAL.id}@reflect-tui"
    (alarm,) = calendar.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-7)


def test_lines_are_folded_and_end_as_calendars_want() -> None:
    data = calendar_file.dumps([structs.replace(GOAL, what="é" * 400)])
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_only_goals_that_go_on_and_have_a_day_are_in_it() -> None:
    closed = GOAL.looked_back(LookBack(at=MADE, outcome="reached"))
    assert calendar_file.dated([closed, structs.replace(GOAL, by=None), GOAL]) == [GOAL]
    assert calendar_file.dumps([GOAL]) == calendar_file.dumps([GOAL])


def test_only_a_calendar_of_ours_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "goals.ics"
    assert calendar_file.write(path, [GOAL]) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert calendar_file.write(path, [GOAL]) == 1
    path.write_bytes(b"my own")
    with pytest.raises(ReflectError, match="choose another name"):
        calendar_file.write(path, [GOAL])
    assert path.read_bytes() == b"my own"
    with pytest.raises(ReflectError, match="no folder"):
        calendar_file.write(tmp_path / "none" / "goals.ics", [GOAL])
    with pytest.raises(NotFoundError):
        calendar_file.write(tmp_path / "new.ics", [])
