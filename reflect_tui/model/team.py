"""A team: what its leader sets, what a person shares with it, and what the person's journal keeps of that.

A share holds sums and numbers of scored statements of one session, never a score, note, name or day. Its id is random
and known to one team only: the same person's later share of that team has the same one with a higher number behind it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import BadFileError, Fault, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.agenda import Bound
from reflect_tui.model.instrument import Identifier, Instrument, Version
from reflect_tui.model.session import Digest, Moment, SessionId
from reflect_tui.toml import formats

FOLDER = "teams"
FEWEST = 5
"""Every figure is over at least so many people; a team may only ask for more."""
APART = 4
"""So many quarters lie between the last share with one team and the first with another."""
MAX_SHARE = 20_000
_CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)"
TeamCode = Annotated[str, Meta(pattern=_CODE, min_length=4, max_length=40)]
PERIOD = "[0-9]{4}-Q[1-4]"
Period = Annotated[str, Meta(pattern=rf"^{PERIOD}$(?!\n)")]
AnyPeriod = Annotated[str, Meta(pattern=rf"^({PERIOD})?$(?!\n)")]
MemberPrint = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
MemberId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
ShareId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}-[1-9][0-9]{0,3}$(?!\n)")]
Count = Annotated[int, Meta(ge=0, le=100_000)]


class Team(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the leader sets: the code that members type, the instrument, and the least number of people to a figure.

    `closed` are the periods that were closed, so that one whose record is gone is missed.
    """

    format: Literal[1] = 1
    team: TeamCode
    instrument: Identifier
    version: Version
    digest: Digest
    minimum: Annotated[int, Meta(ge=FEWEST, le=1000)] = FEWEST
    closed: tuple[Period, ...] = ()


class ScoreTotal(Struct, frozen=True, forbid_unknown_fields=True):
    """The sum of the scores of a domain or focus, and how many statements were scored."""

    sum: Count
    n: Annotated[int, Meta(ge=1, le=10_000)]


class Share(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What leaves a person; a `withdrawn` one has no figures and takes back what was shared before."""

    format: Literal[1] = 1
    team: TeamCode
    id: ShareId
    instrument: Identifier
    version: Version
    digest: Digest
    period: Period
    withdrawn: bool = False
    domains: dict[Identifier, ScoreTotal] = {}
    focuses: dict[Identifier, ScoreTotal] = {}

    @property
    def member(self) -> str:
        """The random id of the person for this team."""
        return self.id.partition("-")[0]

    @property
    def number(self) -> int:
        """How many shares of this person the team had with this one; the highest replaces the others."""
        return int(self.id.partition("-")[2])


class SharedSession(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One act of sharing: when, of which session and for which period; `withdrawn` is when it was taken back."""

    number: Annotated[int, Meta(ge=1, le=9999)]
    at: Moment
    session: SessionId
    instrument: Identifier
    version: Version
    digest: Digest
    period: Period
    withdrawn: Moment | None = None


class Sharing(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"shares": "share"}):
    """What a person's journal keeps of one team, oldest share first; `member` is their random id for this team."""

    format: Literal[1] = 1
    team: TeamCode
    member: MemberId
    shares: tuple[SharedSession, ...] = ()

    def standing(self, period: str = "") -> SharedSession | None:
        """Return the newest share of a period, or of any, that was not withdrawn."""
        last = {share.period: share for share in self.shares}
        left = [share for share in last.values() if share.withdrawn is None and period in ("", share.period)]
        return max(left, key=lambda share: share.number, default=None)


class TeamFigure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is told of a domain or focus; `high` counts the people above the threshold.

    `median` is the mean that half of the people lie below, `lower` and `upper` those that a quarter lies below and
    above, to a quarter of a point. A figure with a bound is to be read so: others would tell what everyone gave.
    """

    axis: Literal["domain", "focus"]
    id: Identifier
    high: Count
    high_bound: Bound = ""
    median: float
    median_bound: Bound = ""
    lower: float
    upper: float


class ClosedPeriod(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"figures": "figure"}):
    """A period that was closed: its figures, for good; the shares are destroyed.

    `took_part` people shared, `people` of them count. `counted` is the period whose people these are, "" when nothing
    is told: then `near` is the period that stands in the way and `differing` how many people make the difference, ""
    and 0 when only several periods together do.
    `members` are fingerprints of those who count for the first time in this set, `taken` the digests of the shares.
    """

    format: Literal[1] = 1
    team: TeamCode
    instrument: Identifier
    version: Version
    digest: Digest
    period: Period
    closed: date
    took_part: Count
    counted: AnyPeriod = ""
    people: Count = 0
    near: AnyPeriod = ""
    differing: Count = 0
    members: tuple[MemberPrint, ...] = ()
    taken: tuple[Digest, ...] = ()
    figures: tuple[TeamFigure, ...] = ()

    def figure(self, axis: str, name: str) -> TeamFigure | None:
        """Return the figure of a domain or focus; None when it is not told."""
        return next((each for each in self.figures if (each.axis, each.id) == (axis, name)), None)


def closed_faults(period: ClosedPeriod) -> Iterator[Fault]:
    """Find what no period that was closed has: somebody changed its file, and figures to come rest on it."""
    own = period.counted == period.period
    if len(set(period.members)) != (period.people if own else 0):
        yield Fault("members", _("are not as many as people"))
    if period.counted > period.period or (period.counted and not FEWEST <= period.people <= period.took_part):
        yield Fault("people", _("can't be so many"))
    for figure in period.figures:
        means = (figure.lower, figure.median, figure.upper)
        if not 1 <= figure.high < period.people or figure.lower > figure.upper or not all(map(isfinite, means)):
            yield Fault(f"figure {figure.id}", _("can't be a figure of {n} people").format(n=period.people))


class RefusedFile(Struct, frozen=True):
    """The name of a file that is left out, and why; it stays where it is."""

    name: str
    reason: str


def member_print(team: str, member: str) -> str:
    """Return what a closed period keeps of a person's random id: enough to know it again, too little to share as it."""
    return hashlib.sha256(f"{team}\n{member}".encode()).hexdigest()[:32]


