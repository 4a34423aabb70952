"""A goal as it is typed: five fields of text, read into a goal with every fault named; no screen, no clock.

Days and counts are read by parse_day() and parse_count() wherever they are typed, on a command line too.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct, structs

from reflect_tui.i18n import _, format_number
from reflect_tui.model.goals import MAX_LINE, Goal, clean_texts
from reflect_tui.model.instrument import Scale

FIELDS = ("what", "first_step", "helper", "by", "target")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_AHEAD = re.compile(r"\+?(\d{1,3}) ?([wm])[a-z]*")
_MONTHS, _FURTHEST = 12, 240


class ParsedGoal(Struct, frozen=True):
    """What was made of the fields: the goal, or what is wrong with each field that is."""

    goal: Goal | None
    faults: dict[str, str] = {}


def goal_fields(goal: Goal) -> dict[str, str]:
    """Return the fields of a goal."""
    return {
        "what": goal.what,
        "first_step": goal.first_step,
        "helper": goal.helper,
        "by": goal.by.isoformat() if goal.by else "",
        "target": target_text(goal.target),
    }


def target_text(target: float | None) -> str:
    """Write a target as short as it is exact: 3, 3.5."""
    if target is None:
        return ""
    return format_number(Fraction(str(target)), 0 if target == int(target) else 2).rstrip("0" if target % 1 else "")


def parse_goal(goal: Goal, fields: Mapping[str, str], today: date, scale: Scale) -> ParsedGoal:
    """Apply the fields to a goal."""
    faults: dict[str, str] = {}
    values: dict[str, object] = {name: fields[name].strip() for name in ("what", "first_step", "helper")}
    if not values["what"]:
        faults["what"] = _("Say what is to be reached.")
    for name in ("what", "first_step", "helper"):
        if len(fields[name]) > MAX_LINE:
            faults[name] = _("must not be longer than {length} characters").format(length=MAX_LINE)
    for name, reader in (
        ("by", lambda text: parse_day(text, today)),
        ("target", lambda text: parse_target(text, scale)),
    ):
        try:
            values[name] = reader(fields[name].strip())
        except ValueError as error:
            faults[name] = str(error)
    return ParsedGoal(None, faults) if faults else ParsedGoal(clean_texts(structs.replace(goal, **values)))


def parse_day(text: str, today: date) -> date | None:
    """Read a day: 2027-06-01, 1-6-2027, or so many weeks or months ahead (6w, 3m); None for nothing.

    Raises:
        ValueError: it is no day; says so in a sentence.
    """
    if not text:
        return None
    wrong = _("Write a day as 2027-06-01, or 3m for in three months.")
    try:
        if match := _ISO.fullmatch(text):
            return date(*map(int, match.groups()))
        if match := _DAY_FIRST.fullmatch(text):
            return date(*map(int, reversed(match.groups())))
        if match := _AHEAD.fullmatch(text.lower()):
            return date_ahead(today, int(match[1]), match[2])
    except (ValueError, OverflowError):
        pass
    raise ValueError(wrong)


def date_ahead(today: date, count: int, unit: str) -> date:
    """Return the day so many weeks ("w") or months ("m") later; the last of a month that is too short."""
    if unit == "w":
        return today + timedelta(weeks=count)
    year, month = divmod(today.year * _MONTHS + today.month - 1 + min(count, _FURTHEST), _MONTHS)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def parse_count(text: str, highest: int) -> int:
    """Read a whole number from 1.

    Raises:
        ValueError: it is none, or above `highest`; says so in a sentence.
    """
    digits = text.strip().lstrip("0")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(highest)) or int(digits) > highest:
        raise ValueError(_("Write a whole number from {low} to {high}.").format(low=1, high=highest))
    return int(digits)


def parse_target(text: str, scale: Scale) -> float | None:
    """Read a score or mean of the scale, with a point or a comma; None for nothing.

    Raises:
        ValueError: it is none; says so in a sentence.
    """
    if not text:
        return None
    wrong = _("Write a score from {low} to {high}.").format(low=scale.lowest, high=scale.highest)
    if not re.fullmatch(r"\d([.,]\d{1,2})?", text):
        raise ValueError(wrong)
    value = float(text.replace(",", "."))
    if not scale.lowest <= value <= scale.highest:
        raise ValueError(wrong)
    return value
