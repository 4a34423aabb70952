"""A team as data: the document of `team --json`, and a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reflect_tui.analysis.team import TeamPage
from reflect_tui.model.instrument import FOCUSES
from reflect_tui.model.team import ClosedPeriod, TeamFigure
from reflect_tui.report.data import Column, Table

_BOUNDS = ("at least", "at most")


def document(page: TeamPage) -> dict[str, Any]:
    """Write a page as JSON; of a period that is open, or may not be told, every figure is null."""
    domains, focuses = [domain.id for domain in page.instrument.domains], list(FOCUSES)

    def period_document(period: str, closed: ClosedPeriod | None, people: int) -> dict[str, Any]:
        return {
            "period": period,
            "state": "closed" if closed else "open",
            "people": closed.people if closed and closed.counted else people,
            "took_part": people,
            "counted": (closed and closed.counted) or None,
            "near": (closed and closed.near) or None,
            "differing": (closed and closed.differing) or None,
            "domains": [_figure(name, closed.figure("domain", name) if closed else None, closed) for name in domains],
            "focuses": [_figure(name, closed.figure("focus", name) if closed else None, closed) for name in focuses],
        }

    periods = [period_document(each.period, each, each.took_part) for each in page.closed]
    periods += [period_document(each.period, None, each.people) for each in page.open]
    return {
        "team": page.team.team,
        "instrument": page.team.instrument,
        "version": page.team.version,
        "minimum": page.team.minimum,
        "periods": periods,
        "refused": [{"file": file.name, "reason": file.reason} for file in page.refused],
    }


def _figure(name: str, figure: TeamFigure | None, period: ClosedPeriod | None) -> dict[str, Any]:
    if figure is None or period is None:
        nothing = ("median", "median_bound", "lower", "upper", "high", "high_share", "bound")
        return {"id": name} | dict.fromkeys(nothing)
    return {
        "id": name,
        "median": figure.median,
        "median_bound": figure.median_bound,
        "lower": figure.lower,
        "upper": figure.upper,
        "high": figure.high,
        "high_share": round(figure.high / period.people, 4),
        "bound": figure.high_bound,
    }


_COLUMNS = (
    Column(name="team", about="Code of the team", required=True),
    Column(name="period", about="The quarter", required=True),
    Column(name="axis", about="What the figures are along", required=True, values=("domain", "focus")),
    Column(name="id", about="Id of the domain or focus", required=True),
    Column(name="people", kind="integer", about="The people that all figures of the period are over", lowest=5),
    Column(name="high", kind="integer", about="How many have a mean above the threshold; read it with high_bound"),
    Column(name="high_bound", about="How to read high; empty when it is exact", values=_BOUNDS),
    Column(name="median", kind="number", about="Median of the means of the people; read it with median_bound"),
    Column(name="median_bound", about="How to read the median; empty when it is exact", values=_BOUNDS),
    Column(name="lower", kind="number", about="A quarter of the people lies below, to a quarter of a point"),
    Column(name="upper", kind="number", about="A quarter of the people lies above, to a quarter of a point"),
)


def _decimal(number: float) -> Decimal:
    return Decimal(f"{number:.2f}")


def figures_table(page: TeamPage) -> Table:
    """Set every figure that is told in a row."""
    rows = tuple(
        (
            page.team.team, period.period, figure.axis, figure.id, period.people, figure.high, figure.high_bound,
            _decimal(figure.median), figure.median_bound, _decimal(figure.lower), _decimal(figure.upper),
        )
        for period in page.told
        for figure in period.figures
    )  # fmt: skip
    return Table(_COLUMNS, rows, ("team", "period", "axis", "id"))
