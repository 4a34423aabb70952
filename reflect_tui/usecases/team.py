"""The figures of a team: its leader closes periods and sees what may be told; each member shares a session.

For screen and command line.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.analysis.team import COLUMNS, OpenPeriod, TeamPage, choose_people, groups_of, make_share
from reflect_tui.errors import BadFileError, JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _, current_language, format_date
from reflect_tui.model import team as teams
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.library import Entry
from reflect_tui.model.session import Session
from reflect_tui.model.team import (
    ClosedPeriod,
    Share,
    SharedSession,
    Sharing,
    Team,
    TeamFigure,
    member_print,
    period_of,
)
from reflect_tui.report.team import team_sheet
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal
from reflect_tui.store.team_engines import CHOICES, SHARES, Row, open_engine
from reflect_tui.store.team_folder import ShareFile, TeamFolder
from reflect_tui.usecases.export import DocumentFormat, render
from reflect_tui.usecases.written_files import OutputFile, check_target, write_files
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
    if not closed or share.period > closed[-1].period:
        return share.period
    year, quarter = closed[-1].period.split("-Q")
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
    in_order = sorted(newest_shares(due), key=lambda file: (file.share.period, file.share.number))
    people = {file.share.member: file.share for file in in_order}  # the newest of everyone
    if not people:
        raise NotFoundError(_("Nobody shared in {period}.").format(period=period_name(period)))
    if len(people) < team.minimum:
        text = _("{n} shared in {period}. It takes {minimum} to tell anything, so it stays open.")
        raise ReflectError(text.format(n=len(people), period=period_name(period), minimum=team.minimum))
    made = _closed(page, period, people, [file.digest for file in due], today)
    folder.close(made)
    return made


def _check_period(page: TeamPage, period: str, today: date) -> None:
    if not re.fullmatch(teams.PERIOD, period):
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
    return render(team_sheet(page), form)


# What a member shares, and takes back.


class PreparedShare(Struct, frozen=True, kw_only=True):
    """A share that was neither written nor noted yet: its file, and what the journal will say of it.

    `expected` are the bytes of the journal's document about the team, None when there is none.
    """

    share: Share
    sharing: Sharing
    expected: bytes | None

    @property
    def data(self) -> bytes:
        """The whole file, to be shown before it is written."""
        return teams.share_bytes(self.share)

    @property
    def standing(self) -> SharedSession | None:
        """What was shared with the team before, and can be withdrawn; None for nothing."""
        shares = self.sharing.shares if self.share.withdrawn else self.sharing.shares[:-1]
        return structs.replace(self.sharing, shares=shares).standing()

    @property
    def file_name(self) -> str:
        """The name that lets a later share take the place of this one in the leader's folder."""
        return f"{self.share.team}-{self.share.period}-{self.share.member[:8]}.toml".lower()


def prepare_share(
    journal: Journal, instrument: Instrument, session: Session, code: str, now: datetime
) -> PreparedShare:
    """Add a session of one's own up for a team; nothing is written.

    Within a year a person shares with one team. The figures of a team that they left, and of one where they came in,
    can be subtracted like those of two periods, and no folder of a team knows of another. After a year the scores are
    others. A share that was withdrawn may have been counted before, so it holds for that too.

    Raises:
        ReflectError: it is not one's own, nothing is scored, or a share of that quarter, or one within a year
            of it, was ever made for another team.
    """
    team = teams.clean_code(code)
    if session.role != "self":
        raise ReflectError(_("Only a session of your own can be shared; {id} is none.").format(id=session.id))
    period = teams.period_of(session.started.date())
    for other in _known(journal):
        near = [share.period for share in other.shares if teams.quarters_between(share.period, period) < teams.APART]
        if other.team != team and near:
            text = _(
                "You shared your figures of {period} with the team {team}. Within a year you share with one team, so "
                "that nobody can subtract the figures of one team from those of another. That also holds for a share "
                "that you withdrew: it may have been counted before."
            )
            raise ReflectError(text.format(period=period_name(max(near)), team=other.team))
    document = _document(journal, team)
    sharing = (document and document.value) or Sharing(team=team, member=secrets.token_hex(16))
    last = sharing.shares[-1] if sharing.shares else None
    number = last.number + (2 if last.withdrawn else 1) if last else 1  # a withdrawal had the one in between
    share = make_share(instrument, session, team, f"{sharing.member}-{number}")
    if not share.domains:
        raise ReflectError(_("Nothing is scored in {id}, so there is nothing to share.").format(id=session.id))
    entry = SharedSession(
        number=share.number,
        at=now,
        session=session.id,
        instrument=session.instrument,
        version=session.version,
        digest=session.digest,
        period=period,
    )
    kept = structs.replace(sharing, shares=(*sharing.shares, entry))
    return PreparedShare(share=share, sharing=kept, expected=document.data if document else None)


