"""One filled-in instrument: who about whom, when, scores and notes, and its TOML form."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.model.instrument import IDENTIFIER, MAX_IDENTIFIER, Identifier, Instrument, Version
from reflect_tui.text import clean
from reflect_tui.toml import formats
from reflect_tui.toml.faults import schema_faults

Role = Literal["self", "colleague", "manager", "client", "other"]
ROLES: tuple[Role, ...] = ("self", "colleague", "manager", "client", "other")
SEATED = ROLES[:-1]
"""Who may fill in a session without a round; an `other` is asked only in a round that tells two groups as one."""
Score = int | Literal["n/a"]
NOT_APPLICABLE: Literal["n/a"] = "n/a"
Moment = Annotated[datetime, Meta(tz=True)]
SESSION_ID = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}-(self|colleague|manager|client|other)-[0-9a-f]{6}"
ROUND_ID = r"[0-9]{4}-[0-9]{2}-[0-9]{2}-(colleague|manager|client|others)-[0-9a-f]{6}"
_ID = rf"^{SESSION_ID}$(?!\n)"
_WRITTEN_ID = re.compile(_ID)
SessionId = Annotated[str, Meta(pattern=_ID)]
RoundId = Annotated[str, Meta(pattern=rf"^{ROUND_ID}$(?!\n)")]
InRound = Annotated[str, Meta(pattern=rf"^({ROUND_ID})?$(?!\n)")]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]
# To match every key of every file takes longer than all else that msgspec checks: _faults() does it once for each id.
ByItem = Meta(extra_json_schema={"propertyNames": {"pattern": IDENTIFIER, "maxLength": MAX_IDENTIFIER}})
MAX_NOTE = 20_000
_SKEW = timedelta(days=1)  # between clocks, and between days of two zones
EARLIEST_YEAR = 2000  # a clock that was never set says 1970 or 1980
MAX_NOTES = 256_000


class Session(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A finished session; scores stand in the order of the instrument, unanswered items are absent.

    `round` is the round of feedback that it was given in, "" for any other. `entered` is when it was typed over from an
    old paper form or taken from a spreadsheet; then `started` and `finished` only tell the day of that form.
    """

    format: Literal[1] = 1
    id: SessionId
    instrument: Identifier
    version: Version
    digest: Digest
    role: Role
    round: InRound = ""
    started: Moment
    finished: Moment
    entered: Moment | None = None
    remark: str = ""
    scores: Annotated[dict[str, Score], ByItem]
    notes: Annotated[dict[str, str], ByItem] = {}


def new_id(started: datetime, role: Role, randomness: str) -> str:
    """Make the id of a session begun at `started`; `randomness` is six hexadecimal digits."""
    return f"{started:%Y-%m-%dT%H%M}-{role}-{randomness}"


def date_fault(session: Session, now: datetime) -> str:
    """Say what can't be true of when a session began and ended, on a clock that says `now`; "" when it can be."""
    fault = moment_fault(session.started, now)
    return fault or (_("and ended before it began") if session.finished < session.started else "")


def moment_fault(moment: datetime, now: datetime) -> str:
    """Say why nothing can have been made at a moment, on a clock that says `now`; "" when it can."""
    if moment.year < EARLIEST_YEAR:
        return _("that is before {year}").format(year=EARLIEST_YEAR)
    return _("that is still to come") if moment > now + _SKEW else ""


def clock_fault(moment: datetime, now: datetime) -> str:
    """Say that a clock is or was wrong, of a moment at which nothing can have been done here; "" of any other."""
    return _("The clock of this computer is wrong, or was wrong then.") if moment_fault(moment, now) else ""


def noon(day: date) -> datetime:
    """Return the moment that a session of a paper form bears: of that only the day is known."""
    return datetime.combine(day, time(12)).astimezone()


def redated(session: Session, day: date, now: datetime) -> Session:
    """Return a session as begun on another day: at the time it says, for as long as it took if that can be known."""
    started = datetime.combine(day, session.started.time()).astimezone()
    ends = (started + (session.finished - session.started), session.finished)
    finished = next((moment for moment in ends if started <= moment <= now), started)
    return structs.replace(session, started=started, finished=finished)


def id_fault(session_id: str) -> Fault | None:
    """Say that the date in an id is none that there is."""
    try:
        datetime.strptime(session_id[:15], "%Y-%m-%dT%H%M")  # noqa: DTZ007 -- only read
    except ValueError:
        return Fault("id", _("has a date or time that does not exist"))
    return None


