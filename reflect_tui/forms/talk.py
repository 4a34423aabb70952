"""What two people type at the end of a talk, read into values: the date of the next talk, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from reflect_tui.forms.days import parse_day
from reflect_tui.i18n import _
from reflect_tui.model.talk import MAX_NAME
from reflect_tui.text import clean

FIELDS = ("professional", "leader")


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
    names = {name: " ".join(clean(fields[name], multiline=False).split()) for name in FIELDS}
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
