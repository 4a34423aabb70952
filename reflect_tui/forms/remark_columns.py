"""Columns of remarks in a table of scores: two columns under one date, which is often in merged cells; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from reflect_tui.forms.cells import Cell, day_above, written
from reflect_tui.forms.statement_rows import plain
from reflect_tui.i18n import _, format_date

_HEADS = ("opmerking", "toelichting", "notitie", "remark", "comment", "note", "explanation")


def find(heads: Mapping[int, Sequence[Cell]], scored: Collection[int], only_day: date | None) -> dict[int, date]:
    """Find the columns of remarks with their day, by the heads of each column and which of them have any score.

    Such a column stands under the day of a column of scores, and has no score or says in its head what it is. Where
    there is one day of scores only, which may be `only_day`, a column that says so is of that day.
    """
    days = {column: day for column, cells in heads.items() if (day := day_above(cells)[0])}
    named = {column for column, cells in heads.items() if any(is_head(cell) for cell in cells)}
    with_scores = {days[column] for column in days if column in scored and column not in named}
    found = {c: day for c, day in days.items() if day in with_scores and (c in named or c not in scored)}
    day = only_day
    if with_scores:
        day = next(iter(with_scores)) if len(with_scores) == 1 else None
    return found | (dict.fromkeys(named - days.keys(), day) if day else {})


def is_head(cell: Cell) -> bool:
    """Check whether a text heads a column of remarks."""
    return isinstance(cell, str) and any(word.startswith(_HEADS) for word in plain(cell).split())


def notes(rows: Mapping[str, Sequence[Cell]], remarks: Mapping[int, date], day: date) -> dict[str, str]:
    """Return what stands in the columns of remarks of a day, by the id of the statement whose row it is."""
    chosen = [column for column, other in remarks.items() if other == day]
    found = {name: [written(row[c]) for c in chosen if row[c] is not None] for name, row in rows.items()}
    return {name: "\n".join(texts) for name, texts in found.items() if texts}


def sentence(day: date, column: str) -> str:
    """Say that a column was read as notes."""
    return _("Read as notes to the statements of {date}: {column}.").format(date=format_date(day), column=column)
