"""A goal as it is typed: five fields of text, read into a goal with every fault named; no screen, no clock.

Counts are read by parse_count() wherever they are typed, on a command line too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from msgspec import Struct, structs

from reflect_tui.forms.days import parse_day
from reflect_tui.i18n import _, format_number
from reflect_tui.model.goals import MAX_LINE, Goal, clean_texts
from reflect_tui.model.instrument import Scale

FIELDS = ("what", "first_step", "helper", "by", "target")


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
    if not re.fullmatch(r"\d{1,2}([.,]\d{1,2})?", text):
        raise ValueError(wrong)
    value = float(text.replace(",", "."))
    if not scale.lowest <= value <= scale.highest:
        raise ValueError(wrong)
    return value
