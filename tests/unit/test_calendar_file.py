from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from icalendar import Calendar
from msgspec import structs

from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.i18n import use_language
from reflect_tui.model import goals
from reflect_tui.model import talk as talks
from reflect_tui.model.goals import Goal, LookBack
from reflect_tui.report import calendar as calendar_file
from reflect_tui.store.journal import Journal
from reflect_tui.usecases.next_time import NextTime, render_calendar, write_calendar
from reflect_tui.usecases.written_files import ExistsError
from tests.unit import examples
from tests.unit.test_agreement_document import signed

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
SECONDS = int((MADE - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds())


def test_a_goal_becomes_an_all_day_entry_that_reads_back() -> None:
    calendar = Calendar.from_ical(calendar_file.dumps([GOAL], (), MADE))
    (event,) = calendar.walk("VEVENT")
    assert str(event["summary"]) == f"Goal: {GOAL.what}"
    assert str(event["description"]) == "First step: Bij één gezin\nWho helps: de teamleider"
    assert event.decoded("dtstart") == date(2026, 10, 1)
    assert str(event["uid"]) == f"{GOAL.id}@reflect-tui"
    (alarm,) = calendar.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-7)


def test_lines_are_folded_and_end_as_calendars_want() -> None:
    data = calendar_file.dumps([structs.replace(GOAL, what="é" * 400)], (), MADE)
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_only_goals_that_go_on_and_have_a_day_are_in_it() -> None:
    closed = GOAL.looked_back(LookBack(at=MADE, outcome="reached"))
    assert calendar_file.dated([closed, structs.replace(GOAL, by=None), GOAL]) == [GOAL]


def event_of(data: bytes) -> Any:
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    return event


