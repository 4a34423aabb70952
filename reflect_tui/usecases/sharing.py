"""Shares a session of one's own with a team, and takes that back: for screen and command line."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.analysis.team import make_share
from reflect_tui.errors import BadFileError, JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _, format_date
from reflect_tui.model import team as teams
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.model.team import Share, SharedSession, Sharing
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal
from reflect_tui.store.plans import Act
from reflect_tui.usecases.written_files import OutputFile, check_target, write_files
from reflect_tui.views.labels import period_name


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


def note_share(journal: Journal, prepared: PreparedShare) -> None:
    """Note in the journal what is shared or withdrawn: before the file is written, so that nothing leaves unnoted.

    Raises:
        JournalError: it can't be written, or another program changed it; nothing is shared.
    """
    act: Act = "withdrawn" if prepared.share.withdrawn else "saved"
    data = teams.sharing_bytes(prepared.sharing)
    journal.teams.save(prepared.sharing.team, data, act, prepared.expected)


def write_share(journal: Journal, prepared: PreparedShare, path: Path, *, replace: bool) -> None:
    """Note a share and write its file.

    Raises:
        ExistsError: a file stands there, and was not to be replaced; nothing is noted.
        ReflectError: there can't be a file, or the journal can't be written; nothing is shared, nor noted.
    """
    if path.suffix != ".toml":
        raise ReflectError(
            _("A share is found by its ending, .toml: name it {path}.").format(path=path.with_suffix(".toml"))
        )
    check_target(journal, path, replace=replace)
    note_share(journal, prepared)
    try:
        write_files(journal, path, [OutputFile(".toml", prepared.data)], replace=replace)
    except ReflectError:
        _put_back(journal, prepared)
        raise


def _put_back(journal: Journal, prepared: PreparedShare) -> None:
    """Let the journal say again what it said before: nothing was shared, and it can be tried once more."""
    team, noted = prepared.sharing.team, teams.sharing_bytes(prepared.sharing)
    if prepared.expected is None:
        journal.teams.remove(team, noted)
    else:
        journal.teams.save(team, prepared.expected, "saved", noted)


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
