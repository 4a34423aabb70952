"""How the cells of a table are written and named in sentences, and the day that stands above a column; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reflect_tui.forms.cells import Cell
from reflect_tui.forms.days import written_day


def day_above(heads: Sequence[Cell]) -> tuple[date | None, str]:
    """Read the day above a column, from the bottom up or from all heads together; a sentence when it could be two."""
    days = [head for head in heads if isinstance(head, date)]
    if days:
        return days[-1], ""
    texts = list(dict.fromkeys(written(head) for head in heads if head is not None))
    problem = ""
    for text in [*reversed(texts), " ".join(reversed(texts))]:
        try:
            day = written_day(text)
        except ValueError as error:
            problem = str(error)
            continue
        if day:
            return day, ""
    return None, problem


def written(cell: Cell) -> str:
    """Write a cell as a sentence quotes it: a whole number without its point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def short(text: str) -> str:
    """Cut a text to what a line of a preview has room for."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"  # noqa: PLR2004 -- see above


def letters(column: int) -> str:
    """Name a column from 0 as a spreadsheet does: A, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
