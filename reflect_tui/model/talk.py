"""The talk itself: what was said to each point and agreed, by whom it was signed, and its TOML form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, structs

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.model.agenda import Agenda, AgendaPoint, Since, empty_points, point_table
from reflect_tui.model.goals import Goal, GoalId, Line, Statement
from reflect_tui.model.instrument import digest
from reflect_tui.model.session import MAX_NOTE, Digest, Moment, SessionId
from reflect_tui.text import clean
from reflect_tui.toml import formats

FOLDER = "talks"
_ID = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}-talk-[0-9a-f]{6}$(?!\n)"
TalkId = Annotated[str, Meta(pattern=_ID)]
MAX_NAME = 80
MAX_REASON = 200
Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME, pattern=r"\S")]
Commit = Annotated[str, Meta(pattern=r"^([0-9a-f]{40}([0-9a-f]{24})?)?$(?!\n)")]
Speaker = Literal["professional", "leader"]


class Agreement(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was agreed to a point, in the words of that moment; `goal` is the id of the goal that was made of it."""

    goal: GoalId
    what: Statement
    first_step: Line = ""
    helper: Line = ""
    by: date | None = None


class TalkPoint(AgendaPoint, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"agreements": "agreed"}):
    """A point of the agenda with its evidence as it was then; its `remark` is that of the professional."""

    leader_remark: Annotated[str, Meta(max_length=MAX_NOTE)] = ""
    agreements: tuple[Agreement, ...] = ()


