"""Goals as a calendar file (iCalendar, RFC 5545): an all-day entry on the day of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from reflect_tui.errors import ReflectError
from reflect_tui.git.history import Version
from reflect_tui.i18n import LANGUAGES, _, current_language, ngettext
from reflect_tui.model.goals import Goal, is_id
from reflect_tui.toml.formats import read_bytes

if TYPE_CHECKING:
    from icalendar import Event

_PRODUCT = "-//reflect-tui//goals//"
_PRODUCTS = frozenset(f"{_PRODUCT}{language.upper()}" for language in LANGUAGES)
_AT = "@reflect-tui"
_REMIND = timedelta(days=-7)


def dated(goals: Iterable[Goal]) -> list[Goal]:
    """Choose the goals that go on and have a day, the nearest first."""
    return sorted((goal for goal in goals if goal.is_open and goal.by), key=lambda goal: (str(goal.by), goal.id))


class Revision(Struct, frozen=True):
    """How often a goal was changed, and when last, as its history has it: the same wherever its files are copied to."""

    number: int
    at: datetime


def revision(goal: Goal, versions: Sequence[Version], waiting: int) -> Revision:
    """Return the revision of a goal, by its versions in history and how many more wait to come into it."""
    moments = (goal.made, *(back.at for back in goal.look_backs), *(version.when for version in versions))
    number = max(len(versions) + waiting - 1, len(goal.look_backs))  # where history can't be read, by what it tells
    return Revision(number, max(moments).astimezone(UTC))


def dumps(goals: Iterable[Goal], revisions: Mapping[str, Revision]) -> bytes:
    """Render the calendar file of those goals that go on and have a day; unchanged, it is the same bytes.

    `revisions` has one for each of them, by the goal's id.
    """
    from icalendar import Calendar  # noqa: PLC0415 -- slow to import, and only those who ask for it pay

    calendar = Calendar()
    calendar.add("prodid", f"{_PRODUCT}{current_language().upper()}")
    calendar.add("version", "2.0")
    for goal in dated(goals):
        calendar.add_component(_event(goal, revisions[goal.id]))
    return bytes(calendar.to_ical())


def _event(goal: Goal, newest: Revision) -> Event:
    """Render one goal; a calendar that has it already goes by the higher sequence."""
    from icalendar import Alarm, Event  # noqa: PLC0415 -- see above

    event = Event()
    event.add("uid", f"{goal.id}{_AT}")
    event.add("dtstamp", newest.at)
    event.add("created", goal.made.astimezone(UTC))
    event.add("last-modified", newest.at)
    event.add("sequence", newest.number)
    event.add("dtstart", goal.by)
    event.add("summary", _("Goal: {what}").format(what=goal.what))
    about = ((_("First step"), goal.first_step), (_("Who helps"), goal.helper))
    description = "\n".join(f"{name}: {value}" for name, value in about if value)
    if description:
        event.add("description", description)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", goal.what)
    alarm.add("trigger", _REMIND)
    event.add_component(alarm)
    return event


def is_calendar(path: Path, goals: Iterable[Goal]) -> bool:
    """Check whether a file is a calendar of these goals, or earlier ones, and holds nothing else: we may replace it."""
    from icalendar import Calendar  # noqa: PLC0415 -- see above

    try:
        (calendar,) = Calendar.from_ical(read_bytes(path), multiple=True)
    except (ReflectError, ValueError):
        return False
    parts = list(calendar.subcomponents)
    uids = {str(part.get("uid", "")) for part in parts}
    ours = str(calendar.get("prodid", "")) in _PRODUCTS and all(part.name == "VEVENT" for part in parts)
    all_goals = all(uid.endswith(_AT) and is_id(uid.removesuffix(_AT)) for uid in uids)
    return ours and all_goals and not uids.isdisjoint(f"{goal.id}{_AT}" for goal in goals)


def sentence(path: Path, count: int) -> str:
    """Say what was written."""
    text = ngettext("{n} goal is in {path}.", "{n} goals are in {path}.", count)
    more = _("Open it with your calendar. Whoever can read that calendar can read your goals.")
    return f"{text.format(n=count, path=path)} {more}"
