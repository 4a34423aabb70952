"""Oneself beside others as a table of texts: everyone's mean with its n, the gap, and the field of the four."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reflect_tui.analysis.compare import Compared, Comparison, by_gap, by_size
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.compare import View
from reflect_tui.pages.compare_twin import cells, head
from reflect_tui.pages.compare_words import (
    field_meaning,
    field_name,
    hidden_sentence,
    how_sentence,
    row_name,
    taking_part,
)
from reflect_tui.report.plain import one_line
from reflect_tui.report.values import Beside

ROWS = 4
"""So many domains stand in a document, those with the largest gaps: it is to be two pages."""

NOT_EXACT = "*"
"""What stands behind a gap that is not exact: in a document ≈ says of a change that it is no clear one."""


def beside(comparison: Comparison | None, instrument: Instrument) -> Beside | None:
    """Set the domains with the largest gaps, where others are highest above oneself first; None without anyone else."""
    if comparison is None or not comparison.has_others:
        return None
    known = [row for row in by_size(comparison.domains) if row.gap is not None]
    rows = by_gap(known[:ROWS])
    return Beside(
        title=_("Beside others"),
        sentences=tuple(map(one_line, _sentences(comparison, rows, len(known) - len(rows)))),
        heads=(*head(comparison, View()), _("field")),
        rows=tuple(
            (
                one_line(row_name(instrument, row)),
                *map(one_line, cells(comparison, instrument, row, NOT_EXACT)[1:]),
                field_name(row.field) if row.field else "",
            )
            for row in rows
        ),
    )


def _sentences(comparison: Comparison, rows: Sequence[Compared], more: int) -> Iterator[str]:
    yield " · ".join(taking_part(comparison, signs=False)) + "."
    yield from (hidden_sentence(hidden) for hidden in comparison.raters.hidden)
    yield how_sentence()
    if fields := dict.fromkeys(row.field for row in rows if row.field):
        yield "; ".join(f"{field_name(field)}: {field_meaning(field)}" for field in fields) + "."
    if not all(row.is_exact for row in rows):
        yield _("A gap with {sign} is not exact: who gave a score in confidence is not to be worked out.").format(
            sign=NOT_EXACT
        )
    if more > 0:
        text = ngettext(
            "{n} domain with a smaller gap is left out.", "{n} domains with smaller gaps are left out.", more
        )
        yield text.format(n=more)
