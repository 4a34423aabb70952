"""A row of digits typed over from paper, for the statements of one domain; read with every fault named; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.instrument import Item, Scale
from reflect_tui.model.session import NOT_APPLICABLE, Score

OPEN_SIGN = "."
_NONE = "0-"


class ParsedRow(Struct, frozen=True):
    """What was made of a row: a score for each item (None: left open), as far as it goes, and what is wrong with it."""

    scores: tuple[Score | None, ...] = ()
    fault: str = ""


def parse_score_row(text: str, items: Sequence[Item], scale: Scale) -> ParsedRow:
    """Read a row: a digit of the scale, 0 or - for n/a, a point for nothing; blanks and commas don't count."""
    signs = re.sub(r"[\s,;|/]", "", text)
    scores: list[Score | None] = []
    for sign in signs:
        if sign in _NONE:
            scores.append(NOT_APPLICABLE)
        elif sign == OPEN_SIGN:
            scores.append(None)
        elif sign.isascii() and sign.isdigit() and scale.allows(int(sign)):
            scores.append(int(sign))
        else:
            wrong = _("{sign} is no score: {low} to {high}, 0 or - for can't judge, a point for nothing.")
            return ParsedRow(tuple(scores), wrong.format(sign=sign, low=scale.lowest, high=scale.highest))
    short = len(items) - len(scores)
    if short > 0:
        return ParsedRow(tuple(scores), ngettext("{n} more to come.", "{n} more to come.", short).format(n=short))
    if short < 0:
        return ParsedRow(tuple(scores), ngettext("{n} too many.", "{n} too many.", -short).format(n=-short))
    return ParsedRow(tuple(scores))
