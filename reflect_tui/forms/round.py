"""A round of feedback as it is typed: who, and until when; read with every fault named; no screen, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from reflect_tui.forms.days import date_ahead, parse_day
from reflect_tui.i18n import _
from reflect_tui.model.round import MAX_INVITED, MAX_NAME, MINIMUM, RATERS, Rater
from reflect_tui.text import clean, folded

GROUPS: tuple[Rater, ...] = ("manager", "colleague", "client")
FIELDS = ("about", *GROUPS, "closes")
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
    return dict.fromkeys(FIELDS, "") | {"about": about, "closes": date_ahead(today, WEEKS, "w").isoformat()}


def fields(parsed: ParsedRound) -> dict[str, str]:
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
        if any(len(text) > MAX_NAME for text in texts):
            faults[name] = _("must not be longer than {length} characters").format(length=MAX_NAME)
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
