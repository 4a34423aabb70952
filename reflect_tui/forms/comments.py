"""Comments typed over from paper: a line each, begun with the number of its statement; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from reflect_tui.i18n import _
from reflect_tui.text import clean

_NUMBERED = re.compile(r"(\d{1,3})[.:)]?\s+(\S.*)")


class ParsedComments(Struct, frozen=True):
    """What was made of the lines: notes by item, what is about it all, and what is wrong with a line."""

    notes: dict[str, str] = {}
    remark: str = ""
    fault: str = ""

    @property
    def count(self) -> int:
        """How many statements have a note, and one more when there is a remark."""
        return len(self.notes) + bool(self.remark)


def parse_comments(text: str, items: Sequence[str]) -> ParsedComments:
    """Read lines such as "7 listens well", 7 being the place of a statement among these from 1.

    A line without a number is about it all. Lines about the same come to stand below each other.
    """
    notes: dict[str, str] = {}
    remark = ""
    for line in filter(None, map(str.strip, clean(text).split("\n"))):
        found = _NUMBERED.fullmatch(line)
        if found is None:
            remark = f"{remark}\n{line}".strip()
        elif not 0 < int(found[1]) <= len(items):
            wrong = _("There is no statement {number} in this form: they go from 1 to {last}.")
            return ParsedComments(notes, remark, wrong.format(number=found[1], last=len(items)))
        else:
            item = items[int(found[1]) - 1]
            notes[item] = f"{notes.get(item, '')}\n{found[2]}".strip()
    return ParsedComments(notes, remark)