def test_a_calendar_takes_over_what_is_made_later_wherever_the_journal_went(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    data = goals.dumps(GOAL)
    journal.goals.save(GOAL.id, data, "made", None)
    for step in "abc":  # changed often, at once
        before, data = data, goals.dumps(structs.replace(GOAL, first_step=step))
        journal.goals.save(GOAL.id, data, "edited", before)
    first = event_of(render_calendar(journal, [GOAL], None, MADE)[0])
    assert (first["sequence"], first.decoded("dtstamp"), first.decoded("created")) == (SECONDS, MADE, MADE)
    empty = Journal(tmp_path / "another", tmp_path / "other state")  # into which the goal came without its history
    later = structs.replace(GOAL, by=date(2026, 11, 1))
    at = MADE + timedelta(seconds=1)
    second = event_of(render_calendar(empty, [later], None, at)[0])
    assert second["uid"] == first["uid"]
    assert (second["sequence"], second.decoded("dtstamp")) == (SECONDS + 1, at)
    assert second.decoded("dtstart") == date(2026, 11, 1)


def test_only_a_calendar_of_ours_is_replaced(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    path = tmp_path / "goals.ics"
    assert write_calendar(journal, path, [GOAL]) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    use_language("nl")
    assert write_calendar(journal, path, [GOAL]) == 1
    ours = path.read_bytes()
    theirs = b"BEGIN:VEVENT\r\nUID:dentist\r\nEND:VEVENT\r\n"
    for other in (
        b"my own",
        b"my own -//reflect-tui//goals//NL",
        ours.replace(b"//goals//NL", b"//goals//NL of mine"),
        ours.replace(GOAL.id.encode(), b"2025-04-20T1605-goal-0a1b2c"),  # of another journal
        ours.replace(b"@reflect-tui", b"@example.org"),
        ours.replace(b"END:VCALENDAR", theirs + b"END:VCALENDAR"),
        ours + ours,
        b"BEGIN:VCALENDAR\r\nPRODID:-//reflect-tui//goals//NL\r\nEND:VCALENDAR\r\n",
        b"",
    ):
        path.write_bytes(other)
        with pytest.raises(ExistsError, match="bestaat al"):
            write_calendar(journal, path, [GOAL])
        assert path.read_bytes() == other
    assert write_calendar(journal, path, [GOAL], replace=True) == 1
    assert entries(path).keys() == entries_of(ours).keys()
    use_language("en")
    with pytest.raises(ReflectError, match="no folder"):
        write_calendar(journal, tmp_path / "none" / "goals.ics", [GOAL])
    with pytest.raises(ReflectError, match="within the journal"):
        write_calendar(journal, journal.root / "goals.ics", [GOAL], replace=True)
    with pytest.raises(NotFoundError):
        write_calendar(journal, tmp_path / "new.ics", [])
    assert not (tmp_path / "new.ics").exists()


def entries_of(data: bytes) -> dict[str, Any]:
    return {str(event["uid"]): event for event in Calendar.from_ical(data).walk("VEVENT")}


def entries(path: Path) -> dict[str, Any]:
    return entries_of(path.read_bytes())


def test_an_assessment_that_is_overdue_is_put_on_today(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    journal.save(examples.session({}), tomli_w.dumps(examples.document()).encode())
    path = tmp_path / "goals.ics"
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    for due, put in ((date(2026, 11, 1), date(2026, 11, 29)), (date(2026, 11, 30), date(2026, 11, 30))):
        path.write_bytes(render_calendar(journal, [], NextTime(assessment=due), now)[0])
        (event,) = entries(path).values()
        assert event.decoded("dtstart") == put


def test_the_next_assessment_and_talk_are_entries_that_move(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    journal.save(examples.session({}), tomli_w.dumps(examples.document()).encode())
    talk = signed()
    journal.talks.save(talk.id, talks.dumps(talk), "signed")
    path = tmp_path / "goals.ics"
    planned = NextTime(assessment=date(2097, 5, 23), talk=date(2027, 6, 1), talked=talk)
    assert write_calendar(journal, path, [], planned) == 2
    first = entries(path)
    uids = f"{journal.identity.id}-assessment@reflect-tui", f"{journal.identity.id}-talk@reflect-tui"
    assert tuple(sorted(first)) == tuple(sorted(uids))
    assert [first[uid].decoded("dtstart") for uid in uids] == [date(2097, 5, 23), date(2027, 6, 1)]
    amended = structs.replace(talk.amended(talk.started, "Another day"), next_talk=date(2027, 7, 1))
    journal.talks.save(talk.id, talks.dumps(amended), "amended", talks.dumps(talk), reason="Another day")
    moved = structs.replace(planned, assessment=date(2097, 11, 23), talk=date(2027, 7, 1), talked=amended)
    later = datetime.now(UTC) + timedelta(seconds=2)
    path.write_bytes(render_calendar(journal, [GOAL], moved, later)[0])
    second = entries(path)
    for uid in uids:
        assert second[uid]["sequence"] > first[uid]["sequence"]
        assert second[uid].decoded("dtstart") > first[uid].decoded("dtstart")
    another = structs.replace(amended, id="2027-07-01T1405-talk-4f2a9c", next_talk=date(2028, 1, 9), amendments=())
    another = structs.replace(another, started=talk.started + timedelta(days=200))
    planned_anew = NextTime(talk=another.next_talk, talked=another)
    path.write_bytes(render_calendar(journal, [], planned_anew, later)[0])
    (event,) = entries(path).values()
    assert event["uid"] == uids[1]  # takes the place of the talk planned before
    only_talk = structs.replace(moved, assessment=None)
    path.write_bytes(render_calendar(journal, [], only_talk)[0])
    assert write_calendar(journal, path, [], only_talk) == 1
    assert write_calendar(journal, path, [], moved) == 2  # a calendar of ours is replaced, whatever is in it now


def test_what_is_not_planned_any_more_is_called_off(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    path = tmp_path / "goals.ics"
    planned = NextTime(assessment=date(2097, 5, 23), talk=date(2027, 6, 1), talked=signed())
    assert write_calendar(journal, path, [GOAL], planned) == 3
    before = entries(path)
    undated = structs.replace(GOAL, by=None)
    for _again in range(2):
        assert write_calendar(journal, path, [undated], NextTime(talked=signed())) == 0
        after = entries(path)
        assert after.keys() == before.keys()
        for uid, event in after.items():
            assert (str(event["status"]), event["summary"]) == ("CANCELLED", before[uid]["summary"])
            assert event.decoded("dtstart") == before[uid].decoded("dtstart")
            assert event["sequence"] >= before[uid]["sequence"]
    assert write_calendar(journal, path, [undated], planned) == 2
    called_off = [uid for uid, event in entries(path).items() if "status" in event]
    assert called_off == [f"{GOAL.id}@reflect-tui"]


def test_a_goal_that_was_reached_or_removed_is_called_off(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    other = structs.replace(GOAL, id="2026-04-20T1605-goal-ffffff", what="Geheim", by=date(2026, 12, 1))
    for goal in (GOAL, other):
        journal.goals.save(goal.id, goals.dumps(goal), "made")
    journal.record()
    path = tmp_path / "goals.ics"
    assert write_calendar(journal, path, [GOAL, other]) == 2
    before = entries(path)
    journal.goals.remove(other.id, goals.dumps(other))
    reached = GOAL.looked_back(LookBack(at=datetime.now(UTC), outcome="reached"))
    assert write_calendar(journal, path, [reached]) == 0  # also while the removal waits for history
    journal.record()
    assert write_calendar(journal, path, [reached]) == 0
    assert "Nothing is planned" in calendar_file.sentence(path, 0)
    after = entries(path)
    assert after.keys() == before.keys()
    for uid, event in after.items():
        assert (str(event["status"]), event.decoded("dtstart")) == ("CANCELLED", before[uid].decoded("dtstart"))
        assert event["sequence"] >= before[uid]["sequence"]
        assert not event.walk("VALARM")
    assert "Geheim" not in path.read_text(encoding="utf-8")
    long_ago = GOAL.looked_back(LookBack(at=MADE - timedelta(days=400), outcome="dropped"))
    assert f"{GOAL.id}@reflect-tui" not in entries_of(render_calendar(journal, [long_ago], None, MADE)[0])
    again = structs.replace(reached, look_backs=(*reached.look_backs, LookBack(at=MADE, outcome="partly")))
    assert write_calendar(journal, path, [again]) == 1
    assert "status" not in entries(path)[f"{GOAL.id}@reflect-tui"]


def test_a_calendar_is_written_without_a_history_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal", tmp_path / "state")
    journal.goals.save(GOAL.id, goals.dumps(GOAL), "made")
    journal.record()
    monkeypatch.setenv("PATH", "")
    assert write_calendar(Journal(journal.root, journal.state), tmp_path / "goals.ics", [GOAL]) == 1