class Signature(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Both names under one version of the record: its commit ("" when history had none) and the digest of its file."""

    at: Moment
    professional: Name
    leader: Name
    commit: Commit = ""
    digest: Digest


class Amendment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change after the talk: when, and why."""

    at: Moment
    reason: Annotated[str, Meta(min_length=1, max_length=MAX_REASON, pattern=r"\S")]


class Talk(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    rename={"points": "point", "signatures": "signed", "amendments": "amended"},
):
    """One talk about a session of one's own: a copy of its agenda's points, and what was said and agreed.

    `since` is the id of the session that the points compare with, `agenda` the digest of the agenda as it was then.
    `paused` is when it was left, None while it goes on; `place` is the step where the two are, see steps. The first
    signature finishes it.
    """

    format: Literal[1] = 1
    id: TalkId
    session: SessionId
    since: Since = ""
    agenda: Digest
    started: Moment
    paused: Moment | None = None
    place: Annotated[int, Meta(ge=0, le=1000)] = 0
    next_talk: date | None = None
    points: tuple[TalkPoint, ...] = ()
    signatures: tuple[Signature, ...] = ()
    amendments: tuple[Amendment, ...] = ()

    @property
    def strengths(self) -> tuple[TalkPoint, ...]:
        """What goes well; the talk opens with it."""
        return tuple(point for point in self.points if point.kind == "strength")

    @property
    def topics(self) -> tuple[TalkPoint, ...]:
        """The points to talk about, in order."""
        return tuple(point for point in self.points if point.kind != "strength")

    @property
    def steps(self) -> int:
        """How many pages there are: the opening, one for each topic, and what was agreed."""
        return len(self.topics) + 2

    @property
    def topic(self) -> TalkPoint | None:
        """The topic at the present place; None at the opening and at the end."""
        return self.topics[self.place - 1] if 0 < self.place <= len(self.topics) else None

    @property
    def finished(self) -> datetime | None:
        """When both signed it first; None before."""
        return self.signatures[0].at if self.signatures else None

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """All that was agreed, in the order of the points."""
        return tuple(agreement for point in self.points for agreement in point.agreements)

    def at(self, place: int) -> Talk:
        """Go to a step; beyond the first and the last there is none."""
        return structs.replace(self, place=max(0, min(place, self.steps - 1)))

    def with_remark(self, place: int, speaker: Speaker, text: str) -> Talk:
        """Put a remark of one of the two with the topic of a step."""
        if speaker == "professional":
            return self._with_topic(place, structs.replace(self.topics[place - 1], remark=text))
        return self._with_topic(place, structs.replace(self.topics[place - 1], leader_remark=text))

    def with_agreement(self, place: int, goal: Goal) -> Talk:
        """Add what was agreed to the topic of a step; the goal has the same words."""
        topic = self.topics[place - 1]
        words = {"what": goal.what, "first_step": goal.first_step, "helper": goal.helper, "by": goal.by}
        agreement = Agreement(goal=goal.id, **words)  # type: ignore[arg-type]  # mypy sees one type for all
        return self._with_topic(place, structs.replace(topic, agreements=(*topic.agreements, agreement)))

    def with_topic(self, text: str) -> Talk:
        """Add a topic that came up, and go there."""
        added = structs.replace(self, points=(*self.points, TalkPoint(kind="own", text=text)))
        return added.at(len(added.topics))

    def _with_topic(self, place: int, topic: TalkPoint) -> Talk:
        topics = [*self.topics]
        topics[place - 1] = topic
        return structs.replace(self, points=(*self.strengths, *topics))

    def amended(self, at: datetime, reason: str) -> Talk:
        """Note why it is changed after it was finished."""
        return structs.replace(self, amendments=(*self.amendments, Amendment(at=at, reason=reason)))


def begin(agenda: Agenda, agenda_digest: str, started: datetime, randomness: str) -> Talk:
    """Begin the talk with the points that were kept on an agenda; `randomness` is six hexadecimal digits.

    What the professional noted beforehand is the first remark to each point.
    """
    points = (TalkPoint(**{name: getattr(point, name) for name in point.__struct_fields__}) for point in agenda.kept)
    ordered = sorted(points, key=lambda point: point.kind != "strength")
    return Talk(
        id=new_id(started, randomness),
        session=agenda.session,
        since=agenda.since,
        agenda=agenda_digest,
        started=started,
        points=tuple(ordered),
    )


def new_id(started: datetime, randomness: str) -> str:
    """Make the id of a talk that begins at this moment; `randomness` is six hexadecimal digits."""
    return f"{started:%Y-%m-%dT%H%M}-talk-{randomness}"


def is_id(text: str) -> bool:
    """Whether a text is written as the id of a talk."""
    return re.fullmatch(_ID, text) is not None


def relative_path(talk_id: str) -> Path:
    """Return the path of a talk's file within its journal."""
    return Path(FOLDER, f"{talk_id}.toml")


def dumps(talk: Talk) -> bytes:
    """Return a talk's file; the same talk gives the same bytes."""
    document = formats.document_of(talk) | {"point": [point_table(point) for point in talk.points]}
    return formats.dumps({key: value for key, value in document.items() if value != []})


def is_as_signed(talk: Talk) -> bool:
    """Whether the record is, but for the last signature, what was signed: nothing was amended since.

    Where one looks at it makes no difference: both signed its last page.
    """
    if not talk.signatures:
        return False
    seen = structs.replace(talk.at(talk.steps - 1), signatures=talk.signatures[:-1])
    return digest(dumps(seen)) == talk.signatures[-1].digest


def parse(data: bytes, path: Path | str) -> Talk:
    """Read the bytes of a talk's file; texts come out clean.

    Raises:
        BadFileError: with every fault found.
    """
    return clean_texts(formats.parse(data, Talk, path, _faults))


def clean_texts(talk: Talk) -> Talk:
    """Make all texts of a talk fit to keep."""
    points = (
        structs.replace(
            point,
            text=clean(point.text, multiline=False),
            remark=clean(point.remark),
            leader_remark=clean(point.leader_remark),
            agreements=tuple(_clean(agreement, "what", "first_step", "helper") for agreement in point.agreements),
        )
        for point in talk.points
    )
    return structs.replace(
        talk,
        points=tuple(points),
        signatures=tuple(_clean(signature, "professional", "leader") for signature in talk.signatures),
        amendments=tuple(_clean(amendment, "reason") for amendment in talk.amendments),
    )


def _clean(value: Any, *names: str) -> Any:
    return structs.replace(value, **{name: clean(getattr(value, name), multiline=False) for name in names})


def _faults(document: formats.Document) -> Iterator[Fault]:
    """Find what the shape lets pass: no format, an own point that says nothing, amended before it was signed."""
    yield from formats.format_missing(document)
    yield from empty_points(document)
    if document.get("amended") and not document.get("signed"):
        yield Fault("amended", _("stands in a talk that was not finished"))
