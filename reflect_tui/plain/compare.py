"""Oneself beside others, in words: who takes part, tables along every axis, the four fields, what was written."""

from __future__ import annotations

from itertools import groupby

from reflect_tui.analysis.compare import Comparison
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.pages import compare as page
from reflect_tui.pages import compare_twin as twin
from reflect_tui.pages.compare import View
from reflect_tui.pages.compare_words import how_sentence, row_name, row_sentences
from reflect_tui.pages.figures import table
from reflect_tui.pages.lines import EMPTY, Line
from reflect_tui.pages.words import group_name
from reflect_tui.plain.console import folded
from reflect_tui.plain.results import WIDEST, scale_line, title


def comparison(found: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    """Give all that the screen of the comparison shows."""
    room = min(columns, WIDEST)
    if not found.has_others:
        return page.nobody(found, room)
    return [
        *page.opening(found, room),
        *folded(how_sentence(), room),
        *folded(scale_line(instrument.scale), room),
        *title(_("Domains")),
        *_table(found, instrument, View(), room),
        *title(_("Attitude, knowledge, skill")),
        *_table(found, instrument, View(axis="focus"), room),
        *title(_("The four fields")),
        *(part for text in twin.field_sentences(found, instrument) for part in folded(text, room, indent=2)),
        *_items(found, instrument, room),
        *_comments(found, instrument, room),
    ]


def _table(found: Comparison, instrument: Instrument, view: View, columns: int) -> list[Line]:
    shown = page.rows(found, instrument, view)
    cells = [twin.cells(found, instrument, row) for row in shown]
    said = folded(twin.sentence(instrument, shown), columns, indent=2)
    return [*said, EMPTY, *table(twin.head(found, view), cells, columns)]


def _items(found: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    lines = title(_("Items, the largest gap first"))
    for row in page.rows(found, instrument, View(axis="item", order="size")):
        lines += folded(row_name(instrument, row, short=False), columns, indent=2)
        lines += [part for text in row_sentences(row) for part in folded(text, columns, indent=6)]
    return lines


def _comments(found: Comparison, instrument: Instrument, columns: int) -> list[Line]:
    lines: list[Line] = []
    for domain, written in groupby(found.comments, lambda comment: comment.domain):
        lines += title(group_name(instrument, domain) if domain else _("About it all"))
        for comment in written:
            lines += folded(comment.text, columns, indent=2)
    return lines
