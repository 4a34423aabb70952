"""Filling in one item at a time: the statement alone, in the middle of the screen."""

from __future__ import annotations

from reflect_tui.assessment import Assessment
from reflect_tui.i18n import _
from reflect_tui.pages.assessing import sentence
from reflect_tui.pages.lines import EMPTY, Line, between, line, paragraph, shorten, span, width

WIDEST = 64


def margin(columns: int) -> int:
    """Give the columns left free at either side of the statement."""
    return max(2, (columns - WIDEST) // 2)


def statement(assessment: Assessment, columns: int, rows: int) -> list[Line]:
    """Set the current item just below the middle of `rows`, near the scale: what leads it muted, its own words strong.

    A lead that ends in a colon stands apart; one that the item's words go on from stays with them.
    """
    left = margin(columns)
    room = columns - 2 * left
    item = assessment.current
    lead = assessment.instrument.lead(item)
    words = sentence(assessment, room, left)
    if lead.endswith((":", ";")):
        words = [*paragraph(lead, room + left, "muted", left), EMPTY]
        words += paragraph(item.text, room + left, "strong", left)
    block = [_heading(assessment, left, room), EMPTY, EMPTY, *words]
    return [EMPTY] * max(0, (rows - len(block)) * 3 // 5) + block


def _heading(assessment: Assessment, left: int, room: int) -> Line:
    """Name the domain, and where in all items one is."""
    domain = assessment.domain
    number = assessment.instrument.domains.index(domain) + 1
    place = _("item {n} of {total}").format(n=assessment.position + 1, total=len(assessment.instrument.items))
    title = shorten(f"{number}  {domain.title}", room - width(place) - 2)
    return line(" " * left) + between(line(span(title, "title")), line(span(place, "muted")), room)
