"""What is typed in fields: a goal, a round of feedback, the end of a talk, an event; read with every fault named; pure.

Counts are read by parse_count() wherever they are typed, on a command line too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct, structs

from reflect_tui.errors import ReflectError
from reflect_tui.forms.days import date_ahead, parse_day, written_day
from reflect_tui.i18n import _, format_number
from reflect_tui.model.events import Event, new_event
from reflect_tui.model.goals import MAX_LINE, Goal, clean_texts
from reflect_tui.model.instrument import Scale
from reflect_tui.model.round import MAX_INVITED, MINIMUM, RATERS, Rater
from reflect_tui.model.round import MAX_NAME as MAX_LABEL
from reflect_tui.model.talk import MAX_NAME
from reflect_tui.text import clean, folded

GOAL_FIELDS = ("what", "first_step", "helper", "by", "target")


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


# A round of feedback: who is asked, and until when.

GROUPS: tuple[Rater, ...] = ("manager", "colleague", "client")
ROUND_FIELDS = ("about", *GROUPS, "closes")
WEEKS = 3
"""How long a new round stays open, unless another day is typed."""


class ParsedRound(Struct, frozen=True):
    """What was made of the fields: name, who is asked, last day; or what is wrong with each field that is."""

    about: str = ""
    asked: tuple[tuple[Rater, str], ...] = ()
    closes: date | None = None
    faults: dict[str, str] = {}


def new_round_fields(today: date, about: str = "") -> dict[str, str]:
    """Return the fields of a new round; `about` is the name that an earlier one used."""
    return dict.fromkeys(ROUND_FIELDS, "") | {"about": about, "closes": date_ahead(today, WEEKS, "w").isoformat()}


def round_fields(parsed: ParsedRound) -> dict[str, str]:
    """Return the fields that something was parsed from."""
    asked: dict[str, str] = {
        role: ", ".join(label for asked_role, label in parsed.asked if asked_role == role) for role in GROUPS
    }
    closes = parsed.closes.isoformat() if parsed.closes else ""
    return {"about": parsed.about, **asked, "closes": closes}


def parse_round(fields: Mapping[str, str], today: date) -> ParsedRound:
    """Parse the fields; each group is a list of labels with commas between."""
    faults: dict[str, str] = {}
    asked = tuple((role, label) for role in GROUPS for label in split_labels(fields[role]))
    about = clean(fields["about"], multiline=False)
    for name, texts in (("about", [about]), *((role, split_labels(fields[role])) for role in GROUPS)):
        if any(len(text) > MAX_LABEL for text in texts):
            faults[name] = _("must not be longer than {length} characters").format(length=MAX_LABEL)
    times = Counter(folded(label) for _role, label in asked)
    for role, label in asked:
        if times[folded(label)] > 1:
            text = _("{name} stands there twice. One name is one person: give two people two names, such as {name} B.")
            faults[role] = text.format(name=label)
    if not asked:
        faults["colleague"] = _("Say who you want to ask; only you see what you write here.")
    if len(asked) > MAX_INVITED:
        faults["colleague"] = _("A round is for at most {n} people.").format(n=MAX_INVITED)
    closes = None
    try:
        closes = parse_last_day(fields["closes"], today)
    except ValueError as error:
        faults["closes"] = str(error)
    return ParsedRound(faults=faults) if faults else ParsedRound(about, asked, closes)


# Groups that are too small for a confidential round, and what can be done about it before anybody is asked.


def small_groups(asked: Sequence[tuple[Rater, str]]) -> dict[Rater, int]:
    """Return the groups, besides the manager, of which fewer are asked than must answer, and how many those are."""
    counts: Counter[Rater] = Counter(role for role, _label in asked if role != "manager")
    return {role: counts[role] for role in RATERS if 0 < counts[role] < MINIMUM}


def joined_groups(asked: Sequence[tuple[Rater, str]]) -> tuple[tuple[Rater, str], ...]:
    """Return those asked with colleagues and clients as one group; nothing where that gives no group large enough."""
    roles = {role for role, _label in asked}
    joined: tuple[tuple[Rater, str], ...] = tuple(
        ("manager" if role == "manager" else "other", label) for role, label in asked
    )
    return joined if {"colleague", "client"} <= roles and not small_groups(joined) else ()


def parse_last_day(text: str, today: date) -> date:
    """Read the last day on which a form can be sent back, as parse_day() reads days.

    Raises:
        ValueError: it is no day, or past; says so in a sentence.
    """
    closes = parse_day(text.strip(), today)
    if closes is None:
        raise ValueError(_("Say until which day the form can be sent back."))
    if closes < today:
        example = date_ahead(today, WEEKS, "w")
        raise ValueError(_("The closing date must be today or later, such as {date}.").format(date=example))
    return closes


def split_labels(text: str) -> list[str]:
    """Split the labels in a field."""
    return [label for part in text.split(",") if (label := clean(part, multiline=False))]


# The end of a talk: the date of the next one, and both names.

NAME_FIELDS = ("professional", "leader")


class NextTalk(Struct, frozen=True):
    """The day of the next talk, or that none is set."""

    day: date | None


def parse_next_talk(text: str, today: date) -> NextTalk:
    """Read the day of the next talk, which may be left open.

    Raises:
        ValueError: it is no day, or in the past; the message says so.
    """
    day = parse_day(text.strip(), today)
    if day and day < today:
        raise ValueError(_("The next talk is not in the past."))
    return NextTalk(day)


class ParsedNames(Struct, frozen=True, kw_only=True):
    """What was made of the names, or what is wrong with each that is."""

    professional: str = ""
    leader: str = ""
    faults: dict[str, str] = {}


def parse_names(fields: Mapping[str, str]) -> ParsedNames:
    """Read both names."""
    names = {name: " ".join(clean(fields[name], multiline=False).split()) for name in NAME_FIELDS}
    faults = {
        name: _("Type the name, in 1 to {n} characters.").format(n=MAX_NAME)
        for name, text in names.items()
        if not text or len(text) > MAX_NAME
    }
    if not faults and names["professional"].casefold() == names["leader"].casefold():
        faults["leader"] = _("Both names are the same; each of you types their own name.")
    if faults:
        return ParsedNames(faults=faults)
    return ParsedNames(professional=names["professional"], leader=names["leader"])


# An event: when it was and what, in one line.

_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_DAY_OF_MONTH = re.compile(r"^(\d{4}-\d{2})\s+(-\d{2})(?!\S)", re.ASCII)
_DAY_WORDS = 4  # vr 20 november 2026


def parse_event(words: str, randomness: str) -> Event:
    """Read an event: "2026-03 training", or with a day; see new_event().

    The line may begin with a month that was given. A day or month that is typed behind it takes its place, so that
    "2026-11 2026-11-20 training" and "2026-11 -20 training" are of that day.

    Raises:
        ReflectError: it begins with no day or month, with one that could be two or does not exist, or says not what.
    """
    try:
        when, what = _when_and_rest(_DAY_OF_MONTH.sub(r"\1\2", words.strip()))
        typed, rest = _when_and_rest(what)
    except ValueError as error:
        raise ReflectError(f"{error}.") from None
    if typed:
        when, what = typed, rest
    if not when:
        when = words.split(maxsplit=1)[0] if words.split() else ""
    return new_event(when, what, randomness)


def _when_and_rest(words: str) -> tuple[str, str]:
    """Split the day or month off that a text begins with, written as events have it; "" where there is none."""
    parts = words.split()
    if parts and _MONTH.fullmatch(parts[0]):
        return parts[0], " ".join(parts[1:])
    for count in range(1, min(_DAY_WORDS, len(parts)) + 1):
        if day := written_day(" ".join(parts[:count])):
            return day.isoformat(), " ".join(parts[count:])
    return "", words
