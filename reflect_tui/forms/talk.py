"""What two people type at the end of a talk, read into values: their names, and the date of the next talk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from reflect_tui.forms.days import parse_day
from reflect_tui.i18n import _
from reflect_tui.model.talk import MAX_NAME
from reflect_tui.text import clean

FIELDS = ("next_talk", "professional", "leader")


class ParsedSignatures(Struct, frozen=True, kw_only=True):
    """What was made of the fields, or what is wrong with each field that is."""

    professional: str = ""
    leader: str = ""
    next_talk: date | None = None
    faults: dict[str, str] = {}


def parse_signatures(fields: Mapping[str, str], today: date) -> ParsedSignatures:
    """Read both names and the day; the next talk may be left open, and is not in the past."""
    faults: dict[str, str] = {}
    names = {name: " ".join(clean(fields[name], multiline=False).split()) for name in ("professional", "leader")}
    day: date | None = None
    try:
        day = parse_day(fields["next_talk"].strip(), today)
    except ValueError as error:
        faults["next_talk"] = str(error)
    if day and day < today:
        faults["next_talk"] = _("The next talk is not in the past.")
    for name, text in names.items():
        if not text or len(text) > MAX_NAME:
            faults[name] = _("Type the name, in 1 to {n} characters.").format(n=MAX_NAME)
    if not faults and names["professional"].casefold() == names["leader"].casefold():
        faults["leader"] = _("Both names are the same; each of you types their own name.")
    if faults:
        return ParsedSignatures(faults=faults)
    return ParsedSignatures(professional=names["professional"], leader=names["leader"], next_talk=day)
