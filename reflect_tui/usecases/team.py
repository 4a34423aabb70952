"""What a team leader does: looks who took part, closes a period, and sees what may be told: for screen and command."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from msgspec import structs

from reflect_tui.analysis.team import COLUMNS, OpenPeriod, TeamPage, choose_people, groups_of
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.i18n import _, current_language
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.library import Entry
from reflect_tui.model.team import PERIOD, ClosedPeriod, Share, Team, TeamFigure, member_print, period_of
from reflect_tui.store.team_engines import CHOICES, SHARES, Row, open_engine
from reflect_tui.store.team_folder import ShareFile, TeamFolder
from reflect_tui.usecases.export import DocumentFormat
from reflect_tui.views.labels import period_name


def new_team(instrument: Instrument, code: str, minimum: int) -> Team:
    """Make a team on an instrument as it is shipped."""
    return Team(
        team=code, instrument=instrument.id, version=instrument.version, digest=instrument.digest, minimum=minimum
    )


def team_page(root: Path, today: date) -> TeamPage:
    """Gather what there is to see of a team. Blocking: reads files.

    Raises:
        ReflectError: it is no folder of a team, or something in it can't be read that figures depend on.
    """
    folder = TeamFolder(root)
    team = folder.team()
    instrument = folder.instrument(team, current_language())
    closed = folder.closed()
    shares, refused = folder.shares(team, instrument, closed, period_of(today))
    people = {(_counted_in(each.share, closed), each.share.member) for each in newest_shares(shares)}
    counts = Counter(period for period, _member in people)
    return TeamPage(
        team=team,
        instrument=instrument,
        versions={each.digest: folder.instrument(each, current_language()) for each in closed},
        closed=closed,
        open=tuple(OpenPeriod(period, counts[period]) for period in sorted(counts)),
        refused=refused,
    )


def renew_team(root: Path, entry: Entry, today: date) -> Team:
    """Let a team go on with a newer version of its instrument: its code and what was told before stay. Blocking.

    A new team would not do: nobody could share with it within a year, and no rule could look over both.

    Raises:
        ReflectError: it is another instrument or no newer version, or a period that could be closed is open.
    """
    page, instrument = team_page(root, today), entry.instrument
    if instrument.id != page.team.instrument:
        text = _("The team is about {id}. For another instrument, make another team: reflect-tui team new")
        raise ReflectError(text.format(id=page.team.instrument))
    if version_key(instrument.version) <= version_key(page.team.version):
        text = _("The team is on version {own} of {id}; {version} is no newer one.")
        raise ReflectError(text.format(own=page.team.version, id=instrument.id, version=instrument.version))
    full = [each.period for each in page.open if each.people >= page.team.minimum]
    if full:
        raise ReflectError(_("Close {period} first.").format(period=period_name(full[0])))
    team = structs.replace(page.team, version=instrument.version, digest=instrument.digest)
    TeamFolder(root).renew(team, entry.data)
    return team


def newest_shares(shares: Iterable[ShareFile]) -> list[ShareFile]:
    """Choose the newest share of each person and period; of who took it back, none."""
    newest: dict[tuple[str, str], ShareFile] = {}
    for file in sorted(shares, key=lambda file: file.share.number):
        newest[file.share.member, file.share.period] = file
    return [file for file in newest.values() if not file.share.withdrawn]


def _counted_in(share: Share, closed: Sequence[ClosedPeriod]) -> str:
    """Return the period that a share counts in: its own, or when that is closed, the one after the last closed one."""
    last = closed[-1].period if closed else ""
    return share.period if share.period > last else _after(last)


def _after(period: str) -> str:
    year, quarter = period.split("-Q")
    return f"{int(year) + (quarter == '4')}-Q{int(quarter) % 4 + 1}"


def close_period(root: Path, period: str, today: date) -> ClosedPeriod:
    """Close a period: its figures are computed once, kept for good, and the shares are destroyed. Blocking.

    Shares of periods before it that were not closed count in it.

    Raises:
        NotFoundError: nobody shared in it.
        ReflectError: it is closed, lies before a closed one or in the future, too few people shared, or an earlier one
            has enough people to be closed first.
        NoEngineError: the library that computes is missing.
    """
    folder = TeamFolder(root)
    page = team_page(root, today)
    team, closed = page.team, page.closed
    for each in closed:
        folder.destroy(each)  # what was left where closing was cut short
    _check_period(page, period, today)
    shares, _refused = folder.shares(team, page.instrument, closed, period_of(today))
    due = [file for file in shares if _counted_in(file.share, closed) <= period]
    people = _one_each(newest_shares(due))
    if not people:
        raise NotFoundError(_("Nobody shared in {period}.").format(period=period_name(period)))
    if len(people) < team.minimum:
        text = _("{n} shared in {period}. It takes {minimum} to tell anything, so it stays open.")
        raise ReflectError(text.format(n=len(people), period=period_name(period), minimum=team.minimum))
    made = _closed(page, period, people, [file.digest for file in due], today)
    folder.close(made)
    return made


def _check_period(page: TeamPage, period: str, today: date) -> None:
    if not re.fullmatch(PERIOD, period):
        raise ReflectError(_("{period} is no quarter. Write it like 2026-Q4.").format(period=period))
    named = period_name(period)
    if any(each.period == period for each in page.closed):
        raise ReflectError(_("{period} is closed already; its figures don't change.").format(period=named))
    if page.closed and period < page.closed[-1].period:
        raise ReflectError(_("A later period than {period} is closed already.").format(period=named))
    if period > period_of(today):
        raise ReflectError(_("{period} is still to come.").format(period=named))
    earlier = [each for each in page.open if each.period < period and each.people >= page.team.minimum]
    if earlier:
        raise ReflectError(_("Close {period} first.").format(period=period_name(earlier[0].period)))


def _one_each(files: Iterable[ShareFile]) -> dict[str, Share]:
    """Return the newest share of every person, by who it is."""
    return {file.share.member: file.share for file in sorted(files, key=_age)}


def _age(file: ShareFile) -> tuple[str, int]:
    return file.share.period, file.share.number


def _closed(page: TeamPage, period: str, people: dict[str, Share], taken: list[str], today: date) -> ClosedPeriod:
    team = page.team
    prints = {member_print(team.team, member): share for member, share in people.items()}
    before = {each.period: set(each.members) for each in page.closed if each.members}
    choice = choose_people(period, groups_of(before | {period: set(prints)}), list(before), team.minimum)
    counted = before[choice.counted] if choice.counted in before else set(prints) if choice.counted else set()
    return ClosedPeriod(
        team=team.team,
        instrument=team.instrument,
        version=team.version,
        digest=team.digest,
        period=period,
        closed=today,
        took_part=len(people),
        counted=choice.counted,
        people=choice.people,
        near=choice.near,
        differing=choice.differing,
        members=tuple(sorted(counted)) if choice.counted == period else (),
        taken=tuple(sorted(set(taken))),
        figures=_figures(page, period, [prints[each] for each in sorted(counted)]) if counted else (),
    )


def _figures(page: TeamPage, period: str, shares: Sequence[Share]) -> tuple[TeamFigure, ...]:
    """Compute the figures of some people, in the order of the instrument."""
    engine = open_engine("duckdb")
    try:
        from reflect_tui.analysis import team_figures  # noqa: PLC0415 -- needs the extra, which open_engine checked

        rows = engine.rows(SHARES, share_rows(shares, period))
        choices = engine.rows(CHOICES, [(page.team.team, period, period, len(shares))])
        counted = team_figures.counted_rows(rows, choices)
        found = engine.collect(
            team_figures.figures(counted, page.instrument.scale, page.instrument.own_thresholds), COLUMNS
        )
    finally:
        engine.close()
    places = {domain.id: place for place, domain in enumerate(page.instrument.domains)}
    told = [as_figure(row) for row in found]
    return tuple(sorted(told, key=lambda figure: (figure.axis, places.get(figure.id, 0), figure.id)))


def share_rows(shares: Iterable[Share], period: str = "") -> Iterable[Row]:
    """Return the rows of shares for an engine, as those of a period, or each of its own."""
    for share in shares:
        key = (share.team, period or share.period, member_print(share.team, share.member))
        for axis, totals in (("domain", share.domains), ("focus", share.focuses)):
            yield from ((*key, axis, name, total.sum, total.n) for name, total in totals.items())


def as_figure(row: Row) -> TeamFigure:
    """Turn a row of COLUMNS into a figure."""
    _team, _period, axis, name, _people, high, high_bound, median, median_bound, lower, upper = row
    return TeamFigure(
        axis=axis,
        id=name,
        high=int(high),
        high_bound=high_bound,
        median=float(median),
        median_bound=median_bound,
        lower=float(lower),
        upper=float(upper),
    )


def render_document(page: TeamPage, form: DocumentFormat) -> bytes:
    """Render what may be told of a team as a document.

    Raises:
        NoPdfError: PDF was asked for, and its library is not installed.
    """
    from reflect_tui.report.team import team_sheet  # noqa: PLC0415 -- only what is asked for

    sheet = team_sheet(page)
    if form == "pdf":
        from reflect_tui.report.pdf import team_pdf  # noqa: PLC0415 -- only what is asked for

        return team_pdf(sheet)
    if form == "html":
        from reflect_tui.report.html import team_page as html_page  # noqa: PLC0415 -- only what is asked for

        return html_page(sheet).encode("utf-8")
    from reflect_tui.report.markdown import team_markdown  # noqa: PLC0415 -- only what is asked for

    return team_markdown(sheet).encode("utf-8")
