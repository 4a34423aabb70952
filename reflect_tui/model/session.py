"""One filled-in instrument: who about whom, when, scores and notes, and its TOML form."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import BadFileError, Fault
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Identifier, Instrument, Version
from reflect_tui.text import clean
from reflect_tui.toml import formats

Role = Literal["self", "colleague", "manager", "client"]
ROLES: tuple[Role, ...] = ("self", "colleague", "manager", "client")
Score = int | Literal["n/a"]
NOT_APPLICABLE: Literal["n/a"] = "n/a"
Moment = Annotated[datetime, Meta(tz=True)]
SESSION_ID = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}-(self|colleague|manager|client)-[0-9a-f]{6}"
ROUND_ID = r"[0-9]{4}-[0-9]{2}-[0-9]{2}-(colleague|manager|client|others)-[0-9a-f]{6}"
_ID = rf"^{SESSION_ID}$(?!\n)"
SessionId = Annotated[str, Meta(pattern=_ID)]
RoundId = Annotated[str, Meta(pattern=rf"^{ROUND_ID}$(?!\n)")]
InRound = Annotated[str, Meta(pattern=rf"^({ROUND_ID})?$(?!\n)")]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]
MAX_NOTE = 20_000
MAX_NOTES = 256_000


class Session(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """A finished session; scores stand in the order of the instrument, unanswered items are absent.

    `round` is the round of feedback that it was given in, "" for any other. Nothing in a session leads back to it, so
    Python need not look for circles in thousands of them (gc).
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
    remark: str = ""
    scores: Mapping[Identifier, Score]
    notes: dict[Identifier, str] = {}


def new_id(started: datetime, role: Role, randomness: str) -> str:
    """Make the id of a session begun at `started`; `randomness` is six hexadecimal digits."""
    return f"{started:%Y-%m-%dT%H%M}-{role}-{randomness}"


def is_id(text: str) -> bool:
    """Tell whether a text is written as a session id."""
    return re.fullmatch(_ID, text) is not None


def relative_path(session_id: str) -> Path:
    """Give the path of a session's file within its journal."""
    return Path("sessions", session_id[:4], f"{session_id}.toml")


def dumps(session: Session) -> bytes:
    """Give a session's file; the same session gives the same bytes."""
    document = structs.asdict(session)
    document["scores"] = dict(session.scores)
    document["notes"] = dict(session.notes)
    if not session.round:
        del document["round"]
    document |= {"started": written(session.started), "finished": written(session.finished)}
    return formats.toml(document, multiline_strings=True).encode("utf-8")


class _Written(datetime):
    """A moment that tomli-w writes with the T of the contract; str() alone would put a blank there."""

    def __str__(self) -> str:
        return self.isoformat()


def written(moment: datetime) -> datetime:
    """Give a moment as our files write it: 2026-11-23T14:05:00+01:00."""
    return _Written.combine(moment.date(), moment.timetz())


def parse(data: bytes, path: Path | str) -> Session:
    """Read the bytes of a session file; texts come out clean.

    Raises:
        BadFileError: with every fault that can be seen without the instrument.
    """
    session = formats.parse(data, Session, path, _no_format)
    session = structs.replace(
        session,
        remark=clean(session.remark),
        notes={sys.intern(key): clean(note) for key, note in session.notes.items()},
    )
    faults = tuple(_faults(session))
    if faults:
        raise BadFileError(path, faults)
    return session


def texts(data: bytes) -> tuple[str, dict[str, str]] | None:
    """Read only the remark and the notes of a session file that was found to be without a fault before.

    The scores between them are most of the work. None when they are not plainly in the order that our own files have.

    Raises:
        BadFileError: a part is no TOML by itself.
    """
    head, scores, below = data.partition(b"\n[scores]\n")
    between, _heading, end = below.partition(b"\n[notes]\n")
    if not scores or b"[" in between:
        return None
    about, notes = formats.parse_document(head, ""), formats.parse_document(end, "")
    remark = about.get("remark", "")
    if {"scores", "notes"} & about.keys() or not all(isinstance(text, str) for text in (remark, *notes.values())):
        return None
    return clean(remark), {sys.intern(key): clean(note) for key, note in notes.items()}


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


def _no_format(document: formats.Document) -> Iterator[Fault]:
    if "format" not in document:
        yield Fault("format", _("is missing"))


def _faults(session: Session) -> Iterator[Fault]:
    if session.id.split("-")[-2] != session.role:
        yield Fault("role", _("is not the role in the id"))
    if session.round and session.role == "self":
        yield Fault("round", _("is for what others said"))
    for item_id, note in session.notes.items():
        if len(note) > MAX_NOTE:
            yield Fault(f"notes.{item_id}", _("is longer than {n} characters").format(n=MAX_NOTE))
    if sum(map(len, session.notes.values())) > MAX_NOTES:
        yield Fault("notes", _("are longer than {n} characters together").format(n=MAX_NOTES))


def check(session: Session, instrument: Instrument) -> tuple[Fault, ...]:
    """List where a session departs from the instrument it was answered on: unknown items, scores off the scale."""
    return tuple(_misfits(session, instrument))


def _misfits(session: Session, instrument: Instrument) -> Iterator[Fault]:
    for table, entries in (("scores", session.scores), ("notes", session.notes)):
        unknown = [key for key in entries if key not in instrument.positions]
        yield from (Fault(f"{table}.{key}", _("is no item of {id}").format(id=instrument.id)) for key in unknown)
    scale = instrument.scale
    sentence = _('must be a whole number from {low} to {high}, or "n/a"').format(low=scale.lowest, high=scale.highest)
    for key, score in session.scores.items():
        if isinstance(score, int) and not scale.allows(score):
            yield Fault(f"scores.{key}", sentence)


# The scores of a session, a byte each, so that ten thousand sessions fit where a hundred did.


ABSENT, PACKED_NOT_APPLICABLE = 0, 255
"""What stands for no answer, and for n/a; any other byte is the score itself."""

_MEANINGS: tuple[Score, ...] = (*range(PACKED_NOT_APPLICABLE), NOT_APPLICABLE)


class Scores(Mapping[str, Score]):
    """Scores by item id, in the order of the instrument; the ids are shared by all sessions on it."""

    __slots__ = ("_positions", "packed")

    def __init__(self, positions: Mapping[str, int], packed: bytes) -> None:
        """Take the place of every item, and what stands at each place."""
        self._positions = positions
        self.packed = packed

    @classmethod
    def pack(cls, positions: Mapping[str, int], scores: Mapping[str, Score]) -> Scores:
        """Pack the scores of a session without a fault, which has only items and scores of its instrument."""
        packed = bytearray(len(positions))
        for item_id, score in scores.items():
            packed[positions[item_id]] = PACKED_NOT_APPLICABLE if score == NOT_APPLICABLE else int(score)
        return cls(positions, bytes(packed))

    def is_on(self, positions: Mapping[str, int]) -> bool:
        """Tell whether these are the places that the items have here."""
        return self._positions is positions or self._positions == positions

    def __getitem__(self, item_id: str) -> Score:
        """Give the score of an item; KeyError for one without an answer."""
        value = self.packed[self._positions[item_id]]
        if value == ABSENT:
            raise KeyError(item_id)
        return _MEANINGS[value]

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the items with an answer."""
        return (item_id for item_id, place in self._positions.items() if self.packed[place])

    def __len__(self) -> int:
        """Count the items with an answer."""
        return len(self.packed) - self.packed.count(ABSENT)

    def __repr__(self) -> str:
        """Give them as a dictionary would."""
        return repr(dict(self))