def closed_bytes(period: ClosedPeriod) -> bytes:
    """Return the file of a closed period."""
    return formats.dumps(formats.document_of(period))


def parse_closed(data: bytes, path: Path | str) -> ClosedPeriod:
    """Read the bytes of a closed period.

    Raises:
        BadFileError: with every fault found.
    """
    return formats.parse(data, ClosedPeriod, path)


def clean_code(text: str) -> str:
    """Read a team code as it was typed.

    Raises:
        ReflectError: it can't be one.
    """
    code = "-".join(text.lower().split())
    if not re.fullmatch(_CODE, code) or not 4 <= len(code) <= 40:  # noqa: PLR2004 -- the bounds of TeamCode
        raise ReflectError(_("A team code has 4 to 40 letters, digits and dashes. Your team leader has it."))
    return code


def period_of(day: date) -> str:
    """Return the quarter of a day: 2026-Q4."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def quarters_between(period: str, other: str) -> int:
    """Count the quarters from one to another, whichever comes first."""
    first, second = (4 * int(year) + int(quarter) for year, quarter in (each.split("-Q") for each in (period, other)))
    return abs(first - second)


def withdrawal(share: Share) -> Share:
    """Return the share that takes another one back; it has the next number."""
    return structs.replace(share, id=f"{share.member}-{share.number + 1}", withdrawn=True, domains={}, focuses={})


def share_bytes(share: Share) -> bytes:
    """Return the file of a share; the same share gives the same bytes."""
    return formats.toml({key: value for key, value in formats.document_of(share).items() if value}).encode()


def parse_share(data: bytes, path: Path | str) -> Share:
    """Read the bytes of a share.

    Raises:
        BadFileError: with every fault that can be seen without the instrument.
    """
    return formats.parse(data, Share, path)


def share_faults(share: Share, instrument: Instrument) -> Iterator[Fault]:
    """Find what no session on the instrument can add up to."""
    if share.withdrawn:
        if share.domains or share.focuses:
            yield Fault("withdrawn", _("has figures all the same"))
        return
    axes: tuple[tuple[str, Mapping[Any, ScoreTotal], Mapping[Any, int]], ...] = (
        ("domains", share.domains, {domain.id: len(domain.items) for domain in instrument.domains}),
        ("focuses", share.focuses, {name: len(items) for name, items in instrument.items_of_focus.items()}),
    )
    scale = instrument.scale
    sums = {_all(totals) for _axis, totals, items in axes if items}
    for axis, totals, items in axes:
        for name, total in totals.items():
            if name not in items:
                yield Fault(f"{axis}.{name}", _("is not in the instrument {id}").format(id=instrument.id))
            elif total.n > items[name] or not total.n * scale.lowest <= total.sum <= total.n * scale.highest:
                yield Fault(f"{axis}.{name}", _("is more or less than its statements can add up to"))
    if len(sums) > 1 or sums == {(0, 0)}:
        yield Fault("focuses", _("don't add up to the same as the domains"))


def _all(totals: Mapping[Any, ScoreTotal]) -> tuple[int, int]:
    return sum(total.sum for total in totals.values()), sum(total.n for total in totals.values())


def team_bytes(team: Team) -> bytes:
    """Return the file of a team."""
    return formats.dumps(formats.document_of(team))


def parse_team(data: bytes, path: Path | str) -> Team:
    """Read the bytes of a team's file.

    Raises:
        BadFileError: with every fault found.
    """
    return formats.parse(data, Team, path)


def sharing_bytes(sharing: Sharing) -> bytes:
    """Return the document of a journal about one team."""
    return formats.dumps({key: value for key, value in formats.document_of(sharing).items() if value})


def parse_sharing(data: bytes, path: Path | str) -> Sharing:
    """Read the bytes of such a document.

    Raises:
        BadFileError: with every fault found.
    """
    sharing = formats.parse(data, Sharing, path)
    numbers = [share.number for share in sharing.shares]
    if numbers != sorted(set(numbers)):
        raise BadFileError(path, (Fault("share", _("must be in the order of their numbers, each once")),))
    return sharing
