"""Goals as a calendar file (iCalendar, RFC 5545): an all-day entry on the day of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reflect_tui.disk import files
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.model.goals import Goal
from reflect_tui.toml.formats import read_bytes

if TYPE_CHECKING:
    from icalendar import Event

_PRODUCT = "-//reflect-tui//goals//"
_REMIND = timedelta(days=-7)


def dated(goals: Iterable[Goal]) -> list[Goal]:
    """Choose the goals that go on and have a day, the nearest first."""
    return sorted((goal for goal in goals if goal.is_open and goal.by), key=lambda goal: (str(goal.by), goal.id))


def dumps(goals: Iterable[Goal]) -> bytes:
    """Render the calendar file of the goals that go on and have a day; the same goals give the same bytes."""
    from icalendar import Calendar  # noqa: PLC0415 -- slow to import, and only those who ask for it pay

    calendar = Calendar()
    calendar.add("prodid", f"{_PRODUCT}{current_language().upper()}")
    calendar.add("version", "2.0")
    for goal in dated(goals):
        calendar.add_component(_event(goal))
    return bytes(calendar.to_ical())


def _event(goal: Goal) -> Event:
    from icalendar import Alarm, Event  # noqa: PLC0415 -- see above

    event = Event()
    event.add("uid", f"{goal.id}@reflect-tui")
    event.add("dtstamp", _changed(goal))
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


def _changed(goal: Goal) -> datetime:
    """Find when a goal was last looked back upon, else made."""
    moment = goal.look_backs[-1].at if goal.look_backs else goal.made
    return moment.astimezone(UTC)


def write(path: Path, goals: Iterable[Goal]) -> int:
    """Write the calendar file and give how many goals are in it; only a file of our own is replaced.

    Raises:
        NotFoundError: no goal that goes on has a day.
        ReflectError: something else stands there, or it can't be written.
    """
    chosen = dated(goals)
    if not chosen:
        raise NotFoundError(_("No goal that goes on has a day, so there is nothing for a calendar."))
    if not path.parent.is_dir():
        raise ReflectError(_("There is no folder {path}.").format(path=path.parent))
    if path.exists() and _PRODUCT.encode() not in read_bytes(path):
        taken = _("{path} exists already, and is no calendar of goals; choose another name.")
        raise ReflectError(taken.format(path=path))
    files.replace(path, dumps(chosen))
    return len(chosen)


def sentence(path: Path, count: int) -> str:
    """Say what was written."""
    text = ngettext("{n} goal is in {path}.", "{n} goals are in {path}.", count)
    more = _("Open it with your calendar. Whoever can read that calendar can read your goals.")
    return f"{text.format(n=count, path=path)} {more}"