def prepare_withdrawal(journal: Journal, code: str, now: datetime) -> PreparedShare:
    """Prepare the file with which the newest share is taken back; the leader's folder drops the share for it.

    Raises:
        NotFoundError: nothing stands that could be withdrawn.
    """
    team = teams.clean_code(code)
    document = _document(journal, team)
    sharing = document.value if document else None
    last = sharing.standing() if sharing else None
    if document is None or sharing is None or last is None:
        raise NotFoundError(_("You have shared nothing with the team {team}.").format(team=team))
    share = Share(
        team=team,
        id=f"{sharing.member}-{last.number}",
        instrument=last.instrument,
        version=last.version,
        digest=last.digest,
        period=last.period,
    )
    shares = tuple(
        structs.replace(entry, withdrawn=now) if entry.period == last.period and not entry.withdrawn else entry
        for entry in sharing.shares
    )
    kept = structs.replace(sharing, shares=shares)
    return PreparedShare(share=teams.withdrawal(share), sharing=kept, expected=document.data)


def write_share(journal: Journal, prepared: PreparedShare, path: Path, *, replace: bool) -> None:
    """Note in the journal what is shared or withdrawn, and only then write its file: nothing leaves unnoted.

    Raises:
        ExistsError: a file stands there, and was not to be replaced; nothing is noted.
        ReflectError: there can't be a file, or the journal can't be written, or another program changed it; nothing is
            shared, nor noted.
    """
    if path.suffix != ".toml":
        raise ReflectError(
            _("A share is found by its ending, .toml: name it {path}.").format(path=path.with_suffix(".toml"))
        )
    check_target(journal, path, replace=replace)
    team, noted = prepared.sharing.team, teams.sharing_bytes(prepared.sharing)
    journal.teams.save(team, noted, "withdrawn" if prepared.share.withdrawn else "saved", prepared.expected)
    try:
        write_files(journal, path, [OutputFile(".toml", prepared.data)], replace=replace)
    except ReflectError:  # nothing was shared: the journal says again what it said before
        if prepared.expected is None:
            journal.teams.remove(team, noted)
        else:
            journal.teams.save(team, prepared.expected, "saved", noted)
        raise


def standing_sentence(standing: SharedSession) -> str:
    """Say what stands shared."""
    text = _("You shared your figures of {period} with this team on {date}.")
    return text.format(period=period_name(standing.period), date=format_date(standing.at.date()))


def shared_sentence(prepared: PreparedShare, path: Path) -> str:
    """Say what to do with the file that was written."""
    if prepared.share.withdrawn:
        text = _("Written: {path}. Send it to your team leader: until {period} is closed, it takes your share back.")
    else:
        text = _("Written: {path}. Send it to your team leader. Your journal says what you shared, and when.")
    return text.format(path=path, period=period_name(prepared.share.period))


def _known(journal: Journal) -> list[Sharing]:
    """Return what was shared with every team; one document that can't be read could hide a share, so it stops all."""
    documents = journal.teams.all()
    for document in documents:
        _check(journal, document)
    return [document.value for document in documents if document.value]


def _document(journal: Journal, team: str) -> Document[Sharing] | None:
    try:
        document = journal.teams.get(team)
    except NotFoundError:
        return None
    _check(journal, document)
    return document


def _check(journal: Journal, document: Document[Sharing]) -> None:
    if document.value is None:
        raise JournalError(str(BadFileError(journal.root / document.path, document.faults)))
