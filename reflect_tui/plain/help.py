"""All that can be typed while filling in and while looking it over, in words."""

from __future__ import annotations

from reflect_tui.i18n import _
from reflect_tui.instrument import Scale
from reflect_tui.plain.speech import scale_sentence


def filling_in(scale: Scale) -> list[str]:
    """Explain every line that means something while filling in."""
    low, high = scale.lowest, scale.highest
    return [
        scale_sentence(scale),
        _("Type one of these, then enter. Capitals matter."),
        _("{low} to {high}: score the item and go to the next").format(low=low, high=high),
        _("several digits, such as {example}: score as many items, one after the other").format(
            example=f"{high}{high}{low}"
        ),
        _("0 or - (minus): not applicable, or cannot judge"),
        _("an empty line: hear the item again; nothing changes"),
        _("x: take the answer away"),
        _("b or k: back one item; j: on one item, without an answer"),
        _("n: to the next open item; N (the capital): to the previous one"),
        _("[ (left bracket): to the start of the domain, or the one before; ] (right bracket): to the next domain"),
        _("g 40: to item 40; g and an id: to that item"),
        _("/ (slash) and a word: find the items with that word"),
        _("l: list the items of this domain with their answers"),
        _("e: write a note to the item, of several lines; e and a text: add that one line"),
        _("E (the capital): the same for the item scored last, such as an example"),
        _("p: hear the previous score of the item"),
        _("u: take back what you did last; u 3: the last three things; r: do it again"),
        _("f: look it over and finish"),
        _("q: quit; what you did is kept, and you can go on later"),
        _("? (question mark): this list"),
    ]


def looking_over() -> list[str]:
    """Explain every line that means something while looking it over."""
    return [
        _("Type one of these, then enter."),
        _("f: finish; the session is saved and its results are shown"),
        _("n: to the next open item"),
        _("g 40: to item 40"),
        _("b: back to the items"),
        _("e: write a remark about the whole session; e and a text: add that one line"),
        _("u: take back what you did last; r: do it again"),
        _("an empty line: look it over again"),
        _("q: quit; what you did is kept, and you can go on later"),
    ]