def is_id(text: str) -> bool:
    """Whether a text is written as a session id."""
    return _WRITTEN_ID.fullmatch(text) is not None


def relative_path(session_id: str) -> Path:
    """Return the path of a session's file within its journal."""
    return Path(posix_path(session_id))


def posix_path(session_id: str) -> str:
    """Write the path of a session's file within its journal as git and the screens do."""
    return f"sessions/{session_id[:4]}/{session_id}.toml"


def dumps(session: Session) -> bytes:
    """Return a session's file; the same session gives the same bytes."""
    document = formats.document_of(session)
    if not session.round:
        del document["round"]
    return formats.toml(document, multiline_strings=True).encode("utf-8")


def parse(data: bytes, path: Path | str) -> Session:
    """Read the bytes of a session file; texts come out clean.

    Raises:
        BadFileError: with every fault that can be seen without the instrument.
    """
    session = formats.parse(data, Session, path, formats.format_missing)
    session = structs.replace(
        session,
        remark=clean(session.remark),
        scores=dict(zip(map(sys.intern, session.scores), session.scores.values(), strict=True)),
        notes={sys.intern(key): clean(note) for key, note in session.notes.items()},
    )
    faults = tuple(_faults(session))
    if faults:
        raise BadFileError(path, faults)
    return session


def load(path: Path) -> Session:
    """Read one session file, which must bear the name of the session in it.

    Raises:
        NotFoundError: there is no such file.
        BadFileError: with every fault that can be seen without the instrument.
    """
    session = parse(formats.read_bytes(path), path)
    if path.stem != session.id:
        raise BadFileError(
            path, (Fault("id", _('is "{id}", which is not the name of the file').format(id=session.id)),)
        )
    return session


@lru_cache(maxsize=1000)
def _is_item_id(key: str) -> bool:
    return len(key) <= MAX_IDENTIFIER and re.search(IDENTIFIER, key) is not None


def _faults(session: Session) -> Iterator[Fault]:
    if not all(map(_is_item_id, (*session.scores, *session.notes))):
        yield from schema_faults(structs.asdict(session), Session)
    if session.id.split("-")[-2] != session.role:
        yield Fault("role", _("is not the role in the id"))
    if session.round and session.role == "self":
        yield Fault("round", _("is for what others said"))
    for item_id, note in session.notes.items():
        if len(note) > MAX_NOTE:
            yield Fault(f"notes.{item_id}", _("is longer than {n} characters").format(n=MAX_NOTE))
    if sum(map(len, session.notes.values())) > MAX_NOTES:
        yield Fault("notes", _("are longer than {n} characters together").format(n=MAX_NOTES))


def instrument_faults(session: Session, instrument: Instrument) -> tuple[Fault, ...]:
    """List where a session departs from the instrument it was answered on: unknown items, scores off the scale."""
    return tuple(misfits(session.scores, session.notes, instrument))


def arrival_faults(session: Session, instrument: Instrument) -> Iterator[Fault]:
    """List why a session from elsewhere is refused, by import and sync alike, beside what parse() raises.

    `instrument` is the one that has its digest.
    """
    if fault := id_fault(session.id):
        yield fault
    yield from name_faults(session.instrument, session.version, instrument)
    yield from instrument_faults(session, instrument)


def name_faults(identifier: str, version: str, instrument: Instrument) -> Iterator[Fault]:
    """List where the names that stand beside a digest are not those of the instrument that has it."""
    if identifier != instrument.id:
        yield Fault("instrument", _("is not {id}, that of the instrument with this digest").format(id=instrument.id))
    if version != instrument.version:
        problem = _("is not {version}, that of the instrument with this digest").format(version=instrument.version)
        yield Fault("version", problem)


def misfits(scores: Mapping[str, Score], notes: Mapping[str, str], instrument: Instrument) -> Iterator[Fault]:
    """Find the answers that an instrument can't have; see instrument_faults()."""
    for table, entries in (("scores", scores), ("notes", notes)):
        unknown = [key for key in entries if key not in instrument.positions]
        yield from (Fault(f"{table}.{key}", _("is no statement of {id}").format(id=instrument.id)) for key in unknown)
    scale = instrument.scale
    sentence = _('must be a whole number from {low} to {high}, or "n/a"').format(low=scale.lowest, high=scale.highest)
    allowed = {NOT_APPLICABLE, *(point.value for point in scale.points)}
    if not allowed.issuperset(scores.values()):
        for key, score in scores.items():
            if score not in allowed:
                yield Fault(f"scores.{key}", sentence)
