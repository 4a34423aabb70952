"""Goals as a calendar file (iCalendar, RFC 5545): an all-day entry on the day of each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _, current_language, ngettext
from reflect_tui.model.goals import Goal, relative_path
from reflect_tui.toml.formats import read_bytes

if TYPE_CHECKING:
    from icalendar import Event

_PRODUCT = "-//reflect-tui//goals//"
_HIGHEST = 2**31 - 1  # that a calendar can count to
_REMIND = timedelta(days=-7)


def dated(goals: Iterable[Goal]) -> list[Goal]:
    """Choose the goals that go on and have a day, the nearest first."""
    return sorted((goal for goal in goals if goal.is_open and goal.by), key=lambda goal: (str(goal.by), goal.id))


def dumps(goals: Iterable[Goal], folder: Path) -> bytes:
    """Render the calendar file of the goals of a journal that go on and have a day; unchanged, it is the same bytes."""
    from icalendar import Calendar  # noqa: PLC0415 -- slow to import, and only those who ask for it pay

    calendar = Calendar()
    calendar.add("prodid", f"{_PRODUCT}{current_language().upper()}")
    calendar.add("version", "2.0")
    for goal in dated(goals):
        calendar.add_component(_event(goal, revised(goal, folder)))
    return bytes(calendar.to_ical())


def _event(goal: Goal, changed: datetime) -> Event:
    """Render one goal; a calendar that has it already goes by the higher sequence, here seconds since it was made."""
    from icalendar import Alarm, Event  # noqa: PLC0415 -- see above

    event = Event()
    event.add("uid", f"{goal.id}@reflect-tui")
    event.add("dtstamp", changed)
    event.add("created", goal.made.astimezone(UTC))
    event.add("last-modified", changed)
    event.add("sequence", min(int((changed - goal.made).total_seconds()), _HIGHEST))
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


def revised(goal: Goal, folder: Path) -> datetime:
    """Find when a goal was changed last: by its file in this journal, its last look back, or when it was made."""
    moments = [goal.made, *(back.at for back in goal.look_backs)]
    with contextlib.suppress(OSError):
        moments.append(datetime.fromtimestamp((folder / relative_path(goal.id)).stat().st_mtime, UTC))
    return max(moments).astimezone(UTC)


def is_calendar(path: Path) -> bool:
    """Check whether a file is a calendar of goals, which a newer one may replace."""
    try:
        return _PRODUCT.encode() in read_bytes(path)
    except ReflectError:
        return False


def sentence(path: Path, count: int) -> str:
    """Say what was written."""
    text = ngettext("{n} goal is in {path}.", "{n} goals are in {path}.", count)
    more = _("Open it with your calendar. Whoever can read that calendar can read your goals.")
    return f"{text.format(n=count, path=path)} {more}"
