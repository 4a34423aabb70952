"""A team as a document for a talk, and as data: `team --output`, `--json` and `--csv`."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec import Struct, structs

from reflect_tui.analysis.team import TeamPage
from reflect_tui.i18n import _, current_language, format_date
from reflect_tui.model.instrument_faults import FOCUSES
from reflect_tui.model.team import ClosedPeriod, TeamFigure
from reflect_tui.report.data import Column, Table
from reflect_tui.report.document import Fact, one_line
from reflect_tui.views.labels import period_name
from reflect_tui.views.team import Section, newest_periods, told_sections

_PERIODS = 5  # beside each other on A4
_BOUNDS = ("at least", "at most")


class TeamSheet(Struct, frozen=True, kw_only=True):
    """The document about a team in one language, for a talk with the team; its texts hold no control characters."""

    language: str
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]


def team_sheet(page: TeamPage) -> TeamSheet:
    """Make the document's content, in the user's language: what the page tells, without what is still open."""
    facts = [Fact(_("Team"), page.team.team)]
    if page.told:
        newest = page.told[-1]
        facts += [
            Fact(_("Period"), period_name(newest.period)),
            Fact(_("People"), str(newest.people)),
            Fact(_("Closed"), format_date(newest.closed)),
        ]
    return TeamSheet(
        language=current_language(),
        title=_("How the team is doing"),
        subtitle=one_line((page.version_of(page.told[-1]) if page.told else page.instrument).title),
        facts=tuple(facts),
        sections=tuple(_one_line(newest_periods(section, _PERIODS)) for section in told_sections(page)),
    )


def _one_line(section: Section) -> Section:
    return structs.replace(
        section,
        title=one_line(section.title),
        sentences=tuple(map(one_line, section.sentences)),
        heads=tuple(map(one_line, section.heads)),
        rows=tuple(tuple(map(one_line, row)) for row in section.rows),
        short=(),
    )


def document(page: TeamPage) -> dict[str, Any]:
    """Write a page as JSON; of a period that is open, or may not be told, every figure is null."""

    def period_document(period: str, closed: ClosedPeriod | None, took_part: int) -> dict[str, Any]:
        people = closed.people if closed and closed.counted else took_part
        version = page.version_of(closed) if closed else page.instrument
        focuses = version.focuses or FOCUSES
        return {
            "period": period,
            "version": version.version,
            "state": "closed" if closed else "open",
            "people": people,
            "took_part": took_part,
            "counted": (closed and closed.counted) or None,
            "near": (closed and closed.near) or None,
            "differing": (closed and closed.differing) or None,
            "domains": [
                _figure(each.id, closed.figure("domain", each.id) if closed else None, people)
                for each in version.domains
            ],
            "focuses": [_figure(name, closed.figure("focus", name) if closed else None, people) for name in focuses],
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


def _figure(name: str, figure: TeamFigure | None, people: int) -> dict[str, Any]:
    if figure is None:
        nothing = ("median", "median_bound", "lower", "upper", "high", "high_share", "bound")
        return {"id": name} | dict.fromkeys(nothing)
    return {
        "id": name,
        "median": figure.median,
        "median_bound": figure.median_bound,
        "lower": figure.lower,
        "upper": figure.upper,
        "high": figure.high,
        "high_share": round(figure.high / people, 4),
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


def figures_table(page: TeamPage) -> Table:
    """Set every figure of a team that is told in a row."""
    return many_table(
        (
            *(page.team.team, period.period, each.axis, each.id, period.people),
            *(each.high, each.high_bound, each.median, each.median_bound, each.lower, each.upper),
        )
        for period in page.told
        for each in period.figures
    )


def many_table(rows: Iterable[tuple[Any, ...]]) -> Table:
    """Set the figures of many teams, rows of analysis.team.COLUMNS, as a table; the team "" is all of them together."""
    told = tuple(tuple(Decimal(f"{cell:.2f}") if isinstance(cell, float) else cell for cell in row) for row in rows)
    return Table(_COLUMNS, told, ("team", "period", "axis", "id"))


def many(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Write the figures of many teams as JSON; see many_table()."""
    teams: dict[str, dict[str, Any]] = {}
    for row in rows:
        team, name, axis, identifier, people, high, bound, median, median_bound, lower, upper = row
        period = teams.setdefault(team, {}).setdefault(name, {"people": people, "domain": [], "focus": []})
        figure = TeamFigure(
            axis=axis,
            id=identifier,
            high=high,
            high_bound=bound,
            median=median,
            median_bound=median_bound,
            lower=lower,
            upper=upper,
        )
        period[axis].append(_figure(identifier, figure, people))
    return {
        "teams": [
            {
                "team": team,
                "periods": [
                    {"period": name, "people": each["people"], "domains": each["domain"], "focuses": each["focus"]}
                    for name, each in periods.items()
                ],
            }
            for team, periods in teams.items()
        ]
    }
