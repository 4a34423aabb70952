"""Checks what somebody else wrote as Parquet: rows that can be those of shares, as a file of a share is checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from reflect_tui.errors import BadFileError, Fault, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.team import PERIOD
from reflect_tui.store.team_engines import SHARES, Engine, only, types_of, whole_numbers

_MOST_FAULTS = 10


def sound_rows(engine: Engine, path: Path, instrument: Instrument) -> Any:
    """Return the rows of an instrument in Parquet, once all of them are known to be possible.

    Raises:
        BadFileError: some can't be those of shares: nothing is told, since figures over the others would differ.
        ReflectError: somebody would count twice.
    """
    from reflect_tui.analysis import team_figures  # noqa: PLC0415 -- needs the extra, which open_engine checked

    rows = engine.parquet(path)
    if "instrument" in rows.collect_schema().names():
        rows = only(rows, "instrument", instrument.id)
    rows = rows.select(*SHARES)
    needs = {"text": _("must be text"), "number": _("must be whole numbers")}
    types = types_of(rows)
    _refuse(path, (Fault(name, needs[kind]) for name, kind in SHARES.items() if types[name] != kind))
    rows = whole_numbers(rows, ("sum", "n"))
    lines = _lines(instrument)
    _refuse(path, _line_faults(engine, rows, instrument, lines))
    _refuse(path, _period_faults(engine, team_figures.distinct(rows, ("period",))))
    for team, period in engine.collect(team_figures.repeated(rows, lines), ("team", "period")):
        text = _("{path} has two rows of one person for the same domain or focus, in {team}, {period}. Keep only one.")
        raise ReflectError(text.format(path=path, team=team, period=period))
    return rows


def _refuse(path: Path, faults: Iterator[Fault]) -> None:
    if found := tuple(islice(faults, _MOST_FAULTS)):
        raise BadFileError(path, found)


def _lines(instrument: Instrument) -> dict[tuple[str, str], int]:
    """Return how many statements every domain and focus has."""
    domains = {("domain", domain.id): len(domain.items) for domain in instrument.domains}
    return domains | {
        ("focus", name): sum(item.focus == name for item in instrument.items) for name in instrument.focuses
    }


def _line_faults(
    engine: Engine, rows: Any, instrument: Instrument, lines: dict[tuple[str, str], int]
) -> Iterator[Fault]:
    from reflect_tui.analysis import team_figures  # noqa: PLC0415 -- needs the extra, which open_engine checked

    filled = [f"filled_{name}" for name in team_figures.FILLED]
    columns = ("axis", "id", "rows", "team", "least", "most", "above", "below", *filled)
    found = team_figures.totals(rows, instrument.scale).head(len(lines) + 1)  # one more has one that is unknown
    for axis, name, count, team, least, most, above, below, *full in engine.collect(found, columns):
        place = f"{axis} {name}"
        if (axis, name) not in lines:
            yield Fault(place, _("is not in the instrument {id}").format(id=instrument.id))
            continue
        for column, number in zip(team_figures.FILLED, full, strict=True):
            if number < count or (column == "team" and not team):
                yield Fault(f"{place}, {column}", _("is empty in some rows"))
        if count == min(full) and (least < 1 or most > lines[axis, name] or above < 0 or below < 0):
            yield Fault(place, _("is more or less than its statements can add up to"))


def _period_faults(engine: Engine, periods: Any) -> Iterator[Fault]:
    for (period,) in engine.collect(periods, ("period",)):
        if not re.fullmatch(PERIOD, period):
            yield Fault("period", _("{period} is no quarter. Write it like 2026-Q4.").format(period=period))
