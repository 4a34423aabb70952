"""A day as people write one: 2023-11-14, 14-11-2023, 14 november 2023, Nov 14, 2023, or in 3 months (3m)."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _, format_date
from reflect_tui.model.session import EARLIEST_YEAR

_SHOWN = 40  # characters of what was typed

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february", "mrt maart mar march", "apr april", "mei may",
            "jun juni june", "jul juli july", "aug augustus august", "sep sept september", "okt oktober oct october",
            "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2 ?(\d{4})")
_IN_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th|e)?[-. ]+([a-z]+)[-., ]+(\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]+)[. ]+(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})")
_AHEAD = re.compile(r"\+?(\d{1,3}) ?([wm])[a-z]*")
_SHORT_YEAR = re.compile(r"\d{1,2}(?:([-/.])\d{1,2}\1|[-. ]+([a-z]+)[-., ]+)['’]?\d{2}")
_IN_YEAR, _FURTHEST = 12, 240  # months
_LEAD = re.compile(r"^(?:datum|date)[: ]+")
_WEEKDAY = re.compile(r"^(?:ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+(?=\d)")


def written_day(text: str) -> date | None:
    """Read a day; None for a text that is none.

    With slashes the day may come first or the month: then one of them must be above 12.

    Raises:
        ValueError: it could be two days, has a year of two digits, or does not exist; says so in a sentence.
    """
    words = _WEEKDAY.sub("", _LEAD.sub("", " ".join(text.casefold().split())))
    if (match := _SHORT_YEAR.fullmatch(words)) and (match[2] is None or match[2] in MONTHS):
        raise ValueError(_('"{text}": write the year with four digits').format(text=text))
    numbers = _numbers(words)
    if numbers is None:
        return _of_moment(words)
    try:
        return date(*numbers)
    except ValueError:
        raise ValueError(_('"{text}" is no day that exists').format(text=text)) from None


def parse_day(text: str, today: date) -> date | None:
    """Read a day as written_day() does, or so many weeks or months ahead (6w, 3m); None for nothing.

    Raises:
        ValueError: it is no day; says so in a sentence.
    """
    if not text:
        return None
    if match := _AHEAD.fullmatch(text.lower()):
        return date_ahead(today, int(match[1]), match[2])
    try:
        day = written_day(text)
    except ValueError as error:
        raise ValueError(f"{error}.") from None
    if day is None:
        raise ValueError(_("Write a day as 2027-06-01, or 3m for in three months."))
    return day


def date_ahead(today: date, count: int, unit: str) -> date:
    """Return the day so many weeks ("w") or months ("m") later; the last of a month that is too short."""
    if unit == "w":
        return today + timedelta(weeks=count)
    year, month = divmod(today.year * _IN_YEAR + today.month - 1 + min(count, _FURTHEST), _IN_YEAR)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def past_day(text: str, today: date) -> date:
    """Read the day on which a session was filled in, as written_day() does.

    Raises:
        ReflectError: it is none or could be two, is still to come, or is before there were any.
    """
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    try:
        day = written_day(text)
    except ValueError as error:
        raise ReflectError(f"{error}.") from None
    if day is None:
        raise ReflectError(_('"{text}" is no date; write it as {date}.').format(text=shown, date=today))
    if fault := past_fault(day, today):
        raise ReflectError(f"{fault}.")
    return day


def past_fault(day: date, today: date) -> str:
    """Say why nobody can have filled in a session on this day; "" when somebody can."""
    if day > today:
        return _("{date} is still to come").format(date=format_date(day))
    if day.year < EARLIEST_YEAR:
        return _("{date} is before {year}").format(date=format_date(day), year=EARLIEST_YEAR)
    return ""


def _numbers(words: str) -> tuple[int, int, int] | None:
    """Return year, month and day."""
    if match := _ISO.fullmatch(words):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DAY_FIRST.fullmatch(words):
        return int(match[4]), *_month_and_day(words, match)
    if (match := _IN_WORDS.fullmatch(words)) and match[2] in MONTHS:
        return int(match[3]), MONTHS[match[2]], int(match[1])
    if (match := _MONTH_FIRST.fullmatch(words)) and match[1] in MONTHS:
        return int(match[3]), MONTHS[match[1]], int(match[2])
    return None


def _month_and_day(words: str, match: re.Match[str]) -> tuple[int, int]:
    first, second = int(match[1]), int(match[3])
    if match[2] != "/" or first == second or first > 12:  # noqa: PLR2004 -- months
        return second, first
    if second > 12:  # noqa: PLR2004 -- months
        return first, second
    text = _('"{text}" can be two days; write it as {year}-{month:02d}-{day:02d} or {year}-{day:02d}-{month:02d}')
    raise ValueError(text.format(text=words, year=match[4], month=second, day=first))


def _of_moment(words: str) -> date | None:
    try:
        return datetime.fromisoformat(words.upper()).date() if re.match(r"\d{4}-\d\d-\d\d[t ]", words) else None
    except ValueError:
        return None
