"""A paper form that is typed over: a row of digits for each domain, then comments; every fault is named; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.instrument import Item, Scale
from reflect_tui.model.session import MAX_NOTE, MAX_NOTES, NOT_APPLICABLE, Score
from reflect_tui.text import clean

OPEN_SIGN = "."
_NUMBERED = re.compile(r"(\d{1,3})[.:)]?\s+(\S.*)")


class ParsedRow(Struct, frozen=True):
    """What was made of a row: a score for each item (None: left open), as far as it goes, and what is wrong with it."""

    scores: tuple[Score | None, ...] = ()
    fault: str = ""


def score_signs(text: str, scale: Scale) -> list[str]:
    """Part a row into what stands for one answer each: a sign, or on a scale up to 10 what stands between blanks."""
    parts = re.split(r"[\s,;|/]+", text)
    return list("".join(parts)) if scale.is_digits else [part for part in parts if part]


def none_signs(scale: Scale) -> str:
    """Name what is typed for n/a."""
    return "-" if scale.has_zero else _("0 or -")


def parse_score_row(text: str, items: Sequence[Item], scale: Scale) -> ParsedRow:
    """Read a row: a digit of the scale, 0 or - for n/a, a point for nothing; blanks and commas don't count.

    On a scale with 0 only - is n/a; on one up to 10 a blank or comma stands between two scores.
    """
    signs = score_signs(text, scale)
    scores: list[Score | None] = []
    for sign in signs:
        if sign in ("-", scale.skip_sign):
            scores.append(NOT_APPLICABLE)
        elif sign == OPEN_SIGN:
            scores.append(None)
        elif sign.isascii() and sign.isdigit() and scale.allows(int(sign)):
            scores.append(int(sign))
        else:
            wrong = _("{sign} is no score: {low} to {high}, {none} for can't judge, a point for nothing.")
            none = none_signs(scale)
            return ParsedRow(tuple(scores), wrong.format(sign=sign, low=scale.lowest, high=scale.highest, none=none))
    short = len(items) - len(scores)
    if short > 0:
        return ParsedRow(tuple(scores), ngettext("{n} more to come.", "{n} more to come.", short).format(n=short))
    if short < 0:
        return ParsedRow(tuple(scores), ngettext("{n} too many.", "{n} too many.", -short).format(n=-short))
    return ParsedRow(tuple(scores))


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
        numbered = _NUMBERED.fullmatch(line)
        if numbered is None:
            remark = f"{remark}\n{line}".strip()
        elif not 0 < int(numbered[1]) <= len(items):
            wrong = _("There is no statement {number} in this form: they go from 1 to {last}.")
            return ParsedComments(notes, remark, wrong.format(number=numbered[1], last=len(items)))
        else:
            item = items[int(numbered[1]) - 1]
            notes[item] = f"{notes.get(item, '')}\n{numbered[2]}".strip()
    return ParsedComments(notes, remark, _too_long(notes, remark, items))


def _too_long(notes: Mapping[str, str], remark: str, items: Sequence[str]) -> str:
    """Say which comment is longer than an answer can hold; "" when none is."""
    for item, note in notes.items():
        if len(note) > MAX_NOTE:
            text = _("The comment on statement {number} is longer than {n} characters; shorten it.")
            return text.format(number=items.index(item) + 1, n=MAX_NOTE)
    if len(remark) > MAX_NOTE:
        return _("What is about everything is longer than {n} characters; shorten it.").format(n=MAX_NOTE)
    if sum(map(len, notes.values())) > MAX_NOTES:
        return _("The comments are longer than {n} characters together; shorten them.").format(n=MAX_NOTES)
    return ""
