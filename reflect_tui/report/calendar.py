"""Goals, the next talk and the next assessment as a calendar file (iCalendar, RFC 5545): all-day entries."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import LANGUAGES, _, current_language, ngettext
from reflect_tui.model.goals import Goal, is_id
from reflect_tui.model.talk import Talk
from reflect_tui.model.talk import is_id as is_talk
from reflect_tui.toml.formats import read_bytes

if TYPE_CHECKING:
    from icalendar import Event

_PRODUCT = "-//reflect-tui//goals//"
_PRODUCTS = frozenset(f"{_PRODUCT}{language.upper()}" for language in LANGUAGES)
_AT = "@reflect-tui"
_NEXT, _ASSESSMENT = "-next", "-assessment"  # the first is of earlier versions: an entry for every talk
_TALK = "-talk"
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_REMIND = timedelta(days=-7)
_REMEMBERED = timedelta(days=366)
"""How long a closed goal is still written, as cancelled: a calendar that takes in a later file drops it."""


def dated(goals: Iterable[Goal]) -> list[Goal]:
    """Choose the goals that go on and have a day, the nearest first."""
    return sorted((goal for goal in goals if goal.is_open and goal.by), key=lambda goal: (str(goal.by), goal.id))


class CalendarEntry(Struct, frozen=True, kw_only=True):
    """An all-day entry with a reminder a week before; without one when it was called off."""

    uid: str
    day: date
    summary: str
    created: datetime | None = None
    description: str = ""
    is_cancelled: bool = False


def cancelled(present: Iterable[Goal], removed: Iterable[Goal], now: datetime) -> list[CalendarEntry]:
    """Make entries that take goals out of a calendar: closed in the last year, or removed; of these without a word."""
    recent = [goal for goal in present if goal.by and goal.closed and now - goal.closed < _REMEMBERED]
    entries = [structs.replace(goal_entry(goal, goal.by), description="") for goal in recent if goal.by]
    entries += [
        CalendarEntry(uid=goal_uid(goal), day=goal.by, summary=_("Removed goal"), created=goal.made)
        for goal in removed
        if goal.by
    ]
    return [structs.replace(entry, is_cancelled=True) for entry in entries]


def called_off(path: Path, goals: Iterable[Goal], kept: Container[str]) -> list[CalendarEntry]:
    """Make entries that take out of a calendar what an earlier file of ours had, but for the ids that are `kept`.

    Of what the journal has no more only the day is taken from that file, and no word.
    """
    from icalendar import Calendar  # noqa: PLC0415 -- see dumps()

    summaries = {goal_uid(goal): goal_entry(goal, goal.made.date()).summary for goal in goals}
    entries = []
    for event in Calendar.from_ical(read_bytes(path)).walk("VEVENT"):
        uid = str(event["uid"])
        if uid not in kept and "dtstart" in event:
            day = event.decoded("dtstart")
            day = day.date() if isinstance(day, datetime) else day
            summary = summaries.get(uid) or _gone_summary(uid.removesuffix(_AT))
            entries.append(CalendarEntry(uid=uid, day=day, summary=summary, is_cancelled=True))
    return entries


def _gone_summary(stem: str) -> str:
    if stem.endswith(_ASSESSMENT):
        return _("Next assessment")
    return _("Talk with your team leader") if stem.endswith((_TALK, _NEXT)) else _("Removed goal")


def goal_entry(goal: Goal, day: date) -> CalendarEntry:
    """Make the entry of a goal, on its day."""
    about = ((_("First step"), goal.first_step), (_("Who helps"), goal.helper))
    return CalendarEntry(
        uid=goal_uid(goal),
        day=day,
        summary=_("Goal: {what}").format(what=goal.what),
        created=goal.made,
        description="\n".join(f"{name}: {value}" for name, value in about if value),
    )


def talk_entry(journal_id: str, talk: Talk, day: date) -> CalendarEntry:
    """Make the entry of the next talk, of which a journal has one: the one planned at the end of the last."""
    summary = _("Talk with your team leader")
    return CalendarEntry(uid=talk_uid(journal_id), day=day, summary=summary, created=talk.started)


def talk_uid(journal_id: str) -> str:
    """Name the entry of the next talk of a journal."""
    return f"{journal_id}{_TALK}{_AT}"


def old_talk_uid(talk_id: str) -> str:
    """Name the entry that earlier versions made of the talk planned at the end of the one with this id."""
    return f"{talk_id}{_NEXT}{_AT}"


def assessment_entry(journal_id: str, day: date) -> CalendarEntry:
    """Make the entry of the next assessment, of which a journal has one, that moves with sessions and rhythm."""
    return CalendarEntry(uid=assessment_uid(journal_id), day=day, summary=_("Next assessment"))


def assessment_uid(journal_id: str) -> str:
    """Name the entry of the next assessment of a journal."""
    return f"{journal_id}{_ASSESSMENT}{_AT}"


def dumps(goals: Iterable[Goal], others: Iterable[CalendarEntry], now: datetime) -> bytes:
    """Render the calendar file of those goals that go on and have a day, and of other entries.

    A calendar that has an entry already goes by the higher sequence, which is that of the file made last: it rises with
    the clock, whatever becomes of the journal's history and wherever its files are copied to.
    """
    from icalendar import Calendar  # noqa: PLC0415 -- slow to import, and only those who ask for it pay

    calendar = Calendar()
    calendar.add("prodid", f"{_PRODUCT}{current_language().upper()}")
    calendar.add("version", "2.0")
    entries = [goal_entry(goal, goal.by) for goal in dated(goals) if goal.by]
    for entry in (*entries, *others):
        calendar.add_component(_event(entry, now.astimezone(UTC)))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, now: datetime) -> Event:
    from icalendar import Alarm, Event  # noqa: PLC0415 -- see above

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    if entry.created:
        event.add("created", entry.created.astimezone(UTC))
    event.add("last-modified", now)
    event.add("sequence", int((now - _LONG_AGO).total_seconds()))
    event.add("dtstart", entry.day)
    event.add("summary", entry.summary)
    if entry.description:
        event.add("description", entry.description)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if entry.is_cancelled:
        event.add("status", "CANCELLED")  # COMPLETED is for tasks only: RFC 5545, 3.8.1.11
        return event
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.summary)
    alarm.add("trigger", _REMIND)
    event.add_component(alarm)
    return event


def is_calendar(path: Path, uids: Iterable[str]) -> bool:
    """Check whether a file is a calendar of ours that has one of these entries, and nothing else than entries of ours.

    Such a file may be replaced by a newer one.
    """
    from icalendar import Calendar  # noqa: PLC0415 -- see above

    try:
        (calendar,) = Calendar.from_ical(read_bytes(path), multiple=True)
    except (ReflectError, ValueError):
        return False
    parts = list(calendar.subcomponents)
    found = {str(part.get("uid", "")) for part in parts}
    ours = str(calendar.get("prodid", "")) in _PRODUCTS and all(part.name == "VEVENT" for part in parts)
    return ours and all(map(_is_ours, found)) and not found.isdisjoint(uids)


def _is_ours(uid: str) -> bool:
    stem = uid.removesuffix(_AT)
    known = is_id(stem) or is_talk(stem.removesuffix(_NEXT)) or stem.endswith((_ASSESSMENT, _TALK))
    return stem != uid and known


def goal_uid(goal: Goal) -> str:
    """Name the entry of a goal."""
    return f"{goal.id}{_AT}"


def sentence(path: Path, count: int) -> str:
    """Say what was written; without entries there is what calls off the earlier ones."""
    if not count:
        text = _("Nothing is planned. {path} takes what was planned before out of your calendar.")
        return text.format(path=path)
    text = ngettext("{n} entry is in {path}.", "{n} entries are in {path}.", count)
    more = _("Open it with your calendar. Whoever can read that calendar can read your goals.")
    return f"{text.format(n=count, path=path)} {more}"
